"""Closed surveys weighted to the population: by bands, with those whose band is not kept, or not at all, and why."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from analysis.report import build, tables
from analysis.words import speak
from surveys import dataset
from surveys.dataset.weights import COLUMN, SPREAD, banded
from surveys.models import Response
from tests.surveys import mirroring


def test_responses_are_weighted_to_the_population_by_band_and_district(house: Session):
    data = dataset.load(house, mirroring.closed(house), "sv")
    sums = data.frame.groupby("age_group")[COLUMN].sum()
    kept = sums.drop("")
    assert (kept / kept.sum()).to_dict() == pytest.approx({"15-44": 0.45, "45-64": 0.3, "65+": 0.25})
    districts = data.frame.groupby("district")[COLUMN].sum() / data.size
    assert districts.to_dict() == pytest.approx({"as": 0.4, "offerdal": 0.35, "krokom": 0.25})


def test_those_whose_band_is_not_kept_keep_their_share(house: Session):
    frame = dataset.load(house, mirroring.closed(house), "sv").frame
    unknown = frame["age_group"] == ""
    assert frame.loc[unknown, COLUMN].sum() / len(frame) == pytest.approx(unknown.mean())
    assert 0.05 < unknown.mean() < 0.2


def test_the_mean_weight_is_one_and_none_is_extreme(house: Session):
    weights = dataset.load(house, mirroring.closed(house), "sv").frame[COLUMN]
    assert weights.mean() == pytest.approx(1)
    assert weights.between(0.3 - 1e-9, 3 + 1e-9).all()


def test_weighted_and_unweighted_can_both_be_had(house: Session):
    survey = mirroring.closed(house)
    weighted, plain = dataset.load(house, survey, "sv"), dataset.load(house, survey, "sv", weighted=False)
    shares = [tables.tabulate(data, "bus")["share"][0] for data in (weighted, plain)]
    assert weighted.weighted
    assert not plain.weighted
    assert shares[0] > shares[1] + 0.03  # the young go by bus and answered least
    assert build(weighted).question("bus").total.base == build(plain).question("bus").total.base


def test_standard_errors_are_those_of_the_calibration(house: Session):
    data = dataset.load(house, mirroring.closed(house), "sv")
    assert data.calibration is not None
    assert data.calibration.margins == (("age_group",), ("district",))
    ages = tables.tabulate(data, "bus", ("age_group",), minimum=0)
    assert (ages["se"] > 0).all()


def test_without_figures_nothing_is_weighted(house: Session):
    survey = mirroring.closed(house, population={})
    weighing = dataset.weighing(house, survey)
    assert (weighing.used, weighing.advice.reason) == (None, "unknown")
    assert not dataset.load(house, survey, "sv").weighted


@pytest.mark.parametrize("known", ["age_group", "district"])
def test_one_background_alone_would_tell_of_hidden_counts_and_is_not_weighted_by(house: Session, known: str):
    survey = mirroring.closed(house, population={known: mirroring.POPULATION[known]})
    weighing = dataset.weighing(house, survey)
    assert weighing.advice.reason in ("tells", "alike")
    assert weighing.used is None


def test_weights_differ_within_all_groups_but_one(house: Session):
    """Measured: with one weight in each group a linear program finds 21 of 193 hidden counts, with such ones none."""
    frame = dataset.load(house, mirroring.closed(house), "sv").frame
    for name in ("age_group", "district"):
        groups = frame.groupby(name)[COLUMN]
        assert ((groups.max() / groups.min()) < SPREAD).sum() <= 1


def test_districts_that_weigh_nearly_one_are_weighted_as_one(house: Session):
    """Nobody's age is kept in Ås and Krokom, so that all there would weigh the same; now they weigh the same in both."""
    survey = mirroring.closed(house)
    house.execute(update(Response).where(Response.district.in_(["as", "krokom"])).values(age_group=""))
    weights = dataset.weighing(house, survey).weights
    assert weights is not None
    assert weights.calibration.merged[("district",)] == {("krokom",): ("as",)}
    data = dataset.load(house, survey, "sv", weighted=False).frame.assign(w=weights.values.to_numpy())
    both = data[data["district"].isin(["as", "krokom"])]["w"]
    assert both.max() / both.min() < 1.0001
    assert both.sum() / len(data) == pytest.approx(0.65)


def test_too_unlike_the_population_is_not_weighted(house: Session):
    survey = mirroring.closed(house, answering=(0.06, 0.7, 0.8))
    weighing = dataset.weighing(house, survey)
    assert weighing.advice.reason == "bounds"
    assert not dataset.load(house, survey, "sv").weighted


def test_alike_enough_is_not_weighted(house: Session):
    survey = mirroring.closed(house)
    ages, districts = (data := dataset.load(house, survey, "sv", weighted=False)).frame["age_group"], data.frame["district"]
    bands = ages[ages != ""].value_counts(normalize=True).to_dict()
    survey.composition = {"population": {"age_group": bands, "district": districts.value_counts(normalize=True).to_dict()}}
    weighing = dataset.weighing(house, survey)
    assert weighing.advice.reason == "alike"
    assert not dataset.load(house, survey, "sv").weighted


def test_few_answers_are_not_weighted(house: Session):
    weighing = dataset.weighing(house, mirroring.closed(house, invited=30))
    assert weighing.advice.reason in ("few", "bounds")
    assert weighing.used is None


def test_a_survey_nobody_answered_is_not_weighted(house: Session):
    survey = mirroring.closed(house)
    house.execute(delete(Response))
    assert dataset.weighing(house, survey).advice.reason == "few"
    assert not dataset.load(house, survey, "sv").weighted


def test_a_district_without_answers_is_left_out_and_told(house: Session):
    survey = mirroring.closed(house)
    house.execute(delete(Response).where(Response.district == "krokom"))
    weighing = dataset.weighing(house, survey)
    assert weighing.left_out == ("krokom",)
    assert weighing.weights is not None
    assert weighing.weights.values.mean() == pytest.approx(1)


def test_a_band_without_answers_joins_its_neighbour(house: Session):
    survey = mirroring.closed(house)
    house.execute(delete(Response).where(Response.age_group == "65+"))
    weighing = dataset.weighing(house, survey)
    assert weighing.weights is not None
    assert weighing.weights.calibration.merged == {("age_group",): {("65+",): ("45-64",)}}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_advice_is_told_in_words(house: Session, language: str):
    with speak(language):
        said = dataset.weighing(house, mirroring.closed(house)).advice.sentence
    assert said.startswith({"sv": "Vikta:", "en": "Weight:"}[language])


def test_age_groups_are_summed_to_bands():
    figures = {"15-19": 0.1, "20-29": 0.2, "30-44": 0.2, "45-64": 0.2, "65-79": 0.2, "80+": 0.1}
    assert banded(figures, ["15-44", "45-64", "65+"]) == pytest.approx({"15-44": 0.5, "45-64": 0.2, "65+": 0.3})
    assert banded(figures, ["15-44", "45-64", "65-79"])["80+"] == pytest.approx(0.1)
    assert banded({"15-44": 0.6, "45+": 0.4}, ["15-44", "45-64", "65+"]) == pytest.approx({"15-44": 0.6, "45+": 0.4})
