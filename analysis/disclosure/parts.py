"""What is shown of people picked out in any way, as sums over classes of people that none of it tells apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from analysis.cube import Counts
from analysis.disclosure.knowing import Knowledge
from analysis.disclosure.lattice import TAKING_PART, Bands, Mask, Numbers, Places

MANY, SIDES = 12, 8
"""Of how many small classes all sets are looked at (of more, those of one or two), and with each of how many empty ones."""


@dataclass(frozen=True, eq=False)
class Part:
    """What is shown of one item among some people.

    Attributes
    ----------
    item
        The item.
    members
        Whether each response is among them, and each place behind them that nobody fills; shape (responses + places,).
    base
        Whether the number of answers is shown.
    counts
        Whether each category's count is shown, or of categories ``together`` the count of each set; shape (counts,).
    together
        The sets of categories that are counted, by their places; None is each category by itself.
    """

    item: str
    members: Mask
    base: bool
    counts: Mask
    together: Bands | None = None

    def rows(self, told: bool) -> list[tuple[int, ...]]:
        """The sets of categories of which the counts are told, or are not."""
        places = np.flatnonzero(self.counts == told).tolist()
        return [(place,) if self.together is None else self.together[place] for place in places]


@dataclass(frozen=True, eq=False)
class Classes:
    """Answers of people in classes: counts (classes, categories), bases (classes,), whether each is in one category."""

    n: Counts
    base: Counts
    exclusive: bool = True


Counting = Callable[[str, Places, int], Classes]
"""Counts the answers to an item in classes: the item, the class of each response, how many classes there are."""


class Sums:
    """What some parts tell of one item, as sums over classes of people that no part tells apart.

    ``sizes`` are sets of people of whom a reader is taken to know how many they are, since other items show it.
    """

    def __init__(self, parts: Sequence[Part], count: Counting, people: int, sizes: Sequence[Mask] = ()) -> None:
        self._parts = parts
        members = np.array([*(part.members for part in parts), *sizes])
        patterns, classes = np.unique(members.T, axis=0, return_inverse=True)
        self._inside: Numbers = patterns.T[: len(parts)].astype(float)
        self._sized: Numbers = patterns.T[len(parts) :].astype(float)
        classes = classes[:people]
        size = np.bincount(classes, minlength=len(patterns))
        if parts[0].item == TAKING_PART:
            self._counted = Classes(np.zeros((len(patterns), 0), dtype=np.int64), size, exclusive=False)
        else:
            self._counted = count(parts[0].item, classes, len(patterns))
        self._lay(size - self._counted.base)

    def _lay(self, silent: Counts) -> None:
        """Lay the numbers out: counts by class and category, bases where they are not sums of counts, slacks, the silent."""
        n, base, exclusive = self._counted.n, self._counted.base, self._counted.exclusive
        classes, categories = n.shape
        parts: list[NDArray[np.int64]] = [n.ravel()]
        if not exclusive:
            parts.append(base)
            if categories:
                parts += [(base[:, None] - n).ravel(), n.sum(axis=1) - base]
        parts.append(silent)
        self.truth: Numbers = np.concatenate(parts).astype(float)
        self._start = classes * categories
        none = np.zeros((0, len(self.truth)))
        self._ties = none if exclusive or not categories else self._tied(classes, categories)
        self._everybody = self._base(self._sized)
        self._everybody[:, -classes:] += self._sized

    @property
    def _sets(self) -> list[tuple[int, ...]]:
        """The categories, and the sets of them that parts tell together."""
        found = dict.fromkeys((category,) for category in range(self._counted.n.shape[1]))
        return list(found | dict.fromkeys(band for part in self._parts for band in part.together or ()))

    def _tied(self, classes: int, categories: int) -> Numbers:
        """Where several may be chosen: none of a class's counts exceeds its base, and they are at least as many."""
        cells = np.eye(self._start)
        bases = np.repeat(np.eye(classes), categories, axis=0)
        nothing = np.zeros((self._start, classes))
        each = np.hstack([cells, -bases, cells, nothing, nothing])
        together = np.repeat(np.eye(classes), categories, axis=1)
        other = np.zeros((classes, self._start))
        whole = np.hstack([together, -np.eye(classes), other, -np.eye(classes), np.zeros((classes, classes))])
        return np.vstack([each, whole])

    def _base(self, sets: Numbers) -> Numbers:
        """The bases of sets of classes as sums; shape (sets, numbers)."""
        found = np.zeros((len(sets), len(self.truth)))
        classes, categories = self._counted.n.shape
        if self._counted.exclusive:
            found[:, : self._start] = np.repeat(sets, categories, axis=1)
        else:
            found[:, self._start : self._start + classes] = sets
        return found

    def _cells(self, sets: Numbers, together: Sequence[int]) -> Numbers:
        """The counts of one category, or of several together, in sets of classes as sums."""
        found = np.zeros((len(sets), len(self.truth)))
        categories = self._counted.n.shape[1]
        for category in together:
            found[:, category : self._start : categories] = sets
        return found

    def known(self, first: int | None = None, sized: int | None = None) -> Numbers:
        """What the first of the parts (or all) tell, and the first of the sizes (or all), one row each."""
        rows = [self._ties, self._everybody[:sized]]
        for part, inside in zip(self._parts[:first], self._inside[:first], strict=True):
            if part.base:
                rows.append(self._base(inside[None, :]))
            rows += [self._cells(inside[None, :], each) for each in part.rows(told=True)]
        return np.vstack(rows)

    @property
    def knowledge(self) -> Knowledge:
        """What all parts tell."""
        return Knowledge(self.truth, self.known())

    def pairs(self, minimum: int) -> Numbers:
        """The small numbers of the parts, and of what is in one and in or out of another, as sums."""
        inside = np.unique(self._inside.astype(bool), axis=0)
        every = [inside, *(inside & other for other in inside), *(inside & ~other for other in inside)]
        asked = self._over(np.unique(np.vstack(every), axis=0).astype(float))
        value = asked @ self.truth
        return asked[(value > 0) & (value < minimum)]

    def alone(self, minimum: int) -> Numbers:
        """The people of each class of a few, those who answered and those who did not, as sums."""
        each = np.eye(len(self._counted.base))
        people = self._base(each)
        people[:, -len(each) :] += each
        value = people @ self.truth
        return people[(value > 0) & (value < minimum)]

    def few(self, minimum: int) -> list[tuple[Numbers, Numbers | None]]:
        """Every set of classes in which a few answered, or answered the same, as sums: what could be subtracted to.

        Where many classes count nought, sets stand for themselves with any of these, which come beside them as sums.
        """
        classes, categories = self._counted.n.shape
        asked: list[tuple[Counts, Callable[[Numbers], Numbers]]] = [
            (self._counted.n[:, list(each)].sum(axis=1), partial(self._cells, together=each)) for each in self._sets
        ]
        if categories != 1 or not self._counted.exclusive:
            asked.append((self._counted.base, self._base))
        found: list[tuple[Numbers, Numbers | None]] = []
        for counts, as_sums in asked:
            noughts = np.flatnonzero(counts == 0)
            if len(noughts) <= SIDES:
                found.append((as_sums(_few_in(counts, minimum, noughts)), None))
            else:
                beside = as_sums(np.eye(classes)[noughts])
                found.append((as_sums(_few_in(counts, minimum, noughts[:0])), beside))
        return found

    def _over(self, sets: Numbers) -> Numbers:
        """Bases and counts of sets of classes as sums."""
        return np.vstack([self._base(sets), *(self._cells(sets, each) for each in self._sets)])

    def hidden(self, start: int = 0) -> Numbers:
        """The numbers that the parts from one on hide, but for noughts, as sums."""
        rows = [np.zeros((0, len(self.truth)))]
        for part, inside in zip(self._parts[start:], self._inside[start:], strict=True):
            if not part.base:
                rows.append(self._base(inside[None, :]))
            rows += [self._cells(inside[None, :], each) for each in part.rows(told=False)]
        asked = np.unique(np.vstack(rows), axis=0)
        return asked[asked @ self.truth > 0]


def _few_in(counts: Counts, minimum: int, noughts: Places) -> Numbers:
    """The sets of classes that count 1 to ``minimum - 1`` together, with and without each of some that count nought."""
    small = np.flatnonzero((counts > 0) & (counts < minimum))
    most = minimum - 1 if len(small) <= MANY else 2
    chosen = [group for size in range(1, most + 1) for group in combinations(small.tolist(), size)]
    chosen = [group for group in chosen if counts[list(group)].sum() < minimum]
    sides = list(product((0.0, 1.0), repeat=len(noughts)))
    found = np.zeros((len(chosen) * len(sides), len(counts)))
    for at, (group, side) in enumerate(product(chosen, sides)):
        found[at, list(group)] = 1.0
        found[at, noughts] = side
    return found
