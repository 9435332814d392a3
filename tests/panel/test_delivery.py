"""The outbox reaches a real mail server, once each, whatever the server does."""

from flask import Flask
from sqlalchemy import select, update

from panel import delivery
from panel.models import Message, MessageState
from surveys.clock import now
from tests.conftest import Work
from tests.mailbox import Mailbox
from tests.panel import sending


def states(work: Work) -> dict[str, MessageState]:
    with work() as session:
        return {m.address: m.state for m in session.scalars(select(Message))}


def test_a_message_reaches_a_real_mail_server_in_both_parts_and_in_its_language(app: Flask, work: Work) -> None:
    with work() as session:
        delivery.put(session, "goodbye", "anna@example.se", language="en")
    [letter] = sending.deliver(app)
    plain, page = sending.parts(letter)
    assert letter["To"] == "anna@example.se"
    assert letter["Content-Language"] == "en"
    assert "You have left the citizen panel of Krokoms kommun." in plain
    assert '<html lang="en">' in page
    assert states(work) == {"anna@example.se": MessageState.HANDED_OVER}


def test_a_campaign_of_many_uses_few_connections(app: Flask, work: Work) -> None:
    with work() as session:
        sending.panel(session, 30)
        sending.invite(session, sending.open_survey(session))
    box = Mailbox()
    sending.deliver(app, box)
    assert sorted(box.addresses) == sorted(f"m{i}@example.se" for i in range(30))
    assert box.connections == 1
