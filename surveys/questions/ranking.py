"""Ranking: ready answers put in order, the one that is put first first."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from random import Random
from typing import Any

from analysis.words import N_, _, current, ngettext, speak
from surveys import fields
from surveys.questions import DONT_KNOW, Asked, Checked, Fields, Refused, Setting, Value
from surveys.questions._choices import OneChoice, leaning, said
from surveys.questions._ticking import box, line, tick, ticked

INSTEAD = N_("If you cannot put them in order")
MOST_OPTIONS = 7
"""More are put in order without care, and are long to read on a phone."""


class Type(OneChoice):
    """Options put in order: a place for each, or for the few that matter most."""

    scale = "ranking"
    settings = {"most": Setting("integer", 0, "How many places there are to give; 0 is one for every option.")}

    def places(self, question: Asked) -> int:
        """How many places there are."""
        return question.settings["most"] or len(question.options)

    def field(self, question: Asked, language: str) -> Fields:
        """A list of places for each option."""
        options = {option.code: option.text.in_(language) for option in question.options}
        with speak(language):
            places = [(str(n), _("Place %(number)s") % {"number": n}) for n in range(1, self.places(question) + 1)]
        asked = fields.Ranking(
            question.text.in_(language),
            rows=list(options.items()),
            choices=places,
            empty=said(N_("No place"), language),
            hint=" ".join(filter(None, (question.hint.in_(language), self._how(question, language)))),
            validators=[Checked(self, question)],
        )
        return {question.name: asked} | box(question, INSTEAD, language)

    def _how(self, question: Asked, language: str) -> str:
        """How it is done, in a sentence."""
        places = self.places(question)
        with speak(language):
            if places == len(question.options):
                return _("Give place 1 to what you put first, then place 2, and so on.")
            if places == 1:
                return _("Give place 1 to what you put first.")
            told = _("Give place 1 to what you put first, then place 2, up to place %(places)s.")
            return told % {"places": places}

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """The place of each option, or the tick."""
        unknown = value == [DONT_KNOW]
        order = [] if unknown or value is None else value
        shown: dict[str, Any] = {question.name: {code: str(place) for place, code in enumerate(order, 1)}}
        return shown | ({tick(question): unknown} if question.dont_know else {})

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The codes by their places; `Refused` if two share one, or one is passed over."""
        given: dict[int, list[str]] = defaultdict(list)
        known = {str(place): place for place in range(1, self.places(question) + 1)}
        for code, place in (data.get(question.name) or {}).items():
            if place and place not in known:
                raise Refused(_("Choose one of the places that are shown"), f"{question.name}-{code}")
            if place:
                given[known[place]].append(code)
        if ticked(question, data, bool(given), _("Give places or tick the box, not both")):
            return [DONT_KNOW]
        self._each_once(question, given)
        passed = [place for place in range(1, max(given, default=0)) if place not in given]
        if passed:
            at = f"{question.name}-{given[min(place for place in given if place > passed[0])][0]}"
            raise Refused(_("Nothing has place %(number)s. Give the places in order, from 1.") % {"number": passed[0]}, at)
        return [code for place in sorted(given) for code in given[place]] or None

    def _each_once(self, question: Asked, given: Mapping[int, list[str]]) -> None:
        for place, codes in sorted(given.items()):
            if len(codes) > 1:
                labels = self.labels(question, current())
                *first, last = (_("“%(answer)s”") % {"answer": labels[code]} for code in codes)
                told = {"names": ", ".join(first), "last": last, "number": place}
                words = _("%(names)s and %(last)s have place %(number)s. Give each place to one of them only.")
                raise Refused(words % told, f"{question.name}-{codes[1]}")

    def verify(self, question: Asked, value: Any) -> None:
        """Codes of the question's, each once and no more than there are places; or that one does not know."""
        if value == [DONT_KNOW] and question.dont_know:
            return
        codes = value if isinstance(value, list) and value else [None]
        for code in codes:
            super().verify(question, None if code == DONT_KNOW else code)
        if len(set(codes)) < len(codes):
            raise Refused(_("Give each answer one place only"), question.name)
        places = self.places(question)
        if len(codes) > places:
            told = ngettext("Give at most %(places)s place", "Give at most %(places)s places", places)
            raise Refused(told % {"places": places}, question.name)

    def unanswered(self, question: Asked) -> str:
        """The first place is enough."""
        return _("Choose at least what gets place 1")

    def compared(self, question: Asked, verb: str, row: str | None = None) -> Collection[str] | None:
        """What is put first, and what is put anywhere; not how many or how much."""
        if row is not None or verb in ("at_least", "at_most"):
            return None
        return [option.code for option in question.options] if verb == "first" else self.labels(question, "sv")

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """A tuple of codes, the first choice first."""
        return {question.name: None if value is None else tuple(value)}

    def words(self, question: Asked, value: Any, language: str) -> str:
        """The options' texts with their places."""
        labels = self.labels(question, language)
        if value == [DONT_KNOW]:
            return labels.get(DONT_KNOW, DONT_KNOW)
        return "; ".join(f"{place}.\N{NO-BREAK SPACE}{labels.get(code, str(code))}" for place, code in enumerate(value or [], 1))

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, how it is done, then a line for the place of each option."""
        heading = super(OneChoice, self).print_text(question, language)  # no rings before the options
        options = [f"____ {option.text.in_(language)}" for option in question.options]
        return [*heading, self._how(question, language), *options, *line(question, language)]

    def check_settings(self, question: Asked) -> list[str]:
        """Places that leave something to put in order."""
        most = question.settings["most"]
        fine = most == 0 or 1 <= most <= len(question.options)
        return [] if fine else [_('"most" must be between 1 and the number of options, or left out.')]

    def advise(self, question: Asked) -> list[str]:
        """No more than can be kept in mind."""
        count = len(question.options)
        if count <= MOST_OPTIONS:
            return []
        told = {"count": count, "most": MOST_OPTIONS}
        return [_("%(count)s options are many to put in order. Ask about at most %(most)s.") % told]

    def seconds(self, question: Asked) -> float:
        """A moment for each place beside the reading."""
        return super().seconds(question) + 4 * self.places(question)

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """An order of as many as there are places for."""
        codes = [option.code for option in question.options]
        weights = leaning(len(codes), lean)
        drawn = sorted(zip(weights, codes, strict=True), key=lambda pair: -(rng.random() ** (1 / pair[0])))
        return [code for _weight, code in drawn[: self.places(question)]]
