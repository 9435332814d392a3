"""What else must be hidden to keep the small numbers of one item: the cheapest choice, by integer programming.

The choice is a program of its own, one 0/1 number per count (hide it or not). What it must meet is found piece by piece:
a choice is audited, and for each small number that a reader could still tell, the audit's linear programs give an
inequality that every safe choice meets and this one does not (Fischetti and Salazar 2000, Management Science 46,
1527–1543). It is added, and the choice is made anew. No clock ends the search, so that the same counts are always
hidden the same way; where it grows too long, each number that could still be told gets the cheapest way for it to be
another, as in Castro's heuristic (2007, INFORMS Journal on Computing 19, 520–533), by a linear program where his tables
allow a shortest path.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.disclosure.audit import SLACK, Needs, Opened
from analysis.disclosure.lattice import Lattice, Mask, Numbers, Places

TURNS = 15
"""How many times the choice is made anew before each number gets a way of its own."""
LARGE = 900
"""How many counts an item's tables may have for the choice to be made by integer programming."""
WIDE = 40
"""How many categories an item may have for that."""
HOPELESS = 150
"""With more small numbers than this in an item's tables, none of them is shown: next to nothing would be left to show."""
NODES = 200
"""How many branches the integer program may look into."""
Cut = tuple[Places, Numbers, float]
"""An inequality: numbers, what each gives when hidden, and what they must give together."""
BAND = 1.6
"""The price of hiding categories put together, against that of one of as many answers: a reader has more use of the whole."""
LAST = 1.5
"""What the last of the bands costs beside the others: the same end of a scale in all groups, so that they can be compared."""
NOUGHT = 0.1
"""The price of hiding a nought, against 1 to 2 for a count; it is the same to the reader as a small one."""


def prices(lattice: Lattice) -> Numbers:
    """What it costs to hide each number: more for larger ones, for everybody's, for bands and for bases."""
    counts = lattice.values
    cost = np.where(counts > 0, 1.0 + np.log2(np.maximum(counts, 1)) / 10, NOUGHT)
    for table in lattice.tables:
        spot = lattice.spots[table.key]
        if not table.by:
            cost[spot.cells] *= 3
            cost[spot.bands] *= 3
        cost[spot.bands] *= BAND
        cost[spot.bands[:, -1:]] *= LAST
        cost[spot.base] *= 2 if table.by else 6
    return np.where(lattice.released, cost, 0.0)


@dataclass(frozen=True, eq=False)
class Aims:
    """What is wanted of each number of a lattice.

    Attributes
    ----------
    primary
        The numbers that must be hidden.
    shown
        The numbers that are shown whatever comes of it.
    low, high
        How far down and up a reader must think each primary number may be; its value where that does not matter.
    """

    primary: Mask
    shown: Mask
    low: Numbers
    high: Numbers

    def of(self, places: Places) -> "Aims":
        """The aims of some of the numbers, in the order given; -1 is a number of which nothing is wanted."""
        there, none = np.maximum(places, 0), places < 0
        return Aims(
            self.primary[there] & ~none,
            self.shown[there] & ~none,
            np.where(none, 0.0, self.low[there]),
            np.where(none, 0.0, self.high[there]),
        )


@dataclass
class Choice:
    """The numbers of one item (or of several) while it is chosen which to hide."""

    lattice: Lattice
    aims: Aims
    discount: Numbers | None = None
    """What part of its price each number costs; none gives all of it."""
    cuts: list[Cut] = field(default_factory=list)

    @cached_property
    def _cost(self) -> Numbers:
        return prices(self.lattice) * (1.0 if self.discount is None else self.discount)

    @cached_property
    def _needs(self) -> Needs:
        """What must be possible of the primary numbers."""
        places = np.flatnonzero(self.aims.primary & (self.aims.low < self.aims.high))
        return Needs(places, self.aims.low[places], self.aims.high[places], np.zeros(len(places)))

    @property
    def _most(self) -> float:
        """How far up a number may move."""
        return float(max(self.lattice.values.max(initial=0), self.aims.high.max(initial=0))) + 1.0

    def made(self) -> Mask:
        """The numbers to hide."""
        if np.count_nonzero(self.aims.primary) > HOPELESS:
            return self._hopeless()
        hidden = self._follow(self.aims.primary | ~self.lattice.released)
        widest = max((table.n.shape[1] for table in self.lattice.tables), default=0)
        if widest > WIDE or np.count_nonzero(self.lattice.released) > LARGE:
            return self.more(hidden)
        self._first_cuts()
        for _turn in range(TURNS):
            found = self._solve()
            if found is None:
                break
            hidden = self._follow(found)
            if not self._cut(hidden):
                break
        return self.more(hidden)

    def _hopeless(self) -> Mask:
        """Show no category of any group, but bands and bases so far as these are not too many small ones themselves."""
        every = self._follow(~self.aims.shown)
        fine = np.zeros(len(every), dtype=bool)
        for table in self.lattice.tables:
            fine[self.lattice.spots[table.key].cells] = bool(table.by)
        banded = any(table.bands for table in self.lattice.tables)
        if not banded or np.count_nonzero(self.aims.primary & ~fine) > HOPELESS:
            return every
        return self.more(self._follow(self.aims.primary | ~self.lattice.released | fine & ~self.aims.shown))

    def _solve(self) -> Mask | None:
        """The cheapest choice that meets all inequalities found so far."""
        size = len(self.lattice.values)
        rows = np.repeat(np.arange(len(self.cuts)), [len(cut[0]) for cut in self.cuts])
        columns = np.concatenate([cut[0] for cut in self.cuts])
        gives = np.concatenate([cut[1] for cut in self.cuts])
        sums = scipy.sparse.csr_array((gives, (rows, columns)), shape=(len(self.cuts), size))
        least = np.array([cut[2] for cut in self.cuts])
        low = (self.aims.primary | ~self.lattice.released).astype(float)
        high = 1.0 - (self.aims.shown & ~self.aims.primary)
        found = scipy.optimize.milp(
            self._cost,
            integrality=np.ones(size),
            bounds=scipy.optimize.Bounds(low, high),
            constraints=scipy.optimize.LinearConstraint(sums, least, np.inf),
            options={"node_limit": NODES, "mip_rel_gap": 0.01},
        )
        return None if found.x is None else found.x > 0.5

    def _follow(self, hidden: Mask) -> Mask:
        """With a base go its counts; with any hidden in a group go its noughts; with a group, the empty ones; so for bands."""
        hidden = hidden.copy()
        for table in self.lattice.tables:
            if not table.released:
                continue
            spot = self.lattice.spots[table.key]
            base = hidden[spot.base]
            base = base | ((table.base == 0) & base.any())
            hidden[spot.base] = base & ~self.aims.shown[spot.base]
            for places, n in ((spot.cells, table.n), (spot.bands, table.banded)):
                counts = hidden[places] | base[:, None]
                counts |= (n == 0) & counts.any(axis=1)[:, None]
                hidden[places] = counts & ~self.aims.shown[places]
        return hidden

    def _first_cuts(self) -> None:
        """What every safe choice meets at first sight: counts go with bases, noughts with counts, no sum has one gap."""
        for table in self.lattice.tables:
            spot = self.lattice.spots[table.key]
            for places, n in ((spot.cells, table.n), (spot.bands, table.banded)) if table.released else ():
                self._going_together(places, n, spot.base)
            for empty in spot.base[table.base == 0] if table.released else ():
                for other in spot.base:
                    if other != empty:
                        self._both(empty, other)
        released = self.lattice.released
        matrix = self.lattice.matrix
        for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
            places = matrix.indices[start:end]
            if released[places].all():
                self._gaps(places, matrix.data[start:end])

    def _going_together(self, places: Places, n: NDArray[np.int64], base: Places) -> None:
        for group, cells in enumerate(places):
            noughts = cells[n[group] == 0]
            for cell in cells:
                self._both(cell, base[group])
                for nought in noughts:
                    if nought != cell:
                        self._both(nought, cell)

    def _both(self, place: int, other: int) -> None:
        """If the other is hidden, so is this."""
        self.cuts.append((np.array([place, other]), np.array([1.0, -1.0]), 0.0))

    def _gaps(self, places: Places, signs: Numbers) -> None:
        """A hidden number has company in its sum, and a small one enough of it to move up or down."""
        values = self.lattice.values[places]
        for at, place in enumerate(places):
            gives = np.ones(len(places))
            gives[at] = -1.0
            if values[at] > 0:
                self.cuts.append((places, gives, 0.0))
            if self.aims.primary[place] and self.aims.high[place] > values[at]:
                self.cuts.append(self._room(places, signs, values, at))

    def _room(self, places: Places, signs: Numbers, values: Numbers, at: int) -> Cut:
        """For a small number to go up, others on its side of the sum must go down, or some on the other side up."""
        up = self.aims.high[places[at]] - values[at]
        gives = np.where(signs == signs[at], np.minimum(values, up), up)
        gives[at] = 0.0
        return places, gives, up

    def _cut(self, hidden: Mask) -> int:
        """Find what a reader can tell, and an inequality against it each; how many there are."""
        found = self._broken(hidden)
        self.cuts += found
        return len(found)

    def _broken(self, hidden: Mask) -> list[Cut]:
        """Inequalities that every safe choice meets and this one does not."""
        opened = Opened(self.lattice.matrix, self.lattice.values, hidden)
        return [self._inequality(reason, abs(end - self.lattice.values[place])) for place, end, reason in self._told(opened)]

    def _told(self, opened: Opened) -> Iterator[tuple[int, float, Numbers]]:
        """The numbers that a reader can tell too much of, how far they should be able to go, and the reason why they don't."""
        left = opened.unproven(self._needs)
        for place, low, high in zip(left.places.tolist(), left.low, left.high, strict=True):
            for sign, end in ((1.0, high), (-1.0, low)):
                value, reason = opened.extreme(place, sign)
                if sign * value < sign * end - SLACK:
                    yield place, float(end), reason

    def _inequality(self, reason: Numbers, wide: float) -> Cut:
        """How much further the hiding of each number would let a small one move, at most, and how far it must.

        The reason tells the small number from all others, as the linear program found it: it moves by the sum of
        ``-reason`` times how the others move, and a number that is hidden moves between nought and ``_most``.
        """
        values = self.lattice.values
        gives = np.maximum(reason * values, -reason * self._most)
        gives[gives < SLACK] = 0.0
        wide -= gives[~self.lattice.released].sum()
        places = np.flatnonzero(self.lattice.released & (gives > 0))
        return places, np.minimum(gives[places], wide), wide

    def more(self, hidden: Mask) -> Mask:
        """Hide more for each number that a reader can tell, by the cheapest way for it to be another, until none is left.

        Where there is no way, all that could be hidden is.
        """
        hidden = self._follow(hidden)
        while told := [each[:2] for each in self._told(Opened(self.lattice.matrix, self.lattice.values, hidden))]:
            before = hidden
            for place, end in told:
                moved = self._way(place, end, hidden)
                if moved is None:
                    return self._follow(~self.aims.shown)
                hidden = hidden | moved
            hidden = self._follow(hidden)
            if (hidden == before).all():
                return self._follow(~self.aims.shown)
        return hidden

    def _way(self, place: int, end: float, hidden: Mask) -> Mask | None:
        """Which numbers move when one goes to its end and all sums hold: the least of shown ones, by price."""
        values, size = self.lattice.values, len(self.lattice.values)
        price = np.where(hidden | ~self.lattice.released, 0.0, self._cost)
        most = np.where(self.aims.shown & ~hidden, 0.0, self._most)
        up, down = most.copy(), np.minimum(values, most)
        gap = end - values[place]
        up[place], down[place] = max(gap, 0.0), max(-gap, 0.0)
        least = np.zeros(2 * size)
        least[place if gap > 0 else size + place] = abs(gap)
        both = scipy.sparse.hstack([self.lattice.matrix, -self.lattice.matrix], format="csr")
        found = scipy.optimize.linprog(
            np.concatenate([price, price]),
            A_eq=both,
            b_eq=np.zeros(both.shape[0]),
            bounds=np.column_stack([least, np.concatenate([up, down])]),
            method="highs",
        )
        if found.status != 0:
            return None
        moved: Mask = np.abs(found.x[:size] - found.x[size:]) > SLACK
        return moved
