"""Shares of a cube: standard errors, intervals, design effects and effective bases."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from analysis.cube import Cube, Stacked
from analysis.precision import reliability
from analysis.precision.intervals import INTERVALS, Evidence, named
from analysis.precision.rows import Rows, Sampled

Numbers = NDArray[np.float64]
USUAL = ("wilson", 0.95)
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Shares:
    """Weighted shares and how sure they are; shape (groups, categories) each, NaN where there is nothing to say.

    Attributes
    ----------
    share
        Between 0 and 1; NaN where nobody answered (or the weights of those who did are 0).
    se
        Standard error; NaN, never 0, for a share of 0 or 1 and for a single answer: the data are silent on it. It is 0
        where all of the population answered and population sizes say so.
    low, high
        The interval; there wherever the share is.
    design_effect
        Variance over that of a simple random sample with replacement of as many answers (R: ``deff="replace"``).
    effective_base
        The number of answers on which the interval stands.
    reliability
        Place among ``reliability.CODES``; -1 where there is no share.
    """

    share: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    design_effect: Numbers
    effective_base: Numbers
    reliability: reliability.Flags


def correction(size: int) -> float:
    """n/(n - 1) of the variance between responses drawn with replacement; NaN where there is but one."""
    return size / (size - 1) if size > 1 else float("nan")


def rows_of(cube: Cube) -> Rows | None:
    """The rows behind a cube whose variances need them."""
    return cube.rows if isinstance(cube, Sampled) else None


def shares(cube: Cube, level: float = 0.95, interval: str = "wilson") -> Shares:
    """Shares of a cube with standard errors and intervals.

    The variance is Taylor-linearised with replacement, the group being a domain of the whole design (as R's
    ``svyby(~y, ~group, svydesign(ids=~1, weights=~w), svymean)``; Lumley 2010, Complex Surveys, section 2.4)::

        v = n/(n - 1) · [ (1 - p)² · Σw² in the category + p² · Σw² outside it ] / (Σw)²

    A cube that carries its rows takes the variance of the declared design (``precision.design``).

    Parameters
    ----------
    cube
        Sums over responses.
    level
        Confidence level, between 0 and 1.
    interval
        One of ``INTERVALS``.
    """
    if not isinstance(cube, Stacked) or cube.stack is None:
        return _shares(cube, level, interval)
    every = cube.stack.worked_out(("shares", level, interval), lambda whole: _parted(_shares(whole, level, interval)))
    return every[cube.place]


def _parted(found: Shares) -> list[Shares]:
    """The shares of each cube of a stack."""
    return [Shares(*own) for own in zip(*(getattr(found, each.name) for each in fields(Shares)), strict=True)]


def _shares(cube: Cube, level: float, interval: str) -> Shares:
    """The shares of a cube, or of several with a further axis."""
    limits, rows = named(interval), rows_of(cube)
    base_w, base_w2 = cube.base_w[..., None], cube.base_w2[..., None]
    base = positive(cube)[..., None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        p = _whole(cube.w / np.where(base_w > 0, base_w, np.nan))
        variance = _from_sums(cube, p) if rows is None else rows.shares(p, cube.base_w)
        known = Evidence(p, variance, base, base_w**2 / base_w2, lambda: degrees(cube)[..., None], level)
        np.copyto(variance, np.nan, where=(base < 2) | (known.spread <= 0))
        effect = variance * (base - 1) / known.spread
        low, high, effective = limits(known)
        usual = (low, high, effective) if (interval, level) == USUAL else INTERVALS["wilson"](replace(known, level=0.95))
        flags = reliability.of_shares(p, *usual, known.df())
    return Shares(p, np.sqrt(variance), low, high, effect, effective, flags)


def positive(cube: Cube) -> NDArray[np.int64]:
    """How many answered with a weight above 0; shape (groups,)."""
    rows = rows_of(cube)
    return cube.base_n if rows is None else rows.positive


def degrees(cube: Cube) -> Numbers:
    """Degrees of freedom of each group: units that answered less their strata; R: ``degf(subset(design, ...))``."""
    rows = rows_of(cube)
    return np.maximum(cube.base_n - 1.0, 0.0) if rows is None else rows.df()


def _whole(share: Numbers) -> Numbers:
    """Shares within rounding of 0 or 1 made so: sums may have been added up in another order than their total."""
    np.copyto(share, 0.0, where=share < ROUNDING)
    np.copyto(share, 1.0, where=share > 1 - ROUNDING)
    return share


def _from_sums(cube: Cube, p: Numbers) -> Numbers:
    inside, outside = cube.w2, np.maximum(cube.base_w2[..., None] - cube.w2, 0.0)
    scale = correction(cube.size) / cube.base_w**2
    variance: Numbers = ((1 - p) ** 2 * inside + p**2 * outside) * scale[..., None]
    return variance
