"""The table as a queue: what goes in, who may take it for how long, and what became of it."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Update,
    bindparam,
    create_engine,
    event,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from panel.models import Message, MessageState
from surveys.clock import now
from surveys.db import prepare, reading_only

URGENT, BULK = "urgent", "bulk"
LANES = (URGENT, BULK)
"""Messages of their own (confirm, sign in) never wait for campaigns: each lane is drained by itself."""
WAITING = (MessageState.QUEUED, MessageState.LEASED)
"""States of a message that is still to be sent."""
LEASE = timedelta(seconds=30)
BATCH = 50
CHUNK = 500


class Outcome(NamedTuple):
    """What became of a try."""

    state: MessageState
    code: int | None = None
    reply: str | None = None
    relay_id: str | None = None
    attempts: int = 0
    next_at: datetime | None = None


def put(
    session: Session,
    template: str,
    address: str,
    *,
    language: str = "sv",
    recipient: int | None = None,
    staff_id: int | None = None,
    fields: Mapping[str, Any] | None = None,
    channel: str = "email",
    sent: bool = True,
) -> Message:
    """Put one message of its own (confirm, sign in) into the urgent lane; ``sent=False`` only writes it down."""
    message = Message(
        **row(template, address, channel=channel, language=language, campaign=secrets.token_hex(16)),
        recipient=recipient,
        staff_id=staff_id,
        lane=URGENT,
        fields=dict(fields or {}),
        state=MessageState.QUEUED if sent else MessageState.SUPPRESSED,
    )
    session.add(message)
    session.flush()
    return message


def row(template: str, address: str, *, campaign: str, language: str, channel: str = "email") -> dict[str, Any]:
    """The columns that every message has; its Message-ID is given once, so that every attempt carries the same."""
    return {
        "template": template,
        "address": address,
        "campaign": campaign,
        "language": language,
        "channel": channel,
        "message_id": secrets.token_hex(16),
        "next_at": now(),
    }


def plan(session: Session, rows: Iterable[Mapping[str, Any]]) -> int:
    """Put a campaign's messages into the bulk lane; one that is there stays as it is. Tells how many are new."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    start: dict[str, Any] = {"lane": BULK, "state": MessageState.QUEUED, "attempts": 0}
    values = [start | dict(each) for each in rows]
    before = _count(session, values)
    for at in range(0, len(values), CHUNK):
        session.execute(insert(Message).on_conflict_do_nothing(), values[at : at + CHUNK])
    return _count(session, values) - before


def _count(session: Session, values: list[dict[str, Any]]) -> int:
    campaigns = {each["campaign"] for each in values}
    return session.scalar(select(func.count()).select_from(Message).where(Message.campaign.in_(campaigns))) or 0


def claim(
    connection: Connection, owner: str, lane: str, limit: int = BATCH, verdict: ColumnElement[Any] | None = None
) -> list[Row[Any]]:
    """Take up to ``limit`` messages that are due, for the time of a lease.

    ``verdict`` is the state that each gets: leased, or a final one where it is not to be sent after all. It is asked in
    the same statement, so nothing that changed before the claim is overlooked.
    """
    due = _due(lane).order_by(Message.next_at, Message.id).limit(limit).with_for_update(skip_locked=True).cte("due")
    state = literal(MessageState.LEASED, Message.state.type) if verdict is None else verdict
    until = now() + LEASE
    taken = connection.execute(
        update(Message)
        .where(Message.id.in_(select(due.c.id)))
        .values(state=state, owner=owner, lease_until=until, next_at=until)
        .returning(*Message.__table__.columns)
    )
    return [each for each in taken if each.state == MessageState.LEASED]


def settle(connection: Connection, owner: str, message: int, outcome: Outcome) -> bool:
    """Record what became of a message, if it is still ours."""
    values = outcome._asdict() | {"message": message, "us": owner}
    if outcome.next_at is None:
        del values["next_at"]
    return connection.execute(_SETTLE, values).rowcount == 1


_SETTLE = (
    update(Message.__table__)  # type: ignore[arg-type]
    .where(Message.id == bindparam("message"), Message.owner == bindparam("us"), Message.state == MessageState.LEASED)
    .values(lease_until=None, owner=None)
)
"""Built once: it is carried out for every message."""


def renew(connection: Connection, owner: str, messages: list[int]) -> None:
    """Begin the lease anew on what is left of a batch."""
    until = now() + LEASE
    connection.execute(_ours(owner, messages).values(lease_until=until, next_at=until))


def put_back(connection: Connection, owner: str, messages: list[int]) -> None:
    """Let somebody else take these at once; no try is counted."""
    connection.execute(_ours(owner, messages).values(state=MessageState.QUEUED, next_at=now(), lease_until=None, owner=None))


def _ours(owner: str, messages: list[int]) -> Update:
    mine = (Message.id.in_(messages), Message.owner == owner, Message.state == MessageState.LEASED)
    return update(Message).where(*mine)


def waiting(session: Session) -> int:
    """How many messages are still to be sent."""
    return session.scalar(select(func.count()).select_from(Message).where(Message.state.in_(WAITING))) or 0


def is_due(engine: Engine, lane: str) -> bool:
    """Whether a lane has something to send now; a look that disturbs no writer."""
    with reading_only(), engine.begin() as connection:
        return connection.execute(_due(lane).limit(1)).first() is not None


def oldest(session: Session) -> datetime | None:
    """Since when the message that has waited longest is due; None where nothing waits."""
    return session.scalar(select(func.min(Message.next_at)).where(Message.state.in_(WAITING)))


def _due(lane: str) -> Select[int]:
    """The messages of a lane that may be claimed now; the words are those of the index, so that it is used."""
    return select(Message.id).where(Message.lane == lane, text("outbox.state in ('queued', 'leased')"), Message.next_at <= now())


def quick(engine: Engine) -> Engine:
    """A way to the same database for the worker, which neither waits for the disk at each commit nor outstays its lease.

    Killing the worker loses nothing. If the power fails, SQLite may forget the last commits, so that their messages
    are sent once more; nothing is ever lost by it (docs/decisions/0008). PostgreSQL lets a worker that stands still in
    the midst of a transaction keep its messages locked no longer than a lease; in SQLite's file nobody can break a lock.
    """
    found = create_engine(engine.url, hide_parameters=True)  # no address in a log
    prepare(found)
    event.listen(found, "connect", _hurry_sqlite if engine.dialect.name == "sqlite" else _hurry_postgresql)
    return found


def _hurry_sqlite(connection: Any, record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _hurry_postgresql(connection: Any, record: object) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = '{LEASE.total_seconds():.0f}s'")
    connection.commit()
