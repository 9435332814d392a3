"""What every field of the kit shares: a template, words in the reader's language, faults in page order."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.meta import DefaultMeta
from wtforms.validators import StopValidation

from analysis.words import N_, _, ngettext

Fault = tuple[str, str]
"""Where the error summary points (an element's id, or nothing) and what is wrong there."""


class Words:
    """WTForms' own messages in the reader's language."""

    gettext = staticmethod(_)
    ngettext = staticmethod(ngettext)


class Spoken:
    """Form mixin, before the form class: messages in the reader's language, faults in page order.

    Labels, hints, options and messages marked with ``N_`` are translated too, unless the form says
    ``class Meta: marked = False`` because its words are a questionnaire's own.
    """

    class Meta(DefaultMeta):
        """Binds fields in the reader's language."""

        marked = True

        def get_translations(self, form: Any) -> Any:
            """The messages of validators."""
            return Words()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """A field of this form, with its words said."""
            field = super().bind_field(form, unbound_field, options)
            if self.marked and isinstance(field, Drawn):
                field.say()
            return field

    def faults(self, order: Sequence[str] = ()) -> list[Fault]:
        """All that is wrong with the form, in page order."""
        return errors_in_order(self, order)


class Drawn(Field):
    """What a field of the kit has beside WTForms' own: a template, a hint, words for what is missing."""

    template = ""
    missing = N_("Answer the question.")
    marked = False
    script = ""
    """The file in static/ that helps where there are scripts."""
    at = ""
    """The id of the part that is to be mended, if it is not the first."""
    data: Any
    description: str
    errors: Sequence[str]
    process_errors: list[str]

    def __init__(self, label: str = "", validators: Any = None, hint: str = "", **options: Any) -> None:
        super().__init__(label, validators, description=hint, **options)

    def say(self) -> None:
        """Put the field's marked words in the reader's language."""
        self.marked = True
        self.label.text = _(self.label.text)
        self.description = _(self.description)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Validate; messages marked for translation are translated."""
        valid: bool = super().validate(form, extra_validators)
        if self.marked:
            self.errors = [_(message) for message in self.errors]
        return valid

    def written(self) -> str:
        """What stands in the control: what was just written, right or wrong, else the value."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def faults(self) -> list[Fault]:
        """What is wrong, and where the error summary points."""
        return [(self.at or self.id, self._told(message)) for message in self.errors[:1]]

    def _told(self, message: str) -> str:
        """A message that could stand at any field tells at which one."""
        return f"{self.label.text}: {message}" if message == _(self.missing) else message

    def drawing(self, classes: str = "") -> dict[str, Any]:
        """What every macro of govuk-frontend is told about a field."""
        error = {"text": self.errors[0], "visuallyHiddenText": _("Error")} if self.errors else None
        hint = {"text": self.description} if self.description else None
        return {"name": self.name, "id": self.id, "idPrefix": self.id, "classes": classes,
                "errorMessage": error, "hint": hint}  # fmt: skip

    def title(self, base: str, heading: bool = False, size: str = "") -> dict[str, Any]:
        """The label or legend, as the page's heading if the page asks one thing."""
        return {"text": self.label.text, "isPageHeading": heading,
                "classes": f"{base}--{size or ('l' if heading else 'm')}"}  # fmt: skip


class Required:
    """A validator: something must be chosen or written."""

    field_flags = {"required": True}

    def __init__(self, message: str = "") -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty field; one that could not be read has its own message."""
        empty = field.data is None or field.data is False or field.data == [] or not str(field.data).strip()
        if empty and not field.errors:
            field.errors = []
            raise StopValidation(self.message or _(getattr(field, "missing", Drawn.missing)))


def errors_in_order(form: Any, order: Sequence[str] = ()) -> list[Fault]:
    """Faults of a form for its error summary: fields named in ``order`` first, then as the form declares them."""
    names = [*order, *(name for name in form._fields if name not in order)]
    faults: list[Fault] = [("", str(message)) for message in form.form_errors]
    for field in (form[name] for name in names if name in form):
        faults += field.faults() if isinstance(field, Drawn) else [("", str(message)) for message in field.errors]
    return faults
