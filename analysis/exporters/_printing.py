"""How the sheets of a workbook come out on paper: A4, as wide as the page, with their number below."""

import math
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from analysis.exporters._records import clean
from analysis.words import _

A4 = 9
"""The number of the paper in Excel."""
LINE = 15
"""Points from one line of a cell to the next."""
READABLE = 120
"""Rows that a page can be made to hold and still be read."""
MOST = 200
"""UTF-16 units of a heading that a footer takes; with the marks around it Excel holds 255."""


def set_up(sheet: Worksheet, heading: str, rows: int, heads: int = 0, wide: bool = False) -> None:
    """Set the page of a sheet of so many ``rows``: one page if it can be read there; ``heads`` rows stand on each page."""
    sheet.set_paper(A4)
    if wide:
        sheet.set_landscape()
    if heads:
        sheet.repeat_rows(0, heads - 1)
    sheet.fit_to_pages(1, 1 if rows <= READABLE / (2 if wide else 1) else 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    told = _footed(clean(heading))
    page = _("Page")
    sheet.set_footer(f"&L&8{' ' if told[:1].isdigit() else ''}{told}&R&8{page} &P")


def _footed(heading: str) -> str:
    """The beginning of a heading as a footer takes it: an ampersand as two, and as long as Excel counts, in UTF-16 units."""
    told, units = "", 0
    for letter in heading:
        written = "&&" if letter == "&" else letter
        units += len(written.encode("utf-16-le")) // 2
        if units > MOST:
            break
        told += written
    return told


def height(texts: Sequence[str], first: int, wide: int) -> float:
    """Points that a row of headings needs, whose first column holds ``first`` letters a line and the others ``wide``."""
    lines = [_lines(text, wide if column else first) for column, text in enumerate(texts)]
    return float(LINE * min(max(lines, default=1), 12))


def _lines(text: str, wide: int) -> int:
    """Lines that a text takes, broken between words; bold letters are wider than the column counts them."""
    lines, left = 1, wide - 2
    for word in text.split():
        if len(word) > left and left < wide - 2:
            lines, left = lines + 1, wide - 2
        lines += max(0, math.ceil(len(word) / (wide - 2)) - 1)
        left -= len(word) + 1
    return lines
