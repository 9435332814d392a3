"""Is a workbook safe to open? Decided before any part of it is understood."""

import zipfile
from io import BytesIO

from analysis.words import _
from surveys.formats import CannotRead, refusal

LARGEST_FILE = 10_000_000
LARGEST_OPENED = 20_000_000
"""Bytes of all parts together, unpacked; the largest of those tried has 2,200,000."""
HIGHEST_RATIO = 200
"""Spreadsheets pack to a tenth or a twentieth; a bomb packs to a thousandth."""
MOST_PARTS = 1_000

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = "_VBA_PROJECT".encode("utf-16-le")


def check_archive(data: bytes) -> None:
    """Refuse an XLSX file that is too large, a bomb, locked, damaged, or holds macros or entities."""
    _check_size(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_parts(archive.infolist())
            for part in archive.infolist():
                _check_part(part, archive.read(part))
    except CannotRead:
        raise
    except Exception:  # a damaged archive makes zipfile and zlib raise nearly anything
        raise refusal(
            _("The workbook is damaged or locked."), _("Open it, save it again as .xlsx and try that.")
        ) from None


def check_compound(data: bytes) -> None:
    """Refuse an old XLS file that is too large or holds macros."""
    _check_size(data)
    if MACROS in data:
        raise _macros()


def _check_size(data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        most = LARGEST_FILE // 1_000_000
        raise refusal(_("The file is larger than %(most)s MB.") % {"most": most}, _("A questionnaire is a small file."))


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    opened, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or opened > LARGEST_OPENED or opened > 1_000_000 + HIGHEST_RATIO * packed:
        raise refusal(
            _("The workbook would be far too large when unpacked."),
            _("Copy the cells to a new workbook and save that."),
        )
    names = [part.filename for part in parts]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise refusal(
            _("The workbook holds a part that points outside it."), _("Do not open it; ask where it comes from.")
        )
    if any("vbaproject" in name.lower() for name in names):
        raise _macros()
    if "xl/workbook.xml" not in names:
        raise refusal(_("The file is a ZIP archive, but not an Excel workbook."), _("Save the questionnaire as .xlsx."))


def _check_part(part: zipfile.ZipInfo, content: bytes) -> None:
    if part.filename.lower().endswith((".xml", ".rels")):
        plain = content.replace(b"\0", b"").upper()
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise refusal(
                _('The part "%(part)s" of the workbook declares entities.') % {"part": part.filename[:80]},
                _("Do not open it; ask where it comes from."),
            )


def _macros() -> Exception:
    return refusal(_("The workbook holds macros."), _("Save it as .xlsx without macros."))
