"""Change over time: a line with its intervals for each answer or group, named where it ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import lettering, numbers
from analysis.figures.house import BLUE, DASHES, EDGE, GREY, INK, MARKS, PALETTE, RULE, SMALL, TEXT, WHITE, Words
from analysis.figures.rows import Row, grouped
from analysis.figures.sheet import Dashes, Point, Sheet

HEIGHT = 210.0
LOW = 90.0
"""How high a panel is where every series has its own."""
MARK = 5.0


@dataclass(frozen=True)
class _Field:
    """Where the waves and the numbers are."""

    xs: dict[Any, float]
    right: float
    top: float
    floor: float
    marks: tuple[float, ...]
    kind: str

    def y(self, value: float) -> float:
        first, last = self.marks[0], self.marks[-1]
        return self.floor - (self.floor - self.top) * (min(max(value, first), last) - first) / (last - first)


def trend(table: pd.DataFrame, words: Words, kind: str = "") -> Figure:
    """
    Waves from left to right; at most four lines together, more of them in a panel each on the same scale.

    Parameters
    ----------
    table
        Tidy, one row per wave and series: ``wave, label, low, high, hidden``, the number as ``share`` or ``mean``
        (NaN where hidden); waves in order of time.
    words
        Title, subtitle, note; what is empty takes no room.
    kind
        What the numbers are: "share", "mean" or "balance"; "" goes by the column.
    """
    sheet = Sheet(words)
    column = "share" if "share" in table else "mean"
    kind = kind or column
    table = table.assign(value=table[column], hidden=table["hidden"].astype(bool) | table[column].isna())
    series = grouped(table, "label")
    waves = list(dict.fromkeys(table["wave"]))
    known = table.loc[~table["hidden"], ["value", "low", "high"]].to_numpy(dtype=float).ravel()
    marks = numbers.marks(kind, known)
    if len(series) <= len(PALETTE):
        _together(sheet, series, waves, marks, kind)
    else:
        _apart(sheet, series, waves, marks, kind)
    return sheet.finish()


def _together(
    sheet: Sheet, series: Sequence[tuple[str, list[Row]]], waves: list[Any], marks: tuple[float, ...], kind: str
) -> None:
    names = 0.34 * (sheet.right - EDGE)
    field = _field(sheet, waves, marks, kind, sheet.right - names - 10, HEIGHT)
    ends = []
    for i, (label, rows) in enumerate(series):
        shift = 5.0 * (i - (len(series) - 1) / 2)
        last = _line(sheet, field, rows, shift, PALETTE[i], DASHES[i], MARKS[i])
        ends.append((field.floor if last is None else last[0], label, "" if last is None else last[1], i))
    _names(sheet, ends, field, names)
    _waves(sheet, waves, field)


def _apart(
    sheet: Sheet, series: Sequence[tuple[str, list[Row]]], waves: list[Any], marks: tuple[float, ...], kind: str
) -> None:
    for label, rows in series:
        sheet.y += 6
        sheet.paragraph(label, bold=True)
        sheet.y += SMALL
        field = _field(sheet, waves, marks, kind, sheet.right - 6, LOW)
        _line(sheet, field, rows, 0.0, BLUE, DASHES[0], MARKS[0], told=True)
        _waves(sheet, waves, field)


def _field(
    sheet: Sheet, waves: list[Any], marks: tuple[float, ...], kind: str, right: float, height: float
) -> _Field:
    """Lines across at round numbers, which stand to the left of them."""
    axis = max(lettering.width(numbers.mark(kind, mark), SMALL) for mark in marks) + 8
    top = sheet.y + SMALL
    widest = max((lettering.width(str(wave), SMALL) for wave in waves), default=0.0)
    first, last = EDGE + axis + 16, right - max(14.0, min(widest / 2 - (sheet.right - right), 60.0))
    step = (last - first) / max(1, len(waves) - 1)
    xs = {wave: first + i * step if len(waves) > 1 else (first + last) / 2 for i, wave in enumerate(waves)}
    field = _Field(xs, right, top, top + height, marks, kind)
    sheet.strokes([(EDGE + axis, field.y(mark), right, field.y(mark)) for mark in marks], RULE)
    for mark in marks:
        sheet.text(EDGE + axis - 6, field.y(mark) + SMALL * 0.36, numbers.mark(kind, mark), SMALL, color=GREY, ha="right")
    return field


def _line(
    sheet: Sheet, field: _Field, rows: Sequence[Row], shift: float, colour: str, dashes: Dashes, mark: str,
    told: bool = False,
) -> tuple[float, str] | None:  # fmt: skip
    """One series, broken where it is hidden; gives the height of its last number, and that number in words."""
    pieces: list[list[Point]] = [[]]
    whiskers = []
    for row in rows:
        if row.hidden:
            pieces.append([])
            continue
        x, y = field.xs[row.wave] + shift, field.y(row.value)
        pieces[-1].append((x, y))
        if not math.isnan(row.low):
            low, high = field.y(row.low), field.y(row.high)
            whiskers += [(x, low, x, high), (x - 3, low, x + 3, low), (x - 3, high, x + 3, high)]
        if told:
            high = field.y(row.high) if not math.isnan(row.high) else y - MARK
            sheet.text(x, high - 5, numbers.told(field.kind, row.value, math.nan, math.nan), SMALL, ha="center")
    sheet.strokes(whiskers, colour, 1.4)
    sheet.lines([piece for piece in pieces if len(piece) > 1], colour, 2.2, dashes)
    points = [point for piece in pieces for point in piece]
    sheet.marks(points, MARK, colour, WHITE, mark)
    for row in rows:
        if row.hidden:
            sheet.hatch((field.xs[row.wave] + shift - 5, field.floor - 14, 10, 12))
    final = [row for row in rows if not row.hidden][-1:]
    return (points[-1][1], numbers.told(field.kind, final[0].value, final[0].low, final[0].high)) if final else None


def _names(sheet: Sheet, ends: list[tuple[float, str, str, int]], field: _Field, room: float) -> None:
    """Each series' name and last number level with its end, or as near as the others allow, with a piece of its line."""
    x = field.right + 10
    blocks = [(y, [*lettering.wrap(label, room - 24, SMALL, most=4), told], i) for y, label, told, i in sorted(ends)]
    heights = [len(lines) * SMALL * 1.15 + 6 for _y, lines, _i in blocks]
    tops = _spaced([y - h / 2 for (y, _l, _i), h in zip(blocks, heights, strict=True)], heights, field.top, field.floor)
    for top, (_y, lines, i) in zip(tops, blocks, strict=True):
        middle = top + SMALL * 0.7
        sheet.strokes([(x - 4, middle, x + 18, middle)], PALETTE[i], 2.2, DASHES[i])
        sheet.marks([(x + 7, middle)], MARK, PALETTE[i], WHITE, MARKS[i])
        for j, line in enumerate(lines):
            weight = "bold" if j == len(lines) - 1 else "normal"
            sheet.text(x + 24, top + SMALL * (1.06 + 1.15 * j), line, SMALL, fontweight=weight)


def _spaced(tops: list[float], heights: list[float], least: float, floor: float) -> list[float]:
    """Places in order that do not overlap, moved down as little as need be, then up from the floor."""
    placed: list[float] = []
    for top, _height in zip(tops, heights, strict=True):
        after = placed[-1] + heights[len(placed) - 1] if placed else least - SMALL
        placed.append(max(top, after))
    limit = floor + SMALL
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], limit - heights[i])
        limit = placed[i]
    return placed


def _waves(sheet: Sheet, waves: list[Any], field: _Field) -> None:
    """The names of the waves under the marks, as many as there is room for, the last one always."""
    texts = [str(wave) for wave in waves]
    step = (field.xs[waves[-1]] - field.xs[waves[0]]) / max(1, len(waves) - 1) or field.right - EDGE
    widest = max((lettering.width(text, SMALL) for text in texts), default=0.0) + 10
    every = max(1, math.ceil(widest / step))
    sheet.strokes([(x, field.floor, x, field.floor + 4) for x in field.xs.values()], GREY)
    for i, (wave, text) in enumerate(zip(waves, texts, strict=True)):
        if (len(waves) - 1 - i) % every:
            continue
        half = lettering.width(text, SMALL) / 2
        x = min(max(field.xs[wave], EDGE + half), max(sheet.right - half, EDGE + half))
        sheet.text(x, field.floor + SMALL + 6, text, SMALL, color=INK, ha="center")
    sheet.y = field.floor + SMALL + TEXT * 0.6 + 6
