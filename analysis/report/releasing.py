"""What a report has told, written down so that the next one can be set against it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import disclosure, scales
from analysis.dataset import Dataset, Groups
from analysis.disclosure import Allowed, Classes, Earlier, Mask, Numbers, Part, Past, Places
from analysis.disclosure.lattice import TAKING_PART
from analysis.report import Report, Table

Record = dict[str, Any]
"""One table as it was shown, for JSON: item, by, filters, codes of groups, bases and counts (None where hidden)."""
Filters = Mapping[str, Sequence[str]]
"""By column (a background or an item), the codes that are kept, as text."""


def records(report: Report, filters: Filters | None = None) -> list[Record]:
    """Everything that a report shows, of all responses or of those that filters keep."""
    kept = {column: sorted(codes) for column, codes in sorted((filters or {}).items())}
    whole = {"item": TAKING_PART, "by": "", "filters": kept, "groups": [""], "base": [report.base], "counts": [[]]}
    tables = (table for question in report.questions for table in question.tables.values())
    return [whole, *(_record(table, kept) for table in tables)]


def _record(table: Table, filters: Mapping[str, Sequence[str]]) -> Record:
    frame, groups = table.frame, len(table.rows)
    return {
        "item": table.item.name,
        "by": table.by,
        "filters": dict(filters),
        "groups": [row.code for row in table.rows],
        "base": [_whole(values[0]) for values in frame["base"].to_numpy().reshape(groups, -1)],
        "counts": [[_whole(value) for value in values] for values in frame["count"].to_numpy().reshape(groups, -1)],
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
        found = dataset.item(item)
        groups = Groups(("",), (tuple(range(size)),), (("",) * size,), classes)
        cube = scales.named(found.scale).tally(dataset, found, groups).cube
        return Classes(cube.n, cube.base_n, cube.exclusive)

    return Allowed(count, minimum, parts(shown, dataset))


def parts(shown: Sequence[Record], dataset: Dataset) -> list[Part]:
    """Whom the numbers of some tables are of, and which of them are told."""
    return [part for record in shown for part in _parts(record, dataset)]


def _parts(record: Record, dataset: Dataset) -> Iterator[Part]:
    inside = np.ones(dataset.size, dtype=bool)
    for column, codes in record["filters"].items():
        inside &= np.logical_or.reduce([_members(dataset, column, code) for code in codes])
    for code, base, counts in zip(record["groups"], record["base"], record["counts"], strict=True):
        members = inside & _members(dataset, record["by"], code)
        told = np.array([count is not None for count in counts], dtype=bool)
        yield Part(record["item"], members, base is not None, told)


def _members(dataset: Dataset, column: str, code: str) -> Mask:
    """Who is in a group, by its code as text."""
    if not column:
        return np.ones(dataset.size, dtype=bool)
    groups = dataset.groups((column,))
    places = [at for at, level in enumerate(groups.levels[0]) if str(level) == code]
    found: Mask = np.isin(np.asarray(groups.cells), places)
    return found


def past(releases: Sequence[tuple[Sequence[Record], bool]]) -> Past:
    """What ``build`` must heed: the unfiltered tables of earlier releases, each with whether the answers are the same."""
    found: dict[tuple[str, tuple[str, ...]], list[Earlier]] = {}
    for shown, same in releases:
        for record in shown:
            if not record["filters"] and record["item"] != TAKING_PART:
                by = (record["by"],) if record["by"] else ()
                found.setdefault((record["item"], by), []).append(
                    Earlier(_numbers(record["counts"]), _numbers(record["base"]), same)
                )
    return found


def _numbers(values: Any) -> Numbers:
    found: Numbers = np.array(values, dtype=float)
    return found


def differing(before: Sequence[Record], now: Sequence[Record], minimum: int) -> list[str]:
    """The items of which two releases, made before and after some answers came or went, tell what a few answered.

    A reader subtracts: a number that both show and that differs by 1 to ``minimum - 1`` is that of the few.
    """
    known = {_key(record): record for record in before}
    found = {}
    for record in now:
        old = known.get(_key(record))
        if old is not None and any(0 < abs(one - two) < minimum for one, two in _shown_in_both(old, record)):
            found[record["item"]] = True
    return list(found)


def _key(record: Record) -> tuple[str, str, str]:
    return record["item"], record["by"], repr(sorted(record["filters"].items()))


def _shown_in_both(old: Record, new: Record) -> Iterator[tuple[int, int]]:
    places = {code: at for at, code in enumerate(old["groups"])}
    for at, code in enumerate(new["groups"]):
        if code not in places:
            continue
        there = places[code]
        first = [old["base"][there], *old["counts"][there]]
        second = [new["base"][at], *new["counts"][at]]
        if len(first) == len(second):
            yield from ((one, two) for one, two in zip(first, second, strict=True) if one is not None and two is not None)
