"""A workbook with the responses on one sheet and the codebook on another; every cell a text or a number."""

import contextlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError, FileSizeError
from xlsxwriter.worksheet import Worksheet

from analysis.exporters._records import clean
from analysis.exporters._refusals import CannotExport
from analysis.exporters._responses._columns import Code, Column
from analysis.words import _, decimal

ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767
"""What Excel holds: rows of a sheet, columns of a sheet, characters of a cell."""


def limits(rows: int, columns: int) -> None:
    """Refuse what does not fit into a sheet."""
    if rows >= ROWS or columns > COLUMNS:
        told = {"rows": decimal(rows), "columns": decimal(columns), "most": decimal(ROWS - 1), "wide": decimal(COLUMNS)}
        raise CannotExport(
            _(
                "Excel holds %(most)s responses and %(wide)s columns, and there are %(rows)s and %(columns)s. "
                "Choose csv or parquet."
            )
            % told
        )


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """The rows go to the disk one after the other, to files in a folder that goes away whatever happens."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with TemporaryDirectory(prefix=path.name, dir=path.parent) as folder, _Calm(path, "wb") as file:
        book = Workbook(file, options | {"tmpdir": folder})
        try:
            _fill(book, batches, columns, labels)
            book.close()
        except FileCreateError as fault:  # what the disk said, wrapped by the library
            raise fault.args[0] from None
        except FileSizeError:
            raise CannotExport(_("The responses take more room than Excel holds. Choose csv or parquet.")) from None
        finally:
            _let_go(book)


class _Calm(io.FileIO):
    """A file that writes all it is given, and once it could not takes the rest in silence: the library closes what it began."""

    _broken = False

    def write(self, content: Any) -> int:
        """Every byte, or OSError; never some of them."""
        left = memoryview(content).cast("B")
        size = len(left)
        try:
            while left and not self._broken:
                left = left[super().write(left) :]
        except OSError:
            self._broken = True
            raise
        return size


def _let_go(book: Workbook) -> None:
    """Close the files that the library keeps the rows in; after a fault it leaves them open."""
    for sheet in book.worksheets():
        with contextlib.suppress(OSError):
            sheet.row_data_fh.close()


def _fill(book: Workbook, batches: Iterable[pd.DataFrame], columns: Sequence[Column], labels: bool) -> None:
    """The responses on one sheet, what their codes mean on another."""
    sheet = book.add_worksheet(_("Responses"))
    head = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(columns):
        _put(sheet, 0, place, clean(column.name), head)
    row = 0
    for frame in batches:
        for cells in zip(*(column.plain(frame, labels, _same) for column in columns), strict=True):
            row += 1
            _row(sheet, row, cells)
    sheet.freeze_panes(1, 0)
    _codebook(book.add_worksheet(_("Codebook")), columns)


def _row(sheet: Worksheet, row: int, cells: Sequence[Any]) -> None:
    for place, cell in enumerate(cells):
        if cell is not None:
            _put(sheet, row, place, cell)


def _put(sheet: Worksheet, row: int, place: int, cell: Any, style: Any = None) -> None:
    if not isinstance(cell, str):
        sheet.write_number(row, place, cell, style)
    elif len(cell.encode("utf-16-le")) // 2 > CHARACTERS:
        told = {"row": decimal(row), "most": decimal(CHARACTERS)}
        raise CannotExport(
            _("A text in response %(row)s is longer than the %(most)s characters of a cell. Choose csv or parquet.") % told
        )
    elif cell:
        sheet.write_string(row, place, cell, style)


def _same(value: Any) -> Any:
    return value


def _codebook(sheet: Worksheet, columns: Sequence[Column]) -> None:
    row = 0
    for column in columns:
        for code, label in column.labels.items() if isinstance(column, Code) and column.labels else [("", "")]:
            for place, cell in enumerate((column.name, column.label, code, label)):
                _put(sheet, row, place, clean(cell))
            row += 1
