"""Bars of 100 %, one for each group, with the balance to the right."""

import math

import pandas as pd
from matplotlib.figure import Figure

from analysis.words import _, decimal, ngettext

from . import lettering, numbers
from .house import EDGE, GREY, SMALL, TEXT, WHITE, Words, ink_on, tints
from .sheet import Box, Sheet

BAR = 28.0
SWATCH = 14.0


def stacked(table: pd.DataFrame, words: Words) -> Figure:
    """
    Ordered answers as parts of a whole, one bar a group, key above, numbers in the parts where they fit.

    Parameters
    ----------
    table
        Tidy, one row per group and answer: ``group, label, share, base, hidden`` and, if there is one, ``net``
        (the same in all rows of a group); shares between 0 and 1, NaN where hidden.
    words
        Title, subtitle, note; what is empty takes no room.
    """
    sheet = Sheet(words)
    labels = list(dict.fromkeys(map(str, table["label"])))
    colours = dict(zip(labels, tints(len(labels)), strict=True))
    _key(sheet, colours)
    column = 58.0 if "net" in table and table["net"].notna().any() else 0.0
    right = sheet.right - column
    _heads(sheet, right, bool(column))
    parts: dict[str, list[Box]] = {label: [] for label in labels}
    for group, rows in table.groupby("group", sort=False, observed=True, dropna=False):
        _group(sheet, str(group), rows, right, parts, colours)
    for label, boxes in parts.items():
        sheet.boxes(boxes, colours[label], WHITE)
    return sheet.finish()


def _key(sheet: Sheet, colours: dict[str, str]) -> None:
    """The answers in their order, each with its tint, in as many lines as it takes."""
    x, gap = EDGE, 16.0
    sheet.y += SMALL + 4
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


def _heads(sheet: Sheet, right: float, net: bool) -> None:
    sheet.y += SMALL
    sheet.text(EDGE, sheet.y, _("Per cent of the answers"), SMALL, color=GREY)
    if net:
        sheet.text(sheet.right, sheet.y, _("Net"), SMALL, color=GREY, ha="right")
    sheet.y += 4


def _group(
    sheet: Sheet, group: str, rows: pd.DataFrame, right: float, parts: dict[str, list[Box]], colours: dict[str, str]
) -> None:
    sheet.y += 4
    _name(sheet, group, math.nan if rows["hidden"].all() else rows["base"].iloc[0], right)
    top, x, scale = sheet.y, EDGE, right - EDGE
    for row in rows.itertuples():
        if row.hidden or math.isnan(row.share):
            continue
        wide = min(max(row.share, 0.0) * scale, right - x)
        parts[str(row.label)].append((x, top, wide, BAR))
        _number(sheet, x + wide / 2, top, wide, row.share, colours[str(row.label)])
        x += wide
    if rows["hidden"].any() and right - x > 1:
        _unknown(sheet, (x, top, right - x, BAR), whole=x == EDGE)
    net = rows["net"].iloc[0] if "net" in rows else math.nan
    if not math.isnan(net):
        sheet.text(sheet.right, top + BAR / 2 + TEXT * 0.36, numbers.balance(net), ha="right", fontweight="bold")
    sheet.y += BAR + 8


def _name(sheet: Sheet, group: str, base: float, right: float) -> None:
    """The group's name, and how many answers its bar rests on."""
    count = "" if math.isnan(base) else ngettext("%(n)s answer", "%(n)s answers", int(base)) % {"n": decimal(base)}
    room = right - EDGE - lettering.width(count, SMALL) - 10
    sheet.paragraph(group or " ", bold=True, room=room, most=2)
    sheet.text(right, sheet.y - 4, count, SMALL, color=GREY, ha="right")
    sheet.y += 2


def _number(sheet: Sheet, middle: float, top: float, wide: float, share: float, ground: str) -> None:
    text = decimal(round(100 * share))
    if lettering.width(text, TEXT) + 6 <= wide:
        sheet.text(middle, top + BAR / 2 + TEXT * 0.36, text, ha="center", color=ink_on(ground))


def _unknown(sheet: Sheet, box: Box, whole: bool) -> None:
    x, top, wide, height = box
    sheet.hatch((x + 1, top + 1, wide - 2, height - 2))
    text = numbers.hidden() if whole else _("Hidden")
    need = lettering.width(text, SMALL) + 8
    if need + 4 <= wide:
        sheet.boxes([(x + (wide - need) / 2, top + 4, need, height - 8)], WHITE)
        sheet.text(x + wide / 2, top + height / 2 + SMALL * 0.36, text, SMALL, ha="center", color=GREY)
