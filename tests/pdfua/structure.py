"""Headings, tables, lists, contents, figures, notes, links: whether they stand as the standard wants them."""

from collections import Counter
from collections.abc import Iterator

from tests.pdfua.reading import STANDARD, Element, Fault, Read

CONDITIONS = {
    "02-001": "a type of our own leads to no standard type",
    "02-003": "types lead round in a circle",
    "02-004": "a standard type is made another",
    "09-004": "a table is not built as a table",
    "09-005": "a list is not built as a list",
    "09-006": "a table of contents is not built as one",
    "11-002": "the language of an alternative text can't be told",
    "13-004": "a figure has no alternative text",
    "14-002": "the first heading is not the first level",
    "14-003": "a level of heading is left out",
    "14-006": "a node has several unnumbered headings",
    "14-007": "numbered and unnumbered headings are mixed",
    "15-003": "a header cell does not say what it is the head of",
    "17-002": "a formula has no alternative text",
    "19-003": "a note has no ID",
    "19-004": "two notes have the same ID",
    "28-002": "an annotation stands outside an annotation element",
    "28-004": "an annotation is not described",
    "28-008": "a page with annotations has no order of tabs",
    "28-009": "the order of tabs is not that of the structure",
    "28-011": "a link stands outside a link element",
    "28-012": "a link is not described",
    "BBox": "a figure does not say where it is",
    "Heads": "a cell names a head that is not in its table",
    "Row": "no cell is the head of a row of data",
    "P": "an element does not say what it stands in",
}
INSIDE = {
    "Table": ("09-004", {"TR", "THead", "TBody", "TFoot", "Caption"}),
    "THead": ("09-004", {"TR"}),
    "TBody": ("09-004", {"TR"}),
    "TFoot": ("09-004", {"TR"}),
    "TR": ("09-004", {"TH", "TD"}),
    "L": ("09-005", {"L", "LI", "Caption"}),
    "LI": ("09-005", {"Lbl", "LBody"}),
    "TOC": ("09-006", {"TOC", "TOCI", "Caption"}),
}
"""What may stand in a type."""
AROUND = {
    "TR": ("09-004", {"Table", "THead", "TBody", "TFoot"}),
    "THead": ("09-004", {"Table"}),
    "TBody": ("09-004", {"Table"}),
    "TFoot": ("09-004", {"Table"}),
    "TH": ("09-004", {"TR"}),
    "TD": ("09-004", {"TR"}),
    "LI": ("09-005", {"L"}),
    "LBody": ("09-005", {"LI"}),
    "TOCI": ("09-006", {"TOC"}),
}
"""What a type may stand in."""


def check(read: Read) -> Iterator[Fault]:
    """The faults of the structure tree and of annotations."""
    yield from (Fault("P", kind) for kind in read.orphans)
    yield from _roles(read)
    yield from _nested(read)
    yield from _tables(read)
    yield from _headings(read)
    yield from _pictures(read)
    yield from _notes(read)
    yield from _annotations(read)


def _roles(read: Read) -> Iterator[Fault]:
    for element in read.elements:
        if element.kind not in STANDARD:
            yield Fault("02-003" if _circles(element.kind, read.roles) else "02-001", element.kind)
    yield from (Fault("02-004", name) for name in read.roles if name in STANDARD)


def _circles(name: str, roles: dict[str, str]) -> bool:
    seen: set[str] = set()
    while name in roles and name not in seen:
        seen.add(name)
        name = roles[name]
    return name in seen


def _nested(read: Read) -> Iterator[Fault]:
    for element in read.elements:
        number, allowed = INSIDE.get(element.kind, ("", STANDARD))
        yield from (Fault(number, f"{e.kind} in {element.kind}") for e in element.children if e.kind not in allowed and number)
        if number and element.content and element.kind != "TOC":
            yield Fault(number, f"text straight in {element.kind}")
        number, wanted = AROUND.get(element.kind, ("", set()))
        if number and (element.parent is None or element.parent.kind not in wanted):
            yield Fault(number, f"{element.kind} in {element.parent.kind if element.parent else 'nothing'}")


def _tables(read: Read) -> Iterator[Fault]:
    for table in read.of_kind("Table"):
        rows = list(_rows(table))
        cells = [cell for row in rows for cell in row.children]
        heads = {str(cell.raw.get("/ID", "")) for cell in cells if cell.kind == "TH"}
        named = {str(name) for cell in cells for name in cell.attribute("/Headers") or ()}
        for cell in cells:
            scope, name = str(cell.attribute("/Scope")), str(cell.raw.get("/ID", ""))
            if cell.kind == "TH" and scope not in ("/Row", "/Column", "/Both") and name not in named:
                yield Fault("15-003", "header cell")
        yield from (Fault("Heads", name) for name in named - heads)
        yield from (Fault("Row", f"row {place}") for place, row in enumerate(rows, 1) if not _headed(row))
        yield from _regular(rows)


def _headed(row: Element) -> bool:
    """Whether a row of data has a head of its own; one of nothing but heads needs none."""
    scopes = [str(cell.attribute("/Scope")) for cell in row.children if cell.kind == "TH"]
    return len(scopes) == len(row.children) or bool({"/Row", "/Both"} & set(scopes))


def _regular(rows: list[Element]) -> Iterator[Fault]:
    """Rows of as many cells, those that reach over several columns or rows counted so."""
    widths, below = [], Counter[int]()
    for number, row in enumerate(rows):
        width = below[number]
        for cell in row.children:
            wide, high = int(cell.attribute("/ColSpan") or 1), int(cell.attribute("/RowSpan") or 1)
            width += wide
            below.update({number + step: wide for step in range(1, high)})
        widths.append(width)
    if len(set(widths)) > 1:
        yield Fault("09-004", f"rows of {sorted(set(widths))} cells")


def _rows(table: Element) -> Iterator[Element]:
    for child in table.children:
        if child.kind == "TR":
            yield child
        else:
            yield from _rows(child)


def _headings(read: Read) -> Iterator[Fault]:
    levels = [int(e.kind[1]) for e in read.of_kind("H1", "H2", "H3", "H4", "H5", "H6")]
    if levels and levels[0] != 1:
        yield Fault("14-002", f"H{levels[0]}")
    for before, after in zip(levels, levels[1:], strict=False):
        if after > before + 1:
            yield Fault("14-003", f"H{after} after H{before}")
    plain = list(read.of_kind("H"))
    if plain and levels:
        yield Fault("14-007", "headings")
    parents = Counter(id(element.parent) for element in plain)
    yield from (Fault("14-006", "H") for count in parents.values() if count > 1)


def _pictures(read: Read) -> Iterator[Fault]:
    spoken = bool(str(read.root.get("/Lang", "")))
    for figure in read.of_kind("Figure", "Formula"):
        if not figure.has("/Alt", "/ActualText"):
            yield Fault("13-004" if figure.kind == "Figure" else "17-002", figure.kind)
        elif not (spoken or figure.has("/Lang")):
            yield Fault("11-002", figure.kind)
        if figure.kind == "Figure" and figure.attribute("/BBox") is None:
            yield Fault("BBox", "Figure")


def _notes(read: Read) -> Iterator[Fault]:
    names = Counter(str(note.raw.get("/ID", "")) for note in read.of_kind("Note"))
    yield from (Fault("19-004" if name else "19-003", name) for name, count in names.items() if count > 1 or not name)


def _annotations(read: Read) -> Iterator[Fault]:
    for number, page in enumerate(read.file.pages, 1):
        notes = [note for note in page.get("/Annots", []) if note.get("/Subtype") not in ("/Popup", "/Widget")]
        where = f"page {number}"
        if notes and "/Tabs" not in page:
            yield Fault("28-008", where)
        elif notes and page.Tabs != "/S":
            yield Fault("28-009", where)
        for note in notes:
            element = read.objects.get(note.objgen)
            link = note.get("/Subtype") == "/Link"
            if element is None or element.kind != ("Link" if link else "Annot"):
                yield Fault("28-011" if link else "28-002", where)
            if not str(note.get("/Contents", "")).strip() and (link or element is None or not element.has("/Alt")):
                yield Fault("28-012" if link else "28-004", where)
