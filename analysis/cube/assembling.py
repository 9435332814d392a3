"""Making a survey's cube from the sums that a database made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.cube.cells import CellCube, Counted, Side, Sums
from analysis.dataset import NOT_STATED, Code, Item, UnusableData, listed
from analysis.dataset.columns import blank, match, ordered

Row = Sequence[Any]
"""A level for each dimension, then question, category, n, Σw and Σw²."""


def assembled(
    rows: Iterable[Row],
    by: Sequence[str],
    items: Iterable[Item],
    groups: Mapping[str, Mapping[Any, str]] | None = None,
    group_names: Mapping[str, str] | None = None,
    weighted: bool = True,
) -> CellCube:
    """The cube whose sums a database made (the statement of ``analysis.engines.sql``).

    Parameters
    ----------
    rows
        Sums of all responses of a cell have no question; those of who answered a set have a question but no category.
    by
        The dimensions, in the order of the rows' first columns.
    items
        The codebook; questions that are not in it, and codes outside an item's base, are left out.
    groups, group_names
        As a ``Dataset`` takes them.

    Raises
    ------
    UnusableData
        A level is not among those declared, or a category not in the codebook; the message names it.
    """
    found, items, groups = [tuple(row) for row in rows], tuple(items), groups or {}
    names = group_names or {}
    sides = tuple(_side(name, [row[at] for row in found], groups.get(name), names.get(name, name)) for at, name in enumerate(by))
    shape = tuple(len(side.levels) for side in sides)
    levels = [_places(side, {row[at] for row in found}) for at, side in enumerate(sides)]
    at = len(sides)
    placed: dict[str | None, list[tuple[int, Row]]] = {}
    for row in found:
        cell = 0
        for place, width in enumerate(shape):
            cell = cell * width + levels[place][row[place]]
        placed.setdefault(row[at], []).append((cell, row[at + 1 :]))
    cells = int(np.prod(shape, dtype=int))
    whole = _summed([(cell, row) for cell, row in placed.get(None, [])], (cells,))
    counted = {item.name: _assembled(item, placed.get(item.name, []), cells) for item in items if item.shown}
    return CellCube(sides, whole, counted, items, weighted)


def _side(name: str, found: list[Any], declared: Mapping[Any, str] | None, called: str) -> Side:
    values = list(dict.fromkeys(found))
    stated = [value for value in values if not blank(value)]
    levels = tuple(ordered(stated)) if declared is None else tuple(code for code in declared if code != NOT_STATED)
    if len(stated) < len(values):
        levels = (*levels, NOT_STATED)
    return Side(name, called, levels, tuple(str((declared or {}).get(code, code)) for code in levels))


def _places(side: Side, found: set[Any]) -> dict[Any, int]:
    """From each level that was found to its place."""
    values = list(found)
    known = {level: place for place, level in enumerate(side.levels)}
    places = [known[NOT_STATED] if blank(v) else place for v, place in zip(values, match(values, known), strict=True)]
    unknown = [value for value, place in zip(values, places, strict=True) if place is None]
    if unknown:
        raise UnusableData(f"Column {side.name!r} holds levels that are not listed: {listed(unknown)}. List them in groups.")
    return {value: int(place) for value, place in zip(values, places, strict=True) if place is not None}


def _assembled(item: Item, placed: list[tuple[int, Row]], cells: int) -> Counted:
    values = list({row[0] for _cell, row in placed if not blank(row[0])})
    shown: tuple[Code, ...] = item.shown
    known: dict[Any, int] = dict.fromkeys(item.missing, -1) | {code: i for i, code in enumerate(shown)}
    places = dict(zip(values, match(values, known), strict=True))
    unknown = [value for value, place in places.items() if place is None]
    if unknown:
        raise UnusableData(
            f"Item {item.name!r} has answers that are not in the codebook: {listed(unknown)}. "
            f"The codebook has {listed(item.categories)}; add them there, or to missing."
        )
    width = len(shown)
    inner = [(cell * width + at, row) for cell, row in placed if not blank(row[0]) and (at := places[row[0]] or 0) >= 0]
    inside = _summed(inner, (cells, width))
    answered = [(cell, row) for cell, row in placed if row[0] is None]
    base = _summed(answered, (cells,)) if answered else inside.changed(lambda array: array.sum(axis=1))
    return Counted(item, shown, inside, base, not answered)


def _summed(placed: list[tuple[int, Row]], shape: tuple[int, ...]) -> Sums:
    """n, Σw and Σw², the last three of each row, added up at their places."""
    bins = int(np.prod(shape, dtype=int))
    at = np.array([place for place, _row in placed], dtype=np.intp)
    n, w, w2 = (np.array([row[column] or 0 for _place, row in placed], dtype=object) for column in (-3, -2, -1))
    counts = np.zeros(bins, dtype=np.int64)
    np.add.at(counts, at, n.astype(np.int64))
    w, w2 = (np.bincount(at, weights.astype(float), bins).astype(float).reshape(shape) for weights in (w, w2))
    return Sums(counts.reshape(shape), w, w2)
