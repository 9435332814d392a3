"""The worker: writes messages, sends them, mixes sealed answers, makes files, and throws away what is old."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import Row
from sqlalchemy.orm import Session

from panel import audit, channels, delivery, installation, links, messages, outreach, retention, staff
from panel.channels import Letter
from panel.wordings import CAMPAIGN, standard
from surveys import envelopes, jobs, lifecycle, making
from surveys.clock import now, today
from surveys.dataset import freezing
from surveys.db import db, reading_only

IDLE = 0.5
"""Seconds between looks at an empty lane."""
PATIENCE = 1.0
"""Seconds that a stop waits for a message that is just being handed over."""
PURGE_EVERY = 60 * 60
"""Seconds between two looks for what is to be thrown away."""
KNOWN_FOR = 5.0
"""Seconds for which a campaign's text is used before it is read again."""

log = logging.getLogger(__name__)


class Writer:
    """Writes the messages of the outbox: here the rules of several rooms meet, so that none has to know another."""

    def __init__(self, settings: Any) -> None:
        base = settings["BASE_URL"]
        self._house = messages.House(settings["MAIL_FROM"], settings["MUNICIPALITY"], settings["SERVICE_NAME"], base + "/")
        self._base = base
        self._secret: bytes = settings["LINK_SECRET"]
        self._drafts: dict[tuple[str, int, str], tuple[float, messages.Draft]] = {}

    def write(self, message: Row[Any]) -> Letter | None:
        """The message with its links, which are made now and stored nowhere."""
        if message.template in CAMPAIGN:
            found = outreach.secret_links(message, self._secret, self._base)
            draft = self._campaign(message)
        else:
            found = {"link": self._link(message)}
            said = standard(message.template, message.language)
            draft = messages.draft(said, (), message.language, self._house)
        return draft.letter(message.address, message.message_id, now(), **found)

    def _campaign(self, message: Row[Any]) -> messages.Draft:
        key = (message.campaign, message.wave, message.language)
        read_at, draft = self._drafts.get(key, (0.0, None))
        if draft is None or time.monotonic() - read_at > KNOWN_FOR:
            with reading_only(), Session(db.engine) as session:
                draft = outreach.draft_of(session, message.campaign, message.wave, message.language, self._house)
            self._drafts[key] = (time.monotonic(), draft)
        return draft

    def _link(self, message: Row[Any]) -> str:
        """The link of a message of its own; what is to be kept of it is kept before it leaves."""
        try:
            if message.staff_id:
                found = staff.password_link(message.staff_id, self._base)
            else:
                found = links.address(db.session(), message, self._secret, self._base)
            db.session.commit()
        finally:
            db.session.remove()
        return found


class Worker:
    """Threads: one for urgent messages, one per connection for campaigns, one for upkeep, one that makes files."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = threading.Event()
        self._breaker = delivery.Breaker()
        self._writer = Writer(app.config)
        self._threads: list[threading.Thread] = []
        with app.app_context():
            self._engine = delivery.quick(db.engine)

    def start(self, upkeep: bool = True) -> None:
        """Begin, and return at once."""
        lanes = [delivery.URGENT] + [delivery.BULK] * self._app.config["SMTP_CONNECTIONS"]
        acts: list[Callable[[], None]] = [partial(self._lane, lane) for lane in lanes]
        acts += [self._upkeep, self._making] if upkeep else []
        self._threads = [threading.Thread(target=self._inside, args=(act,), daemon=True) for act in acts]
        for thread in self._threads:
            thread.start()

    def stop(self) -> bool:
        """Finish what is being handed over, and give the rest back; what takes too long is left to its lease.

        Gives whether nothing is left that still works.
        """
        self._stop.set()
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._engine.dispose()
        return not any(thread.is_alive() for thread in self._threads)

    def once(self) -> int:
        """Send what is due now, urgent first, and return; tells how many messages were handled."""
        with self._app.app_context(), audit.acting_as("worker"):
            sender = self._sender()
            try:
                return sum(sender.drain(lane) for lane in delivery.LANES)
            finally:
                sender.close()
                self._engine.dispose()

    def _inside(self, act: Callable[[], None]) -> None:
        with self._app.app_context(), audit.acting_as("worker"):
            act()

    def _lane(self, lane: str) -> None:
        sender = self._sender()
        while not self._stop.is_set():
            try:
                idle = not delivery.is_due(db.engine, lane) or not sender.drain(lane)
            except Exception:  # a database that is away comes back; the lane must live to see it
                log.exception("the lane %s failed", lane)
                idle = True
            if idle:
                sender.close()
                self._stop.wait(IDLE)
        sender.close()

    def _upkeep(self) -> None:
        purged = float("-inf")
        while not self._stop.is_set():
            try:
                envelopes.work_round(self._app.config["KEY_DIR"])
                self._keep_results()
                if time.monotonic() - purged > PURGE_EVERY:
                    purged = time.monotonic()
                    lifecycle.close_overdue(db.session(), today())
                    retention.purge(db.session())
                    jobs.purge(db.session(), today())
                    freezing.forget_erased(db.session(), making.snapshots(self._app.config))
                    db.session.commit()
            except Exception:  # what goes wrong with one round is told, and tried again in the next
                log.exception("upkeep failed")
            finally:
                db.session.remove()
            self._stop.wait(1.0)

    def _keep_results(self) -> None:
        """Freeze what has been closed, and ask for the files that the elected will want."""
        with reading_only():
            freezing.freeze_closed(db.session(), making.snapshots(self._app.config))
            db.session.rollback()
        making.prepare(db.session(), self._app.config["LANGUAGES"][0])
        db.session.commit()

    def _making(self) -> None:
        while not self._stop.is_set():
            try:
                making.work_round(self._app.config)
            except Exception:  # what can't be made now is tried again when its lease is over
                log.exception("the making of files failed")
            finally:
                db.session.remove()
            self._stop.wait(IDLE)

    def _sender(self) -> delivery.Sender:
        settings = dict(self._app.config) | {"ENGINE": db.engine, "TWIN_ALLOWED": self._twin_allowed()}
        return delivery.Sender(
            engine=self._engine,
            render=self._writer.write,
            open_channel=lambda name: channels.open_channel(name, settings),
            verdict=outreach.verdict(),
            breaker=self._breaker,
            stopping=self._stop.is_set,
        )

    def _twin_allowed(self) -> bool:
        with reading_only():
            allowed = installation.is_demo() or bool(self._app.config.get("DEVELOPMENT"))
            db.session.rollback()
        return allowed
