"""How sure a number is: linearised standard errors, effective bases and intervals for small numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from analysis.cube import Cube

Numbers = NDArray[np.float64]


class UnknownInterval(ValueError):
    """An interval was asked for that is not to be had."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Weighted shares and how sure they are; shape (groups, categories) each, NaN where there is nothing to say.

    Attributes
    ----------
    share
        Between 0 and 1; NaN where nobody answered (or the weights of those who did are 0).
    se
        Standard error; NaN, never 0, for a share of 0 or 1 and for a single answer: the data are silent on it.
    low, high
        The interval; there wherever the share is.
    design_effect
        Variance over that of a simple random sample with replacement of as many answers (R: ``deff="replace"``).
    effective_base
        The number of answers on which the interval stands.
    """

    share: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    design_effect: Numbers
    effective_base: Numbers


def quantile(level: float) -> float:
    """The standard normal quantile of a two-sided interval: 1.96 for a level of 0.95."""
    if not 0 < level < 1:
        raise ValueError(f"The level is {level!r}. Give a number between 0 and 1, such as 0.95.")
    return NormalDist().inv_cdf((1 + level) / 2)


def correction(size: int) -> float:
    """n/(n - 1) of the variance between responses drawn with replacement; NaN where there is but one."""
    return size / (size - 1) if size > 1 else float("nan")


def shares(cube: Cube, level: float = 0.95, interval: str = "wilson") -> Shares:
    """Shares of a cube with standard errors and intervals.

    The variance is Taylor-linearised with replacement, the group being a domain of the whole design (as R's
    ``svyby(~y, ~group, svydesign(ids=~1, weights=~w), svymean)``; Lumley 2010, Complex Surveys, section 2.4)::

        v = n/(n - 1) · [ (1 - p)² · Σw² in the category + p² · Σw² outside it ] / (Σw)²

    Parameters
    ----------
    cube
        Sums over responses.
    level
        Confidence level, between 0 and 1.
    interval
        One of ``INTERVALS``.
    """
    z = quantile(level)
    basis = _basis(interval)
    base, base_w, base_w2 = cube.base_n[:, None], cube.base_w[:, None], cube.base_w2[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.minimum(cube.w / np.where(base_w > 0, base_w, np.nan), 1.0)
        inside, outside = cube.w2, np.maximum(base_w2 - cube.w2, 0.0)
        variance = correction(cube.size) * ((1 - p) ** 2 * inside + p**2 * outside) / base_w**2
        silent = (variance < 1e-24) | (base < 2)
        variance = np.where(silent, np.nan, variance)
        spread = p * (1 - p)
        effect = variance * (base - 1) / spread
        effective = basis(base, base_w**2 / base_w2, spread / variance)
        low, high = wilson(p, effective, z)
    return Shares(p, np.sqrt(variance), low, high, effect, effective)


def wilson(share: Numbers, base: Numbers, z: float) -> tuple[Numbers, Numbers]:
    """Wilson's score interval of a share on a base that need not be whole.

    Parameters
    ----------
    share, base
        Between 0 and 1; above 0.
    z
        Standard normal quantile.

    References
    ----------
    Wilson, E. B. (1927), JASA 22, 209–212.
    """
    step = z * z / base
    centre = (share + step / 2) / (1 + step)
    half = np.sqrt(share * (1 - share) * step + step * step / 4) / (1 + step)
    low = np.where(share <= 0, share, np.maximum(centre - half, 0.0))
    high = np.where(share >= 1, share, np.minimum(centre + half, 1.0))
    return low, high


def score(cube: Cube, scores: Numbers) -> tuple[Numbers, Numbers]:
    """Means and standard errors, per group, of scores that each category of an exclusive item carries.

    Parameters
    ----------
    cube
        Sums over responses.
    scores
        One column per kind of score; shape (categories, kinds). Both results have the shape (groups, kinds).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(cube.base_w > 0, cube.base_w, np.nan)[:, None]
        mean = cube.w @ scores / weight
        squares = (cube.w2[:, :, None] * (scores[None] - mean[:, None, :]) ** 2).sum(axis=1)
        return mean, standard_error(correction(cube.size) * squares / weight**2, cube.base_n[:, None])


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


Basis = Callable[[NDArray[np.int64], Numbers, Numbers], Numbers]


def _smallest(base: NDArray[np.int64], kish: Numbers, design: Numbers) -> Numbers:
    return np.fmin(np.fmin(base, kish), design)


def _design(base: NDArray[np.int64], kish: Numbers, design: Numbers) -> Numbers:
    return np.where(np.isnan(design), np.fmin(base, kish), design)


INTERVALS: dict[str, Basis] = {"wilson": _smallest, "wilson-design": _design}
"""Interval to the effective base it stands on: the smallest of n, Kish's and the design's, or the design's alone."""


def _basis(interval: str) -> Basis:
    try:
        return INTERVALS[interval]
    except (KeyError, TypeError):
        raise UnknownInterval(f"There is no interval {interval!r}. There are {', '.join(INTERVALS)}.") from None
