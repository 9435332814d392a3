"""All tables as a workbook: contents, a sheet per question as on the page, and one with every number."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.exporters import _about, _charts, _lines, _printing, _records
from analysis.exporters._refusals import CannotExport
from analysis.figures.house import BLUE
from analysis.report import Question, Report, Table
from analysis.words import _, decimal

name = "Excel"
mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
extension = "xlsx"
LONGEST = 32767
"""Characters in a cell."""
MADE = datetime(1980, 1, 1, tzinfo=UTC)
"""The time inside the file: the same report gives the same bytes."""
PROPERTY = 255
"""Characters of what a workbook says of itself."""
ROWS, COLUMNS = 1_048_576, 16_384
"""What a sheet holds."""
FORMATS = {
    "share": "0%",
    "balance": "+0%;−0%;0%",
    "mean": "0.0",
    "score": "0.0",
    "number": "0.0",
    "index": "0",
    "count": "#,##0",
    "percent": "0.0%",
    "value": "0.00",
}
"""How numbers of each kind are shown; the sheet with every number shows a decimal more."""
GREY = "#595959"
FIRST, WIDE = 30, 14
"""Letters in the first column of a sheet, and in the others."""
BROAD = 7
"""Columns of answers that an upright page has room for."""


def write(report: Report) -> bytes:
    """The report as a workbook in which every cell is a text or a number, never a formula or a link out."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        book.set_properties(_properties(report))
        _Book(book).write(report)
    return file.getvalue()


def _properties(report: Report) -> dict[str, Any]:
    """What Excel tells of the file itself."""
    origin, told = report.origin, "; ".join(f"{key}: {text}" for key, text in report.origin.lines())
    said = {"title": origin.called, "author": origin.producer, "company": origin.producer, "comments": told}
    return {name: _short(_records.clean(text), PROPERTY) for name, text in said.items()} | {"created": MADE}


class _Book:
    """A workbook while it is written."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.bold: Format = book.add_format({"bold": True, "valign": "top"})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.named: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})
        self.over: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "align": "right"})
        self.silent: Format = book.add_format({"font_color": GREY, "align": "right"})
        self.quiet: Format = book.add_format({"font_color": GREY})
        self.link: Format = book.add_format({"font_color": BLUE, "underline": 1, "text_wrap": True, "valign": "top"})
        self.formats = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
        self.used: set[str] = set()

    def write(self, report: Report) -> None:
        _check(report)
        contents = self._sheet(_("Contents"))
        sheets = [self._question(question) for question in report.questions]
        method, everything = self._method(report), self._everything(report)
        _text(contents, 0, 0, report.origin.called, self.title)
        _text(contents, 1, 0, f"{_('Responses')}: {decimal(report.base)}. {_about.weighting(report)}", self.quiet)
        rest = ((method, _("How the numbers were made")), (everything, _("Every number, with margins, for programs")))
        told = [(sheet, question.label) for sheet, question in zip(sheets, report.questions, strict=True)]
        for row, (sheet, label) in enumerate([*told, *rest], start=3):
            self._leads(contents, row, 0, sheet, sheet.get_name())
            self._leads(contents, row, 1, sheet, label)
        contents.set_column(0, 0, 22)
        contents.set_column(1, 1, 90)
        _printing.set_up(contents, report.origin.called, row)

    def _leads(self, sheet: Worksheet, row: int, column: int, target: Worksheet, text: str) -> None:
        """A link to another sheet; a label without letters leads from the name beside it alone."""
        if _cut(text).strip():
            name = target.get_name().replace("'", "''")
            sheet.write_url(row, column, f"internal:'{name}'!A1", self.link, _cut(text))

    def _sheet(self, wanted: str) -> Worksheet:
        return self.book.add_worksheet(_free(wanted, self.used))

    def _question(self, question: Question) -> Worksheet:
        sheet = self._sheet(question.name)
        _text(sheet, 0, 0, question.label, self.title)
        self._leads(sheet, 1, 0, self.book.worksheets()[0], _("To the contents"))
        sheet.set_column(0, 0, FIRST)
        sheet.set_column(1, 40, WIDE)
        row, placed = 3, []
        for table in question.tables.values():
            top, row = row, self._table(sheet, row, table) + 1
            placed.append(_charts.Placed(table, top, row if table.distribution is not None else 0))
            if table.distribution is not None:
                row = self._spread(sheet, row, table.distribution) + 1
        row = _charts.insert(self.book, sheet, question, placed, row)
        sheet.freeze_panes(1, 1)
        _printing.set_up(sheet, question.label, row, wide=len(question.total.columns) > BROAD)
        return sheet

    def _spread(self, sheet: Worksheet, row: int, spread: pd.DataFrame) -> int:
        """How everybody's numbers are spread."""
        self._heads(sheet, row, [_("Interval"), _("Number of answers"), _("Share")])
        for record in spread.to_dict("records"):
            row += 1
            _text(sheet, row, 0, str(record["label"]))
            self._number(sheet, row, 1, _records.value(record["count"]), "–", "count")
            self._number(sheet, row, 2, _records.value(record["share"]), "–", "share")
        return row + 1

    def _heads(self, sheet: Worksheet, row: int, heads: list[str]) -> None:
        """Headings, in a row that is high enough for all their lines."""
        for column, heading in enumerate(heads):
            _text(sheet, row, column, heading, self.over if column else self.named)
        sheet.set_row(row, _printing.height(heads, FIRST, WIDE))

    def _method(self, report: Report) -> Worksheet:
        sheet = self._sheet(_("Method"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        _text(sheet, 0, 0, _("How the numbers were made"), self.title)
        for row, (key, text) in enumerate(_about.method(report), start=2):
            _text(sheet, row, 0, key, self.bold)
            _text(sheet, row, 1, text, self.wrapped)
        _printing.set_up(sheet, _("How the numbers were made"), row)
        return sheet

    def _table(self, sheet: Worksheet, row: int, table: Table) -> int:
        self._heads(sheet, row, [table.by_label if table.by else _("Group"), _("Answers"), *table.columns])
        for group in table.rows:
            row += 1
            _text(sheet, row, 0, group.label)
            self._number(sheet, row, 1, group.base, group.base_text, "count")
            for column, cell in enumerate(group.cells, start=2):
                self._number(sheet, row, column, cell.value, cell.text, cell.kind)
        return row + 1

    def _number(self, sheet: Worksheet, row: int, column: int, value: float | None, text: str, kind: str) -> None:
        if value is None:
            _text(sheet, row, column, text, self.silent)
        else:
            sheet.write_number(row, column, value, self.formats.get(kind))

    def _everything(self, report: Report) -> Worksheet:
        sheet, columns = self._sheet(_("All numbers")), _records.headed(report)
        for column, heading in enumerate(_records.headings(report)):
            _text(sheet, 0, column, heading, self.head)
        row = 0
        for row, record in enumerate(_records.records(report), start=1):
            for column, (called, value) in enumerate(record.items()):
                _any(sheet, row, column, value, self.formats[_shown(called, record)])
        for column, called in enumerate(columns):
            sheet.set_column(column, column, WIDTHS.get(called, 11))
        sheet.autofilter(0, 0, row, len(columns) - 1)
        sheet.freeze_panes(1, 0)
        _printing.set_up(sheet, _("All numbers"), row + 1, heads=1, wide=True)
        return sheet


WIDTHS = {"question": 18, "text": 40, "by": 16, "group": 24, "answer": 24, "reliability": 16}
"""Letters in the columns of the sheet with every number; the others hold a number each."""
OF_SHARES = frozenset(("share", "se", "low", "high"))


def _shown(column: str, record: _records.Record) -> str:
    """How a number of the sheet with every number is shown; limits are those of the share, where there is one."""
    if column in ("count", "base"):
        return "count"
    if column in OF_SHARES:
        return "value" if record.get("share") is None else "percent"
    return "percent" if column in _lines.MEASURES and _lines.MEASURES[column].unit == "percent" else "value"


def _check(report: Report) -> None:
    """Refuse a report that no sheet holds; Excel itself would leave the rest out in silence."""
    tables = [table for question in report.questions for table in question.tables.values()]
    rows = 1 + sum(len(part) for table in tables for part in (table.frame, table.ends, table.distribution) if part is not None)
    columns = 2 + max((len(table.columns) for table in tables), default=0)
    if rows > ROWS or columns > COLUMNS:
        told = {"rows": decimal(rows), "columns": decimal(columns)}
        raise CannotExport(
            _("The tables take %(rows)s rows and %(columns)s columns, more than Excel holds. Choose csv or parquet.") % told
        )


def _any(sheet: Worksheet, row: int, column: int, value: Any, style: Format) -> None:
    if isinstance(value, str):
        _text(sheet, row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value, style)


def _cut(text: str) -> str:
    return _short(_records.clean(text), LONGEST)


def _text(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> None:
    if text:
        sheet.write_string(row, column, _cut(text), style)


def _free(wanted: str, used: set[str]) -> str:
    """A sheet name that Excel takes and that no other sheet has: at most 31 characters, none of them forbidden."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f'\ud800-\udfff\ufffe\uffff]", " ", wanted).strip()
    plain = _short(plain, 31).strip() or "_"
    name, number = plain, 2
    while name.casefold() in used or name.casefold() == "history":
        tail = f" ({number})"
        name, number = _short(plain, 31 - len(tail)) + tail, number + 1
    used.add(name.casefold())
    return name


def _short(text: str, units: int) -> str:
    """The beginning of a text, counted as Excel counts, in UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
