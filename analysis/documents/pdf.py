"""A tagged PDF (PDF/UA-1) set by Typst: bookmarks, page numbers, alternative texts, tables with their heads."""

import math
import re
from functools import singledispatch
from typing import Any

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
from analysis.typesetting import readable, typeset

name = "PDF"
mimetype = "application/pdf"
extension = "pdf"
Data = dict[str, Any]
LINE, HEADS, FIRST = 92, 14, 48
"""Letters of a line, lines of title and headings, and of a page: what fits on the first page has it for itself."""


def write(document: Document) -> bytes:
    """The document as PDF/UA-1; what no font has is shown as a box, since an accessible PDF must not lack a letter."""
    return _rowheads.marked(typeset("report.typ", "document", readable(_data(document)), document.made))


def _data(document: Document) -> Data:
    anchors = {cell.id for part in document.parts() for cell in _cells(part) if cell.id}
    return {
        "title": document.title,
        "line": document.line,
        "author": document.author,
        "foot": document.foot,
        "lang": document.language.split("-")[0],
        "made_up": document.said.made_up if document.made_up else "",
        "contents": document.said.contents,
        "page": document.said.page,
        "facts": [list(fact) for fact in document.facts],
        "alone": _lines(document) <= FIRST,
        "sections": [_section(section) for section in document.sections],
        "anchors": sorted(anchors),
    }


def _lines(document: Document) -> float:
    """About how many lines the head, the contents and the first section take."""
    parts = document.sections[0].parts if document.sections else ()
    texts = [part.text for part in parts if isinstance(part, Paragraph)]
    texts += [item.text for part in parts if isinstance(part, Points) for item in part.items]
    facts = [f"{label}: {value}" for label, value in document.facts]
    told = sum(math.ceil(len(text) / LINE) for text in (*texts, *facts))
    return HEADS + len(document.sections) / 2 + told + 0.2 * len(texts)


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
