"""The audit: what a reader with a linear program can tell of the numbers that are hidden, over all tables together.

Two linear programs per hidden number give the least and the most that it may be, given everything that is shown. Most
hidden numbers need no program of their own: any table that agrees with what is shown is a witness for all of them at
once, and a number that two witnesses put far enough apart is safe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from analysis.disclosure.lattice import By, Lattice, Mask, Numbers, Places

SLACK = 1e-6
"""How far apart two results of a linear program may be and still be the same."""
ROUNDS = 6
"""How often witnesses are sought for many numbers at once before each has its own programs."""


@dataclass(frozen=True)
class Exposed:
    """A hidden number that the shown ones give away: between ``low`` and ``high``.

    It is the count of a ``category`` or of a ``band`` of categories; with neither, a base.
    """

    item: str
    by: By
    group: int
    category: int | None
    low: float
    high: float
    band: int | None = None


def audit(lattice: Lattice, hidden: Mask, minimum: int) -> list[Exposed]:
    """The hidden numbers that a reader can tell.

    Of a hidden number of 1 to ``minimum - 1`` a reader may tell nothing by sums: each number from 0 to ``minimum`` must
    be possible. Any other hidden number must be open between two.

    Parameters
    ----------
    lattice
        Everything that is published together.
    hidden
        One per number of the lattice (``Lattice.mask``).
    minimum
        The least count that is shown.
    """
    opened = Opened(lattice.matrix, lattice.values, hidden)
    told = opened.told(needs(lattice, hidden, minimum))
    return [found for place, low, high in told for found in _named(lattice, place, low, high)]


@dataclass(frozen=True, eq=False)
class Needs:
    """Hidden numbers, how far down and up each must be able to be, and how far these must be apart at least."""

    places: Places
    low: Numbers
    high: Numbers
    apart: Numbers

    def unmet(self, low: Numbers, high: Numbers) -> Mask:
        """Which are not met by numbers that were found to be possible."""
        return (low > self.low + SLACK) | (high < self.high - SLACK) | (high - low < self.apart - SLACK)


def needs(lattice: Lattice, hidden: Mask, minimum: int) -> Needs:
    """What must be possible of each hidden number that matters."""
    small = lattice.small(minimum)
    places = np.flatnonzero(lattice.released & hidden & (small | (lattice.values >= minimum)))
    values, low = lattice.values[places], small[places]
    return Needs(
        places,
        np.where(low, 0.0, values),
        np.where(low, float(minimum), values),
        np.where(low, 0.0, 1.0),
    )


def _named(lattice: Lattice, place: int, low: float, high: float) -> Iterator[Exposed]:
    for (item, by), spot in lattice.spots.items():
        for group in np.flatnonzero(spot.base == place).tolist():
            yield Exposed(item, by, group, None, low, high)
        for group, category in np.argwhere(spot.cells == place).tolist():
            yield Exposed(item, by, group, category, low, high)
        for group, band in np.argwhere(spot.bands == place).tolist():
            yield Exposed(item, by, group, None, low, high, band)


@dataclass(frozen=True, eq=False)
class Opened:
    """What a reader has before him: sums in which some numbers are unknown.

    ``values`` are the true numbers; those that are not ``hidden`` are known.
    """

    matrix: "scipy.sparse.csr_array"
    values: Numbers
    hidden: Mask

    @cached_property
    def unknown(self) -> Places:
        """The places of the unknown numbers."""
        return np.flatnonzero(self.hidden)

    @cached_property
    def sums(self) -> "scipy.sparse.csr_array":
        """The sums over the unknown numbers alone, without empty rows."""
        return self._over_unknown[self._kept]

    @cached_property
    def right(self) -> Numbers:
        """What these sums come to."""
        right: Numbers = self.sums @ self.values[self.unknown]
        return right

    @cached_property
    def _over_unknown(self) -> "scipy.sparse.csr_array":
        return self.matrix[:, self.unknown].tocsr()

    @cached_property
    def _kept(self) -> Places:
        """The sums in which anything is unknown."""
        return np.flatnonzero(np.diff(self._over_unknown.indptr))

    def at(self, place: int) -> int:
        """Where a number stands among the unknown ones."""
        return int(np.searchsorted(self.unknown, place))

    def witness(self, goal: Numbers) -> Numbers | None:
        """The unknown numbers of a table that agrees with what is shown and has most of ``goal``."""
        if not len(self.right):
            return None
        ends = scipy.optimize.LinearConstraint(self.sums, self.right, self.right)
        found: Numbers | None = scipy.optimize.milp(-goal, constraints=ends, bounds=(0, self._most)).x
        return found

    @cached_property
    def _most(self) -> float:
        """More than any number can be, so that no program is without end."""
        return 10.0 * float(self.values.max(initial=0)) + 1000.0

    def extreme(self, place: int, sign: float) -> tuple[float, Numbers]:
        """The most (``sign`` 1) or the least (-1) that a number may be, and the reason.

        The reason is one factor per number of the lattice: whatever the numbers are, as long as the sums hold, the one
        asked for is ``-sign`` times the sum of the others by these factors (its own counted in), and the unknown ones
        have factors of at least nought. Raises ArithmeticError where the shown numbers contradict each other.
        """
        goal = np.zeros(len(self.unknown))
        goal[self.at(place)] = -sign
        if not len(self.right):
            return (np.inf if sign > 0 else 0.0), np.zeros(len(self.values))
        found = scipy.optimize.linprog(goal, A_eq=self.sums, b_eq=self.right, bounds=(0, self._most), method="highs")
        if found.status != 0:
            raise ArithmeticError(f"The audit found no end: {found.message}")
        reason = -(self.matrix[self._kept].T @ found.eqlin.marginals)
        reason[place] -= sign
        return -sign * found.fun, reason

    def told(self, needs: Needs) -> list[tuple[int, float, float]]:
        """The numbers, with least and most, for which too little is possible."""
        left = self.unproven(needs)
        low = np.array([self.extreme(place, -1.0)[0] for place in left.places])
        high = np.array([self.extreme(place, 1.0)[0] for place in left.places])
        unmet = np.flatnonzero(left.unmet(low, high))
        return [(int(left.places[at]), float(low[at]), float(high[at])) for at in unmet]

    def unproven(self, needs: Needs) -> Needs:
        """Those of the numbers for which witnesses do not show that enough is possible."""
        at = np.searchsorted(self.unknown, needs.places)
        low = self.values[needs.places]
        high = low.copy()
        chance = np.random.default_rng(0)
        for turn in range(ROUNDS if len(needs.places) > 1 else 2):
            open_ = np.flatnonzero(needs.unmet(low, high))
            if not len(open_):
                break
            goal = np.zeros(len(self.unknown))
            goal[at[open_]] = chance.choice([-1.0, 1.0], len(open_)) if turn > 1 else 1.0 - 2.0 * turn
            found = self.witness(goal)
            if found is None:
                break
            low, high = np.minimum(low, found[at]), np.maximum(high, found[at])
        open_ = np.flatnonzero(needs.unmet(low, high))
        return Needs(needs.places[open_], needs.low[open_], needs.high[open_], needs.apart[open_])


__all__ = ["SLACK", "Exposed", "Needs", "Opened", "audit", "needs"]
