"""Native charts of a workbook: they read the cells of the tables, so that who changes a number sees it move."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from analysis import scales
from analysis.exporters._records import clean, harmless
from analysis.figures.house import BLUE, INK, tints
from analysis.report import Question, Table
from analysis.words import _

FIRST = 2
"""The column of the first answer."""
ROWS = 16
"""Rows of a sheet that a chart of the usual height covers, and one more."""
MOST = 100
"""Answers, and groups, of a chart that can still be read."""
ALT = 2_000
"""Characters of the text that is read instead of a chart."""


@dataclass(frozen=True)
class Placed:
    """A table and where it stands: the row of its headings."""

    table: Table
    row: int

    @property
    def shown(self) -> list[int]:
        """The rows of the groups in which all is told."""
        told = (all(cell.value is not None for cell in group.cells) for group in self.table.rows)
        return [self.row + 1 + place for place, whole in enumerate(told) if whole]

    @property
    def answers(self) -> list[int]:
        """The columns of shares."""
        cells = self.table.rows[0].cells if self.table.rows else ()
        return [FIRST + place for place, cell in enumerate(cells) if cell.kind == "share"]


def insert(book: Workbook, sheet: Worksheet, question: Question, tables: Sequence[Placed], row: int) -> None:
    """Put a chart of each table below the tables, from ``row`` on."""
    for placed in tables:
        chart = _chart(book, sheet.get_name(), question, placed)
        if chart is not None:
            told = harmless(question.words(placed.table.by).description)[:ALT]
            height = 1 + max(0, len(placed.shown) - 8) / 10 if placed.table.by else 1
            sheet.insert_chart(row, 0, chart, {"description": told, "x_scale": 1.5, "y_scale": height})
            row += int(ROWS * height) + 1


def _chart(book: Workbook, sheet: str, question: Question, placed: Placed) -> object:
    answers, rows = placed.answers, placed.shown
    if not answers or not rows or len(answers) > MOST or len(rows) > MOST:
        return None
    scale = scales.named(question.item.scale)
    parts = bool(placed.table.by) and not scale.SEVERAL or scale.ORDERED
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"} if parts else {"type": "bar"})
    _stacked(chart, sheet, placed) if parts or placed.table.by else _single(chart, sheet, placed)
    heading = f"{question.label} ({placed.table.by_label})" if placed.table.by else question.label
    chart.set_title({"name": harmless(clean(heading))[:255] or "-", "overlay": False, "name_font": {"size": 11, "color": INK}})
    chart.set_y_axis({"reverse": True, "num_font": {"color": INK}})
    chart.set_x_axis({"num_format": "0%", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#CECECE"}}})
    chart.set_legend({"none": True} if not (parts or placed.table.by) else {"position": "bottom"})
    return chart


def _stacked(chart: object, sheet: str, placed: Placed) -> None:
    """A series for each answer, a bar for each group."""
    for column, colour in zip(placed.answers, tints(len(placed.answers)), strict=True):
        chart.add_series(  # type: ignore[attr-defined]  # the library has no types
            {
                "name": f"={quote_sheetname(sheet)}!{xl_rowcol_to_cell(placed.row, column, True, True)}",
                "categories": _cells(sheet, [(row, 0) for row in placed.shown]),
                "categories_data": [_worded(placed.table.rows[row - placed.row - 1].label) for row in placed.shown],
                "values": _cells(sheet, [(row, column) for row in placed.shown]),
                "fill": {"color": colour},
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
            "data_labels": {"value": True, "num_format": "0%"},
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
