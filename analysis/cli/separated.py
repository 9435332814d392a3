"""A CSV file as it comes: its letters, separator, heading and decimal sign; every row as wide as the heading, or refused."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.dataset import UnusableData, listed

SEPARATORS = ";,\t"
ARCHIVE, MARK = b"PK\x03\x04", b"\xef\xbb\xbf"
BOTH = re.compile("Ã[\x80-\xbf]|â\x80")
"""What letters of UTF-8 are taken for where they are read byte by byte."""
_POINT, _COMMA = re.compile(r"\s*-?\d+\.\d+\s*"), re.compile(r"\s*-?\d+,\d+\s*")


@dataclass(frozen=True)
class Separated:
    """A frame of texts, one row per row of the file, and how it was written, so that another can be written alike.

    The rows are numbered as in the file, the heading being the first. Old Windows letters are to become UTF-8 with the mark
    that Excel looks for.
    """

    frame: pd.DataFrame
    separator: str
    encoding: str


def read(path: Path) -> Separated:
    """A CSV file with a heading, with semicolons, commas or tabs, in UTF-8, UTF-16 or Windows-1252.

    Raises
    ------
    UnusableData
        It is no text, or has no heading; two columns have one name; a row has more or fewer cells than the heading.
    """
    text, encoding = _text(path)
    separator = _separator(text)
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        if not any(name.strip() for name in names):
            raise UnusableData(f"{path.name} is not a table: it has no heading. Save it as CSV with one row per response.")
        width = _width(path, text, separator, len(names))
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, header=None, names=range(width), index_col=False, dtype=str,
            keep_default_na=False, na_values=[""],
        )[1:]  # fmt: skip
    except (csv.Error, pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        said = str(fault).strip().rstrip(".")
        raise UnusableData(f"{path.name} is not a table: {said}. Save it as CSV with one row per response.") from None
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return Separated(_named(path, frame, names), separator, encoding)


def decimal(cells: Iterable[object]) -> str:
    """The decimal sign of numbers in a file: the comma where some have one and none has a point."""
    commas = False
    for cell in cells:
        if _POINT.fullmatch(str(cell)):
            return "."
        commas = commas or _COMMA.fullmatch(str(cell)) is not None
    return "," if commas else "."


def _text(path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    if content.startswith(ARCHIVE):
        raise UnusableData(f"{path.name} is a workbook or another archive, not CSV. Open it and save it as CSV (UTF-8).")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = "utf-16" if wide else "utf-8-sig" if content.startswith(MARK) else "utf-8"
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as fault:
        text, encoding = "\x00" if wide else _windows(path, content, fault.start), "utf-8-sig"
    if "\x00" in text:
        raise UnusableData(f"{path.name} is no text: it holds characters of nought. Save it as CSV in UTF-8.")
    return text.lstrip("\ufeff\r\n"), encoding


def _windows(path: Path, content: bytes, at: int) -> str:
    """Windows-1252, unless most of it is UTF-8 all the same: one wrong byte would spoil every å, ä and ö."""
    text = content.decode("cp1252", "replace")
    if BOTH.search(content.decode("latin-1")):
        row = content.count(b"\n", 0, at) + 1
        raise UnusableData(f"{path.name} is in two encodings: line {row} is not UTF-8, as the rest is. Save it as CSV in UTF-8.")
    return text


def _separator(text: str) -> str:
    """The separator that the heading has most of, outside quotes."""
    heading = re.sub('"[^"]*"', "", text[: 1 << 20]).split("\n", 1)[0]
    counts = Counter(heading)
    return max(SEPARATORS, key=lambda one: counts[one]) if any(counts[one] for one in SEPARATORS) else ","


def _width(path: Path, text: str, separator: str, heading: int) -> int:
    """How many cells the widest row has; refuse one with fewer than the heading, or with more that hold anything."""
    widest = heading
    for number, (cells, row) in enumerate(_rows(text, separator), start=1):
        if cells in (0, heading):
            continue
        told = row.rstrip("\n").split(separator) if isinstance(row, str) else row
        if cells < heading:
            raise UnusableData(
                f"{path.name}, row {number}: it has {cells} of {heading} cells. The file may be cut off, a separator missing, or "
                "a quote left open. Export it again, or mend the row."
            )
        if any(cell.strip() for cell in told[heading:]):
            raise UnusableData(
                f"{path.name}, row {number}: it has {cells} cells, and the heading {heading}. Put quotes around what holds a "
                f"separator ({separator!r}), or name the column."
            )
        widest = max(widest, cells)
    return widest


def _rows(text: str, separator: str) -> Iterator[tuple[int, str | list[str]]]:
    """Each row with its number of cells, which is 0 for an empty line, no row of pandas either."""
    if '"' in text:
        yield from ((len(row), row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    else:
        for line in io.StringIO(text, newline=None):
            yield line.count(separator) + 1 if line != "\n" else 0, line


def _named(path: Path, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The frame with the names of its heading; columns without a name that hold nothing are left out."""
    nameless = [at for at in frame if at >= len(names) or not names[at].strip()]
    empty = [at for at in nameless if frame[at].isna().all()]
    kept = [at for at in frame if at not in empty]
    told = Counter(names[at].strip() for at in kept)
    twice = [name for name, times in told.items() if times > 1]
    if twice:
        raise UnusableData(f"{path.name} has more than one column named {listed(twice)}. Rename all but one in the heading.")
    frame = frame[kept]
    frame.columns = pd.Index([names[at] for at in kept], dtype=object)
    return frame
