"""What is painted on the pages: tagged or an artifact, all of it, and never one inside the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from tests.pdfua.reading import Fault, Read

CONDITIONS = {
    "01-003": "an artifact stands inside tagged content",
    "01-004": "tagged content stands inside an artifact",
    "01-005": "content is neither tagged nor an artifact",
    "30-001": "a form refers to another file",
    "30-002": "a form with tagged content is used more than once",
    "Twice": "two elements hold the same content",
}
PAINTS = frozenset(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Tj", "TJ", "'", '"', "INLINE IMAGE"])


@dataclass
class _Walk:
    """What has been met on the way through pages and the forms on them."""

    read: Read
    faults: list[Fault] = field(default_factory=list)
    uses: dict[tuple[int, int], int] = field(default_factory=dict)


def check(read: Read) -> Iterator[Fault]:
    """The faults of what is painted."""
    walk = _Walk(read)
    for number, page in enumerate(read.file.pages, 1):
        _paint(walk, page.obj, page.obj, [], f"page {number}")
    yield from walk.faults
    yield from (Fault("Twice", str(key)) for key, count in read.tagged.items() if count > 1)


def _paint(walk: _Walk, stream: Any, page: Any, outer: list[str], where: str) -> bool:
    """Go through the operators of a page or form; gives whether it has tagged content of its own."""
    open_marks, tagged, resources = list(outer), False, stream.get("/Resources", page.get("/Resources", {}))
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name in ("BMC", "BDC"):
            mark = _mark(walk.read, operands, resources, stream)
            tagged = tagged or mark == "tagged"
            if mark == "artifact" and "tagged" in open_marks:
                walk.faults.append(Fault("01-003", where))
            if mark == "tagged" and "artifact" in open_marks:
                walk.faults.append(Fault("01-004", where))
            open_marks.append(mark)
        elif name == "EMC" and open_marks:
            open_marks.pop()
        elif name == "Do":
            _place(walk, resources.XObject[operands[0]], page, open_marks, where)
        elif name in PAINTS and not {"tagged", "artifact"} & set(open_marks):
            walk.faults.append(Fault("01-005", f"{where}: {name}"))
    return tagged


def _mark(read: Read, operands: Any, resources: Any, stream: Any) -> str:
    """Whether a mark makes content an artifact, tags it, or says something else of it."""
    if operands[0] == "/Artifact":
        return "artifact"
    if len(operands) < 2:
        return "other"
    told = operands[1] if isinstance(operands[1], pikepdf.Dictionary) else resources.Properties[operands[1]]
    if "/MCID" not in told:
        return "other"
    return "tagged" if (stream.objgen, int(told.MCID)) in read.tagged else "loose"


def _place(walk: _Walk, thing: Any, page: Any, open_marks: list[str], where: str) -> None:
    if thing.get("/Subtype") != "/Form":
        if not {"tagged", "artifact"} & set(open_marks):
            walk.faults.append(Fault("01-005", f"{where}: image"))
        return
    if "/Ref" in thing:
        walk.faults.append(Fault("30-001", where))
    walk.uses[thing.objgen] = walk.uses.get(thing.objgen, 0) + 1
    if _paint(walk, thing, page, open_marks, where) and walk.uses[thing.objgen] > 1:
        walk.faults.append(Fault("30-002", where))
