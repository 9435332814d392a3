"""How a text file of a table is spelled: its letters, what stands between its columns, its decimal sign."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = ",;\t"
"""What may stand between columns; the first wins where a heading tells nothing."""
_HEADING = re.compile(r'(?:"[^"]*"|[^"\r\n])*')
_QUOTED = re.compile(r'"[^"]*"')
_POINT, _COMMA = re.compile(r"\s*-?\d+\.\d+\s*"), re.compile(r"\s*-?\d+,\d+\s*")


@dataclass(frozen=True)
class Spelling:
    """The text of a file and how it was written, so that another can be written alike."""

    text: str
    separator: str
    encoding: str


def spelling(path: Path) -> Spelling:
    """A file in UTF-8, UTF-16 with a mark, or Windows-1252, with commas, semicolons or tabs."""
    content = path.read_bytes()
    text, encoding = _decoded(content)
    heading = _QUOTED.sub("", found.group() if (found := _HEADING.match(text)) else "")
    return Spelling(text, max(SEPARATORS, key=heading.count), encoding)


def decimal(cells: Iterable[object]) -> str:
    """The decimal sign of numbers in a file: the comma where some have one and none has a point."""
    commas = False
    for cell in cells:
        if _POINT.fullmatch(str(cell)):
            return "."
        commas = commas or _COMMA.fullmatch(str(cell)) is not None
    return "," if commas else "."


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the letters to write it in again: old Windows letters become UTF-8 with the mark that Excel looks for."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "utf-8-sig"
