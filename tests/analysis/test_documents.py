"""Documents: one content in every format, the same bytes again, and nothing that people write is ever run."""

import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from typing import Any

import docx
import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pptx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from analysis import documents, words
from analysis.dataset import Dataset, Item
from analysis.documents import (
    Document,
    Grid,
    GridCell,
    Paragraph,
    Points,
    Quote,
    Result,
    Section,
    Sentence,
    UnknownDocument,
)
from analysis.documents import pptx as slides
from analysis.report import Report, build
from tests import pdfua
from tests.analysis.documenting import council, method

FORMATS = ("docx", "html", "pdf", "pptx")
NASTY = '<script>alert(1)</script> & "x" #import $a_b$ *c* \\ =1+1 \x00\x1f\ud800 {{ 7*7 }} </style>'


@pytest.fixture(scope="module")
def files(whole: Document) -> dict[str, bytes]:
    return {name: documents.named(name).write(whole) for name in FORMATS}


def told(name: str, content: bytes) -> str:
    """All words of a file, however it keeps them, with single spaces."""
    if name == "html":
        text = re.sub(r"<(svg|style).*?</\1>", " ", content.decode(), flags=re.S)
        text = re.sub(r"<[^>]+>", " ", text)
        for entity, letter in {"&#34;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&"}.items():
            text = text.replace(entity, letter)
    elif name == "pdf":
        text = spoken(content)
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [n for n in archive.namelist() if re.fullmatch(r"(word/document|ppt/slides/slide\d+)\.xml", n)]
            blocks = [b for n in parts for b in etree.fromstring(archive.read(n)).iter("{*}p")]
        text = " ".join("".join(t.text or "" for t in block.iter("{*}t")) for block in blocks)
    return " ".join(text.split())


def spoken(content: bytes) -> str:
    """The letters of a PDF by its own tables of meanings; hyphens at line ends are left out."""
    return "".join(spoken_pages(content))


def spoken_pages(content: bytes) -> list[str]:
    """The letters of each page of a PDF."""
    pages = []
    with pikepdf.open(io.BytesIO(content)) as file:
        for page in file.pages:
            letters: list[str] = []
            font: Any = None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = page.Resources.Font[operands[0]]
                    known = pdfua.fonts.meanings(font.ToUnicode.read_bytes().decode("latin-1"))
                elif str(operator) in ("Tj", "TJ"):
                    pieces = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
                    for piece in pieces:
                        if isinstance(piece, pikepdf.String):
                            codes = pdfua.fonts._codes(bytes(piece), font.Subtype == "/Type0")
                            letters += [bytes.fromhex(known[code]).decode("utf-16-be") for code in codes]
            pages.append("".join(letters).replace("\N{SOFT HYPHEN}", ""))
    return pages


def plain(text: str) -> str:
    """Without spaces, which lines break at."""
    return re.sub(r"\s", "", text)


# What is said


def test_the_formats_are_the_files_in_the_folder() -> None:
    assert tuple(sorted(documents.registry())) == FORMATS
    with pytest.raises(UnknownDocument, match=r"no format 'exe'. There are docx, html, pdf, pptx"):
        documents.named("exe")


def test_a_document_without_its_method_box_is_not_made(whole: Document) -> None:
    kept = tuple(section for section in whole.sections if section.title != "Så gjorde vi")
    with pytest.raises(ValueError, match="exactly one method box"):
        replace(whole, sections=kept)


@pytest.mark.parametrize("line", ["asked", "weighting", "margin", "hiding", "recruitment", "mirrored"])
def test_a_method_box_says_every_line(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        method(**{line: " "})


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_method_and_findings(files: dict[str, bytes], whole: Document, name: str) -> None:
    text = plain(told(name, files[name]))
    for line in method().lines:
        assert plain(line) in text
    results = [part for part in whole.parts() if isinstance(part, Result)]
    assert len(results) == 4
    for result in results:
        assert plain(result.finding.text) in text
        assert all(plain(fact) in text for fact in result.facts)


@pytest.mark.parametrize("name", ["docx", "html", "pdf"])
def test_every_number_of_the_report_is_in_the_document(files: dict[str, bytes], report: Report, name: str) -> None:
    text = plain(told(name, files[name]))
    for question in report.questions[:4]:
        for table in question.tables.values():
            for row in table.rows:
                cells = [plain(f"{cell.text}{cell.margin}") for cell in row.cells]
                assert all(cell in text for cell in cells), (question.name, row.label)


def test_what_is_hidden_in_the_report_is_in_no_format(report: Report, files: dict[str, bytes]) -> None:
    few = next(row for row in report.question("q1").tables["district"].rows if row.code == "rodon")
    hidden = [cell for cell in few.cells if cell.hidden]
    assert hidden
    page = files["html"].decode()
    assert all(f'<td id="{cell.id}">dold</td>' in page for cell in hidden)


def test_the_unweighted_share_stands_beside_the_weighted(whole: Document, survey: Dataset) -> None:
    first = next(part for part in whole.parts() if isinstance(part, Result))
    answers = survey.frame["q1"].astype(str)
    plainly = (answers[answers.isin(["yes", "no"])] == "yes").mean()
    assert first.grid.head[-1] == "Oviktat"
    assert first.grid.rows[0][-1].text == words.percent(plainly)
    grids = [part.grid for part in whole.parts() if isinstance(part, Result)]
    assert any(row[-1].text not in ("", row[1].text) for grid in grids for row in grid.rows)


def everything() -> Dataset:
    """Two hundred weighted answers on each of the scales that have options, with a question of 80 of them."""
    rng = np.random.default_rng(7)
    options = {"a": "Skola", "b": "Väg", "c": "Bad"}
    frame = pd.DataFrame({"w": rng.lognormal(0, 0.5, 200), "age_group": rng.choice(["x", "y"], 200)})
    frame["n"] = rng.integers(0, 11, 200)
    frame["r"] = pd.Series([tuple(rng.permutation([*options])) for _ in range(200)], dtype=object)
    frame[[f"b/{code}" for code in options]] = rng.dirichlet([4, 2, 1], 200) * 100
    frame["many"] = [f"c{7 * (i % 10)}" for i in range(200)]
    items = (
        Item("n", "Rekommenderar du?", "nps"),
        Item("r", "Rangordna", "ranking", options),
        Item("b", "Fördela hundra kronor", "budget", options),
        Item("many", "Vilken väg?", "nominal", {f"c{i}": f"Väg {i}" for i in range(80)}),
    )
    return Dataset(frame, items, weight="w", groups={"age_group": {"x": "Unga", "y": "Gamla"}})


@pytest.mark.parametrize("name", FORMATS)
def test_every_scale_can_be_told_and_many_answers_are_cut_with_a_word(name: str) -> None:
    with words.speak("sv"):
        whole = council(build(everything(), by=("age_group",)))
        text = plain(told(name, documents.named(name).write(whole)))
    results = {part.name: part for part in whole.parts() if isinstance(part, Result)}
    assert results.keys() == {"n", "r", "b", "many"}
    assert len(results["many"].grid.rows) == 60
    assert results["many"].picture is None
    assert plain("Bara de 60 vanligaste svaren visas.") in text
    assert name == "pptx" or plain("Skola: medelplacering") in text


def test_shares_of_money_are_not_set_beside_shares_of_people() -> None:
    with words.speak("sv"):
        results = {part.name: part for part in council(build(everything(), by=())).parts() if isinstance(part, Result)}
    assert results["n"].grid.head[-1] == "Oviktat"
    assert results["b"].grid.head[-1] == "Marginal"


# The same again


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_is_the_same_bytes(report: Report, files: dict[str, bytes], name: str) -> None:
    with words.speak("sv"):
        assert documents.named(name).write(council(report)) == files[name]


def test_other_processes_with_other_seeds_write_the_same_bytes() -> None:
    def hashes(seed: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"}
        command = [sys.executable, "-m", "tests.analysis.documenting"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    first = hashes("1")
    assert [line.split()[0] for line in first.splitlines()] == list(FORMATS)
    assert first == hashes("2")


@pytest.mark.parametrize("name", ["docx", "pptx"])
def test_office_files_tell_the_documents_date_and_never_the_clock(files: dict[str, bytes], name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = archive.read("docProps/core.xml").decode()
    assert re.findall(r"<dcterms:\w+[^>]*>([^<]+)<", about) == ["2026-11-04T12:00:00Z"] * 2


# What people write


@pytest.mark.parametrize("name", FORMATS)
def test_what_people_write_is_shown_and_never_run(whole: Document, name: str) -> None:
    grid = Grid(NASTY, (NASTY, "b"), ((GridCell(NASTY), GridCell("1")),))
    sections = (*whole.sections, Section(NASTY, (Paragraph(NASTY), Points.of(NASTY), Quote(NASTY, NASTY), grid), True))
    nasty = replace(whole, title=NASTY, author=NASTY, facts=((NASTY, NASTY),), sections=sections)
    content = documents.named(name).write(nasty)
    if name == "html":
        assert b"<script" not in content
        assert content.count(b"</style>") == 1
    assert plain("<script>alert(1)</script>&") in plain(told(name, content))
    if name == "pdf":
        assert pdfua.faults(content) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_with_nothing_but_its_method_still_comes(whole: Document, name: str) -> None:
    bare = replace(whole, facts=(), made_up=False, sections=(Section("Så gjorde vi", (method(),), True),))
    assert plain(method().asked) in plain(told(name, documents.named(name).write(bare)))


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match=r"“Svar” has 2 columns; a row has 1"):
        Grid("Svar", ("a", "b"), ((GridCell("1"),),))


# HTML


def html(files: dict[str, bytes]) -> Any:
    return etree.fromstring(files["html"].decode().replace("<!doctype html>", ""), etree.HTMLParser())


def test_the_page_needs_nothing_from_outside(files: dict[str, bytes]) -> None:
    page = files["html"].decode()
    addresses = re.findall(r'(?:src|href|action|data|poster)="([^"]*)"|url\(([^)]*)\)', page)
    assert all(address.startswith("#") for pair in addresses for address in pair if address)
    assert not re.search(r"<(script|link|iframe|img)\b|@import|\sstyle=", page)


def test_headings_are_nested_and_start_with_one_first(files: dict[str, bytes]) -> None:
    levels = [int(element.tag[1]) for element in html(files).iter("h1", "h2", "h3", "h4")]
    assert Counter(levels)[1] == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_table_has_a_caption_and_heads_with_scope(files: dict[str, bytes]) -> None:
    tables = list(html(files).iter("table"))
    assert len(tables) > 8
    for table in tables:
        assert "".join(table.find("caption").itertext()).strip()
        assert {th.get("scope") for th in table.iter("th")} == {"col", "row"}


def test_every_sentence_leads_to_a_cell_that_is_there(files: dict[str, bytes], report: Report) -> None:
    page = html(files)
    names = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(names) == len(set(names))
    targets = {a.get("href")[1:] for a in page.iter("a")}
    assert targets <= set(names)
    assert {finding.cell for finding in report.findings if finding.kind == "lead"} <= targets


def test_every_chart_is_an_image_with_its_words_and_its_table(files: dict[str, bytes]) -> None:
    charts = list(html(files).iter("svg"))
    assert len(charts) == 5
    for chart in charts:
        assert chart.get("role") == "img"
        assert chart.findtext("desc").strip()
    assert len(list(html(files).iter("details"))) == 4


# PDF


def test_the_pdf_has_bookmarks_pages_and_links(files: dict[str, bytes], whole: Document) -> None:
    with pikepdf.open(io.BytesIO(files["pdf"])) as file, file.open_outline() as outline:
        below = [item.title for item in outline.root[0].children]
        assert outline.root[0].title == whole.title
        assert [section.title for section in whole.sections] == [title for title in below if title != "Innehåll"]
        assert any(note.get("/Subtype") == "/Link" for page in file.pages for note in page.get("/Annots", []))
        assert str(file.Root.Lang).startswith("sv")


# Word


def word(files: dict[str, bytes]) -> Any:
    return docx.Document(io.BytesIO(files["docx"]))


def test_word_has_real_headings_in_the_order_of_the_document(files: dict[str, bytes], whole: Document) -> None:
    headings = [(p.style.name, p.text) for p in word(files).paragraphs if p.style.name.startswith("Heading")]
    assert [text for style, text in headings if style == "Heading 1"] == [section.title for section in whole.sections]
    results = [p.findtext(".//" + qn("w:t")) for p in word(files).element.iter(qn("w:p")) if _style(p) == "Heading2"]
    assert all(part.finding.text in results for part in whole.parts() if isinstance(part, Result))


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))


def test_words_tables_repeat_their_heads_and_pictures_are_told(files: dict[str, bytes]) -> None:
    file = word(files)
    assert len(file.tables) > 8
    for table in file.tables:
        first, *rest = table._tbl.tr_lst
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None for row in rest)
    assert len(file.inline_shapes) == 5
    assert all(shape._inline.docPr.get("descr").strip() for shape in file.inline_shapes)


def test_word_is_in_swedish_and_its_links_lead_somewhere(files: dict[str, bytes]) -> None:
    file = word(files)
    assert {lang.get(qn("w:val")) for lang in file.styles.element.iter(qn("w:lang"))} == {"sv-SE"}
    marks = [mark.get(qn("w:name")) for mark in file.element.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))
    anchors = {link.get(qn("w:anchor")) for link in file.element.iter(qn("w:hyperlink"))}
    assert anchors
    assert anchors <= set(marks)
    assert all(re.fullmatch(r"\w{1,40}", mark) for mark in marks)


# Slides


def deck(files: dict[str, bytes]) -> Any:
    return pptx.Presentation(io.BytesIO(files["pptx"]))


def test_every_finding_has_a_slide_with_a_chart_of_its_numbers(files: dict[str, bytes], whole: Document) -> None:
    slides = {slide.shapes.title.text_frame.text: slide for slide in deck(files).slides}
    for result in (part for part in whole.parts() if isinstance(part, Result)):
        slide = slides[result.finding.text]
        chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
        series = result.picture.series  # type: ignore[union-attr]
        assert list(chart.plots[0].categories) == list(series.categories)  # type: ignore[union-attr]
        assert [one.values for one in chart.plots[0].series] == [values for _label, values in series.values]  # type: ignore[union-attr]
        notes = slide.notes_slide.notes_text_frame.text
        assert all(fact in notes for fact in result.facts)


def test_the_numbers_of_a_slide_are_in_a_workbook_that_can_be_edited(files: dict[str, bytes], whole: Document) -> None:
    first = next(part for part in whole.parts() if isinstance(part, Result))
    slide = next(s for s in deck(files).slides if s.shapes.title.text_frame.text == first.finding.text)
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    values = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert values == pytest.approx(first.picture.series.values[0][1])  # type: ignore[union-attr]


def test_slides_are_told_in_their_language(files: dict[str, bytes]) -> None:
    for slide in deck(files).slides:
        assert slide.shapes.title.text_frame.text.strip()
        assert {run.get("lang") for run in slide._element.iter("{*}rPr")} == {"sv-SE"}
        for shape in slide.shapes:
            if shape.has_chart:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr").strip()


def test_what_is_hidden_is_a_gap_in_the_chart_and_not_nought(whole: Document) -> None:
    result = next(part for part in whole.parts() if isinstance(part, Result))
    series = replace(result.picture.series, values=(("Andel", (0.5, None)),))  # type: ignore[union-attr, type-var]
    picture = replace(result.picture, series=series)  # type: ignore[type-var]
    section = Section("Svar", (replace(result, picture=picture),), True)
    bare = replace(whole, sections=(section, Section("Så gjorde vi", (method(),))))
    slide = deck({"pptx": documents.named("pptx").write(bare)}).slides[1]
    assert next(s.chart for s in slide.shapes if s.has_chart).plots[0].series[0].values == (0.5, None)


def test_a_sentence_whose_cell_is_not_printed_is_no_link(whole: Document) -> None:
    lost = replace(whole, sections=(*whole.sections, Section("Mer", (Points((Sentence("Utan cell.", "nowhere"),)),))))
    for name in ("pdf", "docx"):
        assert plain("Utan cell.") in plain(told(name, documents.named(name).write(lost)))


def test_documents_say_which_numbers_are_uncertain_and_what_the_signs_mean(survey: Dataset):
    with words.speak("sv"):
        report = build(survey)
        said, *parts = documents.tables(report)
        assert isinstance(said, Paragraph)
        assert said.text.startswith("* Osäker: ")
        assert " ** Mycket osäker: " in said.text
        texts = {cell.id: cell.text for grid in parts if isinstance(grid, Grid) for row in grid.rows for cell in row if cell.id}
        told = [cell for row in report.question("q2").tables["age_group"].rows for cell in row.cells if cell.id in texts]
        stars = {"too-uncertain": 2, "uncertain": 1}
        assert {texts[cell.id].count("*") for cell in told} == {0, 1, 2}
        assert all(texts[cell.id].count("*") == stars.get(cell.reliability, 0) for cell in told)


def test_slides_of_one_section_hold_about_as_many_points_each() -> None:
    told = [f"{number}." for number in range(slides.POINTS + 1)]
    sizes = [len(page) for page in slides._shared(iter(told))]
    assert sum(sizes) == len(told)
    assert max(sizes) - min(sizes) <= 1
