"""Horizontal bars with their margins; several groups as dots under each answer."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.words import _, percent

from . import lettering, numbers
from .house import BLUE, EDGE, GREY, INK, PALE, RULE, SMALL, TEXT, WHITE, Words
from .sheet import Sheet

BAR = 20.0
DOT = 7.0
Row = Any
"""A row of a table as pandas hands it out."""


def bars(table: pd.DataFrame, words: Words) -> Figure:
    """
    Bars from nought, a whisker over the interval, the number beside; for several groups dots with their intervals.

    Parameters
    ----------
    table
        Tidy, one row per group and answer: ``group, label, share, low, high, base, hidden``; shares between 0 and 1,
        NaN where hidden.
    words
        Title, subtitle, note; what is empty takes no room.
    """
    sheet = Sheet(words)
    several = table["group"].nunique(dropna=False) > 1
    (_dots if several else _bars)(sheet, table)
    return sheet.finish()


def _known(row: Row) -> bool:
    return not (row.hidden or math.isnan(row.share))


def _reach(table: pd.DataFrame) -> float:
    """Where the scale ends: the highest interval, up to the next ten."""
    highest = table.loc[~table["hidden"].astype(bool), ["share", "high"]].max().max()
    return 1.0 if math.isnan(highest) else min(1.0, max(0.1, math.ceil(10 * highest - 1e-9) / 10))


def _bars(sheet: Sheet, table: pd.DataFrame) -> None:
    room = sheet.right - EDGE - lettering.width(f"{percent(1)} ±10", TEXT, bold=True) - 14
    scale = room / _reach(table)
    whole, drawn = [], []
    for row in table.itertuples():
        sheet.y += 6
        sheet.paragraph(str(row.label), most=4)
        sheet.y += 4
        if _known(row):
            whole.append((EDGE, sheet.y, max(row.share * scale, 1.0), BAR))
            drawn.append((row, sheet.y + BAR / 2))
        else:
            _unknown(sheet, EDGE, room, BAR)
        sheet.y += BAR + 4
    sheet.boxes(whole, BLUE)
    _whiskers(sheet, drawn, scale)


def _whiskers(sheet: Sheet, drawn: list[tuple[Row, float]], scale: float) -> None:
    """The interval: white on the bar, dark beyond it, with the number after its end."""
    inside, outside = [], []
    for row, y in drawn:
        end = EDGE + row.share * scale
        if not math.isnan(row.low):
            low, high = EDGE + row.low * scale, EDGE + row.high * scale
            inside += [(low, y, end, y), (low, y - 4, low, y + 4)] if end - low > 3 else []
            outside += [(end, y, high, y), (high, y - 4, high, y + 4)]
            end = max(end, high)
        sheet.text(end + 8, y + TEXT * 0.36, numbers.estimate(row.share, row.low, row.high), fontweight="bold")
    sheet.strokes(inside, WHITE, 1.6)
    sheet.strokes(outside, INK, 1.6)


def _unknown(sheet: Sheet, x: float, room: float, height: float) -> None:
    text = numbers.hidden()
    sheet.hatch((x, sheet.y, 40, height))
    sheet.text(x + 50, sheet.y + height / 2 + SMALL * 0.36, text, SMALL, color=GREY)


def _dots(sheet: Sheet, table: pd.DataFrame) -> None:
    groups = list(dict.fromkeys(map(str, table["group"])))
    names = min(150.0, max(lettering.width(name, SMALL) for name in groups)) + 10
    values = lettering.width(f"{percent(1)} ±10", TEXT, bold=True) + 10
    left, right = EDGE + names, sheet.right - values
    reach = _reach(table)
    scale = (right - left) / reach
    for label, rows in table.groupby("label", sort=False, observed=True):
        sheet.y += 8
        sheet.paragraph(str(label), bold=True, most=4)
        sheet.y += 4
        top = sheet.y
        lines = list(_group_rows(sheet, rows.itertuples(), names - 10, left, right))
        grid = [left + reach * scale * i / 2 for i in range(3)]
        sheet.strokes([(x, top, x, sheet.y) for x in grid], RULE)
        _intervals(sheet, lines, left, scale)
    _axis(sheet, reach, left, scale)


def _group_rows(
    sheet: Sheet, rows: Iterable[Row], names: float, left: float, right: float
) -> Iterable[tuple[Row, float]]:
    for row in rows:
        lines = lettering.wrap(str(row.group), names, SMALL, most=2)
        height = max(24.0, len(lines) * SMALL * 1.15 + 6)
        middle = sheet.y + height / 2
        for i, line in enumerate(lines):
            sheet.text(EDGE, middle + SMALL * (0.36 + 1.15 * (i - (len(lines) - 1) / 2)), line, SMALL)
        if _known(row):
            sheet.text(
                sheet.right, middle + TEXT * 0.36, numbers.estimate(row.share, row.low, row.high), ha="right",
                fontweight="bold",
            )  # fmt: skip
            yield row, middle
        else:
            sheet.boxes([(left, middle - 9, right - left, 18)], PALE)
            sheet.text(left + 8, middle + SMALL * 0.36, _("Hidden"), SMALL, color=GREY)
        sheet.y += height


def _intervals(sheet: Sheet, lines: list[tuple[Row, float]], left: float, scale: float) -> None:
    spans = [(left + row.low * scale, y, left + row.high * scale, y) for row, y in lines if not math.isnan(row.low)]
    ends = [(x, y - 4, x, y + 4) for a, y, b, _y in spans for x in (a, b)]
    sheet.strokes(spans, BLUE, 2.4)
    sheet.strokes(ends, BLUE, 1.6)
    sheet.discs([(left + row.share * scale, y) for row, y in lines], DOT, BLUE, WHITE)


def _axis(sheet: Sheet, reach: float, left: float, scale: float) -> None:
    sheet.y += SMALL + 4
    for i, side in enumerate(("left", "center", "right")):
        at = reach * i / 2
        sheet.text(left + at * scale, sheet.y, percent(at), SMALL, color=GREY, ha=side)
    sheet.y += 4
