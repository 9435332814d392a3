"""Answers that are numbers: mean, median and how they are spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import cube, figures, precision
from analysis.cube import Hidden, Numbers
from analysis.dataset import Answers, Dataset, Groups, Item
from analysis.figures import Words
from analysis.precision import reliability
from analysis.scales import Average, Columns, Measure, Tally, unit
from analysis.words import N_, decimal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES: tuple[Measure, ...] = (("mean", N_("Mean"), "mean"), ("median", N_("Median"), "number"))
DRAWS = "distribution"
STYLES = ("dots", "map")
ORDERED, SEVERAL = False, False
BINS = 8
LEAST = 5


@dataclass(frozen=True, eq=False)
class _Moments:
    """Mean, its variance and design effect, and median per group, and the spread of everybody's answers."""

    mean: Numbers
    variance: Numbers
    effect: Numbers
    median: Numbers
    spread: Columns | None


def tally(dataset: Dataset, item: Item, groups: Groups) -> Tally:
    """Count the numbers and work out their mean, its linearised standard error and their median, per group."""
    values = dataset.numbers(item)
    given = ~np.isnan(values)
    answers = Answers(("",), np.where(given, 0, 1).astype(np.int8))
    sums = precision.attached(cube.count(answers, groups, dataset.weights, dataset.size), dataset, answers, groups)
    cells = np.zeros(len(values), dtype=np.intp) if groups.cells is None else groups.cells
    weights = np.ones(len(values)) if dataset.weights is None else dataset.weights.values
    kept = (values[given], weights[given], cells[given])
    median = _medians(*kept, groups.size)
    spread = _spread(values, dataset) if groups.cells is None else None
    return Tally(sums, None, _Moments(*precision.means(*kept, sums), median, spread))


def numbers(dataset: Dataset, item: Item) -> Numbers:
    """The number of each response; NaN outside the base."""
    return dataset.numbers(item)


def averages(dataset: Dataset, item: Item) -> Mapping[str, Average]:
    """The mean, of numbers as fine as they are given."""
    return {"mean": Average(unit(dataset.numbers(item)))}


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """One row per group: count, base, mean with its interval, median; NaN where the group is hidden.

    The interval is mean ± z · se with Wilson's two, and ± t · se with the others.
    """
    found: _Moments = tally.more
    sums, se = tally.cube, np.sqrt(found.variance)
    df = precision.degrees(sums)
    margin = se * precision.critical(sums, level, interval)
    effective = precision.effective_base(sums, found.effect)
    columns: Columns = {
        "count": sums.base_n.astype(float),
        "base": sums.base_n.astype(float),
        "mean": found.mean,
        "se": se,
        "low": found.mean - margin,
        "high": found.mean + margin,
        "median": found.median,
        "design_effect": found.effect,
        "effective_base": effective,
    }
    concealed = hidden.touched
    flags = np.where(concealed, np.int8(-1), reliability.of_means(found.mean, effective, df))
    return {name: np.where(concealed, np.nan, numbers) for name, numbers in columns.items()} | {
        "reliability": reliability.column(flags),
        "hidden": concealed,
    }


def distribution(tally: Tally) -> Columns | None:
    """How everybody's numbers are spread, one row per interval; intervals with one to four answers are merged."""
    found: _Moments = tally.more
    return found.spread


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """A histogram."""
    return figures.histogram(table, words)


def _medians(values: Numbers, weights: Numbers, cells: NDArray[np.intp], groups: int) -> Numbers:
    """The value with half the weight on either side; midway between two where the half falls between them."""
    heavy = np.flatnonzero(weights > 0)
    cells = cells[heavy].astype(np.int16 if groups <= np.iinfo(np.int16).max else np.intp)
    heavy = heavy[np.argsort(cells, kind="stable")]  # small integers are sorted by their digits, which is fast
    bounds = [0, *np.cumsum(np.bincount(cells, minlength=groups)).tolist()]
    medians = np.full(groups, np.nan)
    for group, (start, end) in enumerate(pairwise(bounds)):
        if end > start:
            numbers = values[heavy[start:end]]
            order = np.argsort(numbers)
            medians[group] = _median(numbers[order], np.cumsum(weights[heavy[start:end]][order]))
    return medians


def _median(values: Numbers, sums: Numbers) -> float:
    half = sums[-1] / 2
    place = int(np.searchsorted(sums, half * (1 - 1e-12)))
    if place + 1 < len(values) and abs(sums[place] - half) <= 1e-12 * sums[-1]:
        return float(values[place] + values[place + 1]) / 2
    return float(values[place])


def _spread(values: Numbers, dataset: Dataset) -> Columns | None:
    given = ~np.isnan(values)
    if given.sum() < LEAST:
        return None
    edges = _edges(values[given])
    counts = np.histogram(values[given], edges)[0]
    edges = _merged(edges, counts)
    counts = np.histogram(values[given], edges)[0]
    weights = None if dataset.weights is None else dataset.weights.values[given]
    sums = counts if weights is None else np.histogram(values[given], edges, weights=weights)[0]
    total = sums.sum()
    return {
        "low_edge": edges[:-1],
        "high_edge": edges[1:],
        "label": np.array(_labels(edges, _decimals(values[given])), dtype=object),
        "count": counts.astype(float),
        "base": np.full(len(counts), float(given.sum())),
        "share": sums / total if total > 0 else np.full(len(counts), np.nan),
        "hidden": np.zeros(len(counts), dtype=bool),
    }


def _edges(values: Numbers) -> Numbers:
    """About eight intervals of a round width (1, 2 or 5 times a power of ten) that cover the values."""
    low, high = float(values.min()), float(values.max())
    raw = max((high - low) / BINS, 1e-9 * max(abs(low), abs(high), 1.0))
    power = 10.0 ** np.floor(np.log10(raw))
    width = power * next(step for step in (1, 2, 5, 10) if step * power >= raw * (1 - 1e-9))
    if (values == np.floor(values)).all():
        width = max(width, 1.0)
    first = np.floor(low / width)
    count = int(np.floor(high / width) - first) + 1
    edges: Numbers = np.round((first + np.arange(count + 1)) * width, 12)
    return edges


def _merged(edges: Numbers, counts: NDArray[np.int64]) -> Numbers:
    """Edges with which no interval has one to four values: a small one goes together with its smaller neighbour."""
    edge, count = edges.tolist(), counts.tolist()
    while any(0 < n < LEAST for n in count) and len(count) > 1:
        at = next(i for i, n in enumerate(count) if 0 < n < LEAST)
        left = at > 0 and (at == len(count) - 1 or 0 < count[at - 1] <= count[at + 1] or count[at + 1] == 0)
        first = at - 1 if left else at
        count[first : first + 2] = [count[first] + count[first + 1]]
        del edge[first + 1]
    return np.array(edge)


def _labels(edges: Numbers, digits: int | None) -> list[str]:
    """Each interval from its first number to its last, as fine as answers are told: 0.0–1.9 and 2.0–3.9, no number twice.

    Of answers with more ``digits`` than are told (None) both ends are edges.
    """
    least = _decimals(edges)
    told = 2 if least is None else least
    step = 0.0 if digits is None or digits < told else 10.0**-digits
    fine = told if step == 0 else max(told, digits or 0)
    ends = [(decimal(low, fine), decimal(high - step, fine)) for low, high in zip(edges[:-1], edges[1:], strict=True)]
    return [first if first == last else f"{first}–{last}" for first, last in ends]


def _decimals(values: Numbers) -> int | None:
    """With how many decimals all the numbers can be told; None if two are too few."""
    return next((digits for digits in range(3) if np.allclose(values, np.round(values, digits), rtol=0, atol=1e-9)), None)
