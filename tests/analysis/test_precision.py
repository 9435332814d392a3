"""Standard errors and intervals against formulas worked out row by row."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import Dataset, Item, covariance, mean, tabulate
from analysis.cube import Cube
from analysis.precision import INTERVALS, UnknownInterval, shares, wilson

CODES = {"a": "A", "b": "B", "c": "C"}


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "q": rng.choice([*"abc", None], 200, p=[0.5, 0.3, 0.15, 0.05]),
            "n": np.where(rng.random(200) < 0.1, np.nan, rng.normal(40, 9, 200)),
            "age": rng.choice(["x", "y", "z"], 200),
            "w": rng.lognormal(0, 0.6, 200),
        }
    )


def dataset(frame: pd.DataFrame, weight: str | None = "w", scale: str = "nominal") -> Dataset:
    return Dataset(frame, [Item("q", "Q", scale, CODES), Item("n", "N", "numeric")], weight=weight)


def linearised(y: np.ndarray, w: np.ndarray, inside: np.ndarray) -> tuple[float, float]:
    """A weighted domain mean and its with-replacement standard error, from the rows (Lumley 2010, section 2.4)."""
    w, y = np.where(inside, w, 0.0), np.where(inside, y, 0.0)
    mean = (w * y).sum() / w.sum()
    z = w * (y - mean) / w.sum()
    return mean, math.sqrt(len(y) / (len(y) - 1) * ((z - z.mean()) ** 2).sum())


@pytest.mark.parametrize("weight", ["w", None])
def test_shares_and_standard_errors_are_those_of_the_rows(frame: pd.DataFrame, weight: str | None):
    table = tabulate(dataset(frame, weight), "q", ["age"], minimum=0)
    w = frame["w"].to_numpy() if weight else np.ones(200)
    for row in table.itertuples():
        inside = ((frame["age"] == row.age) & frame["q"].notna()).to_numpy()
        share, se = linearised((frame["q"] == row.category).to_numpy(dtype=float), w, inside)
        assert row.share == pytest.approx(share, abs=1e-12)
        assert row.se == pytest.approx(se, abs=1e-12)


def test_means_and_standard_errors_are_those_of_the_rows(frame: pd.DataFrame):
    for row in tabulate(dataset(frame), "n", ["age"], minimum=0).itertuples():
        inside = ((frame["age"] == row.age) & frame["n"].notna()).to_numpy()
        mean, se = linearised(frame["n"].to_numpy(), frame["w"].to_numpy(), inside)
        assert (row.mean, row.se) == pytest.approx((mean, se), abs=1e-11)


def test_scores_and_nets_are_those_of_the_rows(frame: pd.DataFrame):
    table = tabulate(dataset(frame, scale="ordinal"), "q", minimum=0)
    inside = frame["q"].notna().to_numpy()
    for column, values in (("score", {"a": 1, "b": 2, "c": 3}), ("net", {"a": -1, "b": 0, "c": 1})):
        y = frame["q"].map(values).to_numpy(dtype=float)
        expected = linearised(np.nan_to_num(y), frame["w"].to_numpy(), inside)
        assert (table[column][0], table[f"{column}_se"][0]) == pytest.approx(expected, abs=1e-12)


def test_unweighted_shares_of_everybody_have_no_design_effect(frame: pd.DataFrame):
    full = frame.dropna(subset="q")
    table = tabulate(dataset(full, None), "q")
    assert table["design_effect"].tolist() == pytest.approx([1, 1, 1])
    assert table["se"][0] ** 2 == pytest.approx(table["share"][0] * (1 - table["share"][0]) / (len(full) - 1))


def test_wilson_stands_on_the_smallest_base(frame: pd.DataFrame):
    table = tabulate(dataset(frame), "q")
    w = frame.loc[frame["q"].notna(), "w"]
    kish = w.sum() ** 2 / (w**2).sum()
    design = table["share"] * (1 - table["share"]) / table["se"] ** 2
    smallest = np.minimum(np.minimum(design, kish), len(w))
    assert table["effective_base"].tolist() == pytest.approx(smallest.tolist())
    other = tabulate(dataset(frame), "q", interval="wilson-design")
    assert other["effective_base"].tolist() == pytest.approx(design.tolist())


def test_wilson_is_the_interval_in_the_book():
    low, high = wilson(np.array([0.3]), np.array([50.0]), 1.959963984540054)
    assert (low[0], high[0]) == pytest.approx((0.19103, 0.43750), abs=1e-5)


def test_a_share_of_nought_or_all_has_an_interval_but_no_standard_error():
    frame = pd.DataFrame({"q": ["a"] * 12})
    table = tabulate(Dataset(frame, [Item("q", "Q", "nominal", CODES)]), "q")
    assert table["share"].tolist() == [1, 0, 0]
    assert table["se"].isna().all()
    assert table["high"].tolist() == pytest.approx([1, 0.24249, 0.24249], abs=1e-5)
    assert table["low"].tolist() == pytest.approx([0.75751, 0, 0], abs=1e-5)


def test_a_single_answer_has_no_standard_error():
    frame = pd.DataFrame({"q": ["a", None, None], "n": [4.0, np.nan, np.nan]})
    made = Dataset(frame, [Item("q", "Q", "nominal", CODES), Item("n", "N", "numeric")])
    assert tabulate(made, "q", minimum=0)["se"].isna().all()
    assert tabulate(made, "n", minimum=0)[["se", "low", "high"]].isna().all().all()


def test_weights_of_nought_leave_a_share_without_a_value():
    frame = pd.DataFrame({"q": ["a", "b"], "g": ["x", "y"], "w": [0.0, 1.0]})
    table = tabulate(Dataset(frame, [Item("q", "Q", "nominal", CODES)], weight="w"), "q", ["g"], minimum=0)
    assert table.loc[table["g"] == "x", ["share", "low", "high"]].isna().all().all()


def test_an_interval_that_is_not_there_is_refused_with_those_that_are(frame: pd.DataFrame):
    with pytest.raises(UnknownInterval, match="'wald'.*wilson, wilson-design"):
        tabulate(dataset(frame), "q", interval="wald")


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_between_nought_and_one(frame: pd.DataFrame, level: float):
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        tabulate(dataset(frame), "q", level=level)


def test_the_default_interval_covers_as_often_as_it_says_in_tables():
    """The 25 cases are in test_coverage; this one goes the whole way from a frame."""
    rng = np.random.default_rng(1)
    tries, size = 1500, 30
    frame = pd.DataFrame(
        {
            "q": rng.choice(["a", "b"], tries * size, p=[0.1, 0.9]),
            "w": rng.lognormal(0, 0.5, tries * size),
            "draw": pd.Categorical(np.repeat(np.arange(tries), size)),
        }
    )
    table = tabulate(Dataset(frame, [Item("q", "Q", "nominal", CODES)], weight="w"), "q", ["draw"], minimum=0)
    rows = table[table["category"] == "a"]
    assert ((rows["low"] <= 0.1) & (rows["high"] >= 0.1)).mean() > 0.93


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("weight", ["w", None])
def test_every_interval_is_there_wherever_the_share_is(frame: pd.DataFrame, interval: str, weight: str | None):
    frame.loc[frame["age"] == "x", "q"] = "a"
    frame.loc[frame.index[frame["age"] == "y"][1:], "q"] = None
    table = tabulate(dataset(frame, weight), "q", ["age"], minimum=0, interval=interval)
    assert table["share"].notna().all()
    assert (table["low"] <= table["share"] + 1e-12).all()
    assert (table["high"] >= table["share"] - 1e-12).all()
    assert (table["effective_base"] > 0).all()


def test_the_limits_of_a_higher_level_lie_outside_those_of_a_lower(frame: pd.DataFrame):
    for interval in INTERVALS:
        narrow, wide = (tabulate(dataset(frame), "q", level=level, interval=interval) for level in (0.9, 0.99))
        assert (wide["low"] < narrow["low"]).all()
        assert (wide["high"] > narrow["high"]).all()


def test_a_mean_has_the_normal_limits_or_those_of_t(frame: pd.DataFrame):
    normal, t = (tabulate(dataset(frame), "n", ["age"], interval=interval) for interval in ("wilson", "mean"))
    margin = (normal["high"] - normal["low"]) / 2 / normal["se"]
    assert margin.tolist() == pytest.approx([1.959963984540054] * 3)
    expected = [stats.t.ppf(0.975, n - 1) for n in t["base"]]
    assert ((t["high"] - t["mean"]) / t["se"]).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("value", [7.1, 1e9 + 0.1, 1e-9, -3.3])
def test_numbers_all_alike_have_a_mean_but_no_standard_error(value: float):
    frame = pd.DataFrame({"n": [value] * 7, "w": [0.1, 0.7, 1.3, 2.9, 0.3, 1.1, 0.9], "s": list("aaabbbb")})
    for design in ({}, {"weight": "w"}, {"weight": "w", "strata": "s"}):
        row = tabulate(Dataset(frame, [Item("n", "N", "numeric")], **design), "n").iloc[0]
        assert row["mean"] == pytest.approx(value, rel=1e-12)
        assert np.isnan(row["se"])


def test_very_small_numbers_have_their_standard_error():
    frame = pd.DataFrame({"n": np.arange(10.0) * 1e-15})
    row = tabulate(Dataset(frame, [Item("n", "N", "numeric")]), "n").iloc[0]
    assert row["se"] == pytest.approx(frame["n"].std() / np.sqrt(10), rel=1e-9)


def test_shares_summed_in_another_order_than_their_base_are_still_all_or_nothing():
    """A database may add up a category and its base in different orders, a last bit apart."""
    w, w2 = np.array([[0.1 + 0.2 + 0.3, 0.0]]), np.array([[0.01 + 0.04 + 0.09, 0.0]])
    cube = Cube(np.array([[3, 0]]), w, w2, np.array([3]), w[:, 0] * (1 + 2e-16), w2[:, 0] * (1 + 4e-16), 3)
    found = shares(cube)
    assert found.share.tolist() == [[1.0, 0.0]]
    assert np.isnan(found.se).all()
    assert not np.isnan(found.low + found.high).any()


@pytest.mark.parametrize("weight", ["w", None])
def test_the_cube_and_the_rows_say_the_same_of_weights_alone(frame: pd.DataFrame, weight: str | None):
    made = dataset(frame, weight)
    table, matrix = tabulate(made, "q", ["age"], minimum=0), covariance(made, "q", "age")
    assert np.sqrt(np.diag(matrix)).tolist() == pytest.approx(table["se"].tolist(), rel=1e-12)
    numbers, rows = tabulate(made, "n", ["age"], interval="mean"), mean(made, "n", "age")
    for column in ("mean", "se", "low", "high", "design_effect"):
        assert rows[column].tolist() == pytest.approx(numbers[column].tolist(), rel=1e-12)


def test_covariances_of_exclusive_shares_add_up_to_nought(frame: pd.DataFrame):
    matrix = covariance(dataset(frame), "q")
    assert matrix.sum().tolist() == pytest.approx([0, 0, 0], abs=1e-15)
    assert matrix.loc["a", "b"] < 0
