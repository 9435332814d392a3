"""What tests of sending begin with: a panel that has agreed, an open survey, a mailbox."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from panel import outreach
from panel.models import Consent, ConsentText, Member
from panel.outreach import Plan
from panel.worker import Worker
from surveys.clock import now, today
from surveys.models import Survey, SurveyState
from tests import factories
from tests.mailbox import Mailbox, serve

GROUPS = ["15-19", "20-29", "30-44", "45-64", "65-79", "80+"]
LANGUAGES = ["sv", "en"]
BODY: dict[str, Any] = {
    "format": 1,
    "title": {"sv": "Hur vill du resa?", "en": "How do you want to travel?"},
    "languages": ["sv", "en"],
    "pages": [
        {
            "questions": [
                {
                    "name": "bus",
                    "type": "yes_no",
                    "text": {"sv": "Åker du buss?", "en": "Do you go by bus?"},
                }
            ]
        }
    ],
}


def text(session: Session, version: int = 1) -> ConsentText:
    """A text to agree to."""
    found = ConsentText(version=version, texts={"sv": "Jag vill vara med."}, in_force=date(2026, 1, 1))
    session.add(found)
    session.flush()
    return found


def agree(session: Session, *people: Member, to: ConsentText) -> None:
    """Let people agree."""
    session.add_all(Consent(member_id=one.id, text_id=to.id, given=now()) for one in people)
    session.flush()


def panel(session: Session, count: int = 20, **more: Any) -> list[Member]:
    """A panel of that many, spread over districts, ages and genders, who have all agreed."""
    districts, genders = ["as", "offerdal", "krokom"], ["woman", "man"]
    people = [
        factories.member(session, f"m{i}@example.se", age=20 + i % 60, district=districts[i % 3], gender=genders[i % 2], **more)
        for i in range(count)
    ]
    agree(session, *people, to=text(session))
    return people


def open_survey(session: Session, body: dict[str, Any] | None = None) -> Survey:
    """A survey that is open."""
    return factories.survey(session, body or BODY, state=SurveyState.OPEN, opened_on=today())


def invite(session: Session, survey: Survey, plan: Plan | None = None) -> int:
    """Invite all, or a sample."""
    chosen = outreach.draw(session, survey, plan or Plan(), GROUPS)
    return outreach.send(session, chosen, survey, GROUPS, LANGUAGES)


@contextmanager
def relay(app: Flask, mailbox: Mailbox, **more: Any) -> Iterator[Worker]:
    """A worker whose mail goes to a real server, until the block ends."""
    with serve(mailbox, **more) as port:
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        worker = Worker(app)
        try:
            yield worker
        finally:
            end(worker)


def end(*workers: Worker) -> None:
    """Stop workers, and wait until all their threads are gone with what they hold of the database."""
    for worker in workers:
        for _second in range(60):
            if worker.stop():
                break
        else:
            raise AssertionError("a thread of a worker does not end")


def parts(letter: EmailMessage) -> tuple[str, str]:
    """A letter's plain text and its HTML."""
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert page is not None
    return plain.get_content(), page.get_content()


def deliver(app: Flask, mailbox: Mailbox | None = None) -> Sequence[EmailMessage]:
    """Send what is due to a mailbox, and read it."""
    box = mailbox or Mailbox()
    with relay(app, box) as worker:
        worker.once()
    return box.letters()
