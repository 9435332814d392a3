"""A closed survey whose answers do not mirror the population."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveys.models import Dialogue, Invitation, InvitationState, Response, Survey, SurveyState
from tests import factories

BODY = {
    "format": 1,
    "code": "resor",
    "languages": ["sv"],
    "default_language": "sv",
    "title": {"sv": "Resor"},
    "pages": [
        {
            "questions": [
                {"name": "bus", "type": "single", "text": {"sv": "Åker du buss?"},
                 "options": [{"code": "yes", "text": {"sv": "Ja"}}, {"code": "no", "text": {"sv": "Nej"}}]},
                {"name": "often", "type": "yes_no", "text": {"sv": "Ofta?"},
                 "visible_if": {"question": "bus", "is": "yes"}},
            ]
        }
    ],
}  # fmt: skip
AGES = {"15-44": "15–44 år", "45-64": "45–64 år", "65+": "65 år och äldre"}
FINE = {"15-44": ("15-19", "20-29", "30-44"), "45-64": ("45-64",), "65+": ("65-79", "80+")}
DISTRICTS = {"as": "Ås", "offerdal": "Offerdal", "krokom": "Krokom"}
POPULATION = {
    "age_group": {"15-19": 0.06, "20-29": 0.14, "30-44": 0.25, "45-64": 0.3, "65-79": 0.18, "80+": 0.07},
    "district": {"as": 0.4, "offerdal": 0.35, "krokom": 0.25},
    "source": "SCB",
}
PANEL = {
    "members": 400,
    "recruited": {"random": 300, "self_chosen": 100},
    "left": 100,
    "left_last_year": 12,
    "letters": 3000,
    "age_group": {"45-64": 0.5},
}
YOUNG, OLD = (0.35, 0.36, 0.29), (0.5, 0.7, 0.75)


def closed(session: Session, answering: tuple[float, ...] = OLD, invited: int = 400, **composition: Any) -> Survey:
    """A survey of ``invited`` people, of whom each age band answers with its own probability; a tenth has no age kept."""
    return _closed(session, answering, invited, 0, **composition)


def closed_again(session: Session, wave: int) -> Survey:
    """The same asked of others at another time."""
    return _closed(session, OLD, 400 + wave, wave)


def _closed(session: Session, answering: tuple[float, ...], invited: int, wave: int, **composition: Any) -> Survey:
    rng = random.Random(11 + wave)
    made = factories.survey(
        session, BODY, session.query(Dialogue).first(), age_groups=AGES, districts=DISTRICTS, state=SurveyState.CLOSED,
        closed_on=date(2026 + wave, 11, 1),
    )  # fmt: skip
    made.composition = {"recruited": {"random": 300, "self_chosen": 100}, "population": POPULATION} | composition
    likely: Mapping[str, float] = dict(zip(AGES, answering, strict=True))
    for number in range(invited):
        band, district = rng.choices(list(AGES), YOUNG)[0], rng.choice(list(DISTRICTS))
        answered = rng.random() < likely[band]
        kept = "" if number % 10 == 0 else band
        key = f"{wave:08x}{number:024x}"
        session.add(
            Invitation(
                key=key, survey_id=made.id, reference=key, age_group=rng.choice(FINE[band]),
                district=district, band_age_group=kept, band_district=district,
                state=InvitationState.ANSWERED if answered else InvitationState.OPEN,
            )
        )  # fmt: skip
        if answered:
            yes = rng.random() < (0.8 if band == "15-44" else 0.4)
            said = {"bus": "yes" if yes else "no"} | ({"often": "yes"} if yes else {})
            response = {"version": 1, "language": "sv", "age_group": kept, "district": district, "answers": said}
            session.add(Response(id=f"{rng.getrandbits(128):032x}", survey_id=made.id, **response))
    session.flush()
    return made
