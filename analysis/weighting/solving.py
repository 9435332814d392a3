"""Calibration by Newton's method on the dual, with bounds inside: weights are cut, and the cut weights meet the totals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.weighting.cells import Cells, Numbers, Places, summed
from analysis.weighting.margins import Margin
from analysis.weighting.values import CannotWeight

LARGEST = 40_000_000
"""The most numbers in a matrix of cells × levels."""
NEAR = 1e-10
"""How close the bounded problem is solved, so that bounds as a part of the mean weight hold to as many digits."""


@dataclass(frozen=True)
class Distance:
    """A distance between weights, by what makes the weights: ``base · factor(η)``, η being linear in the columns."""

    factor: Callable[[Numbers], Numbers]
    inverse: Callable[[Numbers], Numbers]
    slope: Callable[[Numbers], Numbers]
    integral: Callable[[Numbers], Numbers]


def _exp(eta: Numbers) -> Numbers:
    return np.exp(np.minimum(eta, 600.0))


EXPONENTIAL = Distance(_exp, lambda x: np.log(np.maximum(x, 0.0)), _exp, _exp)
"""Raking (Kullback–Leibler); weights stay above 0."""
LINEAR = Distance(lambda eta: 1 + eta, lambda x: x - 1, np.ones_like, lambda eta: eta + eta**2 / 2)
"""The regression estimator (GREG; chi-square distance)."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be solved, on units that are cells or rows.

    Attributes
    ----------
    matrix
        The columns that are calibrated on, by cell; shape (cells, columns).
    totals
        Their population totals; shape (columns,).
    cell, base, times, low, high
        For each unit its cell, base weight, number of rows, least and largest weight; shape (units,).
    """

    matrix: Numbers
    totals: Numbers
    cell: Places
    base: Numbers
    times: Numbers
    low: Numbers
    high: Numbers

    def sums(self, weights: Numbers) -> Numbers:
        """The weighted sums by cell."""
        return summed(self.cell, weights * self.times, len(self.matrix))


class Solved(NamedTuple):
    """Weights per unit, how many rounds they took, and the largest relative distance that is left."""

    weights: Numbers
    rounds: int
    gap: float


def indicators(margins: Sequence[Margin], codes: Sequence[Places]) -> Numbers:
    """A column of 0 and 1 for each level of each margin, the unknown one last; shape (cells, columns)."""
    widths = [len(margin.levels) + 1 for margin in margins]
    if len(codes[0]) * sum(widths) > LARGEST:
        raise CannotWeight(
            f"The margins have {sum(widths) - len(widths)} levels over {len(codes[0])} cells, which is more than bounds "
            "can be held with. Merge levels, or leave the bounds out."
        )
    matrix = np.zeros((len(codes[0]), sum(widths)))
    for start, code in zip(np.cumsum([0, *widths[:-1]]), codes, strict=True):
        matrix[np.arange(len(code)), start + code] = 1.0
    return matrix


def problem(
    cells: Cells, margins: Sequence[Margin], targets: Sequence[Numbers], limits: tuple[float, float]
) -> Problem:
    """Units between two limits: cells where every base weight is 1, else rows."""
    alive = np.flatnonzero(cells.count > 0)
    place = np.zeros(cells.size, dtype=np.intp)
    place[alive] = np.arange(len(alive))
    matrix = indicators(margins, [margin.code[alive] for margin in margins])
    if cells.rows is None:
        cell, base, times = np.arange(len(alive)), np.ones(len(alive)), cells.count[alive]
    else:
        weighted = cells.rows > 0
        cell, base = place[cells.key[weighted]], cells.rows[weighted]
        times = np.ones(len(base))
    totals = np.concatenate(list(targets))
    base = base * (float(targets[0].sum()) / float(base @ times))
    low, high = (np.full(len(base), one) for one in limits)
    return Problem(matrix, totals, cell, base, times, low, high)


def solve(problem: Problem, distance: Distance, tolerance: float, iterations: int) -> Solved:
    """The bounded weights nearest to the base weights that meet the totals.

    The dual of the calibration problem is concave and differentiable, so that damped Newton steps find its top from
    anywhere (Deville, Särndal and Sautory 1993, JASA 88, 1013–1020, give the undamped ones). Where no weights meet the
    totals the rounds run out.
    """
    columns = problem.matrix.shape[1]
    scale = np.maximum(np.abs(problem.totals), 1e-12 * max(float(np.abs(problem.totals).max()), 1e-300))
    eta = np.zeros(len(problem.matrix))
    damping, best = 1e-9, _dual(problem, distance, np.zeros(columns), eta)
    multipliers = np.zeros(columns)
    weights, slope = _weights(problem, distance, eta)
    for rounds in range(1, iterations + 1):
        misfit = problem.totals - problem.matrix.T @ problem.sums(weights)
        gap = float((np.abs(misfit) / scale).max())
        if gap <= tolerance:
            return Solved(weights, rounds, gap)
        curve = problem.matrix.T @ (problem.matrix * problem.sums(slope)[:, None])
        ground = max(float(np.trace(curve)) / columns, 1e-12 * float(np.abs(problem.totals).max()))
        while True:
            step = np.linalg.solve(curve + damping * ground * np.eye(columns), misfit)
            trial = multipliers + step
            eta = problem.matrix @ trial
            value = _dual(problem, distance, trial, eta)
            if value >= best - 1e-13 * abs(best):
                break
            damping *= 10
            if damping > 1e12:
                return Solved(weights, rounds, gap)
        damping, best, multipliers = max(damping / 10, 1e-9), value, trial
        weights, slope = _weights(problem, distance, eta)
    misfit = problem.totals - problem.matrix.T @ problem.sums(weights)
    return Solved(weights, iterations, float((np.abs(misfit) / scale).max()))


def _weights(problem: Problem, distance: Distance, eta: Numbers) -> tuple[Numbers, Numbers]:
    """The cut weights, and how they change with η (0 at a bound)."""
    each = eta[problem.cell]
    free = problem.base * distance.factor(each)
    inside = (free > problem.low) & (free < problem.high)
    slope = np.where(inside, problem.base * distance.slope(each), 0.0)
    return np.clip(free, problem.low, problem.high), slope


def _dual(problem: Problem, distance: Distance, multipliers: Numbers, eta: Numbers) -> float:
    """The dual's value: totals · λ less the integral of the cut weights."""
    each = eta[problem.cell]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first, last = distance.inverse(problem.low / problem.base), distance.inverse(problem.high / problem.base)
        inner = problem.base * distance.integral(np.clip(each, first, last))
        below = np.where(each < first, problem.low * (each - first), 0.0)
        above = np.where(each > last, problem.high * (each - last), 0.0)
    return float(problem.totals @ multipliers - (inner + below + above) @ problem.times)
