"""Reports that the worker makes: each set of answers is worked up once, until it or what has been told of it changes."""

import pytest
from sqlalchemy.orm import Session

from analysis.dataset import Dataset
from analysis.report import Report
from analysis.words import speak
from surveys import dataset, making, releases
from surveys.models import Response, Survey
from surveys.remembering import Remembered
from tests.conftest import Work
from tests.surveys import mirroring
from tests.surveys.test_results import survey  # noqa: F401 (a fixture)

Built = list[Dataset]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Built:
    """The data sets that reports have been made of, in order; nothing is kept from other tests."""
    found: Built = []
    build = making.build
    monkeypatch.setattr(making, "REPORTS", Remembered(16))
    monkeypatch.setattr(making, "build", lambda data, **more: found.append(data) or build(data, **more))
    return found


def told(session: Session, made: Survey, language: str = "sv", weighted: bool = True) -> Report:
    with speak(language):
        return making.told(session, made, dataset.load(session, made, language, weighted), {})


def test_every_format_of_a_report_is_made_of_the_same_tables(work: Work, survey: int, built: Built) -> None:  # noqa: F811
    with work() as session:
        asked = session.get_one(Survey, survey)
        for form in making.forms("report"):
            making.ask(session, asked, "report", form, "sv")
    with work():
        assert making.work_round({"MUNICIPALITY": "Krokoms kommun", "DATA_DIR": "nowhere"}) > 2
    assert len(built) == 2  # before anything was told, and beside what the first file told


def test_an_earlier_wave_is_worked_up_once_for_all_that_follow_it(house: Session, built: Built) -> None:
    first, second, third = (mirroring.closed_again(house, number) for number in range(3))
    second.follows, third.follows = first, first
    house.flush()
    told(house, second)
    told(house, third)
    sizes = [dataset.load(house, made, "sv").size for made in (second, first, third)]
    assert [data.size for data in built] == sizes


@pytest.mark.parametrize(("language", "weighted"), [("en", True), ("sv", False)])
def test_another_language_or_other_weights_are_another_report(
    house: Session, built: Built, language: str, weighted: bool
) -> None:
    made = mirroring.closed(house)
    told(house, made)
    told(house, made, language, weighted)
    told(house, made)
    assert len(built) == 2


def test_other_figures_of_the_population_are_another_report(house: Session, built: Built) -> None:
    made = mirroring.closed(house)
    told(house, made)
    ages = dict(zip(mirroring.POPULATION["age_group"], (0.05, 0.15, 0.22, 0.34, 0.17, 0.07), strict=True))
    made.composition = made.composition | {"population": mirroring.POPULATION | {"age_group": ages}}
    told(house, made)
    assert len(built) == 2
    assert all(data.weighted for data in built)


def test_an_erased_answer_is_in_no_report_that_was_kept(house: Session, built: Built) -> None:
    made = mirroring.closed(house)
    told(house, made)
    house.delete(house.query(Response).filter(Response.survey_id == made.id).first())
    house.flush()
    told(house, made)
    assert [data.size for data in built] == [built[0].size, built[0].size - 1]


def test_what_has_been_told_since_is_heeded(house: Session, built: Built) -> None:
    made = mirroring.closed(house)
    releases.register(house, made, told(house, made), lambda: dataset.load(house, made, "sv"))
    told(house, made)
    told(house, made)
    assert len(built) == 2


def test_an_answer_that_was_changed_by_hand_is_seen(house: Session, built: Built) -> None:
    made = mirroring.closed(house)
    told(house, made)
    one = house.query(Response).filter(Response.survey_id == made.id).first()
    assert one is not None
    one.answers = {"bus": "no" if one.answers["bus"] == "yes" else "yes"}
    house.flush()
    told(house, made)
    assert len(built) == 2
