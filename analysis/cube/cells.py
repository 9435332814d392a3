"""The cube of a whole survey: n, Σw and Σw² per stratum cell × question × category; small whatever the number of rows.

Cells are every combination of the levels of some dimensions (age group × gender × district …). Cubes of two sets of
responses add up to that of both: partitions, waves, databases, municipalities. Whatever is made of shares follows from
it by any subset of its dimensions; what needs to see the responses themselves says so (`NeedsRows`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analysis.cube.sums import Counts, Cube, Numbers
from analysis.dataset import NOT_STATED, Code, Groups, Item, UnknownName, UnusableData, listed

Change = Callable[[NDArray[Any]], NDArray[Any]]


class NeedsRows(UnusableData):
    """Something was asked of a cube that only the responses can tell; the message says what, and what to do."""


@dataclass(frozen=True, eq=False)
class Sums:
    """Number of responses, sum of weights and sum of squared weights; three arrays of one shape."""

    n: Counts
    w: Numbers
    w2: Numbers

    def __add__(self, other: Self) -> "Sums":
        """The sums of both sets of responses together."""
        return Sums(self.n + other.n, self.w + other.w, self.w2 + other.w2)

    def __sub__(self, other: Self) -> "Sums":
        """The sums of those who are not among the others; rounding never leaves less than nothing."""
        n = self.n - other.n
        return Sums(n, *(np.where(n > 0, np.maximum(a - b, 0.0), 0.0) for a, b in ((self.w, other.w), (self.w2, other.w2))))

    def changed(self, change: Change) -> "Sums":
        """The same change done to each array."""
        return Sums(change(self.n), change(self.w), change(self.w2))


@dataclass(frozen=True)
class Side:
    """A dimension: its column, what the reader calls it, its levels in order and their labels.

    Those whose level is not known have an empty code, which stands last.
    """

    name: str
    called: str
    levels: tuple[Code, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Counted:
    """One item in every cell.

    Attributes
    ----------
    inside
        Per cell × category; shape (cells, categories).
    base
        Those who answered, per cell; shape (cells,).
    exclusive
        Whether each who answered is in exactly one category.
    """

    item: Item
    categories: tuple[Code, ...]
    inside: Sums
    base: Sums
    exclusive: bool


@dataclass(frozen=True, eq=False)
class CellCube:
    """Sums over the responses of a survey.

    Attributes
    ----------
    sides
        The dimensions; cells are counted with the last one fastest.
    whole
        All responses, answered or not, per cell; shape (cells,).
    counted
        Item name to its sums.
    items
        The whole codebook, those without categories too.
    weighted
        Whether responses have weights; without, Σw and Σw² are n.
    """

    sides: tuple[Side, ...]
    whole: Sums
    counted: Mapping[str, Counted]
    items: tuple[Item, ...]
    weighted: bool

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many levels each dimension has."""
        return tuple(len(side.levels) for side in self.sides)

    @cached_property
    def size(self) -> int:
        """Responses, answered or not."""
        return int(self.whole.n.sum())

    @property
    def by(self) -> tuple[str, ...]:
        """The columns of the dimensions."""
        return tuple(side.name for side in self.sides)

    def side(self, name: str) -> Side:
        """The dimension of that name."""
        for side in self.sides:
            if side.name == name:
                return side
        raise UnknownName(
            f"The cube has no dimension {name!r}. It has {listed(self.by) or 'none'}; for others make a new one of the responses."
        )

    def of(self, name: str) -> Counted:
        """The sums of an item.

        Raises
        ------
        NeedsRows
            The item has no categories to count.
        UnknownName
            There is no such item.
        """
        if name in self.counted:
            return self.counted[name]
        for item in self.items:
            if item.name == name:
                raise NeedsRows(
                    f"Item {name!r} ({item.scale}) has no categories that a cube could count. "
                    "Its numbers or texts need the responses: use the Dataset."
                )
        raise UnknownName(f"There is no item {name!r}. The cube has {listed(self.counted)}.")

    def outside(self, name: str) -> Sums:
        """Those outside an item's base ("vet inte", no answer), per cell; shape (cells,)."""
        return self.whole - self.of(name).base

    def sums(self, name: str) -> Sums:
        """An item's categories and, as the last column, those outside its base; shape (cells, categories + 1).

        The columns of an exclusive item add up to ``whole``; those of a set overlap.
        """
        found, out = self.of(name).inside, self.outside(name)
        return Sums(
            np.column_stack((found.n, out.n)), np.column_stack((found.w, out.w)), np.column_stack((found.w2, out.w2))
        )

    def collapse(self, name: str, by: Sequence[str] = ()) -> Cube:
        """The cube of one item by any subset of the dimensions, in any order: what tables are made of."""
        found = self.of(name)
        inside, base = found.inside.changed(self._onto(by)), found.base.changed(self._onto(by))
        return Cube(inside.n, inside.w, inside.w2, base.n, base.w, base.w2, self.size, found.exclusive)

    def cells(self, by: Sequence[str] = ()) -> Sums:
        """All responses per cell of a subset of the dimensions."""
        return self.whole.changed(self._onto(by))

    def groups(self, by: Sequence[str]) -> Groups:
        """The cells of a subset of the dimensions, as tables name them."""
        if len(set(by)) < len(by):
            raise UnusableData(f"A dimension is named twice: {listed(by)}. Name each once.")
        sides = [self.side(name) for name in by]
        return Groups(tuple(by), tuple(side.levels for side in sides), tuple(side.labels for side in sides), None)

    def scaled(self, factors: Numbers) -> "CellCube":
        """The cube with every weight of a cell multiplied by the cell's factor, as weighting on the cells does.

        Parameters
        ----------
        factors
            Finite and at least 0; shape (cells,).
        """
        if factors.shape != self.whole.n.shape or not np.isfinite(factors).all() or (factors < 0).any():
            raise UnusableData(f"Give one finite factor of at least 0 for each of the {self.whole.n.size} cells.")

        def weigh(sums: Sums) -> Sums:
            factor = factors.reshape(-1, *[1] * (sums.n.ndim - 1))
            return Sums(sums.n, sums.w * factor, sums.w2 * factor**2)

        counted = {
            name: replace(found, inside=weigh(found.inside), base=weigh(found.base)) for name, found in self.counted.items()
        }
        return replace(self, whole=weigh(self.whole), counted=counted, weighted=True)

    def __add__(self, other: Self) -> "CellCube":
        """The cube of both sets of responses; levels and categories that only one of them has are kept.

        Raises
        ------
        UnusableData
            They do not have the same dimensions and the same items.
        """
        if self.by != other.by or self.counted.keys() != other.counted.keys():
            raise UnusableData(
                f"Cubes add up if they have the same dimensions and items. These have {listed(self.by)} with "
                f"{listed(self.counted)}, and {listed(other.by)} with {listed(other.counted)}."
            )
        sides = tuple(_joined(a, b) for a, b in zip(self.sides, other.sides, strict=True))
        one, two = self._spread(sides), other._spread(sides)
        counted = {name: _added(found, two.counted[name]) for name, found in one.counted.items()}
        return CellCube(sides, one.whole + two.whole, counted, self.items, self.weighted or other.weighted)

    def _onto(self, by: Sequence[str]) -> Change:
        """How an array with one row per cell is summed onto some dimensions."""
        places = [self.by.index(self.side(name).name) for name in self.groups(by).by]
        rest = tuple(place for place in range(len(self.sides)) if place not in places)
        rows = int(np.prod([self.shape[place] for place in places], dtype=int))

        def change(array: NDArray[Any]) -> NDArray[Any]:
            whole = array.reshape(*self.shape, *array.shape[1:])
            tail = range(len(self.sides), whole.ndim)
            turned = whole.transpose(*places, *rest, *tail)
            summed: NDArray[Any] = turned.sum(axis=tuple(range(len(places), len(self.sides))))
            return summed.reshape(rows, *array.shape[1:])

        return change

    def _spread(self, sides: tuple[Side, ...]) -> "CellCube":
        """The same cube on dimensions that have more levels."""
        if all(a.levels == b.levels for a, b in zip(self.sides, sides, strict=True)):
            return replace(self, sides=sides)
        places = [[new.levels.index(level) for level in old.levels] for old, new in zip(self.sides, sides, strict=True)]
        shape = tuple(len(side.levels) for side in sides)

        def change(array: NDArray[Any]) -> NDArray[Any]:
            found = np.zeros((*shape, *array.shape[1:]), dtype=array.dtype)
            found[np.ix_(*places)] = array.reshape(*self.shape, *array.shape[1:])
            return found.reshape(-1, *array.shape[1:])

        counted = {
            name: replace(found, inside=found.inside.changed(change), base=found.base.changed(change))
            for name, found in self.counted.items()
        }
        return replace(self, sides=sides, whole=self.whole.changed(change), counted=counted)


def _joined(first: Side, second: Side) -> Side:
    """A dimension with the levels of both, those that are not known last."""
    labels = dict(zip(first.levels, first.labels, strict=True))
    for level, label in zip(second.levels, second.labels, strict=True):
        labels.setdefault(level, label)
    if NOT_STATED in labels:
        labels[NOT_STATED] = labels.pop(NOT_STATED)
    return replace(first, levels=tuple(labels), labels=tuple(labels.values()))


def _added(one: Counted, two: Counted) -> Counted:
    categories = tuple(dict.fromkeys((*one.categories, *two.categories)))

    def wide(found: Counted) -> Sums:
        places = [categories.index(code) for code in found.categories]

        def change(array: NDArray[Any]) -> NDArray[Any]:
            spread: NDArray[Any] = np.zeros((len(array), len(categories)), dtype=array.dtype)
            spread[:, places] = array
            return spread

        return found.inside if found.categories == categories else found.inside.changed(change)

    return Counted(one.item, categories, wide(one) + wide(two), one.base + two.base, one.exclusive and two.exclusive)
