"""The start page, and the pages about accessibility, personal data and cookies."""

from datetime import date
from email.utils import parseaddr

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from panel import retention

blueprint = Blueprint("public", __name__)

ASSESSED = date(2026, 11, 23)
"""When accessibility was last assessed; the page is to be updated with it."""
UPDATED = date(2026, 11, 23)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """What the panel is, how it works, and the way in."""
    return render_template("panel/public/start.html")


@blueprint.get("/tillganglighet")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, with the eleven parts that Digg asks for."""
    return render_template("panel/public/accessibility.html", assessed=ASSESSED, updated=UPDATED, contact=_contact())


@blueprint.get("/personuppgifter")
def personal_data() -> ResponseReturnValue:
    """What is kept of people and of answers, and what remains even so."""
    return render_template("panel/public/personal_data.html", contact=_contact(), retention=retention)


@blueprint.get("/kakor")
def cookies() -> ResponseReturnValue:
    """The cookies, and why no one is asked about them."""
    host = "__Host-" if current_app.config["HTTPS"] else ""
    names = {"session_name": current_app.config["SESSION_COOKIE_NAME"], "survey_name": f"{host}svar-1, {host}svar-2, …"}
    return render_template("panel/public/cookies.html", **names)


def _contact() -> str:
    """The address that messages come from, which takes answers."""
    return parseaddr(current_app.config["MAIL_FROM"])[1]
