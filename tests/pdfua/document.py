"""Catalogue, metadata, security, and what the file must not hold."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pikepdf

from tests.pdfua.reading import Fault, Read

CONDITIONS = {
    "01-007": "the structure tree is marked as suspect",
    "06-001": "there are no XMP metadata",
    "06-002": "the metadata do not say that the file is PDF/UA-1",
    "06-003": "the metadata have no title",
    "07-001": "nothing says that the title is to be shown",
    "07-002": "the title is not to be shown",
    "11-001": "the language of the text can't be told",
    "11-003": "the language of the bookmarks can't be told",
    "20-001": "an optional content configuration has no name",
    "20-003": "an optional content configuration hides by itself",
    "21-001": "an embedded file has no name",
    "25-001": "there is an XFA form",
    "26-002": "screen readers are locked out",
    "Marked": "the file does not say that it is tagged",
    "Tree": "there is no structure tree",
}
DC = "{http://purl.org/dc/elements/1.1/}"
UA = "{http://www.aiim.org/pdfua/ns/id/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")


def check(read: Read) -> Iterator[Fault]:
    """The faults of the document as a whole."""
    yield from _catalogue(read)
    yield from _metadata(read)
    yield from _language(read)
    yield from _security(read)
    yield from _held(read)


def _catalogue(read: Read) -> Iterator[Fault]:
    marks, shown = read.root.get("/MarkInfo", {}), read.root.get("/ViewerPreferences", {})
    if not bool(marks.get("/Marked", False)):
        yield Fault("Marked", "catalogue")
    if bool(marks.get("/Suspects", False)):
        yield Fault("01-007", "catalogue")
    if "/StructTreeRoot" not in read.root or not read.elements:
        yield Fault("Tree", "catalogue")
    if "/DisplayDocTitle" not in shown:
        yield Fault("07-001", "catalogue")
    elif not bool(shown.DisplayDocTitle):
        yield Fault("07-002", "catalogue")


def _metadata(read: Read) -> Iterator[Fault]:
    if "/Metadata" not in read.root:
        yield Fault("06-001", "catalogue")
        return
    told = ElementTree.fromstring(read.root.Metadata.read_bytes())
    part = [e.text for e in told.iter(f"{UA}part")] + [e.get(f"{UA}part") for e in told.iter(f"{RDF}Description")]
    if "1" not in part:
        yield Fault("06-002", "metadata")
    titles = ["".join(e.itertext()).strip() for e in told.iter(f"{DC}title")]
    if not any(titles):
        yield Fault("06-003", "metadata")


def _language(read: Read) -> Iterator[Fault]:
    told = str(read.root.get("/Lang", ""))
    if not LANGUAGE.fullmatch(told):
        yield Fault("11-001", f"catalogue: {told!r}")
        if "/Outlines" in read.root:
            yield Fault("11-003", "bookmarks")
    for element in read.elements:
        own = element.raw.get("/Lang")
        if own is not None and not LANGUAGE.fullmatch(str(own)):
            yield Fault("11-001", f"{element.kind}: {str(own)!r}")


def _security(read: Read) -> Iterator[Fault]:
    if read.file.is_encrypted and not read.file.allow.accessibility:
        yield Fault("26-002", "encryption")


def _held(read: Read) -> Iterator[Fault]:
    if "/XFA" in read.root.get("/AcroForm", {}):
        yield Fault("25-001", "form")
    optional = read.root.get("/OCProperties", {})
    for one in [*([optional.D] if "/D" in optional else []), *optional.get("/Configs", [])]:
        if not str(one.get("/Name", "")):
            yield Fault("20-001", "optional content")
        if "/AS" in one:
            yield Fault("20-003", "optional content")
    for item in read.file.objects:
        if isinstance(item, pikepdf.Dictionary) and "/EF" in item and not {"/F", "/UF"} <= set(item.keys()):
            yield Fault("21-001", "embedded file")
