"""A PX file per question, as SCB publishes tables, with a list of what is in them, in one archive."""

import io
import re
import zipfile

from analysis.exporters import _px, px
from analysis.report import Report
from analysis.words import _

name = "PX, a file per question"
mimetype = "application/zip"
extension = "zip"
YEAR = (1980, 1, 1, 0, 0, 0)
"""The time of every file inside: the same report gives the same bytes."""


def write(report: Report) -> bytes:
    """The report's questions as PX files and their list as a text."""
    file = io.BytesIO()
    listed = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, question in enumerate(report.questions, start=1):
            called = f"{number:03d}-{re.sub(r'[^A-Za-z0-9_-]+', '-', question.name)[:40]}"
            title = question.label or question.name
            _add(archive, f"{called}.px", px.matrix(report, [question], f"{report.origin.key}Q{number:03d}", title))
            listed.append(f"{called}.px\t{_px.plain(title)}\r\n")
        _add(archive, f"{_('Contents')}.txt", "".join(listed).encode("utf-8-sig"))
    return file.getvalue()


def _add(archive: zipfile.ZipFile, called: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(called, YEAR)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
