"""What a report has told, written down so that the next one can be set against it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import disclosure, scales
from analysis.dataset import Dataset, Groups
from analysis.disclosure import Allowed, Classes, Earlier, Mask, Numbers, Part, Past, People, Places
from analysis.disclosure.lattice import TAKING_PART
from analysis.report import Report, Table

Record = dict[str, Any]
"""One table as it was shown, for JSON: item, by, filters, codes of groups, bases and counts (None where hidden).

Where counts are of categories put together, "together" holds their places.
"""
CLASSES = ("",)
"""A name of groups that is no column's."""
MOST_CROSSES = 200
"""Of more crosses than these, a reader is taken to know which are empty."""
SAME, CHANGED, WAVE = "same", "changed", "wave"
Filters = Mapping[str, Sequence[str]]
"""By column (a background or an item), the codes that are kept, as text."""


def records(report: Report, filters: Filters | None = None) -> list[Record]:
    """Everything that a report shows, of all responses or of those that filters keep."""
    kept = {column: sorted(codes) for column, codes in sorted((filters or {}).items())}
    whole = {"item": TAKING_PART, "by": "", "filters": kept, "groups": [""], "base": [report.base], "counts": [[]]}
    tables = (table for question in report.questions for table in question.tables.values())
    return [whole, *(record for table in tables for record in _records(table, kept))]


def _records(table: Table, filters: Mapping[str, Sequence[str]]) -> Iterator[Record]:
    yield _record(table, table.frame, filters)
    if table.ends is not None:
        yield _record(table, table.ends, filters) | {"together": [list(band) for band in table.bands]}


def _record(table: Table, frame: pd.DataFrame, filters: Mapping[str, Sequence[str]]) -> Record:
    groups = len(table.rows)
    return {
        "item": table.item.name,
        "by": table.by,
        "filters": dict(filters),
        "groups": [row.code for row in table.rows],
        "base": [_whole(values[0]) for values in frame["base"].to_numpy().reshape(groups, -1 if groups else 0)],
        "counts": [
            [_whole(value) for value in values] for values in frame["count"].to_numpy().reshape(groups, -1 if groups else 0)
        ],
    }


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def fingerprint(dataset: Dataset) -> str:
    """The same for the same answers in any order; another when an answer has come, gone or changed."""
    columns = sorted(str(name) for name in dataset.frame.columns if name != dataset.weight)
    rows = pd.util.hash_pandas_object(dataset.frame[columns].astype(str), index=False).to_numpy()
    return hashlib.sha256(np.sort(rows).tobytes() + "\n".join(columns).encode()).hexdigest()


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
    places = _Places(dataset)
    return [part for record in shown for part in _parts(record, places)]


def _parts(record: Record, places: "_Places") -> Iterator[Part]:
    together = tuple(map(tuple, record["together"])) if "together" in record else None
    for code, base, counts in zip(record["groups"], record["base"], record["counts"], strict=True):
        picked = [*record["filters"].items(), *([(record["by"], [code])] if record["by"] else [])]
        told = np.array([count is not None for count in counts], dtype=bool)
        people = places.all_of(picked)
        part = Part(record["item"], people.members, base is not None, told, together, people.picked, people.where)
        yield part
        for at, (column, codes) in enumerate(picked):
            if column in people.where:
                yield from _aside(part, column, codes, places.all_of(picked[:at] + picked[at + 1 :]), places)


def _aside(part: Part, column: str, codes: Sequence[str], others: People, places: "_Places") -> Iterator[Part]:
    """What a part tells of a question by whose answers its people are picked: how many of ``others`` gave these.

    How many of those who gave them left the part's own item out is no secret, as little as it is in any other group.
    """
    answers = places.answers(column, codes)
    if answers is None:
        return

    def told(people: People, open_: bool = False) -> Part:
        counts = np.array([not open_])
        return Part(column, people.members, False, counts, (answers,), people.picked, people.where, aside=True, open=open_)

    if part.item == TAKING_PART:
        yield told(others)
        return
    if part.base:
        yield told(others.among(places.answered(part.item), part.item))
        yield told(others.among(~places.answered(part.item), part.item), open_=True)
    for alike in part.rows(told=True):
        yield told(others.among(places.answered(part.item, alike), part.item))


class _Places:
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

    def all_of(self, picked: Sequence[tuple[str, Sequence[str]]]) -> People:
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


def past(releases: Sequence[tuple[Sequence[Record], str]]) -> Past:
    """What ``build`` must heed: the unfiltered tables of earlier releases.

    Each release comes with what it is to the new one: `SAME` answers, `CHANGED` ones (some have come or gone since), or
    another `WAVE`.
    """
    found: dict[tuple[str, tuple[str, ...]], list[Earlier]] = {}
    for shown, kind in releases:
        told = [record for record in shown if not record["filters"] and record["item"] != TAKING_PART]
        ends = {(record["item"], record["by"]): _numbers(record["counts"]) for record in told if "together" in record}
        for record in told:
            if "together" not in record:
                by = (record["by"],) if record["by"] else ()
                earlier = _earlier(record, kind, ends.get((record["item"], record["by"])))
                found.setdefault((record["item"], by), []).append(earlier)
    return found


def _earlier(record: Record, kind: str = CHANGED, ends: Numbers | None = None) -> Earlier:
    return Earlier(_numbers(record["counts"]), _numbers(record["base"]), kind == SAME, kind == WAVE, ends)


def _numbers(values: Any) -> Numbers:
    found: Numbers = np.array(values, dtype=float)
    return found


def differing(before: Sequence[Record], now: Sequence[Record], minimum: int, kind: str = CHANGED) -> list[str]:
    """The items of which two releases, of `CHANGED` answers or of two `WAVE`s, tell what a few answered by subtraction."""
    known = {_key(record): record for record in before}
    found = {}
    for record in now:
        old = known.get(_key(record))
        if old is None or (old["groups"], len(old["counts"][0])) != (record["groups"], len(record["counts"][0])):
            continue
        few = _earlier(old, kind).few(_numbers(record["counts"]), _numbers(record["base"]), minimum)
        if any(each.any() for each in few):
            found[record["item"]] = True
    return list(found)


def _key(record: Record) -> tuple[str, str, str]:
    of = [*sorted(record["filters"].items()), *record.get("together", ())]
    return record["item"], record["by"], repr(of)
