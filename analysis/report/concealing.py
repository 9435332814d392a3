"""What a report hides: its counted tables as the lattice that disclosure control protects all at once."""

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from analysis import disclosure, scales
from analysis.cube import Hidden
from analysis.dataset import Dataset, Groups
from analysis.disclosure import Counted, Mask
from analysis.report import tables


def conceal(
    dataset: Dataset, counted: Sequence[tables.Counted], minimum: int, past: disclosure.Past | None = None, who: bool = False
) -> Sequence[Hidden]:
    """What must be hidden in each table when all of them go out together, beside what was released before.

    With ``who`` it is followed by what must be hidden of how many took part, in each table of `taking_part` by groups.
    """
    sizes = taking_part(dataset, counted)
    beside = [table for table in sizes if table.by] if who else []
    lattice, counts = [*released(counted), *beside], {table.by: table.base for table in sizes}
    forced = [_dominated(dataset, each) for each in counted]
    nobody = [np.zeros(len(table.base), dtype=bool) for table in beside]
    while True:
        hidden = _protected(_Asked.of(lattice, counts, minimum, [*forced, *nobody], past))
        added = [_still(dataset, each, what) for each, what in zip(counted, hidden, strict=False)]
        if not any(more.any() for more in added):
            return hidden
        forced = [one | more for one, more in zip(forced, added, strict=True)]


@dataclass(frozen=True)
class _Asked:
    """What `disclosure.protect` is given, told apart by its content: counts are alike in every language, weighted or not."""

    content: bytes
    given: tuple[Any, ...] = field(compare=False, repr=False)

    @classmethod
    def of(cls, *given: Any) -> "_Asked":
        """These arguments; they are written down for their fingerprint alone, and never read back."""
        return cls(sha256(pickle.dumps(given)).digest(), given)


@lru_cache(maxsize=32)
def _protected(asked: _Asked) -> Sequence[Hidden]:
    """What is to be hidden; the programs that find it take longer than all else of a report."""
    found = disclosure.protect(*asked.given)
    for each in found:
        each.cells.flags.writeable = each.groups.flags.writeable = False  # they are shared
    return tuple(found)


def released(counted: Sequence[tables.Counted]) -> list[Counted]:
    """The tables as disclosure control knows them: counts and bases."""
    return [
        Counted(
            each.item.name,
            each.groups.by,
            tuple(len(levels) for levels in each.groups.levels),
            each.tally.cube.n,
            each.tally.cube.base_n,
            each.tally.cube.exclusive,
            bands=scales.bands(each.item, each.tally),
        )
        for each in counted
    ]


def taking_part(dataset: Dataset, counted: Sequence[tables.Counted]) -> list[Counted]:
    """How many responses there are in each group, by each set of group columns."""
    groups = {each.groups.by: each.groups for each in counted}
    return [
        disclosure.taking_part(by, tuple(map(len, each.levels)), np.bincount(_cells(dataset, each), minlength=each.size))
        for by, each in groups.items()
    ]


def _cells(dataset: Dataset, groups: Groups) -> disclosure.Places:
    return np.zeros(dataset.size, dtype=np.intp) if groups.cells is None else groups.cells


def _numbers(dataset: Dataset, counted: tables.Counted) -> Iterable[disclosure.Numbers]:
    """The numbers of each response where means of any numbers are told; none where the answers are categories."""
    scale = scales.named(counted.item.scale)
    if hasattr(scale, "each"):
        return scale.each(dataset, counted.item).T  # type: ignore[no-any-return]
    return () if counted.tally.answers is not None or not hasattr(scale, "numbers") else (scale.numbers(dataset, counted.item),)


def _dominated(dataset: Dataset, counted: tables.Counted) -> Mask:
    """The groups whose mean one answer makes up."""
    return _judged(dataset, counted, _cells(dataset, counted.groups), counted.groups.size)


def _still(dataset: Dataset, counted: tables.Counted, hidden: Hidden) -> Mask:
    """One more group to hide where the hidden ones together are still made up by one answer; none where they are not."""
    more = np.zeros(counted.groups.size, dtype=bool)
    if not hidden.groups.any() or hidden.groups.all():
        return more
    union = disclosure.together(hidden.groups, _cells(dataset, counted.groups))
    if _judged(dataset, counted, union, 2)[0]:
        base = np.where(hidden.groups, np.iinfo(np.int64).max, counted.tally.cube.base_n)
        more[np.argmin(base)] = True
    return more


def _judged(dataset: Dataset, counted: tables.Counted, cells: disclosure.Places, groups: int) -> Mask:
    """Whether one answer makes up a sum of each group, as it is weighted or with all alike: means are told as both."""
    found = np.zeros(groups, dtype=bool)
    even = np.ones(dataset.size)
    for values in _numbers(dataset, counted):
        found |= disclosure.dominated(values, even, cells, groups)
        if dataset.weights is not None:
            found |= disclosure.dominated(values, dataset.weights.values, cells, groups)
    return found
