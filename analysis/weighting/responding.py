"""How likely each invited was to answer: by classes or by logistic regression, worked out on cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import pandas as pd

from analysis.weighting.cells import Cells, Numbers, Places, cross, present, summed
from analysis.weighting.values import CannotWeight

ROUNDS = 60
MOST = 500
"""The most effects of a regression: a round takes the third power of them."""
STEEP = 15.0
"""Log-odds beyond which a propensity is taken for 0 or 1: a level where nobody, or everybody, answered."""


@dataclass(frozen=True, eq=False)
class Propensity:
    """Estimated probabilities to answer.

    Attributes
    ----------
    values
        One per invited, between 0 and 1.
    classes
        The adjustment class of each invited, from the least to the most likely to answer.
    weights
        Invited over answered in the class for those who answered, 0 for the others: the non-response adjustment, which
        may be the ``base`` of a raking.
    rate
        Answered of invited.
    converged
        Whether the regression settled.
    """

    values: pd.Series
    classes: pd.Series
    weights: pd.Series
    rate: float
    converged: bool


def propensity(
    frame: pd.DataFrame, answered: str, columns: Sequence[str], classes: int = 5, model: str = "logistic"
) -> Propensity:
    """Probabilities to answer of all invited, and the weights that make up for those who did not.

    Parameters
    ----------
    frame
        One row per invited.
    answered
        Column of 0 and 1 (or truth values): who answered.
    columns
        What is known of everybody; a missing level is a level of its own.
    classes
        How many classes of about equal size are made of the probabilities; five remove nearly all of the bias that
        the model sees (Rosenbaum and Rubin 1984, JASA 79, 516–524). A class where nobody answered joins the next.
    model
        "logistic" (main effects, by Newton's method on cells) or "cells" (the share that answered in each crossed cell;
        each is a class, and ``classes`` is not used).

    Raises
    ------
    CannotWeight
        Nobody answered, or in a cell nobody did; or ``answered`` holds other than 0 and 1.
    """
    cells, yes = crossed(frame, answered, columns)
    if model == "cells":
        chance, converged = yes / np.where(cells.count > 0, cells.count, 1.0), True
        group = np.argsort(np.argsort(chance, kind="stable"))
        _refuse_silent(cells, yes, columns)
    elif model == "logistic":
        chance, converged = logistic(cells, yes, columns)
        group = _classes(chance, cells.count, yes, classes)
    else:
        raise CannotWeight(f"There is no model {model!r}. There are 'logistic' and 'cells'.")
    inverse = _inverse_rates(group, cells.count, yes)
    each = present(frame, answered).to_numpy(dtype=float)
    return Propensity(
        pd.Series(chance[cells.key], index=frame.index, name="propensity"),
        pd.Series(group[cells.key], index=frame.index, name="class"),
        pd.Series(np.where(each > 0, inverse[cells.key], 0.0), index=frame.index, name="weight"),
        float(yes.sum() / cells.count.sum()),
        converged,
    )


def crossed(frame: pd.DataFrame, answered: str, columns: Sequence[str]) -> tuple[Cells, Numbers]:
    """The invited by cell, and how many of each answered; shape (cells,)."""
    if not columns:
        raise CannotWeight("No columns are named. Name what is known of everybody who was invited.")
    cells, told = cross(frame, columns, None), present(frame, answered)
    try:
        each = told.to_numpy(dtype=float)
    except (TypeError, ValueError):
        each = np.full(len(frame), np.nan)
    if not np.isin(each, (0.0, 1.0)).all():
        raise CannotWeight(f"Column {answered!r} holds other than 0 and 1. Say who answered by 1, who did not by 0.")
    yes = summed(cells.key, each, cells.size)
    if not yes.sum():
        raise CannotWeight(f"Column {answered!r} is 0 in every row: nobody answered.")
    return cells, yes


def design(cells: Cells, columns: Sequence[str]) -> Numbers:
    """A constant, and for each column an indicator of every level but the first that occurs; shape (cells, k)."""
    levels = {name: np.unique(cells.places[name][cells.count > 0]) for name in columns}
    effects = sum(len(found) - 1 for found in levels.values())
    if effects > MOST:
        worst = max(levels, key=lambda name: len(levels[name]))
        raise CannotWeight(
            f"The columns have {effects} levels to tell apart, {len(levels[worst])} of them in {worst!r}, and a regression "
            f"takes {MOST} at most. Merge levels, or use the model 'cells'."
        )
    parts = [cells.places[name][:, None] == found[None, 1:] for name, found in levels.items()]
    return np.hstack([np.ones((cells.size, 1)), *parts]).astype(float)


def logistic(cells: Cells, yes: Numbers, columns: Sequence[str]) -> tuple[Numbers, bool]:
    """Probabilities by cell of the logistic model of main effects (maximum likelihood), and whether it settled."""
    matrix, count = design(cells, columns), cells.count
    share = yes.sum() / count.sum()
    if share == 1:
        return np.ones(cells.size), True
    effects = np.zeros(matrix.shape[1])
    effects[0] = np.log(share / (1 - share))
    odds = matrix @ effects
    for _round in range(ROUNDS):
        chance = _chance(odds)
        slope = matrix.T @ (yes - count * chance)
        curve = (matrix * (count * chance * (1 - chance))[:, None]).T @ matrix
        step = np.linalg.lstsq(curve, slope, rcond=1e-10)[0]
        effects += step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        before, odds = odds, np.clip(matrix @ effects, -STEEP, STEEP)
        if float(np.abs(odds - before).max()) < 1e-10:
            return _chance(odds), True
    return _chance(odds), False


def _chance(odds: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-odds))  # type: ignore[no-any-return]


def _classes(chance: Numbers, count: Numbers, yes: Numbers, classes: int) -> Places:
    """The class of each cell, of about equal numbers of invited; a class without answers joins its neighbour."""
    if not isinstance(classes, Integral) or classes < 1:
        raise CannotWeight(f"classes is {classes!r}. Give a whole number that is 1 or more.")
    order = np.argsort(chance, kind="stable")
    middle = np.cumsum(count[order]) - count[order] / 2
    group = np.empty(len(chance), dtype=np.intp)
    group[order] = np.minimum((middle / count.sum() * classes).astype(np.intp), classes - 1)
    for place in range(classes - 1):
        if not yes[group == place].sum():
            group[group == place] = place + 1
    while not yes[group == group.max()].sum():
        group[group == group.max()] = group[yes > 0].max()
    return np.unique(group, return_inverse=True)[1].astype(np.intp)


def _inverse_rates(group: Places, count: Numbers, yes: Numbers) -> Numbers:
    invited, answered = np.bincount(group, count), np.bincount(group, yes)
    return np.divide(invited, answered, out=np.zeros_like(invited), where=answered > 0)[group]


def _refuse_silent(cells: Cells, yes: Numbers, columns: Sequence[str]) -> None:
    silent = np.flatnonzero((cells.count > 0) & (yes == 0))
    if not len(silent):
        return
    places = [(name, cells.places[name][silent[0]]) for name in columns]
    told = ", ".join(f"{name!r} {'not known' if at < 0 else repr(cells.values[name][at])}" for name, at in places)
    raise CannotWeight(
        f"Nobody of the {int(cells.count[silent[0]])} invited with {told} answered. Merge levels, or use the model 'logistic'."
    )
