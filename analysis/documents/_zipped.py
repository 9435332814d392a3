"""Office files that are the same bytes every time: no clock in the archive, in its properties or in what it embeds."""

import io
import re
import zipfile
from datetime import date

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first time that an archive can tell."""
MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")


def steady(content: bytes, made: date) -> bytes:
    """The archive with every time in it set to the document's own date, and so in the workbooks inside it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, _part(name, old.read(name), made))
    return file.getvalue()


def _part(name: str, content: bytes, made: date) -> bytes:
    if name.endswith(".xlsx"):
        return steady(content, made)
    if name == "docProps/core.xml":
        return MOMENT.sub(rb"\g<1>%sT12:00:00Z\g<2>" % made.isoformat().encode(), content)
    return content
