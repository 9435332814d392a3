"""Answers from 0 to 10 with a net score: those who give 9 or 10 less those who give 0 to 6.

The net score was brought in as "Net Promoter Score" (Reichheld 2003, Harvard Business Review 81(12), 46–54). Its
variance is that of a difference of two shares of the same people, which is linear in the categories.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import figures, precision
from analysis.cube import Cube, Hidden
from analysis.dataset import Answers, Dataset, Groups, Item, UnusableData, listed
from analysis.dataset.columns import spelled
from analysis.figures import Words
from analysis.scales import Average, Columns, Measure, Tally, _shares
from analysis.words import N_, _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES: tuple[Measure, ...] = (("net", N_("Net score"), "balance"), ("score", N_("Mean score"), "score"))
DRAWS = "table"
STYLES = ("stacked", "diverging", "dots", "map")
ORDERED, SEVERAL = True, False
EXPLAINS = N_("The net score is the share who answer 9 or 10 less the share who answer 0 to 6.")

STEPS = 11
CLASSES = {"0-6": N_("Against (0–6)"), "7-8": N_("Passive (7–8)"), "9-10": N_("For (9–10)")}
"""What the table shows: the eleven steps are too many for small groups."""
OF = np.array([0] * 7 + [1] * 2 + [2] * 2)
"""The class of each step."""


@dataclass(frozen=True, eq=False)
class _Steps:
    """The cube of the codes that there are, and the step that each is; shape (codes,)."""

    cube: Cube
    steps: NDArray[np.intp]


def published(item: Item) -> Item:
    """The item with the classes that its tables have, in the reader's language."""
    return replace(item, categories={code: _(label) for code, label in CLASSES.items()})


def numbers(dataset: Dataset, item: Item) -> NDArray[np.float64]:
    """The step of each response; NaN outside the base."""
    answers = dataset.answers(item)
    values: NDArray[np.float64] = np.append(_steps(answers, item).astype(float), np.nan)[answers.codes]
    return values


def averages(dataset: Dataset, item: Item) -> Mapping[str, Average]:
    """The mean of the steps; shares and net are of the classes."""
    return {"score": Average(1.0, 0.0, STEPS - 1.0)}


def tally(dataset: Dataset, item: Item, groups: Groups) -> Tally:
    """Count the steps, and put them together in classes."""
    answers, sums = dataset.answers(item), precision.cube_of(dataset, item, groups)
    steps = _steps(answers, item)
    classes = Answers(tuple(CLASSES), np.append(OF[steps], len(CLASSES)).astype(np.int8)[answers.codes])
    sets = [np.flatnonzero(OF[steps] == place).tolist() for place in range(len(CLASSES))]
    return Tally(precision.collapsed(sums, sets), classes, _Steps(sums, steps))


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """Shares of the classes, and for each group net score and mean score with their standard errors."""
    fine: _Steps = tally.more
    (net,), (net_se,) = (found.T for found in precision.score(tally.cube, np.array([[-1.0], [0.0], [1.0]])))
    (score,), (score_se,) = (found.T for found in precision.score(fine.cube, fine.steps.astype(float)[:, None]))
    measures = {"score": score, "score_se": score_se, "net": net, "net_se": net_se}
    return _shares.summarise(tally, hidden, level, interval) | {
        name: _shares.measure(values, hidden, len(CLASSES)) for name, values in measures.items()
    }


def distribution(tally: Tally) -> Columns | None:
    """None: the classes tell how the steps are spread."""
    return None


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """Bars of 100 % with the net score beside."""
    return figures.stacked(table, words)


def _steps(answers: Answers, item: Item) -> NDArray[np.intp]:
    """The step, from 0 to 10, of each code, whatever of them the codebook names."""
    places = [_place(code, item) for code in answers.categories]
    if len(set(places)) < len(places):
        raise UnusableData(f"Item {item.name!r} has two codes for one step: {listed(answers.categories)}. Keep one.")
    return np.array(places, dtype=np.intp)


def _place(code: Any, item: Item) -> int:
    known: Mapping[str, int] = {str(step): step for step in range(STEPS)}
    if spelled(code) not in known:
        raise UnusableData(
            f"Item {item.name!r} holds the code {code!r}. Its scale goes from 0 to 10 in whole steps: recode it, or list "
            "it in missing."
        )
    return known[spelled(code)]
