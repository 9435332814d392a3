"""Place: which places or districts one means, from a list."""

from collections.abc import Mapping
from typing import Any

from analysis.words import N_, _
from surveys.questions import Asked, Fields, Option, Setting, Text, Value
from surveys.questions._choices import said
from surveys.questions._several import Several

LATER = N_("The municipality's districts are put here when the first invitations are made.")
MOST_PLACES = 30
"""A longer list is hard to find one's way in on a phone."""


class Type(Several):
    """One or some of a list of places: options of one's own, the municipality's districts, or both."""

    scale = "place"
    least_options = 0
    settings = {
        "most": Setting("integer", 1, "The most places that may be chosen; 0 is any number."),
        "districts": Setting("flag", False, "Whether the municipality's districts stand first in the list."),
    }

    def field(self, question: Asked, language: str) -> Fields:
        """Radio buttons where one place may be chosen, else boxes to tick."""
        if question.settings["most"] != 1:
            return super().field(question, language)
        return super(Several, self).field(question, language)

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """The one code, or all of them."""
        return {question.name: value[0] if value and question.settings["most"] == 1 else value}

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The chosen codes in the order of the list, also where it is one."""
        chosen = data.get(question.name) or []
        return super().parse(question, {question.name: [chosen] if isinstance(chosen, str) else chosen})

    def unanswered(self, question: Asked) -> str:
        """Choose a place."""
        return _("Choose a place") if question.settings["most"] == 1 else _("Choose at least one place")

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, then a ring or a box before each place; or that the places come later."""
        ring = question.settings["most"] == 1
        lines = super(Several, self).print_text(question, language) if ring else super().print_text(question, language)
        return [*lines, said(LATER, language)] if question.settings["districts"] else lines

    def enough(self, question: Asked) -> bool:
        """Two places, unless the municipality's districts will be among them."""
        return bool(question.settings["districts"]) or len(question.options) > 1

    def check_settings(self, question: Asked) -> list[str]:
        """A limit that leaves a choice, so far as the places are known."""
        return [] if question.settings["districts"] and question.settings["most"] >= 0 else super().check_settings(question)

    def advise(self, question: Asked) -> list[str]:
        """No longer list than one finds one's way in."""
        count = len(question.options)
        if count <= MOST_PLACES:
            return []
        return [_("%(count)s places are a long list on a phone. Put some together.") % {"count": count}]

    def within(self, question: Asked, districts: Mapping[str, str]) -> dict[str, Any]:
        """The districts before the question's own places."""
        if not question.settings["districts"]:
            return {}
        places = tuple(Option(code, Text.of(name)) for code, name in districts.items() if code)
        return {"options": (*places, *question.options), "settings": {**question.settings, "districts": False}}
