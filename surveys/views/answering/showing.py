"""Pages of questions as they are shown, and the look through all answers before they are sent in."""

from typing import Any, NamedTuple

from flask import render_template, request, url_for
from wtforms import Field

from analysis.words import current
from surveys.fields import Matrix, Radios
from surveys.forms import answering as forms
from surveys.questionnaire import Question
from surveys.views import holding
from surveys.views.answering.leading import changing
from surveys.views.holding import Holder

BUTTONS = (holding.PROOF, "clear", "back", "later")
"""Names in a posted page that are no answers."""


class Part(NamedTuple):
    """One question on a page, with its bound fields."""

    question: Question
    fields: list[Field]
    clears: bool


def asked_on(holder: Holder, page: int) -> tuple[Question, ...]:
    """The questions of a page that are put to somebody who has answered like this."""
    return holder.person.questionnaire.shown(page, holder.work.answers)


def form_of(holder: Holder, page: int, written: list[tuple[str, str]] | None) -> forms.Asking:
    """The fields of a page, filled in with what stands on it, or else with what has been answered."""
    return forms.form(asked_on(holder, page), current(), holder.work.answers, written)


def written() -> list[tuple[str, str]]:
    """What the posted page holds, but for its buttons."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in BUTTONS]


def show(holder: Holder, page: int, form: forms.Asking) -> str:
    """One page of questions."""
    questionnaire = holder.person.questionnaire
    return render_template(
        "surveys/answering/question.html",
        survey=holder.person.survey,
        questionnaire=questionnaire,
        page=questionnaire.pages[page],
        form=form,
        parts=[_part(each, form) for each in asked_on(holder, page)],
        progress_now=questionnaire.progress(page, holder.work.answers),
        autosave=url_for(".autosave", survey_id=holder.survey_id, number=page + 1),
        proof=holding.proof(holder.token),
        resumed="fortsatt" in request.args,
        changing=changing(),
        scripts=sorted({field.script for field in form if field.script}),
    )


def _part(each: Question, form: forms.Asking) -> Part:
    fields = [form[name] for name in each.kind.field(each, current())]
    clears = not each.required and any(isinstance(field, Radios | Matrix) for field in fields)
    return Part(each, fields, clears)


def look_through(holder: Holder, wrong: list[Question] | None = None) -> str:
    """All answers, each with its way back; ``wrong`` are those that hinder the sending."""
    questionnaire, answers = holder.person.questionnaire, holder.work.answers
    asked = [(page, each) for page in questionnaire.way(answers) for each in asked_on(holder, page) if each.asks]
    return render_template(
        "surveys/answering/review.html",
        rows=[_row(holder, page, each) | {"wrong": each in (wrong or [])} for page, each in asked],
        failed=bool(wrong),
        send=url_for(".send", survey_id=holder.survey_id),
        proof=holding.proof(holder.token),
        resumed="fortsatt" in request.args,
    )


def _row(holder: Holder, page: int, each: Question) -> dict[str, Any]:
    return {
        "key": each.text.in_(current()),
        "value": each.kind.words(each, holder.work.answers.get(each.name), current()) or None,
        "href": url_for(".question", survey_id=holder.survey_id, number=page + 1, fran="granska"),
    }
