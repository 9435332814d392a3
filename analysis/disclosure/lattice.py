"""The lattice of tables that is published: every number, and every sum by which a reader can tell one from others.

A table is an item × a set of group columns. All numbers are sums over the finest cells (the cross of all group columns ×
category); but what a reader can tell of hidden ones follows from fewer sums where the sets of columns hang together
without a ring (Beeri, Fagin, Maier and Yannakakis 1983, J. ACM 30, 479–513): tables that agree wherever they share
columns are then the margins of one set of finest cells. So tables by one column each need no crossed cells at all.

The sums that are modelled:

- an item's categories add up to its base in each group; where several may be chosen, none exceeds the base, and they are
  at least as many together;
- bands, categories put together, are the sums of their categories;
- a table summed over a column is the table without that column;
- those who answered an item and those who did not are all who took part in the group, the same for every item. How many
  took part in all is told, and how many in each group where a table of the item `TAKING_PART` is among those that go out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.cube import Counts, Hidden

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
By = tuple[str, ...]
Bands = tuple[tuple[int, ...], ...]
"""Sets of categories, by their places."""
TAKING_PART = ""
"""The item that everybody who took part has answered."""


class Ring(ValueError):
    """The sets of group columns hang together in a ring, and no table covers it."""


@dataclass(frozen=True, eq=False)
class Counted:
    """One table of counts.

    Attributes
    ----------
    item, by
        Name of the item, and the group columns.
    sizes
        Number of levels of each group column; the last column runs fastest among the groups.
    n, base
        Answers per group × category and per group.
    exclusive
        Whether each who answered is in exactly one category.
    released
        Whether the table goes out; one that does not is there for its sums.
    bands
        Categories that are told put together too, such as the ends of a scale, beside one by one; only where exclusive.
    """

    item: str
    by: By
    sizes: tuple[int, ...]
    n: Counts
    base: Counts
    exclusive: bool = True
    released: bool = True
    bands: Bands = ()

    @property
    def banded(self) -> Counts:
        """Answers per group × band."""
        found = np.zeros((len(self.n), len(self.bands)), dtype=np.int64)
        for at, band in enumerate(self.bands):
            found[:, at] = self.n[:, band].sum(axis=1)
        return found

    @property
    def key(self) -> tuple[str, By]:
        """What the table is of."""
        return self.item, self.by

    def margin(self, by: By) -> "Counted":
        """The table summed over all columns but those of ``by``; not released."""
        onto = self.onto(by)
        groups = int(onto.max(initial=0)) + 1
        n = np.zeros((groups, self.n.shape[1]), dtype=np.int64)
        base = np.zeros(groups, dtype=np.int64)
        np.add.at(n, onto, self.n)
        np.add.at(base, onto, self.base)
        sizes = tuple(self.sizes[self.by.index(name)] for name in by)
        return Counted(self.item, by, sizes, n, base, self.exclusive, released=False)

    def onto(self, by: By) -> Places:
        """For each group its place in the table by fewer columns."""
        place = np.indices(self.sizes, dtype=np.intp).reshape(len(self.sizes), -1)
        found = np.zeros(len(self.base), dtype=np.intp)
        for name in by:
            at = self.by.index(name)
            found = found * self.sizes[at] + place[at]
        return found


@dataclass(frozen=True, eq=False)
class Spot:
    """Where the numbers of one table stand among those of the lattice."""

    base: Places
    cells: Places
    bands: Places


@dataclass(frozen=True, eq=False)
class Lattice:
    """Tables that are published together, as numbers ``z`` of at least nought with ``matrix @ z == right``.

    Attributes
    ----------
    tables
        What is counted, in the order given.
    sizes
        By group columns (also none), how many took part in each group; without it, items are not set against each other,
        and there is no table of `TAKING_PART`.
    """

    tables: tuple[Counted, ...]
    sizes: Mapping[By, Counts] = field(default_factory=dict)

    @cached_property
    def spots(self) -> dict[tuple[str, By], Spot]:
        """Where each table stands."""
        return self._laid.spots

    @cached_property
    def values(self) -> Numbers:
        """The true numbers."""
        return np.array(self._laid.values, dtype=float)

    @cached_property
    def released(self) -> Mask:
        """The numbers that go out unless they are hidden."""
        return np.array(self._laid.released, dtype=bool)

    @cached_property
    def matrix(self) -> "scipy.sparse.csr_array":
        """The sums, one a row."""
        rows, columns, signs = (np.concatenate(part) for part in zip(*self._laid.entries, strict=True))
        return scipy.sparse.csr_array((signs, (rows, columns)), shape=(self._laid.rows, len(self.values)))

    @cached_property
    def _laid(self) -> "_Laying":
        laying = _Laying()
        items = dict.fromkeys(table.item for table in self.tables if table.item != TAKING_PART)
        for item in items:
            laying.item([table for table in self.tables if table.item == item])
        if self.sizes:
            laying.taking_part(self.sizes, [table for table in self.tables if table.released])
        return laying

    def mask(self, hidden: Sequence[Hidden]) -> Mask:
        """Which numbers a reader is not told, given what is hidden in each table (in order)."""
        found = ~self.released
        for table, what in zip(self.tables, hidden, strict=True):
            spot = self.spots[table.key]
            found[spot.base] |= what.groups
            found[spot.cells] |= what.cells | what.groups[:, None]
            found[spot.bands] |= what.groups[:, None] if what.bands is None else what.bands | what.groups[:, None]
        return found

    def hidden(self, mask: Mask) -> list[Hidden]:
        """What is hidden in each table, given which numbers are."""
        spots = [self.spots[table.key] for table in self.tables]
        return [Hidden(mask[spot.cells], mask[spot.base], mask[spot.bands] if spot.bands.size else None) for spot in spots]

    def small(self, minimum: int) -> Mask:
        """The numbers from 1 to ``minimum - 1`` among those released."""
        return self.released & (self.values > 0) & (self.values < minimum)


class _Laying:
    """A lattice while it is being laid out."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.released: list[bool] = []
        self.entries: list[tuple[Places, Places, Numbers]] = []
        self.rows = 0
        self.spots: dict[tuple[str, By], Spot] = {}

    def item(self, tables: Sequence[Counted]) -> None:
        """Lay out the tables of one item with the sums that tie them together."""
        every = closed(tables)
        for table in every:
            numbers = (table.base, table.n, table.banded)
            spot = Spot(*(self._numbers(each, table.released) for each in numbers))
            self.spots[table.key] = spot
            self._inside(table, spot)
        for table in every:
            for other in _below(table, every):
                self._margin(table, other)

    def taking_part(self, sizes: Mapping[By, Counts], tables: Iterable[Counted]) -> None:
        """Tie the items together: who answered and who did not are all who took part."""
        tables = [table for table in tables if table.by in sizes]
        shapes = {table.by: table.sizes for table in tables} | {(): ()}
        told = {table.by for table in tables if table.item == TAKING_PART} | {()}
        self.item([taking_part(by, shape, sizes[by], by in told) for by, shape in shapes.items()])
        for table in (table for table in tables if table.item != TAKING_PART):
            whole = self.spots[TAKING_PART, table.by].base
            silent = self._numbers(sizes[table.by] - table.base, released=False)
            self._sums([(self.spots[table.key].base, 1.0), (silent, 1.0), (whole, -1.0)])

    def _numbers(self, values: NDArray[np.int64], released: bool) -> Places:
        start = len(self.values)
        self.values += values.ravel().tolist()
        self.released += [released] * values.size
        return np.arange(start, start + values.size, dtype=np.intp).reshape(values.shape)

    def _inside(self, table: Counted, spot: Spot) -> None:
        for at, band in enumerate(table.bands):
            self._sums([*((spot.cells[:, place], 1.0) for place in band), (spot.bands[:, at], -1.0)])
        columns = [(spot.cells[:, column], 1.0) for column in range(table.n.shape[1])]
        if table.exclusive:
            self._sums([*columns, (spot.base, -1.0)])
            return
        over = table.n.sum(axis=1) - table.base
        if (table.n <= table.base[:, None]).all():
            for column, (cells, _sign) in enumerate(columns):
                unchosen = self._numbers(table.base - table.n[:, column], released=False)
                self._sums([(cells, 1.0), (unchosen, 1.0), (spot.base, -1.0)])
        if (over >= 0).all():
            self._sums([*columns, (self._numbers(over, released=False), -1.0), (spot.base, -1.0)])

    def _margin(self, table: Counted, other: Counted) -> None:
        onto = table.onto(other.by)
        upper, lower = self.spots[table.key], self.spots[other.key]
        parts = [(upper.cells.T.ravel(), lower.cells.T.ravel())]
        if not table.exclusive:
            parts.append((upper.base, lower.base))
        groups = len(other.base)
        for above, below in parts:
            blocks = len(below) // groups
            rows = (np.arange(blocks)[:, None] * groups + onto[None, :]).ravel()
            self._add(rows, above, 1.0)
            self._add(np.arange(len(below)), below, -1.0)
            self.rows += len(below)

    def _sums(self, terms: Sequence[tuple[Places, float]]) -> None:
        """One sum per entry: the terms with their signs are nought together."""
        count = len(terms[0][0])
        for places, sign in terms:
            self._add(np.arange(count), places, sign)
        self.rows += count

    def _add(self, rows: Places, columns: Places, sign: float) -> None:
        self.entries.append((rows + self.rows, columns, np.full(len(columns), sign)))


def taking_part(by: By, sizes: tuple[int, ...], counts: Counts, released: bool = True) -> Counted:
    """The table of how many took part in each group."""
    return Counted(TAKING_PART, by, sizes, counts[:, None], counts, released=released)


def closed(tables: Sequence[Counted]) -> list[Counted]:
    """The tables of one item with those that they share as margins, so that all sums go through tables that are there.

    Raises
    ------
    Ring
        By a × b, b × c and a × c no set of margins tells everything; give the table by a × b × c too, not released.
    """
    found = {frozenset(table.by): table for table in tables}
    fresh = True
    while fresh:
        shared = {one & other for one in found for other in found} - set(found)
        fresh = bool(shared)
        for columns in sorted(shared, key=lambda each: (-len(each), sorted(each))):
            above = min((table for by, table in found.items() if columns < by), key=lambda table: len(table.base))
            found[columns] = above.margin(tuple(name for name in above.by if name in columns))
    if not _acyclic(set(found)):
        raise Ring(f"The tables of {tables[0].item!r} hang together in a ring. Give the one that crosses all columns too.")
    return list(found.values())


def _below(table: Counted, tables: Sequence[Counted]) -> Iterator[Counted]:
    """The largest tables among those by fewer columns."""
    own = set(table.by)
    smaller = [other for other in tables if set(other.by) < own]
    return (one for one in smaller if not any(set(one.by) < set(other.by) for other in smaller))


def _acyclic(sets: set[frozenset[str]]) -> bool:
    """Whether sets of columns hang together without a ring (Graham's reduction)."""
    edges = [set(one) for one in sets]
    while True:
        edges = [one for at, one in enumerate(edges) if not any(one <= o for k, o in enumerate(edges) if k > at or one < o)]
        lone = [{c for c in one if sum(c in other for other in edges) == 1} for one in edges]
        if not any(lone):
            return len(edges) <= 1
        edges = [one - gone for one, gone in zip(edges, lone, strict=True)]
