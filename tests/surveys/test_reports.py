"""The report to the council, and the presidium's A4: what they must say, where it comes from, and how easy it is to read."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from analysis import documents, summary
from analysis.documents import Document, Grid, Method, Paragraph, Points, Quote, Result, Section, Sentence
from analysis.figures import numbers
from analysis.report import build
from analysis.summary import Finding, lix
from analysis.weighting import Advice
from analysis.words import speak
from surveys import briefs, dataset, reports
from surveys.briefs import Page
from surveys.dataset.weights import Weighting
from surveys.models import Survey
from surveys.reports import Released
from tests.surveys import mirroring

CLOSED = date(2026, 11, 1)
NOTHING = Released()


def page(session: Session, survey: Survey, language: str = "sv", **changes: Any) -> Page:
    """The presidium's page, with another content where the test says so."""
    with speak(language):
        found = briefs.page(session, survey, build(dataset.load(session, survey, language), who=True), date(2026, 11, 23))
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
        "Vad vi inte vet", "Förslag till beslut", "Vad kommunen ska återkoppla", "Bilaga: tabeller efter grupp",
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
    of_yes = survey.dialogue
    assert of_yes is not None
    of_yes.needs_knowledge, of_yes.needs_knowledge_reason = True, "Nämnden vet för lite."
    of_yes.teaches, of_yes.teaches_reason = False, "Frågan är redan välkänd."
    assert sentences(section(told(page(house, survey)), "Bakgrund").parts)[1:] == ["Nämnden vet för lite."]
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
    assert box.weighting.startswith("Svaren är viktade mot befolkningen.")
    assert set(of.quality.sentences) - {of.quality.weighting.advice.sentence} <= set(box.lines)


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [
        ("bounds", "Svaren är inte viktade: för att likna befolkningen skulle några räknas för mycket och andra för lite."),
        ("alike", "Svaren är inte viktade: alla grupper ligger nära sin andel av befolkningen."),
        ("unknown", "Svaren är inte viktade, för så sägs det."),
    ],
)
def test_the_report_says_why_nothing_is_weighted_and_gives_no_advice(
    house: Session, survey: Survey, monkeypatch: pytest.MonkeyPatch, reason: str, wanted: str
) -> None:
    monkeypatch.setattr(
        dataset.weights, "weigh", lambda *_: Weighting(None, Advice(False, reason, "Svaren är inte viktade, för så sägs det."))
    )
    box = next(part for part in told(page(house, survey)).parts() if isinstance(part, Method))
    assert box.weighting == wanted
    assert not [line for line in box.lines if line.startswith("Vikta")]


def test_a_question_that_only_some_were_asked_says_so(house: Session, survey: Survey) -> None:
    results = {part.name: part for part in told(page(house, survey)).parts() if isinstance(part, Result)}
    said = "Frågan ställdes bara till en del."
    assert said in results["often"].facts
    assert said not in results["bus"].facts


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
    assert "Vad som har förändrats" not in [one.title for one in told(of).sections]
    finding = Finding("Fler svarar ”Ja” än 2024.", summary.CHANGE)
    document = told(replace(of, report=replace(of.report, findings=(*of.report.findings, finding))))
    first, note = sentences(section(document, "Vad som har förändrats").parts)
    assert first == finding.text
    assert "räknad som om andra hade svarat varje gång" in note


def test_what_has_not_changed_is_said_once_for_all_questions(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    text, asked = "Ingen säker förändring.", of.report.questions
    quiet = tuple(Finding(text, summary.NO_CHANGE, one.name, one.label, of=("2024",)) for one in asked)
    document = told(replace(of, report=replace(of.report, findings=(*of.report.findings, *quiet))))
    first, _note = sentences(section(document, "Vad som har förändrats").parts)
    assert first.startswith("I 2 frågor ser vi ingen säker förändring sedan mätningen 2024.")


def test_minority_views_have_a_section_of_their_own(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    finding = Finding("En minoritet svarar ”Nej”: 28 % (23–34 %).", summary.MINORITY)
    document = told(replace(of, report=replace(of.report, findings=(*of.report.findings, finding))))
    assert finding.text in sentences(section(document, "Minoritetens syn").parts)


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
    owed = sentences(section(told(page(house, survey)), "Vad kommunen ska återkoppla").parts)
    assert "Nämnden inför kvällsturer." in owed


def test_the_margin_that_is_told_is_kept_by_every_question_that_all_have_answered(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    shares = {question.name: question.total.frame for question in of.report.questions}
    widest = {name: max(1, round(50 * (table["high"] - table["low"]).max())) for name, table in shares.items()}
    answered = {name: table["base"].iloc[0] for name, table in shares.items()}
    assert answered["bus"] == of.report.base > answered["often"]
    assert of.margin == f"±{widest['bus']}"
    assert briefs.margin(int(answered["often"])) > of.margin  # so what is said must not be said of every question
    assert "Den är större för grupper, och för frågor som färre har svarat på." in of.how.margin


def test_a_margin_of_one_point_is_told_as_one(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    with speak("sv"):
        assert numbers.points(1) == "±1 procentenhet"
        many = briefs.page(house, survey, replace(of.report, base=100_000, questions=()), date(2026, 11, 23))
    assert "en felmarginal på högst ±1 procentenhet, med" in many.how.margin


def test_a_report_in_english_has_ages_and_dates_in_english(house: Session, survey: Survey) -> None:
    of = page(house, survey, "en")
    document = told(of, language="en")
    texts = " ".join(sentences(document.parts()))
    grids = [part.grid if isinstance(part, Result) else part for part in document.parts()]
    words = " ".join(cell.text for grid in grids if isinstance(grid, Grid) for row in grid.rows for cell in row)
    assert "15–44 years" in words
    assert not re.search(r"\d år", f"{texts} {words}")
    assert dict(document.facts)["The survey closed"] == "1 November 2026"


def test_a_survey_of_open_questions_alone_is_not_said_to_have_too_few_answers(house: Session, survey: Survey) -> None:
    of = page(house, survey)
    text = replace(of.report, findings=(), questions=())
    with speak("sv"):
        summed = sentences(section(told(replace(of, report=text, headline=None, findings=(), differences=(), unknown=())),
                                   "Sammanfattning").parts)  # fmt: skip
    assert not [line for line in summed if "För få" in line]
    assert "Frågorna är av ett slag som vi inte gör meningar av. Siffrorna står bland resultaten." in summed


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
    assert summed.startswith("0 av 400 inbjudna svarade. Svarsfrekvensen är 0\N{NO-BREAK SPACE}%. Ingen har svarat.")
    unknown = sentences(section(document, "Vad vi inte vet").parts)
    assert unknown[0] == "I 2 frågor har för få svarat för att vi ska kunna säga något."
    assert "Svaren är inte viktade, för ingen har svarat." in sentences(section(document, "Så gjorde vi").parts)
    assert len(unknown) == 2  # and how the panel was recruited: of groups there is nothing to hide
    assert documents.named("pdf").write(document).startswith(b"%PDF-")
