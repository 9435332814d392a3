"""Answers on a scale with an order: distribution, mean score, the share of the two highest steps, and the net."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis import figures, precision
from analysis.cube import Hidden
from analysis.dataset import Code, Dataset, Item
from analysis.figures import Words
from analysis.scales import Columns, Measure, Tally, _shares
from analysis.scales._shares import tally
from analysis.scales.nominal import distribution
from analysis.words import N_

__all__ = [
    "DRAWS", "MEASURES", "ORDERED", "SEVERAL", "distribution", "draw", "numbers", "scores", "summarise", "tally",
]  # fmt: skip

MEASURES: tuple[Measure, ...] = (("net", N_("Net"), "balance"), ("score", N_("Mean score"), "score"))
DRAWS = "table"
ORDERED, SEVERAL = True, False


def scores(codes: tuple[Code, ...]) -> NDArray[np.float64]:
    """The score of each step: its code where all codes are numbers, else 1, 2, 3 and on."""
    try:
        found = np.array([float(str(code)) for code in codes])
    except ValueError:
        found = np.array([np.nan])
    return found if np.isfinite(found).all() else np.arange(1.0, len(codes) + 1)


def numbers(dataset: Dataset, item: Item) -> NDArray[np.float64]:
    """The score of each response; NaN outside the base."""
    answers = dataset.answers(item)
    return np.append(scores(answers.categories), np.nan)[answers.codes]


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """Shares, and for each group (on all its rows) mean score, two highest steps, and net with its standard error.

    The net is the share of the upper half of the steps less that of the lower half; a middle step counts as neither.
    """
    assert tally.answers is not None
    codes = tally.answers.categories
    place = np.arange(len(codes))
    half = np.sign(place - (len(codes) - 1) / 2)
    kinds = np.column_stack([scores(codes), half, (place >= len(codes) - 2).astype(float)])
    (mean, net, top), (mean_se, net_se, _top_se) = (found.T for found in precision.score(tally.cube, kinds))
    measures = {"score": mean, "score_se": mean_se, "net": net, "net_se": net_se, "top2": top}
    return _shares.summarise(tally, hidden, level, interval) | {
        name: _shares.measure(values, hidden, len(codes)) for name, values in measures.items()
    }


def draw(table: pd.DataFrame, words: Words) -> Figure:
    """Bars of 100 % with the net beside."""
    return figures.stacked(table, words)
