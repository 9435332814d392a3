"""Pausing invitations by the link in a mail: one click in the mail program, or by hand; never by a look."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from panel import outreach
from panel.models import Event, Member, MemberState
from tests.conftest import Work
from tests.panel import sending
from tests.panel.filling import fill
from tests.strict import StrictClient

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def door(app: Flask, work: Work) -> str:
    """The address in the header of a mail that came."""
    with work() as session:
        sending.panel(session, 12)
        sending.invite(session, sending.open_survey(session))
    letter = next(one for one in sending.deliver(app) if one["To"] == "m3@example.se")
    return str(letter["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")


def state(work: Work) -> MemberState:
    with work() as session:
        return session.scalars(select(Member.state).where(Member.email == "m3@example.se")).one()


def test_one_click_pauses_without_cookie_token_or_redirect(app: Flask, work: Work, door: str) -> None:
    answer = app.test_client(use_cookies=False).post(door, data=ONE_CLICK)
    assert answer.status_code == 200
    assert state(work) == MemberState.PAUSED


def test_one_click_may_come_as_multipart_and_more_than_once(client: StrictClient, work: Work, door: str) -> None:
    for _again in range(2):
        answer = client.post(door, data=ONE_CLICK, content_type="multipart/form-data")
        assert answer.status_code == 200
    with work() as session:
        acts = session.scalars(select(Event.action).where(Event.action == "paused by link")).all()
    assert len(acts) == 1


def test_it_works_after_erasure_and_tells_nobody_who_is_a_member(client: StrictClient, work: Work, door: str) -> None:
    before = client.post(door, data=ONE_CLICK)
    with work() as session:
        session.delete(session.scalars(select(Member).where(Member.email == "m3@example.se")).one())
    after = client.post(door, data=ONE_CLICK)
    assert (after.status_code, after.text) == (200, before.text)


def test_a_look_changes_nothing(client: StrictClient, work: Work, door: str) -> None:
    assert client.get(door).status_code == 200
    assert client.head(door).status_code == 200
    assert state(work) == MemberState.ACTIVE


def test_a_form_sent_by_a_script_with_nothing_chosen_changes_nothing(client: StrictClient, work: Work, door: str) -> None:
    answer = fill(client, door, {})
    assert answer.status_code == 422
    assert state(work) == MemberState.ACTIVE


def test_a_persons_yes_pauses_and_says_how_to_begin_again(client: StrictClient, work: Work, door: str) -> None:
    answer = fill(client, door, {"pause": "yes"})
    assert "/min-sida" in answer.text
    assert state(work) == MemberState.PAUSED


def test_a_persons_no_changes_nothing(client: StrictClient, work: Work, door: str) -> None:
    assert fill(client, door, {"pause": "no"}).status_code == 200
    assert state(work) == MemberState.ACTIVE


def test_a_person_without_cookies_can_pause_too(app: Flask, work: Work, door: str) -> None:
    assert app.test_client(use_cookies=False).post(door, data={"pause": "yes"}).status_code == 200
    assert state(work) == MemberState.PAUSED


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t[:-4], lambda t: t + "=", lambda t: "å" * 32],
)
def test_a_link_that_is_not_ours_is_not_found(client: StrictClient, work: Work, door: str, change: object) -> None:
    token = door.rpartition("/")[2]
    assert client.post(f"/avregistrera/{change(token)}", data=ONE_CLICK).status_code == 404  # type: ignore[operator]
    assert state(work) == MemberState.ACTIVE


def test_a_number_can_not_be_guessed() -> None:
    tokens = {outreach.unsubscribe(number, b"secret" * 6) for number in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[\w-]{32}", token) for token in tokens)
    assert all(outreach.unsubscribed(token, b"another" * 6) is None for token in tokens)
