"""Answers in the respondent's own words: only how many they are ever leaves the analysis."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import cube, figures
from analysis.cube import Hidden
from analysis.dataset import Answers, Dataset, Groups, Item
from analysis.figures import Words
from analysis.scales import Columns, Measure, Tally
from analysis.words import N_

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES: tuple[Measure, ...] = (("count", N_("Answers"), "count"),)
DRAWS = ""
STYLES: tuple[str, ...] = ()
ORDERED, SEVERAL = False, False
WRITTEN = True


def tally(dataset: Dataset, item: Item, groups: Groups) -> Tally:
    """Count the responses in which something was written."""
    answers = Answers(("",), np.where(dataset.written(item), 0, 1).astype(np.int8))
    return Tally(cube.count(answers, groups, dataset.weights, dataset.size))


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """One row per group: how many wrote something; NaN where the group is hidden."""
    count = np.where(hidden.touched, np.nan, tally.cube.base_n.astype(float))
    return {"count": count, "base": count.copy(), "hidden": hidden.touched}


def distribution(tally: Tally) -> Columns | None:
    """None: words are not spread over a line."""
    return None


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """An empty picture with its words; pages do not ask for it, since ``DRAWS`` is nothing."""
    return figures.bars(table.iloc[:0], words)
