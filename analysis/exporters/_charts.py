"""Native charts of a workbook: they read the cells of the tables, so that who changes a number sees it move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from analysis import scales
from analysis.exporters._records import clean, harmless
from analysis.figures.house import BLUE, INK, WHITE, ink_on, tints
from analysis.report import Question, Table
from analysis.words import _

FIRST = 2
"""The column of the first answer."""
ROWS = 16
"""Rows of a sheet that a chart of the usual height covers, and one more."""
MOST = 100
"""Answers, and groups, of a chart that can still be read."""
PERCENT = "0%"
ROOMY = '[>=0.045]0%;""'
"""Shares of which the bar is long enough for their number."""
GREY = "#BFBFBF"
ALT = 2_000
"""Characters of the text that is read instead of a chart."""


@dataclass(frozen=True)
class Placed:
    """A table and where it stands: the row of its headings, and of those of the spread of its numbers."""

    table: Table
    row: int
    spread: int = 0

    @property
    def shown(self) -> list[int]:
        """The rows of the groups in which every answer is told."""
        told = (all(group.cells[place - FIRST].value is not None for place in self.answers) for group in self.table.rows)
        return [self.row + 1 + place for place, whole in enumerate(told) if whole]

    @property
    def answers(self) -> list[int]:
        """The columns of the answers' shares, without those of several answers told together."""
        rows = self.table.rows
        cells, one_by_one = (rows[0].cells, len(self.table.frame) // len(rows)) if rows else ((), 0)
        return [FIRST + place for place, cell in enumerate(cells) if cell.kind == "share"][:one_by_one]


def insert(book: Workbook, sheet: Worksheet, question: Question, tables: Sequence[Placed], row: int) -> int:
    """Put a chart of each table below the tables, from ``row`` on; gives the row below them."""
    for placed in tables:
        made = _spread if placed.spread else _chart
        chart = made(book, sheet.get_name(), question, placed)
        if chart is not None:
            told = harmless(question.words(placed.table.by).description)[:ALT]
            height = _height(question, placed)
            sheet.insert_chart(row, 0, chart, {"description": told, "x_scale": 1.5, "y_scale": height})
            row += int(ROWS * height) + 1
    return row


def _height(question: Question, placed: Placed) -> float:
    """How many times the usual height a chart needs for its bars and the words above them."""
    if placed.spread:
        return 1.0
    scale, answers, rows = scales.named(question.item.scale), len(placed.answers), len(placed.shown)
    bars = rows * answers / 2 if placed.table.by and scale.SEVERAL else rows if placed.table.by or scale.ORDERED else answers
    return max(0.6, (3 + bars) / 9)


def _chart(book: Workbook, sheet: str, question: Question, placed: Placed) -> object:
    answers, rows = placed.answers, placed.shown
    if not answers or not rows or len(answers) > MOST or len(rows) > MOST:
        return None
    scale = scales.named(question.item.scale)
    parts = bool(placed.table.by) and not scale.SEVERAL or scale.ORDERED
    several = parts or bool(placed.table.by)
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"} if parts else {"type": "bar"})
    _stacked(chart, sheet, placed, told=parts) if several else _single(chart, sheet, placed)
    heading = f"{question.label} ({placed.table.by_label})" if placed.table.by else question.label
    _framed(chart, heading, names="y", values="x")
    chart.set_legend({"position": "top", "font": {"color": INK}} if several else {"none": True})
    return chart


def _spread(book: Workbook, sheet: str, question: Question, placed: Placed) -> object:
    """How everybody's numbers are spread: columns side by side."""
    spread = placed.table.distribution
    if spread is None or len(spread) > MOST:
        return None
    chart, rows = book.add_chart({"type": "column"}), range(placed.spread + 1, placed.spread + 1 + len(spread))
    chart.add_series(
        {
            "name": _("Share"),
            "categories": _cells(sheet, [(row, 0) for row in rows]),
            "categories_data": [_worded(str(label)) for label in spread["label"]],
            "values": _cells(sheet, [(row, 2) for row in rows]),
            "fill": {"color": BLUE},
            "data_labels": {"value": True, "num_format": PERCENT},
            "gap": 10,
        }
    )
    _framed(chart, question.label, names="x", values="y")
    chart.set_legend({"none": True})
    return chart


def _framed(chart: object, heading: str, names: str, values: str) -> None:
    """Title and axes: no line of values, since every bar has its number."""
    told: Any = chart
    told.set_title({"name": harmless(clean(heading))[:255] or "-", "overlay": False, "name_font": {"size": 11, "color": INK}})
    shown = {"reverse": names == "y", "num_font": {"color": INK}, "line": {"color": GREY}, "major_tick_mark": "none"}
    getattr(told, f"set_{names}_axis")(shown)
    getattr(told, f"set_{values}_axis")({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
    told.set_chartarea({"border": {"none": True}})


def _stacked(chart: object, sheet: str, placed: Placed, told: bool) -> None:
    """A series for each answer, a bar for each group; the number in each part of a bar that holds it."""
    for column, colour in zip(placed.answers, tints(len(placed.answers)), strict=True):
        inside = {"num_format": ROOMY, "font": {"color": ink_on(colour)}, "position": "center"}
        chart.add_series(  # type: ignore[attr-defined]  # the library has no types
            {
                "name": f"={quote_sheetname(sheet)}!{xl_rowcol_to_cell(placed.row, column, True, True)}",
                "categories": _cells(sheet, [(row, 0) for row in placed.shown]),
                "categories_data": [_worded(placed.table.rows[row - placed.row - 1].label) for row in placed.shown],
                "values": _cells(sheet, [(row, column) for row in placed.shown]),
                "fill": {"color": colour},
                "border": {"color": WHITE, "width": 0.75} if told else {"none": True},
                "data_labels": {"value": True} | (inside if told else {"num_format": PERCENT, "font": {"size": 8}}),
                "gap": 40,
            }
        )


def _single(chart: object, sheet: str, placed: Placed) -> None:
    """One series, a bar for each answer."""
    row, columns = placed.shown[0], placed.answers
    chart.add_series(  # type: ignore[attr-defined]  # the library has no types
        {
            "name": _("Share"),
            "categories": _cells(sheet, [(placed.row, column) for column in columns]),
            "categories_data": [_worded(placed.table.columns[column - FIRST]) for column in columns],
            "values": _cells(sheet, [(row, column) for column in columns]),
            "fill": {"color": BLUE},
            "data_labels": {"value": True, "num_format": PERCENT},
            "gap": 40,
        }
    )


def _worded(label: str) -> str:
    """A label as the chart remembers it. The library takes "nan", "1_0" or "0\\r" for a number, and no program reads that
    number: a space without width makes a word of it.
    """
    return f"{clean(label)}\N{ZERO WIDTH SPACE}"


def _cells(sheet: str, places: Sequence[tuple[int, int]]) -> str:
    """Cells, in one piece if they lie beside each other."""
    (first, left), (last, right) = places[0], places[-1]
    if (last - first + 1) * (right - left + 1) == len(places):
        return f"={quote_sheetname(sheet)}!{xl_range_abs(first, left, last, right)}"
    cells = ",".join(f"{quote_sheetname(sheet)}!{xl_rowcol_to_cell(row, column, True, True)}" for row, column in places)
    return f"=({cells})"
