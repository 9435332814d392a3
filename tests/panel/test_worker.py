"""The worker survives being killed: nothing is lost, and what is sent twice is bounded by its open connections."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from panel import delivery
from panel.models import Message, MessageState
from panel.worker import Worker
from surveys.db import db
from tests.conftest import Work, environ
from tests.mailbox import Mailbox, serve
from tests.panel import sending

CONNECTIONS = 4
SHORT_LEASE = """
from datetime import timedelta
from panel.delivery import queue, sender
queue.LEASE = sender.LEASE = timedelta(seconds=2)
"""
COUNTING = """
import duckdb
from surveys import making
def count(settings):
    print("counting", flush=True)
    database = duckdb.connect()
    while True:
        database.execute("SELECT count(*) FROM range(3000000) a(x) GROUP BY hash(x) % 1000").fetchall()
making.work_round = count
"""
"""Work on files that takes long and is done by a library, which can't be told to stop."""
WORK = "from flask.cli import main; import sys; sys.argv = ['flask', '--app', 'panel.app', 'work']; main()"


@pytest.fixture
def start(app: Flask, empty: dict[str, Any], tmp_path: Path) -> Iterator[Callable[[int, str], subprocess.Popen[bytes]]]:
    """Start a worker as a process of its own, whose relay listens on a port; none outlives its test."""
    all_of_them: list[subprocess.Popen[bytes]] = []

    def started(port: int, before: str = "") -> subprocess.Popen[bytes]:
        settings = environ(tmp_path / "data", empty["url"]) | {
            "MEDBORGARPANEL_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "MEDBORGARPANEL_SMTP_CONNECTIONS": str(CONNECTIONS),
        }
        all_of_them.append(subprocess.Popen([sys.executable, "-c", before + WORK], env=os.environ | settings))
        return all_of_them[-1]

    yield started
    for process in all_of_them:
        process.kill()
        process.wait()


def freeze(process: subprocess.Popen[bytes], app: Flask) -> None:
    """Let a worker stand still; with SQLite's file not in the midst of a write, for nobody can take its lock from it."""
    with app.app_context():
        engine = db.engine
    while True:
        process.send_signal(signal.SIGSTOP)
        if engine.dialect.name != "sqlite":
            return
        with closing(sqlite3.connect(str(engine.url.database), timeout=0.2, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.01)
            else:
                connection.execute("ROLLBACK")
                return


def wait(until: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.mark.slow
def test_a_worker_killed_in_a_campaign_loses_nothing(work: Work, start: Callable[[int, str], subprocess.Popen[bytes]]) -> None:
    with work() as session:
        sending.panel(session, 300)
        sending.invite(session, sending.open_survey(session))
    box, kills = Mailbox(), 3
    with serve(box) as port:
        for killed in range(kills):
            process = start(port, SHORT_LEASE)
            wait(lambda killed=killed: len(box.raw) >= 60 * (killed + 1))
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = start(port, SHORT_LEASE)
        wait(lambda: len(set(box.addresses)) == 300)
        wait(lambda: not waiting(work))
        process.terminate()
        process.wait(timeout=10)
    counts = Counter(box.addresses)
    assert set(counts) == {f"m{i}@example.se" for i in range(300)}
    assert sum(counts.values()) - 300 <= kills * (CONNECTIONS + 1)
    with work() as session:
        assert set(session.scalars(select(Message.state))) == {MessageState.HANDED_OVER}


@pytest.mark.slow
def test_a_worker_that_stood_still_past_its_lease_sends_at_most_what_it_had_in_hand(
    app: Flask, work: Work, start: Callable[[int, str], subprocess.Popen[bytes]]
) -> None:
    with work() as session:
        sending.panel(session, 120)
        sending.invite(session, sending.open_survey(session))
    box = Mailbox(seconds=0.02)
    with serve(box) as port:
        frozen = start(port, SHORT_LEASE)
        wait(lambda: len(box.raw) >= 10)
        freeze(frozen, app)
        other = start(port, SHORT_LEASE)
        wait(lambda: not waiting(work))
        frozen.send_signal(signal.SIGCONT)
        time.sleep(1)
        for process in (frozen, other):
            process.terminate()
            process.wait(timeout=20)
    counts = Counter(box.addresses)
    assert len(counts) == 120
    assert sum(counts.values()) - 120 <= CONNECTIONS + 1


def waiting(work: Work) -> int:
    with work() as session:
        return delivery.waiting(session)


def test_a_worker_told_to_stop_does_not_wait_for_a_slow_relay(
    work: Work, start: Callable[[int, str], subprocess.Popen[bytes]]
) -> None:
    with work() as session:
        delivery.put(session, "goodbye", "anna@example.se")
    box = Mailbox(seconds=30)
    with serve(box) as port:
        process = start(port, "")
        wait(lambda: box.begun > 0)
        began = time.monotonic()
        process.terminate()
        code = process.wait(timeout=20)
        took = time.monotonic() - began
    assert code == 0
    assert took < 8, "two seconds on an idle machine, a few more on a busy one"


def test_a_worker_told_to_stop_leaves_what_a_library_still_counts(
    start: Callable[[int, str], subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str]
) -> None:
    process = start(9, COUNTING)
    wait(lambda: "counting" in capfd.readouterr().out)
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert "terminate called" not in capfd.readouterr().err


def test_two_workers_at_once_send_each_message_once(app: Flask, work: Work) -> None:
    with work() as session:
        sending.panel(session, 200)
        sending.invite(session, sending.open_survey(session))
    box = Mailbox()
    with sending.relay(app, box) as first:
        second = Worker(app)
        for worker in (first, second):
            worker.start(upkeep=False)
        wait(lambda: not waiting(work))
        sending.end(first, second)
    assert sorted(box.addresses) == sorted(f"m{i}@example.se" for i in range(200))


def test_a_worker_sends_what_comes_while_it_runs_and_urgent_does_not_wait(app: Flask, work: Work) -> None:
    with work() as session:
        sending.panel(session, 150)
        sending.invite(session, sending.open_survey(session))
    box = Mailbox(data=lambda address: None)
    with sending.relay(app, box) as worker:
        worker.start(upkeep=False)
        wait(lambda: len(box.raw) > 5)
        with work() as session:
            delivery.put(session, "sign_in", "m0@example.se", recipient=1)
        wait(lambda: any("Min sida" in str(letter["Subject"]) for letter in box.letters()))
        wait(lambda: len(box.raw) == 151)
    assert len(set(box.addresses)) == 150


def test_the_worker_makes_the_links_of_members_as_it_writes(app: Flask, work: Work) -> None:
    with work() as session:
        anna = sending.panel(session, 1)[0]
        delivery.put(session, "sign_in", "m0@example.se", recipient=anna.id)
    [letter] = sending.deliver(app)
    plain, page = sending.parts(letter)
    link = next(line.strip() for line in plain.splitlines() if "/min-sida/in/" in line)
    assert link in page
    answer = app.test_client().get(link.removeprefix("http://localhost"))
    assert answer.status_code == 200


def test_a_worker_without_a_relay_keeps_everything_waiting_outside_the_demo(app: Flask, work: Work) -> None:
    with work() as session:
        delivery.put(session, "goodbye", "anna@example.se")
    Worker(app).once()
    with work() as session:
        message = session.scalars(select(Message)).one()
        assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
        assert "SMTP_URL" in (message.reply or "")
