"""People who answer: a survey that is open, invitations into it, and a walk through its pages."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveys import envelopes, invitations
from surveys.invitations import Invitee
from surveys.models import Draft, Envelope, Invitation, InvitationState, Survey, SurveyState
from tests import factories
from tests.conftest import Work
from tests.strict import StrictClient

Way = tuple[str, int]
"""The key of an invitation, and its survey's number."""
ANSWERS: dict[int, dict[str, Any]] = {1: {"usual": "bus"}, 3: {"safe": "yes"}, 4: {"wish": "Fler turer på kvällen 🚌"}}
"""What is answered on the pages of BODY."""
AGES = ("15-19", "20-29", "30-44", "45-64", "65-79", "80+")
AGE_LABELS = {code: code.replace("-", "–") + " år" for code in AGES}

BODY: dict[str, Any] = {
    "format": 1,
    "title": {"sv": "Hur vill du resa?", "en": "How do you want to travel?"},
    "languages": ["sv", "en"],
    "thanks": {"sv": "Nämnden läser svaren i mars.", "en": "The committee reads the answers in March."},
    "questions": [
        {
            "name": "usual",
            "type": "single",
            "text": {"sv": "Hur reser du oftast?", "en": "How do you usually travel?"},
            "required": True,
            "options": [
                {"code": "bus", "text": {"sv": "Med buss", "en": "By bus"}},
                {"code": "car", "text": {"sv": "Med bil", "en": "By car"}},
                {"code": "walk", "text": {"sv": "Till fots", "en": "On foot"}},
            ],
        },
        {
            "name": "why_car",
            "type": "multiple",
            "text": {"sv": "Varför tar du bilen?", "en": "Why do you take the car?"},
            "visible_if": {"question": "usual", "is": "car"},
            "options": [
                {"code": "slow", "text": {"sv": "Bussen är långsam", "en": "The bus is slow"}},
                {"code": "far", "text": {"sv": "Det är långt till hållplatsen", "en": "It is far to the stop"}},
            ],
        },
        {
            "name": "safe",
            "type": "yes_no",
            "text": {"sv": "Känner du dig trygg på vägen?", "en": "Do you feel safe on the way?"},
        },
        {
            "name": "wish",
            "type": "text",
            "text": {"sv": "Vad vill du att vi ändrar?", "en": "What do you want us to change?"},
            "max_length": 500,
        },
    ],
}


def ten_choices() -> dict[str, Any]:
    """A questionnaire of ten questions with one choice each."""
    words = {"a": "Ja, gärna", "b": "Kanske", "c": "Nej tack"}
    options = [{"code": code, "text": {"sv": text}} for code, text in words.items()]
    questions = [
        {"name": f"q{n}", "type": "single", "text": {"sv": f"Vill du ha förslag nummer {n}?"}, "options": options}
        for n in range(1, 11)
    ]
    return {"format": 1, "title": {"sv": "Tio frågor"}, "languages": ["sv"], "questions": questions}


def open_survey(
    session: Session, app: Flask, body: dict[str, Any] = BODY, people: int = 1, **more: Any
) -> list[Invitation]:
    """An open survey, with so many invited; gives their invitations."""
    survey = factories.survey(session, body, **more)
    found = invite(session, survey, [Invitee(f"r{n}", "30-44", "as") for n in range(people)])
    survey.state = SurveyState.OPEN
    envelopes.ensure_epoch(session, survey, app.config["KEY_DIR"])
    return found


def invite(session: Session, survey: Survey, people: Sequence[Invitee]) -> list[Invitation]:
    """Invitations for these people."""
    return invitations.issue(session, survey, people, AGE_LABELS, factories.DISTRICTS)


def link(app: Flask, key: str) -> str:
    """The personal link of an invitation."""
    return "/svara/" + invitations.token(key, app.config["LINK_SECRET"])


def post(client: FlaskClient, address: str, page: TestResponse | None = None, **values: Any) -> TestResponse:
    """Send the form of a page, with the proof that stands in it."""
    html = (page or client.get(address)).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    return client.post(address, data={"csrf_token": found[1] if found else "", **values})


def walk(client: FlaskClient, app: Flask, key: str, survey_id: int, pages: dict[int, dict[str, Any]]) -> TestResponse:
    """Open the link, answer these pages, look through, send in."""
    client.get(link(app, key))
    base = f"/svara/{survey_id}"
    for number, values in pages.items():
        assert post(client, f"{base}/fraga/{number}", **values).status_code == 303
    return post(client, f"{base}/skicka", client.get(f"{base}/granska"))


def go(client: StrictClient, app: Flask, invited: Way, *pages: int) -> str:
    """Open the link and answer these pages; gives the address that all pages of the survey begin with."""
    client.get(link(app, invited[0]))
    for number in pages:
        post(client, f"/svara/{invited[1]}/fraga/{number}", **ANSWERS[number])
    return f"/svara/{invited[1]}"


def sent_in(work: Work) -> tuple[int, int, int]:
    """Envelopes, answered invitations and drafts."""
    with work() as session:
        answered = session.query(Invitation).filter_by(state=InvitationState.ANSWERED).count()
        return session.query(Envelope).count(), answered, session.query(Draft).count()
