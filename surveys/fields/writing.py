"""Fields that are written in: texts, numbers, days, secrets."""

import re
from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from analysis.words import N_, _, decimal, ngettext
from surveys.fields.drawn import Drawn


class Input(Drawn):
    """One line of text; ``kind`` is the input's type, ``width`` its width in characters (2, 3, 4, 5, 10, 20)."""

    template = "input"
    missing = N_("Fill in this field.")

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, kind: str = "text", inputmode: str = "",
        autocomplete: str = "", prefix: str = "", suffix: str = "", width: int = 0, maximum: int = 200, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(label, validators, hint, **options)
        self.kind, self.inputmode, self.autocomplete = kind, inputmode, autocomplete
        self.before, self.after = prefix, suffix
        self.width = f"govuk-input--width-{width}" if width else ""
        self.maximum = maximum

    def say(self) -> None:
        """Put what stands before and after in the reader's language too."""
        super().say()
        self.before, self.after = _(self.before), _(self.after)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text without space around it; nothing written is no answer."""
        self.data = (valuelist[0].strip() or None) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        """Refuse a text that is too long; nothing is cut off."""
        if self.maximum and isinstance(self.data, str) and len(self.data) > self.maximum:
            numbers = {"count": len(self.data), "maximum": self.maximum}
            raise ValidationError(_("The text has %(count)d characters. Write at most %(maximum)d.") % numbers)


class Password(Input):
    """A secret: never written back into the page."""

    def __init__(self, label: str = "", validators: Any = None, hint: str = "", **options: Any) -> None:
        super().__init__(label, validators, hint, kind="password", **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the secret as it was written."""
        self.data = valuelist[0] if valuelist else None

    def written(self) -> str:
        """Nothing."""
        return ""


class TextArea(Input):
    """Several lines of text, with its limit told before it is passed."""

    template = "textarea"
    missing = N_("Write an answer.")

    def __init__(
        self,
        label: str = "",
        validators: Any = None,
        hint: str = "",
        *,
        rows: int = 5,
        maximum: int = 2000,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, hint, maximum=maximum, **options)
        self.rows = rows


class Number(Input):
    """A number as people write it: decimal comma or point, spaces between thousands."""

    missing = N_("Write a number.")

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, decimals: int = 0, **options: Any
    ) -> None:
        settings: dict[str, Any] = {"inputmode": "decimal" if decimals else "numeric", "width": 10} | options
        super().__init__(label, validators, hint, **settings)
        self.decimals = decimals

    def written(self) -> str:
        """The number as the reader writes it."""
        return super().written() if self.raw_data else super().written().replace(".", decimal(0.5, 1)[1])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; what can't be read is told, not guessed."""
        text = re.sub(r"\s", "", valuelist[0] if valuelist else "").replace(",", ".").replace("\N{MINUS SIGN}", "-")
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
            raise ValueError(_("Write a number, in digits."))
        if len(text.partition(".")[2]) > self.decimals:
            raise ValueError(self._too_fine())
        self.data = float(text) if self.decimals else int(text)

    def _too_fine(self) -> str:
        most = ngettext("Write at most %(count)d decimal.", "Write at most %(count)d decimals.", self.decimals)
        return most % {"count": self.decimals} if self.decimals else _("Write a whole number.")


class DateInput(Input):
    """A day, by the browser's own calendar."""

    missing = N_("Write a date.")

    def __init__(self, label: str = "", validators: Any = None, hint: str = "", **options: Any) -> None:
        settings: dict[str, Any] = {"kind": "date", "width": 10} | options
        super().__init__(label, validators, hint, **settings)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day as year, month and day."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            try:
                self.data = date.fromisoformat(text)
            except ValueError as error:
                raise ValueError(_("Write the date as year-month-day, such as 2026-09-13.")) from error
