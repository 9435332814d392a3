"""Number: whole or with decimals, between limits, with its unit."""

from collections.abc import Mapping
from random import Random
from typing import Any

from analysis.words import N_, _, decimal, speak
from surveys import fields
from surveys.questions import DONT_KNOW, Asked, Checked, Fields, ItemSpec, QuestionType, Refused, Setting, Text, Value
from surveys.questions._choices import DONT_KNOW_WORDS, said
from surveys.questions._ticking import box, line, tick, ticked

INSTEAD = N_("If you cannot give a number")


class Type(QuestionType):
    """A number in digits; a decimal comma is as good as a point."""

    scale = "numeric"
    settings = {
        "min": Setting("number", None, "The least number that is taken."),
        "max": Setting("number", None, "The greatest number that is taken."),
        "decimals": Setting("integer", 0, "How many decimals may be written."),
        "unit": Setting("words", Text(), "What the number counts, shown after the box."),
    }

    def field(self, question: Asked, language: str) -> Fields:
        """A box for digits; and, if the question allows it, one to tick instead."""
        asked = {
            question.name: fields.Number(
                question.text.in_(language),
                hint=question.hint.in_(language),
                validators=[Checked(self, question)],
                decimals=question.settings["decimals"],
                suffix=question.settings["unit"].in_(language),
            )
        }
        return asked | box(question, INSTEAD, language)

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """The number, or the tick."""
        unknown = value == DONT_KNOW
        return {question.name: None if unknown else value} | ({tick(question): unknown} if question.dont_know else {})

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The number, or the code of the tick."""
        number = data.get(question.name)
        unknown = ticked(question, data, number is not None, _("Write a number or tick the box, not both"))
        return DONT_KNOW if unknown else number

    def verify(self, question: Asked, value: Any) -> None:
        """A number within the limits."""
        if value == DONT_KNOW and question.dont_know:
            return
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise Refused(_("Write a number, in digits."), question.name)
        digits = question.settings["decimals"]
        if round(value, digits) != value:
            raise Refused(_("Write a whole number.") if not digits else
                          _("Write at most %(count)d decimals.") % {"count": digits}, question.name)  # fmt: skip
        least, most = question.settings["min"], question.settings["max"]
        if (least is not None and value < least) or (most is not None and value > most):
            raise Refused(_limits(least, most, digits), question.name)

    def unanswered(self, question: Asked) -> str:
        """Write, in digits."""
        return _("Write a number")

    def items(self, question: Asked, language: str) -> list[ItemSpec]:
        """One item; "do not know" stands outside its base."""
        missing = frozenset([DONT_KNOW] if question.dont_know else [])
        unit = question.settings["unit"].in_(language)
        return [ItemSpec(question.name, question.text.in_(language), "numeric", missing=missing, unit=unit)]

    def words(self, question: Asked, value: Any, language: str) -> str:
        """The number with its unit."""
        if value is None:
            return ""
        if value == DONT_KNOW:
            return said(DONT_KNOW_WORDS, language)
        with speak(language):
            digits = 0 if value == int(value) else question.settings["decimals"]
            return f"{decimal(value, digits)} {question.settings['unit'].in_(language)}".strip()

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, then a line for the number and a box for not knowing."""
        blank = f"__________ {question.settings['unit'].in_(language)}".strip()
        return [*super().print_text(question, language), blank, *line(question, language)]

    def check_settings(self, question: Asked) -> list[str]:
        """Limits in order, and decimals that a number can have."""
        least, most = question.settings["min"], question.settings["max"]
        found = []
        if least is not None and most is not None and least > most:
            found.append(_('"min" is greater than "max". Change one of them.'))
        if not 0 <= question.settings["decimals"] <= 6:
            found.append(_('"%(setting)s" must be between %(least)s and %(most)s.')
                         % {"setting": "decimals", "least": 0, "most": 6})  # fmt: skip
        return found

    def seconds(self, question: Asked) -> float:
        """Digits take longer than a choice."""
        return super().seconds(question) + 6

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """A number within the limits, nearer to one of them as it leans."""
        least = question.settings["min"] or 0
        most = question.settings["max"] if question.settings["max"] is not None else least + 100
        middle = least + (most - least) * (1 + max(-1.0, min(1.0, lean))) / 2
        digits = question.settings["decimals"]
        number = round(rng.triangular(least, most, middle), digits)
        return number if digits else int(number)


def _limits(least: float | None, most: float | None, digits: int) -> str:
    limits = {"least": least, "most": most}
    written = {k: decimal(v, 0 if v == int(v) else digits) for k, v in limits.items() if v is not None}
    if len(written) == 2:
        return _("Write a number between %(least)s and %(most)s") % written
    return (_("Write %(least)s or more") if "least" in written else _("Write %(most)s or less")) % written
