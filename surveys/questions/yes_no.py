"""Yes or no."""

from analysis.words import N_
from surveys.questions import Asked, Option
from surveys.questions._choices import OneChoice, dont_know, own_words

YES, NO = N_("Yes"), N_("No")


class Type(OneChoice):
    """Yes or no, in every language that the product speaks."""

    scale = "nominal"
    uses_options = False

    def choices(self, question: Asked) -> tuple[Option, ...]:
        """The codes ``yes`` and ``no``."""
        answers = (Option("yes", own_words(YES)), Option("no", own_words(NO)))
        return answers + ((dont_know(),) if question.dont_know else ())
