"""All tables as a workbook: contents, a sheet per question as on the page, and one with every number."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.exporters import _about, _charts, _records
from analysis.exporters._refusals import CannotExport
from analysis.report import Question, Report, Table
from analysis.words import _, decimal

name = "Excel"
mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
extension = "xlsx"
LONGEST = 32767
"""Characters in a cell."""
MADE = datetime(1980, 1, 1, tzinfo=UTC)
"""The time inside the file: the same report gives the same bytes."""
ROWS, COLUMNS = 1_048_576, 16_384
"""What a sheet holds."""


def write(report: Report) -> bytes:
    """The report as a workbook in which every cell is a text or a number, never a formula or a link out."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        book.set_properties({"title": _("Survey results"), "created": MADE})
        _Book(book).write(report)
    return file.getvalue()


class _Book:
    """A workbook while it is written."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.bold: Format = book.add_format({"bold": True, "valign": "top"})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.link: Format = book.get_default_url_format()
        self.formats = {
            "share": book.add_format({"num_format": "0%"}),
            "balance": book.add_format({"num_format": "+0%;−0%;0%"}),
            "mean": book.add_format({"num_format": "0.0"}),
            "score": book.add_format({"num_format": "0.0"}),
            "number": book.add_format({"num_format": "0.0"}),
            "count": book.add_format({"num_format": "#,##0"}),
        }
        self.used: set[str] = set()

    def write(self, report: Report) -> None:
        _check(report)
        contents = self._sheet(_("Contents"))
        _text(contents, 0, 0, _("Survey results"), self.title)
        contents.set_column(0, 0, 20)
        contents.set_column(1, 1, 90)
        for row, question in enumerate(report.questions, start=2):
            sheet = self._sheet(question.name)
            contents.write_url(row, 0, f"internal:'{sheet.get_name()}'!A1", self.link, _cut(question.name))
            _text(contents, row, 1, question.label)
            self._question(sheet, question)
        self._method(report)
        self._everything(report)

    def _sheet(self, wanted: str) -> Worksheet:
        return self.book.add_worksheet(_free(wanted, self.used))

    def _question(self, sheet: Worksheet, question: Question) -> None:
        _text(sheet, 0, 0, question.label, self.title)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 40, 14)
        row, placed = 2, []
        for table in question.tables.values():
            placed.append(_charts.Placed(table, row))
            row = self._table(sheet, row, table) + 1
            if table.distribution is not None:
                row = self._spread(sheet, row, table.distribution) + 1
        _charts.insert(self.book, sheet, question, placed, row)

    def _spread(self, sheet: Worksheet, row: int, spread: pd.DataFrame) -> int:
        """How everybody's numbers are spread."""
        for column, heading in enumerate((_("Interval"), _("Number of answers"), _("Share"))):
            _text(sheet, row, column, heading, self.head)
        for record in spread.to_dict("records"):
            row += 1
            _text(sheet, row, 0, str(record["label"]))
            self._number(sheet, row, 1, _records.value(record["count"]), "–", "count")
            self._number(sheet, row, 2, _records.value(record["share"]), "–", "share")
        return row + 1

    def _method(self, report: Report) -> None:
        sheet = self._sheet(_("Method"))
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 100)
        _text(sheet, 0, 0, _("How the numbers were made"), self.title)
        for row, (key, text) in enumerate(_about.method(report), start=2):
            _text(sheet, row, 0, key, self.bold)
            _text(sheet, row, 1, text, self.wrapped)

    def _table(self, sheet: Worksheet, row: int, table: Table) -> int:
        heads = [table.by_label if table.by else "", _("Answers"), *table.columns]
        for column, heading in enumerate(heads):
            _text(sheet, row, column, heading, self.head)
        for group in table.rows:
            row += 1
            _text(sheet, row, 0, group.label)
            self._number(sheet, row, 1, group.base, group.base_text, "count")
            for column, cell in enumerate(group.cells, start=2):
                self._number(sheet, row, column, cell.value, cell.text, cell.kind)
        return row + 1

    def _number(self, sheet: Worksheet, row: int, column: int, value: float | None, text: str, kind: str) -> None:
        if value is None:
            _text(sheet, row, column, text)
        else:
            sheet.write_number(row, column, value, self.formats.get(kind))

    def _everything(self, report: Report) -> None:
        sheet = self._sheet(_("All numbers"))
        for column, heading in enumerate(_records.headings(report)):
            _text(sheet, 0, column, heading, self.head)
        for row, record in enumerate(_records.records(report), start=1):
            for column, value in enumerate(record.values()):
                _any(sheet, row, column, value)
        sheet.freeze_panes(1, 0)


def _check(report: Report) -> None:
    """Refuse a report that no sheet holds; Excel itself would leave the rest out in silence."""
    tables = [table for question in report.questions for table in question.tables.values()]
    rows = 1 + sum(len(table.frame) + (0 if table.distribution is None else len(table.distribution)) for table in tables)
    columns = 2 + max((len(table.columns) for table in tables), default=0)
    if rows > ROWS or columns > COLUMNS:
        told = {"rows": decimal(rows), "columns": decimal(columns)}
        raise CannotExport(
            _("The tables take %(rows)s rows and %(columns)s columns, more than Excel holds. Choose csv or parquet.") % told
        )


def _any(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        _text(sheet, row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)


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
