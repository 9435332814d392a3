"""The one shape in which answers come in: a frame of responses, a codebook, a design; it checks its own columns."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Code = Hashable
NOT_STATED = ""
"""The code of the group of those whose group is not known."""

RESERVED = frozenset(
    "category count base share mean se low high median design_effect effective_base hidden "
    "score score_se net net_se top2 group label id".split()
)
"""Column names of the tables that come out; a group column may not be called so."""

DESIGN = {"weight": "weights", "strata": "strata", "cluster": "clusters", "fpc": "population sizes"}


class UnusableData(ValueError):
    """The frame, the codebook or the design do not fit together; the message names the column and the remedy."""


class UnknownName(UnusableData, KeyError):
    """An item or a column was asked for that is not there."""

    __str__ = ValueError.__str__


@dataclass(frozen=True)
class Item:
    """One question as the analysis knows it.

    ``categories`` maps code to label, in order; ``missing`` holds codes that are valid answers but stand outside
    the base, such as "vet inte" (they may, but need not, be among the categories).
    """

    name: str
    label: str
    scale: str
    categories: Mapping[Code, str] = field(default_factory=dict)
    missing: frozenset[Code] = frozenset()

    @cached_property
    def shown(self) -> tuple[Code, ...]:
        """The codes inside the base, in order."""
        return tuple(code for code in self.categories if code not in self.missing)


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

    @cached_property
    def dtype(self) -> pd.CategoricalDtype:
        """The categories, in order, as pandas knows them."""
        return pd.CategoricalDtype(pd.Index(self.categories, dtype=object), ordered=True)


@dataclass(frozen=True, eq=False)
class Weights:
    """One weight per response, and its square."""

    values: NDArray[np.float64]

    @cached_property
    def squares(self) -> NDArray[np.float64]:
        """The weights squared."""
        return self.values * self.values

    def of(self, rows: NDArray[Any]) -> "Weights":
        """The weights of some responses."""
        return Weights(self.values[rows])


@dataclass(frozen=True, eq=False)
class Groups:
    """The cells of one or more group columns: every combination of levels, empty ones too.

    The level of those whose group is not known has an empty code and no label. ``cells`` (one integer per response) is the place of its cell, counted with the last column fastest.
    """

    by: tuple[str, ...]
    levels: tuple[tuple[Code, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    cells: NDArray[np.intp] | None
    _scaled: dict[int, NDArray[np.intp]] = field(default_factory=dict)
    _columns: dict[int, dict[str, pd.Categorical]] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """The number of cells."""
        return int(np.prod([len(levels) for levels in self.levels], dtype=int))

    def scaled(self, factor: int) -> NDArray[np.intp] | None:
        """``cells * factor``, kept; None where all responses are in one cell."""
        if self.cells is None:
            return None
        if factor not in self._scaled:
            self._scaled[factor] = self.cells * np.intp(factor)
        return self._scaled[factor]

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
                    dtype=pd.CategoricalDtype(pd.Index(self.levels[i], dtype=object), ordered=True),
                )
                for i, name in enumerate(self.by)
            }
        return {name: column.copy() for name, column in self._columns[repeat].items()}


class Dataset:
    """Responses, codebook and design, checked and coded once.

    Parameters
    ----------
    frame
        One row per response. A "multiple" item has one 0/1 column per code named ``f"{name}/{code}"``, or cells that
        hold tuples of codes; a row where none was answered is missing.
    items
        The codebook; the order is kept.
    weight
        Column of weights: finite, not negative, not all zero.
    strata, cluster, fpc, lonely
        Columns of the declared design; ``fpc`` is the population size of the row's stratum.
    groups
        Column to (code to label), in order: the levels a group column may have; empty levels are kept.
        A column that is not listed takes its levels from the frame (a categorical's own order, else sorted).
    group_names
        Column to what the reader calls it.

    Raises
    ------
    UnusableData
        A column is missing or holds what it should not.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        items: Iterable[Item],
        weight: str | None = None,
        strata: str | None = None,
        cluster: str | None = None,
        fpc: str | None = None,
        lonely: str = "adjust",
        groups: Mapping[str, Mapping[Code, str]] | None = None,
        group_names: Mapping[str, str] | None = None,
    ) -> None:
        self.frame = frame
        self.items = tuple(items)
        self.size = len(frame)
        self.lonely = lonely
        self.strata, self.cluster, self.fpc = strata, cluster, fpc
        self._group_levels = {name: dict(levels) for name, levels in (groups or {}).items()}
        self._group_names = dict(group_names or {})
        self._grouped: dict[tuple[str, ...], Groups] = {}
        self._check_names()
        for role, name in zip(DESIGN, (weight, strata, cluster, fpc), strict=True):
            self._check_design(role, name)
        self.weights = None if weight is None else Weights(_weights(frame[weight], weight))
        self._answers = {item.name: _encode(frame, item) for item in self.items if item.categories}
        for name in self._group_levels:
            self.groups((name,))

    def _check_names(self) -> None:
        columns = list(self.frame.columns)
        repeated = sorted({str(name) for name in columns if columns.count(name) > 1})
        if repeated:
            raise UnusableData(f"The frame has more than one column named {_listed(repeated)}. Rename all but one.")
        names = [item.name for item in self.items]
        for item in self.items:
            if not isinstance(item.name, str) or not item.name.strip():
                raise UnusableData(f"An item has the name {item.name!r}. Give every item a name of at least a letter.")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UnusableData(f"The codebook has more than one item named {_listed(twice)}. Rename all but one.")
        for item in self.items:
            sets = [f"{item.name}/{code}" in self.frame for code in item.categories]
            if item.name not in self.frame and not any(sets):
                raise UnknownName(
                    f"The frame has no column {item.name!r}. Add it, or take the item out of the codebook."
                )

    def _check_design(self, role: str, name: str | None) -> None:
        if name is None:
            return
        if name not in self.frame:
            raise UnknownName(
                f"The frame has no column {name!r}, which {role}={name!r} names. "
                f"Name the column that holds the {DESIGN[role]}, or leave {role} out."
            )
        gone = int(self.frame[name].isna().sum())
        if gone:
            raise UnusableData(f"Column {name!r} ({role}) is missing in {gone} rows. Fill it in or drop those rows.")

    @property
    def weighted(self) -> bool:
        """Whether shares and means are weighted."""
        return self.weights is not None

    def item(self, name: str) -> Item:
        """The item of that name."""
        for item in self.items:
            if item.name == name:
                return item
        raise UnknownName(f"There is no item {name!r}. The codebook has {_listed(item.name for item in self.items)}.")

    def answers(self, item: Item) -> Answers:
        """The answers to an item with categories, coded; without any in the codebook, they are taken from the data."""
        if item.name not in self._answers:
            self._answers[item.name] = _encode(self.frame, item)
        return self._answers[item.name]

    def numbers(self, item: Item) -> NDArray[np.float64]:
        """The answers to an item as numbers, one per response; NaN outside the base."""
        return _numbers(self.frame[item.name], item)

    def written(self, item: Item) -> NDArray[np.bool_]:
        """Whether something was written, one per response."""
        column = self.frame[item.name]
        given = column.notna().to_numpy() & ~column.isin(list(item.missing)).to_numpy()
        return given & (column.astype(str).str.strip() != "").to_numpy(dtype=bool)

    def group_name(self, column: str) -> str:
        """What the reader calls a group column."""
        return self._group_names.get(column, column)

    def groups(self, by: Sequence[str]) -> Groups:
        """The cells of the group columns ``by``; none gives one cell with everybody."""
        key = tuple(by)
        if key not in self._grouped:
            self._grouped[key] = self._cross(key) if len(key) != 1 else self._group(key[0])
        return self._grouped[key]

    def _cross(self, by: tuple[str, ...]) -> Groups:
        if len(set(by)) < len(by):
            raise UnusableData(f"A group column is named twice: {_listed(by)}. Name each once.")
        parts = [self.groups((name,)) for name in by]
        cells = None
        for part in parts:
            cells = part.cells if cells is None else cells * part.size + part.cells
        return Groups(by, tuple(p.levels[0] for p in parts), tuple(p.labels[0] for p in parts), cells)

    def _group(self, name: str) -> Groups:
        if name not in self.frame:
            raise UnknownName(
                f"There is no group column {name!r}. The frame has {_listed(map(str, self.frame.columns))}."
            )
        if name in RESERVED:
            raise UnusableData(f"A group column can't be called {name!r}: tables have a column of that name. Rename it.")
        declared = self._group_levels.get(name)
        codes, levels = _levels(self.frame[name], name, None if declared is None else tuple(declared))
        labels = tuple(str((declared or {}).get(code, code)) for code in levels)
        return Groups((name,), (levels,), (labels,), codes)


def _listed(names: Iterable[Any], most: int = 8) -> str:
    found = [repr(name) for name in names]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def _weights(column: pd.Series, name: str) -> NDArray[np.float64]:
    try:
        weights = column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise UnusableData(f"Column {name!r} (weight) does not hold numbers. Convert it to numbers.") from None
    for wrong, bad, remedy in (
        ("missing", np.isnan(weights), "Fill it in or drop those rows."),
        ("infinite", np.isinf(weights), "A weight is how many residents a response stands for."),
        ("negative", weights < 0, "A weight is at least 0."),
    ):
        if bad.any():
            first = column.index[int(bad.argmax())]
            raise UnusableData(
                f"Column {name!r} (weight) is {wrong} in {int(bad.sum())} rows, first in row {first!r}. {remedy}"
            )
    if len(weights) and not weights.any():
        raise UnusableData(f"Column {name!r} (weight) is 0 in every row. Give at least one response a weight.")
    return weights


def _factorize(column: pd.Series) -> tuple[NDArray[np.intp], list[Any]]:
    """Places and values of a column of any dtype; -1 where it is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.intp), list(column.cat.categories)
    codes, values = pd.factorize(column)
    return codes.astype(np.intp), list(values)


def _plain(value: Any) -> Any:
    """A value as a codebook would spell it: 1.0 is "1"."""
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        return str(int(number)) if number.is_integer() else str(number)
    return str(value)


def _match(values: Sequence[Any], known: Mapping[Any, int]) -> list[int | None]:
    """The place of each value among ``known``, also where a number stands for a text or the other way round."""
    spelled = {_plain(code): place for code, place in known.items()}
    return [known[v] if v in known else spelled.get(_plain(v)) for v in values]


def _blank(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, str) and not value.strip())


def _levels(
    column: pd.Series, name: str, declared: tuple[Code, ...] | None
) -> tuple[NDArray[np.intp], tuple[Code, ...]]:
    try:
        codes, values = _factorize(column)
    except TypeError:
        raise UnusableData(f"Group column {name!r} holds lists. Give each row one level.") from None
    found = [value for value in values if not _blank(value)]
    if declared is None:
        ordered = isinstance(column.dtype, pd.CategoricalDtype)
        levels = tuple(found) if ordered else tuple(_sorted(found))
    else:
        levels = tuple(code for code in declared if code != NOT_STATED)
    places = _match(values, {level: i for i, level in enumerate(levels)})
    unknown = [v for v, place in zip(values, places, strict=True) if place is None and not _blank(v)]
    used = set(np.unique(codes).tolist()) if unknown else set()
    unknown = [v for v in unknown if values.index(v) in used]
    if unknown:
        raise UnusableData(
            f"Group column {name!r} holds levels that are not listed: {_listed(unknown)}. "
            f"List them in groups[{name!r}], or leave the cell empty where the group is not known."
        )
    table = np.array([len(levels) if place is None else place for place in places] + [len(levels)], dtype=np.intp)
    cells = table[codes]
    if (cells == len(levels)).any() or (declared is not None and NOT_STATED in declared):
        levels = (*levels, NOT_STATED)
    return cells, levels


def _sorted(values: list[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=lambda value: (str(type(value)), str(value)))


def _encode(frame: pd.DataFrame, item: Item) -> Answers:
    """The answers to an item as integers, by the shape of its columns."""
    if any(f"{item.name}/{code}" in frame for code in item.categories):
        return _from_columns(frame, item)
    column = frame[item.name]
    if column.dtype == object and any(isinstance(cell, tuple | list | set | frozenset) for cell in column):
        return _from_sets(column, item)
    return _from_codes(column, item)


def _from_codes(column: pd.Series, item: Item) -> Answers:
    codes, values = _factorize(column)
    if item.categories:
        shown = item.shown
    else:
        shown = tuple(_sorted([v for v in values if not _blank(v) and v not in item.missing]))
    table = np.array([*_places(values, item, shown, used=codes), len(shown)], dtype=_small(len(shown)))
    return Answers(shown, table[codes])


def _places(
    values: list[Any], item: Item, shown: tuple[Code, ...], used: NDArray[np.intp] | None = None
) -> list[int]:
    """The place of each value among the shown codes, ``len(shown)`` outside the base."""
    known: dict[Any, int] = {code: len(shown) for code in item.missing} | {code: i for i, code in enumerate(shown)}
    places = [len(shown) if _blank(v) else place for v, place in zip(values, _match(values, known), strict=True)]
    unknown = [i for i, place in enumerate(places) if place is None]
    if unknown and used is not None:
        present = set(np.unique(used).tolist())
        unknown = [i for i in unknown if i in present]
    if unknown:
        raise UnusableData(
            f"Column {item.name!r} holds codes that are not in the codebook: {_listed(values[i] for i in unknown)}. "
            f"The codebook has {_listed(item.categories)}; add them there, to missing, or recode them."
        )
    return [len(shown) if place is None else place for place in places]


def _from_columns(frame: pd.DataFrame, item: Item) -> Answers:
    codes = [code for code in item.categories if code not in item.missing]
    absent = [f"{item.name}/{code}" for code in codes if f"{item.name}/{code}" not in frame]
    if absent:
        raise UnusableData(f"Item {item.name!r} lacks the columns {_listed(absent)}. Every code has one of 0 and 1.")
    chosen = np.zeros((len(frame), len(codes)), dtype=bool)
    for i, code in enumerate(codes):
        chosen[:, i] = _ticks(frame[f"{item.name}/{code}"], f"{item.name}/{code}")
    rows, places = np.nonzero(chosen)
    return Answers(item.shown, places.astype(_small(len(codes))), rows, chosen.any(axis=1))


def _numbers(column: pd.Series, item: Item) -> NDArray[np.float64]:
    outside = column.isna() | column.isin(list(item.missing))
    if column.dtype == object or isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
        outside |= column.astype(str).str.strip() == ""
    numbers = pd.to_numeric(column.where(~outside), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~outside.to_numpy(dtype=bool) & ~np.isfinite(numbers)
    if wrong.any():
        raise UnusableData(
            f"Column {item.name!r} holds what is not a number: {_listed(column[wrong].unique())}. "
            "Write it as a number, leave the cell empty, or list it in missing."
        )
    return numbers


def _ticks(column: pd.Series, name: str) -> NDArray[np.bool_]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    given = column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
    wrong = given & ~np.isin(numbers, (0.0, 1.0))
    if wrong.any():
        raise UnusableData(
            f"Column {name!r} holds {_listed(column[wrong].unique())}. Use 1 for chosen, 0 for not, empty for missing."
        )
    return numbers == 1.0


def _from_sets(column: pd.Series, item: Item) -> Answers:
    sizes = np.zeros(len(column), dtype=np.intp)
    flat: list[Any] = []
    for row, cell in enumerate(column):
        if isinstance(cell, tuple | list | set | frozenset):
            chosen = list(dict.fromkeys(cell))
        elif _blank(cell) or cell != cell:
            chosen = []
        else:
            raise UnusableData(f"Column {item.name!r} holds {cell!r} among sets of codes. Make every cell a tuple.")
        sizes[row] = len(chosen)
        flat += chosen
    values = list(dict.fromkeys(flat))
    shown = item.shown if item.categories else tuple(_sorted([v for v in values if v not in item.missing]))
    place = dict(zip(values, _places(values, item, shown), strict=True))
    codes = np.array([place[value] for value in flat], dtype=_small(len(shown)))
    rows = np.repeat(np.arange(len(column)), sizes)
    inside = codes < len(shown)
    answered = np.zeros(len(column), dtype=bool)
    answered[rows[inside]] = True
    return Answers(shown, codes[inside], rows[inside], answered)


def _small(categories: int) -> type[np.integer[Any]]:
    return np.int8 if categories < 127 else np.int32
