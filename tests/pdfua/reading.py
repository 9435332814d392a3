"""A PDF as its checks meet it: the structure tree walked once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf

STANDARD = frozenset(
    [
        "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct", "Private",
        "H", "H1", "H2", "H3", "H4", "H5", "H6", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody",
        "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "Warichu", "RB", "RT",
        "RP", "WT", "WP", "Figure", "Formula", "Form",
    ]
)  # fmt: skip
"""The standard structure types of ISO 32000-1, 14.8.4."""


class Fault(NamedTuple):
    """A condition that is broken, and where."""

    condition: str
    where: str


@dataclass(eq=False)
class Element:
    """A structure element: its type after role mapping, and what stands in it."""

    raw: Any
    kind: str
    parent: "Element | None"
    children: list["Element"] = field(default_factory=list)
    content: int = 0
    """How many pieces of content and objects stand in it directly."""

    def has(self, *names: str) -> bool:
        """Whether one of the entries is there and says something."""
        return any(str(self.raw.get(name, "")).strip() for name in names)

    def attribute(self, name: str) -> Any:
        """An attribute of any owner; None where it is not there."""
        found = self.raw.get("/A", [])
        owners = found if isinstance(found, pikepdf.Array) else [found]
        for owner in owners:
            if isinstance(owner, pikepdf.Dictionary) and name in owner:
                return owner[name]
        return None


class Read:
    """A file, its structure elements in reading order, and which content and which annotations they hold."""

    def __init__(self, file: pikepdf.Pdf) -> None:
        self.file, self.root = file, file.Root
        tree = self.root.get("/StructTreeRoot")
        self.roles: dict[str, str] = {str(k)[1:]: str(v)[1:] for k, v in tree.get("/RoleMap", {}).items()} if tree else {}
        self.elements: list[Element] = []
        self.orphans: list[str] = []
        self.tagged: dict[tuple[tuple[int, int], int], int] = {}
        """How many elements hold a piece of marked content, by page (or form) and number."""
        self.objects: dict[tuple[int, int], Element] = {}
        """The element that holds an annotation."""
        if tree is not None:
            for kid in _listed(tree.get("/K")):
                self._walk(kid, None, tree)

    def kind(self, name: str) -> str:
        """A structure type after role mapping; the last name of a circle where it goes round."""
        seen: set[str] = set()
        while name not in STANDARD and name in self.roles and name not in seen:
            seen.add(name)
            name = self.roles[name]
        return name

    def _walk(self, raw: Any, parent: Element | None, above: Any) -> None:
        element = Element(raw, self.kind(str(raw.get("/S", "/"))[1:]), parent)
        self.elements.append(element)
        if parent:
            parent.children.append(element)
        if "/P" not in raw or raw.P.objgen != above.objgen:
            self.orphans.append(element.kind)
        for kid in _listed(raw.get("/K")):
            self._kid(kid, element)

    def _kid(self, kid: Any, element: Element) -> None:
        if isinstance(kid, int):
            self._hold(element, element.raw.get("/Pg"), kid)
        elif kid.get("/Type") == "/MCR":
            self._hold(element, kid.get("/Stm", kid.get("/Pg", element.raw.get("/Pg"))), int(kid.MCID))
        elif kid.get("/Type") == "/OBJR":
            element.content += 1
            self.objects[kid.Obj.objgen] = element
        else:
            self._walk(kid, element, element.raw)

    def _hold(self, element: Element, place: Any, number: int) -> None:
        element.content += 1
        if place is not None:
            key = (place.objgen, number)
            self.tagged[key] = self.tagged.get(key, 0) + 1

    def of_kind(self, *kinds: str) -> Iterator[Element]:
        """The elements of some types, in reading order."""
        return (element for element in self.elements if element.kind in kinds)


def _listed(kids: Any) -> list[Any]:
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]
