"""Rows summed once to the cells that the margins cross: all work on weights is done there, and gathered back once."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import Code, UnknownName, columns, listed
from analysis.weighting.values import CannotWeight

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
DENSE = 1 << 20
"""The most crossed cells that are kept without asking which occur."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The crossed cells of some columns.

    Attributes
    ----------
    key
        For each row its cell; shape (rows,).
    values
        Column to its values.
    places
        Column to, for each cell, the place of its value, -1 where the column is empty; shape (cells,) each.
    count, base
        Rows with a base weight above 0, and the sum of base weights; shape (cells,).
    rows
        The base weight of each row; None where all are 1.
    """

    key: NDArray[Any]
    values: dict[str, list[Code]]
    places: dict[str, Places]
    count: Numbers
    base: Numbers
    rows: Numbers | None

    @property
    def size(self) -> int:
        """The number of cells."""
        return len(self.base)


def cross(frame: pd.DataFrame, names: Iterable[str], base: str | None) -> Cells:
    """Sum the rows of a frame to the cells of some columns."""
    names = list(dict.fromkeys(names))
    if isinstance(frame, pd.DataFrame) and not len(frame):
        raise CannotWeight("The frame has no rows. There is nobody to give a weight.")
    weights = None if base is None else columns.weights(present(frame, base), base)
    coded = [_coded(present(frame, name), name) for name in names]
    values = {name: found for name, (_codes, found) in zip(names, coded, strict=True)}
    codes = [codes for codes, _found in coded] or [np.full(len(frame), -1, dtype=np.intp)]
    key, sizes, kept = _key(codes, [len(found) + 1 for _codes, found in coded] or [1])
    cells = int(np.prod(sizes)) if kept is None else len(kept)
    every = np.unravel_index(np.arange(cells) if kept is None else kept, sizes)
    places = {name: place.astype(np.intp) - 1 for name, place in zip(names, every, strict=False)}
    count, sums = _sums(key, weights, cells)
    return Cells(key, values, places, count, sums, weights)


def summed(places: NDArray[Any], numbers: Numbers, size: int) -> Numbers:
    """Sums of numbers by place; shape (size,)."""
    return np.bincount(places, numbers, size).astype(float, copy=False)


def present(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of the frame; an error that says which there are."""
    if not isinstance(frame, pd.DataFrame):
        raise CannotWeight(f"The frame is a {type(frame).__name__}. Give a pandas DataFrame with one row per response.")
    if not isinstance(name, Hashable) or name not in frame:
        raise UnknownName(f"The frame has no column {name!r}. It has {listed(map(str, frame.columns))}.")
    return frame[name]


def _coded(column: pd.Series, name: str) -> tuple[NDArray[Any], list[Code]]:
    """Places and values of a column; -1 where it is missing. A categorical is not gone through at all."""
    if isinstance(column, pd.DataFrame):
        raise CannotWeight(f"The frame has more than one column named {name!r}. Rename all but one.")
    if isinstance(column.dtype, pd.CategoricalDtype) and not isinstance(column.cat.categories, pd.MultiIndex):
        return column.array.codes, list(column.cat.categories)
    try:
        return columns.factorize(column)
    except TypeError:
        raise CannotWeight(f"Column {name!r} holds collections. Give each row one level.") from None


def _key(coded: Sequence[NDArray[Any]], sizes: list[int]) -> tuple[NDArray[Any], list[int], Places | None]:
    """One number per row for its cell; where the cells are many, only those that occur are kept."""
    total = float(np.prod([float(size) for size in sizes]))
    if total > 2**62:
        raise CannotWeight("The margins cross to too many cells. Use fewer columns, or merge levels.")
    kind = np.int16 if total < 2**15 else np.int32 if total < 2**31 else np.int64
    key: NDArray[Any] = coded[0].astype(kind)
    none = 1
    for codes, size in zip(coded[1:], sizes[1:], strict=True):
        np.multiply(key, kind(size), out=key)
        np.add(key, codes.astype(kind, copy=False), out=key)
        none = none * size + 1
    np.add(key, kind(none), out=key)  # a place of -1 for what is missing becomes 0, in every column
    if total <= DENSE:
        return key.astype(np.intp, copy=False), sizes, None
    kept, inverse = np.unique(key, return_inverse=True)
    return inverse.astype(np.intp, copy=False), sizes, kept.astype(np.intp)


def _sums(key: Places, weights: Numbers | None, cells: int) -> tuple[Numbers, Numbers]:
    if weights is None:
        count = np.bincount(key, minlength=cells).astype(float)
        return count, count
    alive = key if weights.min() > 0 else key[weights > 0]
    return np.bincount(alive, minlength=cells).astype(float), summed(key, weights, cells)
