"""Answers that are more than one code: options in order of rank, amounts per option, places on a map."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import geometry
from analysis.dataset.columns import LARGEST, blank, different
from analysis.dataset.values import Code, Item, UnusableData, listed

Numbers = NDArray[np.float64]
OUTSIDE = "outside"
"""The code of points in none of the areas: a category where the codebook has it, else outside the base."""
_POINT = re.compile(r"\s*(?:POINT\s*\(\s*)?(-?\d+(?:\.\d+)?)(?:\s*[,;]\s*|\s+)(-?\d+(?:\.\d+)?)\s*\)?\s*", re.IGNORECASE)


def ranked(frame: pd.DataFrame, item: Item) -> pd.Series:
    """Tuples of codes, the one ranked first first: from such cells, texts like "bus > car", or one column per code.

    A column ``f"{name}/{code}"`` holds the code's rank, 1 for the first, and is empty where it was not ranked.
    """
    if _wide(frame, item):
        ranks = _columns(frame, item, "a rank")
        cells = [_by_rank(row, item) for row in ranks]
    else:
        cells = [_in_order(cell, item) for cell in frame[item.name]]
    return pd.Series(cells, index=frame.index, dtype=object)


def amounts(frame: pd.DataFrame, item: Item) -> Numbers:
    """What each response gives to each shown code, shape (responses, codes); NaN where the response gave nothing at all.

    The columns are ``f"{name}/{code}"``; an empty one counts as 0 where another holds a number.
    """
    if not item.shown:
        raise UnusableData(f"Item {item.name!r} (budget) has no categories. Name what is given to: code and label, in order.")
    if not _wide(frame, item):
        raise UnusableData(
            f"Item {item.name!r} has no columns of amounts. Give one column per code: {listed(map(str, _names(item)))}."
        )
    found = _columns(frame, item, "an amount")
    negative = [name for name, column in zip(_names(item), found.T, strict=True) if (column < 0).any()]
    if negative:
        raise UnusableData(f"Columns {listed(negative)} hold amounts below 0. An amount is 0 or more; correct it there.")
    given = np.nan_to_num(found)
    given[given.sum(axis=1) <= 0] = np.nan
    return given


def given(frame: pd.DataFrame, item: Item) -> pd.Series:
    """Tuples of the codes that a response gives anything to."""
    codes = item.shown
    cells = [tuple(codes[at] for at in np.flatnonzero(row > 0)) for row in amounts(frame, item)]
    return pd.Series(cells, index=frame.index, dtype=object)


def placed(frame: pd.DataFrame, item: Item) -> pd.Series:
    """Tuples of the areas in which a response's points lie; a cell may hold codes of areas, points, or several of them.

    A point is (longitude, latitude) in the coordinates of the item's areas, as a pair, a GeoJSON point or a text such as
    "14.5, 63.3" or "POINT (14.5 63.3)".
    """
    found = [list(_things(cell)) for cell in frame[item.name]]
    spots = [(row, at) for row, things in enumerate(found) for at, thing in enumerate(things) if point(thing) is not None]
    if spots:
        codes = _areas(np.array([point(found[row][at]) for row, at in spots]), item)
        for (row, at), code in zip(spots, codes, strict=True):
            found[row][at] = code
    known = item.shown or tuple(item.areas)
    outside = OUTSIDE not in known
    cells = [tuple(code for code in _codes(things, item) if not (outside and code == OUTSIDE)) for things in found]
    return pd.Series(cells, index=frame.index, dtype=object)


def points(frame: pd.DataFrame, item: Item) -> tuple[NDArray[np.intp], Numbers]:
    """The points of a place: whose they are, shape (points,), and where, shape (points, 2)."""
    found = [
        (row, where) for row, cell in enumerate(frame[item.name]) for thing in _things(cell) if (where := point(thing))
    ]
    rows = np.array([row for row, _where in found], dtype=np.intp)
    return rows, np.array([where for _row, where in found], dtype=float).reshape(-1, 2)


def point(thing: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a point; None for what is none."""
    if isinstance(thing, dict) and thing.get("type") == "Point":
        thing = tuple(thing["coordinates"][:2])
    if isinstance(thing, str):
        match = _POINT.fullmatch(thing)
        thing = tuple(map(float, match.groups())) if match else None
    pair = isinstance(thing, tuple | list) and len(thing) == 2
    return (float(thing[0]), float(thing[1])) if pair and all(map(_number, thing)) else None


TUPLES: dict[str, Callable[[pd.DataFrame, Item], pd.Series]] = {"ranking": ranked, "budget": given, "place": placed}
"""Scale to what turns its cells into tuples of codes."""


def _names(item: Item) -> list[str]:
    return [f"{item.name}/{code}" for code in item.shown]


def _wide(frame: pd.DataFrame, item: Item) -> bool:
    return any(name in frame for name in _names(item))


def _columns(frame: pd.DataFrame, item: Item, what: str) -> Numbers:
    """The columns of the shown codes as numbers, NaN where empty; shape (responses, codes)."""
    absent = [name for name in _names(item) if name not in frame]
    if absent:
        raise UnusableData(f"Item {item.name!r} lacks the columns {listed(absent)}. Every code has one, with {what}.")
    found = np.full((len(frame), len(item.shown)), np.nan)
    for at, name in enumerate(_names(item)):
        column = frame[name]
        texts = column.astype(object).map(lambda cell: cell.replace(",", ".").strip() if isinstance(cell, str) else cell)
        found[:, at] = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        there = column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
        wrong = there & ~(np.abs(found[:, at]) <= LARGEST)
        if wrong.any():
            cells = listed(different(column[wrong]))
            raise UnusableData(f"Column {name!r} holds {cells}. Use {what} as a number, or leave the cell empty.")
    return found


def _by_rank(ranks: Numbers, item: Item) -> tuple[Code, ...]:
    held = np.flatnonzero(~np.isnan(ranks))
    if len(set(ranks[held])) < len(held):
        raise UnusableData(
            f"Item {item.name!r} has a response that gives two codes the same rank: {listed(ranks[held].tolist())}. "
            "Give each code a rank of its own, or leave it empty."
        )
    return tuple(item.shown[at] for at in held[np.argsort(ranks[held], kind="stable")])


def _in_order(cell: Any, item: Item) -> tuple[Code, ...]:
    if isinstance(cell, set | frozenset) and len(cell) > 1:
        raise UnusableData(f"Column {item.name!r} holds a set, which has no order. Give a tuple, the first choice first.")
    if isinstance(cell, str) and cell not in item.categories:
        cell = [part.strip() for part in cell.split(">")]
    ordered = [cell] if not isinstance(cell, tuple | list | set | frozenset) else list(cell)
    codes = _codes((code for code in ordered if not blank(code) and code == code), item)
    kept = [code for code in codes if code not in item.missing]
    if len(set(kept)) < len(kept):
        raise UnusableData(f"Column {item.name!r} ranks a code twice: {listed(kept)}. Give each code once.")
    return tuple(kept)


def _codes(things: Iterable[Any], item: Item) -> list[Code]:
    """What may be codes, if all of it is."""
    found = list(things)
    wrong = [thing for thing in found if not isinstance(thing, Hashable)]
    if wrong:
        raise UnusableData(f"Column {item.name!r} holds {listed(wrong)} among codes. Make every cell a tuple of codes.")
    return found


def _things(cell: Any) -> Iterator[Any]:
    """What a cell holds: codes and points, one or several."""
    if point(cell) is not None:
        yield cell
    elif isinstance(cell, tuple | list | set | frozenset):
        yield from (thing for thing in cell if not blank(thing))
    elif not blank(cell) and cell == cell:
        yield cell


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(float(value)))


def _areas(found: Numbers, item: Item) -> Sequence[Code]:
    """The area that each point lies in, the first of several; ``OUTSIDE`` in none."""
    if not item.areas:
        raise UnusableData(
            f"Column {item.name!r} holds points, and the codebook has no areas to count them in. "
            "Give the item areas (code to GeoJSON), or write codes of areas in the cells."
        )
    codes: list[Code] = [OUTSIDE] * len(found)
    left = np.arange(len(found))
    for code, area in item.areas.items():
        held = geometry.inside(_rings(item, code, area), found[left])
        for at in left[held]:
            codes[at] = code
        left = left[~held]
    return codes


def _rings(item: Item, code: Code, area: Any) -> geometry.Rings:
    try:
        return geometry.rings(area)
    except (geometry.UnusableShape, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnusableData(
            f"Area {code!r} of item {item.name!r} can't be read: {error}. Give GeoJSON of type Polygon or MultiPolygon."
        ) from error
