"""Whom the numbers of released tables are of, and what may be shown of one set of answers beside them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from analysis import disclosure, scales
from analysis.dataset import Dataset, Groups
from analysis.disclosure import Allowed, Classes, Mask, Part, People, Places
from analysis.disclosure.lattice import TAKING_PART

Record = dict[str, Any]
"""One table as it was shown, for JSON: item, by, filters, codes of groups, bases and counts (None where hidden).

Where counts are of categories put together, "together" holds their places.
"""
CLASSES = ("",)
"""A name of groups that is no column's."""
MOST_CROSSES = 200
"""Of more crosses than these, a reader is taken to know which are empty."""


def allowed(dataset: Dataset, shown: Sequence[Record] = (), minimum: int = disclosure.MINIMUM) -> Allowed:
    """What may be shown of a dataset's answers beside what has been shown of them."""

    def count(item: str, classes: Places, size: int) -> Classes:
        return _counted(dataset, item, classes, size)

    return Allowed(count, dataset.size, minimum, parts(shown, dataset))


def _counted(dataset: Dataset, item: str, classes: Places, size: int) -> Classes:
    """The answers to an item in classes of responses."""
    found = dataset.item(item)
    groups = Groups(CLASSES, (tuple(range(size)),), (("",) * size,), classes)
    cube = scales.named(found.scale).tally(dataset, found, groups).cube
    for key in [key for key in dataset.kept if key[0] == CLASSES]:
        del dataset.kept[key]  # the next classes are others
    return Classes(cube.n, cube.base_n, cube.exclusive)


def parts(shown: Sequence[Record], dataset: Dataset) -> list[Part]:
    """Whom the numbers of some tables are of, and which of them are told; also of the questions that people are picked by.

    How many of those who answered yes to one question say no to another is told of both: it is a part of each.
    """
    selections = Selections(dataset)
    return [part for record in shown for part in _parts(record, selections)]


def _parts(record: Record, selections: "Selections") -> Iterator[Part]:
    together = tuple(map(tuple, record["together"])) if "together" in record else None
    for code, base, counts in zip(record["groups"], record["base"], record["counts"], strict=True):
        picked = [*record["filters"].items(), *([(record["by"], [code])] if record["by"] else [])]
        told = np.array([count is not None for count in counts], dtype=bool)
        people = selections.people(picked)
        part = Part(record["item"], people.members, base is not None, told, together, people.picked, people.where)
        yield part
        for at, (column, codes) in enumerate(picked):
            if column in people.where:
                yield from _aside(part, column, codes, selections.people(picked[:at] + picked[at + 1 :]), selections)


def _aside(part: Part, column: str, codes: Sequence[str], others: People, selections: "Selections") -> Iterator[Part]:
    """What a part tells of a question by whose answers its people are picked: how many of ``others`` gave these.

    How many of those who gave them left the part's own item out is no secret, as little as it is in any other group.
    """
    answers = selections.answers(column, codes)
    if answers is None:
        return

    def told(people: People, open_: bool = False) -> Part:
        counts = np.array([not open_])
        return Part(column, people.members, False, counts, (answers,), people.picked, people.where, aside=True, open=open_)

    if part.item == TAKING_PART:
        yield told(others)
        return
    if part.base:
        yield told(others.among(selections.answered(part.item), part.item))
        yield told(others.among(~selections.answered(part.item), part.item), open_=True)
    for alike in part.rows(told=True):
        yield told(others.among(selections.answered(part.item, alike), part.item))


class Selections:
    """Everybody, and behind them the places that nobody need fill: one for each cross of the declared groups.

    A reader does not know which crosses are empty; without their places he would be taken to.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._each: dict[str, Classes] = {}
        names = [name for name in dataset.group_levels if name in dataset.frame]
        sizes = [dataset.groups((name,)).size for name in names]
        self._count = int(np.prod(sizes, dtype=int)) if names and np.prod(sizes, dtype=int) <= MOST_CROSSES else 0
        cross = np.indices(sizes).reshape(len(sizes), -1) if self._count else ()
        self._cross = dict(zip(names, cross, strict=False))

    def people(self, picked: Sequence[tuple[str, Sequence[str]]]) -> People:
        """Who, and which places, are in one of the groups of each column, and gave one of the answers to each question."""
        found = People(np.ones(self._dataset.size + self._count, dtype=bool))
        for column, codes in picked:
            if any(item.name == column for item in self._dataset.items):
                found = found.among(self._here(column, codes), column)
            else:
                found = People(found.members & self._members(column, codes), found.picked, found.where)
        return found

    def _levels(self, column: str, codes: Sequence[str]) -> list[int]:
        return [at for at, level in enumerate(self._dataset.groups((column,)).levels[0]) if str(level) in codes]

    def _here(self, column: str, codes: Sequence[str]) -> Mask:
        found: Mask = np.isin(np.asarray(self._dataset.groups((column,)).cells), self._levels(column, codes))
        return found

    def _members(self, column: str, codes: Sequence[str]) -> Mask:
        """Who, and which places, are in groups of a column, by their codes as text."""
        there = self._cross.get(column)
        empty = np.zeros(self._count, dtype=bool) if there is None else np.isin(there, self._levels(column, codes))
        return np.concatenate([self._here(column, codes), empty])

    def answers(self, item: str, codes: Sequence[str]) -> tuple[int, ...] | None:
        """The places of an item's categories by their codes as text; None where not all are among those counted."""
        known = [str(code) for code in self._dataset.answers(self._dataset.item(item)).categories]
        return tuple(map(known.index, codes)) if set(codes) <= set(known) else None

    def answered(self, item: str, alike: Sequence[int] | None = None) -> Mask:
        """Who answered an item, or gave one of some answers to it."""
        if item not in self._each:
            self._each[item] = _counted(self._dataset, item, np.arange(self._dataset.size), self._dataset.size)
        return self._each[item].gave(alike)
