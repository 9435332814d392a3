"""Weights as they come out, and why they can't."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from analysis.dataset import UnusableData
from analysis.dataset.calibration import Calibration


class CannotWeight(UnusableData):
    """Weights that can't be had; the message names column, level and remedy."""


@dataclass(frozen=True, eq=False)
class Weights:
    """One weight per row: how many residents it stands for.

    Attributes
    ----------
    values
        The weights, with the index of the frame; they sum to the population.
    converged
        Whether the margins are met within the tolerance. Weights that are not must not be used.
    iterations
        Rounds of the loop.
    gap
        The largest relative distance that is left between a weighted margin and its population.
    calibration
        What a ``Dataset`` needs to state standard errors of the calibration.
    trimmed
        Rows whose weight stands at a bound.
    differences
        Column to (level to its share of the population less its share before weighting); shares from 0 to 1.
    """

    values: pd.Series
    converged: bool
    iterations: int
    gap: float
    calibration: Calibration
    trimmed: int = 0
    differences: Mapping[tuple[str, ...], Mapping[tuple[object, ...], float]] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """Rows with a weight above 0."""
        return int((self.values.to_numpy() != 0).sum())

    @cached_property
    def effective_size(self) -> float:
        """As many unweighted answers as these are worth: (Σw)²/Σw² (Kish 1965, Survey Sampling, section 11.7)."""
        numbers = self.values.to_numpy()
        squares = float(numbers @ numbers)
        return float(numbers.sum()) ** 2 / squares if squares else 0.0

    @property
    def design_effect(self) -> float:
        """What unequal weights multiply a variance with: n Σw²/(Σw)² over those with a weight above 0 (Kish)."""
        return self.size / self.effective_size if self.effective_size else float("nan")
