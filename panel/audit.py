"""The audit log: who did what to what, and when; never an answer, an address or the value of anything.

Changes of rows are written down by themselves (`watch`), with the names of the columns; acts that change no row are
recorded by whoever does them. What people answer, and when, is never in it: tables that answering changes are not watched.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from panel.models import (
    Consent,
    ConsentText,
    District,
    Event,
    Installation,
    Member,
    OutboxText,
    Population,
    Selection,
    Staff,
)
from surveys.clock import now
from surveys.db import db
from surveys.models import Dialogue, Picture, QuestionnaireVersion, Quote, Release, Survey, Theme
from surveys.signals import happened

WATCHED = (Member, Consent, ConsentText, Staff, District, Population, Installation, OutboxText, Selection,
           Dialogue, Survey, QuestionnaireVersion, Picture, Theme, Quote, Release)  # fmt: skip
"""Tables whose every change is written down."""
QUIET: dict[type, set[str]] = {Staff: {"failed_sign_ins", "locked_until", "password", "fs_uniquifier"}}
"""Columns whose change is told by an act of its own, or is none of anybody's business."""


class LogIsClosed(Exception):
    """What is written in the log is neither changed nor removed."""


_actor: ContextVar[str] = ContextVar("actor", default="")
_finders: list[Callable[[], str]] = []


@contextmanager
def acting_as(actor: str) -> Iterator[None]:
    """Say who acts in a ``with`` block where nobody is signed in: member, command, worker."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def name_actor(find: Callable[[], str]) -> None:
    """Let ``find()`` say who acts in a web request."""
    _finders[:] = [find]


def record(action: str, subject: str, key: object, **detail: Any) -> None:
    """Write down in the running transaction that ``action`` was done to ``subject`` number ``key``."""
    db.session.add(_event(action, subject, str(key), detail))


def _event(action: str, subject: str, key: str, detail: dict[str, Any]) -> Event:
    actor = _actor.get() or next((name for find in _finders if (name := find())), "somebody")
    return Event(at=now(), actor=actor[:80], action=action[:60], subject=subject[:40], key=key[:80], detail=detail)


def watch() -> None:
    """Listen to what is changed in sessions, and to what the surveys floor tells."""
    if not event.contains(Session, "after_flush", _after_flush):
        event.listen(Session, "after_flush", _after_flush)
        event.listen(Session, "do_orm_execute", _keep_closed)
        happened.connect(_heard, weak=False)


def _heard(action: str, subject: str, key: str, detail: dict[str, Any]) -> None:
    record(action, subject, key, **detail)


def _after_flush(session: Session, context: UOWTransaction) -> None:
    """Write down the rows that this flush has added, changed and removed, with the same transaction."""
    if any(isinstance(row, Event) for row in (*session.dirty, *session.deleted)):
        raise LogIsClosed
    changes: list[tuple[str, Any, list[str]]] = [("added", row, []) for row in session.new if isinstance(row, WATCHED)]
    changes += [("changed", row, columns) for row in session.dirty if (columns := _changed(row))]
    changes += [("removed", row, []) for row in session.deleted if isinstance(row, WATCHED)]
    events = [_values(action, row, columns) for action, row, columns in changes]
    if events:
        session.execute(sa.insert(Event.__table__), events)  # type: ignore[arg-type]


def _keep_closed(state: ORMExecuteState) -> None:
    changes = state.is_update or state.is_delete
    if changes and state.bind_mapper is not None and state.bind_mapper.class_ is Event:
        raise LogIsClosed


def _values(action: str, row: Any, columns: list[str]) -> dict[str, Any]:
    key = "/".join(str(part) for part in inspect(row).identity or inspect(row).mapper.primary_key_from_instance(row))
    made = _event(action, row.__tablename__, key, {"columns": columns} if columns else {})
    return {name: getattr(made, name) for name in ("at", "actor", "action", "subject", "key", "detail")}


def _changed(row: Any) -> list[str]:
    """The names of the columns and roles of a watched row whose values differ from what they were."""
    if not isinstance(row, WATCHED):
        return []
    state: Any = inspect(row)
    quiet = QUIET.get(type(row), set())
    names = [*state.mapper.column_attrs.keys(), *(["roles"] if isinstance(row, Staff) else [])]
    return sorted(name for name in names if name not in quiet and state.attrs[name].history.has_changes())
