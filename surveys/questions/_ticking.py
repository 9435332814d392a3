"""The box to tick for who does not know, where the answer itself is not a choice."""

from collections.abc import Mapping
from typing import Any

from surveys import fields
from surveys.questions import DONT_KNOW, Asked, Fields, Refused
from surveys.questions._choices import DONT_KNOW_WORDS, said


def tick(question: Asked) -> str:
    """The name of the box."""
    return f"{question.name}-{DONT_KNOW}"


def box(question: Asked, legend: str, language: str) -> Fields:
    """The box, if the question allows not knowing; ``legend`` is a message of ours."""
    if not question.dont_know:
        return {}
    return {tick(question): fields.Tick(said(DONT_KNOW_WORDS, language), legend=said(legend, language))}


def ticked(question: Asked, data: Mapping[str, Any], given: bool, both: str) -> bool:
    """Whether the box is ticked; `Refused` with the words ``both`` if something else is ``given`` too."""
    if not data.get(tick(question)):
        return False
    if given:
        raise Refused(both, question.name)
    return True


def line(question: Asked, language: str) -> list[str]:
    """The box on paper."""
    return [f"☐ {said(DONT_KNOW_WORDS, language)}"] if question.dont_know else []
