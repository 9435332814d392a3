"""The demo municipality: made-up people in approximate districts, one closed survey, also asked a year before, and one open."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import yaml
from flask import Flask, current_app
from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

import surveys
from analysis import words
from analysis.words import _
from panel import audit, consents, installation, outreach, places, staff
from panel.demo import answers, people
from panel.models import Member, Message, MessageState, Participation, Staff
from surveys import answering, clock, dialogues, drafting, envelopes, formats, invitations, lifecycle
from surveys.db import db
from surveys.models import Dialogue, Survey, SurveyState
from surveys.refusals import Refusal

HERE = Path(__file__).parent
EXAMPLES = Path(surveys.__file__).parent / "examples"
PASSWORD = "demo-{role}-2309"  # noqa: S105 (made up, printed at the start, works on made-up data only)
ROLES = ("processledare", "analytiker", "presidium", "administrator")
NAMES = {"processledare": "Siv", "analytiker": "Ylva", "presidium": "Per", "administrator": "Åke"}


@dataclass(frozen=True)
class Doors:
    """What a visitor needs to walk round: addresses, and an address and a password per role."""

    addresses: Mapping[str, str]
    accounts: Mapping[str, tuple[str, str]]


class NotEmpty(Refusal):
    """There are people in the database, and they are not made up."""


def build(app: Flask, members: int, seed: int) -> None:
    """Make the whole municipality in an empty database; the same seed makes the same people and answers."""
    rng = random.Random(seed)  # noqa: S311 (made-up data)
    flask_migrate.upgrade(directory=str(app.extensions["migrate"].directory))
    if db.session.scalar(select(Staff.id).limit(1)) or db.session.scalar(select(Member.id).limit(1)):
        raise NotEmpty(_("The database holds accounts or members already. A demo is only built in an empty database."))
    with words.speak("sv"), audit.acting_as("demo"):
        session = db.session()
        installation.put("demo", True)
        _staff(session)
        places.import_districts(session, (HERE / "districts.geojson").read_bytes())
        places.import_population(session, (HERE / "population.csv").read_bytes(), app.config["AGE_GROUPS"])
        with clock.hold(_noon(clock.today() - timedelta(days=420))):
            consents.ensure_text(app.config["MUNICIPALITY"])
            people.register(session, rng, members)
        session.commit()
        asked_before = [_dialogue(session, rng, dict(plan)) for plan in yaml.safe_load((HERE / "dialogues.yaml").read_text())]
        session.commit()
        for survey in filter(None, asked_before):
            _year_before(session, rng, survey)
        session.commit()


def doors(base: str, secret: bytes) -> Doors:
    """The addresses of a built demo."""
    session = db.session()
    survey = session.scalars(select(Survey).where(Survey.state == SurveyState.OPEN)).first()
    links = outreach.personal_links(session, survey, secret, base) if survey else []
    addresses = {
        "public": f"{base}/",
        "join": f"{base}/ga-med",
        "answer": links[0] if links else f"{base}/svara/",
        "login": f"{base}/logga-in",
        "outbox": f"{base}/utkorg",
    }
    accounts = {role: (f"{role}@demo.example", PASSWORD.format(role=role)) for role in ROLES}
    return Doors(addresses, accounts)


def _staff(session: Session) -> None:
    for role in ROLES:
        person = staff.add(session, f"{role}@demo.example", [role], NAMES[role])
        person.password = hash_password(PASSWORD.format(role=role))
        person.confirmed_at = clock.now()


def _dialogue(session: Session, rng: random.Random, plan: dict[str, Any]) -> Survey | None:
    """One dialogue with its survey: asked and answered some weeks ago, or open since yesterday. The survey, if asked before."""
    closed, name, asked_before = plan.pop("closed"), plan.pop("questionnaire"), plan.pop("asked_before", False)
    start = clock.today() - timedelta(days=40 if closed else 2)
    frame = {"starts": start, "ends": start + timedelta(days=120), "feedback_due": start + timedelta(days=90), "made_up": True}
    dialogue = dialogues.create(session, plan | frame)
    survey = _asked(session, name, dialogue, start)
    if closed:
        _answer_and_close(session, rng, survey)
    return survey if asked_before else None


def _asked(session: Session, name: str, dialogue: Dialogue, start: date) -> Survey:
    """A survey sent out on a day."""
    path = EXAMPLES / f"{name}.yaml"
    survey = drafting.create(session, formats.read(path.read_bytes(), path.name), dialogue.id)
    survey.closes = start + timedelta(days=21)
    with clock.hold(_noon(start)):
        lifecycle.open_(session, survey, start, lifecycle.said_elsewhere(session, survey), current_app.config["KEY_DIR"])
        _invite(session, survey)
    session.commit()
    return survey


def _year_before(session: Session, rng: random.Random, survey: Survey) -> None:
    """The same questions, asked a year earlier; its results were published then."""
    assert survey.dialogue is not None
    assert survey.opened_on is not None
    code = drafting.questionnaire(survey).code
    start = survey.opened_on - timedelta(days=364)
    before = _asked(session, code, survey.dialogue, start)
    _answer_and_close(session, rng, before, "earlier")
    survey.follows = before


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.HERE)


def _invite(session: Session, survey: Survey) -> None:
    groups = current_app.config["AGE_GROUPS"]
    chosen = outreach.draw(session, survey, outreach.Plan(), groups)
    outreach.send(session, chosen, survey, groups, current_app.config["LANGUAGES"])


def _answer_and_close(session: Session, rng: random.Random, survey: Survey, wave: str = "") -> None:
    """Answers by the way that members' answers go: sealed, mixed, stored."""
    for message in session.scalars(select(Message).where(Message.campaign == f"survey:{survey.id}")):
        message.state = MessageState.HANDED_OVER
    questionnaire = survey.current.questionnaire
    member = dict(session.execute(select(Participation.reference, Participation.member_id)).all())
    for invitation in sorted(invitations.unanswered(session, survey), key=lambda one: member[one.reference]):
        if rng.random() < answers.inclination(invitation.age_group):
            place = survey.districts.get(invitation.district, "")
            said = answers.made_up(questionnaire, rng, invitation.age_group, place, wave)
            with clock.hold(_noon(survey.closes or clock.today())):
                answering.send_in(session, invitation.key, said, "sv")
    session.commit()
    lifecycle.close(survey, survey.closes or clock.today())
    session.commit()
    envelopes.work_round(current_app.config["KEY_DIR"])
