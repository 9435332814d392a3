"""Excel workbooks: tried before they are opened, then read row by row; formulas are never worked out or trusted."""

import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from analysis.words import _
from panel.sheets.reading import CannotRead, Cell, Sheet, Unreadable, filled

LARGEST_OPENED = 200_000_000
"""Bytes of all parts together, unpacked; 200,000 rows of a register are some 100,000,000."""
LARGEST_TEXTS = 60_000_000
"""Bytes of the shared texts, which the reader keeps in memory."""
HIGHEST_RATIO = 200
"""Spreadsheets pack to a tenth or a twentieth; a bomb packs to a thousandth."""
MOST_PARTS = 1_000
CHUNK = 1 << 20
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


def read(data: bytes) -> Sheet:
    """The rows of a workbook's first sheet."""
    check(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that the library can't keep; we only read
            book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
            if not book.worksheets:
                raise CannotRead(_("The workbook has no sheet with cells."))
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write wrong ones
            rows = filled(_rows(sheet))
    except CannotRead:
        raise
    except Exception as fault:  # a damaged workbook makes the library raise nearly anything
        cause = " ".join(str(fault).split())[:120].rstrip(".") or type(fault).__name__
        raise CannotRead(
            _("The workbook can't be opened: %(cause)s. Save it again as .xlsx in Excel.") % {"cause": cause}
        ) from None
    told = _("Only the first sheet, “%(name)s”, is read.") % {"name": sheet.title}
    return Sheet(rows, [told] if len(book.sheetnames) > 1 else [])


def _rows(sheet: Any) -> Iterator[tuple[int, Iterator[Cell]]]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if cells:
            yield number, (_value(cell) for cell in cells)


def _value(cell: Any) -> Cell:
    if cell.data_type == "f":
        return Unreadable(_("The cell holds a formula. Put its value there instead."))
    if cell.data_type == "e":
        return Unreadable(_("The cell holds an error of Excel's."))
    value: Cell = cell.value
    return value


def check(data: bytes) -> None:
    """Refuse a workbook that is a bomb, locked, damaged, of another kind, or that declares entities."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_parts(archive.infolist())
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError, ValueError):
        raise CannotRead(_("The workbook is damaged or locked. Open it in Excel and save it again as .xlsx.")) from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    opened, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    texts = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    bomb = opened > 1_000_000 + HIGHEST_RATIO * packed
    if bomb or len(parts) > MOST_PARTS or opened > LARGEST_OPENED or texts > LARGEST_TEXTS:
        raise CannotRead(_("The workbook would be far too large when unpacked. Copy the cells to a new workbook."))
    names = [part.filename.replace("\\", "/") for part in parts]
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise CannotRead(_("The workbook holds a part that points outside it. Ask where it comes from."))
    if "xl/workbook.xml" not in names:
        raise CannotRead(_("The file is a ZIP archive, but not an Excel workbook. Save the table as .xlsx or CSV."))


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Look through a part for declarations that make a reader fetch or multiply things."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            plain = tail + chunk.replace(b"\0", b"").upper()
            if any(word in plain for word in DECLARATIONS):
                raise CannotRead(_("The workbook declares entities. Ask where it comes from."))
            tail = plain[-16:]
