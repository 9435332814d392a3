"""Answers as integers, whatever the shape and the dtype of their columns."""

from collections.abc import Container, Hashable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset.columns import blank, different, factorize, match, ordered
from analysis.dataset.several import TUPLES
from analysis.dataset.values import Answers, Code, Item, UnusableData, listed


def encoded(frame: pd.DataFrame, items: Iterable[Item]) -> dict[str, Answers]:
    """The answers to every item whose codebook has categories, by its name."""
    names = frozenset(frame.columns)
    return {item.name: encode(frame, item, names) for item in items if item.shown}


def encode(frame: pd.DataFrame, item: Item, names: Container[Any] | None = None) -> Answers:
    """The answers to an item as integers, by the shape of its columns, whose ``names`` are the frame's."""
    several = TUPLES.get(item.scale)
    if several is not None:
        return _from_sets(several(frame, item), item)
    names = frame.columns if names is None else names
    if any(f"{item.name}/{code}" in names for code in item.categories):
        return _from_columns(frame, item)
    column = frame[item.name]
    if _same_codes(column.dtype, item.shown):
        return _as_they_are(column.array.codes, item.shown)
    if column.dtype == object and any(isinstance(cell, tuple | list | set | frozenset) for cell in column):
        return _from_sets(column, item)
    return _from_codes(column, item)


def _same_codes(dtype: Any, shown: tuple[Code, ...]) -> bool:
    """Whether a column's categories are just the codes inside the base, in the same order."""
    if not isinstance(dtype, pd.CategoricalDtype) or len(dtype.categories) != len(shown):
        return False
    return tuple(dtype.categories) == shown and not any(map(blank, shown))


def _as_they_are(codes: NDArray[np.integer[Any]], shown: tuple[Code, ...]) -> Answers:
    """Answers whose column has just the categories of the codebook, in its order: its codes are ours."""
    unsigned = codes.view(np.dtype(f"u{codes.dtype.itemsize}"))  # -1, for none, is then larger than any place
    return Answers(shown, np.minimum(unsigned, len(shown)).view(codes.dtype))


def _from_codes(column: pd.Series, item: Item) -> Answers:
    try:
        codes, values = factorize(column)
    except TypeError:
        raise UnusableData(
            f"Column {item.name!r} holds collections. Give each cell one code, or a tuple of codes."
        ) from None
    shown = _shown(item, values)
    table = np.array([*_places(values, item, shown, used=codes), len(shown)], dtype=_small(len(shown)))
    return Answers(shown, table.take(codes, mode="wrap"))


def _shown(item: Item, values: list[Any]) -> tuple[Code, ...]:
    """The codes inside the base; without any in the codebook, those that were found."""
    if item.categories:
        return item.shown
    return tuple(ordered([value for value in values if not blank(value) and value not in item.missing]))


def _places(
    values: list[Any], item: Item, shown: tuple[Code, ...], used: NDArray[np.integer[Any]] | None = None
) -> list[int]:
    """The place of each value among the shown codes, ``len(shown)`` outside the base."""
    known: dict[Any, int] = {code: len(shown) for code in item.missing} | {code: i for i, code in enumerate(shown)}
    places = [len(shown) if blank(v) else place for v, place in zip(values, match(values, known), strict=True)]
    unknown = [i for i, place in enumerate(places) if place is None]
    if unknown and used is not None:
        present = set(np.unique(used).tolist())
        unknown = [i for i in unknown if i in present]
    if unknown:
        raise UnusableData(
            f"Column {item.name!r} holds codes that are not in the codebook: {listed(values[i] for i in unknown)}. "
            f"The codebook has {listed(item.categories)}; add them there, to missing, or recode them."
        )
    return [len(shown) if place is None else place for place in places]


def _from_columns(frame: pd.DataFrame, item: Item) -> Answers:
    codes = [code for code in item.categories if code not in item.missing]
    absent = [f"{item.name}/{code}" for code in codes if f"{item.name}/{code}" not in frame]
    if absent:
        raise UnusableData(f"Item {item.name!r} lacks the columns {listed(absent)}. Every code has one of 0 and 1.")
    chosen = np.zeros((len(frame), len(codes)), dtype=bool)
    for i, code in enumerate(codes):
        chosen[:, i] = _ticks(frame[f"{item.name}/{code}"], f"{item.name}/{code}")
    rows, places = np.nonzero(chosen)
    answered = np.asarray(chosen.any(axis=1))
    return Answers(item.shown, places.astype(_small(len(codes))), rows, answered)


def _ticks(column: pd.Series, name: str) -> NDArray[np.bool_]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    given = column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
    wrong = given & ~np.isin(numbers, (0.0, 1.0))
    if wrong.any():
        found = listed(different(column[wrong]))
        raise UnusableData(f"Column {name!r} holds {found}. Use 1 for chosen, 0 for not, empty for missing.")
    ticked: NDArray[np.bool_] = numbers == 1.0
    return ticked


def _from_sets(column: pd.Series, item: Item) -> Answers:
    cells = [_set(cell, item) for cell in column]
    values = list(dict.fromkeys(code for cell in cells for code in cell))
    shown = _shown(item, values)
    place = dict(zip(values, _places(values, item, shown), strict=True))
    codes = np.array([place[code] for cell in cells for code in cell], dtype=_small(len(shown)))
    rows = np.repeat(np.arange(len(cells)), [len(cell) for cell in cells])
    inside = codes < len(shown)
    answered = np.zeros(len(cells), dtype=bool)
    answered[rows[inside]] = True
    return Answers(shown, codes[inside], rows[inside], answered)


def _set(cell: Any, item: Item) -> list[Any]:
    """The codes of one cell, each once."""
    if isinstance(cell, tuple | list | set | frozenset):
        if not all(isinstance(code, Hashable) for code in cell):
            raise UnusableData(f"Column {item.name!r} holds {cell!r}, a set of collections. Make every cell a tuple of codes.")
        return [code for code in dict.fromkeys(cell) if not blank(code) and code == code]
    if blank(cell) or cell != cell:
        return []
    raise UnusableData(f"Column {item.name!r} holds {cell!r} among sets of codes. Make every cell a tuple.")


def _small(categories: int) -> type[np.integer[Any]]:
    return np.int8 if categories < 127 else np.int32
