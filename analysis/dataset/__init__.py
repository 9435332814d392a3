"""The one shape in which answers come in: a frame of responses, a codebook, a design; it checks its own columns."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import checking, coding, columns, design, several
from analysis.dataset.calibration import Calibration
from analysis.dataset.design import Design
from analysis.dataset.values import (
    NOT_STATED,
    Answers,
    Code,
    Groups,
    Item,
    UnknownName,
    UnusableData,
    Weights,
    listed,
)

__all__ = [
    "NOT_STATED", "Answers", "Calibration", "Code", "Dataset", "Design", "Groups", "Item", "UnknownName", "UnusableData",
    "Weights", "listed",
]  # fmt: skip

RESERVED = frozenset(
    ("category", "count", "base", "share", "mean", "se", "low", "high", "median", "design_effect", "effective_base")
    + ("hidden", "score", "score_se", "net", "net_se", "top2", "reliability", "group", "label", "id", "top2_se", "index")
    + ("index_se", "rank", "rank_se", "rank_low", "rank_high", "borda", "borda_se", "amount", "amount_se", "amount_low")
    + ("amount_high",)
)
"""Column names of the tables that come out; a group column may not be called so."""

TOGETHER, MOST_PAIRS = 100_000, 5
"""About how many answers are counted at a time, and of how many pairs of items at most."""
DESIGN = {"weight": "weights", "strata": "strata", "cluster": "clusters", "fpc": "population sizes"}


def _silenced(frame: pd.DataFrame, items: Iterable[Item], rows: NDArray[np.bool_]) -> pd.DataFrame:
    """A frame in which nobody in ``rows`` has answered the items."""
    names = {column for item in items for column in (item.name, *(f"{item.name}/{code}" for code in item.categories))}
    changed = {name: frame[name].mask(rows) for name in frame.columns if name in names}
    return frame.assign(**changed)


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
        Columns of the declared design, and the rule for strata of a single unit. ``fpc`` is the number of units
        (clusters, if there are clusters) in the row's stratum of the population; with it and without ``weight`` each
        response weighs as many units as it stands for, N/n of its stratum.
    groups
        Column to (code to label), in order: the levels a group column may have; empty levels are kept.
        A column that is not listed takes its levels from the frame (a categorical's own order, else sorted).
    group_names
        Column to what the reader calls it.
    calibration
        What the weights were calibrated to (``Weights.calibration``): standard errors are then those of its residuals.

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
        groups: Mapping[str, Mapping[Any, str]] | None = None,
        group_names: Mapping[str, str] | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.frame = checking.frame(frame)
        self.items = checking.codebook(items)
        self.size = len(frame)
        self.lonely = lonely
        self.weight, self.strata, self.cluster, self.fpc = weight, strata, cluster, fpc
        self._group_levels = checking.levels(groups)
        self._group_names = dict(group_names or {})
        self._grouped: dict[tuple[str, ...], Groups] = {}
        self.kept: dict[tuple[tuple[str, ...], str], Any] = {}
        self._check_names()
        for role, name in zip(DESIGN, (weight, strata, cluster, fpc), strict=True):
            self._check_design(role, name)
        self.design = design.read(frame, strata, cluster, fpc, lonely)
        self.weights = self._weights(weight)
        self.calibration = calibration
        if calibration is not None:
            calibration.check(frame, weight)
        self._answers = coding.encoded(frame, self.items)
        for name in self._group_levels.keys() | set(self._likely_groups()):
            self.groups((name,))

    def _likely_groups(self) -> Iterator[str]:
        """Columns of few texts that are neither items nor design: coded now, so that tables need only sum."""
        others = {item.name for item in self.items} | {self.strata, self.cluster, *RESERVED}
        for name in [name for name in self.frame.columns if name not in others]:
            column = self.frame[name]
            few = isinstance(column.dtype, pd.StringDtype) and column.iloc[:1000].nunique() <= 100
            if few or isinstance(column.dtype, pd.CategoricalDtype):
                yield name

    def _check_names(self) -> None:
        twice = self.frame.columns[self.frame.columns.duplicated()]
        repeated = sorted({str(name) for name in twice})
        if repeated:
            raise UnusableData(f"The frame has more than one column named {listed(repeated)}. Rename all but one.")
        repeated = sorted(name for name, times in Counter(item.name for item in self.items).items() if times > 1)
        if repeated:
            raise UnusableData(f"The codebook has more than one item named {listed(repeated)}. Rename all but one.")
        held = set(self.frame.columns)
        for item in self.items:
            if item.name not in held and not any(f"{item.name}/{code}" in held for code in item.categories):
                raise UnknownName(
                    f"The frame has no column {item.name!r}. Add it, or take the item out of the codebook. "
                    f"There are {listed(map(str, self.frame.columns))}."
                )

    def _check_design(self, role: str, name: str | None) -> None:
        if name is None:
            return
        if not isinstance(name, Hashable):
            raise UnusableData(f"{role} is a {type(name).__name__}. Name the column that holds the {DESIGN[role]}.")
        if name not in self.frame:
            raise UnknownName(
                f"The frame has no column {name!r}, which {role}={name!r} names. "
                f"Name the column that holds the {DESIGN[role]}, or leave {role} out."
            )
        column = self.frame[name]
        if column.hasnans:
            gone = column.isna().to_numpy()
            first = column.index[int(gone.argmax())]
            raise UnusableData(
                f"Column {name!r} ({role}) is missing in {int(gone.sum())} rows, first in row {first!r}. "
                "Fill it in or drop those rows."
            )

    def _weights(self, name: str | None) -> Weights | None:
        if name is not None:
            return Weights(columns.weights(self.frame[name], name))
        return None if self.design.weights is None else Weights(self.design.weights)

    @property
    def declared(self) -> tuple[str, ...]:
        """What the design declares beside weights."""
        roles = {"strata": self.strata, "cluster": self.cluster, "fpc": self.fpc}
        return tuple(role for role, name in roles.items() if name is not None)

    @property
    def weighted(self) -> bool:
        """Whether shares and means are weighted."""
        return self.weights is not None

    def evened(self) -> "Dataset":
        """The same responses, all of one weight; the rest of the design stays."""
        same = copy(self)
        same.weight = same.weights = same.calibration = None
        same.kept = {}
        return same

    def item(self, name: str) -> Item:
        """The item of that name."""
        for item in self.items:
            if item.name == name:
                return item
        raise UnknownName(f"There is no item {name!r}. The codebook has {listed(item.name for item in self.items)}.")

    def answers(self, item: Item) -> Answers:
        """The answers to an item with categories, coded; without any in the codebook, they are taken from the data."""
        if item.name not in self._answers:
            self._answers[item.name] = coding.encode(self.frame, item)
        return self._answers[item.name]

    @cached_property
    def _neighbours(self) -> dict[str, tuple[Item, ...]]:
        """Items of one answer, two or (of few responses) some more at a time, as they follow each other in the codebook."""
        single = [item for item in self.items if item.name in self._answers and self._answers[item.name].rows is None]
        pairs = min(max(TOGETHER // (2 * max(self.size, 1)), 1), MOST_PAIRS)
        parts = [tuple(single[at : at + 2 * pairs]) for at in range(0, len(single), 2 * pairs)]
        return {item.name: part for part in parts for item in part}

    def neighbours(self, item: Item) -> tuple[Item, ...]:
        """The items that are counted together, this one among them."""
        return self._neighbours.get(item.name, (item,))

    def numbers(self, item: Item) -> NDArray[np.float64]:
        """The answers to an item as numbers, one per response; NaN outside the base."""
        return columns.numbers(self._column(item), item)

    @cached_property
    def _amounts(self) -> dict[str, NDArray[np.float64]]:
        """Those of the items that have been asked for."""
        return {}

    def amounts(self, item: Item) -> NDArray[np.float64]:
        """What each response gives to each shown code, shape (responses, codes), not to be changed; NaN outside the base."""
        if item.name not in self._amounts:
            self._amounts[item.name] = several.amounts(self.frame, item)
        return self._amounts[item.name]

    def written(self, item: Item) -> NDArray[np.bool_]:
        """Whether something was written, one per response."""
        return columns.written(self._column(item), item)

    def _column(self, item: Item) -> pd.Series:
        if item.name not in self.frame:
            raise UnusableData(
                f"Item {item.name!r} ({item.scale}) has one column for each code, and none of numbers or texts. "
                f"Tabulate it, or name a numeric item: {listed(each.name for each in self.items if each.name in self.frame)}."
            )
        return self.frame[item.name]

    @property
    def group_levels(self) -> Mapping[str, Mapping[Any, str]]:
        """The levels that group columns were declared to have: column to (code to label), in order."""
        return self._group_levels

    @property
    def group_names(self) -> Mapping[str, str]:
        """What the reader calls group columns."""
        return self._group_names

    def asked(
        self,
        names: Sequence[str],
        keep: NDArray[np.bool_] | None = None,
        groups: Mapping[str, Mapping[Any, str]] | None = None,
        group_names: Mapping[str, str] | None = None,
    ) -> "Dataset":
        """Some items only, answered by some only, by further groups; the design stays that of everybody.

        Who is not kept counts as not having answered, so that standard errors are those of a domain of the whole design.

        Parameters
        ----------
        names
            Of the items.
        keep
            One truth value per response; None keeps everybody.
        groups, group_names
            Further group columns, as in the constructor.
        """
        part = copy(self)
        part.items = tuple(self.item(name) for name in names)
        part.frame = self.frame if keep is None else _silenced(self.frame, part.items, ~keep)
        part._group_levels = self._group_levels | {name: dict(levels) for name, levels in (groups or {}).items()}
        part._group_names = self._group_names | dict(group_names or {})
        part._grouped, part.kept = {}, {}
        part._answers = coding.encoded(part.frame, part.items)
        for found in ("_neighbours", "_amounts"):
            part.__dict__.pop(found, None)
        return part

    def group_name(self, column: str) -> str:
        """What the reader calls a group column."""
        return self._group_names.get(column, column)

    def groups(self, by: Sequence[str]) -> Groups:
        """The cells of the group columns ``by``; none gives one cell with everybody."""
        key = checking.names(by)
        if key not in self._grouped:
            self._grouped[key] = self._cross(key) if len(key) != 1 else self._group(key[0])
        return self._grouped[key]

    def _cross(self, by: tuple[str, ...]) -> Groups:
        if len(set(by)) < len(by):
            raise UnusableData(f"A group column is named twice: {listed(by)}. Name each once.")
        parts = [self.groups((name,)) for name in by]
        cells: NDArray[np.intp] | None = None
        for part in parts:
            assert part.cells is not None
            cells = part.cells if cells is None else cells * part.size + part.cells
        return Groups(by, tuple(p.levels[0] for p in parts), tuple(p.labels[0] for p in parts), cells)

    def _group(self, name: str) -> Groups:
        if name not in self.frame:
            raise UnknownName(
                f"There is no group column {name!r}. The frame has {listed(map(str, self.frame.columns))}."
            )
        if name in RESERVED:
            raise UnusableData(f"A group column can't be called {name!r}: tables have such a column. Rename it.")
        declared = self._group_levels.get(name)
        codes, levels = columns.levels(self.frame[name], name, None if declared is None else tuple(declared))
        labels = tuple(str((declared or {}).get(code, code)) for code in levels)
        return Groups((name,), (levels,), (labels,), codes)
