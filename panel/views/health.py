"""Whether the service is well: for those who watch it, not for those who read pages."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from panel.models import Message, MessageState
from surveys import envelopes
from surveys.clock import now
from surveys.db import ANSWERS, db
from surveys.models import Response, Survey, SurveyState

blueprint = Blueprint("health", __name__)
LATE = 15 * 60
"""So many seconds may a message be due before the queue is said to be late: then no worker is running."""


@blueprint.get("")
def page() -> ResponseReturnValue:
    """200 if databases, migrations, queue and keys are as they should be, else 503; each by name."""
    checks = {"database": database, "responses": responses, "migrations": migrations, "queue": queue, "keys": keys}
    found = {name: _tried(check) for name, check in checks.items()}
    well = all(state in ("ok", "late") for state in found.values())
    return jsonify({"status": "ok" if well else "failing", **found}), 200 if well else 503


def _tried(check: Callable[[], str]) -> str:
    try:
        return check()
    except SQLAlchemyError:
        db.session.rollback()
        current_app.logger.exception("health check failed")
        return "failing"


def database() -> str:
    """Whether the database of work answers."""
    db.session.execute(sa.text("SELECT 1"))
    return "ok"


def responses() -> str:
    """Whether the response store answers."""
    db.session.execute(sa.select(Response.id).limit(1))
    return "ok"


def migrations() -> str:
    """Whether both databases stand at the newest migration."""
    head = (Path(str(current_app.extensions["migrate"].directory)) / "HEAD").read_text().strip()
    version = sa.text("SELECT version_num FROM alembic_version")
    for bind in (None, ANSWERS):
        with db.engines[bind].connect() as connection:
            if connection.execute(version).scalars().all() != [head]:
                return "behind"
    return "ok"


def queue() -> str:
    """Whether the outbox can be read, and is not left lying."""
    waiting = Message.state.in_([MessageState.QUEUED, MessageState.LEASED])
    oldest = db.session.scalar(sa.select(sa.func.min(Message.next_at)).where(waiting))
    return "late" if oldest and (now() - oldest).total_seconds() > LATE else "ok"


def keys() -> str:
    """Whether every open survey has a key to seal answers to (without one answers are refused) and closed ones are emptied."""
    stuck = list(envelopes.stuck(db.session))  # type: ignore[arg-type]
    states = db.session.scalars(sa.select(Survey.state).where(Survey.id.in_(stuck))).all()
    return "missing" if SurveyState.OPEN in states else "late" if states else "ok"
