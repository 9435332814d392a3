"""Intervals of shares, of small numbers too: from what is known of a share to its limits and the base they stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from statistics import NormalDist

import numpy as np
import scipy
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Limits = tuple[Numbers, Numbers, Numbers]
"""Lower limit, upper limit, effective base."""


class UnknownInterval(ValueError):
    """An interval was asked for that is not to be had."""


def quantile(level: float) -> float:
    """The standard normal quantile of a two-sided interval: 1.96 for a level of 0.95."""
    if not isinstance(level, Real) or not 0 < level < 1:
        raise ValueError(f"The level is {level!r}. Give a number between 0 and 1, such as 0.95.")
    return NormalDist().inv_cdf((1 + float(level)) / 2)


def t_quantile(level: float, df: Numbers) -> Numbers:
    """The quantile of Student's t of a two-sided interval; NaN where there are no degrees of freedom."""
    quantile(level)
    with np.errstate(invalid="ignore"):
        found: Numbers = scipy.special.stdtrit(np.where(df >= 1, df, np.nan), (1 + level) / 2)
    return found


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of shares; arrays of one shape, or that broadcast to one.

    Attributes
    ----------
    share
        Between 0 and 1.
    variance
        Its variance by the design; NaN where the data are silent on it (a share of 0 or 1, a single answer).
    answers
        How many answered with a weight above 0.
    kish
        Kish's effective base, (Σw)²/Σw².
    df
        Degrees of freedom of the design among those who answered: units less strata.
    level
        Confidence level, between 0 and 1.
    """

    share: Numbers
    variance: Numbers
    answers: NDArray[np.generic]
    kish: Numbers
    df: Callable[[], Numbers]
    level: float

    @cached_property
    def spread(self) -> Numbers:
        """p (1 - p): the variance of being in the category or not."""
        found: Numbers = self.share * (1 - self.share)
        return found

    @cached_property
    def design(self) -> Numbers:
        """The design's effective base: that of a simple random sample with replacement of the same variance."""
        base: Numbers = self.spread / self.variance
        return base

    @cached_property
    def plain(self) -> Numbers:
        """The base where the variance is not known: the smaller of answers and Kish's."""
        return np.fmin(self.answers, self.kish)  # type: ignore[no-any-return]


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
    return _wilson(share, share * (1 - share), base, z)


def _wilson(share: Numbers, spread: Numbers, base: Numbers, z: float) -> tuple[Numbers, Numbers]:
    """The same of a share whose p (1 - p) is known; rounding never leaves the share outside, nor the limits 0 to 1."""
    step = z * z / base
    whole, half_step = 1 + step, step / 2
    centre = (share + half_step) / whole
    half = np.sqrt(spread * step + half_step * half_step) / whole
    low: Numbers = np.minimum(np.maximum(centre - half, 0.0), share)
    high: Numbers = np.maximum(np.minimum(centre + half, 1.0), share)
    return low, high


def _smallest(known: Evidence) -> Limits:
    base = np.fmin(known.plain, known.design)
    return *_wilson(known.share, known.spread, base, quantile(known.level)), base


def _design(known: Evidence) -> Limits:
    base = np.where(np.isnan(known.design), known.plain, known.design)
    return *_wilson(known.share, known.spread, base, quantile(known.level)), base


def _logit(known: Evidence) -> Limits:
    """Symmetric on the scale of log odds; R: ``svyciprop(method = "logit")``."""
    p, half = known.share, t_quantile(known.level, known.df()) * np.sqrt(known.variance)
    odds, half = np.log(p / (1 - p)), half / (p * (1 - p))
    return _or_wilson(known, 1 / (1 + np.exp(half - odds)), 1 / (1 + np.exp(-half - odds)))


def _mean(known: Evidence) -> Limits:
    """Share ± t · se, which may leave 0 to 1; R: ``svyciprop(method = "mean")``."""
    half = t_quantile(known.level, known.df()) * np.sqrt(known.variance)
    return _or_wilson(known, known.share - half, known.share + half)


def _beta(known: Evidence) -> Limits:
    """Clopper–Pearson on the effective base; R: ``svyciprop(method = "beta")``.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193–201.
    """
    p, tail, df = known.share, (1 - known.level) / 2, known.df()
    several = np.asarray(known.answers, dtype=float) - 1
    ratio = t_quantile(known.level, several) / t_quantile(known.level, df)
    base = np.where(np.isnan(known.variance), known.plain, known.design * ratio**2)
    low = np.where(p > 0, scipy.special.betaincinv(base * p, base * (1 - p) + 1, tail), 0.0)
    high = np.where(p < 1, scipy.special.betaincinv(base * p + 1, base * (1 - p), 1 - tail), 1.0)
    return _or_wilson(known, np.where(np.isnan(p), np.nan, low), np.where(np.isnan(p), np.nan, high), base)


def _or_wilson(known: Evidence, low: Numbers, high: Numbers, base: Numbers | None = None) -> Limits:
    """The limits, and the default ones where there are none though there is a share: never a share without limits."""
    other_low, other_high, other = _smallest(known)
    none = np.isnan(low) | np.isnan(high)
    base = known.design if base is None else base
    return np.where(none, other_low, low), np.where(none, other_high, high), np.where(none, other, base)


INTERVALS: dict[str, Callable[[Evidence], Limits]] = {
    "wilson": _smallest,
    "wilson-design": _design,
    "logit": _logit,
    "beta": _beta,
    "mean": _mean,
}
"""Interval to its limits: Wilson's on the smallest of n, Kish's and the design's base, or on the design's alone; logit;
Korn and Graubard's; share ± t · se."""
BY_T = frozenset(("logit", "beta", "mean"))
"""The intervals that stand on Student's t with the design's degrees of freedom; the others stand on the normal."""


def named(interval: str) -> Callable[[Evidence], Limits]:
    """The interval of that name."""
    try:
        return INTERVALS[interval]
    except (KeyError, TypeError):
        raise UnknownInterval(f"There is no interval {interval!r}. There are {', '.join(INTERVALS)}.") from None
