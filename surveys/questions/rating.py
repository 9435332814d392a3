"""Rating: one step of a scale, every step with its words, or numbers with words at the ends."""

from analysis.words import _
from surveys.questions import Asked, Option, Setting, Text
from surveys.questions._choices import OneChoice, dont_know, numbered

MOST_STEPS = 11


class Type(OneChoice):
    """One step of an ordered scale: the question's options in order, or the numbers from ``lowest`` to ``highest``."""

    scale = "ordinal"
    least_options = 0
    settings = {
        "lowest": Setting("integer", 1, "The number of the first step, if there are no options."),
        "highest": Setting("integer", 5, "The number of the last step, if there are no options."),
        "low": Setting("words", Text(), "What the first step means."),
        "high": Setting("words", Text(), "What the last step means."),
    }

    def choices(self, question: Asked) -> tuple[Option, ...]:
        """The options as written, or the numbered steps."""
        steps = question.options or self._numbered(question)
        return steps + ((dont_know(),) if question.dont_know else ())

    def _numbered(self, question: Asked) -> tuple[Option, ...]:
        lowest, highest = question.settings["lowest"], question.settings["highest"]
        ends = {lowest: question.settings["low"], highest: question.settings["high"]}
        return tuple(numbered(number, ends.get(number) or Text()) for number in range(lowest, highest + 1)[:MOST_STEPS])

    def check_settings(self, question: Asked) -> list[str]:
        """Steps enough, not too many, and no end without its words."""
        lowest, highest = question.settings["lowest"], question.settings["highest"]
        if question.options:
            return []
        found = []
        if not 0 <= lowest < highest or highest - lowest >= MOST_STEPS:
            found.append(
                _("A scale has between 2 and %(most)s steps. Change lowest and highest.") % {"most": MOST_STEPS}
            )
        if not (question.settings["low"] and question.settings["high"]):
            found.append(_('Say under "low" and "high" what the ends of the scale mean, or write options.'))
        return found
