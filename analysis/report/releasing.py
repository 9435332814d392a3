"""What a report has told, written down so that the next one can be set against it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.disclosure import Earlier, Numbers, Past
from analysis.disclosure.lattice import TAKING_PART
from analysis.report import Report, Table, subtracting
from analysis.report.picking import Record, allowed, parts

__all__ = ["CHANGED", "SAME", "WAVE", "Record", "allowed", "differing", "fingerprint", "parts", "past", "records"]

SAME, CHANGED, WAVE = "same", "changed", "wave"
Filters = Mapping[str, Sequence[str]]
"""By column (a background or an item), the codes that are kept, as text."""


def records(report: Report, filters: Filters | None = None) -> list[Record]:
    """Everything that a report shows, of all responses or of those that filters keep."""
    kept = {column: sorted(codes) for column, codes in sorted((filters or {}).items())}
    whole = {"item": TAKING_PART, "by": "", "filters": kept, "groups": [""], "base": [report.base], "counts": [[]]}
    groups = [
        whole | {"by": by, "groups": list(told), "base": list(told.values()), "counts": [[] for _group in told]}
        for by, told in report.taking_part.items()
    ]
    tables = (table for question in report.questions for table in question.tables.values())
    return [whole, *groups, *(record for table in tables for record in _records(table, kept))]


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


def past(releases: Sequence[tuple[Sequence[Record], str]]) -> Past:
    """What ``build`` must heed: the unfiltered tables of earlier releases.

    Each release comes with what it is to the new one: `SAME` answers, `CHANGED` ones (some have come or gone since), or
    another `WAVE`.
    """
    found: dict[tuple[str, tuple[str, ...]], list[Earlier]] = {}
    for shown, kind in releases:
        told = [record for record in shown if not record["filters"] and (record["by"] or record["item"] != TAKING_PART)]
        ends = {(record["item"], record["by"]): _numbers(record["counts"]) for record in told if "together" in record}
        for record in told:
            if "together" not in record:
                by = (record["by"],) if record["by"] else ()
                earlier = _earlier(record, kind, ends.get((record["item"], record["by"])))
                found.setdefault((record["item"], by), []).append(earlier)
    return found


def _earlier(record: Record, kind: str = CHANGED, ends: Numbers | None = None) -> Earlier:
    base = _numbers(record["base"])
    counts = base[:, None] if record["item"] == TAKING_PART else _numbers(record["counts"])
    return Earlier(counts, base, kind == SAME, kind == WAVE, ends)


def _numbers(values: Any) -> Numbers:
    found: Numbers = np.array(values, dtype=float)
    return found


def differing(before: Sequence[Record], now: Sequence[Record], dataset: Dataset, minimum: int, kind: str = CHANGED) -> list[str]:
    """The items of which two releases, of `CHANGED` answers or of two `WAVE`s, tell what a few answered by subtraction.

    Of the same survey's answers, ``dataset`` as they are now, numbers are set against each other wherever they are of the
    same people, in whatever table these stand, and where several together are.
    """
    if kind != WAVE:
        return list(dict.fromkeys(subtracting.apart(before, now, dataset, minimum)))
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
