"""Free filters, for signed-in analysts: what has been shown so far decides what may be shown next.

Neither a least size of groups nor hiding small counts is enough: two allowed filters, one inside the other, subtract to
the few that they do not share. So each new answer is judged together with everything that readers and analysts of the
survey have been shown, and refused where they could then tell of anybody: of one to four people who are in one selection
and not in another, or of one to four in such a part who answered the same. What is exported goes further than to the one
who asked; it must pass the audit of published tables too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from analysis.cube import Counts
from analysis.disclosure.flows import MINIMUM
from analysis.disclosure.knowing import Knowledge
from analysis.disclosure.lattice import TAKING_PART, Mask, Numbers, Places
from analysis.words import N_, _

FEW = N_("Fewer than %(minimum)s are in this selection. It is treated the same as an empty one.")
APART = N_(
    "Set against what has been shown before, this would single out a group of fewer than %(minimum)s people. "
    "Choose a selection that differs more from the earlier ones."
)
ALIKE = N_(
    "Set against what has been shown before, this would tell what fewer than %(minimum)s people have answered. "
    "Choose a larger selection, or one that differs more from the earlier ones."
)
EXPORTED = N_(
    "This may be looked at but not taken out: together with what has been released it would tell too much of counts "
    "under %(minimum)s."
)

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
        Whether each response is among them; shape (responses,).
    base
        Whether the number of answers is shown.
    counts
        Whether each category's count is shown; shape (categories,).
    """

    item: str
    members: Mask
    base: bool
    counts: Mask


@dataclass(frozen=True)
class Verdict:
    """Whether something may be shown; ``reason`` says in words why not."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Classes:
    """Answers of people in classes: counts (classes, categories), bases (classes,), whether each is in one category."""

    n: Counts
    base: Counts
    exclusive: bool = True


Counting = Callable[[str, Places, int], Classes]
"""Counts the answers to an item in classes: the item, the class of each response, how many classes there are."""


@dataclass(eq=False)
class Allowed:
    """Everything that has been shown of one set of answers, and what may be shown beside it.

    ``count`` counts the answers to an item in classes of responses; ``minimum`` is the least count that is shown.
    """

    count: Counting
    minimum: int = MINIMUM
    parts: list[Part] = field(default_factory=list)

    def ask(self, parts: Sequence[Part]) -> Verdict:
        """Judge what would be shown, and remember it if it may be."""
        verdict = self.may_show(parts)
        if verdict.allowed:
            self.parts.extend(parts)
        return verdict

    def may_show(self, parts: Sequence[Part]) -> Verdict:
        """Whether this may be shown to signed-in analysts, beside all that has been shown before."""
        verdict = self.may_select([part.members for part in parts if part.base])
        if not verdict.allowed:
            return verdict
        for item in self._touched(parts):
            if self._told(self._of(item, self.parts), self._of(item, parts), self._sized(parts)):
                return self._refused(ALIKE)
        return Verdict(True)

    def _sized(self, parts: Sequence[Part]) -> list[Mask]:
        """The sets of people of whom it is told how many they are, each once."""
        sets = {part.members.tobytes(): part.members for part in [*self.parts, *parts] if part.base}
        return list(sets.values())

    def _touched(self, parts: Sequence[Part]) -> list[str]:
        """The items of which more could be told: those asked for, and all when a new set of people is sized."""
        asked = dict.fromkeys(part.item for part in parts)
        if len(self._sized(parts)) > len(self._sized([])):
            asked |= dict.fromkeys(part.item for part in self.parts)
        return [item for item in asked if item != TAKING_PART]

    def may_select(self, sets: Sequence[Mask]) -> Verdict:
        """Whether it may be told how many are in some selections: the quick part of ``may_show``, before anything is counted."""
        if any(members.sum() < self.minimum for members in sets):
            return self._refused(FEW)
        known = {part.members.tobytes(): _people(part.members) for part in self.parts if part.base}
        fresh = [_people(members) for members in sets if members.tobytes() not in known]
        if fresh and self._told(list(known.values()), fresh):
            return self._refused(APART)
        return Verdict(True)

    def may_export(self, parts: Sequence[Part]) -> Verdict:
        """Whether this may leave the house: two linear programs per hidden number, over all that has been shown."""
        verdict = self.may_show(parts)
        if not verdict.allowed:
            return verdict
        for item in dict.fromkeys(part.item for part in parts):
            if self._pinned(self._of(item, self.parts), self._of(item, parts)):
                return self._refused(EXPORTED)
        return verdict

    def _pinned(self, before: Sequence[Part], more: Sequence[Part]) -> bool:
        """Whether a hidden small number is narrowed down further than the rule says, and was not before."""
        sums = _Sums([*before, *more], self.count)
        asked = sums.hidden()
        asked = asked[asked @ sums.truth < self.minimum]
        pinned = sums.knowledge.pinned(asked, self.minimum)
        if not pinned.any() or not before:
            return bool(pinned.any())
        return not Knowledge(sums.truth, sums.known(len(before))).pinned(asked[pinned], self.minimum).all()

    def _of(self, item: str, parts: Sequence[Part]) -> list[Part]:
        return [part for part in parts if part.item == item]

    def _refused(self, reason: str) -> Verdict:
        return Verdict(False, _(reason) % {"minimum": self.minimum})

    def _told(self, before: Sequence[Part], more: Sequence[Part], sizes: Sequence[Mask] = ()) -> bool:
        """Whether anything can be told with more shown that tables made for everybody had not told before."""
        sums = _Sums([*before, *more], self.count, sizes)
        knowledge = sums.knowledge
        few, hidden = sums.few(self.minimum), sums.hidden()
        found = [rows[knowledge.combined(rows, beside)] for rows, beside in [*few, (hidden, None)]]
        if not any(len(rows) for rows in found):
            asked = np.vstack([sums.pairs(self.minimum), hidden])
            found = [rows[knowledge.fixed(rows)] for rows, _beside in few]
            found.append(asked[knowledge.told(asked, self.minimum)])
        told = np.vstack(found)
        if not len(told) or not before:
            return bool(len(told))
        own = sums.hidden(len(before))
        if (told[:, None, :] == own[None, :, :]).all(axis=2).any():
            return True  # it would call hidden what is known
        return not Knowledge(sums.truth, sums.known(len(before))).told(told, self.minimum).all()


def _people(members: Mask) -> Part:
    """How many are in a set of people, as something shown."""
    return Part(TAKING_PART, members, True, np.zeros(0, dtype=bool))


class _Sums:
    """What some parts tell of one item, as sums over classes of people that no part tells apart.

    ``sizes`` are sets of people of whom a reader is taken to know how many they are, since other items show it.
    """

    def __init__(self, parts: Sequence[Part], count: Counting, sizes: Sequence[Mask] = ()) -> None:
        self._parts = parts
        members = np.array([*(part.members for part in parts), *sizes])
        patterns, classes = np.unique(members.T, axis=0, return_inverse=True)
        self._inside: Numbers = patterns.T[: len(parts)].astype(float)
        self._sized: Numbers = np.unique(patterns.T[len(parts) :], axis=0).astype(float)
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
        everybody = self._base(self._sized)
        everybody[:, -classes:] += self._sized
        self._ties = np.vstack([self._ties, everybody])

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

    def _cells(self, sets: Numbers, category: int) -> Numbers:
        """One category's counts of sets of classes as sums."""
        found = np.zeros((len(sets), len(self.truth)))
        categories = self._counted.n.shape[1]
        found[:, category : self._start : categories] = sets
        return found

    def known(self, first: int | None = None) -> Numbers:
        """What the first of the parts (or all) tell, one row each."""
        rows = [self._ties]
        for part, inside in zip(self._parts[:first], self._inside[:first], strict=True):
            if part.base:
                rows.append(self._base(inside[None, :]))
            rows += [self._cells(inside[None, :], category) for category in np.flatnonzero(part.counts).tolist()]
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

    def few(self, minimum: int) -> list[tuple[Numbers, Numbers | None]]:
        """Every set of classes in which a few answered, or answered the same, as sums: what could be subtracted to.

        Where many classes count nought, sets stand for themselves with any of these, which come beside them as sums.
        """
        classes, categories = self._counted.n.shape
        asked: list[tuple[Counts, Callable[[Numbers], Numbers]]] = [
            (self._counted.n[:, at], partial(self._cells, category=at)) for at in range(categories)
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
        return np.vstack([self._base(sets), *(self._cells(sets, at) for at in range(self._counted.n.shape[1]))])

    def hidden(self, start: int = 0) -> Numbers:
        """The numbers that the parts from one on hide, but for noughts, as sums."""
        rows = [np.zeros((0, len(self.truth)))]
        for part, inside in zip(self._parts[start:], self._inside[start:], strict=True):
            if not part.base:
                rows.append(self._base(inside[None, :]))
            rows += [self._cells(inside[None, :], category) for category in np.flatnonzero(~part.counts).tolist()]
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
