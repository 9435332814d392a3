"""What is sure, question by question: one table instead of a sentence for each question in which nothing is."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from analysis import documents, words
from analysis.dataset import Dataset
from analysis.report import Report, build
from analysis.report.following import follow
from analysis.summary import CHANGE, DIFFERENCE, NO_CHANGE, NO_DIFFERENCE


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    with words.speak("sv"):
        yield


def cells(report: Report) -> dict[str, dict[str, str]]:
    """By question and column head what the table says."""
    grid = documents.overview(report)
    assert grid is not None
    return {row[0].text: dict(zip(grid.head[1:], (cell.text for cell in row[1:]), strict=True)) for row in grid.rows}


def test_each_cell_says_what_the_findings_say(report: Report) -> None:
    told = cells(report)
    labels = {question.name: question.label for question in report.questions}
    sure = [one for one in report.findings if one.kind == DIFFERENCE]
    none = [(one.question, column) for one in report.findings if one.kind == NO_DIFFERENCE for column in one.of]
    assert sure
    assert none
    assert {told[labels[one.question]][report.by[one.by]] for one in sure} == {"säker skillnad"}
    assert {told[labels[question]][report.by[column]] for question, column in none} == {"ingen säker"}
    assert len(sure) + len(none) <= sum(cell != "–" for row in told.values() for cell in row.values())


def test_what_could_not_be_tried_is_not_said_to_be_alike(report: Report) -> None:
    kept = tuple(one for one in report.findings if not (one.kind == NO_DIFFERENCE and one.question == "q2"))
    fewer = replace(report, findings=(*kept, *(replace(one, of=("district",)) for one in report.findings
                                               if one.kind == NO_DIFFERENCE and one.question == "q2")))  # fmt: skip
    assert cells(fewer)["Hur nöjd är du?"]["Åldersgrupp"] == "–"


def test_changes_have_a_column_where_there_is_an_earlier_wave(report: Report) -> None:
    assert all("Sedan förra gången" not in row for row in cells(report).values())
    followed = follow(report, report, "2024")
    assert not [one for one in followed.findings if one.kind == CHANGE]
    none = {one.about for one in followed.findings if one.kind == NO_CHANGE}
    told = {label: row["Sedan förra gången"] for label, row in cells(followed).items()}
    assert {label for label, cell in told.items() if cell == "ingen säker"} == none


def test_a_survey_of_few_questions_needs_no_such_table(survey: Dataset) -> None:
    assert documents.overview(build(survey.asked(["q1", "q2"]))) is None


def test_free_text_has_no_row(report: Report) -> None:
    assert "Något mer?" not in cells(report)


def test_where_nothing_is_sure_one_sentence_is_enough(report: Report) -> None:
    quiet = tuple(one for one in report.findings if one.kind != DIFFERENCE)
    assert documents.overview(replace(report, findings=quiet)) is None
