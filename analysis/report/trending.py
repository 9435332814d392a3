"""One question over several waves: what each said, and what has surely changed; safe, for it is made of what has been told."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import figures
from analysis.comparison import adjusted, trend
from analysis.dataset import Code, Dataset, Item, UnusableData
from analysis.figures import Words, numbers
from analysis.precision import reliability
from analysis.report import Report, Table, printing
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


def trending(waves: Mapping[str, Dataset], told: Mapping[str, Report], name: str, level: float = 0.95) -> Trend | None:
    """The question through the waves; None where fewer than two of them asked it alike, or it has nothing to follow.

    Parameters
    ----------
    waves
        Name to dataset, in order of time.
    told
        Name to what everybody has been told of the wave. What is hidden there is hidden here, and its change is neither
        tested nor told: a table made anew might hide something else, and the two would tell of each other.
    name
        Of the item; waves that do not have it, or with other categories than the last, are left out.
    level
        Of the tests of change.
    """
    alike = _alike(waves, name)
    if len(alike) < 2:
        return None
    tables = {wave: told[wave].question(name).total for wave in alike}
    value = next((column for column in ("share", "mean") if column in next(iter(tables.values())).frame), "")
    if not value:
        return None
    try:
        changes = trend(alike, name, adjust="none", level=level)
    except UnusableData:
        return None
    frame = pd.concat([_wave(wave, table.frame, value) for wave, table in tables.items()], ignore_index=True)
    item = next(reversed(alike.values())).item(name)
    if value == "share" and changes["category"].isna().all():
        summed = tuple(_summed(tables, changes, level))
        rows, called = (*_untested(frame, value), *summed), "".join(row.label for row in summed)
        return Trend(item.label, tuple(alike), rows, frame, called)
    rows = tuple(_rows(frame, _tested(changes, frame, tuple(alike), value), tuple(alike), value, level))
    return Trend(item.label, tuple(alike), rows, frame)


def _tested(changes: pd.DataFrame, frame: pd.DataFrame, waves: Sequence[str], value: str) -> pd.DataFrame:
    """The changes of what both waves show, adjusted for being tested together; what is hidden is not tested."""
    there = frame[frame[value].notna()]
    known, before = set(zip(there["wave"], there["code"], strict=True)), dict(zip(waves[1:], waves[:-1], strict=True))
    asked = zip(changes["wave"], changes["category"], strict=True)
    shown = [(wave, code) in known and (before.get(wave), code) in known for wave, code in asked]
    p = changes["p"].where(np.array(shown, dtype=bool))
    return changes.assign(p=p, p_adjusted=adjusted(p.to_numpy(dtype=float), "holm"))


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


def _untested(frame: pd.DataFrame, value: str) -> Iterator[TrendRow]:
    """Each answer through the waves, where it is not their changes that are tried."""
    for label, part in frame.groupby("label", sort=False, observed=True):
        yield TrendRow(str(label), tuple(_cell(record, value) for record in part.to_dict("records")), "", False)


def _summed(tables: Mapping[str, Table], changes: pd.DataFrame, level: float) -> Iterator[TrendRow]:
    """The mean score through the waves, as each wave's table tells it; its change only where the last two do."""
    cells = {wave: cell for wave, table in tables.items() for cell in table.rows[0].cells if cell.kind == SCORE}
    if len(cells) < len(tables):
        return
    waves = list(cells)
    shown = [cells[wave].value is not None for wave in waves]
    tried = [now and before for before, now in zip([False, *shown], shown, strict=False)]
    p = changes["p"].where(changes["wave"].map(dict(zip(waves, tried, strict=True))))
    last = changes.assign(p=p, p_adjusted=adjusted(p.to_numpy(dtype=float), "holm")).iloc[-1]
    told, sure = _change(last, "mean", level) if tried[-1] else ("", False)
    named = tuple(replace(cell, column=wave) for wave, cell in cells.items())
    yield TrendRow(next(iter(cells.values())).column, named, told, sure)


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
