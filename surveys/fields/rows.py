"""Fields that ask about several things alike: a control for each of them, in one group."""

from collections.abc import Iterator
from typing import Any

from wtforms.fields.core import UnboundField
from wtforms.validators import ValidationError

from analysis.words import _
from surveys.fields.choosing import Choices, Radios, Select
from surveys.fields.drawn import Drawn, Fault
from surveys.fields.writing import Number


class Rows(Drawn):
    """A field for each row, called after both; the data is code of row -> what its field holds."""

    template = "rows"
    look = "mp-rows"
    """The style of the group."""

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, rows: Choices = (), **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.row_choices = list(rows)
        self.rows: dict[str, Drawn] = {}

    def row(self, label: str, hint: str, name: str) -> UnboundField:
        """The field of one row, not yet bound."""
        raise NotImplementedError

    def say(self) -> None:
        """Put the names of the rows in the reader's language too."""
        super().say()
        self.row_choices = [(code, *(_(text) for text in texts)) for code, *texts in self.row_choices]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read every row; ``data`` is code of row -> its value."""
        given = data if isinstance(data, dict) else self.default or {}
        self.process_errors = []
        for code, label, *hints in self.row_choices:
            name = f"{self.name}-{code}"
            unbound = self.row(label, " ".join(hints), name)
            field = unbound.bind(form=None, name=name, _meta=self.meta, translations=self._translations)
            field.process(formdata, given.get(code))
            self.rows[code] = field

    @property
    def data(self) -> Any:
        """What each row holds."""
        return {code: row.data for code, row in self.rows.items()}

    @data.setter
    def data(self, value: Any) -> None:
        for code, row in self.rows.items():
            row.data = (value or {}).get(code)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Validate every row and then, if each can be read, all of them together."""
        wrong = [row for row in self.rows.values() if not row.validate(form)]
        if not wrong:
            return super().validate(form, extra_validators)
        self.errors = [message for row in wrong for message in row.errors]
        return False

    @property
    def together(self) -> str:
        """What is wrong with the rows together, if each can be read."""
        return str(self.errors[0]) if self.errors and not any(row.errors for row in self.rows.values()) else ""

    def faults(self) -> list[Fault]:
        """The faults of the rows, each with its row; or that of all together, at the row to mend."""
        if self.together:
            ids = [row.id for row in self.rows.values()]
            return [(self.at if self.at in ids else ids[0], self.together)]
        return [
            (at, fault if fault.startswith(f"{row.label.text}: ") else f"{row.label.text}: {fault}")
            for row in self.rows.values()
            for at, fault in row.faults()
        ]

    def __iter__(self) -> Iterator[Drawn]:  # type: ignore[override]
        """The rows, in order."""
        return iter(self.rows.values())


class Matrix(Rows):
    """Several things rated with the same options: one group of radios per row; validators hold for each row."""

    look = "mp-matrix"

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, choices: Choices = (), **options: Any
    ) -> None:
        super().__init__(label, None, hint, **options)
        self.each = validators
        self.choices = list(choices)

    def say(self) -> None:
        """Put the options in the reader's language too."""
        super().say()
        self.choices = [(code, *(_(text) for text in texts)) for code, *texts in self.choices]

    def row(self, label: str, hint: str, name: str) -> UnboundField:
        """Radio buttons, side by side where there is room."""
        return Radios(label, self.each, hint, choices=self.choices, classes="mp-matrix__row", name=name)


class Ranking(Rows):
    """Several things put in order: a drop-down list of places for each; ``choices`` are the places."""

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, choices: Choices = (), empty: str, **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.choices, self.empty = list(choices), empty

    def row(self, label: str, hint: str, name: str) -> UnboundField:
        """The places, after one that says that there is none."""
        return Select(label, None, hint, choices=self.choices, empty=self.empty, name=name)


class Sharing(Rows):
    """A sum shared out: a box for each part.

    With a script a line below tells what is left: ``left``, ``over`` or ``even``, in which # stands for a number.
    """

    template = "sharing"
    script = "sharing.js"

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, total: int, unit: str = "", tells: dict[str, str],
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(label, validators, hint, **options)
        self.total, self.unit, self.tells = total, unit, tells

    def row(self, label: str, hint: str, name: str) -> UnboundField:
        """A box for whole numbers."""
        width = 5 if self.total < 100_000 else 10
        return Number(label, [_not_below_zero], hint, suffix=self.unit, width=width, name=name)


def _not_below_zero(form: Any, field: Any) -> None:
    if field.data is not None and field.data < 0:
        raise ValidationError(_("Write %(least)s or more") % {"least": 0})
