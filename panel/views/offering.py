"""What the pages of joining and membership offer to choose from."""

from flask import current_app
from sqlalchemy import select

from panel import channels, languages
from panel.models import District
from surveys.db import db


def districts() -> list[tuple[str, str]]:
    """The districts, by name."""
    rows = db.session.scalars(select(District).order_by(District.name))
    return [(row.code, row.name) for row in rows]


def spoken() -> list[tuple[str, str]]:
    """The languages that the municipality offers, each in its own tongue."""
    return [(code, languages.NAMES.get(code, code)) for code in current_app.config["LANGUAGES"]]


def ways() -> list[str]:
    """The channels by which invitations can go."""
    return [name for name in channels.names() if name != channels.TWIN]
