"""A file's rows, whatever wrote it: text in any common encoding, with any delimiter, or an Excel workbook."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from analysis.words import _, decimal
from surveys.refusals import Refusal

MOST_ROWS = 200_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
DELIMITERS = ";,\t"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


class CannotRead(Refusal):
    """A file that can't be read as a table; the message says why and what to do."""


@dataclass(frozen=True)
class Unreadable:
    """A cell whose value must not be trusted, and why."""

    reason: str


Cell = str | int | float | bool | date | datetime | Unreadable | None
Row = tuple[int, list[Cell]]
"""A row's number as a spreadsheet shows it, and its cells."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a file that hold anything, and what is to be told of how it was read."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def read(data: bytes) -> Sheet:
    """The table in a file; its kind is told by its content, not by its name."""
    from panel.sheets import workbooks  # noqa: PLC0415 (openpyxl takes 0.2 s, and few requests read a file)

    if not data.strip(b"\0\t\r\n "):
        raise CannotRead(_("The file is empty."))
    if data.startswith(OLE):
        raise CannotRead(
            _("The file is an old Excel file (.xls) or locked with a password. Save it as .xlsx without a password.")
        )
    if data.startswith(ZIP):
        return workbooks.read(data)
    return Sheet(filled(records(decoded(data))))


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252, with or without a mark in front."""
    if not data.strip():
        raise CannotRead(_("The file is empty."))
    text = data.decode(_encoding(data), errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        raise CannotRead(_("The file is not text. Save it as CSV or as an Excel workbook (.xlsx)."))
    return text


def _encoding(data: bytes) -> str:
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return name
    start = data[:400]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV text with their numbers; the delimiter is the one that divides the first filled line most often."""
    lines = io.StringIO(text, newline="")
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own hint, which Excel hides
        delimiter = first.strip()[4]
        lines.readline()
    else:
        delimiter = max(DELIMITERS, key=_outside_quotes(first).count)
    try:
        yield from enumerate(csv.reader(lines, delimiter=delimiter), 1)
    except csv.Error as fault:
        raise CannotRead(_("The file can't be read as CSV: %(fault)s.") % {"fault": fault}) from None


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def filled(rows: Iterable[tuple[int, Iterable[Cell]]]) -> list[Row]:
    """The rows that hold anything; too many rows, or too much in a cell, is refused or told."""
    kept: list[Row] = []
    for number, cells in rows:
        row = [_short(cell) for cell in islice(cells, MOST_COLUMNS)]
        if any(cell is not None and cell != "" for cell in row):
            kept.append((number, row))
            if len(kept) > MOST_ROWS + 1:
                words = _("The file has more than %(most)s rows. Divide it into several files.")
                raise CannotRead(words % {"most": decimal(MOST_ROWS)})
    return kept


def _short(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\N{NO-BREAK SPACE}", " ").strip()
    return Unreadable(_("The cell holds far too much text.")) if len(text) > LONGEST_CELL else text
