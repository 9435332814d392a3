"""Information: a page of text and perhaps a picture, which asks nothing."""

from collections.abc import Mapping
from random import Random
from typing import Any

from markupsafe import Markup

from analysis.words import _
from surveys.questions import Asked, Fields, QuestionType, Refused, Setting, Text, Value
from surveys.questions._prose import formatted


class Type(QuestionType):
    """A heading, formatted text and perhaps a picture."""

    scale = None
    settings = {
        "body": Setting("words", Text(), "The text: paragraphs, - lists, **bold**, *italic*, [links](https://...).")
    }

    def field(self, question: Asked, language: str) -> Fields:
        """Nothing to fill in."""
        return {}

    def prose(self, question: Asked, language: str) -> Markup:
        """The hint and the text, formatted."""
        texts = (question.hint.in_(language), question.settings["body"].in_(language))
        return formatted("\n\n".join(filter(None, texts)))

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """Nothing."""
        return {}

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """Nothing."""
        return None

    def check(self, question: Asked, value: Any) -> None:
        """Nothing is asked, so nothing may be answered."""
        if value is not None:
            raise Refused(_("Nothing is asked here"), question.name)

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """No columns."""
        return {}

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The heading and the text, without marks."""
        body = question.settings["body"].in_(language)
        return super().print_text(question, language) + [line for line in body.splitlines() if line.strip()]

    def advise(self, question: Asked) -> list[str]:
        """What makes sense only where something is asked."""
        asked = question.required or question.dont_know
        return [_('A page of information cannot be "required" or have "dont_know".')] if asked else []

    def seconds(self, question: Asked) -> float:
        """The time to read it."""
        return 3 + 0.3 * len(" ".join(self.print_text(question, "sv")).split())

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """Nothing."""
        return None
