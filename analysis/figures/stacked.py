"""Bars of 100 %, one for each group, with the balance to the right; or the same bars about their middle."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from analysis.words import _, decimal, ngettext

from . import lettering, numbers
from .house import EDGE, GREY, INK, SMALL, TEXT, WHITE, Words, ink_on, tints
from .rows import Row, grouped
from .sheet import Box, Sheet

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


def stacked(table: pd.DataFrame, words: Words, diverging: bool = False) -> Figure:
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
    """
    sheet = Sheet(words)
    labels = list(dict.fromkeys(map(str, table["label"])))
    colours = dict(zip(labels, tints(len(labels)), strict=True))
    _key(sheet, colours)
    column = 58.0 if "net" in table and table["net"].notna().any() else 0.0
    groups = grouped(table, "group")
    right = sheet.right - column
    ground = _about_middle(groups, right) if diverging else _Ground(EDGE, right, EDGE, right - EDGE)
    _heads(sheet, right, bool(column))
    parts: dict[str, list[Box]] = {label: [] for label in labels}
    for group, rows in groups:
        _group(sheet, group, rows, ground, parts, colours, diverging)
    for label, boxes in parts.items():
        sheet.boxes(boxes, colours[label], WHITE)
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


def _about_middle(groups: Sequence[tuple[str, list[Row]]], right: float) -> _Ground:
    """The scale with which the longest bar on either side of the middle has room."""
    whole = [rows for _group, rows in groups if not _conceals(rows)]
    below = max((_below(rows) for rows in whole), default=0.5)
    above = max((sum(_shares(rows)) - _below(rows) for rows in whole), default=0.5)
    scale = (right - EDGE) / max(below + above, 0.1)
    return _Ground(EDGE, right, EDGE + below * scale, scale)


def _shares(rows: Sequence[Row]) -> list[float]:
    return [0.0 if math.isnan(row.share) else max(row.share, 0.0) for row in rows]


def _below(rows: Sequence[Row]) -> float:
    """What stands to the left of the middle: the lower steps, and half of a middle one."""
    shares, half = _shares(rows), len(rows) // 2
    return sum(shares[:half]) + (shares[half] / 2 if len(rows) % 2 else 0.0)


def _conceals(rows: Sequence[Row]) -> bool:
    return any(row.hidden for row in rows)


def _group(
    sheet: Sheet, group: str, rows: list[Row], ground: _Ground, parts: dict[str, list[Box]],
    colours: dict[str, str], diverging: bool,
) -> None:  # fmt: skip
    sheet.y += 4
    _name(sheet, group, math.nan if all(row.hidden for row in rows) else rows[0].base, ground.right)
    top = sheet.y
    if diverging and _conceals(rows):
        _unknown(sheet, (ground.left, top, ground.right - ground.left, BAR))
    else:
        x = ground.nought
        sheet.strokes([(x, top - 5, x, top), (x, top + BAR, x, top + BAR + 5)] if diverging else [], INK, 1.6)
        start = ground.nought - (_below(rows) * ground.scale if diverging else 0.0)
        end = _parts(sheet, rows, start, ground, parts, colours)
        if _conceals(rows) and ground.right - end > 1:
            _unknown(sheet, (end, top, ground.right - end, BAR), whole=end == start)
    net = getattr(rows[0], "net", math.nan)
    if not math.isnan(net):
        sheet.text(sheet.right, top + BAR / 2 + TEXT * 0.36, numbers.balance(net), ha="right", fontweight="bold")
    sheet.y += BAR + 8


def _parts(
    sheet: Sheet, rows: list[Row], x: float, ground: _Ground, parts: dict[str, list[Box]], colours: dict[str, str]
) -> float:
    """Lay the parts side by side from ``x``; gives where they end."""
    for row in _known(rows):
        wide = max(0.0, min(max(row.share, 0.0) * ground.scale, ground.right - x))
        parts[str(row.label)].append((x, sheet.y, wide, BAR))
        _number(sheet, x + wide / 2, wide, row.share, colours[str(row.label)])
        x += wide
    return x


def _known(rows: list[Row]) -> Iterator[Row]:
    return (row for row in rows if not (row.hidden or math.isnan(row.share)))


def _name(sheet: Sheet, group: str, base: float, right: float) -> None:
    """The group's name, and how many answers its bar rests on."""
    count = "" if math.isnan(base) else ngettext("%(n)s answer", "%(n)s answers", int(base)) % {"n": decimal(base)}
    room = right - EDGE - lettering.width(count, SMALL) - 10
    sheet.paragraph(group or " ", bold=True, room=room, most=2)
    sheet.text(right, sheet.y - 4, count, SMALL, color=GREY, ha="right")
    sheet.y += 2


def _number(sheet: Sheet, middle: float, wide: float, share: float, ground: str) -> None:
    text = decimal(round(100 * share))
    if lettering.width(text, TEXT) + 4 <= wide:
        sheet.text(middle, sheet.y + BAR / 2 + TEXT * 0.36, text, ha="center", color=ink_on(ground))


def _unknown(sheet: Sheet, box: Box, whole: bool = True) -> None:
    x, top, wide, height = box
    sheet.hatch((x + 1, top + 1, wide - 2, height - 2))
    text = numbers.hidden() if whole else _("Hidden")
    need = lettering.width(text, SMALL) + 8
    if need + 4 <= wide:
        sheet.boxes([(x + (wide - need) / 2, top + 4, need, height - 8)], WHITE)
        sheet.text(x + wide / 2, top + height / 2 + SMALL * 0.36, text, SMALL, ha="center", color=GREY)
