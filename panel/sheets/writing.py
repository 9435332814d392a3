"""Tables as files that a Swedish Excel opens at once and in which no cell can act."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlsxwriter import Workbook

from analysis.exporters import clean, harmless

Value = str | int | float | None
LONGEST = 32_767
"""Characters in a cell of Excel's."""


class Kind(NamedTuple):
    """A kind of file."""

    extension: str
    mimetype: str


CSV = Kind("csv", "text/csv; charset=utf-8")
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def write(kind: Kind, head: Sequence[str], rows: Iterable[Sequence[Value]], name: str) -> bytes:
    """A file of one table; ``name`` is the sheet's."""
    return _xlsx(head, rows, name) if kind is XLSX else _csv(head, rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Semicolons, decimal commas and a byte order mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(text) for text in head])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else repr(value).replace(".", ",")


def _xlsx(head: Sequence[str], rows: Iterable[Sequence[Value]], name: str) -> bytes:
    """Every cell is a text or a number, never a formula or a link out."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        for column, text in enumerate(head):
            sheet.write_string(0, column, clean(text)[:LONGEST], bold)
        sheet.set_column(0, max(0, len(head) - 1), 18)
        sheet.freeze_panes(1, 0)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, clean(value)[:LONGEST])
                elif value is not None:
                    sheet.write_number(row, column, value)
    return file.getvalue()
