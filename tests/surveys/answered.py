"""A closed survey with a question of every type, answered by chance."""

import random
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveys import questions
from surveys.models import Response, Survey, SurveyState
from surveys.questionnaire import Questionnaire
from tests import factories
from tests.surveys.questioning import question

AGES = {"15-44": "15–44 år", "45+": "45 år och äldre"}
DISTRICTS = {"as": "Ås", "offerdal": "Offerdal"}


def body() -> dict[str, Any]:
    """A questionnaire with a question of every type, each twice: with and without "do not know"."""
    asked = []
    for kind in questions.names():
        for number, more in enumerate(({}, {"dont_know": True})):
            plain = question(kind).to_json() | {"name": f"{kind}_{number}"}
            asked.append(plain | (more if kind not in ("information", "text") else {}))
    return Questionnaire.from_json({"format": 1, "title": "Allt", "questions": asked}).to_json()


def survey(session: Session, count: int = 200, seed: int = 5, **more: Any) -> Survey:
    """The survey with so many responses; some leave questions blank, and some carry no band."""
    rng = random.Random(seed)
    values = {"age_groups": AGES, "districts": DISTRICTS, "state": SurveyState.CLOSED, "closed_on": date(2026, 11, 1)}
    made = factories.survey(session, body(), of=factories.dialogue(session, slug=f"allt-{seed}"), **values | more)
    asked = Questionnaire.from_json(made.current.body).questions
    for _number in range(count):
        said = {q.name: q.kind.fake(q, rng) for q in asked if q.asks and rng.random() > 0.1}
        session.add(
            Response(
                id=f"{rng.getrandbits(128):032x}",
                survey_id=made.id,
                version=1,
                language="sv",
                age_group=rng.choice([*AGES, ""]),
                district=rng.choice([*DISTRICTS, ""]),
                answers={name: value for name, value in said.items() if value is not None},
            )
        )
    session.flush()
    return made
