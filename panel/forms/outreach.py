"""Forms of a campaign: whom to invite, what to write, and the member's own way to pause."""

from flask_wtf import FlaskForm

from analysis.words import N_
from panel.humans import human_choice
from panel.wordings import Wording
from surveys.fields import Checkboxes, Input, Number, Radios, Required, Spoken, TextArea


class ChooseForm(Spoken, FlaskForm):
    """The whole panel, or a sample of it."""

    who = Radios(
        N_("Whom do you want to invite?"),
        [Required(N_("Choose whom to invite."))],
        choices=[
            ("all", N_("Everybody who can be invited")),
            ("sample", N_("A random sample"), N_("Fill in the size below.")),
        ],
    )
    size = Number(N_("Size of the sample"), hint=N_("How many people. Only for a sample."), width=5)
    stratify = Checkboxes(
        N_("Spread the sample in proportion to"),
        hint=N_("Each group gets its share of the sample. Only for a sample."),
        choices=[("district", N_("District")), ("age_group", N_("Age group")), ("gender", N_("Gender"))],
    )
    seed = Number(
        N_("Seed"),
        hint=N_("The same seed draws the same people again. Keep it as it is unless you want to repeat a draw."),
        width=10,
    )


class WordsForm(Spoken, FlaskForm):
    """Subject and text in one language."""

    subject = Input(N_("Subject"), [Required(N_("Write a subject."))], maximum=200)
    body = TextArea(N_("Text"), [Required(N_("Write a text."))], rows=14, maximum=10_000)

    def begin_with(self, wording: Wording) -> "WordsForm":
        """Show what is written now, unless something has just been sent in."""
        if not self.is_submitted():
            self.subject.data, self.body.data = wording.subject, wording.body
        return self


class PauseForm(Spoken, FlaskForm):
    """A person's yes to having no more invitations for a while."""

    pause = human_choice(
        N_("Do you want to pause the invitations?"),
        N_("Yes, send me no more invitations for now"),
        N_("No, I want to go on as before"),
    )
