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
LARGE = 1000
"""From so many sums on a linear program is solved by its inside (four to six times as fast), below along its edges."""
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
    sums: "Numbers | scipy.sparse.csr_array"
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
    def _once(self) -> "scipy.sparse.csr_array":
        """What is known, each sum once."""
        chance = np.random.default_rng(2).standard_normal((self.sums.shape[1], 2))
        sums = scipy.sparse.csr_array(self.sums)
        seen = np.round(sums @ chance, 6)
        return sums[np.unique(seen.view(complex).ravel(), return_index=True)[1]]

    @cached_property
    def _columns(self) -> "scipy.sparse.csc_array":
        """What is known, as the solver takes it without turning it round."""
        return self._once.tocsc()

    @cached_property
    def _right(self) -> Numbers:
        right: Numbers = self._once @ self.truth
        return right

    def _best(self, goal: Numbers) -> Numbers:
        """Numbers that agree with what is known and have most of ``goal``."""
        if not self.sums.shape[0]:
            return self.truth + (goal > 0)
        most = 10.0 * float(self.truth.sum()) + 1000.0
        found = _program(-goal, self._columns, self._right, np.full(len(goal), most))
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
        sums, size, many = self._columns, len(self.truth), int(nought.sum())
        found = _program(
            np.concatenate([-np.ones(many), np.zeros(size + 1)]),
            scipy.sparse.hstack([sums[:, nought], sums, scipy.sparse.csc_array(-self._right[:, None])], format="csc"),
            self._right,
            np.append(np.ones(many), np.full(size + 1, np.inf)),
        )
        if found is None:
            return self.truth
        several = found[many:-1]
        several[nought] += found[:many]
        several /= 1.0 + found[-1]
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
        found = np.random.default_rng(1).standard_normal((len(movable), WAYS))
        found[~movable] = 0.0
        found[movable] = _Balance(self._once[:, movable]).along(found[movable].T)[0].T
        return found

    def combined(self, asked: Numbers) -> Mask:
        """The sums that are combinations of what is known, whatever the numbers; quickly told."""
        return still(asked @ self.ways(np.ones(len(self.truth), dtype=bool)))

    def fixed(self, asked: Numbers) -> Mask:
        """The sums that are the same whatever agrees with what is known."""
        return still(asked @ self.ways())

    @cached_property
    def _balance(self) -> "_Balance":
        """What is known of the numbers that need not be nought."""
        return _Balance(self._once[:, self._free])

    def _bounds_within(self, asked: Numbers) -> tuple[Numbers, Numbers]:
        """A least and a most that each sum can surely have: by the points found, and by going straight from the middle."""
        middle = self._inside
        moved, speed = self._balance.along(asked[:, self._free])
        seen = asked @ np.array(self._points).T
        room = middle[self._free]
        with np.errstate(divide="ignore"):
            up = np.min(np.where(moved < -TINY, room / -np.minimum(moved, -TINY), np.inf), axis=1, initial=np.inf)
            down = np.min(np.where(moved > TINY, room / np.maximum(moved, TINY), np.inf), axis=1, initial=np.inf)
        moves = speed > TINY**2
        here = asked @ middle
        high = here + np.where(moves, up, 0.0) * speed
        low = here - np.where(moves, down, 0.0) * speed
        return np.minimum(low, seen.min(axis=1)), np.maximum(high, seen.max(axis=1))

    def _ends(self, one: Numbers) -> tuple[Numbers, Numbers]:
        """The least and the most of one sum; shape (1,) each."""
        return one[None, :] @ self._best(-one), one[None, :] @ self._best(one)


def _program(cost: Numbers, sums: "scipy.sparse.csc_array", right: Numbers, most: Numbers) -> Numbers | None:
    """Numbers between nought and ``most`` that have the sums and cost the least; None where there are none."""
    way = "highs-ipm" if sums.shape[0] > LARGE else "highs-ds"
    bounds = np.column_stack([np.zeros(len(most)), most])
    found: Numbers | None = scipy.optimize.linprog(cost, A_eq=sums, b_eq=right, bounds=bounds, method=way).x
    return found


def still(moved: Numbers) -> Mask:
    """Which sums no way moves; shape (sums, ways)."""
    return np.asarray((np.abs(moved) < TINY).all(axis=-1))


class _Balance:
    """How numbers can move while some sums of them stay as they are; shape of the sums (sums, numbers).

    Many sums hold a number which is in no other, such as how many did not answer: it makes up for whatever the others do,
    so that only the rest of the sums are to be taken apart.
    """

    def __init__(self, sums: "scipy.sparse.csr_array") -> None:
        columns = sums.tocsc()
        columns.eliminate_zeros()
        lone = np.flatnonzero(np.diff(columns.indptr) == 1)
        holding, first = np.unique(columns.indices[columns.indptr[lone]], return_index=True)
        self._gives = lone[first]
        """A number of its own of each sum that has one."""
        self._sums = sums[holding].tocsr()
        self._signs = columns.data[columns.indptr[self._gives]]
        rest = np.ones(sums.shape[0], dtype=bool)
        rest[holding] = False
        bound = sums[np.flatnonzero(rest)].tocsc()
        self._bound = np.flatnonzero(np.diff(bound.indptr))
        self._basis = _basis(bound[:, self._bound].toarray())

    def along(self, goals: Numbers) -> tuple[Numbers, Numbers]:
        """A move for each goal (a sum; shape (goals, numbers)) that raises it, and by how much; nought where none can."""
        found = goals - (self._sums.T @ (goals[:, self._gives] / self._signs).T).T
        found[:, self._gives] = 0.0
        part = found[:, self._bound]
        found[:, self._bound] = part - (part @ self._basis.T) @ self._basis
        speed = (found**2).sum(axis=1)
        found[:, self._gives] = -(self._sums @ found.T).T / self._signs
        return found, speed


def _basis(rows: Numbers) -> Numbers:
    """An orthonormal basis of the space that rows span."""
    if not rows.size:
        return np.zeros((0, rows.shape[1]))
    _left, size, right = np.linalg.svd(rows, full_matrices=False)
    basis: Numbers = right[size > 1e-9 * max(size.max(initial=0.0), 1.0)]
    return basis


def _narrow(low: Numbers, high: Numbers, minimum: int) -> Mask:
    """Whether between these ends there is one whole number alone, or none but 1 to ``minimum - 1``."""
    first, last = np.ceil(low - 1e-6), np.floor(high + 1e-6)
    found: Mask = (last <= first) | ((first >= 1) & (last < minimum))
    return found
