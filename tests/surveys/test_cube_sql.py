"""A closed survey's cube by SQL on its own database is that of its responses read one by one."""

import pytest
from sqlalchemy.orm import Session

from analysis import cube
from surveys import dataset
from surveys.dataset import sql
from surveys.models import Response, SurveyState
from tests.analysis.test_cube_cells import same
from tests.surveys import answered


def test_the_cube_by_sql_is_that_of_the_responses(house: Session) -> None:
    survey = answered.survey(house)
    found = sql.cells(house, survey, "sv")
    expected = cube.cells(dataset.load(house, survey, "sv", weighted=False), sql.BY)
    assert len(found.counted) >= 10
    scales = {item.scale for item in found.items if item.name in found.counted}
    assert scales >= {"nominal", "ordinal", "multiple", "nps", "ranking", "budget", "place"}
    same(found, expected)
    assert (found.sides, found.size) == (expected.sides, 200)


def test_other_surveys_are_not_counted(house: Session) -> None:
    survey = answered.survey(house, count=30)
    answered.survey(house, count=40, seed=6)
    assert sql.cells(house, survey, "sv").size == 30


def test_a_survey_that_nobody_answered_has_a_cube(house: Session) -> None:
    found = sql.cells(house, answered.survey(house, count=0), "sv")
    assert found.size == 0
    assert found.collapse("single_0").n.tolist() == [[0, 0, 0]]


def test_only_do_not_know_is_outside_the_base_of_a_set(house: Session) -> None:
    survey = answered.survey(house, count=0)
    for number, said in enumerate((["dont_know"], ["bus", "car"], ["bus"])):
        response = {"survey_id": survey.id, "version": 1, "language": "sv", "age_group": "", "district": ""}
        house.add(Response(id=f"{number:032x}", answers={"multiple_1": said}, **response))
    house.flush()
    found = sql.cells(house, survey, "sv").collapse("multiple_1")
    assert (found.n.tolist(), found.base_n.tolist()) == ([[2, 0, 1]], [2])


def test_nothing_given_is_not_counted_and_only_do_not_know_is_outside_the_base_of_a_budget(house: Session) -> None:
    survey = answered.survey(house, count=0)
    said = ({"bus": 100, "train": 0, "car": 0}, {"bus": 5, "train": 95, "car": 0}, "dont_know")
    for number, each in enumerate(said):
        response = {"survey_id": survey.id, "version": 1, "language": "sv", "age_group": "", "district": ""}
        house.add(Response(id=f"{number:032x}", answers={"budget_1": each}, **response))
    house.flush()
    found = sql.cells(house, survey, "sv").collapse("budget_1")
    assert (found.n.tolist(), found.base_n.tolist()) == ([[2, 1, 0]], [2])


def test_an_open_survey_has_no_cube(house: Session) -> None:
    survey = answered.survey(house, count=1, state=SurveyState.OPEN)
    with pytest.raises(dataset.NotYet):
        sql.cells(house, survey, "sv")
