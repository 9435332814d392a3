"""The forms of open answers: a theme, two themes made one, a quote."""

from flask_wtf import FlaskForm

from analysis.words import N_
from surveys.fields import Input, Required, Select, Spoken, TextArea


class ThemeForm(Spoken, FlaskForm):
    """A theme's name, and what belongs to it."""

    name = Input(N_("The theme's name"), [Required(N_("Write a name."))], maximum=120)
    description = TextArea(
        N_("What belongs here"), hint=N_("One sentence, so that another person sorts the same way."), maximum=500
    )


class MergeForm(Spoken, FlaskForm):
    """The theme that another is put together with."""

    into = Select(N_("Put together with"), [Required(N_("Choose a theme."))], empty=N_("Choose a theme"))


class QuoteForm(Spoken, FlaskForm):
    """A quote as it will be shown."""

    text = TextArea(
        N_("The quote, as it will be shown"),
        [Required(N_("Write the quote."))],
        hint=N_("Take away everything that may point at a person. You may shorten it, but not change what it means."),
        maximum=500,
    )
