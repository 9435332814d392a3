"""The development twin's outbox: each message as its receiver would see it; in the demo and in development only."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from panel import shown
from surveys.db import db

blueprint = Blueprint("outbox", __name__)

PER_PAGE, LAST_PAGE = 30, 1_000_000


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The messages, newest first, of one address if asked for."""
    address = request.args.get("adress", "").strip().lower()
    page = min(max(request.args.get("sida", 1, type=int) or 1, 1), LAST_PAGE)
    letters, count = shown.newest(db.session(), address, PER_PAGE, (page - 1) * PER_PAGE)
    pages = max(1, -(-count // PER_PAGE))
    if page > pages:
        abort(404)
    return render_template("panel/outbox/index.html", letters=letters, address=address, count=count, page=page, total=pages)


@blueprint.get("/<int:key>")
def letter(key: int) -> ResponseReturnValue:
    """One message: its headers, its plain text, and its HTML without anything that could act."""
    found = shown.one(db.session(), key)
    if found is None:
        abort(404)
    return render_template("panel/outbox/letter.html", letter=found)
