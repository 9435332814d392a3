"""Letters: embedded, and each with its meaning."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from tests.pdfua.reading import Fault, Read

CONDITIONS = {
    "10-001": "a letter that is shown has no meaning",
    "31-004": "the glyph map of a font says nothing",
    "31-005": "a font has no glyph map",
    "31-009": "a font is not embedded",
    "31-027": "a font does not tell what its letters mean",
    "31-028": "a letter means nought",
    "31-029": "a letter means a mark of byte order",
    "31-030": "a missing letter is shown",
}
SHOWS = ("Tj", "TJ", "'", '"')


def check(read: Read) -> Iterator[Fault]:
    """The faults of the fonts that text is shown in."""
    shown: dict[tuple[int, int], tuple[Any, set[int]]] = {}
    seen: set[tuple[int, int]] = set()
    for page in read.file.pages:
        _collect(page.obj, page.obj, shown, seen)
    for font, codes in shown.values():
        yield from _font(font, codes)


def _collect(stream: Any, page: Any, shown: dict[tuple[int, int], tuple[Any, set[int]]], seen: set[tuple[int, int]]) -> None:
    """The codes that each font is asked to show, on the page and in the forms on it."""
    resources, font = stream.get("/Resources", page.get("/Resources", {})), None
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "Tf":
            font = resources.Font[operands[0]]
            shown.setdefault(font.objgen, (font, set()))
        elif name in SHOWS and font is not None:
            texts = operands[-1] if isinstance(operands[-1], pikepdf.Array) else [operands[-1]]
            wide = font.get("/Subtype") == "/Type0"
            for text in texts:
                if isinstance(text, pikepdf.String):
                    shown[font.objgen][1].update(_codes(bytes(text), wide))
        elif name == "Do":
            thing = resources.XObject[operands[0]]
            if thing.get("/Subtype") == "/Form" and thing.objgen not in seen:
                seen.add(thing.objgen)
                _collect(thing, page, shown, seen)


def _codes(text: bytes, wide: bool) -> list[int]:
    step = 2 if wide else 1
    return [int.from_bytes(text[i : i + step], "big") for i in range(0, len(text), step)]


def _font(font: Any, codes: set[int]) -> Iterator[Fault]:
    name, kind = str(font.get("/BaseFont", font.get("/Name", ""))), font.get("/Subtype")
    below = font.DescendantFonts[0] if kind == "/Type0" else font
    about = below.get("/FontDescriptor", {})
    if kind != "/Type3" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(about.keys()):
        yield Fault("31-009", name)
    if below.get("/Subtype") == "/CIDFontType2":
        yield from _glyphs(below, name)
    if kind == "/Type0" and 0 in codes:
        yield Fault("31-030", name)
    if "/ToUnicode" not in font:
        if kind in ("/Type0", "/Type3") or "/Encoding" not in font:
            yield Fault("31-027", name)
        return
    yield from _meanings(meanings(font.ToUnicode.read_bytes().decode("latin-1")), codes, name)


def _glyphs(below: Any, name: str) -> Iterator[Fault]:
    if "/CIDToGIDMap" not in below:
        yield Fault("31-005", name)
    elif not isinstance(below.CIDToGIDMap, pikepdf.Stream) and below.CIDToGIDMap != "/Identity":
        yield Fault("31-004", name)


def _meanings(known: dict[int, str], codes: set[int], name: str) -> Iterator[Fault]:
    yield from (Fault("10-001", f"{name}: {code}") for code in codes if not known.get(code))
    for number, wrong in (("31-028", {"0000"}), ("31-029", {"FEFF", "FFFE"})):
        if any({text[i : i + 4] for i in range(0, len(text), 4)} & wrong for text in known.values()):
            yield Fault(number, name)


def meanings(table: str) -> dict[int, str]:
    """What each code means, as UTF-16 in hexadecimal, by a ToUnicode map."""
    found: dict[int, str] = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            found[int(code, 16)] = text.upper()
    for part in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for low, high, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            for step, code in enumerate(range(int(low, 16), int(high, 16) + 1)):
                found[code] = text[:-4].upper() + f"{int(text[-4:], 16) + step:04X}"
        for low, _high, texts in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*\[(.*?)\]", part, re.S):
            for step, text in enumerate(re.findall(r"<([0-9A-Fa-f]+)>", texts)):
                found[int(low, 16) + step] = text.upper()
    return found
