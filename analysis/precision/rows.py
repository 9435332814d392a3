"""Cubes that remember their rows, for what no sums can tell: strata, clusters, population sizes, weights of 0."""

from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis import cube
from analysis.cube import Cube, Rowless
from analysis.dataset import Answers, Dataset, Groups, Item
from analysis.precision import calibrated, exclusive
from analysis.precision.design import Domains

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """The responses behind a cube."""

    dataset: Dataset
    answers: Answers
    groups: Groups

    @cached_property
    def domains(self) -> Domains:
        """Those who answered, by group."""
        answers, cells = self.answers, self.groups.cells
        given = answers.codes < len(answers.categories) if answers.answered is None else answers.answered
        rows = np.flatnonzero(given)
        places = np.zeros(len(rows), dtype=np.intp) if cells is None else cells[rows]
        return Domains(self.dataset, rows, places, self.groups.size)

    @cached_property
    def weights(self) -> Numbers:
        """The weights of those who answered."""
        weights, rows = self.dataset.weights, self.domains.rows
        return np.ones(len(rows)) if weights is None else weights.values[rows]

    @cached_property
    def positive(self) -> NDArray[np.int64]:
        """How many answered with a weight above 0; shape (groups,)."""
        return np.bincount(self.domains.cells[self.weights > 0], minlength=self.groups.size)

    def df(self) -> Numbers:
        """Degrees of freedom of each group: its units with a weight above 0 less their strata."""
        return self.domains.df()

    def chosen(self, part: slice) -> Numbers:
        """Whether each who answered is in each of some categories, 1 or 0; shape (rows, categories)."""
        answers, rows = self.answers, self.domains.rows
        if answers.rows is None:
            places = np.arange(part.start, part.stop)
            inside: Numbers = (answers.codes[rows][:, None] == places).astype(float)
            return inside
        wanted = (answers.codes >= part.start) & (answers.codes < part.stop)
        found = np.zeros((len(rows), part.stop - part.start))
        found[np.searchsorted(rows, answers.rows[wanted]), answers.codes[wanted] - part.start] = 1.0
        return found

    def influence(self, values: Numbers, means: Numbers, weight: Numbers) -> Numbers:
        """Linearised, weighted values of weighted means per group: w (y - ȳ) / Σw; shape (rows, k)."""
        cells = self.domains.cells
        gaps = values - means[cells]
        gaps[np.abs(gaps) <= 1e-13 * np.abs(values)] = 0.0  # answers all alike, but for rounding
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(weight > 0, 1 / weight, 0.0)[cells] * self.weights
        found: Numbers = part[:, None] * np.nan_to_num(gaps)
        return found

    def shares(self, share: Numbers, weight: Numbers) -> Numbers:
        """Variances of the shares of all categories; shape (groups, categories)."""
        if calibrated.from_cells(self.dataset):
            return calibrated.table(self.dataset, self.answers, self.groups).shares(share, weight)
        if self.answers.rows is None and self.dataset.calibration is None:
            codes = self.answers.codes[self.domains.rows].astype(np.intp)
            return exclusive.shares(self.domains, codes, self.weights, share, weight)
        return self.domains.variance(
            lambda part: self.influence(self.chosen(part), share[:, part], weight), share.shape[1]
        )

    def scores(self, scores: Numbers, means: Numbers, weight: Numbers) -> Numbers:
        """Variances of mean scores, ``scores`` of shape (categories, kinds); shape (groups, kinds)."""
        if calibrated.from_cells(self.dataset):
            return calibrated.table(self.dataset, self.answers, self.groups).scores(scores, means, weight)
        codes = self.answers.codes[self.domains.rows]
        return self.domains.variance(
            lambda part: self.influence(scores[codes, part], means[:, part], weight), means.shape[1]
        )


@dataclass(frozen=True, eq=False)
class Summed(Rows):
    """What calibrated cubes tell of an item without its rows."""

    table: calibrated.Table

    @cached_property
    def positive(self) -> NDArray[np.int64]:
        """How many answered; a cube has no weights of 0."""
        return np.bincount(self.table.group, self.table.answered.base_n, self.table.groups).astype(np.int64)

    def df(self) -> Numbers:
        """One less than those who answered."""
        return np.maximum(self.positive - 1.0, 0.0)  # type: ignore[no-any-return]

    def shares(self, share: Numbers, weight: Numbers) -> Numbers:
        """Variances of the shares of all categories."""
        return self.table.shares(share, weight)

    def scores(self, scores: Numbers, means: Numbers, weight: Numbers) -> Numbers:
        """Variances of mean scores."""
        return self.table.scores(scores, means, weight)


@dataclass(frozen=True, eq=False)
class Sampled(Cube):
    """A cube with the rows that its variances need."""

    rows: Rows | None = field(default=None)


def needed(dataset: Dataset) -> bool:
    """Whether standard errors need the rows: n, Σw and Σw² do for weights above 0 alone."""
    weightless = dataset.weights is not None and not dataset.weights.positive
    return bool(dataset.declared) or dataset.calibration is not None or weightless


def cube_of(dataset: Dataset, item: Item, groups: Groups) -> Cube:
    """The cube of an item with categories, with its rows where its variances need them."""
    sums, answers = cube.of(dataset, item, groups), dataset.answers(item)
    if isinstance(dataset, Rowless) and dataset.calibration is not None:
        return _sampled(sums, Summed(dataset, answers, groups, calibrated.from_cubes(dataset, item.name, groups)))
    return attached(sums, dataset, answers, groups)


def attached(sums: Cube, dataset: Dataset, answers: Answers, groups: Groups) -> Cube:
    """A cube with its rows where they are needed."""
    if not needed(dataset):
        return sums
    return _sampled(sums, Rows(dataset, answers, groups))


def _sampled(sums: Cube, rows: Rows) -> Sampled:
    return Sampled(**{each.name: getattr(sums, each.name) for each in fields(Cube)}, rows=rows)
