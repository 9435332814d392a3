"""Limits on how often a door is tried, shared by all processes."""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from panel import ratelimits
from panel.app import create_app
from panel.models import RateCount
from surveys.db import db
from tests.conftest import SECRET, environ
from tests.panel.signing import fill

TRY = """
import os, re, sys
from panel.app import create_app
client = create_app(os.environ).test_client()
token = re.search(r'csrf_token" value="([^"]+)"', client.get("/logga-in").text)[1]
data = {"csrf_token": token, "email": "", "password": ""}
for _ in range(int(sys.argv[1])):
    print(client.post("/logga-in", data=data).status_code)
"""


@pytest.fixture
def settings() -> dict:
    """Limits are on, for once."""
    return {"RATE_LIMITS": "on"}


@pytest.fixture(autouse=True)
def closed(app: Flask) -> Iterator[None]:
    """Leave no connection open."""
    yield
    if limiter := app.extensions.get("panel-limiter"):
        limiter.storage.engine.dispose()


def tries(limits: str) -> int:
    return int(limits.split()[0])


def test_four_processes_share_one_count(app, tmp_path):
    allowed = tries(ratelimits.RATES[0].limits)
    settings = {
        "MEDBORGARPANEL_SECRET_KEY": SECRET,
        "MEDBORGARPANEL_DATA_DIR": str(app.config["DATA_DIR"]),
        "MEDBORGARPANEL_DATABASE_URL": app.config["DATABASE_URL"],
        "MEDBORGARPANEL_BASE_URL": "http://localhost",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-c", TRY, str(allowed // 4 + 3)]
    processes = [subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    codes = Counter(code for process in processes for code in process.communicate(timeout=120)[0].split())
    assert codes == {"200": allowed, "429": 4 * (allowed // 4 + 3) - allowed}


def test_who_tries_too_often_is_told_when_to_try_again(client):
    for _ in range(tries(ratelimits.RATES[0].limits)):
        fill(client, "/logga-in", email="", password="")
    answer = fill(client, "/logga-in", email="", password="")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Försök igen om 1 minut." in answer.text
    assert client.get("/logga-in").status_code == 200


def test_a_window_that_is_over_begins_anew(app, client, work, monkeypatch):
    storage = app.extensions["panel-limiter"].storage
    assert [storage.incr("k", 60) for _ in range(3)] == [1, 2, 3]
    later = time.time() + 61
    monkeypatch.setattr(ratelimits.time, "time", lambda: later)
    assert storage.get("k") == 0
    assert storage.incr("k", 60) == 1


def test_another_network_has_a_count_of_its_own(client):
    for _ in range(tries(ratelimits.RATES[0].limits)):
        fill(client, "/logga-in", email="", password="")
    token = re.search(r'csrf_token" value="([^"]+)"', client.get("/logga-in").text)[1]
    data = {"csrf_token": token, "email": "", "password": ""}
    assert client.post("/logga-in", data=data).status_code == 429
    assert client.post("/logga-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_addresses_of_one_ipv6_network_share_a_count(app):
    def network(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return ratelimits.network()

    assert network("2001:db8::1") == network("2001:db8::ffff") != network("2001:db8:0:1::1")


def test_nobody_s_mailbox_is_filled_whoever_asks(client):
    codes = [fill(client, "/glomt-losenord", email=email).status_code for email in ["siv@example.se", "SIV@example.se "] * 3]
    assert codes == [200] * 5 + [429]
    assert fill(client, "/glomt-losenord", email="per@example.se").status_code == 200


def test_no_address_is_kept_and_counts_that_are_over_go(app, client, monkeypatch):
    fill(client, "/glomt-losenord", email="siv@example.se")
    with app.app_context():
        kept = str(db.session.execute(sa.select(RateCount.__table__)).all())
        db.session.rollback()
    assert "siv" not in kept
    assert "127.0.0.1" not in kept
    assert "glomt" in kept
    later = time.time() + 2 * 24 * 3600
    monkeypatch.setattr(ratelimits.time, "time", lambda: later)
    monkeypatch.setattr(ratelimits.random, "random", lambda: 0.0)
    app.extensions["panel-limiter"].storage.incr("new", 60)
    with app.app_context():
        assert db.session.scalars(sa.select(RateCount.key)).all() == ["new"]


@pytest.mark.parametrize(
    ("method", "path", "limited"),
    [
        ("POST", "/logga-in", True),
        ("GET", "/logga-in", False),
        ("POST", "/glomt-losenord", True),
        ("GET", "/aterstall/x", True),
        ("POST", "/ga-med", True),
        ("GET", "/bekrafta/x", True),
        ("POST", "/avregistrera/x", True),
        ("POST", "/min-sida", True),
        ("POST", "/min-sida/", True),
        ("GET", "/svara/" + "x" * 43, True),
        ("HEAD", "/svara/" + "x" * 43, True),
        ("GET", "/svara/12/fraga/3", False),
        ("GET", "/", False),
        ("GET", "/static/panel.css", False),
    ],
)
def test_joining_signing_in_and_token_pages_are_limited_and_others_are_not(app, method, path, limited):
    with app.test_request_context(path, method=method):
        assert (ratelimits.rate() is not None) is limited


def test_a_store_that_fails_shuts_nobody_out(app, client):
    with app.app_context():
        db.session.execute(sa.text("ALTER TABLE rate_count RENAME TO rate_count_away"))
        db.session.commit()
    try:
        assert fill(client, "/logga-in", email="", password="").status_code == 200
    finally:
        with app.app_context():
            db.session.execute(sa.text("ALTER TABLE rate_count_away RENAME TO rate_count"))
            db.session.commit()


def test_limits_can_be_switched_off(app):
    off = create_app(environ(app.config["DATA_DIR"], app.config["DATABASE_URL"]), TESTING=True)
    client = off.test_client()
    codes = {client.post("/logga-in").status_code for _ in range(40)}
    assert codes == {400}
    with off.app_context():
        for engine in db.engines.values():
            engine.dispose()
