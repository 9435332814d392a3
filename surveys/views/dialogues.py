"""Dialogues, as the public sees them."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from analysis.words import N_
from surveys import dialogues
from surveys.db import db
from surveys.models import Dialogue, SurveyState
from surveys.views.results import shown

blueprint = Blueprint("dialogues", __name__)


def _state(dialogue: Dialogue) -> tuple[str, str]:
    """In one word and a colour."""
    if dialogue.feedback_published:
        return N_("Finished: feedback is published"), "blue"
    if any(survey.state == SurveyState.OPEN for survey in dialogue.surveys):
        return N_("Going on"), "green"
    return N_("Waiting for feedback"), "yellow"


def _found(slug: str) -> Dialogue:
    try:
        dialogue = dialogues.by_slug(db.session(), slug)
    except dialogues.NotFound:
        abort(404)
    if dialogue not in dialogues.public(db.session()):
        abort(404)
    return dialogue


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The dialogues that have gone to the citizens."""
    return render_template(
        "surveys/dialogues/index.html", rows=[(d, _state(d)) for d in dialogues.public(db.session())]
    )


@blueprint.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One dialogue: its frame, its promise, its surveys, what came of it."""
    dialogue = _found(slug)
    return render_template(
        "surveys/dialogues/show.html",
        dialogue=dialogue,
        state=_state(dialogue),
        step=dialogues.step(dialogue),
        promise=dialogues.promise(dialogue),
        law=dialogues.SPECIAL_LAWS.get(dialogue.special_law, ""),
        surveys=[survey for survey in dialogue.surveys if survey.state != SurveyState.DRAFT],
    )


@blueprint.get("/<slug>/resultat/<int:key>")
def results(slug: str, key: int) -> ResponseReturnValue:
    """The published results of one of a dialogue's surveys, for everybody: the same safe tables as officials see."""
    dialogue = _found(slug)
    survey = next((s for s in dialogue.surveys if s.id == key and s.state == SurveyState.PUBLISHED), None) or abort(404)
    back = url_for("dialogues.show", slug=slug)
    return render_template("surveys/results/show.html", formats={}, back_url=back, **shown(survey))
