"""A campaign from end to end (claim, write, SMTP, one durable commit a message) against bare smtplib, in one run."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, select

from panel.channels.email import Channel
from panel.models import Consent, Member, Message, MessageState
from panel.worker import Worker, Writer
from surveys.clock import now
from surveys.db import db
from tests.conftest import Work
from tests.panel import sending

pytestmark = pytest.mark.benchmark

COUNT, LONG = 500, 5000
LEAST_SHARE = 0.12
"""Of what bare smtplib reaches with messages written beforehand; claims, writing and a commit each are the rest."""


@pytest.fixture
def port() -> Iterator[int]:
    sink = subprocess.Popen([sys.executable, "-m", "tests.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert sink.stdout
    yield int(sink.stdout.readline())
    sink.communicate("")


def campaign(work: Work, count: int) -> None:
    with work() as session:
        first = sending.panel(session, 1)[0]
        text = session.scalars(select(Consent.text_id)).one()
        values = {column.name: getattr(first, column.name) for column in Member.__table__.columns if column.name != "id"}
        people = [values | {"email": f"m{i}@example.se"} for i in range(1, count)]
        session.execute(insert(Member), people)
        numbers = session.scalars(select(Member.id).where(Member.id != first.id))
        session.execute(insert(Consent), [{"member_id": n, "text_id": text, "given": now()} for n in numbers])
        sending.invite(session, sending.open_survey(session))


def bare(app: Flask, port: int) -> float:
    """Seconds for the same messages, written beforehand, through one connection and with nothing recorded."""
    with app.app_context():
        rows = db.session.execute(select(*Message.__table__.columns)).all()
        writer = Writer(app.config)
        letters = [letter for row in rows if (letter := writer.write(row))]
        db.session.rollback()
    channel = Channel({"SMTP_URL": f"smtp://127.0.0.1:{port}"})
    began = time.perf_counter()
    for letter in letters:
        channel.send(letter, lambda: None)
    took = time.perf_counter() - began
    channel.close()
    return took


def whole(app: Flask, work: Work, port: int) -> float:
    """Seconds for the worker."""
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    worker = Worker(app)
    began = time.perf_counter()
    worker.once()
    took = time.perf_counter() - began
    with work() as session:
        assert set(session.scalars(select(Message.state))) == {MessageState.HANDED_OVER}
    return took


def test_a_campaign_is_sent_at_a_fair_part_of_bare_smtplibs_rate(
    app: Flask, work: Work, port: int, pytestconfig: pytest.Config
) -> None:
    count = LONG if pytestconfig.getoption("--long") else COUNT
    campaign(work, count)
    fastest, ours = bare(app, port), whole(app, work, port)
    print(f"\nbare smtplib {count / fastest:,.0f}/s, end to end {count / ours:,.0f}/s, share {fastest / ours:.2f}")
    assert fastest / ours >= LEAST_SHARE
