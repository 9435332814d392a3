"""The cast, and things for them to work with."""

import time
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from panel.models import District, Member, MemberState, Role, Staff
from surveys.clock import now, today
from surveys.models import Dialogue, LadderStep, QuestionnaireVersion, Survey

CAST = {"Siv": "processledare", "Ylva": "analytiker", "Per": "presidium", "Åke": "administrator", "Främling": ""}
DISTRICTS = {"as": "Ås", "offerdal": "Offerdal", "krokom": "Krokom"}


def staff(session: Session, name: str) -> Staff:
    """Siv (process leader), Ylva (analyst), Per (presidium), Åke (administrator) or Främling (no role)."""
    email = f"{name.lower().replace('å', 'a').replace('ä', 'a')}@example.se"
    found = session.scalar(select(Staff).where(Staff.email == email))
    if found:
        return found
    person = Staff(email=email, name=name, fs_uniquifier="u-" + email, active=True, confirmed_at=now())
    if role := CAST[name]:
        person.roles.append(session.scalar(select(Role).where(Role.name == role)) or Role(name=role))
    session.add(person)
    session.flush()
    return person


def put_in_session(client: FlaskClient, uniquifier: str) -> None:
    """Sign a client in as Flask-Security would, without a password."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = uniquifier
        cookie["_fresh"] = True
        cookie["fs_cc"] = "set"
        cookie["fs_paa"] = time.time()


def districts(session: Session) -> None:
    """Three districts: Ås, Offerdal and Krokom."""
    for code, name in DISTRICTS.items():
        if session.get(District, code) is None:
            session.add(District(code=code, name=name))
    session.flush()


def member(session: Session, email: str = "anna@example.se", age: int = 34, district: str = "as", **more: Any) -> Member:
    """Anna (Ås, 34), unless told otherwise; active."""
    districts(session)
    values: dict[str, Any] = {
        "email": email,
        "birth_year": today().year - age,
        "gender": "woman",
        "district": district,
        "state": MemberState.ACTIVE,
        "joined_on": today(),
        "confirmed_on": today(),
    }
    person = Member(**values | more)
    session.add(person)
    session.flush()
    return person


def anna(session: Session) -> Member:
    """Anna, member, Ås, 34."""
    return member(session)


def bo(session: Session) -> Member:
    """Bo, member, Offerdal, 71."""
    return member(session, "bo@example.se", age=71, district="offerdal", gender="man")


def dialogue(session: Session, slug: str = "resor", **more: Any) -> Dialogue:
    """A dialogue with every gate passed."""
    values: dict[str, Any] = {
        "slug": slug,
        "title": "Hur vill du resa?",
        "purpose": "Nämnden ska besluta om busslinjerna 2028.",
        "can_change": "Turer och hållplatser.",
        "cannot_change": "Priset, som regionen bestämmer.",
        "ladder_step": LadderStep.CONSULTATION,
        "body": "Samhällsbyggnadsnämnden",
        "initiated_by": "Karin Ek, ordförande",
        "governing_document": "Översiktsplan 2040",
        "needs_knowledge": True,
        "needs_knowledge_reason": "Nämnden vet för lite om hur unga reser.",
        "teaches": False,
        "teaches_reason": "Frågan är redan känd av de flesta.",
        "can_be_influenced": True,
        "can_be_influenced_reason": "Beslutet är inte fattat.",
        "open_to_influence": True,
        "open_to_influence_reason": "Nämnden väljer efter svaren.",
        "about_individual": False,
        "starts": date(2026, 11, 1),
        "ends": date(2027, 3, 1),
        "feedback_due": date(2027, 2, 1),
    }
    found = Dialogue(**values | more)
    session.add(found)
    session.flush()
    return found


def survey(session: Session, body: dict[str, Any], of: Dialogue | None = None, **more: Any) -> Survey:
    """A draft survey with a questionnaire, as plain JSON, in a dialogue with every gate passed."""
    values: dict[str, Any] = {"title": "Hur vill du resa?", "dialogue": of or dialogue(session), "closes": date(2027, 1, 15)}
    found = Survey(**values | more)
    found.versions.append(QuestionnaireVersion(number=1, body=body))
    session.add(found)
    session.flush()
    return found
