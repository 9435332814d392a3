"""The report to the council, and the presidium's A4: what they must say, where it comes from, and how easy it is to read."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from analysis import documents, summary
from analysis.documents import Document, Grid, Method, Paragraph, Points, Quote, Result, Section, Sentence
from analysis.report import build
from analysis.summary import Finding, lix
from analysis.words import speak
from surveys import briefs, dataset, reports
from surveys.briefs import Page
from surveys.models import Survey
from surveys.reports import Released
from tests.surveys import mirroring

CLOSED = date(2026, 11, 1)
NOTHING = Released()


def page(session: Session, survey: Survey, language: str = "sv", **changes: Any) -> Page:
    """The presidium's page, with another content where the test says so."""
    with speak(language):
        found = briefs.page(session, survey, build(dataset.load(session, survey, language)), date(2026, 11, 23))
        return replace(found, **changes)


def told(of: Page, released: Released = NOTHING, language: str = "sv") -> Document:
    """The report in a language."""
    with speak(language):
        return reports.document(of, "Krokoms kommun", released)


@pytest.fixture
def survey(house: Session) -> Survey:
    return mirroring.closed(house, panel=mirroring.PANEL)


def section(document: Document, title: str) -> Section:
    return next(one for one in document.sections if one.title == title)


def sentences(parts: Any) -> list[str]:
    """Every sentence of ours in some parts: paragraphs, lists, boxes, findings and facts."""
    found: list[str] = []
    for part in parts:
        if isinstance(part, Paragraph):
            found.append(part.text)
        elif isinstance(part, Method):
            found += part.lines
        elif isinstance(part, Result):
            found += [part.finding.text, *part.facts, *(item.text for item in part.more)]
        else:
            found += [item.text for item in getattr(part, "items", ())]
    return found


def test_the_report_is_built_like_an_officials_letter(house: Session, survey: Survey) -> None:
    titles = [one.title for one in told(page(house, survey)).sections]
    wanted = [
        "Sammanfattning", "Bakgrund", "Vad vi lovade", "Så gjorde vi", "Vilka som svarade", "Vad svaren säger",
        "Vad vi inte vet", "Förslag till beslut", "Vad ni ska återkoppla", "Tabeller för varje grupp",
    ]  # fmt: skip
    assert [title for title in titles if title in wanted] == wanted


def test_its_head_says_to_whom_by_whom_and_under_what_number(house: Session, survey: Survey) -> None:
    head = dict(told(page(house, survey), Released(reference="KS 2026/12", officer="Siv Ek")).facts)
    assert head["Till"] == "Samhällsbyggnadsnämnden"
    assert (head["Diarienummer"], head["Handläggare"]) == ("KS 2026/12", "Siv Ek")
    assert "Diarienummer" not in dict(told(page(house, survey)).facts)


def test_it_is_dated_by_the_closing_and_never_by_the_clock(house: Session, survey: Survey) -> None:
    assert told(page(house, survey)).made == CLOSED


def test_background_and_promise_are_the_dialogues(house: Session, survey: Survey) -> None:
    document = told(page(house, survey))
    assert sentences(section(document, "Bakgrund").parts)[0] == survey.dialogue.purpose  # type: ignore[union-attr]
    promised = sentences(section(document, "Vad vi lovade").parts)
    assert promised[0].startswith("Konsultation. ")
    assert any("Turer och hållplatser." in text for text in promised)


def test_the_method_box_tells_invited_rate_margin_weights_and_hiding(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    box = next(part for part in told(of).parts() if isinstance(part, Method))
    text = " ".join(box.lines)
    for words in (f"{of.status.answered} av {of.status.invited} inbjudna", "Svarsfrekvensen är", "felmarginal", "färre än 5"):
        assert words in text
    assert of.quality.honest in box.lines
    assert of.quality.weighting.advice.sentence in box.lines
    assert set(of.quality.sentences) <= set(box.lines)


def test_a_hidden_group_is_hidden_in_the_table_and_in_the_sentence(house: Session) -> None:
    few = mirroring.closed(house, answering=(0.02, 0.7, 0.9))
    of = page(house, few)
    hidden = [mirror.label for mirror in of.quality.mirrors["age_group"] if mirror.answered is None]
    assert hidden
    document = told(of)
    grid = next(part for part in section(document, "Vilka som svarade").parts if isinstance(part, Grid))
    assert {row[0].text for row in grid.rows if row[-1].text == "dold"} == set(hidden)
    beside = dict(re.findall(r"(?:: |och )([^(]+) \(([^)]*)\)", of.representativeness))
    assert set(hidden) & set(beside)
    assert not any("av svaren" in beside.get(label, "") for label in hidden)


def test_every_finding_leads_to_a_cell_of_the_document(house: Session, survey: Survey) -> None:
    document = told(page(house, survey))
    grids = [part.grid if isinstance(part, Result) else part for part in document.parts()]
    known = {cell.id for grid in grids if isinstance(grid, Grid) for row in grid.rows for cell in row}
    led = [item.cell for part in document.parts() if isinstance(part, Points) for item in part.items if item.cell]
    assert led
    assert set(led) <= known


def test_every_kind_of_finding_has_its_place(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    kinds = [getattr(summary, name) for name in summary.__all__ if name.isupper()]
    assert len(kinds) >= 7
    for kind in kinds:
        if kind in (summary.LEAD, summary.NO_DIFFERENCE):
            continue  # the titles of the results; told once for all questions
        finding = Finding("En mening som bara finns här.", kind, by="district")
        document = told(replace(of, report=replace(of.report, findings=(*of.report.findings, finding))))
        assert finding.text in sentences(document.parts()), kind


def test_a_change_is_told_with_what_its_margin_is_counted_as(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    assert "Vad som har ändrats" not in [one.title for one in told(of).sections]
    finding = Finding("Fler svarar ”Ja” än 2024.", summary.CHANGE)
    document = told(replace(of, report=replace(of.report, findings=(*of.report.findings, finding))))
    first, note = sentences(section(document, "Vad som har ändrats").parts)
    assert first == finding.text
    assert "räknad som om andra hade svarat varje gång" in note


def test_minority_views_have_a_section_of_their_own(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    finding = Finding("En minoritet svarar ”Nej”: 28 % (23–34 %).", summary.MINORITY)
    document = told(replace(of, report=replace(of.report, findings=(*of.report.findings, finding))))
    assert finding.text in sentences(section(document, "Vad de tycker som är färre").parts)


def test_quotes_are_those_released_and_without_any_that_is_said(house: Session, survey: Survey) -> None:
    released = Released(quotes=(("Något mer?", "Mer buss, tack."),), themes=(("Tider", "Många vill åka senare."),))
    parts = section(told(page(house, survey), released), "Med egna ord").parts
    assert Quote("Mer buss, tack.", "Något mer?") in parts
    assert Points((Sentence("Tider: Många vill åka senare."),)) in parts


@pytest.mark.parametrize(
    ("released", "wanted"),
    [
        (Released(proposals="Nämnden inför kvällsturer."), "Nämnden inför kvällsturer."),
        (Released(officer="Siv Ek"), "Siv Ek skriver förslagen och Samhällsbyggnadsnämnden beslutar."),
        (Released(), "Handläggaren skriver förslagen och Samhällsbyggnadsnämnden beslutar."),
    ],
)
def test_proposals_are_written_by_people(house: Session, survey: Survey, released: Released, wanted: str) -> None:
    assert sentences(section(told(page(house, survey), released), "Förslag till beslut").parts) == [wanted]


def test_what_was_fed_back_is_told_once_it_is_published(house: Session, survey: Survey) -> None:
    dialogue = survey.dialogue
    assert dialogue is not None
    dialogue.feedback, dialogue.feedback_published = "Nämnden inför kvällsturer.", date(2026, 12, 1)
    owed = sentences(section(told(page(house, survey)), "Vad ni ska återkoppla").parts)
    assert "Nämnden inför kvällsturer." in owed


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_report_is_easy_to_read(house: Session, survey: Survey, language: str) -> None:
    of = page(house, survey, language)
    own = {survey.dialogue.needs_knowledge_reason, survey.dialogue.teaches_reason}  # type: ignore[union-attr]
    text = " ".join(one for one in sentences(told(of, language=language).parts()) if one not in own)
    assert len(text) > 1500
    assert lix(text) <= 40


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_presidiums_a4_is_easy_to_read(house: Session, survey: Survey, language: str) -> None:
    of = page(house, survey, language)
    with speak(language):
        brief = briefs.printed(of, "Krokoms kommun")
    lists = (brief.findings, brief.differences, brief.unknown, brief.method)
    text = " ".join((brief.headline, brief.representativeness, brief.owed, *(line for lines in lists for line in lines)))
    assert len(text) > 500
    assert lix(text) <= 40


def test_the_a4_has_a_headline_three_findings_and_a_margin(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    with speak("sv"):
        brief = briefs.printed(of, "Krokoms kommun", "https://panel.example/resultat/7")
    leads = [finding for finding in of.report.findings if finding.kind == summary.LEAD]
    assert brief.headline in [documents.sentence(finding).text for finding in leads]
    assert brief.headline not in brief.findings
    assert len(brief.findings) == min(3, len(leads) - 1)
    assert brief.margin.startswith("±")


def test_each_sentence_of_the_a4_leads_to_its_cell(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    with speak("sv"):
        brief = briefs.printed(of, "Krokoms kommun", "https://panel.example/resultat/7")
    for name in ("findings", "differences", "unknown"):
        assert len(brief.links[name]) == len(getattr(brief, name))
    assert of.headline is not None
    assert brief.links["headline"] == (f"https://panel.example/resultat/7#{of.headline.cell}",)
    with speak("sv"):
        assert briefs.printed(of, "Krokoms kommun").links == {}


def test_a_survey_that_nobody_answered_has_a_report_too(house: Session) -> None:
    empty = mirroring.closed(house, answering=(0.0, 0.0, 0.0))
    document = told(page(house, empty))
    summed = " ".join(sentences(section(document, "Sammanfattning").parts))
    assert "Åker du buss? För få har svarat för att vi ska kunna säga något." in summed
    assert documents.named("pdf").write(document).startswith(b"%PDF-")
