"""Groups compared: under each answer a dot with its interval for every group."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import lettering, numbers
from analysis.figures.house import BLUE, EDGE, GREY, PALE, RULE, SMALL, TEXT, WHITE, Words
from analysis.figures.rows import Row, grouped
from analysis.figures.sheet import Sheet
from analysis.words import _, ngettext

DOT = 6.5
MOST = 120
"""Rows that a chart holds; the commonest answers are shown, as many as fit."""


@dataclass(frozen=True)
class _Field:
    """Where the dots stand, and how numbers become points."""

    left: float
    right: float
    marks: tuple[float, ...]
    kind: str

    def at(self, value: float) -> float:
        first, last = self.marks[0], self.marks[-1]
        return self.left + (self.right - self.left) * (min(max(value, first), last) - first) / (last - first)


def dots(table: pd.DataFrame, words: Words, kind: str = "") -> Figure:
    """
    A section for each answer, a line for each group: a dot, its interval, the number; a dashed line for everybody.

    Parameters
    ----------
    table
        Tidy, one row per group and answer: ``group, label, low, high, hidden``, the number itself as ``share``
        (between 0 and 1) or ``mean``, NaN where hidden, and, if it is known, ``whole``: the same for everybody.
    words
        Title, subtitle, note; what is empty takes no room.
    kind
        What the numbers are: "share", "mean", or "balance" (a difference of shares); "" goes by the column.
    """
    sheet = Sheet(words)
    column = "share" if "share" in table else "mean"
    table = table.assign(value=table[column], hidden=table["hidden"].astype(bool) | table[column].isna())
    table, left_out = _fitting(table)
    field, names = _field(sheet, table, kind or column)
    for label, rows in grouped(table, "label"):
        _section(sheet, label, rows, field, names)
    _axis(sheet, field, whole="whole" in table and bool(table["whole"].notna().any()))
    if left_out:
        one, many = "%(n)s less common answer is in the table only.", "%(n)s less common answers are in the table only."
        text = ngettext(one, many, left_out)
        sheet.paragraph(text % {"n": left_out}, SMALL, GREY)
    return sheet.finish()


def _fitting(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The answers that there is room for, in their order, and how many others there are."""
    labels = list(dict.fromkeys(table["label"]))
    most = max(1, MOST // max(1, len(table) // max(1, len(labels))))
    if len(labels) <= most:
        return table, 0
    common = table.groupby("label", sort=False, observed=True)["value"].mean().fillna(-math.inf)
    kept = set(common.sort_values(ascending=False, kind="stable").index[:most])
    return table[table["label"].isin(kept)], len(labels) - most


def _field(sheet: Sheet, table: pd.DataFrame, kind: str) -> tuple[_Field, float]:
    names = min(0.36 * (sheet.right - EDGE), max((lettering.width(str(g), SMALL) for g in table["group"]), default=0.0))
    known = table[~table["hidden"]]
    texts = [numbers.told(kind, row.value, row.low, row.high) for row in known.itertuples()]
    values = max((lettering.width(text, TEXT, bold=True) for text in [*texts, _("Hidden")]), default=0.0)
    columns = [name for name in ("value", "low", "high", "whole") if name in known]
    found = known[columns].to_numpy(dtype=float).ravel()
    return _Field(EDGE + names + 16, sheet.right - values - 16, numbers.marks(kind, found), kind), names


def _section(sheet: Sheet, label: str, rows: Sequence[Row], field: _Field, names: float) -> None:
    if label:
        sheet.y += 8
        sheet.paragraph(label, bold=True, most=4)
    sheet.y += 4
    top = sheet.y
    lines = list(_rows(sheet, rows, field, names))
    sheet.strokes([(field.at(mark), top, field.at(mark), sheet.y) for mark in field.marks], RULE)
    whole = getattr(rows[0], "whole", math.nan)
    if not math.isnan(whole):
        sheet.strokes([(field.at(whole), top, field.at(whole), sheet.y)], GREY, 1.6, (0, (3.0, 2.0)))
    spans = [(field.at(row.low), y, field.at(row.high), y) for row, y in lines if not math.isnan(row.low)]
    sheet.strokes(spans, BLUE, 2.4)
    sheet.strokes([(x, y - 4, x, y + 4) for a, y, b, _y in spans for x in (a, b)], BLUE, 1.6)
    sheet.marks([(field.at(row.value), y) for row, y in lines], DOT, BLUE, WHITE)


def _rows(sheet: Sheet, rows: Sequence[Row], field: _Field, names: float) -> Iterator[tuple[Row, float]]:
    """Write the groups and their numbers; gives those that have a dot, and where."""
    for row in rows:
        lines = lettering.wrap(str(row.group), names + 1, SMALL, most=3)
        height = max(24.0, len(lines) * SMALL * 1.15 + 8)
        middle = sheet.y + height / 2
        for i, line in enumerate(lines):
            sheet.text(EDGE, middle + SMALL * (0.36 + 1.15 * (i - (len(lines) - 1) / 2)), line, SMALL)
        if row.hidden:
            _unknown(sheet, field, middle)
        else:
            told = numbers.told(field.kind, row.value, row.low, row.high)
            sheet.text(sheet.right, middle + TEXT * 0.36, told, ha="right", fontweight="bold")
            yield row, middle
        sheet.y += height


def _unknown(sheet: Sheet, field: _Field, middle: float) -> None:
    sheet.boxes([(field.left, middle - 9, field.right - field.left, 18)], PALE)
    sheet.text(sheet.right, middle + SMALL * 0.36, _("Hidden"), SMALL, color=GREY, ha="right")


def _axis(sheet: Sheet, field: _Field, whole: bool) -> None:
    sheet.y += SMALL + 4
    for i, mark in enumerate(field.marks):
        side = "left" if i == 0 else "right" if i == len(field.marks) - 1 else "center"
        sheet.text(field.at(mark), sheet.y, numbers.mark(field.kind, mark), SMALL, color=GREY, ha=side)
    sheet.y += 4
    if whole:
        sheet.y += SMALL + 4
        sheet.strokes([(EDGE + 7, sheet.y - 13, EDGE + 7, sheet.y + 3)], GREY, 1.6, (0, (3.0, 2.0)))
        sheet.text(EDGE + 20, sheet.y, _("Everybody together"), SMALL, color=GREY)
        sheet.y += 4
