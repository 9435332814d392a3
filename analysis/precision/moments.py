"""Means of what categories or responses carry, their standard errors, and differences of independent ones."""

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from analysis.cube import Cube, Stacked
from analysis.precision.intervals import BY_T, quantile, t_quantile
from analysis.precision.proportions import correction, degrees, positive, rows_of

Numbers = NDArray[np.float64]


def score(cube: Cube, scores: Numbers) -> tuple[Numbers, Numbers]:
    """Means and standard errors, per group, of scores that each category of an exclusive item carries.

    Parameters
    ----------
    cube
        Sums over responses.
    scores
        One column per kind of score; shape (categories, kinds). Both results have the shape (groups, kinds).
    """
    if not isinstance(cube, Stacked) or cube.stack is None:
        return _score(cube, scores)
    every = cube.stack.worked_out(("score", scores.tobytes()), lambda whole: list(zip(*_score(whole, scores), strict=True)))
    return every[cube.place]


def _score(cube: Cube, scores: Numbers) -> tuple[Numbers, Numbers]:
    """The scores of a cube, or of several with a further axis."""
    rows = rows_of(cube)
    base = positive(cube)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(cube.base_w > 0, cube.base_w, np.nan)[..., None]
        mean = cube.w @ scores / weight
        if rows is not None:
            return mean, np.sqrt(np.where(base < 2, np.nan, rows.scores(scores, mean, cube.base_w)))
        squares = _squares(cube.w2, scores, mean)
        return mean, standard_error(squares * (correction(cube.size) / weight**2), base)


def _squares(w2: Numbers, scores: Numbers, mean: Numbers) -> Numbers:
    """Σw² (score - mean)² of each group and kind, summed along the groups, of which there are many."""
    gaps = scores.T[:, :, None] - mean.swapaxes(-1, -2)[..., None, :]
    gaps *= gaps
    gaps *= w2.swapaxes(-1, -2)[..., None, :, :]
    found: Numbers = gaps.sum(axis=-2).swapaxes(-1, -2)
    return found


def means(
    values: Numbers, weights: Numbers, cells: NDArray[np.intp], cube: Cube
) -> tuple[Numbers, Numbers, Numbers]:
    """Weighted means of numbers, per group, with their variances and design effects; shape (groups,) each.

    Parameters
    ----------
    values, weights, cells
        Number, weight and group of each who answered, in the order of the responses.
    cube
        The sums of those who answered.

    Returns
    -------
    mean, variance, design effect
        The variance is NaN, never 0, where one answer or answers all alike are silent on it; the effect is that
        against a simple random sample with replacement (R: ``deff="replace"``).
    """
    groups, rows, base = len(cube.base_n), rows_of(cube), positive(cube)
    shift = float(values.mean()) if len(values) else 0.0  # so that large numbers lose no digits
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(cube.base_w > 0, cube.base_w, np.nan)
        mean = np.bincount(cells, weights * (values - shift), groups) / weight
        gaps = values - shift - mean[cells]
        if rows is None:
            variance = correction(cube.size) * np.bincount(cells, (weights * gaps) ** 2, groups) / weight**2
        else:
            inside = (values - shift)[:, None]
            variance = rows.domains.variance(lambda _part: rows.influence(inside, mean[:, None], cube.base_w), 1)[:, 0]
        variance[(base < 2) | _alike(values, weights, cells, groups)] = np.nan
        spread = np.bincount(cells, weights * gaps**2, groups) / weight
        return mean + shift, variance, variance * (base - 1) / spread


def _alike(values: Numbers, weights: Numbers, cells: NDArray[np.intp], groups: int) -> NDArray[np.bool_]:
    """The groups in which all numbers with a weight above 0 are one."""
    heavy = weights > 0
    least, most = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(least, cells[heavy], values[heavy])
    np.maximum.at(most, cells[heavy], values[heavy])
    return least >= most


def critical(cube: Cube, level: float, interval: str) -> Numbers:
    """By how many standard errors the limits of each group's means lie off: shape (groups,).

    The normal quantile with Wilson's two intervals, that of t with the design's degrees of freedom (at least 1) with
    the others.
    """
    if interval not in BY_T:
        return np.full(len(cube.base_n), quantile(level))
    return t_quantile(level, np.maximum(degrees(cube), 1))


def effective_base(cube: Cube, effect: Numbers) -> Numbers:
    """The smallest of the answers with a weight, Kish's base and the base by the design effect; shape (groups,)."""
    base = positive(cube)
    with np.errstate(divide="ignore", invalid="ignore"):
        kish = cube.base_w**2 / cube.base_w2
        return np.fmin(np.fmin(base, kish), base / effect)  # type: ignore[no-any-return]


def standard_error(variance: Numbers, base: NDArray[np.int64]) -> Numbers:
    """Root of a variance; NaN, never 0, where one answer or answers all alike leave nothing to estimate it from."""
    return np.sqrt(np.where((variance < 1e-24) | (base < 2), np.nan, variance))


def difference(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float, float]:
    """Difference, standard error and two-sided p of two independent estimates, each a value and its standard error."""
    gap = first[0] - second[0]
    se = sqrt(first[1] ** 2 + second[1] ** 2)
    if not se > 0:
        return gap, float("nan"), float("nan")
    return gap, se, 2 * NormalDist().cdf(-abs(gap) / se)
