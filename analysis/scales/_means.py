"""What the scales with several numbers per response have in common: means and ratios with variances and covariances."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis import precision
from analysis.cube import Cube
from analysis.dataset import Dataset, Groups
from analysis.precision import design
from analysis.precision.design import Domains

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Means:
    """Ratios of weighted sums per group, linearised by the declared design; a mean is a ratio to 1.

    The influence of a response on Σwx / Σwy is w (x - r y) / Σwy (Särndal, Swensson & Wretman 1992, result 5.6.2).

    Attributes
    ----------
    dataset, groups
        The design, and the groups of its responses.
    rows
        The responses inside the base.
    values, sizes
        x and y of those responses; shapes (rows, k) and (rows,).
    """

    dataset: Dataset
    groups: Groups
    rows: NDArray[np.intp]
    values: Numbers
    sizes: Numbers
    _domains: Domains = field(init=False)

    def __post_init__(self) -> None:
        places = np.zeros(len(self.rows), dtype=np.intp) if self.groups.cells is None else self.groups.cells[self.rows]
        object.__setattr__(self, "_domains", Domains(self.dataset, self.rows, places, self.groups.size))

    @cached_property
    def _weights(self) -> Numbers:
        weights = self.dataset.weights
        return np.ones(len(self.rows)) if weights is None else weights.values[self.rows]

    def _sums(self, values: Numbers) -> Numbers:
        found = np.zeros((self.groups.size, values.shape[1]))
        for at, column in enumerate(values.T):
            found[:, at] = np.bincount(self._domains.cells, self._weights * column, self.groups.size)
        return found

    @cached_property
    def value(self) -> Numbers:
        """The ratios; shape (groups, k), NaN where nobody with a weight answered."""
        size = self._sums(self.sizes[:, None])
        unknown = np.full((len(size), self.values.shape[1]), np.nan)
        found: Numbers = np.divide(self._sums(self.values), size, out=unknown, where=size > 0)
        return found

    @cached_property
    def _influence(self) -> Numbers:
        cells, size = self._domains.cells, self._sums(self.sizes[:, None])[:, 0]
        gaps = self.values - np.nan_to_num(self.value)[cells] * self.sizes[:, None]
        gaps[np.abs(gaps) <= 1e-13 * np.abs(self.values)] = 0.0  # answers all alike, but for rounding
        part = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)[cells] * self._weights
        return part[:, None] * gaps

    @cached_property
    def variance(self) -> Numbers:
        """Variances; shape (groups, k), NaN, never 0, where one answer or answers all alike are silent on them."""
        heavy = np.bincount(self._domains.cells[self._weights > 0], minlength=self.groups.size)
        found = self._domains.variance(lambda part: self._influence[:, part], self.values.shape[1])
        return np.where((heavy < 2)[:, None] | np.isnan(self.value), np.nan, found)

    @cached_property
    def se(self) -> Numbers:
        """Standard errors; shape (groups, k)."""
        return np.sqrt(self.variance)

    def covariance(self) -> Numbers:
        """Covariances of all ratios of all groups; shape (groups × k, groups × k), NaN for those that data are silent on."""
        size, k = self.groups.size, self.values.shape[1]
        influence = np.zeros((self.dataset.size, size, k))
        members = np.zeros((self.dataset.size, size), dtype=bool)
        influence[self.rows, self._domains.cells], members[self.rows, self._domains.cells] = self._influence, True
        found = design.covariance(self.dataset, influence.reshape(self.dataset.size, -1), np.repeat(members, k, axis=1))
        silent = np.isnan(self.variance).ravel()
        return np.where(silent[:, None] | silent, np.nan, found)

    def margin(self, cube: Cube, level: float, interval: str) -> Numbers:
        """Half the width of the intervals: z standard errors, or t with the intervals that go by it; shape (groups, k)."""
        return self.se * precision.critical(cube, level, interval)[:, None]
