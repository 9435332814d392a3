"""Significance letters: which groups of a safe table each group stands surely above."""

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.comparison.adjusting import ADJUSTMENTS, UnknownAdjustment, adjusted
from analysis.dataset import NOT_STATED, UnusableData
from analysis.precision import quantile

FEWEST = 10
"""A group with fewer answers, or a smaller effective base, is too small for the test."""


@dataclass(frozen=True)
class _Cell:
    """A share that is shown; ``row`` is its place in the table, ``base`` the smallest of its bases."""

    row: int
    group: Hashable
    share: float
    se: float
    base: float


def letters(table: pd.DataFrame, by: str, level: float = 0.95, adjust: str = "holm") -> pd.DataFrame:
    """Each group's letter, and the letters of the groups whose share of the same answer is surely smaller.

    Only what the table shows is used: a hidden cell gets no letters and gives none. Two groups are compared by the score
    test (both shares as one if nothing differs) on the smallest of base and effective base, or by the linearised variance
    where that is larger: small groups of all but equal answers give no letters. All pairs and all answers of the table
    are one family. Groups are taken as independent, which errs on
    the safe side where clusters have members in several.

    Parameters
    ----------
    table
        As ``tabulate`` gives it by one column: "category", "share", "se", "base", "effective_base", "hidden".
    by
        That column. The group of those whose group is not known has no letter.
    level
        Confidence level: at 0.95, letters where nothing differs come in at most one table of twenty.
    adjust
        "holm", "bh" or "none".

    Returns
    -------
    DataFrame
        Index as the table; "letter", the group's own ("A", "B", … "Z", "AA", …), and "above", such as "BD", with a
        blank between letters where any has two. Both are empty where there is nothing to say.

    Raises
    ------
    UnusableData, UnknownAdjustment, ValueError
        The table has no such column or no shares, or level or adjustment is not to be had.
    """
    quantile(level)
    if adjust not in ADJUSTMENTS:
        raise UnknownAdjustment(f"There is no adjustment {adjust!r}. There are {', '.join(ADJUSTMENTS)}.")
    for name in (by, "category", "share", "se", "base", "effective_base", "hidden"):
        if name not in table:
            raise UnusableData(f"The table has no column {name!r}. Give a table of shares, made by {by!r}.")
    names = {group: _letter(place) for place, group in enumerate(_groups(table, by))}
    above: dict[int, list[str]] = {}
    for upper, lower in _sure(table, by, level, adjust):
        above.setdefault(upper.row, []).append(names[lower.group])
    blank = " " if len(names) > 26 else ""
    own = [names.get(group, "") for group in table[by]]
    over = [blank.join(sorted(above.get(row, []), key=lambda one: (len(one), one))) for row in range(len(table))]
    return pd.DataFrame({"letter": own, "above": over}, index=table.index, dtype=object)


def _groups(table: pd.DataFrame, by: str) -> list[Hashable]:
    return [group for group in table[by].drop_duplicates() if group != NOT_STATED]


def _letter(place: int) -> str:
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _sure(table: pd.DataFrame, by: str, level: float, adjust: str) -> Iterator[tuple[_Cell, _Cell]]:
    """Pairs of cells, the greater first, of which the difference is assured."""
    pairs = [pair for cells in _shown(table, by).values() for pair in combinations(cells, 2)]
    ps = adjusted(np.array([_p(*pair) for pair in pairs], dtype=float), adjust)
    for (one, other), p in zip(pairs, ps, strict=True):
        if p <= 1 - level:
            yield (one, other) if one.share > other.share else (other, one)


def _shown(table: pd.DataFrame, by: str) -> dict[Hashable, list[_Cell]]:
    """The cells that may be used, by category."""
    columns = [table[name] for name in (by, "category", "share", "se", "base", "effective_base", "hidden")]
    found: dict[Hashable, list[_Cell]] = {}
    for row, (group, category, share, se, base, effective, hidden) in enumerate(zip(*columns, strict=True)):
        least = base if math.isnan(effective) else min(base, effective)
        if not hidden and not math.isnan(share) and least >= FEWEST and group != NOT_STATED:
            found.setdefault(category, []).append(_Cell(row, group, share, se, least))
    return found


def _p(one: _Cell, other: _Cell) -> float:
    """Two-sided p of the score test, or of Wald's with the linearised variance where that is larger."""
    parts = 1 / one.base + 1 / other.base
    common = (one.base * one.share + other.base * other.share) / (one.base + other.base)
    linear = sum(0.0 if math.isnan(cell.se) else cell.se**2 for cell in (one, other))
    spread = max(common * (1 - common) * parts, linear)
    if spread <= 0:
        return 1.0
    return math.erfc(abs(one.share - other.share) / math.sqrt(2 * spread))
