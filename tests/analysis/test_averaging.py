"""The patient reader of means: what some few have answered does not follow from how they are told on the average."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, build, tabulate

NUMBERS = 4
"""How many different numbers there are: 0 to 3."""
SURVEYS = range(25)


def all_counts(size: int) -> np.ndarray:
    """How many of so many people may have answered each number; shape (ways, numbers)."""
    bars = itertools.combinations(range(size + NUMBERS - 1), NUMBERS - 1)
    return np.array([np.diff([-1, *one, size + NUMBERS - 1]) - 1 for one in bars])


def held(ways: np.ndarray) -> bool:
    """Whether it is sure of some number that one to four have answered it."""
    return bool(((ways.min(axis=0) >= 1) & (ways.max(axis=0) <= 4)).any())


def numeric(answers: np.ndarray, others: np.ndarray, **columns: np.ndarray) -> Dataset:
    place = np.repeat(["few", "many"], [len(answers), len(others)])
    frame = pd.DataFrame({"q": np.concatenate([answers, others]), "place": place, **columns})
    return Dataset(frame, [Item("q", "Hur många?", "numeric")], weight="w" if columns else None)


def row(data: Dataset, group: str) -> pd.Series:
    frame = build(data, ["place"]).question("q").tables["place"].frame
    return frame[frame["place"] == group].iloc[0]


def step(size: int) -> float:
    """The finest of 1, 2 and 5 times a power of ten by which five of so many answers may move a mean."""
    return min(one * 10.0**-power for power in range(4) for one in (1, 2, 5) if one * 10.0**-power >= min(5 / size, 1) - 1e-12)


def small(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([441, seed, size])
    return rng.choice(NUMBERS, size, p=rng.dirichlet(np.full(NUMBERS, 0.8))), rng.integers(0, NUMBERS, 200)


@pytest.mark.parametrize("size", [5, 8, 12, 20])
def test_what_a_small_group_answered_does_not_follow_from_its_mean(size: int):
    ways, opened = all_counts(size), []
    means = ways @ np.arange(NUMBERS) / size
    spread = np.sqrt(ways @ np.arange(NUMBERS) ** 2 / size - means**2)
    for answers, others in (small(seed, size) for seed in SURVEYS):
        data = numeric(answers, others)
        exact, told = tabulate(data, "q", ["place"]).iloc[0], row(data, "few")
        if told["hidden"]:
            continue
        error = spread * math.sqrt((size + 200) / (size + 199) / size)
        fits = np.isclose(means, exact["mean"]) & np.isclose(error, np.nan_to_num(exact["se"]), atol=1e-9)
        opened.append(held(ways[fits]))
        assert np.isnan(told["median"])
        assert not held(ways[abs(means - told["mean"]) <= step(size) / 2 + 1e-9])
    assert np.mean(opened) > 0.25


def test_how_sure_the_mean_of_a_small_group_is_goes_by_the_answers_of_all():
    rng = np.random.default_rng(7)
    others, alike = rng.integers(0, NUMBERS, 300), np.array([1, 1, 1, 2, 2, 2, 1, 1, 1, 2])
    spread = np.array([0, 3, 0, 3, 0, 3, 0, 0, 3, 2])
    ours, theirs = (build(numeric(one, np.append(others, two)), ["place"]) for one, two in ((alike, spread), (spread, alike)))
    tables = [report.question("q").tables["place"].frame for report in (ours, theirs)]
    assert tables[0]["se"][0] == tables[1]["se"][0] > 0
    assert (tables[0]["high"] - tables[0]["low"])[0] == pytest.approx(2 * 1.959964 * tables[0]["se"][0])


def test_what_is_told_as_one_of_a_spread_is_not_divided_by_the_mean():
    ways, opened = all_counts(120), 0
    for seed in SURVEYS:
        rng = np.random.default_rng([442, seed])
        answers = rng.choice(NUMBERS, 120, p=[0.6, 0.35, 0.03, 0.02])
        data = numeric(answers, np.array([], dtype=int))
        total = build(data, ["place"]).question("q").total
        parts = total.distribution
        if len(parts) == NUMBERS or parts.loc[0, "low_edge"] != 0:
            continue
        edges = parts["low_edge"].round().astype(int).tolist()
        fits = (np.add.reduceat(ways, edges, axis=1) == parts["count"].to_numpy()).all(axis=1)
        means = ways @ np.arange(NUMBERS) / 120
        opened += held(ways[fits & np.isclose(means, answers.mean())])
        told = total.frame.iloc[0]
        assert not held(ways[fits & (abs(means - told["mean"]) <= step(120) / 2 + 1e-9)])
        each = [np.arange(low, high) for low, high in zip(parts["low_edge"], parts["high_edge"], strict=True)]
        numbers = np.concatenate(each)
        chances = np.concatenate([np.full(len(one), share / len(one)) for one, share in zip(each, parts["share"], strict=True)])
        variance = (chances * (numbers - (chances * numbers).sum()) ** 2).sum()
        assert told["se"] == pytest.approx(math.sqrt(variance / 120))
    assert opened >= 3


def test_an_exact_weighted_mean_would_tell_whoever_knows_the_weights_what_each_answered():
    rng = np.random.default_rng(5)
    answers, others = rng.integers(0, NUMBERS, 7), rng.integers(0, NUMBERS, 200)
    weights = rng.lognormal(0, 0.4, 207)
    data = numeric(answers, others, w=weights)
    exact, told = tabulate(data, "q", ["place"]).iloc[0], row(data, "few")
    ways = np.array(list(itertools.product(range(NUMBERS), repeat=7)))
    assert (abs(ways @ weights[:7] / weights[:7].sum() - exact["mean"]) < 1e-10).sum() == 1
    assert told["mean"] == round(answers.mean())
    assert (abs(ways.mean(axis=1) - told["mean"]) <= 0.5).sum() > 1000


@pytest.mark.parametrize(("size", "value"), [(7, 3.0), (12, 3.0), (60, 3.1), (120, 3.15), (600, 3.14), (6000, 3.142)])
def test_means_are_told_in_steps_that_five_answers_make(size: int, value: float):
    answers = np.zeros(size, dtype=int) + 3
    answers[: round(0.1416 * size)] += 1
    total = build(numeric(answers, np.array([], dtype=int)), ["place"]).question("q").total.frame
    assert total["mean"][0] == pytest.approx(value, abs=step(size) / 2)
    assert abs(total["mean"][0] / step(size) - round(total["mean"][0] / step(size))) < 1e-9


def test_large_numbers_are_told_in_steps_of_what_all_of_them_are_a_multiple_of():
    answers = np.array([500, 1000, 1500, 2500] * 3)
    assert row(numeric(answers, np.array([500] * 40)), "few")["mean"] == 1500
    assert tabulate(numeric(answers, np.array([500] * 40)), "q", ["place"])["mean"][0] == 1375


def scores(size: int, seed: int = 3) -> Dataset:
    rng = np.random.default_rng(seed)
    options = {code: code.upper() for code in "xyz"}
    frame = pd.DataFrame({"n": np.arange(size) * 4 % 11, "r": [tuple(rng.permutation(list(options))) for _ in range(size)]})
    for code in options:
        frame[f"b/{code}"] = rng.integers(1, 5, size) * 10.0
    items = [Item("n", "N", "nps"), Item("r", "R", "ranking", options), Item("b", "B", "budget", options)]
    return Dataset(frame.assign(all="A"), items, group_names={"all": "Alla"})


@pytest.mark.parametrize("size", [29, 90, 400, 2000])
@pytest.mark.parametrize(("name", "column"), [("n", "score"), ("r", "rank"), ("r", "borda"), ("b", "amount"), ("b", "share")])
def test_scores_ranks_and_amounts_are_as_sure_as_they_are_and_told_with_few_digits(size: int, name: str, column: str):
    data = scores(size)
    exact, told = tabulate(data, name), build(data, ["all"]).question(name).total.frame
    error = "se" if column == "share" else f"{column}_se"
    unit = {"amount": 10.0, "share": 0.01}.get(column, 1.0)
    shown = told[column].notna()
    assert shown.any()
    assert (abs(told[column] - exact[column]) <= unit * step(size) / 2 + 1e-9)[shown].all()
    if size < 30:
        assert told[error].isna().all()
        return
    deviation = (told[error] * np.sqrt(told["effective_base"]))[shown]
    digits = (deviation / 10 ** np.floor(np.log10(deviation) + 1e-9)).round(6)
    few = [1, 2.2, 4.7] if size < 100 else [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2]
    assert digits.isin([n / 10 for n in range(10, 100)] if size >= 1000 else few).all()
    assert (told[error] >= exact[error] * (1 - 1e-6))[shown].all()
    assert (told[error] <= exact[error] * 2.25)[shown].all()


def test_a_report_of_clusters_tells_means_with_as_wide_a_margin_as_their_design():
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(20), 12)
    answers = np.round(rng.normal(5, 2, 20)[cluster] + rng.normal(0, 1, 240), 1)
    frame = pd.DataFrame({"q": answers, "c": cluster, "place": "A"})
    data = Dataset(frame, [Item("q", "Q", "numeric")], cluster="c")
    exact, told = tabulate(data, "q").iloc[0], build(data, ["place"]).question("q").total.frame.iloc[0]
    assert told["effective_base"] < 60
    assert told["se"] >= 0.95 * exact["se"]
