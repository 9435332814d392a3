"""Answering a survey: the personal link, one page of questions at a time, a look through, sending in."""

from typing import Any, NamedTuple

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from wtforms import Field

from analysis.words import current
from surveys import answering, drafts, pictures
from surveys.answering import CannotAnswer
from surveys.db import db
from surveys.dialogues import PROMISES, SPECIAL_LAWS, STEPS
from surveys.drafts import Work
from surveys.fields import Matrix, Radios
from surveys.forms import answering as forms
from surveys.questionnaire import Question
from surveys.views import holding
from surveys.views.holding import Holder

blueprint = Blueprint("answering", __name__)

LARGEST = 2 * 1024 * 1024
"""Bytes of a posted page: a text of a hundred thousand characters comes through and can be shown again."""
BUTTONS = (holding.PROOF, "clear", "back", "later")
"""Names in a posted page that are no answers."""
STATUS = {
    answering.UnknownLink: 404,
    answering.Withdrawn: 410,
    answering.Closed: 410,
    answering.NoKey: 503,
    holding.NoLink: 403,
    holding.AnotherLink: 409,
}


class Part(NamedTuple):
    """One question on a page, with its bound fields."""

    question: Question
    fields: list[Field]
    clears: bool


@blueprint.record_once
def _carry_own_proof(state: BlueprintSetupState) -> None:
    """Forms here carry a proof of their link (`holding.proof`) instead of one that ends with the session."""
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.before_request
def _bound() -> None:
    """No page of answers is longer than this; a draft could otherwise fill the disk."""
    request.max_content_length = LARGEST


@blueprint.errorhandler(CannotAnswer)
def turned_away(fault: CannotAnswer) -> ResponseReturnValue:
    """Say what stands in the way, and what to do about it."""
    status = STATUS.get(type(fault), 200)
    return render_template("surveys/answering/turned_away.html", fault=fault, survey=fault.survey), status


@blueprint.get("/")
def landing() -> str:
    """For those who come without a link."""
    return render_template("surveys/answering/turned_away.html", fault=holding.NoLink(), survey=None)


@blueprint.get("/<token>")
def link(token: str) -> ResponseReturnValue:
    """The personal link: swapped for a cookie of that survey, so that the address is clean from here on."""
    person = holding.read(token)
    work = drafts.load(db.session(), token) if person.open else Work()
    start_page = url_for(".start", survey_id=person.survey.id)
    response = redirect(_onwards(Holder(token, person, work)) if work else start_page, 303)
    holding.remember(response, token, person)
    return response


@blueprint.get("/<int:survey_id>/")
def start(survey_id: int) -> str:
    """Who asks and why, what the answers can lead to, how they are kept secret."""
    holder = holding.holder(survey_id)
    survey, questionnaire = holder.person.survey, holder.person.questionnaire
    first = url_for(".question", survey_id=survey_id, number=(questionnaire.way({}) or (0,))[0] + 1)
    dialogue = survey.dialogue
    return render_template(
        "surveys/answering/start.html",
        survey=survey,
        questionnaire=questionnaire,
        dialogue=dialogue,
        step=STEPS.get(dialogue.ladder_step) if dialogue and dialogue.ladder_step else None,
        promise=PROMISES.get(dialogue.ladder_step) if dialogue and dialogue.ladder_step else None,
        law=SPECIAL_LAWS.get(dialogue.special_law) if dialogue and dialogue.special_law else None,
        begun=bool(holder.work),
        address=_onwards(holder) if holder.work else first,
    )


@blueprint.get("/<int:survey_id>/fraga/<int:number>")
def question(survey_id: int, number: int) -> ResponseReturnValue:
    """One page of questions, with what has been answered or begun."""
    holder, page = holding.holder(survey_id), number - 1
    if page not in holder.person.questionnaire.way(holder.work.answers):
        return redirect(_onwards(holder), 303)
    return _show(holder, page, _form(holder, page, holder.work.written.get(str(page))))


@blueprint.post("/<int:survey_id>/fraga/<int:number>")
def answer(survey_id: int, number: int) -> ResponseReturnValue:
    """Keep what stands on the page, right or wrong, and go where the reader wants to."""
    holder, page = holding.holder(survey_id, to_change=True), number - 1
    if page not in holder.person.questionnaire.way(holder.work.answers):
        return redirect(_onwards(holder), 303)
    if "clear" in request.form:
        return _clear(holder, page)
    form = _form(holder, page, _written())
    leaving = "back" in request.form or "later" in request.form
    if valid := form.validate():
        given = forms.values(_asked(holder, page), form)
        holder.work.answers |= {name: value for name, value in given.items() if value is not None or not leaving}
        holder.work.written.pop(str(page), None)
        _pass_over(holder, page)
    else:
        _set_aside(holder, page, form)
    drafts.save(db.session(), holder.token, survey_id, holder.work)
    return redirect(_next(holder, page), 303) if valid or leaving else _show(holder, page, form)


def _pass_over(holder: Holder, page: int) -> None:
    """Remember that the pages before were left blank: that is kept from the first answer on, see `drafts.save`."""
    questionnaire, answers = holder.person.questionnaire, holder.work.answers
    earlier = [each for at in questionnaire.way(answers) if at < page for each in _asked(holder, at)]
    answers |= {each.name: answers.get(each.name) for each in earlier if each.asks and not each.required}


def _set_aside(holder: Holder, page: int, form: forms.Asking) -> None:
    """Keep a page with something wrong in it as it was written; what is wrong is not answered."""
    holder.work.written[str(page)] = _written()
    asked = _asked(holder, page)
    taken = forms.values(asked, form)
    for each in asked:
        if each.name not in taken:
            holder.work.answers.pop(each.name, None)


def _clear(holder: Holder, page: int) -> ResponseReturnValue:
    """Take back the answer to one question of the page; the others stay as they stand."""
    name = request.form["clear"]
    holder.work.answers.pop(name, None)
    holder.work.written[str(page)] = [(n, v) for n, v in _written() if n != name and not n.startswith(f"{name}-")]
    drafts.save(db.session(), holder.token, holder.survey_id, holder.work)
    return redirect(request.full_path.rstrip("?"), 303)


@blueprint.post("/<int:survey_id>/spara/<int:number>")
def autosave(survey_id: int, number: int) -> ResponseReturnValue:
    """Keep a page while it is filled in: an answer given before is changed, one that is not given yet is set aside."""
    holder, page = holding.holder(survey_id, to_change=True), number - 1
    if page not in holder.person.questionnaire.way(holder.work.answers):
        abort(404)
    form = _form(holder, page, _written())
    if form.validate():
        given = forms.values(_asked(holder, page), form)
        holder.work.answers |= {name: value for name, value in given.items() if name in holder.work.answers}
    holder.work.written[str(page)] = _written()
    drafts.save(db.session(), holder.token, survey_id, holder.work)
    return "", 204


@blueprint.get("/<int:survey_id>/sparat")
def saved(survey_id: int) -> str:
    """It is saved; the same link goes on from here, on any device."""
    holder = holding.holder(survey_id)
    return render_template("surveys/answering/saved.html", survey=holder.person.survey, address=_onwards(holder))


@blueprint.get("/<int:survey_id>/granska")
def review(survey_id: int) -> ResponseReturnValue:
    """All answers before they are sent in, each with its way back."""
    holder = holding.holder(survey_id)
    seen = holder.first_unanswered is None or holder.work.blank
    return _review(holder) if seen else redirect(_onwards(holder), 303)


@blueprint.post("/<int:survey_id>/skicka")
def send(survey_id: int) -> ResponseReturnValue:
    """Send in the answers: once, however often it is pressed."""
    holder = holding.holder(survey_id, to_change=True)
    if holder.first_unanswered is not None and not holder.work.blank:
        return redirect(_onwards(holder), 303)
    try:
        answering.send_in(db.session(), holder.person.invitation.key, holder.work.answers, current())
    except answering.Unanswered as fault:
        return _review(holder, fault.questions)
    drafts.drop(db.session(), holder.token)
    return redirect(url_for(".thanks", survey_id=survey_id), 303)


@blueprint.get("/<int:survey_id>/tack")
def thanks(survey_id: int) -> ResponseReturnValue:
    """Thanks, and what happens next."""
    person = holding.person(survey_id)
    if not person.answered:
        return redirect(url_for(".start", survey_id=survey_id), 303)
    return render_template("surveys/answering/thanks.html", survey=person.survey, questionnaire=person.questionnaire)


@blueprint.get("/<int:survey_id>/bild/<name>")
def picture(survey_id: int, name: str) -> Response:
    """An image that the questionnaire shows."""
    holding.person(survey_id)
    found = pictures.get(db.session(), survey_id, name) or abort(404)
    return Response(found.content, mimetype=found.mimetype)


def _asked(holder: Holder, page: int) -> tuple[Question, ...]:
    return holder.person.questionnaire.shown(page, holder.work.answers)


def _form(holder: Holder, page: int, written: list[tuple[str, str]] | None) -> forms.Asking:
    return forms.form(_asked(holder, page), current(), holder.work.answers, written)


def _written() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in BUTTONS]


def _changing() -> bool:
    """Whether the reader came from the review, and goes back to it."""
    return request.args.get("fran") == "granska"


def _onwards(holder: Holder) -> str:
    """The first unanswered question, or the review if there is none; with a note that work goes on."""
    if holder.first_unanswered is None:
        return url_for(".review", survey_id=holder.survey_id, fortsatt=1)
    return url_for(".question", survey_id=holder.survey_id, number=holder.first_unanswered + 1, fortsatt=1)


def _next(holder: Holder, page: int) -> str:
    """Where a page's button leads."""
    if "later" in request.form:
        return url_for(".saved", survey_id=holder.survey_id)
    questionnaire, answers = holder.person.questionnaire, holder.work.answers
    back = "back" in request.form
    if back:
        at = questionnaire.previous_page(page, answers)
    else:
        at = holder.first_unanswered if _changing() else questionnaire.next_page(page, answers)
    if at is None:
        return url_for(".start" if back else ".review", survey_id=holder.survey_id)
    return url_for(".question", survey_id=holder.survey_id, number=at + 1)


def _show(holder: Holder, page: int, form: forms.Asking) -> str:
    questionnaire = holder.person.questionnaire
    return render_template(
        "surveys/answering/question.html",
        survey=holder.person.survey,
        questionnaire=questionnaire,
        page=questionnaire.pages[page],
        form=form,
        parts=[_part(each, form) for each in _asked(holder, page)],
        progress_now=questionnaire.progress(page, holder.work.answers),
        autosave=url_for(".autosave", survey_id=holder.survey_id, number=page + 1),
        proof=holding.proof(holder.token),
        resumed="fortsatt" in request.args,
        changing=_changing(),
    )


def _part(each: Question, form: forms.Asking) -> Part:
    fields = [form[name] for name in each.kind.field(each, current())]
    clears = not each.required and any(isinstance(field, Radios | Matrix) for field in fields)
    return Part(each, fields, clears)


def _review(holder: Holder, wrong: list[Question] | None = None) -> str:
    questionnaire, answers = holder.person.questionnaire, holder.work.answers
    asked = [(page, each) for page in questionnaire.way(answers) for each in _asked(holder, page) if each.asks]
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
