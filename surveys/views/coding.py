"""Open answers, for analysts: themes, their answers, sorting by hand, quotes to release."""

import math
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from analysis import scales, text
from analysis.words import _, current
from surveys import coding, drafting
from surveys.db import db, unlocked
from surveys.forms.coding import MergeForm, QuoteForm, ThemeForm
from surveys.models import Survey, Theme
from surveys.questionnaire import Question
from surveys.refusals import Refusal
from surveys.views.results import attached, closed

blueprint = Blueprint("coding", __name__)
PAGE = 20
GOOD, FAIR = 0.80, 0.667
"""Krippendorff's alpha from which sorting is reliable, and from which tentative conclusions may be drawn (Krippendorff 2019)."""


def _asked(key: int, name: str) -> tuple[Survey, Question]:
    """The survey and one of its open questions."""
    survey = closed(key)
    written = (q for q in drafting.questionnaire(survey).questions if q.name == name and scales.written(q.kind.scale))
    return survey, next(written, None) or abort(404)


def _theme(survey: Survey, number: int) -> Theme:
    try:
        return coding.get(db.session(), survey, number)
    except Refusal:
        abort(404)


@blueprint.get("/<int:key>/<name>")
def show(key: int, name: str) -> ResponseReturnValue:
    """What many wrote about, theme by theme."""
    survey, question = _asked(key, name)
    return _overview(survey, question, ThemeForm())


@blueprint.get("/<int:key>/<name>.csv")
def save(key: int, name: str) -> ResponseReturnValue:
    """The themes as a file, with no more than the report tells of them."""
    survey, question = _asked(key, name)
    content = coding.saved(coding.told(db.session(), survey, question.name))
    return attached(content, "text/csv; charset=utf-8", f"teman-{key}-{name}.csv")


def _overview(survey: Survey, question: Question, form: ThemeForm) -> str:
    answers = coding.written(db.session(), survey, question.name)
    told = coding.told(db.session(), survey, question.name, answers)
    return render_template(
        "surveys/coding/show.html",
        survey=survey,
        name=question.name,
        label=question.text.in_(current()),
        answers=answers,
        told=told,
        unsorted=len(answers) - len({answer.id for each in told for answer in each.answers}),
        frequent=text.keywords([answer.text for answer in answers]) if text.available() else [],
        agreement=_agreement(survey, question),
        unsettled=sum(one.settled is None for one in coding.differences(db.session(), survey, question.name)),
        installed=text.available(),
        form=form,
    )


def _agreement(survey: Survey, question: Question) -> dict[str, Any] | None:
    """How well those who sorted the same answers agree, in words too; None where nobody has."""
    found = coding.agreement(db.session(), survey, question.name)
    if found is None:
        return None
    count, alpha = found
    if math.isnan(alpha):
        told = _("They have sorted all of them in one and the same way, so that nothing can be counted.")
    elif alpha >= GOOD:
        told = _("They agree well.")
    elif alpha >= FAIR:
        told = _("They agree fairly well.")
    else:
        told = _("They agree too little. Say better what belongs to each theme, and sort again.")
    return {"count": count, "alpha": alpha, "told": told}


@blueprint.post("/<int:key>/<name>/hitta")
def find(key: int, name: str) -> ResponseReturnValue:
    """Let the machine look for themes."""
    survey, question = _asked(key, name)
    try:
        with unlocked():
            seen = coding.seek(db.session(), survey, question.name)
        found = coding.put(db.session(), survey, question.name, seen)
    except Refusal as reason:
        flash(str(reason), "error")
    else:
        flash(_("Themes are found. Give each a name that says what it is about.") if found
              else _("Too few have written to find themes."), "success")  # fmt: skip
    return redirect(url_for("coding.show", key=key, name=name))


@blueprint.post("/<int:key>/<name>/tema")
def add(key: int, name: str) -> ResponseReturnValue:
    """Add a theme."""
    survey, question = _asked(key, name)
    form = ThemeForm()
    if form.validate_on_submit():
        try:
            coding.add(db.session(), survey, question.name, form.name.data, form.description.data or "")
        except Refusal as reason:
            form.name.errors = [str(reason)]
        else:
            flash(_("The theme is saved."), "success")
            return redirect(url_for("coding.show", key=key, name=name))
    return _overview(survey, question, form)


@blueprint.get("/<int:key>/<name>/tema/<int:number>")
def theme(key: int, name: str, number: int) -> ResponseReturnValue:
    """One theme: its answers and its quotes."""
    survey, question = _asked(key, name)
    return _page(survey, question, _theme(survey, number))


def _page(
    survey: Survey, question: Question, one: Theme, form: ThemeForm | None = None, quote: QuoteForm | None = None
) -> str:
    told = next(t for t in coding.told(db.session(), survey, question.name) if t.theme.id == one.id)
    return render_template(
        "surveys/coding/theme.html",
        survey=survey,
        name=question.name,
        label=question.text.in_(current()),
        each=told,
        suggested=coding.suggested(survey, told),
        form=form or ThemeForm(obj=one),
        quote=quote or QuoteForm(formdata=None),
        merge=_merging(survey, question, one),
    )


def _merging(survey: Survey, question: Question, one: Theme) -> MergeForm:
    form = MergeForm()
    others = [other for other in coding.themes(db.session(), survey, question.name) if other.id != one.id]
    form.into.choices = [(str(other.id), other.name) for other in others]
    return form


@blueprint.post("/<int:key>/<name>/tema/<int:number>")
def change(key: int, name: str, number: int) -> ResponseReturnValue:
    """Rename a theme, or say better what belongs to it."""
    survey, question = _asked(key, name)
    one, form = _theme(survey, number), ThemeForm()
    if not form.validate_on_submit():
        return _page(survey, question, one, form=form)
    one.name, one.description = form.name.data, form.description.data or ""
    flash(_("The theme is saved."), "success")
    return redirect(url_for("coding.theme", key=key, name=name, number=number))


@blueprint.post("/<int:key>/<name>/tema/<int:number>/ihop")
def merge(key: int, name: str, number: int) -> ResponseReturnValue:
    """Make two themes one."""
    survey, question = _asked(key, name)
    one = _theme(survey, number)
    form = _merging(survey, question, one)
    if not form.validate_on_submit():
        return _page(survey, question, one)
    into = _theme(survey, int(form.into.data))
    coding.merge(db.session(), one, into)
    flash(_("The themes are one now."), "success")
    return redirect(url_for("coding.theme", key=key, name=name, number=into.id))


@blueprint.post("/<int:key>/<name>/tema/<int:number>/citat")
def release(key: int, name: str, number: int) -> ResponseReturnValue:
    """Let a quote be shown in reports."""
    survey, question = _asked(key, name)
    one, form = _theme(survey, number), QuoteForm()
    if form.validate_on_submit():
        try:
            coding.release(db.session(), one, form.text.data, survey.districts.values())
        except Refusal as reason:
            form.text.errors = [str(reason)]
        else:
            flash(_("The quote may be shown now."), "success")
            return redirect(url_for("coding.theme", key=key, name=name, number=number))
    return _page(survey, question, one, quote=form)


@blueprint.post("/<int:key>/<name>/tema/<int:number>/citat/<int:chosen>/ta-bort")
def withdraw(key: int, name: str, number: int, chosen: int) -> ResponseReturnValue:
    """Take a quote back."""
    survey, _question = _asked(key, name)
    try:
        coding.withdraw(db.session(), survey, chosen)
    except Refusal:
        abort(404)
    flash(_("The quote is no longer shown."), "success")
    return redirect(url_for("coding.theme", key=key, name=name, number=number))


@blueprint.get("/<int:key>/<name>/sortera")
def sort(key: int, name: str) -> ResponseReturnValue:
    """Twenty answers at a time, each with the themes that it is about."""
    survey, question = _asked(key, name)
    answers = coding.written(db.session(), survey, question.name)
    total = max(1, math.ceil(len(answers) / PAGE))
    page = min(max(request.args.get("sida", 1, type=int), 1), total)
    return render_template(
        "surveys/coding/sort.html",
        survey=survey,
        name=question.name,
        label=question.text.in_(current()),
        themes=coding.themes(db.session(), survey, question.name),
        answers=answers[(page - 1) * PAGE : page * PAGE],
        said=coding.of_coder(db.session(), survey, question.name, str(current_user.id)),
        page=page,
        total=total,
        first=(page - 1) * PAGE,
        count=len(answers),
    )


@blueprint.post("/<int:key>/<name>/sortera")
def sorted_(key: int, name: str) -> ResponseReturnValue:
    """Keep what was said of twenty answers, and go on."""
    survey, question = _asked(key, name)
    shown = [answer for name, answer in request.form.items() if name.startswith("shown-")]
    chosen = {answer: request.form.getlist(f"themes-{answer}", type=int) for answer in shown}
    try:
        coding.code(db.session(), survey, question.name, str(current_user.id), chosen)
    except Refusal:
        abort(404)
    page, total = request.form.get("page", 1, type=int), request.form.get("total", 1, type=int)
    flash(_("Your sorting is saved."), "success")
    if page < total:
        return redirect(url_for("coding.sort", key=key, name=name, sida=page + 1))
    return redirect(url_for("coding.show", key=key, name=name))


@blueprint.get("/<int:key>/<name>/skillnader")
def differences(key: int, name: str) -> ResponseReturnValue:
    """The answers that people have sorted differently, to be settled one by one."""
    survey, question = _asked(key, name)
    found = coding.differences(db.session(), survey, question.name)
    return render_template(
        "surveys/coding/settle.html",
        survey=survey,
        name=question.name,
        label=question.text.in_(current()),
        themes=coding.themes(db.session(), survey, question.name),
        differences=found[:PAGE],
        count=len(found),
        unsettled=sum(one.settled is None for one in found),
    )


@blueprint.post("/<int:key>/<name>/skillnader")
def settle(key: int, name: str) -> ResponseReturnValue:
    """Keep what was agreed on of one answer."""
    survey, question = _asked(key, name)
    try:
        chosen = {request.form.get("answer", ""): request.form.getlist("themes", type=int)}
        coding.settle(db.session(), survey, question.name, chosen)
    except Refusal:
        abort(404)
    flash(_("What you agreed on is saved."), "success")
    return redirect(url_for("coding.differences", key=key, name=name))
