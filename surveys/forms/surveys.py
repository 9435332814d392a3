"""Forms of a survey before it opens."""

from collections.abc import Sequence

from flask_wtf import FlaskForm

from analysis.words import N_
from surveys.fields import DateInput, FileUpload, Radios, Required, Select, Spoken
from surveys.models import Dialogue, Survey


class ImportForm(Spoken, FlaskForm):
    """A questionnaire file, and the dialogue it belongs to."""

    file = FileUpload(
        N_("Questionnaire file"),
        [Required(N_("Choose a file."))],
        hint=N_("Our own YAML or JSON, or an XLSForm (.xlsx, .xls, .csv)."),
        accept=".yaml,.yml,.json,.xlsx,.xls,.csv",
    )
    dialogue_id = Select(N_("Dialogue"), hint=N_("What the survey is a part of. It can be chosen later."))

    def offer(self, dialogues: Sequence[Dialogue]) -> "ImportForm":
        """Fill in the dialogues to choose from."""
        self.dialogue_id.choices = [(str(d.id), d.title) for d in dialogues]
        return self


class SurveyForm(Spoken, FlaskForm):
    """What is decided about a survey beside its questionnaire."""

    dialogue_id = Select(N_("Dialogue"), [Required(N_("Choose the dialogue that the survey is a part of."))])
    closes = DateInput(N_("Last day to answer"), [Required(N_("Write the last day to answer."))])
    sensitive = Radios(
        N_("How sensitive are the questions?"),
        [Required()],
        hint=N_("Answers are mixed in groups before they are stored: of at least 20, or at least 50 if they are sensitive."),
        choices=[("no", N_("Ordinary")), ("yes", N_("Sensitive"))],
    )

    follows_id = Select(
        N_("Earlier survey that this one asks again"),
        hint=N_("Questions with the same name and the same answers are then compared over time."),
        empty=N_("None"),
    )

    def offer(self, dialogues: Sequence[Dialogue], earlier: Sequence[Survey]) -> "SurveyForm":
        """Fill in the dialogues and the surveys to choose from."""
        self.dialogue_id.choices = [(str(d.id), d.title) for d in dialogues]
        self.follows_id.choices = [(str(s.id), s.title) for s in earlier]
        return self


class PictureForm(Spoken, FlaskForm):
    """An image that the questionnaire names."""

    picture = FileUpload(N_("Image file"), [Required(N_("Choose a file."))], accept=".png,.jpg,.jpeg,.webp")
