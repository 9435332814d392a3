"""Answers on a scale with an order: distribution, mean score, index, the share of the two highest steps, and the net.

The index is that of SCB's medborgarundersökning for a single question: the mean score drawn out to run from 0, where
everybody answers the lowest step, to 100, where everybody answers the highest; (mean - 1) · 100/9 on a scale from 1 to
10. (SCB weights several questions together by a model of its own, which is not done here.)
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import figures, precision
from analysis.cube import Cube, Hidden
from analysis.dataset import Code, Dataset, Item, columns
from analysis.figures import Words
from analysis.scales import Columns, Measure, Tally, _shares
from analysis.scales._shares import tally
from analysis.scales.nominal import distribution
from analysis.words import N_

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "DRAWS", "EXPLAINS", "MEASURES", "ORDERED", "SEVERAL", "STYLES", "bands", "distribution", "draw", "numbers", "scores",
    "summarise", "tally",
]  # fmt: skip

MEASURES: tuple[Measure, ...] = (
    ("net", N_("Net"), "balance"),
    ("score", N_("Mean score"), "score"),
    ("index", N_("Index 0–100"), "index"),
)
DRAWS = "table"
TOP2_IS_HALF = (4, 5)
"""On scales of so many steps the two highest are the upper half, and are told where that is."""
STYLES = ("stacked", "diverging", "panels", "dots", "map")
ORDERED, SEVERAL = True, False
EXPLAINS = N_(
    "Net is the share at the upper end of a scale less the share at its lower end. "
    "The index is 0 if all choose the lowest step, and 100 if all choose the highest."
)


def bands(codes: tuple[Code, ...]) -> tuple[tuple[int, ...], ...]:
    """The lower and the upper half of four steps or more, without a middle one: what the net is made of."""
    steps, half = len(codes), len(codes) // 2
    return (tuple(range(half)), tuple(range(steps - half, steps))) if half > 1 else ()


def scores(codes: tuple[Code, ...]) -> NDArray[np.float64]:
    """The score of each step: its code where all codes are numbers that have decimals left, else 1, 2, 3 and on."""
    try:
        found = np.array([float(str(code)) for code in codes])
    except ValueError:
        found = np.array([np.nan])
    return found if (np.abs(found) <= columns.LARGEST).all() else np.arange(1.0, len(codes) + 1)


def numbers(dataset: Dataset, item: Item) -> NDArray[np.float64]:
    """The score of each response; NaN outside the base."""
    answers = dataset.answers(item)
    found: NDArray[np.float64] = np.append(scores(answers.categories), np.nan)[answers.codes]
    return found


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """Shares, and for each group (on all its rows) mean score, index, two highest steps and net with standard errors.

    The net is the share of the upper half of the steps less that of the lower half; a middle step counts as neither.
    """
    assert tally.answers is not None
    codes = tally.answers.categories
    kinds = _kinds(codes)
    (mean, net, top), (mean_se, net_se, top_se) = (found.T for found in precision.score(tally.cube, kinds))
    mean = mean / _whole(tally.cube)
    low, drawn_out = _stretch(kinds[:, 0])
    fine = {"score": mean, "score_se": mean_se, "index": (mean - low) * drawn_out, "index_se": mean_se * drawn_out}
    coarse = {"net": net, "net_se": net_se}
    (coarse if len(codes) in TOP2_IS_HALF else fine).update({"top2": top, "top2_se": top_se})
    told = _shares.summarise(tally, hidden, level, interval)
    if hidden.bands is None or not hidden.any:
        return told | _shares.measured(fine | coarse, hidden, len(codes))
    ends = Hidden(hidden.bands, hidden.groups)
    return told | _shares.measured(fine, hidden, len(codes)) | _shares.measured(coarse, ends, len(codes))


def _whole(cube: Cube) -> NDArray[np.float64]:
    """What the shares of a group add up to: 1, but for shares told in whole percent."""
    with np.errstate(invalid="ignore"):
        found: NDArray[np.float64] = cube.w.sum(axis=1) / cube.base_w
    return found


@lru_cache(maxsize=256)
def _kinds(codes: tuple[Code, ...]) -> NDArray[np.float64]:
    """What each step counts for the mean score, the net and the two highest steps; shape (categories, 3)."""
    place = np.arange(len(codes))
    half = np.sign(place - (len(codes) - 1) / 2)
    kinds = np.column_stack([scores(codes), half, (place >= len(codes) - 2).astype(float)])
    kinds.flags.writeable = False
    return kinds


def _stretch(scores: NDArray[np.float64]) -> tuple[float, float]:
    """The lowest score, and what a step of one is on an index from 0 to 100; NaN on a scale of one step."""
    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (np.nan, np.nan)
    return low, 100 / (high - low) if high > low else np.nan


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """Bars of 100 % with the net beside."""
    return figures.stacked(table, words)
