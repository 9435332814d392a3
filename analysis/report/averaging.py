"""Means with no more digits than some answers are, and how sure they are from one standard deviation.

An exact weighted mean is to whoever knows the weights an equation that hardly more than one set of whole numbers solves; so
are the exact mean, standard error and median of some few. So a mean is told in steps of at least the answers that may not be
told of, and answers weigh alike where their shares do (``coarsening``). How sure it is goes by the standard deviation of all
answers in groups of fewer than a hundred, else by the group's own, in coarse steps; where it is told how numbers are spread, by
what that tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import precision, scales
from analysis.cube import Hidden
from analysis.dataset import Dataset
from analysis.disclosure import Mask
from analysis.report import coarsening, tables
from analysis.report.tables import Counted, Made
from analysis.scales import Average

Numbers = NDArray[np.float64]
STEPS = np.array([1.0, 2, 5, 10])
"""What means are told in steps of, times a power of ten."""
SIZES = {
    30: np.array([1, 2.2, 4.7, 10]),
    100: np.array([1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2, 10]),
    1_000: np.arange(10, 101) / 10,
}
"""What standard deviations of so many answers and more are raised to, times a power of ten (E3 and E12 of IEC 60063)."""
FEW = min(SIZES)
"""The fewest answers whose median and, of everybody, standard deviation are told."""
FINEST = 10**9
"""The largest denominator of a unit."""


@dataclass(frozen=True, eq=False)
class Told:
    """A table with its means as they may be told, and the standard deviations that they are as sure as: column to rows."""

    made: Made
    deviations: dict[str, Numbers]


@dataclass(frozen=True, eq=False)
class Telling:
    """How the means of a dataset are told; ``level``, ``interval`` and ``minimum`` are those of ``tabulate``."""

    dataset: Dataset
    level: float
    interval: str
    minimum: int

    @cached_property
    def _even(self) -> Dataset:
        """The dataset with all answers of one weight; kept, since what is counted together is kept with it."""
        return self.dataset.evened()

    def told(self, counted: Counted, hidden: Hidden, made: Made, everybody: Told | None) -> Told:
        """A table, of which shares are as they may be told, with its means so too; the table itself where it has none.

        ``everybody`` is what this gave of the same item without groups; None for that itself.
        """
        averages = scales.averages(self.dataset, counted.item)
        if not averages:
            return Told(made, {})
        frame, spread = made.frame, made.distribution
        if self.dataset.weighted:
            frame, spread = self._evened(counted, hidden, frame, list(averages)), _shared(spread)
        if not coarsening.of_answers(counted):
            frame = frame.assign(**_worth(frame))
        cube = counted.tally.cube
        groups, each = len(cube.base_n), len(frame) // max(len(cube.base_n), 1)
        base, times = np.repeat(cube.base_n, each), np.repeat(precision.critical(cube, self.level, self.interval), each)
        columns: dict[str, Numbers] = {}
        deviations: dict[str, Numbers] = {}
        for name, average in averages.items():
            found = _deviations(frame, name, base) if spread is None else _of_spread(spread, average.unit)
            if everybody is not None:
                found = np.where(base < 10**coarsening.DECIMALS, np.tile(everybody.deviations[name], groups), found)
            value = _steps(frame[name].to_numpy(dtype=float), average.unit, base, self.minimum)
            columns |= {name: value, **_interval(frame, name, value, found, times, average)}
            deviations[name] = found
        if "median" in frame:
            columns["median"] = np.where(base < FEW, np.nan, frame["median"])
        return Told(replace(made, frame=frame.assign(**columns), distribution=spread), deviations)

    def _evened(self, counted: Counted, hidden: Hidden, frame: pd.DataFrame, averages: Sequence[str]) -> pd.DataFrame:
        """The table with all answers of one weight where their shares are, as far as it is of means."""
        even = coarsening.evened(counted, hidden)
        if not even.any():
            return frame
        same = tables.count(self._even, counted.item.name, counted.groups.by)
        plain = tables.finish(same, hidden, self.level, self.interval).frame
        rows: Mask = np.repeat(even, len(plain) // len(even))
        names = [*averages, *(column for name in averages for column in scales.beside(name)), "median"]
        return frame.assign(**{name: np.where(rows, plain[name], frame[name]) for name in names if name in plain})


def _interval(
    frame: pd.DataFrame, name: str, value: Numbers, deviations: Numbers, times: Numbers, average: Average
) -> dict[str, Numbers]:
    """The columns beside a mean, so far as the table has them."""
    se = np.where(np.isnan(value), np.nan, deviations / np.sqrt(frame["effective_base"]))
    low, high = np.maximum(value - times * se, average.least), np.minimum(value + times * se, average.most)
    return {column: found for column, found in zip(scales.beside(name), (se, low, high), strict=True) if column in frame}


def _worth(frame: pd.DataFrame) -> dict[str, Numbers]:
    """How much the answers of a table of means are worth: with two digits, if not as many as they are."""
    exact = frame["effective_base"].to_numpy(dtype=float)
    with np.errstate(divide="ignore"):
        worth = np.where(exact > frame["base"] * (1 - 1e-9), frame["base"], coarsening.two_digits(exact))
    worth[np.isnan(exact)] = np.nan
    return {"effective_base": worth, "design_effect": np.where(frame["design_effect"].isna(), np.nan, frame["base"] / worth)}


def _deviations(frame: pd.DataFrame, name: str, base: NDArray[np.int64]) -> Numbers:
    """The standard deviations that standard errors stand on, raised to coarse steps; NaN of few answers."""
    exact = (frame[scales.beside(name)[0]] * np.sqrt(frame["effective_base"])).to_numpy(dtype=float)
    found = np.full(len(exact), np.nan)
    for least, sizes in SIZES.items():
        found = np.where(base < least, found, _raised(exact, sizes))
    return found


def _of_spread(spread: pd.DataFrame, unit: float) -> Numbers:
    """The standard deviation of numbers that are spread as is told, evenly in each interval; NaN where all are alike."""
    share, low, high = (spread[name].to_numpy(dtype=float) for name in ("share", "low_edge", "high_edge"))
    first, last = np.ceil(low / unit - 1e-9), np.ceil(high / unit - 1e-9) - 1
    middle, within = (first + last) / 2, (np.fmax(last - first + 1, 1) ** 2 - 1) / 12
    mean = (share * middle).sum() / share.sum()
    variance = (share * ((middle - mean) ** 2 + within)).sum() / share.sum()
    return np.array([unit * np.sqrt(variance) if variance > 0 else np.nan])


def _steps(values: Numbers, unit: float, base: NDArray[np.int64], minimum: int) -> Numbers:
    """Values in steps of 1, 2 or 5 times a power of ten of the unit, the finest that ``minimum`` answers of one unit make."""
    least = np.fmin(minimum / np.fmax(base, 1), 1.0)
    power = np.floor(np.log10(least) + 1e-9)
    step = STEPS[np.searchsorted(STEPS, least / 10**power - 1e-9)]
    exact = Fraction(unit).limit_denominator(FINEST)
    whole = np.round(values / unit * 10**-power / step) * step
    found: Numbers = whole * exact.numerator / (10**-power * exact.denominator)
    return found


def _raised(numbers: Numbers, sizes: Numbers) -> Numbers:
    """Numbers raised to the next of some sizes from 1 to 10, times a power of ten: nothing seems surer than it is."""
    with np.errstate(divide="ignore"):
        power = np.where(numbers > 0, np.floor(np.log10(numbers)), 0.0)
    place = np.searchsorted(sizes, numbers / 10**power - 1e-9)
    found: Numbers = np.where(numbers > 0, sizes[np.fmin(place, len(sizes) - 1)] * 10**power, np.nan)
    return found


def _shared(spread: pd.DataFrame | None) -> pd.DataFrame | None:
    """How numbers are spread, in the steps of weighted shares."""
    if spread is None:
        return None
    base, count = spread["base"].to_numpy(), spread["count"].to_numpy()
    share = np.where(base < 10**coarsening.DECIMALS, count / base, coarsening.rounded(spread["share"].to_numpy(), base))
    return spread.assign(share=share)
