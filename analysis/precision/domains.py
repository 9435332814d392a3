"""Those who answered, by group, with their numbers and weights: what every estimate from the rows starts with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import Dataset, Groups, UnusableData, listed
from analysis.precision.design import Domains
from analysis.precision.intervals import t_quantile

Numbers = NDArray[np.float64]
Columns = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Answered:
    """The responses that have every one of some numbers.

    Attributes
    ----------
    values
        One row per response that answered, one column per number.
    weights
        Its weight.
    domains
        Its place and group.
    groups
        What the groups are.
    """

    values: Numbers
    weights: Numbers
    domains: Domains
    groups: Groups

    def sums(self, values: Numbers) -> Numbers:
        """Weighted sums per group; shape (groups, columns)."""
        cells, size = self.domains.cells, self.domains.size
        return np.stack([np.bincount(cells, self.weights * column, size) for column in values.T], axis=1)

    @cached_property
    def base(self) -> NDArray[np.int64]:
        """Answers per group, with weights of 0 too; shape (groups,)."""
        return np.bincount(self.domains.cells, minlength=self.domains.size)

    @cached_property
    def positive(self) -> NDArray[np.int64]:
        """Answers with a weight above 0 per group; shape (groups,)."""
        return np.bincount(self.domains.cells[self.weights > 0], minlength=self.domains.size)

    @cached_property
    def weight(self) -> Numbers:
        """Sum of weights per group, NaN where it is 0; shape (groups, 1)."""
        sums = np.bincount(self.domains.cells, self.weights, self.domains.size)
        return np.where(sums > 0, sums, np.nan)[:, None]

    @cached_property
    def kish(self) -> Numbers:
        """Kish's effective base per group; shape (groups, 1)."""
        squares = np.bincount(self.domains.cells, self.weights**2, self.domains.size)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Numbers = self.weight**2 / squares[:, None]
        return found

    def spread(self, values: Numbers) -> Numbers:
        """Variance of the numbers in the population of each group (R: ``svyvar``); shape (groups, columns)."""
        n = self.positive[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self.sums(values) / self.weight
            found: Numbers = self.sums((values - mean[self.domains.cells]) ** 2) / self.weight * n / (n - 1)
        return found

    def variance(self, influence: Numbers) -> Numbers:
        """Variances by the design of the sums of linearised, weighted values, NaN for a single answer."""
        return np.where(self.positive[:, None] < 2, np.nan, self.variance_of_totals(influence))

    def variance_of_totals(self, values: Numbers) -> Numbers:
        """The same of sums of the weighted values themselves: how many are in the group is uncertain too.

        A single answer tells of it, as one that could as well have been in another group; a single unit does not.
        """
        found = self.domains.variance(lambda part: values[:, part], values.shape[1])
        silent = (self.positive < 1) | (self.domains.dataset.design.count < 2)
        return np.where(silent[:, None], np.nan, found)

    def effects(self, variance: Numbers, simple: Numbers) -> Columns:
        """Design effects of estimates, ``simple`` being their variance in a simple random sample with replacement.

        The second is that against one without replacement, of a population as large as the sum of the weights (R:
        ``deff=TRUE``); NaN where that is no larger than the sample.
        """
        n, weight = self.positive[:, None], self.weight
        with np.errstate(invalid="ignore", divide="ignore"):
            left = np.where(weight > n, (weight - n) / weight, np.nan)
            effect = np.where(simple > 0, variance / simple, np.nan)
            return {"design_effect": effect, "design_effect_without": effect / left}

    def told(self, name: str, value: Numbers, variance: Numbers, simple: Numbers, level: float) -> Columns:
        """Estimates of shape (groups, columns) as columns of a table: value, standard error, interval, df, effects."""
        df = np.broadcast_to(self.domains.df()[:, None], value.shape)
        se = np.sqrt(variance)
        margin = t_quantile(level, np.maximum(df, 1)) * se
        limits = {"df": df, name: value, "se": se, "low": value - margin, "high": value + margin}
        base = np.broadcast_to(self.base[:, None], value.shape)
        return {"base": base} | limits | self.effects(variance, simple)


def answered(dataset: Dataset, values: Sequence[Numbers], by: Sequence[str] | str) -> Answered:
    """The responses that have all of ``values``, one array per number with NaN outside the base."""
    groups = dataset.groups((by,) if isinstance(by, str) else by)
    stacked = np.stack(values, axis=1)
    rows = np.flatnonzero(~np.isnan(stacked).any(axis=1))
    cells = np.zeros(len(rows), dtype=np.intp) if groups.cells is None else groups.cells[rows]
    weights = np.ones(len(rows)) if dataset.weights is None else dataset.weights.values[rows]
    return Answered(stacked[rows], weights, Domains(dataset, rows, cells, groups.size), groups)


def frame(groups: Groups, columns: Columns, keys: Columns | None = None) -> pd.DataFrame:
    """A tidy table of columns of shape (groups, k), one row per group × k; ``keys`` tell what the k are."""
    free(groups.by, (*(keys or {}), *columns))
    shape = next(iter(columns.values())).shape
    told = {name: np.asarray(values).ravel() for name, values in columns.items()}
    return pd.DataFrame({**groups.columns(shape[1]), **(keys or {}), **told}, index=pd.RangeIndex(shape[0] * shape[1]))


def free(by: Sequence[str], columns: Iterable[str]) -> None:
    """Refuse group columns that are called as a table's own columns, one of which would be lost."""
    taken = [name for name in by if name in set(columns)]
    if taken:
        raise UnusableData(f"A group column can't be called {listed(taken)}: the table has such a column. Rename it.")
