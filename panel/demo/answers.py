"""Made-up answers that hang together: what differs by age and district, and what is mere noise."""

import random
from collections.abc import Mapping
from typing import Any

from surveys.questionnaire import Question, Questionnaire

YOUNG, OLD = ("15-19", "20-29"), ("65-79", "80+")
OUTER = ("Föllinge", "Offerdal", "Alsen")

BY_AGE: Mapping[str, tuple[float, float, float]] = {
    "usual": (-0.8, 0.1, 0.2),
    "choose": (-0.9, -0.1, 0.9),
    "trips": (0.5, -0.2, -0.1),
    "on_call": (0.4, 0.1, -0.7),
}
"""How far answers lean in each question, from -1 (the first alternatives) to 1 (the last): young, between, old."""

BY_DISTRICT: Mapping[str, tuple[float, float]] = {
    "pleased": (0.6, -0.8),
    "distance": (-0.5, 0.6),
    "usual": (-0.2, 0.3),
}
"""The same for the districts near the centre and for the outer ones."""

NOISE = "important"
"""A question whose answers lean nowhere, whoever answers: what differs between groups there is chance."""

INCLINATION = {"15-19": 0.52, "20-29": 0.55, "30-44": 0.66, "45-64": 0.76, "65-79": 0.84, "80+": 0.7}
"""How likely somebody of that age is to answer."""

COMMENTS = (
    "Kvällsturerna är viktigast för oss som bor längre ut.",
    "Jag skulle åka mer om bussen passade tåget.",
    "Det är mörkt vid hållplatsen på vintern.",
    "Bra att ni frågar!",
    "Ta bort turer som går tomma och lägg pengarna på ringbuss.",
)


def inclination(age_group: str) -> float:
    """How likely somebody of that age is to answer, from 0 to 1."""
    return INCLINATION.get(age_group, 0.7)


def made_up(questionnaire: Questionnaire, rng: random.Random, age_group: str, district: str) -> dict[str, Any]:
    """One person's answers to the questions on their way."""
    said: dict[str, Any] = {}
    for question in questionnaire.questions:
        if question.asks and question.name in {q.name for i in questionnaire.way(said) for q in questionnaire.shown(i, said)}:
            said[question.name] = _answer(question, rng, age_group, district)
    return said


def _answer(question: Question, rng: random.Random, age_group: str, district: str) -> Any:
    if question.name == "more":
        return rng.choice(COMMENTS) if rng.random() < 0.15 else None
    young, between, old = BY_AGE.get(question.name, (0.0, 0.0, 0.0))
    near, far = BY_DISTRICT.get(question.name, (0.0, 0.0))
    lean = (young if age_group in YOUNG else old if age_group in OLD else between) + (far if district in OUTER else near)
    return question.kind.fake(question, rng, max(-1.0, min(1.0, lean)))
