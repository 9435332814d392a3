"""How numbers are spread: bars whose area is the share."""

import math

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import lettering, numbers
from analysis.figures.house import BLUE, EDGE, GREY, INK, RULE, SMALL, TEXT, Words
from analysis.figures.sheet import Sheet
from analysis.words import decimal, percent

HEIGHT = 150.0


def histogram(table: pd.DataFrame, words: Words) -> Figure:
    """
    Columns side by side, one panel for each group.

    Parameters
    ----------
    table
        Tidy, one row per interval: ``low_edge, high_edge, share`` and, where they are known,
        ``label, group, base, hidden``; shares between 0 and 1.
    words
        Title, subtitle, note; what is empty takes no room.
    """
    sheet = Sheet(words)
    table = table.assign(
        group=table["group"].astype(str) if "group" in table else "",
        hidden=table["hidden"].astype(bool) if "hidden" in table else False,
    )
    table["density"] = table["share"] / (table["high_edge"] - table["low_edge"])
    tallest = table.loc[~table["hidden"], "density"].max()
    several = table["group"].nunique() > 1
    for group, rows in table.groupby("group", sort=False, observed=True):
        if several:
            sheet.y += 8
            sheet.paragraph(str(group), bold=True)
        _panel(sheet, rows, HEIGHT * (0.6 if several else 1.0), tallest)
    return sheet.finish()


def _panel(sheet: Sheet, rows: pd.DataFrame, height: float, tallest: float) -> None:
    start, stop = rows["low_edge"].min(), rows["high_edge"].max()
    scale = (sheet.right - EDGE) / (stop - start)
    floor = sheet.y + SMALL + 8 + height
    columns = []
    for row in rows.itertuples():
        x, wide = EDGE + (row.low_edge - start) * scale, (row.high_edge - row.low_edge) * scale
        if row.hidden or math.isnan(row.share):
            sheet.hatch((x + 1, floor - height * 0.3, wide - 2, height * 0.3))
            continue
        tall = height * row.density / tallest if tallest else 0.0
        columns.append((x + 1, floor - tall, wide - 2, tall))
        _number(sheet, x + wide / 2, floor - tall - 5, wide, row.share)
    sheet.boxes(columns, BLUE)
    sheet.strokes([(EDGE, floor, sheet.right, floor)], INK)
    if not _named(sheet, rows, start, scale, floor):
        _edges(sheet, [*rows["low_edge"], stop], start, scale, floor)
    sheet.y = floor + SMALL + 12
    if rows["hidden"].any():
        sheet.paragraph(numbers.hidden(), SMALL, GREY)


def _number(sheet: Sheet, x: float, y: float, wide: float, share: float) -> None:
    for text, size in ((percent(share), TEXT), (percent(share), SMALL), (decimal(round(100 * share)), SMALL)):
        if lettering.width(text, size) <= wide:
            sheet.text(x, y, text, size, ha="center")
            return


def _named(sheet: Sheet, rows: pd.DataFrame, start: float, scale: float, floor: float) -> bool:
    """The intervals' own names under the columns, if they have any and all of them fit."""
    if "label" not in rows:
        return False
    places = [
        (str(row.label), (row.low_edge + row.high_edge) / 2, (row.high_edge - row.low_edge) * scale)
        for row in rows.itertuples()
    ]
    fits = all(lettering.width(text, SMALL) + 4 <= room for text, _middle, room in places)
    for text, middle, _room in places if fits else []:
        sheet.text(EDGE + (middle - start) * scale, floor + 4 + SMALL, text, SMALL, color=GREY, ha="center")
    return fits


def _edges(sheet: Sheet, edges: list[float], start: float, scale: float, floor: float) -> None:
    """The numbers under the columns, as many as there is room for."""
    whole = all(float(edge).is_integer() for edge in edges)
    texts = [decimal(edge, 0 if whole else 1) for edge in edges]
    widest = max(lettering.width(text, SMALL) for text in texts) + 10
    every = max(1, math.ceil(widest * (len(edges) - 1) / (sheet.right - EDGE)))
    for i, (edge, text) in enumerate(zip(edges, texts, strict=True)):
        if i % every:
            continue
        x = EDGE + (edge - start) * scale
        side = "left" if i == 0 else "right" if i == len(edges) - 1 else "center"
        sheet.strokes([(x, floor, x, floor + 4)], RULE)
        sheet.text(x, floor + 4 + SMALL, text, SMALL, color=GREY, ha=side)
