"""Tables as they are read: rows of cells with numbers in words, each with a name to point at."""

import math
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from analysis.figures import numbers
from analysis.precision import reliability
from analysis.scales import Measure
from analysis.words import _, decimal, percent

NOTHING = "–"


@dataclass(frozen=True)
class Cell:
    """One number of a table as the reader meets it.

    ``id`` is unique in the report and the same from day to day, so that pages anchor it and findings link to it.
    ``value`` is the number itself, None where it is hidden or there is none; ``text`` and ``margin`` say it;
    ``kind`` is "share" or that of the scale's measure; ``reliability`` a code of ``precision.reliability``, or empty.
    """

    id: str
    column: str
    text: str
    margin: str = ""
    value: float | None = None
    hidden: bool = False
    kind: str = "share"
    reliability: str = ""

    @property
    def doubt(self) -> str:
        """The word that stands beside a number that is uncertain; empty where it is good."""
        return reliability.mark(self.reliability)


@dataclass(frozen=True)
class Row:
    """One group of a table: its code, its name, its base (unweighted answers, None if hidden) and its cells."""

    code: str
    label: str
    base: int | None
    base_text: str
    cells: tuple[Cell, ...]

    @property
    def hidden(self) -> bool:
        """Whether the whole group is hidden."""
        return self.base is None


class Names:
    """Names of rows and cells, unique in one report: ``q3-age_group-15-19-yes``."""

    def __init__(self) -> None:
        self._given: dict[tuple[Hashable, ...], str] = {}
        self._used: set[str] = set()

    def row(self, item: str, by: str, group: Hashable, category: Hashable) -> str:
        """The name of a row of the tidy table; ``category`` None for a table of one row per group."""
        key = (item, by, group if by else "", category)
        if key not in self._given:
            parts = [item, *((by, group) if by else ()), *(() if category is None else (category,))]
            self._given[key] = self._free("-".join(_plain(part) for part in parts))
        return self._given[key]

    def cell(self, item: str, by: str, group: Hashable, category: Hashable) -> str:
        """The name of the cell of a category, or of the mean where ``category`` is None."""
        name = self.row(item, by, group, category)
        return f"{name}-mean" if category is None else name

    def _free(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._used:
            name, number = f"{wanted}-{number}", number + 1
        self._used.add(name)
        return name


@lru_cache(maxsize=1024)
def _plain(part: Hashable) -> str:
    """A part of a name in letters, digits, ``_`` and ``-`` that no address or selector trips over."""
    text = str(part).casefold().translate(str.maketrans("åäàáöøéèü", "aaaaooeeu"))
    return re.sub(r"[^a-z0-9_]+", "-", text).strip("-") or "x"


def rows(
    frame: pd.DataFrame,
    item: str,
    by: str,
    groups: Mapping[Hashable, str],
    measures: Sequence[Measure],
    names: Names,
    details: Sequence[Measure] = (),
    ends: pd.DataFrame | None = None,
) -> tuple[Row, ...]:
    """The rows of a tidy table: a cell for each category and end with its share, then those of details and of measures."""
    made = []
    together = _parts(ends, len(groups)) if ends is not None else [[]] * len(groups)
    for (code, label), part, more in zip(groups.items(), _parts(frame, len(groups)), together, strict=True):
        if not part:
            continue
        cells = [_share(record) for record in (*part, *more)] if "share" in frame else []
        cells += _details(part, details)
        cells += _measures(part, names.row(item, by, code, None), measures)
        base = None if math.isnan(part[0]["base"]) else int(part[0]["base"])
        made.append(Row(str(code), label, base, _("hidden") if base is None else decimal(base), tuple(cells)))
    return tuple(made)


Record = dict[str, float]


def _parts(frame: pd.DataFrame, groups: int) -> list[list[Record]]:
    """The records of each group."""
    size, records = len(frame) // groups if groups else 0, frame.to_dict("records")
    return [records[place * size : (place + 1) * size] for place in range(groups)]


def _share(record: Record) -> Cell:
    name, label, share = str(record["id"]), str(record["label"]), record["share"]
    if record["hidden"]:
        return Cell(name, label, _("hidden"), hidden=True)
    if math.isnan(share):
        return Cell(name, label, NOTHING)
    margin = "" if math.isnan(record["low"]) else numbers.margin(record["low"], record["high"])
    return Cell(name, label, percent(share), margin, share, reliability=reliable(record))


def reliable(record: Mapping[str, object]) -> str:
    """How far the number of a record may be built on; empty where nobody says."""
    code = record.get("reliability")
    return code if isinstance(code, str) else ""


def _measures(part: Sequence[Record], name: str, measures: Sequence[Measure]) -> Iterator[Cell]:
    concealed = any(record["hidden"] for record in part)
    for column, heading, kind in measures:
        value = part[0][column]
        if math.isnan(value) and concealed:
            yield Cell(f"{name}-{column}", _(heading), _("hidden"), hidden=True, kind=kind)
        elif math.isnan(value):
            yield Cell(f"{name}-{column}", _(heading), NOTHING, kind=kind)
        else:
            told = reliable(part[0]) if column == "mean" else ""
            text, margin = _TEXTS[kind](value), _margin(part[0], kind)
            yield Cell(f"{name}-{column}", _(heading), text, margin, value, kind=kind, reliability=told)


def together(labels: Sequence[str]) -> str:
    """What categories are called that are told together: 4–5; Rather good or Very good."""
    first, last = labels[0], labels[-1]
    if all(label.strip().isdecimal() for label in labels):
        return f"{first}–{last}"
    words = _("%(first)s or %(last)s") if len(labels) == 2 else _("%(first)s to %(last)s")
    return words % {"first": first, "last": last}


def headings(labels: Sequence[str], details: Sequence[Measure]) -> tuple[str, ...]:
    """What stands over the cells of details: each told of each category."""
    return tuple(_detailed(label, heading) for _column, heading, _kind in details for label in labels)


def _detailed(label: str, heading: str) -> str:
    return f"{label}: {_(heading).lower()}"


def _details(part: Sequence[Record], details: Sequence[Measure]) -> Iterator[Cell]:
    """The numbers that each category has of its own; they hang together, so all are hidden where any category is."""
    concealed = any(record["hidden"] for record in part)
    for column, heading, kind in details:
        for record in part:
            name, label, value = f"{record['id']}-{column}", _detailed(str(record["label"]), heading), record[column]
            if concealed:
                yield Cell(name, label, _("hidden"), hidden=True, kind=kind)
            elif math.isnan(value):
                yield Cell(name, label, NOTHING, kind=kind)
            else:
                ends = {end: record.get(f"{column}_{end}", math.nan) for end in ("low", "high")}
                yield Cell(name, label, _TEXTS[kind](value), _margin({"mean": value} | ends, kind), value, kind=kind)


def _margin(record: Record, kind: str) -> str:
    if kind != "mean" or math.isnan(record["low"]):
        return ""
    digits = numbers.digits(record["mean"])
    return f"±{decimal(max(10**-digits, (record['high'] - record['low']) / 2), digits)}"


def _number(value: float) -> str:
    """A number as short as it can be told."""
    return decimal(value, 0 if float(value).is_integer() else numbers.digits(value))


_TEXTS: Mapping[str, Callable[[float], str]] = {
    "balance": numbers.balance,
    "mean": lambda value: decimal(value, numbers.digits(value)),
    "score": lambda value: decimal(value, 1),
    "share": percent,
    "index": decimal,
    "number": _number,
    "count": decimal,
}


def described(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A table told in one breath, for those who can't see its picture."""
    return " ".join(f"{row.label}: {_told(row)}." for row in rows)


def _told(row: Row) -> str:
    if row.hidden:
        return _("hidden")
    return ", ".join(f"{cell.column} {cell.text}" for cell in row.cells)
