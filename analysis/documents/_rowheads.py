"""Tables of a tagged PDF with heads for their rows, not only for their columns.

Typst marks the first cell of a row as its head by ``pdf.header-cell(scope: "row")``, but only behind its feature
"a11y-extras", which its Python binding has no switch for. So the marks are set in the file that it wrote: its structure
elements are plain objects, one a line, and its table of places is the classic one (ISO 32000-1, 7.5.4 and 14.8.5.7).
"""

import re
from collections.abc import Iterator

ELEMENT = re.compile(rb"\d+ 0 obj\s+(<</Type/StructElem/S/(T[RD])/.*?>>)\s+endobj", re.S)
KIDS = re.compile(rb"/K\[([\d R]*)\]")
HEADS = re.compile(rb"/A\[<</O/Table/Headers\[(.*?)\]>>\]")
NAMES = re.compile(rb"(/IDTree<</Names\[)(.*?)\]")
PLACES = re.compile(rb"xref\n0 (\d+)\n")
START = re.compile(rb"startxref\n(\d+)\n%%EOF\s*$")

Objects = dict[int, bytes]
"""What objects are, by their numbers."""


def marked(pdf: bytes) -> bytes:
    """The file with the first cell of every row of data as the head of the row, which the row's other cells name."""
    start = START.search(pdf)
    table = PLACES.match(pdf, int(start.group(1))) if start else None
    if start is None or table is None:
        raise ValueError("The typesetter has written another kind of PDF than it did. Its rows can't be given heads.")
    places = {
        number: int(pdf[at : at + 10])
        for number in range(1, int(table.group(1)))
        if pdf[(at := table.end() + 20 * number) + 17 : at + 18] == b"n"
    }
    rows, cells = _elements(pdf, places)
    heads: list[int] = []
    changed: Objects = {}
    for kids in rows.values():
        if kids and all(kid in cells for kid in kids):
            heads.append(kids[0])
            changed |= dict(_row(kids, cells))
    return _written(pdf, places, changed, heads, table)


def _elements(pdf: bytes, places: dict[int, int]) -> tuple[dict[int, list[int]], Objects]:
    """The numbers of what stands in each row, and the cells of data."""
    rows: dict[int, list[int]] = {}
    cells: Objects = {}
    for number, place in places.items():
        found = ELEMENT.match(pdf, place)
        if found and found.group(2) == b"TR":
            kids = KIDS.search(found.group(1))
            rows[number] = [int(kid) for kid in kids.group(1).split()[::3]] if kids else []
        elif found:
            cells[number] = found.group(1)
    return rows, cells


def _row(kids: list[int], cells: Objects) -> Iterator[tuple[int, bytes]]:
    """The cells of a row, the first made a head."""
    head, *others = kids
    made = HEADS.sub(rb"/ID(%s)/A[<</O/Table/Scope/Row/Headers[\1]>>]" % _name(head), cells[head])
    yield head, made.replace(b"/S/TD", b"/S/TH", 1)
    for cell in others:
        yield cell, HEADS.sub(rb"/A[<</O/Table/Headers[\1(%s)]>>]" % _name(head), cells[cell])


def _name(number: int) -> bytes:
    return b"R%d" % number


def _named(content: bytes, heads: list[int]) -> bytes:
    """The tree of names with those of the heads, in the order of their letters."""

    def grown(tree: re.Match[bytes]) -> bytes:
        names = dict(re.findall(rb"\((.*?)\)(\d+ 0 R)", tree.group(2)))
        names |= {_name(head): b"%d 0 R" % head for head in heads}
        return tree.group(1) + b"".join(b"(%s)%s" % pair for pair in sorted(names.items())) + b"]"

    return NAMES.sub(grown, content, count=1)


def _written(pdf: bytes, places: dict[int, int], changed: Objects, heads: list[int], table: re.Match[bytes]) -> bytes:
    """The file again, every object at its new place."""
    order = sorted(places, key=lambda number: places[number])
    ends = [*(places[number] for number in order[1:]), table.start()]
    pieces, moved, at = [pdf[: places[order[0]]]], {}, places[order[0]]
    for number, end in zip(order, ends, strict=True):
        piece = pdf[places[number] : end]
        if number in changed:
            piece = b"%d 0 obj\n%s\nendobj\n" % (number, changed[number])
        elif b"/Type/StructTreeRoot" in piece[:40]:
            piece = _named(piece, heads)
        moved[number], at = at, at + len(piece)
        pieces.append(piece)
    lines = [pdf[(line := table.end() + 20 * number) : line + 20] for number in range(int(table.group(1)))]
    listed = [b"%010d%s" % (moved[number], line[10:]) if number in moved else line for number, line in enumerate(lines)]
    rest = pdf[table.end() + 20 * len(lines) :]
    return b"".join([*pieces, table.group(), *listed, START.sub(b"startxref\n%d\n%%%%EOF" % at, rest)])
