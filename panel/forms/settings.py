"""Forms of the settings: districts, population figures, consent texts."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm

from analysis.words import N_, _
from panel import languages
from surveys.fields import FileUpload, Required, Spoken, TextArea

LONGEST_TEXT = 10_000


class DistrictsForm(Spoken, FlaskForm):
    """A file of districts."""

    file = FileUpload(
        N_("File of districts"),
        [Required(N_("Choose a file."))],
        hint=N_("GeoJSON in WGS 84 or SWEREF 99 TM. Each district needs the properties code and name."),
        accept=".geojson,.json",
    )


class PopulationForm(Spoken, FlaskForm):
    """A file of population figures."""

    file = FileUpload(
        N_("File of population figures"),
        [Required(N_("Choose a file."))],
        hint=N_("CSV or Excel with the columns kommundel, åldersgrupp, kön, antal, källa, datum."),
        accept=".csv,.txt,.xlsx",
    )


class TextsForm(Spoken, FlaskForm):
    """A consent text in each language."""

    def texts(self) -> dict[str, str]:
        """Language to text."""
        return {field.lang: field.data.replace("\r\n", "\n") for field in self if hasattr(field, "lang")}


def texts_form(offered: list[str], now: Mapping[str, str]) -> TextsForm:
    """The form for the languages offered, filled in with the words in force."""
    fields: dict[str, Any] = {}
    for code in offered:
        label = _("The text in %(language)s") % {"language": languages.NAMES.get(code, code)}
        fields[_name(code)] = TextArea(label, [Required(N_("Write the text."))], rows=14, maximum=LONGEST_TEXT)
    form: TextsForm = type("TextsForm", (TextsForm,), fields)(data={_name(code): now.get(code, "") for code in offered})
    for code in offered:
        form[_name(code)].lang = code
    return form


def _name(code: str) -> str:
    return "text_" + code.replace("-", "_")
