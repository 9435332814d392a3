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
from analysis.disclosure.parts import Counting, Part, Sums
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


Old = tuple[int, int | None]
"""How many of the parts, and of the sizes beside them (None for all), were known before."""


@dataclass(frozen=True)
class Verdict:
    """Whether something may be shown; ``reason`` says in words why not."""

    allowed: bool
    reason: str = ""


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
    _whole: dict[str, bool] = field(default_factory=dict)
    _judged: tuple[tuple[int, tuple[bytes, ...]], Verdict] | None = None

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
        known, sure = self._sized()
        sizes, fresh = self._with(known, parts)
        for item in self._touched(parts, fresh):
            before, more = self._of(item, self.parts), self._of(item, parts)
            if self._told(before, more, sizes, (len(before), sure)):
                return self._refused(ALIKE)
        return Verdict(True)

    def _sized(self) -> tuple[list[Mask], int]:
        """The sets of people whose number a reader may know, each once; and of how many of these, which come first, he does.

        A base tells how many there are only where all answered the item; else it is as near as makes it wise to count it in.
        """
        based = [part for part in self.parts if part.base]
        surely = {part.members.tobytes(): part.members for part in based if self._answered_by_all(part)}
        return list(({**surely, **{part.members.tobytes(): part.members for part in based}}).values()), len(surely)

    def _answered_by_all(self, part: Part) -> bool:
        if part.item not in self._whole:
            whole = np.zeros(self.people, dtype=np.intp)
            self._whole[part.item] = part.item == TAKING_PART or self.count(part.item, whole, 1).base[0] == self.people
        return self._whole[part.item]

    def _with(self, known: Sequence[Mask], parts: Sequence[Part]) -> tuple[list[Mask], bool]:
        """The known sets and those of some parts, each once, and whether any is new."""
        sets = {members.tobytes(): members for members in known}
        sets |= {part.members.tobytes(): part.members for part in parts if part.base}
        return list(sets.values()), len(sets) > len(known)

    def _touched(self, parts: Sequence[Part], fresh: bool) -> list[str]:
        """The items of which more could be told: those asked for, and all when a new set of people is sized."""
        asked = dict.fromkeys(part.item for part in [*parts, *(self.parts if fresh else ())])
        return [item for item in asked if item != TAKING_PART]

    def may_select(self, sets: Sequence[Mask]) -> Verdict:
        """Whether it may be told how many are in some selections: the quick part of ``may_show``, before anything is counted.

        The last verdict is kept, since ``may_show`` asks for it again.
        """
        asked = (len(self.parts), tuple(members.tobytes() for members in sets))
        if self._judged is None or self._judged[0] != asked:
            self._judged = asked, self._selectable(sets)
        return self._judged[1]

    def _selectable(self, sets: Sequence[Mask]) -> Verdict:
        if any(members[: self.people].sum() < self.minimum for members in sets):
            return self._refused(FEW)
        known, sure = self._sized()
        seen = {members.tobytes() for members in known}
        fresh = [_people(members) for members in sets if members.tobytes() not in seen]
        if fresh and self._told([_people(members) for members in known], fresh, (), (sure, None)):
            return self._refused(APART)
        return Verdict(True)

    def may_export(self, parts: Sequence[Part]) -> Verdict:
        """Whether this may leave the house: two linear programs per hidden number, over all that has been shown."""
        verdict = self.may_show(parts)
        if not verdict.allowed:
            return verdict
        known, sure = self._sized()
        sizes, _fresh = self._with(known, parts)
        for item in dict.fromkeys(part.item for part in parts if part.item != TAKING_PART):
            before, more = self._of(item, self.parts), self._of(item, parts)
            if self._pinned(before, more, sizes, (len(before), sure)):
                return self._refused(EXPORTED)
        return verdict

    def _pinned(self, before: Sequence[Part], more: Sequence[Part], sizes: Sequence[Mask], old: Old) -> bool:
        """Whether a hidden small number is narrowed down further than the rule says, and was not before."""
        sums = Sums([*before, *more], self.count, self.people, sizes)
        asked = sums.hidden()
        asked = asked[asked @ sums.truth < self.minimum]
        pinned = sums.knowledge.pinned(asked, self.minimum)
        if not pinned.any() or not before:
            return bool(pinned.any())
        return not Knowledge(sums.truth, sums.known(*old)).pinned(asked[pinned], self.minimum).all()

    def _of(self, item: str, parts: Sequence[Part]) -> list[Part]:
        return [part for part in parts if part.item == item]

    def _refused(self, reason: str) -> Verdict:
        return Verdict(False, _(reason) % {"minimum": self.minimum})

    def _told(self, before: Sequence[Part], more: Sequence[Part], sizes: Sequence[Mask], old: Old) -> bool:
        """Whether anything can be told with more shown that tables made for everybody had not told before."""
        sums = Sums([*before, *more], self.count, self.people, sizes)
        knowledge = sums.knowledge
        few, hidden = sums.few(self.minimum), sums.hidden()
        quickly = [rows[knowledge.combined(rows, beside)] for rows, beside in [*few, (hidden, None)]]
        if self._new(np.vstack(quickly), sums, before, old):
            return True
        asked = np.vstack([sums.pairs(self.minimum), sums.alone(self.minimum), hidden])
        found = [rows[knowledge.fixed(rows)] for rows, _beside in few]
        return self._new(np.vstack([*found, asked[knowledge.told(asked, self.minimum)]]), sums, before, old)

    def _new(self, told: Numbers, sums: Sums, before: Sequence[Part], old: Old) -> bool:
        """Whether any of the sums told was not told before, or would be called hidden though it is."""
        if not len(told) or not before:
            return bool(len(told))
        own = sums.hidden(len(before))
        if (told[:, None, :] == own[None, :, :]).all(axis=2).any():
            return True
        return not Knowledge(sums.truth, sums.known(*old)).told(told, self.minimum).all()


def _people(members: Mask) -> Part:
    """How many are in a set of people, as something shown."""
    return Part(TAKING_PART, members, True, np.zeros(0, dtype=bool))
