"""The time, in one place, so that a test can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Stockholm")

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _held.get() or datetime.now(UTC)


def today() -> date:
    """Today's date where the municipality is."""
    return now().astimezone(HERE).date()


@contextmanager
def hold(moment: datetime) -> Iterator[None]:
    """Let the time stand still at ``moment`` inside a ``with`` block."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
