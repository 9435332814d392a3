"""Surveys: the questionnaire, opening, closing, publishing."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analysis.words import _, current
from surveys import dialogues, drafting, formats, lifecycle, making, pictures
from surveys.clock import today
from surveys.db import db
from surveys.forms.surveys import ImportForm, PictureForm, SurveyForm
from surveys.models import Survey, SurveyState
from surveys.refusals import Refusal

blueprint = Blueprint("surveys", __name__)
blueprint.app_context_processor(lambda: {"state_names": lifecycle.STATES})

DOORS = {"draft": "grey", "open": "green", "closed": "blue", "published": "purple"}


def _found(key: int) -> Survey:
    survey = db.session.get(Survey, key)
    return survey or abort(404)


def _missing(survey: Survey) -> list[str]:
    said = lifecycle.said_elsewhere(db.session(), survey)
    return lifecycle.missing(survey, today(), said)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """All surveys."""
    return render_template("surveys/surveys/index.html", surveys=drafting.every(db.session()), doors=DOORS)


@blueprint.route("/ny", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Import a questionnaire as a new survey."""
    form = ImportForm(data={"dialogue_id": request.args.get("dialog")}).offer(dialogues.every(db.session()))
    if form.validate_on_submit():
        try:
            loaded = formats.read(form.file.data.read(), form.file.data.filename or "")
        except Refusal as reason:
            form.file.errors = str(reason).splitlines()
        else:
            survey = drafting.create(db.session(), loaded, int(form.dialogue_id.data) if form.dialogue_id.data else None)
            flash(_("The questionnaire is imported."), "success")
            return redirect(url_for("surveys.show", key=survey.id))
    return render_template("surveys/surveys/import.html", form=form, survey=None)


@blueprint.get("/<int:key>")
def show(key: int) -> ResponseReturnValue:
    """One survey: its state, what is missing, what an import lost, and its doors."""
    survey = _found(key)
    return render_template(
        "surveys/surveys/show.html",
        survey=survey,
        questionnaire=drafting.questionnaire(survey),
        missing=_missing(survey) if survey.state == SurveyState.DRAFT else [],
        problems=[p for p in drafting.problems(survey) if p.level == "warning"],
        pictures=pictures.wanted(db.session(), survey),
        doors=DOORS,
    )


@blueprint.route("/<int:key>/andra", methods=["GET", "POST"])
def edit(key: int) -> ResponseReturnValue:
    """The dialogue, the last day, how sensitive."""
    survey = _found(key)
    sensitive = "yes" if survey.sensitive else "no"
    chosen = {name: str(getattr(survey, name) or "") for name in ("dialogue_id", "follows_id")}
    form = SurveyForm(data=chosen | {"closes": survey.closes, "sensitive": sensitive})
    form.offer(dialogues.every(db.session()), drafting.earlier(db.session(), survey))
    if form.validate_on_submit():
        values = {
            "dialogue_id": int(form.dialogue_id.data),
            "closes": form.closes.data,
            "sensitive": form.sensitive.data == "yes",
            "follows_id": int(form.follows_id.data) if form.follows_id.data else None,
        }
        try:
            drafting.change(survey, {name: value for name, value in values.items() if value != getattr(survey, name)})
        except Refusal as reason:
            form.closes.errors = [str(reason)]
        else:
            flash(_("The survey is saved."), "success")
            return redirect(url_for("surveys.show", key=key))
    return render_template("surveys/surveys/edit.html", form=form, survey=survey)


@blueprint.route("/<int:key>/fragor", methods=["GET", "POST"])
def replace(key: int) -> ResponseReturnValue:
    """Import another questionnaire into a draft."""
    survey = _found(key)
    form = ImportForm().offer([])
    if form.validate_on_submit():
        try:
            drafting.replace(survey, formats.read(form.file.data.read(), form.file.data.filename or ""))
        except Refusal as reason:
            form.file.errors = str(reason).splitlines()
        else:
            flash(_("The questionnaire is replaced."), "success")
            return redirect(url_for("surveys.show", key=key))
    return render_template("surveys/surveys/import.html", form=form, survey=survey)


@blueprint.get("/<int:key>/granska")
def preview(key: int) -> ResponseReturnValue:
    """Every question before the start, as it reads on paper."""
    survey = _found(key)
    return render_template(
        "surveys/surveys/preview.html", survey=survey, questionnaire=survey.current.questionnaire, spoken=current()
    )


@blueprint.get("/<int:key>/fragor.<name>")
def export(key: int, name: str) -> ResponseReturnValue:
    """The questionnaire as a file."""
    survey = _found(key)
    if name not in formats.writable():
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="enkat-{key}.{name}"'}
    return Response(formats.write(drafting.questionnaire(survey), name), mimetype="text/plain", headers=headers)


@blueprint.route("/<int:key>/bild", methods=["GET", "POST"])
def picture(key: int) -> ResponseReturnValue:
    """Upload an image that the questionnaire shows."""
    survey, form = _found(key), PictureForm()
    if form.validate_on_submit():
        try:
            pictures.add(db.session(), survey, Path(form.picture.data.filename or "").name, form.picture.data.read())
        except Refusal as reason:
            form.picture.errors = [str(reason)]
        else:
            flash(_("The image is saved."), "success")
            return redirect(url_for("surveys.show", key=key))
    wanted = pictures.wanted(db.session(), survey)
    return render_template("surveys/surveys/picture.html", form=form, survey=survey, wanted=wanted)


@blueprint.post("/<int:key>/oppna")
def open_(key: int) -> ResponseReturnValue:
    """Draft to open."""
    survey = _found(key)
    said = lifecycle.said_elsewhere(db.session(), survey)
    return _through(key, lambda: lifecycle.open_(db.session(), survey, today(), said, None))  # the worker alone holds keys


@blueprint.post("/<int:key>/stang")
def close(key: int) -> ResponseReturnValue:
    """Open to closed."""
    survey = _found(key)
    return _through(key, lambda: lifecycle.close(survey, today()))


@blueprint.post("/<int:key>/publicera")
def publish(key: int) -> ResponseReturnValue:
    """Closed to published."""
    survey = _found(key)

    def act() -> None:
        making.settle(key, current(), current_app.config)
        lifecycle.publish(db.session(), survey, today())

    return _through(key, act)


def _through(key: int, act: Callable[[], None]) -> ResponseReturnValue:
    """Go through a door; a refusal is shown on the survey's page, and nothing is changed."""
    try:
        act()
    except lifecycle.CannotOpen:
        flash(_("The survey can't be opened yet. What is missing is listed below."), "error")
    except Refusal as reason:
        flash(str(reason), "error")
    else:
        flash(_("Done."), "success")
    return redirect(url_for("surveys.show", key=key))
