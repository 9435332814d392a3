"""Dialogues, as officials prepare them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analysis.words import _
from surveys import dialogues
from surveys.clock import today
from surveys.db import db
from surveys.forms.planning import DialogueForm, FeedbackForm
from surveys.models import Dialogue
from surveys.refusals import Refusal

blueprint = Blueprint("planning", __name__)


def _found(key: int) -> Dialogue:
    try:
        return dialogues.get(db.session(), key)
    except dialogues.NotFound:
        abort(404)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """All dialogues, with what each still lacks and what is owed."""
    rows = [(d, len(dialogues.missing(d)), dialogues.overdue(d, today())) for d in dialogues.every(db.session())]
    return render_template("surveys/planning/index.html", rows=rows)


@blueprint.route("/ny", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Begin a dialogue."""
    form = DialogueForm()
    if not form.validate_on_submit():
        return render_template("surveys/planning/edit.html", form=form, dialogue=None, missing=[])
    dialogue = dialogues.create(db.session(), form.values())
    flash(_("The dialogue is saved."), "success")
    return redirect(url_for("planning.show", key=dialogue.id))


@blueprint.get("/<int:key>")
def show(key: int) -> ResponseReturnValue:
    """One dialogue: what it says, what is missing, its surveys, its feedback."""
    dialogue = _found(key)
    return render_template(
        "surveys/planning/show.html",
        dialogue=dialogue,
        missing=dialogues.missing(dialogue),
        told=dialogues.TOLD,
        questions=dialogues.QUESTIONS,
        steps=dialogues.STEPS,
        laws=dialogues.SPECIAL_LAWS,
        overdue=dialogues.overdue(dialogue, today()),
    )


@blueprint.route("/<int:key>/andra", methods=["GET", "POST"])
def edit(key: int) -> ResponseReturnValue:
    """Change a dialogue; it may be filled in little by little."""
    dialogue = _found(key)
    form = DialogueForm(obj=None if request.method == "POST" else dialogue, data=DialogueForm.prefill(dialogue))
    if form.validate_on_submit():
        try:
            dialogues.change(dialogue, form.values())
        except Refusal as reason:
            form.title.errors = [str(reason)]
        else:
            flash(_("The dialogue is saved."), "success")
            return redirect(url_for("planning.show", key=key))
    return render_template("surveys/planning/edit.html", form=form, dialogue=dialogue, missing=dialogues.missing(dialogue))


@blueprint.route("/<int:key>/aterkoppling", methods=["GET", "POST"])
def feedback(key: int) -> ResponseReturnValue:
    """Publish what came of the dialogue."""
    dialogue = _found(key)
    form = FeedbackForm(obj=dialogue)
    if not form.validate_on_submit():
        return render_template("surveys/planning/feedback.html", form=form, dialogue=dialogue)
    dialogues.publish_feedback(dialogue, form.feedback.data, today())
    flash(_("The feedback is published."), "success")
    return redirect(url_for("planning.show", key=key))
