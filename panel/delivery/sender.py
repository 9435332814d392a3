"""One thread's way through the outbox, and what a fault means."""

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row

from panel.channels import Channel, Letter, NotDelivered
from panel.delivery.queue import BATCH, LEASE, Outcome, claim, put_back, renew, settle
from panel.models import MessageState
from surveys.clock import now
from surveys.refusals import Refusal

MARGIN = 0.2
"""The part of a lease at its end in which nothing is handed over any more."""
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
"""How long to wait after each refusal for the time being; after the last, a message is dead."""
SOON = timedelta(seconds=10)
"""How long the message waits that found the relay out of order."""

log = logging.getLogger(__name__)
_writing = threading.Lock()
"""One writer at a time in this process: waiting here is fair and quick, waiting for SQLite's lock is not."""


class LeaseLost(Exception):
    """The lease is about to run out: somebody else may take the message, so it must not be handed over now."""


def judge(fault: NotDelivered, attempts: int) -> Outcome:
    """What a fault means for a message that has been tried ``attempts`` times, this one not counted."""
    attempts += fault.counts
    if fault.permanent:
        return Outcome(MessageState.FAILED_PERMANENT, fault.code, fault.reply, None, attempts)
    if attempts > len(WAITS):
        return Outcome(MessageState.DEAD, fault.code, fault.reply, None, attempts)
    wait = (WAITS[attempts - 1] if fault.counts else SOON) * random.uniform(0.8, 1.2)  # noqa: S311 (no secret)
    return Outcome(MessageState.QUEUED, fault.code, fault.reply, None, attempts, now() + wait)


class Breaker:
    """After the relay itself failed, everybody waits: a second, then twice as long each time, a minute at most."""

    LONGEST = 60.0

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = 0.0

    def trip(self) -> None:
        """The relay can't be used just now."""
        self._pause = min(max(1.0, self._pause * 2), self.LONGEST)
        self._until = time.monotonic() + self._pause

    def reset(self) -> None:
        """The relay works."""
        self._pause = 0.0

    @property
    def closed(self) -> bool:
        """Whether the relay may be tried."""
        return time.monotonic() >= self._until


@dataclass
class Sender:
    """One thread's way through the outbox, with connections of its own.

    It commits item by item, on purpose: a message that was handed over is recorded before the next one is begun.
    """

    engine: Engine
    render: Callable[[Row[Any]], Letter | None]
    """Write a message; None where it is not to be sent after all."""
    open_channel: Callable[[str], Channel]
    verdict: ColumnElement[Any] | None = None
    breaker: Breaker = field(default_factory=Breaker)
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    stopping: Callable[[], bool] = lambda: False
    _channels: dict[str, Channel] = field(default_factory=dict)

    def drain(self, lane: str) -> int:
        """Send what is due until nothing is, or the relay fails; returns how many messages were settled."""
        done = 0
        while self.breaker.closed and not self.stopping():
            batch = self.round(lane)
            if not batch:
                break
            done += batch
        return done

    def round(self, lane: str) -> int:
        """Claim one batch and send it; returns how many messages were claimed."""
        with _writing, self.engine.begin() as connection:
            batch = claim(connection, self.owner, lane, BATCH, self.verdict)
        lease = _Lease()
        for at, message in enumerate(batch):
            rest = [each.id for each in batch[at:]]
            if not self.breaker.closed or self.stopping() or lease.over:
                self._write(put_back, rest)
                break
            if lease.worn:
                self._write(renew, rest)
                lease = _Lease()
            self._send(message, lease)
        return len(batch)

    def close(self) -> None:
        """Give all connections up."""
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def _send(self, message: Row[Any], lease: "_Lease") -> None:
        try:
            outcome = self._hand_over(message, lease)
        except LeaseLost:
            self._write(put_back, [message.id])
            return
        except NotDelivered as fault:
            outcome = judge(fault, message.attempts)
            if not fault.counts:
                self.breaker.trip()
        with _writing, self.engine.begin() as connection:
            settle(connection, self.owner, message.id, outcome)

    def _hand_over(self, message: Row[Any], lease: "_Lease") -> Outcome:
        try:
            letter = self.render(message)
            if letter is None:
                return Outcome(MessageState.SUPPRESSED, attempts=message.attempts)
            receipt = self._channel(message.channel).send(letter, lease.check)
        except (NotDelivered, LeaseLost):
            raise
        except Refusal as reason:
            raise NotDelivered(str(reason)[:500], permanent=True) from reason
        except Exception as fault:  # one message that can't be written or handed over must not stop the lane
            log.exception("message %s failed", message.id)
            raise NotDelivered(f"failed here: {type(fault).__name__}") from fault
        self.breaker.reset()
        return Outcome(MessageState.HANDED_OVER, receipt.code, receipt.reply, receipt.relay_id, message.attempts + 1)

    def _channel(self, name: str) -> Channel:
        if name not in self._channels:
            self._channels[name] = self.open_channel(name)
        return self._channels[name]

    def _write(self, act: Callable[[Connection, str, list[int]], None], messages: list[int]) -> None:
        with _writing, self.engine.begin() as connection:
            act(connection, self.owner, messages)


class _Lease:
    """Our view of a lease, by a clock that nobody sets: a machine that stood still must not send what others took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def _spent(self) -> float:
        return (time.monotonic() - self._began) / LEASE.total_seconds()

    @property
    def worn(self) -> bool:
        """Whether it is time to renew, so that a slow relay has time to answer."""
        return self._spent > 1 / 3

    @property
    def over(self) -> bool:
        """Whether it is too late to hand anything over or to renew."""
        return self._spent > 1 - MARGIN

    def check(self) -> None:
        """Raise `LeaseLost` where it is too late."""
        if self.over:
            raise LeaseLost
