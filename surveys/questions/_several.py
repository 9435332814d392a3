"""What the types share of which several ready answers may be chosen."""

from collections.abc import Mapping
from random import Random
from typing import Any

from analysis.words import _, current, ngettext
from surveys import fields
from surveys.questions import Asked, Checked, Fields, Refused, Value
from surveys.questions._choices import OneChoice


class Several(OneChoice):
    """Some of several ready answers, at most the setting ``most``; an exclusive one cannot be chosen together with another."""

    def field(self, question: Asked, language: str) -> Fields:
        """Boxes to tick; the last exclusive answer is set apart."""
        alone = [option.code for option in self.choices(question) if option.exclusive]
        return {
            question.name: fields.Checkboxes(
                question.text.in_(language),
                choices=list(self.labels(question, language).items()),
                hint=question.hint.in_(language),
                validators=[Checked(self, question)],
                exclusive=alone[-1] if alone else "",
            )
        }

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The chosen codes in the order of the options."""
        chosen = data.get(question.name) or []
        order = list(self.labels(question, ""))
        return sorted(set(chosen), key=lambda code: order.index(code) if code in order else -1) or None

    def verify(self, question: Asked, value: Any) -> None:
        """Codes of the question's, not too many, and an exclusive one alone."""
        codes = value if isinstance(value, list) else [None]
        for code in codes:
            super().verify(question, code)
        alone = [o for o in self.choices(question) if o.exclusive and o.code in codes]
        if alone and len(codes) > 1:
            raise Refused(
                _("“%(alone)s” can't be chosen together with others.") % {"alone": alone[0].text.in_(current())},
                question.name,
            )
        most = question.settings["most"]
        if most and len(codes) > most:
            message = ngettext("Choose at most %(most)s answer", "Choose at most %(most)s answers", most)
            raise Refused(message % {"most": most}, question.name)

    def unanswered(self, question: Asked) -> str:
        """One is enough."""
        return _("Choose at least one answer")

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """A tuple of codes."""
        return {question.name: None if value is None else tuple(value)}

    def words(self, question: Asked, value: Any, language: str) -> str:
        """The options' texts."""
        labels = self.labels(question, language)
        return ", ".join(labels.get(code, str(code)) for code in value or [])

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, then a box to tick before each answer."""
        return [line.replace("○", "☐", 1) for line in super().print_text(question, language)]

    def check_settings(self, question: Asked) -> list[str]:
        """A limit that leaves a choice."""
        most = question.settings["most"]
        fine = most == 0 or 1 <= most <= len(question.options)
        return [] if fine else [_('"most" must be between 1 and the number of options, or left out.')]

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """One to three options, or an exclusive one alone."""
        first = super().fake(question, rng, lean)
        shared = [option.code for option in self.choices(question) if not option.exclusive]
        if first not in shared:
            return [str(first)]
        most = min(question.settings["most"] or 3, len(shared))
        chosen = {first, *rng.sample(shared, rng.randint(1, most) - 1)}
        return [code for code in shared if code in chosen]
