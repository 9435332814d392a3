"""The way to the databases: one for work, one apart for answers."""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase

ANSWERS = "answers"
"""The bind of the response store: a file, or a PostgreSQL schema and role, of its own."""

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class Base(DeclarativeBase):
    """The base of every table; its names for constraints are the same on every database."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def coded(kind: type[enum.StrEnum]) -> sa.Enum:
    """A column type that stores an enumeration's codes as text."""
    return sa.Enum(kind, values_callable=lambda k: [m.value for m in k], native_enum=False, length=20)


class Moment(sa.types.TypeDecorator[datetime]):
    """A point in time in UTC, aware of it on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; a naive time is a fault of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a point in time needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back what was stored, in UTC."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


db = SQLAlchemy(model_class=Base, engine_options={"hide_parameters": True})  # no address or answer in a log

if TYPE_CHECKING:
    Table = Base
else:  # what Flask-SQLAlchemy makes of it when the program runs is unknown to type checkers
    Table = db.Model


@contextmanager
def reading_only(yes: bool = True) -> Iterator[None]:
    """Let no transaction that begins inside this block change anything (or, inside such a block, let one again): the
    databases themselves refuse it."""
    token = _reading.set(yes)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def unlocked() -> Iterator[None]:
    """Let something that only reads, and takes a while, hold up no writer: what this session has begun is given up first,
    and what it reads here is read anew afterwards."""
    db.session.rollback()
    try:
        with reading_only():
            yield
    finally:
        db.session.rollback()


def read_only(yes: bool) -> None:
    """Say whether transactions from here on in this context only read."""
    _reading.set(yes)


def prepare(engine: Engine) -> None:
    """Make an engine keep the house's rules for transactions; called once for each."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _settle_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "busy_timeout = 10000",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: a read transaction that grows into a write can fail whatever the time-out."""
    reading = _reading.get()
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if _reading.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
