"""How documents lie on their pages: each page by itself says whose it is, and the first can be read alone."""

import io
from dataclasses import replace

import docx
import pandas as pd
import pptx
from docx.oxml.ns import qn
from pptx.oxml.ns import qn as of_slide

from analysis import documents
from analysis.dataset import Dataset, Item
from analysis.documents import Document, Grid, Paragraph, Points, Result, Section
from analysis.documents._results import WIDE
from analysis.report import Report, build
from tests.analysis.test_documents import plain, spoken_pages

FOOT = "Krokoms kommun · Hur vill du resa? · Påhittade uppgifter"


def pages(document: Document) -> list[str]:
    return spoken_pages(documents.named("pdf").write(document))


def test_every_page_says_whose_it_is_that_it_is_made_up_and_its_number(whole: Document) -> None:
    found = pages(whole)
    assert len(found) > 4
    for number, text in enumerate(found, 1):
        assert plain(f"{FOOT} Sida {number}") in plain(text)


def test_what_is_not_made_up_does_not_say_so(whole: Document) -> None:
    real = replace(whole, made_up=False)
    assert real.foot == "Krokoms kommun · Hur vill du resa?"
    assert not [text for text in pages(real) if "Påhittade" in text]


def test_a_short_summary_has_the_first_page_for_itself(whole: Document) -> None:
    first, second, *_rest = pages(whole)
    assert "400 svarade." in first
    assert second.startswith("Bakgrund")


def test_a_long_summary_leaves_no_page_all_but_empty(whole: Document) -> None:
    long = Section("Sammanfattning", (Paragraph("400 svarade."), Points.of(*["Så säger många. " * 15] * 14)))
    found = pages(replace(whole, sections=(long, *whole.sections[1:])))
    assert "Bakgrund" in found[1]
    assert not found[1].startswith("Bakgrund")


def test_what_the_questions_gave_begins_on_a_new_page_in_word(whole: Document) -> None:
    file = docx.Document(io.BytesIO(documents.named("docx").write(whole)))
    heads = [line for line in file.paragraphs if line.style is not None and line.style.name == "Heading 1"]
    broken = [line.text for line in heads if line.paragraph_format.page_break_before]
    assert broken == [one.title for one in whole.sections if any(isinstance(part, Result) for part in one.parts)]
    assert file.sections[0].footer.paragraphs[0].text.startswith(FOOT)


def test_every_slide_but_the_front_says_whose_it_is_and_its_number(whole: Document) -> None:
    front, *slides = pptx.Presentation(io.BytesIO(documents.named("pptx").write(whole))).slides
    assert len(slides) > 6
    for slide in slides:
        assert FOOT in [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert [field.get("type") for field in slide._element.iter(of_slide("a:fld"))] == ["slidenum"]
    assert not list(front._element.iter(of_slide("a:fld")))


def test_tables_are_no_wider_than_a_page_and_a_number_stays_with_its_margin(report: Report) -> None:
    grids = [part for part in documents.tables(report) if isinstance(part, Grid)]
    assert max(len(grid.head) for grid in grids) <= WIDE + 2
    numbers = [cell.text for grid in grids for row in grid.rows for cell in row[2:] if "±" in cell.text]
    assert numbers
    assert not [text for text in numbers if " " in text]


def test_answers_and_what_is_made_of_them_are_not_mixed_where_a_table_is_cut() -> None:
    steps = {str(step): f"Steg {step}" for step in range(1, 5)}
    answers = [*"1234"] * 30 + ["1"] * 7
    frame = pd.DataFrame({"q": answers, "district": ["as"] * 127})
    item = Item("q", "Det är bra som det är", "ordinal", steps)
    told = build(Dataset(frame.assign(q=frame["q"].mask(frame["q"].eq("4") & (frame.index > 15))), [item]), by=("district",))
    first, second = (part for part in documents.tables(told) if isinstance(part, Grid))
    assert first.head[2:] == tuple(steps.values())
    assert second.head[2:4] == ("Steg 1 or Steg 2", "Steg 3 or Steg 4")
    assert (first.caption, second.caption) == (
        "Det är bra som det är. By district", "Det är bra som det är. By district (continued)",
    )  # fmt: skip


def test_a_table_by_itself_is_as_wide_as_the_text_in_word(whole: Document) -> None:
    file = docx.Document(io.BytesIO(documents.named("docx").write(whole)))
    wide = [sum(int(one.get(qn("w:w"))) for one in table._tbl.tblGrid.iter(qn("w:gridCol"))) for table in file.tables]
    assert set(map(round, (one / 1000 for one in wide))) == {7, 9}  # that of a chart and of the text, in 1/20 points
