"""One question over several waves: what each said, and what has surely changed; safe, for it is made of safe tables."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from analysis import disclosure, figures
from analysis.comparison import trend
from analysis.dataset import Code, Dataset, Item, UnusableData
from analysis.figures import Words, numbers
from analysis.precision import reliability
from analysis.report import Report, Table, build, printing
from analysis.report.printing import NOTHING, Cell
from analysis.words import _, decimal, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCORE = "score"
"""The kind of the cell that sums up a question whose answers have an order: its change is tried, not that of each answer."""


@dataclass(frozen=True)
class TrendRow:
    """One answer (or the mean) through the waves: a cell each, and the change from the last wave but one in words."""

    label: str
    cells: tuple[Cell, ...]
    change: str
    sure: bool


@dataclass(frozen=True, eq=False)
class Trend:
    """A question's waves as a table and a picture; ``frame`` has one row per wave and answer."""

    label: str
    waves: tuple[str, ...]
    rows: tuple[TrendRow, ...]
    frame: pd.DataFrame
    summed: str = ""
    """What sums the answers up, where its change is what is tried, in words; empty where each answer's is."""

    @property
    def doubt(self) -> str:
        """What the words beside uncertain numbers mean; empty where every number is good."""
        return reliability.explained(cell.reliability for row in self.rows for cell in row.cells)

    def words(self) -> Words:
        """What the picture says in words."""
        told = " ".join(f"{row.label}: {', '.join(f'{c.column} {c.text}' for c in row.cells)}." for row in self.rows)
        return Words(self.label, "", _("Lines show shares with their margins."), told)

    def chart(self, titled: bool = False) -> "Figure":
        """The picture, with the question over it (``titled``) or under a heading of the page that says it."""
        words = self.words()
        return figures.trend(self.frame, words if titled else replace(words, title=""))


def trending(
    waves: Mapping[str, Dataset],
    name: str,
    level: float = 0.95,
    minimum: int = disclosure.MINIMUM,
    reports: Mapping[str, Report] | None = None,
) -> Trend | None:
    """The question through the waves; None where fewer than two of them asked it alike, or it has nothing to follow.

    Parameters
    ----------
    waves
        Name to dataset, in order of time.
    name
        Of the item; waves that do not have it, or with other categories than the last, are left out.
    level, minimum
        As in ``tabulate``: what is hidden in a wave's own table is hidden here, and its change is not told.
    reports
        What is told of each wave elsewhere, so that the same is told and hidden here; by default the question alone.
    """
    alike = _alike(waves, name)
    if len(alike) < 2:
        return None
    told = reports or {wave: build(dataset.asked([name]), (), level, minimum) for wave, dataset in alike.items()}
    tables = {wave: told[wave].question(name).total for wave in alike}
    value = next((column for column in ("share", "mean") if column in next(iter(tables.values())).frame), "")
    if not value:
        return None
    try:
        changes = trend(alike, name, level=level)
    except UnusableData:
        return None
    frame = pd.concat([_wave(wave, table.frame, value) for wave, table in tables.items()], ignore_index=True)
    item = next(reversed(alike.values())).item(name)
    rows = tuple(_rows(frame, changes, tuple(alike), value, level))
    summed = tuple(_summed(tables, changes, level)) if value == "share" and changes["category"].isna().all() else ()
    return Trend(item.label, tuple(alike), (*rows, *summed), frame, summed[0].label if summed else "")


def _alike(waves: Mapping[str, Dataset], name: str) -> dict[str, Dataset]:
    having = {wave: data for wave, data in waves.items() if name in {item.name for item in data.items}}
    if not having:
        return {}
    last = next(reversed(having.values())).item(name)
    same = {wave: data.item(name) for wave, data in having.items()}
    return {wave: having[wave] for wave, item in same.items() if _shape(item) == _shape(last)}


def _shape(item: Item) -> tuple[str, frozenset[Code]]:
    """What two waves must have in common to be compared."""
    return item.scale, frozenset(item.shown)


def _wave(wave: str, table: pd.DataFrame, value: str) -> pd.DataFrame:
    label = table["label"] if "category" in table else pd.Series([_("Mean")] * len(table), dtype=object)
    code = table["category"].astype(object) if "category" in table else pd.Series([None] * len(table), dtype=object)
    told = pd.DataFrame({"wave": wave, "code": code, "label": label, value: table[value]})
    sure = table.get("reliability", pd.Series("", table.index)).astype(object)
    return told.assign(low=table["low"], high=table["high"], hidden=table["hidden"].astype(bool), reliability=sure)


def _rows(frame: pd.DataFrame, changes: pd.DataFrame, waves: Sequence[str], value: str, level: float) -> Iterator[TrendRow]:
    for label, part in frame.groupby("label", sort=False, observed=True):
        cells = tuple(_cell(record, value) for record in part.to_dict("records"))
        code = part["code"].iloc[0]
        last = changes[(changes["wave"] == waves[-1]) & ((changes["category"] == code) | (code is None))]
        shown = len(last) > 0 and all(cell.value is not None for cell in cells[-2:])
        told, sure = _change(last.iloc[0], value, level) if shown else ("", False)
        yield TrendRow(str(label), cells, told, sure)


def _summed(tables: Mapping[str, Table], changes: pd.DataFrame, level: float) -> Iterator[TrendRow]:
    """The mean score through the waves, as it stands in each wave's table, with its change."""
    cells = [next((cell for cell in table.rows[0].cells if cell.kind == SCORE), None) for table in tables.values()]
    told = tuple(replace(cell, column=wave) for wave, cell in zip(tables, cells, strict=True) if cell is not None)
    if len(told) < len(tables):
        return
    shown = len(changes) > 0 and all(cell.value is not None for cell in told[-2:])
    change, sure = _change(changes.iloc[-1], "mean", level) if shown else ("", False)
    yield TrendRow(cells[-1].column if cells[-1] else "", told, change, sure)


def _cell(record: Mapping[str, object], value: str) -> Cell:
    number, name, wave = float(str(record[value])), str(record["label"]), str(record["wave"])
    if record["hidden"]:
        return Cell(name, wave, _("hidden"), hidden=True)
    if math.isnan(number):
        return Cell(name, wave, NOTHING)
    low, high, code = float(str(record["low"])), float(str(record["high"])), printing.reliable(record)
    if value == "mean":
        margin = "" if math.isnan(low) else f"±{decimal((high - low) / 2, 1)}"
        return Cell(name, wave, decimal(number, 1), margin, number, kind="mean", reliability=code)
    return Cell(name, wave, percent(number), "" if math.isnan(low) else numbers.margin(low, high), number, reliability=code)


def _change(row: pd.Series, value: str, level: float) -> tuple[str, bool]:
    """The change in words, and whether it is more than chance."""
    change, p = float(row["change"]), float(row["p_adjusted"])
    sure = not math.isnan(p) and p <= 1 - level
    told = decimal(abs(change), 1) if value == "mean" else decimal(round(100 * abs(change)))
    if not sure:
        return _("no sure change"), False
    if value == "mean":
        return (_("up by %(size)s") if change > 0 else _("down by %(size)s")) % {"size": told}, True
    points = _("up by %(size)s percentage points") if change > 0 else _("down by %(size)s percentage points")
    return points % {"size": told}, True
