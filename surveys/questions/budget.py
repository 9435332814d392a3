"""Budget: a sum of points or money shared out between ready answers."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from analysis.words import N_, _, current, decimal, speak
from surveys import fields
from surveys.questions import DONT_KNOW, Asked, Checked, Fields, ItemSpec, Refused, Setting, Text, Value
from surveys.questions._choices import DONT_KNOW_WORDS, OneChoice, leaning, said
from surveys.questions._ticking import box, line, tick, ticked

INSTEAD = N_("If you cannot share it out")
POINTS = N_("points")
PARTS = 20
"""About how many parts a made-up answer shares out."""
MOST_OPTIONS = 7
"""More are hard to weigh against each other."""
MOST_TOTAL = 1_000_000_000_000


class Type(OneChoice):
    """A sum shared out between options; all of it is to be given."""

    scale = "budget"
    settings = {
        "total": Setting("integer", 100, "The sum that is shared out."),
        "unit": Setting("words", Text(), "What the sum is of, such as kronor; points if nothing is said."),
    }

    def field(self, question: Asked, language: str) -> Fields:
        """A box for each option."""
        options = {option.code: option.text.in_(language) for option in question.options}
        asked = fields.Sharing(
            question.text.in_(language),
            rows=list(options.items()),
            hint=" ".join(filter(None, (question.hint.in_(language), self._how(question, language)))),
            validators=[Checked(self, question)],
            total=question.settings["total"],
            unit=self._unit(question, language),
            tells=self._tells(question, language),
        )
        return {question.name: asked} | box(question, INSTEAD, language)

    def _unit(self, question: Asked, language: str) -> str:
        return question.settings["unit"].in_(language) or said(POINTS, language)

    def _sum(self, question: Asked, amount: int, language: str) -> str:
        """An amount with its unit."""
        with speak(language):
            return f"{decimal(amount)} {self._unit(question, language)}"

    def _how(self, question: Asked, language: str) -> str:
        """What is to be shared out, in a sentence."""
        whole = self._sum(question, question.settings["total"], language)
        with speak(language):
            return _("Share out %(sum)s. Leave blank what you give nothing to.") % {"sum": whole}

    def _tells(self, question: Asked, language: str) -> dict[str, str]:
        """What a script says of the sum so far."""
        told = {"sum": f"# {self._unit(question, language)}"}
        with speak(language):
            return {
                "left": _("%(sum)s left to share out.") % told,
                "over": _("%(sum)s too much.") % told,
                "even": _("All of it is shared out."),
            }

    def fill(self, question: Asked, value: Any) -> dict[str, Any]:
        """Each amount, or the tick."""
        unknown = value == DONT_KNOW
        shown = {question.name: {} if unknown or value is None else value}
        return shown | ({tick(question): unknown} if question.dont_know else {})

    def parse(self, question: Asked, data: Mapping[str, Any]) -> Value | None:
        """The amount of every option, 0 where the box is blank and another is not."""
        given = data.get(question.name) or {}
        some = any(amount is not None for amount in given.values())
        if ticked(question, data, some, _("Share out the sum or tick the box, not both")):
            return DONT_KNOW
        return {code: amount or 0 for code, amount in given.items()} if some else None

    def verify(self, question: Asked, value: Any) -> None:
        """A whole amount of at least 0 for every option, which add up to the sum."""
        if value == DONT_KNOW and question.dont_know:
            return
        if not isinstance(value, dict) or set(value) != {option.code for option in question.options}:
            raise Refused(_("Share out the sum between the answers that are shown"), question.name)
        for code, amount in value.items():
            if isinstance(amount, bool) or not isinstance(amount, int):
                raise Refused(_("Write a whole number."), f"{question.name}-{code}")
            if amount < 0:
                raise Refused(_("Write %(least)s or more") % {"least": 0}, f"{question.name}-{code}")
        self._add_up(question, sum(value.values()))

    def _add_up(self, question: Asked, given: int) -> None:
        total = question.settings["total"]
        if given == total:
            return
        words = (
            _("You have shared out %(given)s of %(total)s. Share out %(gap)s more.")
            if given < total
            else _("You have shared out %(given)s of %(total)s. Take away %(gap)s.")
        )
        whole, gap = (self._sum(question, amount, current()) for amount in (total, abs(total - given)))
        raise Refused(words % {"given": decimal(given), "total": whole, "gap": gap}, question.name)

    def unanswered(self, question: Asked) -> str:
        """Write, rather than choose."""
        return _("Write how you share out the sum")

    def items(self, question: Asked, language: str) -> list[ItemSpec]:
        """One item with the options as its categories, and the unit of its amounts."""
        (item,) = super().items(question, language)
        return [replace(item, unit=self._unit(question, language))]

    def compared(self, question: Asked, verb: str, row: str | None = None) -> Collection[str] | None:
        """How much an option is given, or whether the question is answered."""
        if row is not None:
            known = row in {option.code for option in question.options}
            return () if known and verb in ("at_least", "at_most") else None
        if verb == "answered":
            return ()
        return (DONT_KNOW,) if question.dont_know and verb in ("is", "is_not") else None

    def columns(self, question: Asked, value: Any) -> dict[str, Any]:
        """The amount of each option in a column of its own."""
        given = value if isinstance(value, dict) else {}
        return {f"{question.name}/{option.code}": given.get(option.code) for option in question.options}

    def words(self, question: Asked, value: Any, language: str) -> str:
        """What is given to each option that is given anything."""
        if not isinstance(value, dict):
            return said(DONT_KNOW_WORDS, language) if value == DONT_KNOW else ""
        labels = self.labels(question, language)
        given = ((labels.get(code, code), self._sum(question, amount, language)) for code, amount in value.items() if amount)
        return "; ".join(f"{label}: {amount}" for label, amount in given)

    def print_text(self, question: Asked, language: str) -> list[str]:
        """The question, the sum, then a line for the amount of each option."""
        heading = super(OneChoice, self).print_text(question, language)  # no rings before the options
        unit = self._unit(question, language)
        options = [f"________ {unit}: {option.text.in_(language)}" for option in question.options]
        return [*heading, self._how(question, language), *options, *line(question, language)]

    def check_settings(self, question: Asked) -> list[str]:
        """A sum that can be shared out."""
        if 1 <= question.settings["total"] <= MOST_TOTAL:
            return []
        told = {"setting": "total", "least": 1, "most": decimal(MOST_TOTAL)}
        return [_('"%(setting)s" must be between %(least)s and %(most)s.') % told]

    def advise(self, question: Asked) -> list[str]:
        """No more options than can be weighed against each other."""
        count = len(question.options)
        if count <= MOST_OPTIONS:
            return []
        told = {"count": count, "most": MOST_OPTIONS}
        return [_("%(count)s options are many to share a sum between. Ask about at most %(most)s.") % told]

    def seconds(self, question: Asked) -> float:
        """Digits, and some reckoning."""
        return super().seconds(question) + 6 * len(question.options)

    def fake(self, question: Asked, rng: Random, lean: float = 0.0) -> Value | None:
        """The sum in about twenty parts, given by a taste of one's own."""
        codes, total = [option.code for option in question.options], question.settings["total"]
        part = max(total // PARTS, 1)
        tastes = [weight * rng.random() ** 2 for weight in leaning(len(codes), lean)]
        given = Counter(rng.choices(codes, tastes, k=total // part))
        return {code: part * given[code] + (total % part if code == max(given, key=given.get) else 0) for code in codes}  # type: ignore[arg-type]
