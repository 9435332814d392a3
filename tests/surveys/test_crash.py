"""Many at once, and killed at any point: each person's answer comes in once."""

import http.client
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

from surveys import drafts, envelopes, invitations
from surveys.db import db
from surveys.drafts import Work as Draftwork
from surveys.models import Envelope, Invitation, InvitationState, Response, Survey, SurveyState
from surveys.views import holding
from tests import killing
from tests.answerers import open_survey
from tests.conftest import Work, environ

LONG = bool(os.environ.get("LONG_TESTS"))
"""The long form: as many answers and kills as the project promises to survive."""
PATIENCE = 3600 if LONG else 300
"""Seconds after which a test is given up."""


@pytest.fixture
def settings_of_processes(app: Flask, empty: dict[str, Any]) -> dict[str, str]:
    """Settings by which another process opens the same databases."""
    return environ(app.config["DATA_DIR"], empty["url"])


def ready(app: Flask, work: Work, count: int) -> list[str]:
    """So many invited, each with all questions answered; gives the keys."""
    with work() as session:
        keys = [one.key for one in open_survey(session, app, people=count)]
        for key in keys:
            token = invitations.token(key, app.config["LINK_SECRET"])
            drafts.save(session, token, 1, Draftwork({"usual": "bus", "safe": None, "wish": key}))
    killing.let_go(app)
    return keys


@contextmanager
def served(settings: dict[str, str], processes: int) -> Iterator[tuple[int, list[killing.Victim]]]:
    """Web processes on one port."""
    listener = killing.listen()
    victims = [killing.Victim(killing.serve, settings, listener) for _process in range(processes)]
    try:
        yield listener.getsockname()[1], victims
    finally:
        for victim in victims:
            victim.kill()
        listener.close()


def send(port: int, token: str) -> tuple[int, str, str]:
    """Press the button: status, where it leads, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        body = f"csrf_token={holding.proof(token)}"
        headers = {"Cookie": f"svar-1={token}", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/svara/1/skicka", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()
    finally:
        connection.close()


def taken(answer: tuple[int, str, str]) -> bool:
    """Whether the reader was told that the answers have come in."""
    return answer[1] == "/svara/1/tack" or "Dina svar är redan inskickade" in answer[2]


def stored(app: Flask, work: Work) -> Counter[str]:
    """How many responses there are of each person, once all are in."""
    with work() as session:
        session.get_one(Survey, 1).state = SurveyState.CLOSED
    with app.app_context():
        envelopes.work_round(app.config["KEY_DIR"])
        assert db.session.query(Envelope).count() == 0
        return Counter(one.answers["wish"] for one in db.session.query(Response))


def test_fifty_identical_submissions_at_once_come_in_once(
    app: Flask, work: Work, settings_of_processes: dict[str, str]
) -> None:
    (key,) = ready(app, work, 1)
    token, start = invitations.token(key, app.config["LINK_SECRET"]), threading.Barrier(50)
    answers: list[tuple[int, str, str]] = []

    def press(port: int) -> None:
        start.wait()
        answers.append(send(port, token))

    with served(settings_of_processes, 2) as (port, _victims):
        threads = [threading.Thread(target=press, args=(port,)) for _press in range(50)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert Counter(status for status, _where, _page in answers) == {303: 1, 200: 49}
    assert all(taken(answer) for answer in answers)
    with work() as session:
        assert session.query(Invitation).filter_by(state=InvitationState.ANSWERED).count() == 1
    assert stored(app, work) == {key: 1}


@pytest.mark.slow
def test_a_killed_web_process_loses_nothing_acknowledged_and_doubles_nothing(
    app: Flask, work: Work, settings_of_processes: dict[str, str]
) -> None:
    keys = ready(app, work, 200)
    todo, acknowledged, broken, end = list(keys), set[str](), 0, time.monotonic() + PATIENCE

    def members(port: int) -> None:
        nonlocal broken
        while todo and time.monotonic() < end:
            key = todo.pop()
            try:
                answer = send(port, invitations.token(key, app.config["LINK_SECRET"]))
            except (OSError, http.client.HTTPException):
                broken += 1
                todo.append(key)
            else:
                assert taken(answer)
                acknowledged.add(key)

    with served(settings_of_processes, 1) as (port, (web,)):
        threads = [threading.Thread(target=members, args=(port,)) for _device in range(8)]
        for each in threads:
            each.start()
        for step in range(1, 6):
            while len(acknowledged) < step * 33 and any(each.is_alive() for each in threads):
                time.sleep(0.002)
            web.kill()
            web.start()
        for each in threads:
            each.join()
    assert web.kills >= 6
    assert broken > 0
    found = stored(app, work)
    assert acknowledged <= set(found)
    assert found == dict.fromkeys(keys, 1)


@pytest.mark.slow
def test_killed_submitters_and_flushers_lose_nothing_and_double_nothing(
    app: Flask, work: Work, settings_of_processes: dict[str, str], tmp_path: Path
) -> None:
    count, kills = (2000, 20) if LONG else (200, 6)
    with work() as session:
        keys = [one.key for one in open_survey(session, app, people=count)]
    killing.let_go(app)
    chance, log = Random(2309), tmp_path / "acknowledged"
    log.touch()
    halves, end = (keys[::2], keys[1::2]), time.monotonic() + PATIENCE
    victims = [killing.Victim(killing.submit, settings_of_processes, half, log) for half in halves]
    victims.append(killing.Victim(killing.flush, settings_of_processes))
    for step in range(1, kills + 1):
        while len(log.read_text().split()) < step * count // (kills + 2):
            assert time.monotonic() < end, "it took too long"
            time.sleep(chance.uniform(0.001, 0.05))
        victim = victims[step % 3]
        victim.kill()
        victim.start()
    for victim in victims[:2]:
        victim.process.join()
    victims[2].kill()
    assert [victim.process.exitcode for victim in victims[:2]] == [0, 0]
    found = stored(app, work)
    assert set(log.read_text().split()) <= set(found)
    assert found == dict.fromkeys(keys, 1)
    with work() as session:
        assert session.query(Invitation).filter_by(state=InvitationState.ANSWERED).count() == count
    assert left_after_an_hour(app) == [".lock"]


def left_after_an_hour(app: Flask) -> list[str]:
    """The files of the key folder; a key that was being made when its process was killed goes after an hour."""
    for path in Path(app.config["KEY_DIR"]).iterdir():
        os.utime(path, (0, 0))
    with app.app_context():
        envelopes.work_round(app.config["KEY_DIR"])
    return [path.name for path in Path(app.config["KEY_DIR"]).iterdir()]
