"""The PX format of statistical offices, as its specification of 2013 (AXIS-VERSION 2013) says.

A keyword is followed by its values in quotation marks and ends with a semicolon. A value can hold no quotation mark, and
no line is longer than 256 characters: long texts go on in further quotation marks, and lists break after a comma.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analysis.exporters import _records

LONGEST = 256
"""Characters in a line."""
NAME, TEXT = 40, 190
"""Characters in the name of a variable and in the text of a value, which may not be broken over lines."""
DECIMALS = 15
NOTHING, HIDDEN = ".", ".."
"""What stands in a cell without a number, and in one whose number may not be told."""


@dataclass(frozen=True)
class Value:
    """One value of a variable; what is cut off its text stands in a note."""

    code: str
    text: str


@dataclass(frozen=True)
class Variable:
    """One dimension of the matrix."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Shown:
    """What a measure is counted in, and with how many decimals it is shown."""

    unit: str
    decimals: int


@dataclass(frozen=True)
class Made:
    """Of which survey the numbers are, over which days, when they last changed, and who tells more; empty where unknown."""

    survey: str = ""
    period: str = ""
    changed: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Matrix:
    """A table of any number of variables; ``rows`` has a row for each combination of ``stub``, a cell for each measure.

    The first value of the last variable of the stub stands for all its others.
    """

    matrix: str
    language: str
    subject: str
    title: str
    source: str
    made: Made
    stub: Sequence[Variable]
    measures: Variable
    shown: Sequence[Shown]
    notes: Sequence[str]
    rows: Iterable[Sequence[float | str]]


def write(table: Matrix) -> bytes:
    """The matrix as a PX file in UTF-8."""
    return "".join(f"{line}\r\n" for line in (*_about(table), *_values(table), *_notes(table), *_data(table))).encode()


def _about(table: Matrix) -> Iterator[str]:
    yield from _keyword("CHARSET", "ANSI")
    yield from _keyword("AXIS-VERSION", "2013")
    yield from _keyword("CODEPAGE", "utf-8")
    yield from _keyword("LANGUAGE", table.language)
    yield f"DECIMALS={DECIMALS};"
    yield "SHOWDECIMALS=0;"
    yield from _keyword("MATRIX", table.matrix)
    yield "AGGREGALLOWED=NO;"  # shares and means can't be added
    yield from _keyword("SUBJECT-CODE", "MP")
    yield from _keyword("SUBJECT-AREA", table.subject)
    yield from _keyword("DESCRIPTION", table.title)
    yield from _keyword("TITLE", table.title)
    yield from _keyword("CONTENTS", table.title)
    yield from _keyword("UNITS", *dict.fromkeys([table.shown[0].unit] if table.shown else ["-"]))
    yield from _keyword("STUB", *(one.name for one in table.stub))
    yield from _keyword("HEADING", table.measures.name)
    yield from _keyword("CONTVARIABLE", table.measures.name)


def _values(table: Matrix) -> Iterator[str]:
    variables = (*table.stub, table.measures)
    texts = {id(one): _texts(one) for one in variables}
    for one in variables:
        yield from _keyword(f'VALUES("{_name(one.name)}")', *texts[id(one)])
    for one in variables:
        yield from _keyword(f'CODES("{_name(one.name)}")', *_codes(one))
    whole = table.stub[-1]
    yield from _keyword(f'ELIMINATION("{_name(whole.name)}")', texts[id(whole)][0])
    yield from _measured(table, texts[id(table.measures)])
    yield from _keyword("SOURCE", table.source)
    if table.made.survey:
        yield from _keyword("SURVEY", table.made.survey)
    yield "OFFICIAL-STATISTICS=NO;"


def _measured(table: Matrix, texts: Sequence[str]) -> Iterator[str]:
    """What is said of each measure by itself: decimals and unit, and of all alike, since the specification wants it so."""
    for text, shown in zip(texts, table.shown, strict=True):
        if shown.decimals:
            yield f'PRECISION("{_name(table.measures.name)}","{text}")={shown.decimals};'
    alike = (("LAST-UPDATED", table.made.changed), ("CONTACT", table.made.contact), ("REFPERIOD", table.made.period))
    for text, shown in zip(texts, table.shown, strict=True):
        for keyword, told in (*alike[:1], ("UNITS", shown.unit), *alike[1:]):
            if told:
                yield from _keyword(f'{keyword}("{text}")', told)


def _notes(table: Matrix) -> Iterator[str]:
    yield from _keyword("NOTEX", "#".join(table.notes))
    for one in (*table.stub, table.measures):
        for text, value in zip(_texts(one), one.values, strict=True):
            if text != plain(value.text):
                yield from _keyword(f'VALUENOTE("{_name(one.name)}","{text}")', value.text)
    yield from _keyword("DATASYMBOL1", NOTHING)
    yield from _keyword("DATASYMBOL2", HIDDEN)


def _data(table: Matrix) -> Iterator[str]:
    yield "DATA="
    for row in table.rows:
        yield from _filled([_cell(value) for value in row])
    yield ";"


def _cell(value: float | str) -> str:
    """A number without exponent, all its digits; or one of the signs in quotation marks."""
    if isinstance(value, str):
        return f'"{value}"'
    number = round(Decimal(repr(float(value))), DECIMALS)
    return format(number.normalize() if number else Decimal(0), "f")


def _filled(cells: list[str]) -> Iterator[str]:
    line = ""
    for cell in cells:
        if line and len(line) + len(cell) + 1 > LONGEST:
            yield line
            line = ""
        line += f"{cell} "
    yield line


def _keyword(key: str, *values: str) -> Iterator[str]:
    """``KEY="a","b";`` on as few lines as it takes."""
    pieces = _pieces([plain(value) or "-" for value in values], LONGEST - 3)
    line = f"{key}="
    for place, piece in enumerate(pieces):
        closed = piece + (";" if place == len(pieces) - 1 else "")
        if line and len(line) + len(closed) > LONGEST:
            yield line
            line = ""
        line += closed
    yield line


def _pieces(values: list[str], room: int) -> list[str]:
    """Values in quotation marks with their commas; one that is too long goes on in further quotation marks."""
    found = []
    for value in values:
        parts = [value[start : start + room] for start in range(0, len(value), room)]
        found += [f'"{part}"' for part in parts]
        found[-1] += ","
    found[-1] = found[-1][:-1]
    return found


def _texts(variable: Variable) -> list[str]:
    """The texts of the values, short enough for a line, none like another."""
    used: set[str] = set()
    return [_apart(_short(plain(value.text) or "-", TEXT), used) for value in variable.values]


def _codes(variable: Variable) -> list[str]:
    used: set[str] = set()
    return [_apart(_short(plain(value.code) or "_", TEXT), used) for value in variable.values]


def _apart(wanted: str, used: set[str]) -> str:
    text, number = wanted, 2
    while text in used:
        text, number = f"{wanted} ({number})", number + 1
    used.add(text)
    return text


def _name(name: str) -> str:
    return _short(plain(name) or "-", NAME)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain(text: str) -> str:
    """A text as the format can hold it: no quotation marks, no line breaks, and not the word that begins the numbers."""
    calm = re.sub(r"\s+", " ", _records.clean(text).replace('"', "”")).strip()
    return re.sub(r"(?i)data=", lambda found: f"{found.group()[:-1]} =", calm)
