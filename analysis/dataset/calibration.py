"""What weights were calibrated to, so that standard errors can be those of the calibration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.dataset.values import Code, UnknownName, UnusableData, listed

Level = tuple[Code, ...]


@dataclass(frozen=True)
class Calibration:
    """The columns whose population figures the weights reproduce, and the weights that were there before.

    Attributes
    ----------
    margins
        Each the columns that were crossed: ``(("age",), ("gender",))`` after raking to two margins,
        ``(("age", "district"),)`` after post-stratification. A single name may be given instead of a tuple.
    base
        Column of the weights before; None where each counted as one.
    numbers
        Columns of numbers whose totals the weights reproduce.
    merged
        Margin to (level to the level that stands for both), where levels were taken together.
    """

    margins: tuple[tuple[str, ...], ...] = ()
    base: str | None = None
    numbers: tuple[str, ...] = ()
    merged: Mapping[tuple[str, ...], Mapping[Level, Level]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take a name for a margin of one column."""
        margins = (self.margins,) if isinstance(self.margins, str) else self.margins
        object.__setattr__(self, "margins", tuple((one,) if isinstance(one, str) else tuple(one) for one in margins))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all margins, each once."""
        return tuple(dict.fromkeys(name for margin in self.margins for name in margin))

    def check(self, frame: pd.DataFrame, weight: str | None) -> None:
        """Refuse a calibration whose columns are not there, or that no weights came of."""
        absent = [name for name in (*self.columns, *self.numbers, self.base) if name is not None and name not in frame]
        if absent:
            raise UnknownName(
                f"The frame has no column {listed(absent)}, which the calibration names. "
                "Keep the columns that the weights were calibrated on beside the answers, or leave calibration out."
            )
        if weight is None:
            raise UnusableData("There is a calibration without weights. Name their column in weight.")
        if not self.margins and not self.numbers:
            raise UnusableData("The calibration names no margin. Give Weights.calibration, or leave it out.")
