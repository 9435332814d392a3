"""Horizontal bars with their margins."""

import math

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import lettering, numbers
from analysis.figures.house import BLUE, EDGE, GREY, INK, SMALL, TEXT, WHITE, Words
from analysis.figures.kinds.dots import dots
from analysis.figures.rows import Row
from analysis.figures.sheet import Sheet
from analysis.words import percent

BAR = 20.0


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
    if table["group"].nunique(dropna=False) > 1:
        return dots(table, words)
    sheet = Sheet(words)
    _bars(sheet, table)
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
