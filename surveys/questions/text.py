"""Free text: the respondent's own words."""

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from analysis.words import _, decimal
from surveys import fields
from surveys.questions import Asked, Checked, Fields, QuestionType, Refused, Setting, Value

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What no database and no spreadsheet takes."""
MADE_UP = (
    "Påhittat svar: mer av det som fungerar.",
    "Påhittat svar: fråga oss tidigare.",
    "Påhittat svar: det är bra som det är.",
)


class Type(QuestionType):
    """The respondent's own words."""

    scale = "text"
    settings = {
        "max_length": Setting("integer", 2000, "The most characters that an answer may have."),
        "rows": Setting("integer", 5, "How many lines high the box is."),
    }

    def field(self, question: Asked, language: str) -> Fields:
        """A box of several lines, which counts the characters but cuts none of them off."""
        return {
            question.name: fields.TextArea(
                question.text.in_(language),
                hint=question.hint.in_(language),
                validators=[Checked(self, question)],
                rows=question.settings["rows"],
                maximum=question.settings["max_length"],
            )
        }

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The text without blank ends, with one kind of line break; what a database cannot hold is left out."""
        raw = str(data.get(question.name) or "").replace("\r\n", "\n").replace("\r", "\n")
        return UNPRINTABLE.sub("", raw).strip() or None

    def verify(self, question: Asked, value: Any) -> None:
        """Not too long."""
        if not isinstance(value, str):
            raise Refused(_("Write your answer as text"), question.name)
        most = question.settings["max_length"]
        if len(value) > most:
            raise Refused(
                _("Your answer is %(length)s characters long. Shorten it to at most %(most)s characters.")
                % {"length": decimal(len(value)), "most": decimal(most)},
                question.name,
            )

    def unanswered(self, question: Asked) -> str:
        """Write, rather than choose."""
        return _("Write an answer")

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, then lines to write on."""
        return super().print_text(question, language) + ["_" * 60] * int(question.settings["rows"])

    def check_settings(self, question: Asked) -> list[str]:
        """A box has at least one line, and takes at least one character."""
        return [
            _('"%(setting)s" must be between %(least)s and %(most)s.') % {"setting": name, "least": 1, "most": most}
            for name, most in (("max_length", 20000), ("rows", 30))
            if not 1 <= question.settings[name] <= most
        ]

    def advise(self, question: Asked) -> list[str]:
        """A blank box says that one does not know."""
        return [_('A text needs no "dont_know": it may be left blank.')] if question.dont_know else []

    def seconds(self, question: Asked) -> float:
        """Half a minute of writing."""
        return 34 + len(question.text.in_("sv").split()) * 0.3

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """Most leave it blank; the rest say one of a few things that are plainly made up."""
        return rng.choice(MADE_UP) if question.required or rng.random() < 0.25 else None
