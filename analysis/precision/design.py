"""Variances by the declared design: Taylor linearisation over units in strata, drawn with replacement or without.

The variance of an estimate is that of the sum over the sample of its linearised, weighted values z (Lumley 2010, Complex
Surveys, section 2.4; R: ``svyrecvar`` with one stage, the ultimate cluster)::

    v = Σ_h (1 - n_h/N_h) · n_h/(n_h - 1) · Σ_i (z_hi - z̄_h)²

over strata h and units i, z_hi being the sum of the unit's responses. Outside a group z is 0, so that the group is a
domain of the whole design: units without anybody in the group count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset, Design
from analysis.dataset.design import NO_VARIANCE
from analysis.precision import calibrated

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
ENTRIES = 4_000_000
"""The most numbers that are held at a time: 32 MB."""
ROUNDING = 1e-20
"""A variance of less than this part of the sum of squares is one of 0, rounded."""


def variance(dataset: Dataset, influence: Numbers) -> Numbers:
    """Variances of estimates.

    Parameters
    ----------
    dataset
        The design.
    influence
        Linearised values times weights, one row per response and one column per estimate; 0 outside the domain.

    Returns
    -------
    ndarray
        Shape (estimates,).
    """
    totals, strata = _totals(dataset, influence)
    factor, _lonely = factors(dataset.design)
    spread = (factor[strata][:, None] * _centred(totals, strata, dataset.design) ** 2).sum(axis=0)
    found: Numbers = spread * np.diag(_average(dataset.design, influence != 0, dataset))
    return found


def covariance(dataset: Dataset, influence: Numbers, members: NDArray[np.bool_] | None = None) -> Numbers:
    """The covariance matrix of estimates; shape (estimates, estimates).

    Parameters
    ----------
    dataset, influence
        As ``variance``.
    members
        The responses in the domain of each estimate, for the "average" rule; shape (rows, estimates). Those with an
        influence are taken where it is None.
    """
    domain = influence != 0 if members is None else members
    return _crossed(dataset, influence) * _average(dataset.design, domain, dataset)


def differences(dataset: Dataset, influence: Numbers, members: NDArray[np.bool_]) -> Numbers:
    """Variances of the difference of each two estimates, whose two domains are one domain of the design.

    Parameters and shape are those of ``covariance``. NaN where units that do not differ are silent on it.
    """
    crossed = _crossed(dataset, influence)
    own, squares = np.diag(crossed), (influence**2).sum(axis=0)
    found: Numbers = own[:, None] + own - 2 * crossed
    silent = found <= ROUNDING * (squares[:, None] + squares)
    return np.where(silent, np.nan, found * _average(dataset.design, members, dataset))


def _crossed(dataset: Dataset, influence: Numbers) -> Numbers:
    """Covariances without the "average" rule."""
    totals, strata = _totals(dataset, influence)
    factor, _lonely = factors(dataset.design)
    centred = _centred(totals, strata, dataset.design)
    found: Numbers = (factor[strata][:, None] * centred).T @ centred
    return found


def _totals(dataset: Dataset, influence: Numbers) -> tuple[Numbers, Places]:
    """The sum of each unit's values, shape (units, estimates), and the units' strata."""
    design = dataset.design
    if dataset.calibration is not None:
        influence = calibrated.residuals(dataset, influence)
    units = len(influence) if design.units is None else design.count
    strata = design.stratum(np.arange(units, dtype=np.intp))
    if design.units is None:
        return influence, strata
    columns = [np.bincount(design.units, column, units) for column in influence.T]
    return np.stack(columns, axis=1) if columns else np.zeros((units, 0)), strata


def _centred(totals: Numbers, strata: Places, design: Design) -> Numbers:
    sums = _by(strata, totals, len(design.drawn))
    means = np.where(design.drawn > 1, 1 / np.maximum(design.drawn, 1), 0.0)[:, None] * sums
    centred: Numbers = totals - means[strata]
    return centred


def _by(places: Places, values: Numbers, size: int) -> Numbers:
    """Sums of the rows of ``values`` by place; shape (size, columns)."""
    found = np.zeros((size, values.shape[1]))
    for at in range(values.shape[1]):
        found[:, at] = np.bincount(places, values[:, at], size)
    return found


def factors(design: Design) -> tuple[Numbers, NDArray[np.bool_]]:
    """What each stratum's sum of squares is multiplied by, and which strata tell nothing by the "average" rule.

    A lonely unit is set against 0, which is the mean of all units, by the "adjust" rule; with "remove" and "certainty"
    it adds nothing, and with "average" as much as the other strata do on average.
    """
    drawn = design.drawn
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = design.left * np.where(drawn > 1, drawn / (drawn - 1), float(design.lonely == "adjust"))
    silent = design.alone if design.lonely == "average" else np.zeros(len(drawn), dtype=bool)
    return np.where(drawn > 0, factor, 0.0), silent


def _average(design: Design, members: NDArray[np.bool_], dataset: Dataset) -> Numbers:
    """The "average" rule: strata over those of several units, among the strata that hold any of a pair's domains.

    What a calibration leaves of an estimate is spread over the whole sample, so that all strata hold some of it.
    """
    silent = factors(design)[1]
    if not silent.any():
        return np.ones((members.shape[1],) * 2)
    members = members if dataset.calibration is None else np.ones_like(members)
    strata = design.stratum(design.unit(np.arange(dataset.size, dtype=np.intp)))
    outside = (_by(strata, members.astype(float), len(design.drawn)) == 0).astype(float)
    return _weighing(len(design.drawn) - outside.T @ outside, (~silent).sum() - outside[~silent].T @ outside[~silent])


def _weighing(strata: Numbers, telling: Numbers) -> Numbers:
    """How much is made of the strata that tell; NaN where none does."""
    return np.divide(strata, telling, out=np.full_like(strata, np.nan), where=telling > 0)


@dataclass(frozen=True, eq=False)
class Domains:
    """Responses in groups that do not overlap, such as those who answered: the domains of many estimates at once.

    ``rows`` are the responses, in any order, and ``cells`` (one per row) their group among ``size`` groups.
    """

    dataset: Dataset
    rows: Places
    cells: Places
    size: int

    def df(self) -> Numbers:
        """Degrees of freedom of each domain: its units with a weight above 0 less their strata; shape (groups,)."""
        units, cells, place = self.pieces
        weights = np.ones(len(self.rows)) if self.dataset.weights is None else self.dataset.weights.values[self.rows]
        heavy = (weights if place is None else np.bincount(place, weights, len(units))) > 0
        strata, number = self.dataset.design.stratum(units[heavy]), len(self.dataset.design.drawn)
        inside = np.bincount(strata * self.size + cells[heavy], minlength=number * self.size).reshape(number, self.size)
        found: Numbers = inside.sum(axis=0, dtype=float) - (inside > 0).sum(axis=0)
        return found

    def variance(self, influence: Callable[[slice], Numbers], estimates: int) -> Numbers:
        """Variances of several estimates of each group.

        Parameters
        ----------
        influence
            Gives some of the columns of the linearised, weighted values: one row per row of the domains.
        estimates
            How many columns there are.

        Returns
        -------
        ndarray
            Shape (groups, estimates). NaN where units that do not differ are silent on it, so that no standard error
            of 0 comes of it; 0 where all of the population was drawn.
        """
        found = np.full((self.size, estimates), np.nan)
        step = max(1, ENTRIES // max(len(self.rows), self.size, 1))
        summed = self._summing()
        for start in range(0, estimates, step):
            part = slice(start, min(start + step, estimates))
            found[:, part] = summed(influence(part))
        return found

    def _summing(self) -> Callable[[Numbers], Numbers]:
        """What takes values of the rows, shape (rows, k), to variances, shape (groups, k)."""
        if self.dataset.calibration is not None:
            return self._residual
        design, size = self.dataset.design, self.size
        units, cells, place = self.pieces
        strata, number = design.stratum(units), len(design.drawn)
        factor, _silent = factors(design)
        corner = strata * size + cells
        inside = np.bincount(corner, minlength=number * size).reshape(number, size)
        drawn = design.drawn[:, None].astype(float)

        def summed(values: Numbers) -> Numbers:
            found = np.empty((size, values.shape[1]))
            for at, column in enumerate(values.T):
                totals = column if place is None else np.bincount(place, column, len(units))
                sums = np.bincount(corner, totals, number * size).reshape(number, size)
                mean = np.where(drawn > 1, sums / np.maximum(drawn, 1), 0.0)
                squares = np.bincount(cells, factor[strata] * (totals - mean.ravel()[corner]) ** 2, size)
                found[:, at] = squares + (factor[:, None] * (drawn - inside) * mean**2).sum(axis=0)
            return self.told(found * self.average, ROUNDING * _by(self.cells, values**2, size))

        return summed

    @cached_property
    def pieces(self) -> tuple[Places, Places, Places | None]:
        """Each unit once in each group that holds any of it, the group, and for each row which of these it belongs to.

        The third is None where every row is a unit of its own.
        """
        design = self.dataset.design
        units = design.unit(self.rows)
        if design.units is None:
            return units, self.cells, None
        pairs, place = np.unique(self.cells * np.intp(max(design.count, 1)) + units, return_inverse=True)
        return pairs % max(design.count, 1), pairs // max(design.count, 1), place

    @cached_property
    def average(self) -> Numbers:
        """What each group's variance is multiplied by for the "average" rule, else 1; shape (groups, 1)."""
        design, (units, cells, _place) = self.dataset.design, self.pieces
        silent = factors(design)[1]
        if not silent.any():
            return np.ones((self.size, 1))
        corner = design.stratum(units) * self.size + cells
        inside = np.bincount(corner, minlength=len(silent) * self.size).reshape(len(silent), self.size) > 0
        return _weighing(inside.sum(axis=0, dtype=float), inside[~silent].sum(axis=0, dtype=float))[:, None]

    def _residual(self, values: Numbers) -> Numbers:
        """Variances of calibrated estimates: what the calibration explains is taken out of every response first."""
        found = np.empty((self.size, values.shape[1]))
        for cell in range(self.size):
            inside = self.cells == cell
            influence = np.zeros((self.dataset.size, values.shape[1]))
            influence[self.rows[inside]] = values[inside]
            found[cell] = variance(self.dataset, influence)
        return self.told(found, ROUNDING * _by(self.cells, values**2, self.size))

    def told(self, found: Numbers, rounding: Numbers) -> Numbers:
        """The variances, NaN where they are of nothing but rounding though part of the population was not drawn."""
        left = self.dataset.design.left[self.dataset.design.stratum(self.dataset.design.unit(self.rows))]
        open_ = np.bincount(self.cells, left, self.size) >= NO_VARIANCE
        return np.where((found <= rounding) & open_[:, None], np.nan, np.maximum(found, 0.0))
