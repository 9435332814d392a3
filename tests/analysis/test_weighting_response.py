"""Who answers: propensities, adjustment classes, R-indicators; and the advice on whether to weight."""

import numpy as np
import pandas as pd
import pytest

from analysis.weighting import CannotWeight, advice, calibrate, propensity, rake, representativity
from analysis.words import speak
from tests import oracle

LIKELY = {"a": 0.3, "b": 0.5, "c": 0.8}


def invited(size: int, likely: dict[str, float], seed: int = 1) -> pd.DataFrame:
    """People of three ages in four places, of whom some answer by their age."""
    rng = np.random.default_rng(seed)
    age, place = rng.choice([*likely], size), rng.choice(list("wxyz"), size)
    answered = rng.random(size) < pd.Series(age).map(likely).to_numpy()
    return pd.DataFrame({"age": age, "place": place, "answered": answered.astype(int)})


def test_propensities_are_those_of_r_s_logistic_regression(tmp_path):
    frame = invited(500, LIKELY)
    frame.to_csv(tmp_path / "invited.csv", index=False)
    told = oracle.ask(f"""d <- read.csv("{tmp_path}/invited.csv")
        say("p", fitted(glm(answered ~ age + place, binomial, d, control=list(epsilon=1e-14))))""")
    found = propensity(frame, "answered", ["age", "place"])
    assert found.converged
    assert found.values.tolist() == pytest.approx(told["p"], rel=1e-6)


def test_those_who_answered_stand_for_all_invited_in_their_class():
    frame = invited(600, LIKELY)
    found = propensity(frame, "answered", ["age", "place"], classes=4)
    by_class = found.weights.groupby(found.classes).sum()
    assert by_class.to_dict() == pytest.approx(found.classes.value_counts().to_dict())
    assert (found.weights[frame["answered"] == 0] == 0).all()
    assert found.rate == pytest.approx(frame["answered"].mean())


def test_classes_may_be_the_crossed_cells_themselves():
    frame = invited(600, LIKELY)
    found = propensity(frame, "answered", ["age", "place"], model="cells")
    rates = frame.groupby(["age", "place"])["answered"].transform("mean")
    assert found.values.tolist() == pytest.approx(rates.tolist())
    assert found.weights[frame["answered"] == 1].tolist() == pytest.approx((1 / rates)[frame["answered"] == 1].tolist())


def test_the_adjustment_may_start_a_raking():
    frame = invited(600, LIKELY)
    frame["base"] = propensity(frame, "answered", ["age"]).weights
    weights = rake(frame, {"place": dict.fromkeys("wxyz", 150.0)}, base="base")
    assert (weights.values[frame["answered"] == 0] == 0).all()
    assert weights.values.sum() == pytest.approx(600)


def test_a_level_where_nobody_answered_is_told_or_joins_a_class():
    frame = invited(300, LIKELY)
    frame.loc[frame["age"] == "a", "answered"] = 0
    with pytest.raises(CannotWeight, match="'age' 'a'.* answered. Merge levels"):
        propensity(frame, "answered", ["age", "place"], model="cells")
    found = propensity(frame, "answered", ["age", "place"], classes=3)
    assert found.weights.sum() == pytest.approx(300)


@pytest.mark.parametrize(
    ("column", "words"), [([0] * 9, "nobody answered"), ([2] * 9, "other than 0 and 1"), (["x"] * 9, "other than 0 and 1")]
)
def test_a_bad_column_of_who_answered_is_named(column: list[object], words: str):
    with pytest.raises(CannotWeight, match=words):
        propensity(pd.DataFrame({"a": list("xyz") * 3, "yes": column}), "yes", ["a"])


def test_the_r_indicator_finds_the_spread_of_true_propensities():
    true = 1 - 2 * np.std([*LIKELY.values()])
    found = [representativity(invited(400, LIKELY, seed), "answered", ["age", "place"]) for seed in range(60)]
    assert np.mean([one.indicator for one in found]) == pytest.approx(true, abs=0.015)


def test_the_adjustment_takes_out_what_is_only_chance():
    even = dict.fromkeys("abc", 0.6)
    found = [representativity(invited(300, even, seed), "answered", ["age", "place"]) for seed in range(60)]
    plain, adjusted = (np.mean([getattr(one, name) for one in found]) for name in ("unadjusted", "indicator"))
    assert plain < 0.92
    assert adjusted > 0.95


def test_the_standard_error_is_that_of_the_linearised_formula_in_r(tmp_path):
    frame = invited(500, LIKELY)
    frame.to_csv(tmp_path / "invited.csv", index=False)
    told = oracle.ask(f"""d <- read.csv("{tmp_path}/invited.csv")
        fit <- glm(answered ~ age + place, binomial, d, control=list(epsilon=1e-14))
        p <- fitted(fit); n <- nrow(d); N <- 2000; ml <- (n - 1) / n
        z <- p * (1 - p) * model.matrix(fit); V <- vcov(fit); a <- cov(z, p) * ml; B <- cov(z) * ml
        s <- t(a) %*% V %*% a * 4 + 2 * sum(diag(B %*% V %*% B %*% V))
        say("se", sqrt(s / var(p))); say("drawn", sqrt((s + (1/n - 1/N) * var((p - mean(p))^2) * ml) / var(p)))""")
    for population, name in ((None, "se"), (2000, "drawn")):
        found = representativity(frame, "answered", ["age", "place"], population)
        assert found.se == pytest.approx(told[name][0], rel=1e-6)


@pytest.mark.parametrize(("size", "steep"), [(100, 0.0), (100, 1.5), (400, 0.3), (400, 0.8), (1500, 0.8)])
def test_the_interval_holds_the_true_indicator(size: int, steep: float, request: pytest.FixtureRequest):
    draws = 2000 if request.config.getoption("--long") else 100
    rng = np.random.default_rng([size, round(10 * steep)])
    age, place = rng.integers(3, size=size), rng.integers(4, size=size)
    true = 1 / (1 + np.exp(-steep * (age - 1) - 0.2 * steep * (place - 1.5)))
    held = 0
    for _draw in range(draws):
        frame = pd.DataFrame({"age": age, "place": place, "answered": (rng.random(size) < true).astype(int)})
        found = representativity(frame, "answered", ["age", "place"])
        held += found.low <= 1 - 2 * true.std() <= found.high
    assert held / draws >= 0.93 - 2.5 * (0.93 * 0.07 / draws) ** 0.5
    assert steep == 0 or held < draws


def test_the_standard_error_is_the_spread_over_many_surveys():
    found = [representativity(invited(400, LIKELY, seed), "answered", ["age", "place"]) for seed in range(150)]
    spread = np.std([one.indicator for one in found])
    assert np.mean([one.se for one in found]) == pytest.approx(spread, rel=0.2)


def test_where_nobody_can_differ_no_standard_error_is_made_up():
    found = representativity(pd.DataFrame({"age": ["a"] * 40, "answered": [0, 1] * 20}), "answered", ["age"])
    assert found.indicator == 1
    assert np.isnan([found.se, found.low, found.high, found.errors["age"]["a"]]).all()


def test_equal_rates_in_all_groups_leave_room_for_chance():
    frame = pd.DataFrame({"age": ["a"] * 40 + ["b"] * 40, "answered": [0, 1] * 40})
    found = representativity(frame, "answered", ["age"])
    assert found.indicator == found.high == 1
    assert 0.75 < found.low < 0.95
    assert 0.02 < found.se < 0.2


def test_a_level_is_as_unsure_as_it_is_over_many_surveys():
    found = [representativity(invited(400, LIKELY, seed), "answered", ["age", "place"]) for seed in range(150)]
    for column, level in (("age", "a"), ("place", "w")):
        spread = np.std([one.levels[column][level] for one in found])
        assert np.mean([one.errors[column][level] for one in found]) == pytest.approx(spread, rel=0.2)


def test_a_level_that_is_no_probability_is_refused():
    with pytest.raises(CannotWeight, match="level is 95"):
        representativity(invited(40, LIKELY), "answered", ["age"], level=95)


def test_partial_indicators_point_at_the_column_and_the_level():
    found = representativity(invited(2000, LIKELY), "answered", ["age", "place"])
    assert found.unconditional["age"] == pytest.approx(np.std([*LIKELY.values()]), abs=0.03)
    assert found.conditional["age"] > 5 * found.conditional["place"]
    assert found.levels["age"]["a"] < -0.1 < 0.1 < found.levels["age"]["c"]


def test_drawing_a_sample_costs_the_indicator_a_little():
    frame = invited(500, LIKELY)
    whole, drawn = (representativity(frame, "answered", ["age"], population) for population in (None, 10_000))
    assert whole.indicator > drawn.indicator > whole.indicator - 0.01


def test_an_age_that_is_not_known_is_a_level():
    frame = invited(300, LIKELY)
    frame.loc[:40, "age"] = None
    assert None in representativity(frame, "answered", ["age"]).levels["age"]


@pytest.mark.parametrize(
    ("shares", "population", "reason"),
    [
        ((0.3, 0.7), (0.31, 0.69), "alike"),
        ((0.3, 0.7), (0.5, 0.5), "useful"),
        ((0.05, 0.95), (0.5, 0.5), "costly"),
    ],
)
def test_the_advice_weighs_both_sides(shares: tuple[float, float], population: tuple[float, float], reason: str):
    frame = pd.DataFrame({"age": np.repeat(["young", "old"], [round(200 * share) for share in shares])})
    found = advice(rake(frame, {"age": dict(zip(("young", "old"), population, strict=True))}))
    assert (found.reason, found.weight) == (reason, reason == "useful")


def test_the_advice_does_not_let_single_persons_decide():
    frame = pd.DataFrame({"age": ["young"] * 5 + ["old"] * 15})
    with speak("sv"):
        found = advice(rake(frame, {"age": {"young": 50, "old": 50}}))
    assert (found.weight, found.reason) == (False, "few")
    assert found.sentence.startswith("Vikta inte: 20 svar")


def test_linear_weights_may_be_held_above_0():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 10.0], "w": 1.0})
    free = calibrate(frame, totals={"x": 7.0}, size=4)
    assert free.values.min() < 0
    held = calibrate(frame, totals={"x": 7.0}, size=4, lower=0.0)
    assert held.values.min() >= 0
    assert (held.values * frame["x"]).sum() == pytest.approx(7.0)
    assert held.values.sum() == pytest.approx(4)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "neither margins nor totals"),
        ({"totals": {"x": 8.0}}, "how many the population holds"),
        ({"totals": {"x": np.nan}, "size": 4}, "The total of column 'x' is nan"),
        ({"totals": {"gap": 8.0}, "size": 4}, "Column 'gap' holds no number in 1 rows"),
        ({"totals": {"y": 8.0}, "size": 4}, "no column 'y'"),
        ({"margins": {"g": {"a": 2, "b": 2}}, "size": 9}, "margins sum to 4"),
        ({"margins": {"g": {"a": 2, "b": 2}}, "lower": 1.2}, "either side of 1"),
        ({"totals": {"x": 80.0}, "size": 4, "lower": 0.0}, "total of column 'x' comes to 40 instead of 80"),
    ],
)
def test_what_linear_calibration_can_t_do_is_named(more: dict, words: str):
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 10.0], "gap": [1, 2, None, 4], "g": list("aabb")})
    with pytest.raises(ValueError, match=words):
        calibrate(frame, **more)
