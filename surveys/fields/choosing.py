"""Fields whose answers are codes from a list."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from wtforms.validators import ValidationError

from analysis.words import N_, _
from surveys.fields.drawn import Drawn

Choices = Sequence[tuple[str, ...]]
"""Options in order: code, label and, if there is one, a hint."""


class Choosing(Drawn):
    """A field whose answers are codes from a list."""

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, choices: Choices = (), **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.choices = list(choices)

    def say(self) -> None:
        """Put the options in the reader's language too."""
        super().say()
        self.choices = [(code, *(_(text) for text in texts)) for code, *texts in self.choices]

    @property
    def codes(self) -> list[str]:
        """The codes that may be chosen."""
        return [choice[0] for choice in self.choices]

    def items(self) -> list[dict[str, Any]]:
        """The options as govuk-frontend's macros take them."""
        return [self._item(*choice) for choice in self.choices]

    def _item(self, code: str, label: str, hint: str = "") -> dict[str, Any]:
        return {"value": code, "text": label, "hint": {"text": hint} if hint else None}

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the one code that was sent; nothing sent is nothing chosen."""
        self.data = valuelist[0] if valuelist and valuelist[0] else None

    def pre_validate(self, form: Any) -> None:
        """Refuse a code that is not in the list."""
        if self.data is not None and self.data not in self.codes:
            raise ValidationError(_("Choose one of the alternatives."))


class Radios(Choosing):
    """One of several options, all in sight; ``classes`` are the style of their group."""

    template = "radios"
    missing = N_("Choose one of the alternatives.")

    def __init__(self, label: str = "", validators: Any = None, hint: str = "", *, classes: str = "", **options: Any) -> None:
        super().__init__(label, validators, hint, **options)
        self.classes = classes


class Steps(Radios):
    """One step of a numbered scale, all in a row; ``ends`` are the words at its two ends, and what has no number stands below."""

    template = "steps"

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, ends: tuple[str, str], **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.ends = ends

    def _item(self, code: str, label: str, hint: str = "") -> dict[str, Any]:
        """A step is seen as its number alone; its words are heard with it."""
        shown, heard = (code, label.removeprefix(code)) if label.startswith(code) else (label, "")
        hidden = Markup('<span class="govuk-visually-hidden">{}</span>').format(heard) if heard else ""
        return {"value": code, "html": Markup("{}{}").format(shown, hidden)}


class Select(Choosing):
    """One of many options in a drop-down list; ``empty`` is what it says before the choice."""

    template = "select"
    missing = N_("Choose one of the alternatives.")

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, empty: str = N_("Choose"), **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.empty = empty

    def items(self) -> list[dict[str, Any]]:
        """The options, after one that says that nothing is chosen."""
        return [{"value": "", "text": _(self.empty)}, *super().items()]


class Checkboxes(Choosing):
    """Any number of options; ``exclusive`` is the code of one that stands alone."""

    template = "checkboxes"
    missing = N_("Choose at least one alternative.")

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, exclusive: str = "", **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.exclusive = exclusive

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the codes that were sent, each once, in the order of the list."""
        known = [code for code in self.codes if code in valuelist]
        self.data = known + sorted(set(valuelist) - set(known))

    def items(self) -> list[dict[str, Any]]:
        """The options, with the word "or" before the one that stands alone."""
        shared = [item for item in super().items() if item["value"] != self.exclusive]
        alone = [item for item in super().items() if item["value"] == self.exclusive]
        return [*shared, {"divider": _("or")}, *alone] if alone else shared

    def pre_validate(self, form: Any) -> None:
        """Refuse unknown codes, and others together with the one that stands alone."""
        chosen = self.data or []
        if not set(chosen) <= set(self.codes):
            raise ValidationError(_("Choose one of the alternatives."))
        if self.exclusive in chosen and len(chosen) > 1:
            label = next(choice[1] for choice in self.choices if choice[0] == self.exclusive)
            raise ValidationError(_("“%(alone)s” can't be chosen together with others.") % {"alone": label})
