"""Free filters, for signed-in analysts: what has been shown so far decides what may be shown next.

Neither a least size of groups nor hiding small counts is enough: two allowed filters, one inside the other, subtract to
the few that they do not share. So each new answer is judged together with everything that readers and analysts of the
survey have been shown, and refused where they could then tell of anybody: of one to four people who are in one selection
and not in another, or of one to four in such a part who answered the same. What is exported goes further than to the one
who asked; it must pass the audit of published tables too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.disclosure.flows import MINIMUM
from analysis.disclosure.knowing import Knowledge
from analysis.disclosure.lattice import TAKING_PART, Mask, Numbers
from analysis.disclosure.parts import Classes, Counting, Part, Sums
from analysis.disclosure.people import People
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


@dataclass(frozen=True)
class Verdict:
    """Whether something may be shown; ``reason`` says in words why not."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, eq=False)
class _Sized:
    """People of whom a reader may know how many they are, and whether he surely does.

    A base tells how many there are only where all answered the item; else it is as near as makes it wise to count it in.
    """

    people: People
    sure: bool


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is shown of an item, ``before`` and now, beside the sizes of some groups.

    Of the parts and the sizes, the first ``sure`` ones were surely known before.
    """

    item: str
    before: Sequence[Part]
    more: Sequence[Part]
    sizes: Sequence[People]
    sure: tuple[int, int]


@dataclass(eq=False)
class Allowed:
    """Everything that has been shown of one set of answers, and what may be shown beside it.

    ``count`` counts the answers to an item in classes of responses, ``people`` says how many responses there are (in the
    sets of parts, further entries are places that nobody fills), ``minimum`` is the least count that is shown.
    """

    count: Counting
    people: int
    minimum: int = MINIMUM
    parts: list[Part] = field(default_factory=list)
    _each: dict[str, Classes] = field(default_factory=dict)
    _judged: tuple[tuple[int, tuple[tuple[bytes, bytes], ...]], Verdict] | None = None

    def ask(self, parts: Sequence[Part]) -> Verdict:
        """Judge what would be shown, and remember it if it may be."""
        verdict = self.may_show(parts)
        if verdict.allowed:
            self.parts.extend(parts)
        return verdict

    def may_show(self, parts: Sequence[Part]) -> Verdict:
        """Whether this may be shown to signed-in analysts, beside all that has been shown before."""
        verdict = self._may_size([part.people for part in parts if part.base])
        if not verdict.allowed:
            return verdict
        asked = sorted((self._about(item, parts) for item in self._touched(parts)), key=self._numbers)
        return self._refused(ALIKE) if any(map(self._told, asked)) else verdict

    def may_export(self, parts: Sequence[Part]) -> Verdict:
        """Whether this may leave the house: two linear programs per hidden number, over all that has been shown."""
        verdict = self.may_show(parts)
        items = dict.fromkeys(part.item for part in parts if part.item != TAKING_PART)
        if verdict.allowed and any(self._pinned(self._about(item, parts)) for item in items):
            return self._refused(EXPORTED)
        return verdict

    def _touched(self, parts: Sequence[Part]) -> list[str]:
        """The items of which more could be told: those asked for, and those that a newly sized set of people may help with."""
        asked = dict.fromkeys(part.item for part in parts)
        known = {sized.people.key for sized in self._sized(self.parts)}
        fresh = [sized.people.where for sized in self._sized(parts) if sized.people.key not in known]
        for part in self.parts:
            if any(where <= self._beside(part.item, self.parts) for where in fresh):
                asked[part.item] = None
        return [item for item in asked if item != TAKING_PART]

    def _beside(self, item: str, parts: Sequence[Part]) -> frozenset[str]:
        """The other items by whose answers people were picked out to be told of this one."""
        return _where([part for part in parts if part.item == item])

    def _about(self, item: str, parts: Sequence[Part]) -> _Asked:
        """What has been shown of an item and what would be, with the sizes of the groups that bear on it."""
        before, more = ([part for part in some if part.item == item] for some in (self.parts, parts))
        beside = _where([*before, *more])
        known = self._bearing(self.parts, beside)
        sizes = {sized.people.key: sized.people for sized in [*known, *self._bearing(parts, beside)]}
        return _Asked(item, before, more, list(sizes.values()), (len(before), sum(sized.sure for sized in known)))

    def _bearing(self, parts: Sequence[Part], beside: frozenset[str]) -> list[_Sized]:
        """The people that parts tell the number of, so far as they are picked out by these items; sure ones first."""
        found = [*self._sized(parts), *self._counted(parts, beside)]
        return _once([sized for sized in found if sized.people.where <= beside])

    def _sized(self, parts: Sequence[Part]) -> list[_Sized]:
        """The people whose number of answers is told."""
        return [_Sized(part.people, self._answered_by_all(part.item)) for part in parts if part.base]

    def _counted(self, parts: Sequence[Part], items: frozenset[str]) -> list[_Sized]:
        """Those who gave the same answer to one of these items, where it is told how many they are."""
        found = []
        for part in parts:
            if part.item in items and not part.aside:
                each = self._answers(part.item)
                told = [*part.rows(told=True), *([None] if part.base else [])]
                found += [_Sized(part.people.among(each.gave(alike), part.item), True) for alike in told]
        return found

    def _answers(self, item: str) -> Classes:
        """What each person answered."""
        if item not in self._each:
            everybody = np.arange(self.people)
            silent = Classes(np.zeros((self.people, 0), dtype=np.int64), np.ones(self.people, dtype=np.int64), exclusive=False)
            self._each[item] = silent if item == TAKING_PART else self.count(item, everybody, self.people)
        return self._each[item]

    def _answered_by_all(self, item: str) -> bool:
        return bool(self._answers(item).base.all())

    def may_select(self, sets: Sequence[Mask]) -> Verdict:
        """Whether it may be told how many are in some groups: the quick part of ``may_show``, before anything is counted."""
        return self._may_size([People(members) for members in sets])

    def _may_size(self, sets: Sequence[People]) -> Verdict:
        """Whether it may be told how many there are of some people; the last verdict is kept, since it is asked for again."""
        asked = len(self.parts), tuple(each.key for each in sets)
        if self._judged is None or self._judged[0] != asked:
            self._judged = asked, self._sizable(sets)
        return self._judged[1]

    def _sizable(self, sets: Sequence[People]) -> Verdict:
        if any(each.count(self.people) < self.minimum for each in sets):
            return self._refused(FEW)
        where = frozenset().union(*(each.where for each in sets))
        known = _once([*self._sized(self.parts), *self._counted(self.parts, where)])
        seen = {sized.people.key for sized in known}
        before, fresh = [sized.people for sized in known], [each for each in sets if each.key not in seen]
        sure = sum(sized.sure for sized in known)
        if fresh and self._told(_Asked(TAKING_PART, _present(before), _present(fresh), (), (sure, 0))):
            return self._refused(APART)
        return Verdict(True)

    def _numbers(self, asked: _Asked) -> int:
        """About how long it takes to judge: what is short goes first, since one refusal is enough."""
        each = self._answers(asked.item)
        return int(each.n.shape[1]) * (1 if each.exclusive else 2)

    def _sums(self, asked: _Asked) -> Sums:
        return Sums([*asked.before, *asked.more], self._answers(asked.item), asked.sizes)

    def _pinned(self, asked: _Asked) -> bool:
        """Whether a hidden small number is narrowed down further than the rule says, and was not before."""
        sums = self._sums(asked)
        small = sums.hidden()
        small = small[small @ sums.truth < self.minimum]
        pinned = sums.knowledge.pinned(small, self.minimum)
        if not pinned.any() or not asked.before:
            return bool(pinned.any())
        return not Knowledge(sums.truth, sums.known(*asked.sure)).pinned(small[pinned], self.minimum).all()

    def _told(self, asked: _Asked) -> bool:
        """Whether anything can be told with more shown that tables made for everybody had not told before."""
        sums = self._sums(asked)
        before = Knowledge(sums.truth, sums.known(*asked.sure)) if asked.before else None
        now, hidden, own = sums.knowledge, sums.hidden(), sums.hidden(len(asked.before))

        def new(told: Numbers) -> bool:
            """Whether any of the sums was not told before, or would be called hidden though it is told."""
            if not len(told) or before is None:
                return bool(len(told))
            if (told[:, None, :] == own[None, :, :]).all(axis=2).any():
                return True
            return not before.told(told, self.minimum).all()

        if new(hidden[now.combined(hidden)]) or any(map(new, sums.few(now, self.minimum, before))):
            return True
        small = np.vstack([sums.pairs(self.minimum), sums.alone(self.minimum), hidden])
        return any(map(new, sums.few(now, self.minimum, before, free=True))) or new(small[now.told(small, self.minimum)])

    def _refused(self, reason: str) -> Verdict:
        return Verdict(False, _(reason) % {"minimum": self.minimum})


def _where(parts: Sequence[Part]) -> frozenset[str]:
    """The items by whose answers the people of some parts were picked out."""
    return frozenset().union(*(part.where for part in parts))


def _once(found: Sequence[_Sized]) -> list[_Sized]:
    """Each people once, sure if by any, and the sure ones first."""
    each = {sized.people.key: sized for sized in sorted(found, key=lambda sized: sized.sure)}
    return sorted(each.values(), key=lambda sized: not sized.sure)


def _present(sets: Sequence[People]) -> list[Part]:
    """How many there are of some people, as something shown."""
    none = np.zeros(0, dtype=bool)
    return [Part(TAKING_PART, each.members, True, none, picked=each.picked, where=each.where) for each in sets]
