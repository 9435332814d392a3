"""Small multiples: one panel for each group, all on the same scale."""

import math

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import lettering, numbers
from analysis.figures.house import BLUE, EDGE, GREY, INK, RULE, SMALL, TEXT, Words
from analysis.figures.rows import Row, grouped
from analysis.figures.sheet import Box, Sheet, Stroke
from analysis.words import decimal, ngettext, percent

BAR = 11.0
GAP = 22.0
ACROSS = 2


def panels(table: pd.DataFrame, words: Words) -> Figure:
    """
    Two panels side by side, bars from nought with their intervals in each; every panel has the same answers in order.

    Parameters
    ----------
    table
        Tidy, one row per group and answer: ``group, label, share, low, high, base, hidden``; shares between 0 and 1,
        NaN where hidden.
    words
        Title, subtitle, note; what is empty takes no room.
    """
    sheet = Sheet(words)
    table = table.assign(hidden=table["hidden"].astype(bool) | table["share"].isna())
    groups = grouped(table, "group")
    room = (sheet.right - EDGE - GAP * (ACROSS - 1)) / ACROSS
    top = numbers.marks("share", table.loc[~table["hidden"], ["share", "high"]].to_numpy(dtype=float).ravel())[-1]
    scale = (room - lettering.width(f"{percent(1)} ±10", SMALL, bold=True) - 10) / top
    for start in range(0, len(groups), ACROSS):
        _line(sheet, groups[start : start + ACROSS], room, scale)
    return sheet.finish()


def _line(sheet: Sheet, groups: list[tuple[str, list[Row]]], room: float, scale: float) -> None:
    """Panels side by side, their answers level with each other."""
    sheet.y += 10
    starts = [EDGE + i * (room + GAP) for i in range(len(groups))]
    _heads(sheet, groups, starts, room)
    bars: list[Box] = []
    whiskers: list[Stroke] = []
    concealed = [all(row.hidden for row in rows) for _group, rows in groups]
    for rows in () if all(concealed) else zip(*(rows for _group, rows in groups), strict=True):
        sheet.y += 5
        shown = [(row, x) for row, x, conceals in zip(rows, starts, concealed, strict=True) if not conceals]
        _paragraphs(sheet, [(str(row.label), x) for row, x in shown], room)
        sheet.y += 3
        for row, x in shown:
            _bar(sheet, row, x, scale, bars, whiskers)
        sheet.y += BAR + 3
    sheet.boxes(bars, BLUE)
    sheet.strokes(whiskers, INK, 1.4)
    sheet.y += 6


def _heads(sheet: Sheet, groups: list[tuple[str, list[Row]]], starts: list[float], room: float) -> None:
    sheet.strokes([(x, sheet.y, x + room, sheet.y) for x in starts], RULE)
    sheet.y += 2
    _paragraphs(sheet, [(group, x) for (group, _rows), x in zip(groups, starts, strict=True)], room, bold=True)
    sheet.y += SMALL + 2
    for (_group, rows), x in zip(groups, starts, strict=True):
        base = math.nan if all(row.hidden for row in rows) else rows[0].base
        count = "" if math.isnan(base) else ngettext("%(n)s answer", "%(n)s answers", int(base)) % {"n": decimal(base)}
        sheet.text(x, sheet.y, count or numbers.hidden(), SMALL, color=GREY)
    sheet.y += 2


def _paragraphs(sheet: Sheet, texts: list[tuple[str, float]], room: float, bold: bool = False) -> None:
    """Texts side by side; what follows is under the longest."""
    size = TEXT if bold else SMALL
    top, ends = sheet.y, []
    for text, x in texts:
        sheet.y = top
        sheet.paragraph(text, size, bold=bold, room=room, most=5, x=x)
        ends.append(sheet.y)
    sheet.y = max(ends, default=top)


def _bar(sheet: Sheet, row: Row, x: float, scale: float, bars: list[Box], whiskers: list[Stroke]) -> None:
    middle = sheet.y + BAR / 2
    if row.hidden:
        sheet.hatch((x, sheet.y, 40, BAR))
        return
    end = x + max(row.share * scale, 1.0)
    bars.append((x, sheet.y, end - x, BAR))
    if not math.isnan(row.low):
        low, high = x + row.low * scale, x + row.high * scale
        whiskers += [(end, middle, high, middle), (high, middle - 3, high, middle + 3)]
        end = max(end, high, low)
    told = numbers.estimate(row.share, row.low, row.high)
    sheet.text(end + 6, middle + SMALL * 0.36, told, SMALL, fontweight="bold")
