"""Options in order of preference: first choices as a table, and for each option its mean rank and its Borda points.

Options that were not ranked share the ranks that are left over, so that every response's ranks have the same sum. Borda
points are how many options an option is placed before, k less its rank (Borda 1781): from k - 1 for one that everybody
ranks first down to 0.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import cube, figures, precision
from analysis.cube import Hidden
from analysis.dataset import Answers, Dataset, Groups, Item
from analysis.figures import Words
from analysis.scales import Average, Columns, Measure, Tally, _shares
from analysis.scales._means import Means
from analysis.words import N_

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES: tuple[Measure, ...] = ()
DETAILS: tuple[Measure, ...] = (("rank", N_("Mean rank"), "mean"), ("borda", N_("Borda points"), "score"))
DRAWS = "table"
STYLES = ("dots", "panels", "map")
ORDERED, SEVERAL = False, False
TELLS = False
EXPLAINS = N_(
    "A mean rank of 1 is the best. Borda points are how many of the other answers one is placed before, on the average."
)
SHOWS = N_("Share of first choices")


def ranks(dataset: Dataset, item: Item) -> NDArray[np.float64]:
    """The rank of each option in each response, 1 for the first; shape (responses, options), NaN outside the base."""
    answers, size = dataset.answers(item), len(dataset.frame)  # a cube does not know the order, and says so here
    assert answers.rows is not None
    assert answers.answered is not None
    options = len(answers.categories)
    starts = np.searchsorted(answers.rows, answers.rows)
    counted = np.bincount(answers.rows, minlength=size)
    shared = (counted + 1 + options) / 2
    found = np.where(answers.answered, shared, np.nan)[:, None] * np.ones(options)
    found[answers.rows, answers.codes] = np.arange(len(answers.rows)) - starts + 1.0
    return found


def averages(dataset: Dataset, item: Item) -> Mapping[str, Average]:
    """Ranks from 1, and points from 0; shares are of first choices."""
    options = float(len(dataset.answers(item).categories))
    return {"rank": Average(1.0, 1.0, options), "borda": Average(1.0, 0.0, options - 1)}


def tally(dataset: Dataset, item: Item, groups: Groups) -> Tally:
    """Count the first choices, and keep the ranks."""
    answers, found = dataset.answers(item), ranks(dataset, item)
    options = len(answers.categories)
    given = np.zeros(dataset.size, dtype=bool) if answers.answered is None else answers.answered
    first = np.full(dataset.size, options, dtype=np.int32)
    if given.any():
        first[given] = found[given].argmin(axis=1)
    firsts = Answers(answers.categories, first)
    sums = precision.attached(cube.count(firsts, groups, dataset.weights, dataset.size), dataset, firsts, groups)
    rows = np.flatnonzero(given)
    return Tally(sums, firsts, Means(dataset, groups, rows, found[rows], np.ones(len(rows))))


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """Shares of first choices, and the mean rank and Borda points of each option; NaN in groups with anything hidden."""
    means: Means = tally.more
    options = means.values.shape[1]
    margin = means.margin(tally.cube, level, interval)
    details = {
        "rank": means.value,
        "rank_se": means.se,
        "rank_low": np.maximum(means.value - margin, 1.0),
        "rank_high": np.minimum(means.value + margin, float(options)),
        "borda": options - means.value,
        "borda_se": means.se,
    }
    return _shares.summarise(tally, hidden, level, interval) | {
        name: np.where(hidden.touched[:, None], np.nan, values).ravel() for name, values in details.items()
    }


def distribution(tally: Tally) -> Columns | None:
    """None: options are not spread over a line."""
    return None


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """First choices as bars with their margins."""
    return figures.bars(table, words)
