"""The start page and the pages about the service."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """What the panel is, how it works, and the way in."""
    return render_template("panel/public/start.html")


@blueprint.get("/personuppgifter")
def personal_data() -> ResponseReturnValue:
    """What is kept of people and of answers, and what remains even so."""
    return render_template("panel/public/personal_data.html")
