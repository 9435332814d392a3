"""Weights: margins met, bounds held inside the loop, and every margin that can't be met refused by name."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.weighting import CannotWeight, advice, poststratify, rake

AGES = {"15-29": 300.0, "30-64": 500.0, "65+": 200.0}
GENDERS = {"woman": 520.0, "man": 480.0}
MARGINS = {"age": AGES, "gender": GENDERS}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Four hundred rows, few of them young, with base weights of which some are 0."""
    rng = np.random.default_rng(3)
    age = rng.choice([*AGES], 400, p=[0.18, 0.42, 0.4])
    base = np.where(rng.random(400) < 0.1, 0.0, rng.lognormal(0, 0.3, 400))
    return pd.DataFrame({"age": age, "gender": rng.choice([*GENDERS], 400, p=[0.65, 0.35]), "base": base})


def sums(frame: pd.DataFrame, weights: Any, column: str) -> dict[str, float]:
    return weights.values.groupby(frame[column]).sum().to_dict()


def test_raked_weights_meet_every_margin(frame: pd.DataFrame):
    weights = rake(frame, MARGINS)
    assert weights.converged
    assert sums(frame, weights, "age") == pytest.approx(AGES, rel=1e-8)
    assert sums(frame, weights, "gender") == pytest.approx(GENDERS, rel=1e-8)
    assert weights.values.index.equals(frame.index)


def test_base_weights_are_kept_within_a_cell_and_zero_stays_zero(frame: pd.DataFrame):
    weights = rake(frame, MARGINS, base="base").values
    assert (weights[frame["base"] == 0] == 0).all()
    ratio = (weights / frame["base"])[frame["base"] > 0].groupby([frame["age"], frame["gender"]])
    assert (ratio.max() / ratio.min() - 1 < 1e-12).all()


@pytest.mark.parametrize("base", [None, "base"])
def test_bounds_hold_while_the_margins_are_met(frame: pd.DataFrame, base: str | None):
    free = rake(frame, MARGINS, base)
    bounded = rake(frame, MARGINS, base, lower=0.45, upper=2.1)
    numbers = bounded.values[bounded.values > 0]
    assert (free.values / numbers.mean()).max() > 2.1
    assert (numbers / numbers.mean()).between(0.45 - 1e-9, 2.1 + 1e-9).all()
    assert sums(frame, bounded, "age") == pytest.approx(AGES, rel=1e-8)
    assert sums(frame, bounded, "gender") == pytest.approx(GENDERS, rel=1e-8)
    assert bounded.trimmed > 0


def test_bounded_weights_are_nearest_of_all_that_meet_the_margins(frame: pd.DataFrame):
    """No small move inside bounds and margins comes closer: the derivative along every such direction is 0 or uphill."""
    weights = rake(frame, MARGINS, lower=0.45, upper=2.1).values.to_numpy()
    mean = weights.mean()
    inside = (weights > 0.45 * mean * 1.000001) & (weights < 2.1 * mean * 0.999999)
    columns = pd.get_dummies(frame[["age", "gender"]]).to_numpy(float)
    slope = np.log(weights / mean)
    fitted = columns @ np.linalg.lstsq(columns[inside], slope[inside], rcond=None)[0]
    assert slope[inside] == pytest.approx(fitted[inside], abs=1e-6)
    assert (fitted[weights >= 2.1 * mean * 0.999999] >= np.log(2.1) - 1e-6).all()


def test_poststratified_weights_meet_every_cell(frame: pd.DataFrame):
    population = pd.Series({(a, g): AGES[a] * GENDERS[g] for a in AGES for g in GENDERS}).rename_axis(["age", "gender"])
    weights = poststratify(frame, population, base="base")
    found = weights.values.groupby([frame["age"], frame["gender"]]).sum()
    assert found.to_dict() == pytest.approx(population.to_dict(), rel=1e-12)
    assert weights.calibration.margins == (("age", "gender"),)


def test_kish_is_told(frame: pd.DataFrame):
    weights = rake(frame, MARGINS, base="base")
    numbers = weights.values[weights.values > 0]
    assert weights.effective_size == pytest.approx(numbers.sum() ** 2 / (numbers**2).sum())
    assert weights.design_effect == pytest.approx(1 + numbers.var(ddof=0) / numbers.mean() ** 2)


def test_too_few_rounds_are_told(frame: pd.DataFrame):
    weights = rake(frame, MARGINS, iterations=1)
    assert not weights.converged
    assert weights.gap > 1e-8
    assert not advice(weights).weight


def test_an_unknown_level_keeps_its_share_and_the_rest_meet_the_margin(frame: pd.DataFrame):
    holed = frame.assign(age=frame["age"].where(frame.index % 10 != 0, None))
    weights = rake(holed, MARGINS).values
    unknown = holed["age"].isna()
    assert weights[unknown].sum() == pytest.approx(1000 * unknown.mean())
    known = weights[~unknown].groupby(holed["age"]).sum()
    assert (known / known.sum()).to_dict() == pytest.approx({age: count / 1000 for age, count in AGES.items()})


def test_a_group_called_missing_is_a_group_like_others(frame: pd.DataFrame):
    named = frame.replace({"age": {"65+": "missing"}})
    weights = rake(named, {"age": {"15-29": 300, "30-64": 500, "missing": 200}})
    assert weights.values[named["age"] == "missing"].sum() == pytest.approx(200)


def test_an_empty_level_is_refused_by_name_and_merged_on_request(frame: pd.DataFrame):
    older = {"age": {"15-29": 300, "30-64": 500, "65+": 150, "80+": 50}}
    with pytest.raises(CannotWeight, match=r"'80\+' of column 'age'.*50 residents.*collapse"):
        rake(frame, older)
    weights = rake(frame, older, collapse=["age"])
    assert sums(frame, weights, "age")["65+"] == pytest.approx(200)
    assert weights.calibration.merged == {("age",): {("80+",): ("65+",)}}


def test_an_empty_level_joins_the_neighbour_with_fewer_rows():
    frame = pd.DataFrame({"age": ["a"] * 5 + ["c"] * 2 + ["d"] * 9})
    weights = rake(frame, {"age": {"a": 10, "b": 10, "c": 10, "d": 10}}, collapse=["age"])
    assert weights.values.groupby(frame["age"]).sum().to_dict() == pytest.approx({"a": 10, "c": 20, "d": 10})


def test_an_empty_cell_of_a_crossed_margin_joins_its_neighbour_in_the_ordered_column():
    frame = pd.DataFrame({"age": ["a", "b", "b", "a"], "g": ["x", "x", "y", "x"]})
    population = pd.Series({("a", "x"): 4.0, ("b", "x"): 3.0, ("a", "y"): 2.0, ("b", "y"): 1.0}).rename_axis(["age", "g"])
    weights = poststratify(frame, population, collapse=["age"])
    assert weights.values.tolist() == pytest.approx([2, 3, 3, 2])


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({}, "no margins"),
        ({"ålder": AGES}, "no column 'ålder'"),
        ({"age": {"15-29": 300, "30-64": 500}}, r"lacks level '65\+' of column 'age'"),
        ({"age": AGES, "gender": {"woman": 520, "man": 470}}, "don't add up.*'age' gives 1000.*'gender' gives 990"),
        ({"age": AGES | {"65+": -1}}, r"level '65\+' of 'age' is -1"),
        ({"age": AGES | {"65+": float("nan")}}, r"level '65\+' of 'age' is nan"),
        ({"age": AGES | {"65+": "many"}}, r"level '65\+' of 'age' is 'many'"),
        ({"age": AGES | {"65+": 0}}, r"level '65\+' of column 'age', whose population is 0"),
        ({"age": AGES | {"": 10}}, "'age' has an empty level"),
        ({"age": dict.fromkeys(AGES, 0)}, "every population is 0"),
        ({"age": {}}, "not a population by level"),
        ({("age", "gender"): {("15-29",): 3}}, "Give one part for each column"),
    ],
)
def test_bad_margins_are_refused_by_name(frame: pd.DataFrame, margins: dict[Any, Any], words: str):
    with pytest.raises(CannotWeight.__bases__[0], match=words):
        rake(frame, margins)


def test_bounds_too_tight_for_a_level_name_it(frame: pd.DataFrame):
    with pytest.raises(CannotWeight, match="level '15-29' has 300 residents, but its rows stand for .* with the largest"):
        rake(frame, MARGINS, upper=1.2)


def test_margins_that_shut_each_other_out_are_named():
    frame = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["1", "1", "2", "2"]})
    with pytest.raises(CannotWeight, match="can't be met together.*column '(a|b)'"):
        rake(frame, {"a": {"x": 60, "y": 40}, "b": {"1": 30, "2": 70}})


def test_bounds_that_only_fail_together_name_a_level():
    frame = pd.DataFrame({"a": ["x"] * 9 + ["y"] * 9, "b": (["1"] * 8 + ["2"]) + (["2"] * 8 + ["1"])})
    margins = {"a": {"x": 12, "y": 6}, "b": {"1": 6, "2": 12}}
    assert rake(frame, margins).converged
    with pytest.raises(CannotWeight, match="can't be met together"):
        rake(frame, margins, lower=0.4, upper=2)


@pytest.mark.parametrize("number", [np.nan, 0.0, -1.0, np.inf])
def test_bad_base_weights_are_refused_by_name(frame: pd.DataFrame, number: float):
    with pytest.raises(ValueError, match="Column 'base' \\(weight\\)"):
        rake(frame.assign(base=number), MARGINS, base="base")


@pytest.mark.parametrize(("lower", "upper"), [(1.5, None), (None, 0.5), (-1, None), (None, np.inf), (np.nan, None)])
def test_bounds_that_leave_out_the_mean_are_refused(frame: pd.DataFrame, lower: float | None, upper: float | None):
    with pytest.raises(CannotWeight, match="lower|upper"):
        rake(frame, MARGINS, lower=lower, upper=upper)


def test_one_respondent_stands_for_everybody():
    weights = rake(pd.DataFrame({"a": ["x"]}), {"a": {"x": 15_680}})
    assert weights.values.tolist() == [15_680]
    assert weights.effective_size == pytest.approx(1)


def test_no_respondent_and_a_column_without_values_are_refused(frame: pd.DataFrame):
    with pytest.raises(CannotWeight, match="no rows"):
        rake(frame.iloc[:0], MARGINS)
    with pytest.raises(CannotWeight, match="15-29"):
        rake(frame.assign(age=None), MARGINS)


def test_ten_thousand_levels_are_raked():
    levels = [f"l{i}" for i in range(10_000)]
    frame = pd.DataFrame({"place": levels * 2, "gender": ["woman", "man"] * 10_000})
    weights = rake(frame, {"place": dict.fromkeys(levels, 1.0), "gender": {"woman": 5_000, "man": 5_000}})
    assert weights.converged
    assert weights.values.sum() == pytest.approx(10_000)


@pytest.mark.parametrize("dtype", ["int64", "float64", "category", "object", "str"])
def test_levels_match_whatever_the_type_of_their_column(dtype: str):
    codes = pd.Series([1, 1, 2]).astype(dtype) if dtype != "str" else pd.Series(["1", "1", "2"])
    weights = rake(pd.DataFrame({"a": codes}), {"a": {"1": 6, "2": 4}})
    assert weights.values.tolist() == pytest.approx([3, 3, 4])


def test_hostile_column_names_are_only_names(frame: pd.DataFrame):
    odd = frame.rename(columns={"age": "__class__", "gender": "a b;=SUM(1)"})
    weights = rake(odd, {"__class__": AGES, "a b;=SUM(1)": GENDERS})
    assert weights.values.sum() == pytest.approx(1000)
