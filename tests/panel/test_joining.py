"""Joining: the form, the link, and that nobody learns who is a member."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from panel import links
from panel.models import Member, MemberState, Message
from tests import factories
from tests.conftest import Work
from tests.panel.filling import fill
from tests.strict import StrictClient

FORM: dict[str, Any] = {
    "email": "Anna@Example.se", "mobile": "", "birth_year": "1992", "gender": "woman", "district": "as",
    "language": "sv", "channel": "email", "consent": "yes", "version": "1",
}  # fmt: skip


def letters(work: Work) -> list[tuple[str, str]]:
    """What is in the outbox: template and address."""
    with work() as session:
        return [(row.template, row.address) for row in session.scalars(select(Message).order_by(Message.id))]


def mailed_link(app: Flask, work: Work) -> str:
    """The token of the newest letter, made as the worker makes it."""
    with work() as session:
        newest = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert newest is not None
        return links.issue(session, newest, app.config["LINK_SECRET"])


def test_who_joins_and_confirms_is_a_member(app: Flask, client: StrictClient, work: Work) -> None:
    with work() as session:
        factories.districts(session)
    assert fill(client, "/ga-med", FORM).status_code == 302
    assert letters(work) == [("confirm", "anna@example.se")]
    token = mailed_link(app, work)
    assert client.get(f"/bekrafta/{token}").status_code == 200
    assert fill(client, f"/bekrafta/{token}", {"join": "yes"}).status_code == 302
    with work() as session:
        member = session.scalar(select(Member))
        assert member is not None
        assert (member.state, member.birth_year) == (MemberState.ACTIVE, 1992)
        assert member.consents[0].text.version == 1
    assert client.get("/valkommen").status_code == 200
