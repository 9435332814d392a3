"""Bars of 100 %, one for each group, with the balance to the right; or the same bars about their middle."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import lettering, numbers
from analysis.figures.house import EDGE, GREY, INK, SMALL, TEXT, WHITE, Words, ink_on, tints
from analysis.figures.pieces import Bands, Bar, Piece, bars
from analysis.figures.sheet import Box, Sheet
from analysis.words import _, decimal, ngettext

BAR = 28.0
SWATCH = 14.0
MANY = 7
"""Beyond so many steps with numbers for names, the key is one strip from end to end."""


@dataclass(frozen=True)
class _Ground:
    """Where nought is, and how long a whole is."""

    left: float
    right: float
    nought: float
    scale: float


@dataclass
class _Laid:
    """The boxes of each step, in its colour, and the white ones under numbers that lie on two colours."""

    colours: list[str]
    boxes: list[list[Box]]
    white: list[Box] = field(default_factory=list)


def stacked(
    table: pd.DataFrame,
    words: Words,
    diverging: bool = False,
    ends: pd.DataFrame | None = None,
    bands: Bands = (),
) -> Figure:
    """
    Ordered answers as parts of a whole, one bar a group, key above, numbers in the parts where they fit.

    Parameters
    ----------
    table
        Tidy, one row per group and answer: ``group, label, share, base, hidden`` and, if there is one, ``net``
        (the same in all rows of a group); shares between 0 and 1, NaN where hidden.
    words
        Title, subtitle, note; what is empty takes no room.
    diverging
        Set the bars about one line, the lower half of the steps to its left (half of a middle step on either side).
    ends, bands
        Answers that are told together: a row per group and band, and the places of each band's answers. Where one of
        them is hidden by itself they are one part with the colours of all of them, one above the other.
    """
    sheet = Sheet(words)
    labels = list(dict.fromkeys(map(str, table["label"])))
    colours = dict(zip(labels, tints(len(labels)), strict=True))
    _key(sheet, colours)
    column = 58.0 if "net" in table and table["net"].notna().any() else 0.0
    groups = bars(table, ends, bands)
    right = sheet.right - column
    ground = _about_middle(groups, right) if diverging else _Ground(EDGE, right, EDGE, right - EDGE)
    _heads(sheet, right, bool(column))
    parts = _Laid(list(colours.values()), [[] for _colour in colours])
    for bar in groups:
        _group(sheet, bar, ground, parts, diverging)
    for colour, boxes in zip(parts.colours, parts.boxes, strict=True):
        sheet.boxes(boxes, colour, WHITE)
    sheet.boxes(parts.white, WHITE)
    return sheet.finish()


def _key(sheet: Sheet, colours: dict[str, str]) -> None:
    """The answers in their order, each with its tint, in as many lines as it takes."""
    sheet.y += SMALL + 4
    if len(colours) > MANY and all(label.strip().isdecimal() for label in colours):
        _strip(sheet, colours)
        return
    x, gap = EDGE, 16.0
    for label, colour in colours.items():
        lines = lettering.wrap(label, sheet.right - EDGE - SWATCH - 6, SMALL, most=2)
        wide = SWATCH + 6 + max(lettering.width(line, SMALL) for line in lines or [""])
        if x > EDGE and x + wide > sheet.right:
            x, sheet.y = EDGE, sheet.y + SMALL + 8
        sheet.boxes([(x, sheet.y - SWATCH + 2, SWATCH, SWATCH)], colour, GREY)
        for i, line in enumerate(lines):
            sheet.y += (SMALL + 4) * (i > 0)
            sheet.text(x + SWATCH + 6, sheet.y, line, SMALL)
        x += wide + gap
    sheet.y += 12


def _strip(sheet: Sheet, colours: dict[str, str]) -> None:
    """Steps with numbers for names, side by side from the lowest to the highest."""
    wide = min(34.0, (sheet.right - EDGE) / len(colours))
    for i, (label, colour) in enumerate(colours.items()):
        sheet.boxes([(EDGE + i * wide, sheet.y - 14, wide, 20)], colour, WHITE)
        sheet.text(EDGE + (i + 0.5) * wide, sheet.y + 1, label, SMALL, ha="center", color=ink_on(colour))
    sheet.y += 16


def _heads(sheet: Sheet, right: float, net: bool) -> None:
    sheet.y += SMALL
    sheet.text(EDGE, sheet.y, _("Per cent of the answers"), SMALL, color=GREY)
    if net:
        sheet.text(sheet.right, sheet.y, _("Net"), SMALL, color=GREY, ha="right")
    sheet.y += 4


def _about_middle(groups: Sequence[Bar], right: float) -> _Ground:
    """The scale with which the longest bar on either side of the middle has room."""
    whole = [bar for bar in groups if not bar.conceals]
    below = max((bar.below for bar in whole), default=0.5)
    above = max((bar.whole - bar.below for bar in whole), default=0.5)
    scale = (right - EDGE) / max(below + above, 0.1)
    return _Ground(EDGE, right, EDGE + below * scale, scale)


def _group(sheet: Sheet, bar: Bar, ground: _Ground, parts: _Laid, diverging: bool) -> None:
    sheet.y += 4
    _name(sheet, bar.group, bar.base, ground.right)
    top = sheet.y
    if diverging and bar.conceals:
        _unknown(sheet, (ground.left, top, ground.right - ground.left, BAR))
    else:
        x = ground.nought
        sheet.strokes([(x, top - 5, x, top), (x, top + BAR, x, top + BAR + 5)] if diverging else [], INK, 1.6)
        start = ground.nought - (bar.below * ground.scale if diverging else 0.0)
        end = _parts(sheet, bar.pieces, start, ground, parts)
        if bar.conceals and ground.right - end > 1:
            _unknown(sheet, (end, top, ground.right - end, BAR), whole=end == start)
    if not math.isnan(bar.net):
        sheet.text(sheet.right, top + BAR / 2 + TEXT * 0.36, numbers.balance(bar.net), ha="right", fontweight="bold")
    sheet.y += BAR + 8


def _parts(sheet: Sheet, pieces: Sequence[Piece], x: float, ground: _Ground, parts: _Laid) -> float:
    """Lay the parts side by side from ``x``; gives where they end."""
    for piece in pieces:
        if not piece.known:
            continue
        wide = max(0.0, min(piece.share * ground.scale, ground.right - x))
        high = BAR / len(piece.steps)
        for place, step in enumerate(piece.steps):
            parts.boxes[step].append((x, sheet.y + place * high, wide, high))
        _number(sheet, x + wide / 2, wide, piece, parts)
        x += wide
    return x


def _name(sheet: Sheet, group: str, base: float, right: float) -> None:
    """The group's name, and how many answers its bar rests on."""
    count = "" if math.isnan(base) else ngettext("%(n)s answer", "%(n)s answers", int(base)) % {"n": decimal(base)}
    room = right - EDGE - lettering.width(count, SMALL) - 10
    sheet.paragraph(group or " ", bold=True, room=room, most=2)
    sheet.text(right, sheet.y - 4, count, SMALL, color=GREY, ha="right")
    sheet.y += 2


def _number(sheet: Sheet, middle: float, wide: float, piece: Piece, parts: _Laid) -> None:
    """The number of a part where it fits; on white where the part has more colours than one."""
    text, single = decimal(round(100 * piece.share)), len(piece.steps) == 1
    need = lettering.width(text, TEXT) + (4 if single else 12)
    if need > wide:
        return
    if not single:
        parts.white.append((middle - need / 2, sheet.y + 4, need, BAR - 8))
    ink = ink_on(parts.colours[piece.steps[0]]) if single else INK
    sheet.text(middle, sheet.y + BAR / 2 + TEXT * 0.36, text, ha="center", color=ink)


def _unknown(sheet: Sheet, box: Box, whole: bool = True) -> None:
    x, top, wide, height = box
    sheet.hatch((x + 1, top + 1, wide - 2, height - 2))
    text = numbers.hidden() if whole else _("Hidden")
    need = lettering.width(text, SMALL) + 8
    if need + 4 <= wide:
        sheet.boxes([(x + (wide - need) / 2, top + 4, need, height - 8)], WHITE)
        sheet.text(x + wide / 2, top + height / 2 + SMALL * 0.36, text, SMALL, ha="center", color=GREY)
