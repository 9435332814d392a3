"""XLSForm workbooks of the tests' own."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from analysis import words

words.use(Path("panel/translations"))

Rows = Sequence[Sequence[Any]]
HEAD = ("type", "name", "label")


def xlsx(survey: Rows, choices: Rows = (), settings: Rows = (), **more: Rows) -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **more}.items():
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data: bytes, change: dict[str, bytes]) -> bytes:
    """A workbook with some parts changed or added."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in change:
                new.writestr(part, old.read(part))
        for part, content in change.items():
            new.writestr(part, content)
    return file.getvalue()


YES_NO = [("list_name", "name", "label"), ("yn", "yes", "Ja"), ("yn", "no", "Nej")]
ABC = [("list_name", "name", "label"), ("abc", "a", "A"), ("abc", "b", "B"), ("abc", "c", "C")]
