"""Quantiles and medians of any groups, with Woodruff's intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import Dataset, UnusableData, listed
from analysis.precision.domains import Answered, answered, frame
from analysis.precision.intervals import quantile as normal
from analysis.precision.intervals import t_quantile, wilson

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
Rule = Callable[[Numbers, Numbers, Numbers], Numbers]


def quantile(
    dataset: Dataset,
    item_name: str,
    at: Sequence[float] | float = 0.5,
    by: Sequence[str] | str = (),
    level: float = 0.95,
    rule: str = "math",
) -> pd.DataFrame:
    """Weighted quantiles of an item's numbers; the median if nothing else is asked for.

    The interval is Woodruff's: that of the share at or below the quantile, share ± t · se with the design's degrees of
    freedom in the group, read back through the quantiles; "se" is its length over 2t (R: ``svyquantile`` with
    ``interval.type="mean"``). Where a limit would leave 0 to 1, R has none; we read back that of Wilson's interval on the
    smallest of n, Kish's and the design's effective base, and "se" is then the larger of what the halves make of it, each
    over t or, where it is Wilson's, over the normal quantile.

    Parameters
    ----------
    dataset, item_name, by, level
        As for ``mean``.
    at
        One or more shares between 0 and 1.
    rule
        "math": the least number with at least the share at or below it. "school": the same, but midway to the next
        where the share is met exactly, which makes the usual median. "hf7": between numbers, as R's and NumPy's
        default without weights. (R's rules of the same names; R's "math" skips the least number where that alone
        weighs more than the share.)

    Returns
    -------
    DataFrame
        One row per group × share with the ``by`` columns, "at", "base", "df", "quantile", "se", "low", "high".

    References
    ----------
    Woodruff, R. S. (1952), JASA 47, 635–646.
    """
    points = np.atleast_1d(np.asarray(at, dtype=float))
    if not len(points) or not ((points > 0) & (points < 1)).all():
        asked = listed(points.tolist()) or "nothing"
        raise UnusableData(f"Quantiles are asked for at {asked}. Give shares between 0 and 1.")
    if rule not in RULES:
        raise UnusableData(f"There is no rule {rule!r} for quantiles. There are {listed(RULES)}.")
    part = answered(dataset, [dataset.numbers(dataset.item(item_name))], by)
    sorted_ = _Sorted(part)
    value = sorted_.read(RULES[rule], np.broadcast_to(points, (part.domains.size, len(points))))
    low, high = _limits(part, value, level)
    lower, upper = (sorted_.read(RULES[rule], limit.share) for limit in (low, high))
    single = part.positive[:, None] < 2
    with np.errstate(invalid="ignore"):
        halves = np.maximum((value - lower) / low.errors, (upper - value) / high.errors)
        half = np.where(low.own & high.own, (upper - lower) / (low.errors + high.errors), halves)
        se = np.where(single | (half <= 0), np.nan, half)
    spread = np.ones(value.shape)
    columns = {
        "at": points * spread,
        "base": (part.base[:, None] * spread).astype(np.int64),
        "df": part.domains.df()[:, None] * spread,
        "quantile": value,
        "se": se,
        "low": np.where(single, np.nan, lower),
        "high": np.where(single, np.nan, upper),
    }
    return frame(part.groups, columns)


@dataclass(frozen=True, eq=False)
class _Limit:
    """Limits of the share at or below a value, how many standard errors off they are, and whether they are Woodruff's."""

    share: Numbers
    errors: Numbers
    own: NDArray[np.bool_]


def _limits(part: Answered, value: Numbers, level: float) -> tuple[_Limit, _Limit]:
    """The lower and the upper limits of the share at or below each value."""
    cells = part.domains.cells
    below = (part.values <= value[cells]).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum(part.sums(below) / part.weight, 1.0)
        gaps = below - share[cells]
        gaps[np.abs(gaps) <= 1e-13] = 0.0
        variance = part.variance(np.nan_to_num((part.weights / part.weight[cells, 0])[:, None] * gaps))
        t, z = t_quantile(level, np.maximum(part.domains.df(), 1))[:, None], normal(level)
        base = np.fmin(np.fmin(part.positive[:, None], part.kish), share * (1 - share) / variance)
        low, high = wilson(share, base, z)
        lower, upper = share - t * np.sqrt(variance), share + t * np.sqrt(variance)
    own = lower >= 0, upper <= 1
    return (
        _Limit(np.where(own[0], lower, low), np.where(own[0], t, z), own[0]),
        _Limit(np.where(own[1], upper, high), np.where(own[1], t, z), own[1]),
    )


class _Sorted:
    """The numbers of each group with a weight above 0, sorted, and the sums of their weights."""

    def __init__(self, part: Answered) -> None:
        heavy = part.weights > 0
        values, weights, cells = part.values[heavy, 0], part.weights[heavy], part.domains.cells[heavy]
        order = np.lexsort((values, cells))
        self.values, self.weights = values[order], weights[order]
        self.bounds = np.searchsorted(cells[order], np.arange(part.domains.size + 1))

    def read(self, rule: Rule, shares: Numbers) -> Numbers:
        """The quantiles of each group at its row of ``shares``, NaN where there is no number or no share."""
        found = np.full(shares.shape, np.nan)
        for group, (start, end) in enumerate(zip(self.bounds[:-1], self.bounds[1:], strict=True)):
            known = ~np.isnan(shares[group])
            if end > start and known.any():
                sums = np.cumsum(self.weights[start:end], dtype=np.longdouble).astype(float)  # as R sums
                found[group, known] = rule(self.values[start:end], sums, shares[group, known])
        return found


def _math(values: Numbers, sums: Numbers, shares: Numbers) -> Numbers:
    met, at, after = _places(sums, shares)
    found: Numbers = np.where(met, values[at], values[after])
    return found


def _school(values: Numbers, sums: Numbers, shares: Numbers) -> Numbers:
    met, at, after = _places(sums, shares)
    found: Numbers = np.where(met, (values[at] + values[after]) / 2, values[after])
    return found


def _places(sums: Numbers, shares: Numbers) -> tuple[NDArray[np.bool_], Places, Places]:
    """Whether a sum of weights meets each share exactly, the place of that number, and of the next.

    Where weights are alike, whether a share is met hangs on the last bit; it is compared as R compares it.
    """
    after = np.searchsorted(sums, shares * sums[-1], side="right")
    at = np.maximum(after - 1, 0)
    met = (after > 0) & (shares - sums[at] / sums[-1] == 0)
    return met, at, np.minimum(after, len(sums) - 1)


def _between(values: Numbers, sums: Numbers, shares: Numbers) -> Numbers:
    if len(values) == 1:
        return np.full(len(shares), values[0])
    found: Numbers = np.interp(shares, np.concatenate([[0.0], sums[:-1]]) / sums[-2], values)
    return found


RULES: dict[str, Rule] = {"math": _math, "school": _school, "hf7": _between}
"""Rule to how a quantile is read from sorted numbers and the sums of their weights."""
