"""Joining the panel, and confirming it by the link in a mail."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from analysis import words
from panel import consents, links, members
from panel.forms.joining import PAGE_ORDER, ConfirmForm, JoinForm
from panel.humans import agreed
from panel.views.member_session import remember
from panel.views.offering import districts, spoken, ways
from panel.views.posting import post
from surveys.refusals import Refusal

blueprint = Blueprint("joining", __name__)


@blueprint.get("/ga-med")
def page() -> ResponseReturnValue:
    """The form, in the reader's language."""
    return _page(_form())


@blueprint.post("/ga-med")
def join() -> ResponseReturnValue:
    """Take the form; the answer is the same whoever is a member."""
    form = _form()
    text = consents.ensure_text(current_app.config["MUNICIPALITY"])
    if not form.validate_on_submit() or not form.read(text.version):
        return _page(form), 422
    try:
        note = members.join(form.details(), text.id)
    except Refusal as fault:
        form.form_errors.append(str(fault))
        return _page(form), 422
    post(note)
    return redirect(url_for(".sent"))


@blueprint.get("/ga-med/skickat")
def sent() -> ResponseReturnValue:
    """What happens next: the same for everybody."""
    return render_template("panel/joining/sent.html")


@blueprint.get("/bekrafta/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Ask the person who opened the link; nothing happens by opening it."""
    try:
        links.find(token, links.CONFIRM)
    except links.DeadLink as dead:
        return _dead(dead)
    return render_template("panel/joining/confirm.html", form=ConfirmForm())


@blueprint.post("/bekrafta/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Make a member, signed in on this browser."""
    form = ConfirmForm()
    try:
        link = links.find(token, links.CONFIRM, hold=True)
        if not form.validate_on_submit():
            return render_template("panel/joining/confirm.html", form=form), 422
        if not agreed(form.join):
            return render_template("panel/joining/declined.html")
        remember(members.confirm(link))
    except links.DeadLink as dead:
        return _dead(dead)
    except members.AlreadyMember:
        return render_template("panel/joining/dead.html", reason=links.USED), 410
    except Refusal as fault:
        return render_template("error.html", code=409, text=str(fault)), 409
    return redirect(url_for(".welcome"))


@blueprint.get("/valkommen")
def welcome() -> ResponseReturnValue:
    """Thanks, and what happens next."""
    return render_template("panel/joining/welcome.html")


def _form() -> JoinForm:
    form = JoinForm(language=words.current())
    form.offer(districts(), spoken(), ways())
    return form


def _page(form: JoinForm) -> str:
    text = consents.shown(current_app.config["MUNICIPALITY"])
    form.version.data, form.version.raw_data = str(text.version), None
    paragraphs = consents.worded(text, words.current())
    return render_template("panel/joining/join.html", form=form, paragraphs=paragraphs, page_order=PAGE_ORDER)


def _dead(dead: links.DeadLink) -> ResponseReturnValue:
    return render_template("panel/joining/dead.html", reason=dead.reason), 404 if dead.reason == links.UNKNOWN else 410
