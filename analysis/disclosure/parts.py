"""What is shown of people picked out in any way, as sums over classes of people that none of it tells apart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.cube import Counts
from analysis.disclosure import people
from analysis.disclosure.knowing import Knowledge, still
from analysis.disclosure.lattice import Bands, Mask, Numbers, Places
from analysis.disclosure.people import People, distinct

MANY, SIDES = 12, 8
"""Of how many small classes all sets are looked at (of more, those of one or two), and with each of how many empty ones."""
AT_ONCE = 100
"""So many sets of a few are looked at closely at a time."""


@dataclass(frozen=True, eq=False)
class Part:
    """What is shown of one item among some people.

    Attributes
    ----------
    item
        The item.
    members, picked, where
        The people: groups, and answers by which they were picked out, as in ``People``.
    base
        Whether the number of answers is shown.
    counts
        Whether each category's count is shown, or of categories ``together`` the count of each set; shape (counts,).
    together
        The sets of categories that are counted, by their places; None is each category by itself.
    aside
        Whether it is what the table of another item tells of this one: what it does not tell is not thereby hidden.
    open
        Whether it is no secret what these people answered, so far as no table hides it; nothing is told of them here.
    """

    item: str
    members: Mask
    base: bool
    counts: Mask
    together: Bands | None = None
    picked: Mask | None = None
    where: frozenset[str] = frozenset()
    aside: bool = False
    open: bool = False

    @property
    def people(self) -> People:
        """Whose answers they are."""
        return People(self.members, self.picked, self.where)

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

    def gave(self, answers: Sequence[int] | None) -> Mask:
        """The classes in which somebody gave one of some answers, or any (None)."""
        found = self.base if answers is None else self.n[:, list(answers)].sum(axis=1)
        return np.asarray(found > 0)

    def summed(self, classes: Places, size: int) -> "Classes":
        """The same of fewer classes, where ``classes`` says into which each goes."""
        n, base = np.zeros((size, self.n.shape[1]), dtype=np.int64), np.zeros(size, dtype=np.int64)
        np.add.at(n, classes, self.n)
        np.add.at(base, classes, self.base)
        return Classes(n, base, self.exclusive)


Counting = Callable[[str, Places, int], Classes]
"""Counts the answers to an item in classes: the item, the class of each response, how many classes there are."""


class Sums:
    """What some parts tell of one item, as sums over classes of people that no part tells apart.

    ``each`` has what every person answered, as a class of their own; ``sizes`` are sets of people of whom a reader is taken
    to know how many they are, since other items show it.
    """

    def __init__(self, parts: Sequence[Part], each: Classes, sizes: Sequence[People] = ()) -> None:
        self._parts = parts
        inside, classes = people.classes([*(part.people for part in parts), *sizes], len(each.base))
        self._inside: Numbers = inside[: len(parts)].astype(float)
        self._sized: Numbers = inside[len(parts) :].astype(float)
        self._counted = each.summed(classes, inside.shape[1])
        self._lay(np.bincount(classes, minlength=inside.shape[1]) - self._counted.base)

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
        none = scipy.sparse.csr_array((0, len(self.truth)))
        self._ties = none if exclusive or not categories else self._tied(classes, categories)
        self._everybody = self._base(self._sized)
        self._everybody[:, -classes:] += self._sized

    @property
    def _sets(self) -> list[tuple[int, ...]]:
        """The categories, and the sets of them that parts tell together."""
        found = dict.fromkeys((category,) for category in range(self._counted.n.shape[1]))
        return list(found | dict.fromkeys(band for part in self._parts for band in part.together or ()))

    def _tied(self, classes: int, categories: int) -> "scipy.sparse.csr_array":
        """Where several may be chosen: none of a class's counts exceeds its base, and they are at least as many."""
        cells, bases = scipy.sparse.eye_array(self._start), scipy.sparse.eye_array(classes)
        together = scipy.sparse.kron(bases, np.ones((1, categories)))
        silent = scipy.sparse.csr_array((classes, classes))
        rows = [[cells, -together.T, cells, None, None], [together, -bases, None, -bases, silent]]
        return scipy.sparse.block_array(rows, format="csr")

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

    def known(self, first: int | None = None, sized: int | None = None) -> "scipy.sparse.csr_array":
        """What the first of the parts (or all) tell, and the first of the sizes (or all), one row each."""
        rows = [self._everybody[:sized]]
        for part, inside in zip(self._parts[:first], self._inside[:first], strict=True):
            if part.base:
                rows.append(self._base(inside[None, :]))
            rows += [self._cells(inside[None, :], each) for each in part.rows(told=True)]
        return scipy.sparse.vstack([self._ties, scipy.sparse.csr_array(np.vstack(rows))], format="csr")

    @property
    def knowledge(self) -> Knowledge:
        """What all parts tell."""
        return Knowledge(self.truth, self.known())

    def pairs(self, minimum: int) -> Numbers:
        """The small numbers of the parts, and of what is in one and in or out of another, as sums."""
        inside = self._inside.astype(bool)
        inside = inside[distinct(inside)[0]]
        every = np.vstack([inside, *(inside & other for other in inside), *(inside & ~other for other in inside)])
        rows = [np.zeros((0, len(self.truth)))]
        for each in (None, *self._sets):
            counts = every @ self._of(each)
            small = self._secret(every[(counts > 0) & (counts < minimum)], each)
            rows.append(self._as_sums(small[distinct(small)[0]], each))
        return np.vstack(rows)

    def _secret(self, sets: Mask, each: Sequence[int] | None) -> Mask:
        """Those sets of classes of whom it is a secret that they gave some of the answers."""
        for part, inside in zip(self._parts, self._inside.astype(bool), strict=True):
            if part.open and (part.together is None or tuple(each or ()) in part.together):
                sets = sets[(sets & ~inside).any(axis=1)]
        return sets

    def alone(self, minimum: int) -> Numbers:
        """The people of each class of a few, those who answered and those who did not, as sums."""
        each = np.eye(len(self._counted.base))
        for part, inside in zip(self._parts, self._inside, strict=True):
            each = each[each @ inside == 0] if part.open else each
        people = self._base(each)
        people[:, -each.shape[1] :] += each
        value = people @ self.truth
        return people[(value > 0) & (value < minimum)]

    def few(self, known: Knowledge, minimum: int, before: Knowledge | None = None, free: bool = False) -> Iterator[Numbers]:
        """Sets of classes in which a few answered, or answered the same, that follow from what is known, as sums.

        Those that followed from what was known ``before`` are left out. Where ``free``, numbers that must be nought count
        as known. Where many classes count nought, or a few, sets stand for themselves with any of those that count nought.
        """
        for each in self._kinds:
            counts, movable = self._of(each), np.ones(len(self.truth), dtype=bool)
            noughts = np.flatnonzero(counts == 0)
            if len(noughts) > SIDES or np.count_nonzero((counts > 0) & (counts < minimum)) > MANY:
                movable, noughts = ~self._as_sums(counts[None, :] == 0, each)[0].astype(bool), noughts[:0]
            held = None if free else movable
            for sets in _unmoved(counts, minimum, noughts, self._class_by_class(known.ways(held), each)):
                told = self._secret(sets, each)
                told = told if before is None else told[~still(told @ self._class_by_class(before.ways(held), each))]
                yield self._as_sums(told, each)

    @property
    def _kinds(self) -> list[tuple[int, ...] | None]:
        """The sets of categories that are counted, and None for those who answered, where that is another number."""
        alone = self._counted.n.shape[1] == 1 and self._counted.exclusive
        return [*self._sets, *(() if alone else (None,))]

    def _of(self, each: Sequence[int] | None) -> Counts:
        """How many of each class answered one of some categories, or answered (None)."""
        found: Counts = self._counted.base if each is None else self._counted.n[:, list(each)].sum(axis=1)
        return found

    def _as_sums(self, sets: Numbers | Mask, each: Sequence[int] | None) -> Numbers:
        each_set: Numbers = sets.astype(np.float64)
        return self._base(each_set) if each is None else self._cells(each_set, each)

    def _class_by_class(self, ways: Numbers, each: Sequence[int] | None) -> Numbers:
        """How far ways to move numbers move that of each class; shape (classes, ways)."""
        classes, categories = self._counted.n.shape
        cells = ways[: self._start].reshape(classes, categories, ways.shape[1])
        if each is not None:
            found: Numbers = cells[:, list(each)].sum(axis=1)
        elif self._counted.exclusive:
            found = cells.sum(axis=1)
        else:
            found = ways[self._start : self._start + classes]
        return found

    def hidden(self, start: int = 0) -> Numbers:
        """The numbers that the parts from one on hide, but for noughts, as sums."""
        rows = [np.zeros((0, len(self.truth)))]
        for part, inside in zip(self._parts[start:], self._inside[start:], strict=True):
            if part.aside:
                continue
            if not part.base:
                rows.append(self._base(inside[None, :]))
            rows += [self._cells(inside[None, :], each) for each in part.rows(told=False)]
        asked = np.vstack(rows)
        asked = asked[distinct(asked > 0)[0]]
        return asked[asked @ self.truth > 0]


def _unmoved(counts: Counts, minimum: int, noughts: Places, ways: Numbers) -> Iterator[Mask]:
    """The sets of classes of 1 to ``minimum - 1``, with and without each nought, that no way moves; some at a time."""
    sides = (np.arange(2 ** len(noughts))[:, None] >> np.arange(len(noughts))) % 2 == 1
    for chosen in _few_in(counts, minimum):
        places = np.argwhere(still(ways[chosen].sum(axis=1)[:, None] + sides @ ways[noughts]))
        for start in range(0, len(places), AT_ONCE):
            at, side = places[start : start + AT_ONCE].T
            found = np.zeros((len(at), len(counts)), dtype=bool)
            found[np.arange(len(at))[:, None], chosen[at]] = True
            found[:, noughts] |= sides[side]
            yield found


def _few_in(counts: Counts, minimum: int) -> Iterator[Places]:
    """The sets of classes that count 1 to ``minimum - 1`` together, by their places, those of one size at a time."""
    small = np.flatnonzero((counts > 0) & (counts < minimum))
    for size in range(1, (minimum if len(small) <= MANY else 3)):
        if size == 2 < len(small):
            chosen = small[np.array(np.triu_indices(len(small), 1)).T]
        else:
            chosen = np.array(list(combinations(small.tolist(), size)), dtype=np.intp).reshape(-1, size)
        yield chosen[counts[chosen].sum(axis=1) < minimum]
