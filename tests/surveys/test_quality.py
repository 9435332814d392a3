"""The panel's quality sheet: every part of the chain, who is missing, and the honest line, in plain Swedish."""

import re

import numpy as np
import pandas as pd
import pytest
from flask import Flask, render_template
from sqlalchemy.orm import Session

from analysis import Dataset, Item
from analysis import words as speech
from analysis.report import build
from analysis.summary import lix
from analysis.weighting import representativity
from analysis.words import speak
from surveys import dataset, quality
from surveys.invitations import Count, Status, status
from surveys.models import Survey
from surveys.quality import Quality
from surveys.quality.uneven import uneven
from surveys.representativeness import shown, told
from tests.surveys import mirroring


def sheet(session: Session, survey: Survey, language: str = "sv") -> Quality:
    with speak(language):
        return quality.sheet(session, survey, build(dataset.load(session, survey, language), who=True))


def test_the_chain_from_letter_to_answer_is_multiplied(house: Session):
    found = sheet(house, mirroring.closed(house, panel=mirroring.PANEL))
    assert found.recruitment == pytest.approx(300 / 3000)
    assert found.retention == pytest.approx(400 / 500)
    assert found.response is not None
    assert found.cumulative == pytest.approx(0.1 * 0.8 * found.response)
    assert found.left == 12


def test_what_is_not_known_is_said_not_guessed(house: Session):
    found = sheet(house, mirroring.closed(house, panel=mirroring.PANEL | {"letters": None}))
    assert (found.recruitment, found.cumulative) == (None, None)
    assert any("breven är inte räknade" in sentence for sentence in found.sentences)
    assert "Gick med av dem som fick brev" not in [label for label, _number, _note in found.figures]


def test_the_r_indicator_tells_uneven_answering_from_even(house: Session):
    even = sheet(house, mirroring.closed(house, answering=(0.6, 0.6, 0.6))).indicator
    assert even is not None
    assert even.indicator > 0.85


def test_the_r_indicator_of_uneven_answering_is_low(house: Session):
    uneven = sheet(house, mirroring.closed(house, answering=(0.2, 0.7, 0.9))).indicator
    assert uneven is not None
    assert uneven.indicator < 0.6
    assert uneven.unconditional["age_group"] > 3 * uneven.unconditional["district"]


def test_the_r_indicator_is_told_with_its_interval(house: Session):
    found = sheet(house, mirroring.closed(house))
    assert found.indicator is not None
    assert found.indicator.low < found.indicator.indicator < found.indicator.high
    told = next(figure for figure in found.figures if figure[0] == "R-indikator")
    assert told[1] == f"{found.indicator.indicator:.2f}".replace(".", ",")
    assert told[2] == f"säkert mellan {found.indicator.low:.2f} och {found.indicator.high:.2f}; 1 är bäst".replace(".", ",")


def test_groups_that_answered_less_and_more_are_named_with_their_part(house: Session):
    survey = mirroring.closed(house, answering=(0.2, 0.7, 0.9), invited=1000)
    told = " ".join(sheet(house, survey).sentences)
    young, old = _part(house, survey, "30-44"), _part(house, survey, "65-79")
    assert young < 0.3 < 0.8 < old
    few, many = (told.split(f"Svarsfrekvensen var {word} än bland andra i: ")[1].split(". ")[0] for word in ("lägre", "högre"))
    assert f"30–44 år ({round(100 * young)}\N{NO-BREAK SPACE}% svarade)" in few
    assert f"65–79 år ({round(100 * old)}\N{NO-BREAK SPACE}% svarade)" in many
    assert "Mellan kommundelar är inget säkert." in told


def _part(session: Session, survey: Survey, code: str) -> float:
    rate = next(count.response_rate for count in status(session, survey).by_age_group if count.code == code)
    assert rate is not None
    return rate


def test_even_answering_names_no_group(house: Session):
    found = sheet(house, mirroring.closed(house, answering=(0.6, 0.6, 0.6)))
    assert found.uneven == ()
    assert "Ingen åldersgrupp och ingen kommundel har säkert svarat mer än de andra." in found.sentences


def test_a_hidden_group_is_named_without_its_part_and_nothing_is_summed_over_it(house: Session):
    found = sheet(house, mirroring.closed(house, answering=(0.04, 0.6, 0.7)))
    hidden = {row.label for rows in found.mirrors.values() for row in rows if row.answered is None}
    assert hidden
    assert all((one.part is None) == (one.label in hidden) for one in found.uneven)
    assert any(one.label in hidden and not one.more for one in found.uneven)
    assert "Ojämnhet mellan åldersgrupper" not in [label for label, _number, _note in found.figures]
    assert "Ojämnhet mellan kommundelar" in [label for label, _number, _note in found.figures]


@pytest.mark.parametrize(
    ("answering", "invited", "words"),
    [((0.6, 0.6, 0.6), 2000, "mycket lika"), ((0.55, 0.6, 0.7), 400, "ganska lika"), ((0.2, 0.7, 0.9), 400, "skiljer sig"),
     ((0.6, 0.6, 0.6), 31, "För få bjöds in")],
)  # fmt: skip
def test_how_alike_is_said_no_surer_than_the_interval_is(
    house: Session, answering: tuple[float, ...], invited: int, words: str
):
    found = sheet(house, mirroring.closed(house, answering, invited))
    assert found.indicator is not None
    assert any(words in sentence and "R-indikator" in sentence for sentence in found.sentences)


def test_chance_names_a_group_in_few_even_surveys():
    rng = np.random.default_rng(4)
    ages, places = rng.integers(6, size=300), rng.integers(8, size=300)
    named = 0
    for _draw in range(100):
        answered = (rng.random(300) < 0.5).astype(int)
        frame = pd.DataFrame({"age_group": ages.astype(str), "district": places.astype(str), "answered": answered})
        groups = [tuple(_count(frame, column, code) for code in sorted(set(frame[column]))) for column in frame.columns[:2]]
        stands = Status(300, int(answered.sum()), answered.mean(), groups[0], groups[1])
        named += bool(uneven(representativity(frame, "answered", ["age_group", "district"]), stands, told(stands)))
    assert named <= 9


def _count(frame: pd.DataFrame, column: str, code: str) -> Count:
    part = frame[frame[column] == code]
    return Count(code, code, len(part), int(part["answered"].sum()))


def test_a_question_that_was_not_put_to_everybody_is_told_apart(house: Session):
    skipped = {one.name: one for one in sheet(house, mirroring.closed(house)).skipped}
    assert skipped["bus"].part == pytest.approx(0)
    assert skipped["often"].routed
    assert (skipped["often"].part or 0) > 0.3


def test_report_and_data_set_tell_the_same_of_skipped_questions(house: Session):
    survey = mirroring.closed(house)
    data = dataset.load(house, survey, "sv")
    assert quality.sheet(house, survey, data).skipped == quality.sheet(house, survey, build(data, who=True)).skipped


def test_the_panel_the_invited_and_the_answers_stand_beside_the_population(house: Session):
    rows = sheet(house, mirroring.closed(house, panel=mirroring.PANEL)).mirrors["age_group"]
    middle = next(row for row in rows if row.label == "45–64 år")
    assert (middle.population, middle.panel) == (0.3, 0.5)
    assert middle.invited == pytest.approx(0.4, abs=0.1)
    assert sum(row.invited for row in rows) == pytest.approx(1)


def test_a_group_with_few_answers_is_hidden_with_another(house: Session):
    rows = sheet(house, mirroring.closed(house, answering=(0.04, 0.6, 0.7))).mirrors["age_group"]
    hidden = [row.label for row in rows if row.answered is None]
    assert len(hidden) >= 2


@pytest.mark.parametrize("counts", [(1, 1, 50, 80), (2, 0, 9, 70), (4, 3, 60), (1, 5, 30, 31), (3, 200), (0, 7, 12)])
def test_no_small_group_can_be_told_by_the_sum_of_all(counts: tuple[int, ...]):
    """Before, two groups of one answer each were both told by their sum, and those with none stood apart."""
    tell = shown(counts)
    left = [count for count, there in zip(counts, tell, strict=True) if not there]
    assert not any(there and 0 < count < 5 for count, there in zip(counts, tell, strict=True))
    assert not left or (len(left) > 1 and sum(left) >= 5)
    assert not left or 0 not in [count for count, there in zip(counts, tell, strict=True) if there]


def test_a_band_that_is_told_tells_none_of_its_age_groups():
    ages = [Count("45-64", "", 90, 60), Count("65-79", "", 50, 30), Count("80+", "", 10, 3)]
    found = told(_stands(ages))
    assert found["age_group"] == [False, True, False] or found["age_group"] == [True, False, False]
    banded = pd.DataFrame({"q": ["a", "b"] * 46, "age_group": ["45-64"] * 60 + ["65+"] * 32})
    report = build(Dataset(banded, [Item("q", "", "nominal", {"a": "", "b": ""})]), ("age_group",), who=True)
    assert told(_stands(ages), report)["age_group"] == [True, False, False]


def test_a_group_that_the_report_hides_is_not_told_of_on_the_sheet():
    """Else what the report hides with a small group is told here, and the small group by the sum."""
    places = dict(zip("pqrs", (3, 8, 8, 40), strict=True))
    frame = pd.DataFrame({"district": np.repeat(list(places), list(places.values()))}).assign(q="a")
    report = build(Dataset(frame, [Item("q", "", "nominal", {"a": "", "b": ""})]), ("district",), who=True)
    hidden = [row.hidden for row in report.questions[0].tables["district"].rows]
    stands = _stands([], [Count(code, "", 50, count) for code, count in places.items()])
    assert [not tell for tell in told(stands, report)["district"]] == hidden
    assert sum(hidden) >= 2


def _stands(ages: list[Count], districts: list[Count] = []) -> Status:  # noqa: B006 (never changed)
    answered = sum(count.answered for count in ages or districts)
    return Status(200, answered, answered / 200, tuple(ages), tuple(districts))


def test_self_recruitment_is_told_last_whatever_else_is(house: Session):
    found = sheet(house, mirroring.closed(house, panel=mirroring.PANEL))
    assert found.sentences[-1] == found.honest
    assert "större än" in found.honest


def test_weights_are_told_with_what_they_are_worth(house: Session):
    found = sheet(house, mirroring.closed(house))
    assert any(sentence.startswith("Vikta:") for sentence in found.sentences)
    assert "Svaren är värda" in [label for label, _number, _note in found.figures]


@pytest.mark.parametrize("answering", [(0.6, 0.6, 0.6), (0.4, 0.6, 0.7), (0.06, 0.7, 0.8)])
def test_the_sheet_reads_easily(house: Session, answering: tuple[float, ...]):
    found = sheet(house, mirroring.closed(house, answering, panel=mirroring.PANEL))
    assert lix(" ".join(found.sentences)) <= 40


def test_a_survey_without_anything_known_has_a_sheet_too(house: Session):
    survey = mirroring.closed(house, invited=0)
    survey.composition = {}
    found = sheet(house, survey)
    assert found.indicator is None
    assert found.response is None
    assert found.sentences


def test_the_sheet_is_shown_on_a_page(app: Flask, house: Session):
    survey = mirroring.closed(house, panel=mirroring.PANEL)
    with app.test_request_context("/"), speak("sv"):
        page = render_template("surveys/results/quality.html", survey=survey, quality=sheet(house, survey), words=speech)
    assert re.search(r"<h1[^>]*>Hur bra panelen är</h1>", page)
    assert "3 000" not in page
    assert page.count("<table") == 2


def test_a_sheet_without_figures_has_no_empty_tiles(app: Flask, house: Session):
    survey = mirroring.closed(house, invited=0)
    survey.composition = {}
    with app.test_request_context("/"), speak("sv"):
        page = render_template("surveys/results/quality.html", survey=survey, quality=sheet(house, survey), words=speech)
    assert "mp-tiles" not in page
