"""Made-up answers that hang together: what differs by age and district, and what is mere noise."""

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from surveys.questionnaire import Question, Questionnaire

YOUNG, OLD = ("15-19", "20-29"), ("65-79", "80+")
OUTER, CENTRE = ("Föllinge", "Offerdal", "Alsen"), "Krokom"

INCLINATION = {"15-19": 0.52, "20-29": 0.55, "30-44": 0.66, "45-64": 0.76, "65-79": 0.84, "80+": 0.7}
"""How likely somebody of that age is to answer."""

COMMENTS = tuple((Path(__file__).parent / "comments.txt").read_text(encoding="utf-8").splitlines())
"""What people write: some themes, some thanks, and some that a quote must be cleared of."""
WRITES = 0.4
"""How likely somebody is to write something."""


@cache
def plan() -> Mapping[str, Any]:
    """How answers are spread, by questionnaire and question."""
    found: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8"))
    return found


def inclination(age_group: str) -> float:
    """How likely somebody of that age is to answer, from 0 to 1."""
    return INCLINATION.get(age_group, 0.7)


def made_up(
    questionnaire: Questionnaire, rng: random.Random, age_group: str, district: str, wave: str = ""
) -> dict[str, Any]:
    """One person's answers to the questions on their way; in another ``wave`` some answers were spread otherwise."""
    said: dict[str, Any] = {}
    spreads = plan().get(questionnaire.code, {}) | plan().get(f"{questionnaire.code} {wave}", {})
    for page in range(len(questionnaire.pages)):
        for question in questionnaire.shown(page, said):
            if question.asks:
                said[question.name] = _answer(question, spreads.get(question.name), rng, age_group, district)
    return said


def _answer(question: Question, spread: Mapping[str, Any] | None, rng: random.Random, age_group: str, district: str) -> Any:
    if question.name == "more":
        return rng.choice(COMMENTS) if rng.random() < WRITES else None
    age = 0 if age_group in YOUNG else 2 if age_group in OLD else 1
    if spread and "numbers" in spread:
        return rng.choice(spread["numbers"][age])
    if spread:
        place = spread.get("outer" if district in OUTER else "centre" if district == CENTRE else "", {})
        weights = {code: each[age] * place.get(code, 1) for code, each in spread["weights"].items()}
        return rng.choices(list(weights), list(weights.values()))[0]
    return question.kind.fake(question, rng)
