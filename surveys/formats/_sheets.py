"""Sheets of cells as text, from XLSX, XLS, CSV and Markdown tables, with the place of every cell."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from analysis.words import _
from surveys.formats import CannotRead, Loss, _old_workbooks, decoded, refusal
from surveys.formats._archives import OLE, ZIP, check_archive, check_compound

MOST_ROWS = 3_000
MOST_COLUMNS = 200
MOST_SHEETS = 30
LONGEST_CELL = 10_000


@dataclass
class Sheet:
    """A sheet: its name and its rows of texts; ``lines`` holds the number of each row in the file."""

    name: str
    rows: list[list[str]]
    lines: list[int]

    @property
    def key(self) -> str:
        """The name as XLSForm knows it."""
        return self.name.strip().lower()

    @property
    def headers(self) -> list[str]:
        """The first row, without blanks around or doubled inside."""
        return [" ".join(cell.split()) for cell in self.rows[0]] if self.rows else []

    def place(self, row: int, column: int | None = None) -> str:
        """The place of a row (counted from 0) as a reader finds it."""
        line = self.lines[row] if row < len(self.lines) else row + 1
        if column is None:
            return _('sheet "%(sheet)s", row %(row)s') % {"sheet": self.name, "row": line}
        where = {"sheet": self.name, "row": line, "column": letter(column)}
        return _('sheet "%(sheet)s", row %(row)s, column %(column)s') % where


@dataclass
class Workbook:
    """All sheets of a file, and what was found on the way."""

    sheets: list[Sheet]
    losses: list[Loss] = field(default_factory=list)
    warnings: tuple[str, ...] = ()

    def sheet(self, key: str) -> Sheet | None:
        """The sheet of that name, in upper or lower case."""
        return next((sheet for sheet in self.sheets if sheet.key == key), None)


def letter(column: int) -> str:
    """The letter of a column counted from 0."""
    before, last = divmod(column, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def workbook(data: bytes) -> Workbook:
    """The sheets of a file, by its content."""
    if data.startswith(ZIP):
        check_archive(data)
        return _opened(_xlsx, data)
    if data.startswith(OLE):
        check_compound(data)
        return _opened(_xls, data)
    text, guessed = decoded(data)
    rows = _markdown(text) if text.lstrip().startswith("|") else _csv(text)
    return Workbook(_grouped(rows), warnings=guessed)


def _opened(reader: Callable[[bytes], Workbook], data: bytes) -> Workbook:
    try:
        return reader(data)
    except CannotRead:
        raise
    except Exception as fault:  # a damaged workbook makes the libraries raise nearly anything
        cause = " ".join(str(fault).split())[:120] or type(fault).__name__
        raise refusal(
            _("The workbook cannot be opened: %(cause)s.") % {"cause": cause.rstrip(".")},
            _("Is it damaged or locked with a password? Save it again as .xlsx."),
        ) from None


def _xlsx(data: bytes) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 (takes 0.2 s, and few requests read a workbook)

    values = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    found = Workbook([])
    for name in values.sheetnames[:MOST_SHEETS]:
        if not hasattr(values[name], "iter_rows"):
            continue  # a sheet that is a chart
        sheet = Sheet(name, [], [])
        pairs = zip(_rows_of(values[name]), _rows_of(formulas[name]), strict=False)
        for number, (shown, written) in enumerate(pairs, 1):
            row = [_text(cell) for cell in shown]
            found.losses += _formulas(sheet, row, written, number)
            _keep(sheet, row, number)
        found.sheets.append(sheet)
    return found


def _rows_of(sheet: Any) -> Iterable[Sequence[Any]]:
    sheet.reset_dimensions()  # a file may claim any size
    rows: Iterable[Sequence[Any]] = islice(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), MOST_ROWS + 1)
    return rows


def _formulas(sheet: Sheet, row: list[str], written: Sequence[Any], number: int) -> list[Loss]:
    losses = []
    for column, cell in enumerate(written):
        if isinstance(cell, str) and cell.startswith("=") and len(cell) > 1 and cell != row[column]:
            where = {"sheet": sheet.name, "row": number, "column": letter(column)}
            place = _('sheet "%(sheet)s", row %(row)s, column %(column)s') % where
            what = _("formula %(formula)s") % {"formula": cell[:60]}
            losses.append(
                Loss("", f"{place}: {what}", _("only its last value was read: “%(value)s”") % {"value": row[column]})
            )
    return losses


def _xls(data: bytes) -> Workbook:
    found = Workbook([])
    for name, rows in _old_workbooks.sheets(data, MOST_ROWS + 1, MOST_COLUMNS + 1, MOST_SHEETS):
        sheet = Sheet(name, [], [])
        for number, row in enumerate(rows, 1):
            _keep(sheet, [_text(cell) for cell in row], number)
        found.sheets.append(sheet)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return str(value)
    return str(value).replace("\N{NO-BREAK SPACE}", " ").strip()


def _keep(sheet: Sheet, row: list[str], number: int) -> None:
    while row and not row[-1]:
        row.pop()
    place = {"sheet": sheet.name, "row": number}
    if number > MOST_ROWS and row:
        message = _('The sheet "%(sheet)s" has more than %(most)s rows.') % {"sheet": sheet.name, "most": MOST_ROWS}
        raise refusal(message, _("Split the questionnaire."))
    if len(row) > MOST_COLUMNS:
        message = _("There are more than %(most)s columns.") % {"most": MOST_COLUMNS}
        raise refusal(message, _("Remove those that are not used."), _('sheet "%(sheet)s", row %(row)s') % place)
    sheet.rows.append(row)
    sheet.lines.append(number)
    for column, cell in enumerate(row):
        if len(cell) > LONGEST_CELL:
            message = _("The cell holds more than %(most)s characters.") % {"most": LONGEST_CELL}
            raise refusal(message, _("Shorten it."), sheet.place(len(sheet.rows) - 1, column))


def _csv(text: str) -> Iterable[tuple[int, list[str]]]:
    head = text[:5000]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, [_text(cell) for cell in row]
    except csv.Error as fault:
        place = _("line %(line)s") % {"line": reader.line_num}
        raise refusal(_("The file is not CSV: %(cause)s.") % {"cause": str(fault)}, place=place) from None


def _markdown(text: str) -> Iterable[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        inside = line.strip()
        if inside.startswith("|") and not re.fullmatch(r"[|:\- ]+", inside):
            cells = re.split(r"(?<!\\)\|", inside.strip("|") if inside.endswith("|") else inside[1:])
            yield number, [cell.strip().replace("\\|", "|") for cell in cells]


def _grouped(rows: Iterable[tuple[int, list[str]]]) -> list[Sheet]:
    """Sheets in one text: the first column names the sheet, the others are its cells."""
    sheets: list[Sheet] = []
    for number, row in rows:
        if not sheets and {"type", "name"} <= {cell.lower() for cell in row}:
            sheets.append(Sheet("survey", [], []))
            sheets[0].rows, sheets[0].lines = [row], [number]
            whole = sheets[0]
            for later, cells in rows:
                _keep_within(whole, cells, later)
            return sheets
        if row and row[0]:
            sheets.append(Sheet(row[0], [], []))
        if sheets and any(row[1:]):
            _keep_within(sheets[-1], row[1:], number)
    return sheets


def _keep_within(sheet: Sheet, row: list[str], number: int) -> None:
    if len(sheet.rows) > MOST_ROWS:
        message = _('The sheet "%(sheet)s" has more than %(most)s rows.') % {"sheet": sheet.name, "most": MOST_ROWS}
        raise refusal(message, _("Split the questionnaire."))
    _keep(sheet, row, min(number, MOST_ROWS))
    sheet.lines[-1] = number
