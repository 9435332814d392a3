"""Pausing invitations by the link in every invitation: by one click in the mail program (RFC 8058), or here by hand.

No sign-in, no cookie and no CSRF token: the link, which only its receiver has, is the proof. A look changes nothing.
"""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from panel import audit, outreach
from panel.forms.outreach import PauseForm
from panel.humans import agreed
from surveys.db import db

blueprint = Blueprint("unsubscribe", __name__)

ONE_CLICK = "One-Click"


@blueprint.get("/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Ask; nothing is changed."""
    _member(token)
    return render_template("panel/outreach/pause.html", form=_form())


@blueprint.post("/<token>")
def pause(token: str) -> ResponseReturnValue:
    """Pause; the answer is the same the second time, and to somebody who has left the panel."""
    member = _member(token)
    if request.form.get("List-Unsubscribe") != ONE_CLICK:
        form = _form()
        if not form.validate_on_submit():
            return render_template("panel/outreach/pause.html", form=form), 422
        if not agreed(form.pause):
            return render_template("panel/outreach/going_on.html")
    with audit.acting_as("member"):
        if outreach.pause(db.session(), member):
            audit.record("paused by link", "member", member)
    return render_template("panel/outreach/paused.html")


def _form() -> PauseForm:
    return PauseForm(meta={"csrf": False})


def _member(token: str) -> int:
    found = outreach.unsubscribed(token, current_app.config["LINK_SECRET"])
    if found is None:
        abort(404)
    return found
