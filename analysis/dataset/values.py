"""What a dataset is made of: items, their answers as integers, groups, weights."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Code = Hashable
NOT_STATED = ""
"""The code of the group of those whose group is not known."""


class UnusableData(ValueError):
    """The frame, the codebook or the design do not fit together; the message names the column and the remedy."""


class UnknownName(UnusableData, KeyError):
    """An item or a column was asked for that is not there."""

    __str__ = ValueError.__str__


@dataclass(frozen=True)
class Item:
    """One question as the analysis knows it.

    ``categories`` maps code to label, in order; ``missing`` holds codes that are valid answers but stand outside
    the base, such as "vet inte" (they may, but need not, be among the categories). ``areas`` maps the codes of a place
    to GeoJSON geometries, so that points can be counted by area. ``unit`` is what a number counts, such as "kilometres".
    """

    name: str
    label: str
    scale: str
    categories: Mapping[Any, str] = field(default_factory=dict)
    missing: frozenset[Any] = frozenset()
    areas: Mapping[Any, Mapping[str, Any]] = field(default_factory=dict)
    unit: str = ""

    @cached_property
    def shown(self) -> tuple[Code, ...]:
        """The codes inside the base, in order."""
        return tuple(code for code in self.categories if code not in self.missing)


def levelled(codes: tuple[Code, ...]) -> pd.CategoricalDtype:
    """Codes in order as pandas knows them; made once for all items that share them."""
    return _levelled(codes, tuple(map(type, codes)))  # 1, 1.0 and True are equal, and three codes


@lru_cache(maxsize=256)
def _levelled(codes: tuple[Code, ...], _types: tuple[type, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(codes, dtype=object, tupleize_cols=False), ordered=True)


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to one item with categories, as integers.

    ``codes`` holds, per entry, the place of the category among ``categories``, or ``len(categories)`` for an answer
    outside the base. An exclusive item has one entry per response and ``rows`` is None; a set has one entry per
    chosen category, ``rows`` tells whose it is and ``answered`` (bool, one per response) who answered the set.
    """

    categories: tuple[Code, ...]
    codes: NDArray[np.integer[Any]]
    rows: NDArray[np.intp] | None = None
    answered: NDArray[np.bool_] | None = None
    dtype: pd.CategoricalDtype = field(init=False)
    """The categories, in order, as pandas knows them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "dtype", levelled(self.categories))


@dataclass(frozen=True, eq=False)
class Weights:
    """One weight per response, and its square."""

    values: NDArray[np.float64]

    @cached_property
    def squares(self) -> NDArray[np.float64]:
        """The weights squared."""
        return self.values * self.values

    @cached_property
    def positive(self) -> bool:
        """Whether every weight is above 0."""
        return bool((self.values > 0).all())

    def of(self, rows: NDArray[Any]) -> "Weights":
        """The weights of some responses."""
        return Weights(self.values[rows])


@dataclass(frozen=True, eq=False)
class Groups:
    """The cells of one or more group columns: every combination of levels, empty ones too.

    The level of those whose group is not known has an empty code and no label. ``cells`` (one integer per
    response) is the place of its cell, counted with the last column fastest.
    """

    by: tuple[str, ...]
    levels: tuple[tuple[Code, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    cells: NDArray[np.intp] | None
    _narrow: dict[np.dtype[Any], NDArray[np.integer[Any]]] = field(default_factory=dict)
    _columns: dict[int, dict[str, pd.Categorical]] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """The number of cells."""
        return int(np.prod([len(levels) for levels in self.levels], dtype=int))

    def narrow(self, dtype: np.dtype[Any]) -> NDArray[np.integer[Any]]:
        """``cells`` in smaller integers, kept; only where not all responses are in one cell."""
        assert self.cells is not None
        if dtype not in self._narrow:
            self._narrow[dtype] = self.cells.astype(dtype)
        return self._narrow[dtype]

    def places(self, column: int) -> NDArray[np.intp]:
        """For each cell the place of its level in one of the columns."""
        after = int(np.prod([len(levels) for levels in self.levels[column + 1 :]], dtype=int))
        return np.arange(self.size) // after % len(self.levels[column])

    def columns(self, repeat: int) -> dict[str, pd.Categorical]:
        """The group columns of a table with ``repeat`` rows per cell."""
        if repeat not in self._columns:
            self._columns[repeat] = {
                name: pd.Categorical.from_codes(
                    np.repeat(self.places(i), repeat),
                    dtype=pd.CategoricalDtype(
                        pd.Index(self.levels[i], dtype=object, tupleize_cols=False), ordered=True
                    ),
                )
                for i, name in enumerate(self.by)
            }
        return {name: column.copy() for name, column in self._columns[repeat].items()}


def listed(names: Iterable[Any], most: int = 8) -> str:
    """A few names in words, for a message."""
    found = [repr(name) for name in names]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
