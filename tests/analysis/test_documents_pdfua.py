"""The report's PDF holds PDF/UA-1, and the checks that say so find every fault that is planted."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import page
import pikepdf
import pytest

from analysis import documents, words
from analysis.dataset import Dataset
from analysis.report import build
from tests import pdfua
from tests.analysis.documenting import council

Harm = Callable[[pikepdf.Pdf], object]
HARMS: dict[str, list[Harm]] = {}


def harm(condition: str) -> Callable[[Harm], Harm]:
    """A way to break a condition."""

    def named(plant: Harm) -> Harm:
        HARMS.setdefault(condition, []).append(plant)
        return plant

    return named


@pytest.fixture(scope="module")
def report_pdf(survey: Dataset) -> bytes:
    with words.speak("sv"):
        return documents.named("pdf").write(council(build(survey)))


def test_the_report_has_no_fault(report_pdf: bytes) -> None:
    assert pdfua.faults(report_pdf) == []


def test_a_validator_of_others_making_finds_no_fault_either(report_pdf: bytes) -> None:
    """It is written in Rust, and held by its makers against veraPDF's own test files."""
    found = page.validate_pdf_bytes(report_pdf, profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in found.failures] == []
    assert found.is_compliant
    assert found.rules.total > 100


def test_that_validator_sees_what_is_wrong(report_pdf: bytes) -> None:
    for condition in ("06-002", "09-004", "13-004", "01-005"):
        wrong = harmed(report_pdf, HARMS[condition][0])
        assert not page.validate_pdf_bytes(wrong, profile="ua1").is_compliant, condition


def test_the_heads_of_rows_are_found_by_their_names(report_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(report_pdf)) as file:
        names = pikepdf.NameTree(file.Root.StructTreeRoot.IDTree)
        heads = [element for element in elements(file, "TH") if element.A[0].Scope == "/Row"]
        assert len(heads) > 30
        assert all(names[str(head.ID)].objgen == head.objgen for head in heads)
        assert file.check_pdf_syntax() == []


def harmed(content: bytes, plant: Harm) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as file:
        out = io.BytesIO()
        options = plant(file)
        file.save(out, **(options if isinstance(options, dict) else {}))
        return out.getvalue()


def test_a_file_that_is_only_written_anew_has_no_fault(report_pdf: bytes) -> None:
    assert pdfua.faults(harmed(report_pdf, lambda file: None)) == []


# Each plants one fault.


def elements(file: pikepdf.Pdf, kind: str) -> Iterator[Any]:
    return (e for e in file.objects if isinstance(e, pikepdf.Dictionary) and e.get("/S") == f"/{kind}" and "/P" in e)


def first(file: pikepdf.Pdf, kind: str) -> Any:
    return next(elements(file, kind))


def headed(file: pikepdf.Pdf, scope: str) -> Any:
    """The first head of that scope."""
    return next(e for e in elements(file, "TH") if e.A[0].Scope == f"/{scope}")


def delete(element: Any, name: str) -> None:
    del element[name]


def rename(element: Any, kind: str) -> None:
    element.S = pikepdf.Name(f"/{kind}")


def painted(file: pikepdf.Pdf, start: bytes = b"", end: bytes = b"") -> None:
    """More operators before and after those of the first page."""
    page = file.pages[0]
    page.Contents = file.make_stream(start + page.Contents.read_bytes() + end)


def metadata(file: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    told = file.Root.Metadata.read_bytes()
    assert old in told
    file.Root.Metadata = file.make_stream(told.replace(old, new))


def link(file: pikepdf.Pdf) -> tuple[Any, Any]:
    """The first link and its page."""
    return next((note, page) for page in file.pages for note in page.get("/Annots", []) if note.Subtype == "/Link")


def font(file: pikepdf.Pdf) -> Any:
    return next(f for page in file.pages for f in page.Resources.Font.values() if f.Subtype == "/Type0")


def letters(file: pikepdf.Pdf, change: Callable[[bytes], bytes]) -> None:
    """Another table of meanings for a font."""
    chosen = font(file)
    chosen.ToUnicode = file.make_stream(change(chosen.ToUnicode.read_bytes()))


harm("Marked")(lambda file: delete(file.Root, "/MarkInfo"))
harm("Tree")(lambda file: delete(file.Root, "/StructTreeRoot"))
harm("01-007")(lambda file: file.Root.MarkInfo.update({"/Suspects": True}))
harm("06-001")(lambda file: delete(file.Root, "/Metadata"))
harm("06-002")(lambda file: metadata(file, b"pdfuaid:part", b"pdfuaid:rest"))
harm("06-003")(lambda file: metadata(file, b"dc:title", b"dc:source"))
harm("07-001")(lambda file: delete(file.Root.ViewerPreferences, "/DisplayDocTitle"))
harm("07-002")(lambda file: file.Root.ViewerPreferences.update({"/DisplayDocTitle": False}))
harm("11-001")(lambda file: delete(file.Root, "/Lang"))
harm("11-001")(lambda file: first(file, "P").update({"/Lang": pikepdf.String("på svenska")}))
harm("11-002")(lambda file: delete(file.Root, "/Lang"))
harm("11-003")(lambda file: delete(file.Root, "/Lang"))
harm("25-001")(lambda file: file.Root.update({"/AcroForm": pikepdf.Dictionary(XFA=pikepdf.String("x"))}))
harm("26-002")(
    lambda file: {
        "encryption": pikepdf.Encryption(
            owner="o", user="", R=3, aes=False, metadata=False, allow=pikepdf.Permissions(accessibility=False, extract=False)
        )
    }
)
harm("20-001")(lambda file: file.Root.update({"/OCProperties": pikepdf.Dictionary(D=pikepdf.Dictionary())}))
harm("20-003")(
    lambda file: file.Root.update(
        {"/OCProperties": pikepdf.Dictionary(D=pikepdf.Dictionary(Name=pikepdf.String("x"), AS=pikepdf.Array()))}
    )
)
harm("21-001")(
    lambda file: file.Root.update(
        {"/AF": file.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec, EF=pikepdf.Dictionary()))}
    )
)

harm("P")(lambda file: delete(first(file, "P"), "/P"))
harm("02-001")(lambda file: rename(first(file, "P"), "Stycke"))
harm("02-003")(
    lambda file: (
        rename(first(file, "P"), "A"),
        file.Root.StructTreeRoot.update({"/RoleMap": pikepdf.Dictionary(A=pikepdf.Name.B, B=pikepdf.Name.A)}),
    )
)
harm("02-004")(lambda file: file.Root.StructTreeRoot.update({"/RoleMap": pikepdf.Dictionary(H1=pikepdf.Name.P)}))
harm("09-004")(lambda file: rename(first(file, "TR"), "Div"))
harm("09-004")(lambda file: first(file, "TR").K.pop())
harm("09-004")(lambda file: rename(first(file, "TD"), "P"))
harm("09-005")(lambda file: rename(first(file, "LBody"), "P"))
harm("09-005")(lambda file: rename(first(file, "L"), "Div"))
harm("09-006")(lambda file: rename(first(file, "TOC"), "Div"))
harm("13-004")(lambda file: delete(first(file, "Figure"), "/Alt"))
harm("13-004")(lambda file: first(file, "Figure").update({"/Alt": pikepdf.String(" ")}))
harm("BBox")(lambda file: delete(first(file, "Figure"), "/A"))
harm("14-002")(lambda file: [rename(e, "P") for e in list(elements(file, "H1"))])
harm("14-003")(lambda file: [rename(e, "P") for e in list(elements(file, "H2"))])
harm("14-006")(lambda file: [rename(e, "H") for kind in ("H1", "H2") for e in list(elements(file, kind))])
harm("14-007")(lambda file: rename(first(file, "H2"), "H"))
harm("15-003")(lambda file: (delete(first(file, "TH"), "/A"), first(file, "TH").update({"/ID": pikepdf.String("x")})))
harm("Heads")(lambda file: headed(file, "Column").update({"/ID": pikepdf.String("x")}))
harm("Row")(lambda file: rename(headed(file, "Row"), "TD"))
harm("17-002")(lambda file: rename(first(file, "P"), "Formula"))
harm("19-003")(lambda file: rename(first(file, "P"), "Note"))
harm("19-004")(
    lambda file: [(rename(e, "Note"), e.update({"/ID": pikepdf.String("n")})) for e in list(elements(file, "P"))[:2]]
)
harm("28-002")(lambda file: link(file)[0].update({"/Subtype": pikepdf.Name.Text}))
harm("28-004")(
    lambda file: (link(file)[0].update({"/Contents": pikepdf.String("")}), link(file)[0].update({"/Subtype": pikepdf.Name.Text}))
)
harm("28-008")(lambda file: delete(link(file)[1], "/Tabs"))
harm("28-009")(lambda file: link(file)[1].update({"/Tabs": pikepdf.Name.R}))
harm("28-011")(lambda file: [rename(e, "Span") for e in list(elements(file, "Link"))])
harm("28-012")(lambda file: delete(link(file)[0], "/Contents"))

harm("01-003")(lambda file: painted(file, b"/P <</MCID 0>> BDC /Artifact BMC EMC EMC "))
harm("01-004")(lambda file: painted(file, b"/Artifact BMC /P <</MCID 0>> BDC EMC EMC "))
harm("01-005")(lambda file: painted(file, end=b" 0 0 9 9 re f"))
harm("01-005")(lambda file: painted(file, end=b" /P <</MCID 9999>> BDC 0 0 9 9 re f EMC"))


@harm("30-001")
@harm("30-002")
def forms(file: pikepdf.Pdf) -> None:
    """A form that refers to another file and holds tagged content, used twice."""
    page = file.pages[0]
    form = file.make_stream(b"/P <</MCID 0>> BDC EMC", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form.BBox, form.Ref = pikepdf.Array([0, 0, 9, 9]), pikepdf.Dictionary()
    held = first(file, "P")
    held.K = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.MCR, Pg=page.obj, Stm=form, MCID=0)])
    page.Resources.XObject = pikepdf.Dictionary(Again=form)
    painted(file, end=b" /Artifact BMC /Again Do /Again Do EMC")


@harm("Twice")
def twice(file: pikepdf.Pdf) -> None:
    """Two paragraphs hold the same words."""
    one, other = list(elements(file, "P"))[:2]
    other.K = one.K
    if "/Pg" in one:
        other.Pg = one.Pg


def below(file: pikepdf.Pdf) -> Any:
    return font(file).DescendantFonts[0]


harm("31-009")(lambda file: [delete(below(file).FontDescriptor, k) for k in list(below(file).FontDescriptor) if "FontFile" in k])
harm("31-027")(lambda file: delete(font(file), "/ToUnicode"))
harm("10-001")(lambda file: letters(file, lambda told: told[: told.index(b"beginbf")] + b"beginbfchar endbfchar"))
harm("31-028")(lambda file: letters(file, lambda told: told + b" 1 beginbfchar <0999> <0000> endbfchar"))
harm("31-029")(lambda file: letters(file, lambda told: told + b" 1 beginbfchar <0999> <FEFF> endbfchar"))
harm("31-030")(
    lambda file: painted(
        file,
        end=b" /Artifact BMC BT /%s 9 Tf <0000> Tj ET EMC"
        % next(k for k, f in file.pages[0].Resources.Font.items() if f.Subtype == "/Type0")[1:].encode(),
    )
)


@harm("31-004")
def mapped(file: pikepdf.Pdf) -> None:
    """A font whose glyph map is a word of nobody's."""
    below(file).Subtype, below(file).CIDToGIDMap = pikepdf.Name.CIDFontType2, pikepdf.Name.Mine


@harm("31-005")
def unmapped(file: pikepdf.Pdf) -> None:
    """A font without a glyph map."""
    chosen = below(file)
    chosen.Subtype = pikepdf.Name.CIDFontType2
    if "/CIDToGIDMap" in chosen:
        delete(chosen, "/CIDToGIDMap")


@pytest.mark.parametrize("condition", sorted(HARMS))
def test_a_planted_fault_is_found(report_pdf: bytes, condition: str) -> None:
    for plant in HARMS[condition]:
        assert condition in pdfua.numbers(harmed(report_pdf, plant))


def test_every_condition_has_a_fault_that_breaks_it() -> None:
    assert set(pdfua.CONDITIONS) == set(HARMS)
