"""A tagged PDF (PDF/UA-1) set by Typst: bookmarks, page numbers, alternative texts, tables with their heads."""

import json
import re
from datetime import UTC, datetime
from functools import cache, singledispatch
from pathlib import Path
from typing import Any

import typst
from matplotlib import get_data_path

from analysis.documents import _rowheads
from analysis.documents._content import (
    Box,
    Document,
    Grid,
    Heading,
    Method,
    Paragraph,
    Part,
    Picture,
    Points,
    Quote,
    Result,
    Section,
    Sentence,
)
from analysis.figures import lettering

name = "PDF"
mimetype = "application/pdf"
extension = "pdf"
TEMPLATE = Path(__file__).parents[1] / "typst" / "report.typ"
Data = dict[str, Any]


def write(document: Document) -> bytes:
    """The document as PDF/UA-1; what no font has is shown as a box, since an accessible PDF must not lack a letter."""
    told = json.dumps(_readable(_data(document)), ensure_ascii=False)
    noon = datetime(document.made.year, document.made.month, document.made.day, 12, tzinfo=UTC)
    made = typst.compile(
        TEMPLATE, format="pdf", font_paths=fonts(), pdf_standards="ua-1", timestamp=noon, sys_inputs={"document": told}
    )
    return _rowheads.marked(made)


@cache
def fonts() -> typst.Fonts:
    """What the typesetter brings itself, and the letters that charts are measured in; none of the machine's own."""
    return typst.Fonts(include_system_fonts=False, font_paths=[f"{get_data_path()}/fonts/ttf"])


def _readable(value: Any) -> Any:
    """The same, with a box for each letter that no font at hand has."""
    if isinstance(value, str):
        return "".join(c if c == "\n" or lettering.known(c) else "□" for c in lettering.clean(value))
    if isinstance(value, dict):
        return {key: _readable(inner) for key, inner in value.items()}
    return [_readable(inner) for inner in value] if isinstance(value, list) else value


def _data(document: Document) -> Data:
    anchors = {cell.id for part in document.parts() for cell in _cells(part) if cell.id}
    return {
        "title": document.title,
        "line": document.line,
        "author": document.author,
        "lang": document.language.split("-")[0],
        "made_up": document.said.made_up if document.made_up else "",
        "contents": document.said.contents,
        "page": document.said.page,
        "facts": [list(fact) for fact in document.facts],
        "sections": [_section(section) for section in document.sections],
        "anchors": sorted(anchors),
    }


def _cells(part: Part) -> Any:
    grid = part.grid if isinstance(part, Result) else part
    return [cell for row in grid.rows for cell in row] if isinstance(grid, Grid) else []


def _section(section: Section) -> Data:
    return {"title": section.title, "parts": [_part(part) for part in section.parts]}


def _sentence(sentence: Sentence) -> Data:
    return {"text": sentence.text, "cell": sentence.cell}


@singledispatch
def _part(part: Part) -> Data:
    raise TypeError(f"PDF has no form for {type(part).__name__}.")


@_part.register
def _(part: Heading) -> Data:
    return {"kind": "heading", "text": part.text, "level": part.level}


@_part.register
def _(part: Paragraph) -> Data:
    return {"kind": "paragraph", "texts": [text.strip() for text in part.text.split("\n\n") if text.strip()]}


@_part.register
def _(part: Points) -> Data:
    return {"kind": "points", "items": [_sentence(item) for item in part.items]}


@_part.register
def _(part: Quote) -> Data:
    return {"kind": "quote", "text": part.text, "about": part.about}


@_part.register
def _(part: Box) -> Data:
    return {"kind": "box", "title": "", "items": [_sentence(item) for item in part.items]}


@_part.register
def _(part: Method) -> Data:
    return {"kind": "box", "title": part.title, "items": [_sentence(Sentence(line)) for line in part.lines]}


@_part.register
def _(part: Grid) -> Data:
    rows = [[{"text": cell.text, "id": cell.id} for cell in row] for row in part.rows]
    return {"kind": "grid", "caption": part.caption, "head": list(part.head), "rows": rows}


@_part.register
def _(part: Picture) -> Data:
    svg = part.svg.decode()
    return {"kind": "picture", "title": part.words.title, "svg": svg, "told": part.description, "tall": _tall(svg)}


def _tall(svg: str) -> float:
    """How many times its width a drawing is high."""
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', svg)
    return float(box.group(2)) / float(box.group(1)) if box else 1.0


@_part.register
def _(part: Result) -> Data:
    return {
        "kind": "result",
        "finding": _sentence(part.finding),
        "question": part.question,
        "facts": " ".join(part.facts),
        "picture": _part(part.picture) if part.picture else None,
        "grid": _part(part.grid),
        "more": [_sentence(item) for item in part.more],
    }
