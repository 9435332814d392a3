"""What is thrown away when, and that a dry run only counts."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from panel import links, retention
from panel.models import MailedLink, Message, MessageState, PendingImport, RateCount, ShownMessage
from surveys import clock
from tests import factories

DAY = timedelta(days=1)


def message(session: Session, **more: Any) -> Message:
    """A message of the outbox, handed over just now."""
    values: dict[str, Any] = {
        "campaign": "c", "channel": "email", "address": "anna@example.se", "template": "invitation",
        "message_id": "m", "next_at": clock.now(), "state": MessageState.HANDED_OVER, "reply": "250 anna@example.se",
    }  # fmt: skip
    row = Message(**values | more)
    session.add(row)
    session.flush()
    return row


def later(session: Session, age: timedelta) -> dict[str, int]:
    """Purge when so much time has gone by."""
    with clock.hold(clock.now() + age):
        counts = retention.purge(session)
    session.expire_all()
    return counts


def joining(app: Flask, session: Session) -> tuple[Message, str]:
    """Somebody who has asked to join, and the token that was mailed."""
    row = message(session, template="confirm", fields={links.KEPT: {"email": "anna@example.se"}})
    return row, links.issue(session, row, app.config["LINK_SECRET"])


def test_a_join_that_nobody_confirmed_is_forgotten_after_seven_days(app: Flask, house: Session) -> None:
    row, token = joining(app, house)
    assert later(house, 6 * DAY)["joins"] == 0
    assert later(house, 8 * DAY)["joins"] == 1
    assert house.scalars(select(MailedLink)).one().detail == {}
    assert (row.address, row.state) == ("", MessageState.HANDED_OVER)
    with pytest.raises(links.DeadLink, match="expired"):
        links.find(token, links.CONFIRM)
    assert later(house, 8 * DAY)["joins"] == 0


def test_a_join_that_was_never_sent_is_cancelled_and_blanked(app: Flask, house: Session) -> None:
    row = message(house, template="confirm", state=MessageState.QUEUED, fields={links.KEPT: {"email": "a@b.se"}})
    later(house, 8 * DAY)
    assert (row.address, row.state, row.fields) == ("", MessageState.CANCELLED, {})


def test_a_link_is_forgotten_a_month_after_its_time(app: Flask, house: Session) -> None:
    joining(app, house)
    assert later(house, 36 * DAY)["links"] == 0
    assert later(house, 38 * DAY)["links"] == 1
    assert house.scalars(select(MailedLink)).all() == []


def test_addresses_go_ninety_days_after_a_message_is_settled(house: Session) -> None:
    settled, waiting = message(house), message(house, campaign="d", state=MessageState.QUEUED)
    assert later(house, 89 * DAY)["addresses"] == 0
    assert later(house, 91 * DAY)["addresses"] == 1
    assert (settled.address, settled.reply, waiting.address) == ("", None, "anna@example.se")


def test_a_goodbye_is_blanked_as_soon_as_it_is_sent(house: Session) -> None:
    row = message(house, template="goodbye", state=MessageState.QUEUED)
    assert later(house, DAY)["goodbyes"] == 0
    row.state = MessageState.HANDED_OVER
    house.flush()
    assert later(house, DAY)["goodbyes"] == 1
    assert row.address == ""


def test_other_leftovers_go_in_their_time(house: Session) -> None:
    factories.anna(house)
    house.add(PendingImport(id="i", at=clock.now(), filename="x.csv", content=b"x"))
    house.add(ShownMessage(at=clock.now(), address="a@b.se", channel="email", raw=b"x"))
    house.add(RateCount(key="k", count=1, expires=clock.now().timestamp() + 60))
    message(house, template="sign_in", address="", state=MessageState.SUPPRESSED)
    house.flush()
    assert {name for name, count in later(house, 31 * DAY).items() if count} == {
        "imports", "shown", "tries", "strangers",
    }  # fmt: skip


def test_a_dry_run_tells_and_changes_nothing(app: Flask, house: Session) -> None:
    joining(app, house)
    with clock.hold(clock.now() + 8 * DAY):
        told = retention.purge(house, dry_run=True)
        assert told == retention.purge(house, dry_run=True)
        assert told == retention.purge(house)
    assert told["joins"] == told["join_messages"] == 1
