"""What a reader knows of one item: sums over sets of people, however these were picked out.

People whom no set tells apart are one class, and the numbers asked for are sums over classes × categories. Which of them
a reader can tell follows from linear algebra and a handful of linear programs: whatever agrees with all that is known
lies in a polytope; a sum is told exactly when it is the same all over the polytope, that is, when it is a combination of
the known sums once the numbers that must be nought are left out. That is seen by moving the numbers at random in a way
that leaves all known sums as they are. How far the others can move is bounded from within.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy

from analysis.disclosure.lattice import Mask, Numbers, Places

TINY = 1e-7
PROGRAMS = 12
"""How many sums may have linear programs of their own; beyond that a reader is taken to know."""
ROUNDS = 6
"""How often points are sought that lie far apart in many sums at once, before each has its own programs."""
WAYS = 2
"""So many ways at random must all leave a sum unmoved."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Numbers of at least nought (``truth``) and what is known of them: ``sums @ truth``.

    Attributes
    ----------
    truth
        The numbers; shape (numbers,).
    sums
        What is known, one row each; shape (known, numbers).
    """

    truth: Numbers
    sums: Numbers
    _points: list[Numbers] = field(default_factory=list)
    _ways: dict[bytes, Numbers] = field(default_factory=dict)

    def told(self, asked: Numbers, minimum: int) -> Mask:
        """Which sums a reader can tell: one number alone is left, or none but 1 to ``minimum - 1``.

        Parameters
        ----------
        asked
            The sums, one row each; shape (asked, numbers).
        minimum
            The least count that is shown.
        """
        if not len(asked):
            return np.zeros(0, dtype=bool)
        low, high = self._bounds_within(asked)
        found = self.fixed(asked)
        left = np.flatnonzero(_narrow(low, high, minimum) & ~found)
        left = self._spread(asked, left, low, high, lambda least, most: _narrow(least, most, minimum))
        found[left] = True
        for at in left[:PROGRAMS]:
            least, most = self._ends(asked[at])
            found[at] = _narrow(least, most, minimum)[0]
        return found

    def pinned(self, asked: Numbers, minimum: int) -> Mask:
        """Of which small sums a reader can tell that they are not none, or not enough: two linear programs each."""
        found = np.zeros(len(asked), dtype=bool)
        if not len(asked):
            return found

        def near(least: Numbers, most: Numbers) -> Mask:
            pinned: Mask = (least > 1e-6) | (most < minimum - 1e-6)
            return pinned

        low, high = self._bounds_within(asked)
        for at in self._spread(asked, np.flatnonzero(near(low, high)), low, high, near):
            found[at] = near(*self._ends(asked[at]))[0]
        return found

    def _spread(
        self, asked: Numbers, left: Places, low: Numbers, high: Numbers, narrow: Callable[[Numbers, Numbers], Mask]
    ) -> Places:
        """Which of some sums are still ``narrow`` after points were sought that lie far apart in all of them at once."""
        chance = np.random.default_rng(0)
        for turn in range(ROUNDS if len(left) > 1 else 0):
            signs = chance.choice([-1.0, 1.0], len(left)) if turn > 1 else np.full(len(left), 1.0 - 2.0 * turn)
            seen = asked[left] @ self._best(signs @ asked[left])
            low[left], high[left] = np.minimum(low[left], seen), np.maximum(high[left], seen)
            left = left[narrow(low[left], high[left])]
            if len(left) < 2:
                break
        return left

    @cached_property
    def _once(self) -> Numbers:
        """What is known, each sum once."""
        chance = np.random.default_rng(2).standard_normal((self.sums.shape[1], 2))
        seen = np.round(self.sums @ chance, 6)
        return self.sums[np.unique(seen.view(complex).ravel(), return_index=True)[1]]

    @cached_property
    def _constraint(self) -> "scipy.optimize.LinearConstraint":
        """What is known, as the solver takes it without turning it round."""
        right = self._once @ self.truth
        return scipy.optimize.LinearConstraint(scipy.sparse.csc_array(self._once), right, right)

    def _best(self, goal: Numbers) -> Numbers:
        """Numbers that agree with what is known and have most of ``goal``."""
        if not len(self.sums):
            return self.truth + (goal > 0)
        most = 10.0 * float(self.truth.sum()) + 1000.0
        found: Numbers | None = scipy.optimize.milp(-goal, constraints=self._constraint, bounds=(0, most)).x
        return self.truth if found is None else found

    @cached_property
    def _inside(self) -> Numbers:
        """Numbers that agree with what is known, and are nought only where they must be."""
        self._points.append(self.truth)
        if (self.truth < TINY).any():
            self._points.append(self._fullest())
        middle: Numbers = np.mean(self._points, axis=0)
        return middle

    def _fullest(self) -> Numbers:
        """Numbers that agree with what is known, of which as many as can be are not nought where the true ones are.

        Any multiple of numbers that agree will do, so that those that need not be nought can all reach one at once.
        """
        nought = self.truth < TINY
        sums, size = scipy.sparse.csc_array(self._once), len(self.truth)
        right = scipy.sparse.csc_array((self._once @ self.truth)[:, None])
        many = int(nought.sum())
        found = scipy.optimize.milp(
            np.concatenate([-np.ones(many), np.zeros(size + 1)]),
            constraints=scipy.optimize.LinearConstraint(
                scipy.sparse.hstack([sums[:, nought], sums, -right], format="csc"), 0.0, 0.0
            ),
            bounds=scipy.optimize.Bounds(
                np.append(np.zeros(many + size), 1.0), np.append(np.ones(many), np.full(size + 1, np.inf))
            ),
        ).x
        if found is None:
            return self.truth
        several: Numbers = found[many:-1]
        several[nought] += found[:many]
        several /= found[-1]
        return several

    @cached_property
    def _free(self) -> Mask:
        """The numbers that need not be nought."""
        free: Mask = self._inside > TINY
        return free

    def ways(self, movable: Mask | None = None) -> Numbers:
        """Ways at random for some numbers to move while all that is known stays as it is; shape (numbers, ways).

        A sum that none of them moves is a combination of what is known, but for a chance of nought. Without ``movable``
        those move that need not be nought.
        """
        movable = self._free if movable is None else movable
        key = movable.tobytes()
        if key not in self._ways:
            self._ways[key] = self._moving(movable)
        return self._ways[key]

    def _moving(self, movable: Mask) -> Numbers:
        rows = self._once * movable
        gives, at = _balancing(rows)
        chance = np.random.default_rng(1)
        found = np.where(movable[:, None], chance.standard_normal((len(movable), WAYS)), 0.0)
        found[at] = 0.0
        bound = rows[~gives]
        if bound.any():
            open_ = movable & bound.any(axis=0)
            bound = bound[:, open_]
            found[open_] -= bound.T @ np.linalg.lstsq(bound.T, found[open_])[0]
        found[at] = -(rows[gives] @ found) / rows[np.flatnonzero(gives), at][:, None]
        return found

    def combined(self, asked: Numbers) -> Mask:
        """The sums that are combinations of what is known, whatever the numbers; quickly told."""
        return still(asked @ self.ways(np.ones(len(self.truth), dtype=bool)))

    def fixed(self, asked: Numbers) -> Mask:
        """The sums that are the same whatever agrees with what is known."""
        return still(asked @ self.ways())

    @cached_property
    def _known(self) -> Numbers:
        """An orthonormal basis of what is known of the free numbers."""
        rows = self._once[:, self._free]
        if not rows.size:
            return np.zeros((0, int(self._free.sum())))
        return _basis(rows)

    def _rest(self, asked: Numbers) -> Numbers:
        """What of each sum is not a combination of what is known."""
        part = asked[:, self._free]
        rest: Numbers = part - (part @ self._known.T) @ self._known
        return rest

    def _bounds_within(self, asked: Numbers) -> tuple[Numbers, Numbers]:
        """A least and a most that each sum can surely have: by the points found, and by going straight from the middle."""
        middle, rest = self._inside, self._rest(asked)
        seen = asked @ np.array(self._points).T
        room = middle[self._free]
        with np.errstate(divide="ignore"):
            up = np.min(np.where(rest < -TINY, room / -np.minimum(rest, -TINY), np.inf), axis=1, initial=np.inf)
            down = np.min(np.where(rest > TINY, room / np.maximum(rest, TINY), np.inf), axis=1, initial=np.inf)
        speed = (rest**2).sum(axis=1)
        moves = speed > TINY**2
        here = asked @ middle
        high = here + np.where(moves, up, 0.0) * speed
        low = here - np.where(moves, down, 0.0) * speed
        return np.minimum(low, seen.min(axis=1)), np.maximum(high, seen.max(axis=1))

    def _ends(self, one: Numbers) -> tuple[Numbers, Numbers]:
        """The least and the most of one sum; shape (1,) each."""
        return one[None, :] @ self._best(-one), one[None, :] @ self._best(one)


def still(moved: Numbers) -> Mask:
    """Which sums no way moves; shape (sums, ways)."""
    return np.asarray((np.abs(moved) < TINY).all(axis=-1))


def _balancing(rows: Numbers) -> tuple[Mask, Places]:
    """The sums that hold a number which is in no other sum, and so hold however the others move; and such a number of each."""
    lone = (rows != 0) & (np.count_nonzero(rows, axis=0) == 1)
    gives = lone.any(axis=1)
    return gives, np.argmax(lone[gives], axis=1)


def _basis(rows: Numbers) -> Numbers:
    """An orthonormal basis of the space that rows span."""
    _left, size, right = np.linalg.svd(rows, full_matrices=False)
    basis: Numbers = right[size > 1e-9 * max(size.max(initial=0.0), 1.0)]
    return basis


def _narrow(low: Numbers, high: Numbers, minimum: int) -> Mask:
    """Whether between these ends there is one whole number alone, or none but 1 to ``minimum - 1``."""
    first, last = np.ceil(low - 1e-6), np.floor(high + 1e-6)
    found: Mask = (last <= first) | ((first >= 1) & (last < minimum))
    return found
