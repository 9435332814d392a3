"""A map of districts in tints, each with its number and listed by name; and a map of where points lie close."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import geometry, lettering, numbers
from analysis.figures.geometry import View
from analysis.figures.house import EDGE, GREY, INK, RULE, SMALL, WHITE, Shapes, Words, ink_on, tints
from analysis.figures.sheet import Box, Sheet
from analysis.geometry import Rings, rings
from analysis.words import _, decimal

HIGHEST = 420.0
CLASSES = 4
LINE = SMALL * 1.2


@dataclass(frozen=True, eq=False)
class _Area:
    """A row of the table with what it looks like; ``rings`` is empty where it has no place on the map."""

    name: str
    told: str
    rings: Rings
    tint: str
    hidden: bool
    number: str = ""

    @property
    def ink(self) -> str:
        return INK if self.hidden else ink_on(self.tint)


def district_map(table: pd.DataFrame, shapes: Shapes, words: Words, kind: str = "") -> Figure:
    """
    Districts in at most four tints: name and number where they have room, else a number that the list explains.

    Parameters
    ----------
    table
        Tidy, one row per district: ``code, group, low, high, hidden``, the number as ``share`` or ``mean`` (NaN where
        hidden). Those without a shape are listed under the map; hidden ones are hatched.
    shapes
        Code to GeoJSON geometry in degrees or metres; shapes that the table lacks are drawn empty.
    words
        Title, subtitle, note; what is empty takes no room.
    kind
        What the numbers are: "share", "mean", "balance" or "count"; "" goes by the column.
    """
    sheet = Sheet(words)
    column = "share" if "share" in table else "mean"
    kind = kind or column
    table = table.assign(value=table[column], hidden=table["hidden"].astype(bool) | table[column].isna())
    edges = _edges(kind, table.loc[~table["hidden"], "value"].tolist())
    if edges:
        _key(sheet, [f"{a}–{b}" for a, b in _spans(kind, edges)], tints(len(edges) - 1))
    every = {code: rings(shape) for code, shape in shapes.items()}
    if not every:
        _list(sheet, [_area(row, every, edges, kind) for row in table.itertuples()])
        return sheet.finish()
    view, high = geometry.view(every.values(), EDGE, sheet.y + 4, sheet.right - EDGE, HIGHEST)
    placed = {code: [geometry.simple(view.place(ring)) for ring in rings] for code, rings in every.items()}
    areas = [_area(row, placed, edges, kind) for row in table.itertuples()]
    _ground(sheet, list(placed.values()), areas)
    listed = _letters(sheet, areas)
    sheet.y += high + 10
    _list(sheet, listed)
    return sheet.finish()


def _edges(kind: str, values: Sequence[float]) -> tuple[float, ...]:
    """Round limits of at most four classes that hold the values; none without values."""
    if not values:
        return ()
    low, high = min(values), max(values)
    whole = kind == "count"
    span = max(high - low, 1e-3 * max(abs(low), abs(high)), 1e-9) + whole
    power = 10.0 ** math.floor(math.log10(span / CLASSES))
    steps = [n * power for n in (1, 2, 2.5, 5, 10, 20, 25) if not whole or float(n * power).is_integer()]
    for step in steps:
        first, last = math.floor(low / step + 1e-9), math.ceil((high + whole) / step - 1e-9)
        if last - first <= CLASSES:
            break
    return tuple(round(step * i, 10) for i in range(first, max(last, first + 1) + 1))


def _spans(kind: str, edges: Sequence[float]) -> list[tuple[str, str]]:
    last = 1 if kind == "count" else 0
    shown = "mean" if kind == "count" else kind
    texts = [(numbers.mark(shown, a), numbers.mark(shown, b - last)) for a, b in zip(edges, edges[1:], strict=False)]
    return [(a.rstrip("\N{NO-BREAK SPACE}%") if kind == "share" else a, b) for a, b in texts]


def _key(sheet: Sheet, texts: Sequence[str], colours: Sequence[str]) -> None:
    """Tints and what they stand for, side by side, in as many lines as it takes."""
    x = EDGE
    sheet.y += SMALL + 4
    for text, colour in zip(texts, colours, strict=True):
        wide = 22 + lettering.width(text, SMALL)
        if x > EDGE and x + wide > sheet.right:
            x, sheet.y = EDGE, sheet.y + SMALL + 8
        sheet.boxes([(x, sheet.y - 12, 16, 14)], colour, GREY)
        sheet.text(x + 22, sheet.y, text, SMALL)
        x += wide + 14
    sheet.y += 10


def _area(row: Any, placed: Mapping[Any, Rings], edges: Sequence[float], kind: str) -> _Area:
    rings = placed.get(row.code, [])
    if row.hidden:
        return _Area(str(row.group), _("Hidden"), rings, WHITE, True)
    place = min(int(np.searchsorted(edges, row.value, side="right")) - 1, len(edges) - 2)
    told = decimal(row.value) if kind == "count" else numbers.told(kind, row.value, row.low, row.high)
    return _Area(str(row.group), told, rings, tints(len(edges) - 1)[max(place, 0)], False)


def _ground(sheet: Sheet, shapes: Sequence[Rings], areas: Sequence[_Area]) -> None:
    """All shapes, the tints, the stripes of what is hidden, and the borders over them."""
    sheet.areas([[_points(ring) for ring in rings] for rings in shapes if rings], WHITE, GREY)
    for tint in dict.fromkeys(area.tint for area in areas):
        of_tint = [area for area in areas if area.tint == tint and area.rings and not area.hidden]
        sheet.areas([[_points(ring) for ring in area.rings] for area in of_tint], tint, INK)
    hidden = [area.rings for area in areas if area.hidden and area.rings]
    sheet.strokes([stroke for rings in hidden for stroke in geometry.stripes(rings)], "#9A9C9C")
    sheet.areas([[_points(ring) for ring in rings] for rings in hidden], "none", INK)


def _points(ring: Any) -> list[tuple[float, float]]:
    return [(round(x, 2), round(y, 2)) for x, y in ring.tolist()]


def _letters(sheet: Sheet, areas: Sequence[_Area]) -> list[_Area]:
    """Names and numbers in the areas that hold them; gives those that the list must explain, each with its number."""
    listed: list[_Area] = []
    taken: list[Box] = []
    for area in areas:
        if not area.rings:
            listed.append(area)
            continue
        places = geometry.middles(area.rings)
        lines = [*lettering.wrap(area.name, 130, SMALL, most=2), area.told]
        wide = max(lettering.width(line, SMALL, bold=True) for line in lines) + 6
        at = geometry.room(area.rings, places, wide, LINE * len(lines) + 4)
        if at is None:
            listed.append(replace(area, number=str(sum(bool(each.number) for each in listed) + 1)))
            _number(sheet, listed[-1], places, taken)
            continue
        _name(sheet, area, lines, at, wide)
    return listed


def _name(sheet: Sheet, area: _Area, lines: list[str], at: tuple[float, float], wide: float) -> None:
    x, y = at
    if area.hidden:
        high = LINE * len(lines)
        sheet.boxes([(x - wide / 2 + 1, y - high / 2, wide - 2, high)], WHITE)
    top = y - LINE * len(lines) / 2
    for i, line in enumerate(lines):
        weight = "bold" if i == len(lines) - 1 and not area.hidden else "normal"
        sheet.text(x, top + LINE * i + SMALL * 0.98, line, SMALL, ha="center", color=area.ink, fontweight=weight)


def _number(sheet: Sheet, area: _Area, places: Any, taken: list[Box]) -> None:
    """A number where it meets no other, in a white box where the area does not hold it."""
    wide, high = lettering.width(area.number, SMALL, bold=True) + 4, SMALL + 2
    at = geometry.room(area.rings, places, wide, high)
    x, y = at or _free(places[0], wide, high, taken)
    box = (x - wide / 2, y - high / 2, wide, high)
    taken.append(box)
    if at is None or area.hidden:
        home = places[0]
        if at is None and math.hypot(home[0] - x, home[1] - y) > high / 2:
            sheet.strokes([(home[0], home[1], x, y)], INK)
        sheet.boxes([box], WHITE, GREY if at is None else "none")
    ink = INK if at is None else area.ink
    sheet.text(x, y + SMALL * 0.36, area.number, SMALL, ha="center", color=ink, fontweight="bold")


def _free(home: Any, wide: float, high: float, taken: Sequence[Box]) -> tuple[float, float]:
    """The nearest place about ``home`` where a box meets none of those that are taken."""
    for away in range(9):
        for turn in range(8 if away else 1):
            x = home[0] + away * wide * 0.75 * math.cos(math.pi * turn / 4)
            y = home[1] + away * high * 0.75 * math.sin(math.pi * turn / 4)
            x = min(max(x, EDGE + wide / 2), 420 - EDGE - wide / 2)
            if not any(abs(x - a - w / 2) < (wide + w) / 2 and abs(y - b - h / 2) < (high + h) / 2 for a, b, w, h in taken):
                return x, y
    return float(home[0]), float(home[1])


def _list(sheet: Sheet, areas: Sequence[_Area]) -> None:
    """What the numbers on the map stand for; in two columns where all fit."""
    if not areas:
        return
    half = (sheet.right - EDGE - 16) / 2
    values = max(lettering.width(area.told, SMALL, bold=True) for area in areas)
    fits = len(areas) > 1 and all(lettering.width(area.name, SMALL) <= half - 38 - values for area in areas)
    wide = half if fits else sheet.right - EDGE
    deep = math.ceil(len(areas) / 2) if fits else len(areas)
    top, ends = sheet.y, [sheet.y]
    for start in range(0, len(areas), deep):
        sheet.y = top
        for area in areas[start : start + deep]:
            _entry(sheet, area, EDGE + (half + 16 if start else 0), wide, values)
        ends.append(sheet.y)
    sheet.y = max(ends)


def _entry(sheet: Sheet, area: _Area, x: float, wide: float, values: float) -> None:
    top = sheet.y + 3
    box = (x, top, 26.0, SMALL + 5)
    if area.hidden:
        sheet.hatch(box)
        if area.number:
            sheet.boxes([(x + 4, top + 2, 18, SMALL + 1)], WHITE)
    else:
        sheet.boxes([box], area.tint, GREY)
    sheet.text(x + 13, top + SMALL + 0.5, area.number, SMALL, ha="center", color=area.ink, fontweight="bold")
    colour = GREY if area.hidden else INK
    sheet.text(x + wide, top + SMALL + 0.5, area.told, SMALL, ha="right", color=colour, fontweight="bold")
    sheet.y = top - 2
    sheet.paragraph(area.name, SMALL, room=wide - 38 - values, x=x + 32, most=3)
    sheet.y += 4


def density_map(cells: pd.DataFrame, shapes: Shapes, words: Words) -> Figure:
    """
    Where points lie close: squares in tints over the borders of the districts; what is too few is left empty.

    Parameters
    ----------
    cells
        One row per square that may be shown: ``west, south, east, north`` in the coordinates of the shapes, and
        ``least``, the lower end of the band of how many people put a point there.
    shapes
        Code to GeoJSON geometry; may be empty.
    words
        Title, subtitle, note; what is empty takes no room.
    """
    sheet = Sheet(words)
    bands = sorted(set(cells["least"].astype(int)))
    tint = dict(zip(bands, tints(len(bands)), strict=True)) if bands else {}
    over = [f"{decimal(a)}–{decimal(b - 1)}" for a, b in zip(bands, bands[1:], strict=False)]
    over += [_("%(n)s or more") % {"n": decimal(band)} for band in bands[-1:]]
    _key(sheet, over, list(tint.values()))
    squares = [(row.least, _square(row)) for row in cells.itertuples()]
    borders = [rings(shape) for shape in shapes.values()]
    areas = [*borders, *([square] for _least, square in squares)]
    if not areas:
        sheet.paragraph(numbers.hidden(), SMALL, GREY)
        return sheet.finish()
    view, high = geometry.view(areas, EDGE, sheet.y + 4, sheet.right - EDGE, HIGHEST)
    for least, colour in tint.items():
        mine = [[_points(view.place(square))] for n, square in squares if n == least]
        sheet.areas(mine, colour, GREY)
    _borders(sheet, borders, view)
    sheet.y += high + 10
    return sheet.finish()


def _square(row: Any) -> Any:
    corners = [(row.west, row.south), (row.east, row.south), (row.east, row.north), (row.west, row.north)]
    return np.array([*corners, corners[0]], dtype=float)


def _borders(sheet: Sheet, borders: Sequence[Rings], view: View) -> None:
    lines = [_points(geometry.simple(view.place(ring))) for rings in borders for ring in rings]
    sheet.lines(lines, RULE, 3.0)
    sheet.lines(lines, INK, 1.0)
