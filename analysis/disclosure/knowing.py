"""What a reader knows of one item: sums over sets of people, however these were picked out.

People whom no set tells apart are one class, and the numbers asked for are sums over classes × categories. Which of them
a reader can tell follows from linear algebra and a handful of linear programs: whatever agrees with all that is known
lies in a polytope; a sum is told exactly when it is the same all over the polytope, that is, when it is a combination of
the known sums once the numbers that must be nought are left out. How far the others can move is bounded from within.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy

from analysis.disclosure.lattice import Mask, Numbers

TINY = 1e-7
PROGRAMS = 12
"""How many sums may have linear programs of their own; beyond that a reader is taken to know."""


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
        found = _narrow(low, high, minimum)
        left = np.flatnonzero(found & ~self.fixed(asked))
        for at in left[:PROGRAMS]:
            low_end, high_end = self._ends(asked[at])
            found[at] = _narrow(np.array([low_end]), np.array([high_end]), minimum)[0]
        return found

    def pinned(self, asked: Numbers, minimum: int) -> Mask:
        """Of which small sums a reader can tell that they are not none, or not enough: two linear programs each."""
        ends = np.array([self._ends(one) for one in asked]).reshape(-1, 2)
        found: Mask = (ends[:, 0] > 1e-6) | (ends[:, 1] < minimum - 1e-6)
        return found

    @cached_property
    def _constraint(self) -> "scipy.optimize.LinearConstraint":
        """What is known, each sum once, as the solver takes it without turning it round."""
        sums = np.unique(self.sums, axis=0)
        right = sums @ self.truth
        return scipy.optimize.LinearConstraint(scipy.sparse.csc_array(sums), right, right)

    def _best(self, goal: Numbers, most: Numbers | float = np.inf) -> Numbers:
        """Numbers that agree with what is known and have most of ``goal``."""
        if not len(self.sums):
            return self.truth + (goal > 0)
        ceiling = np.minimum(most, 10.0 * self.truth.sum() + 1000.0)
        found: Numbers | None = scipy.optimize.milp(-goal, constraints=self._constraint, bounds=(0, ceiling)).x
        return self.truth if found is None else found

    @cached_property
    def _inside(self) -> Numbers:
        """Numbers that agree with what is known, and are nought only where they must be."""
        points = [self.truth]
        while (lowest := np.max(points, axis=0) < TINY).any():
            found = self._best(lowest.astype(float))
            if found[lowest].sum() < TINY:
                break
            points.append(found)
        self._points.extend(points)
        middle: Numbers = np.mean(points, axis=0)
        return middle

    @cached_property
    def _free(self) -> Mask:
        """The numbers that need not be nought."""
        free: Mask = self._inside > TINY
        return free

    @cached_property
    def _known(self) -> Numbers:
        """An orthonormal basis of what is known of the free numbers."""
        rows = self.sums[:, self._free]
        if not rows.size:
            return np.zeros((0, int(self._free.sum())))
        return _basis(rows)

    def _rest(self, asked: Numbers) -> Numbers:
        """What of each sum is not a combination of what is known."""
        part = asked[:, self._free]
        rest: Numbers = part - (part @ self._known.T) @ self._known
        return rest

    def combined(self, asked: Numbers, beside: Numbers | None = None) -> Mask:
        """The sums that are combinations of what is known (and of sums ``beside`` it), whatever the numbers; quickly told."""
        known = self.sums if beside is None else np.vstack([self.sums, beside])
        if not known.size or not len(asked):
            return np.zeros(len(asked), dtype=bool)
        basis = _basis(known)
        found: Mask = np.linalg.norm(asked - (asked @ basis.T) @ basis, axis=1) < TINY
        return found

    def fixed(self, asked: Numbers) -> Mask:
        """The sums that are the same whatever agrees with what is known."""
        fixed: Mask = np.linalg.norm(self._rest(asked), axis=1) < TINY
        return fixed

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

    def _ends(self, one: Numbers) -> tuple[float, float]:
        """The least and the most of one sum."""
        return float(one @ self._best(-one)), float(one @ self._best(one))


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
