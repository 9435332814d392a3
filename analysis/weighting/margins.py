"""Margins of a population beside the cells of a frame: read, checked, merged where a rule says so."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.dataset import Code, listed
from analysis.dataset.columns import LARGEST, blank, match
from analysis.weighting.cells import Cells, Numbers, Places, summed
from analysis.weighting.values import CannotWeight

Level = tuple[Code, ...]
LEAST = 1e-15
"""Fewer residents than this are none: a population may be told in parts of one."""
SAME = 1e-6
"""How far, relatively, the sums of two margins may be from each other."""


@dataclass(eq=False)
class Margin:
    """The population by the levels of one column, or of several that are crossed.

    Attributes
    ----------
    columns
        What it is a margin of.
    levels
        Each a tuple with one part per column.
    population
        Residents per level; shape (levels,).
    code
        For each cell the place of its level, ``len(levels)`` where a column is empty; shape (cells,).
    merged
        Level to the level that stands for both.
    """

    columns: tuple[str, ...]
    levels: list[Level]
    population: Numbers
    code: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    merged: dict[Level, Level] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The columns, for a message."""
        return " × ".join(map(repr, self.columns))

    def sums(self, numbers: Numbers) -> Numbers:
        """A sum over cells by level, those whose level is not known last; shape (levels + 1,)."""
        return summed(self.code, numbers, len(self.levels) + 1)

    def called(self, place: int) -> str:
        """A level, for a message."""
        return " × ".join(map(repr, self.levels[place]))

    @property
    def noun(self) -> str:
        """"column" or "columns", for a message."""
        return "column" if len(self.columns) == 1 else "columns"


def read(margins: Mapping[Any, Any]) -> list[Margin]:
    """Margins from ``{column: {level: population}}``; a tuple of columns has tuples of levels."""
    if not isinstance(margins, Mapping) or not margins:
        raise CannotWeight("There are no margins. Give a population by level for at least one column.")
    found = [_margin(name, told) for name, told in margins.items()]
    sums = [float(one.population.sum()) for one in found]
    for one, total in zip(found, sums, strict=True):
        if abs(total - sums[0]) > SAME * sums[0]:
            raise CannotWeight(
                f"The margins don't add up to the same population: {found[0].name} gives {sums[0]:.10g}, "
                f"{one.name} gives {total:.10g}. Take figures of one source and day, or scale them to one sum."
            )
    for one, total in zip(found, sums, strict=True):
        one.population *= sums[0] / total
    return found


def _margin(name: Any, told: Any) -> Margin:
    columns = name if isinstance(name, tuple) else (name,)
    if isinstance(told, pd.Series):
        told = dict(zip(told.index.tolist(), told.tolist(), strict=True)) if told.index.is_unique else None
    if not isinstance(told, Mapping) or not told:
        raise CannotWeight(
            f"The margin of {name!r} is not a population by level, each level once. "
            f"Give {{{name!r}: {{level: population}}}}."
        )
    levels = [level if len(columns) > 1 else (level,) for level in told]
    margin = Margin(columns, levels, np.zeros(len(levels)))
    for place, (level, count) in enumerate(zip(levels, told.values(), strict=True)):
        margin.population[place] = _count(margin, place, level, count)
    if not margin.population.sum() >= LEAST:
        raise CannotWeight(f"The margin of {margin.name} holds nobody: every population is 0, or next to it. Give the figures.")
    return margin


def _count(margin: Margin, place: int, level: Any, count: Any) -> float:
    if not isinstance(level, tuple) or len(level) != len(margin.columns):
        raise CannotWeight(f"The margin of {margin.name} has the level {level!r}. Give one part for each column.")
    if any(blank(part) or part != part for part in level):
        raise CannotWeight(
            f"The margin of {margin.name} has an empty level. Leave it out: those whose level is not known keep "
            "their share, and the others are adjusted to the margin."
        )
    try:
        number = float(count)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 <= number <= LARGEST:
        raise CannotWeight(
            f"The population of level {margin.called(place)} of {margin.name} is {count!r}. "
            "Give a number of residents that is 0 or more."
        )
    return number


def fit(margin: Margin, cells: Cells, collapse: Collection[str] = ()) -> None:
    """Tie a margin to the cells of a frame, merging empty levels where that is asked for; or say what is missing."""
    margin.code = _codes(margin, cells)
    order = [name for name in margin.columns if name in collapse]
    if order:
        _merge(margin, cells, margin.columns.index(order[0]))
    counts = margin.sums(cells.count)[:-1]
    for place in np.flatnonzero((counts == 0) & (margin.population > 0)).tolist():
        raise CannotWeight(
            f"Nobody among the rows has level {margin.called(place)} of {margin.noun} {margin.name}, "
            f"where {margin.population[place]:.10g} residents are (or those who have it have the base weight 0). "
            f"Merge it with a neighbouring level (collapse=[{margin.columns[0]!r}] does so), or leave the column out."
        )
    for place in np.flatnonzero((counts > 0) & (margin.population == 0)).tolist():
        raise CannotWeight(
            f"{int(counts[place])} rows have level {margin.called(place)} of {margin.noun} {margin.name}, "
            "whose population is 0. Give its population, recode the rows, or drop them."
        )


def _codes(margin: Margin, cells: Cells) -> Places:
    """For each cell the place of its level; an error names a level of the frame that the margin misses."""
    parts = [_ordered(margin, axis) for axis in range(len(margin.columns))]
    known = {level: place for place, level in enumerate(margin.levels)}
    joint = np.full([len(part) + 1 for part in parts], -1, dtype=np.intp)
    for level, place in known.items():
        joint[tuple(part[one] for part, one in zip(parts, level, strict=True))] = place
    axes = [_axis(margin, cells, name, part) for name, part in zip(margin.columns, parts, strict=True)]
    blank_ = np.logical_or.reduce([axis == len(part) for axis, part in zip(axes, parts, strict=True)])
    code = np.where(blank_, len(margin.levels), joint[tuple(axes)])
    absent = np.flatnonzero((code < 0) & (cells.count > 0))
    if len(absent):
        told = tuple(cells.values[name][cells.places[name][absent[0]]] for name in margin.columns)
        raise CannotWeight(
            f"The margin of {margin.name} lacks level {' × '.join(map(repr, told))}, which "
            f"{int(cells.count[absent[0]])} or more rows have. Add its population, recode it, or leave the cell empty "
            "where the level is not known."
        )
    return np.where(code < 0, len(margin.levels), code).astype(np.intp)


def _ordered(margin: Margin, axis: int) -> dict[Code, int]:
    """The levels of one of the columns, in the order of the margin."""
    return {part: place for place, part in enumerate(dict.fromkeys(level[axis] for level in margin.levels))}


def _axis(margin: Margin, cells: Cells, name: str, known: dict[Code, int]) -> Places:
    """For each cell the place of its value in one column among the known ones; ``len(known)`` where it is empty."""
    values = cells.values[name]
    found = match(values, known)
    empty = [blank(value) or value != value for value in values]
    table = np.array(
        [len(known) if gone else -1 if at is None else at for at, gone in zip(found, empty, strict=True)] + [len(known)],
        dtype=np.intp,
    )
    places = table[cells.places[name]]
    absent = np.flatnonzero((places < 0) & (cells.count > 0))
    if len(absent):
        value = values[cells.places[name][absent[0]]]
        rows = int(cells.count[cells.places[name] == cells.places[name][absent[0]]].sum())
        raise CannotWeight(
            f"The margin of {margin.name} lacks level {value!r} of column {name!r}, which {rows} rows have; it has "
            f"{listed(known)}. Add its population, recode it, or leave the cell empty where the level is not known."
        )
    return np.where(places < 0, len(known), places)


def _merge(margin: Margin, cells: Cells, axis: int) -> None:
    """Take each empty level together with a neighbour in its column.

    Rule: as long as a level has residents but no row (or the other way round), it joins the level before or after it
    with the fewer rows, though rather one with rows and residents than one without; of two alike the one before. The
    first of the merged levels stands for them all.
    """
    counts = margin.sums(cells.count)[:-1]
    parts = _ordered(margin, axis)
    lines: dict[Level, list[int]] = {}
    for place in sorted(range(len(margin.levels)), key=lambda place: parts[margin.levels[place][axis]]):
        level = margin.levels[place]
        lines.setdefault(level[:axis] + level[axis + 1 :], []).append(place)
    table = np.arange(len(margin.levels) + 1)
    for line in lines.values():
        for group in _groups([[place] for place in line], counts, margin.population):
            for place in group[1:]:
                table[place] = group[0]
                margin.merged[margin.levels[place]] = margin.levels[group[0]]
    _shorten(margin, table)


def _groups(groups: list[list[int]], counts: Numbers, population: Numbers) -> list[list[int]]:
    def rows(group: list[int]) -> float:
        return float(counts[group].sum())

    def empty(group: list[int]) -> bool:
        return bool((rows(group) > 0) != (population[group].sum() > 0))

    while len(groups) > 1 and any(map(empty, groups)):
        at = next(place for place, group in enumerate(groups) if empty(group))
        beside = [place for place in (at - 1, at + 1) if 0 <= place < len(groups)]
        other = min(beside, key=lambda place: (empty(groups[place]) or not rows(groups[place]), rows(groups[place]), place))
        first, second = sorted((at, other))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return groups


def _shorten(margin: Margin, table: Places) -> None:
    """Keep only the levels that stand for something."""
    kept = sorted(set(table[:-1].tolist()))
    new = np.zeros(len(table), dtype=np.intp)
    new[kept] = np.arange(len(kept))
    new[-1] = len(kept)
    margin.population = summed(new[table[:-1]], margin.population, len(kept))
    margin.code = new[table][margin.code]
    margin.levels = [margin.levels[place] for place in kept]
