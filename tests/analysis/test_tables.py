"""What a tidy table looks like, scale by scale."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, tabulate
from analysis.scales import UnknownScale, registry

SHARES = ["count", "base", "share", "se", "low", "high", "design_effect", "effective_base"]
SHARES += ["reliability", "hidden"]


@pytest.mark.parametrize("name", ["q1", "q2", "q3"])
def test_a_table_of_shares_has_a_row_for_each_group_and_category(survey: Dataset, name: str):
    table = tabulate(survey, name, ["age_group", "district"])
    assert list(table)[:3] == ["age_group", "district", "category"]
    assert [column for column in table if column in SHARES] == SHARES
    assert len(table) == 4 * 3 * len(survey.answers(survey.item(name)).categories)


def test_a_table_of_numbers_has_a_row_for_each_group(survey: Dataset):
    table = tabulate(survey, "q4", ["age_group"])
    measures = ["count", "base", "mean", "se", "low", "high", "median", "design_effect", "effective_base", "reliability"]
    assert list(table) == ["age_group", *measures, "hidden"]
    assert len(table) == 4


def test_of_texts_there_is_nothing_but_a_count(survey: Dataset):
    table = tabulate(survey, "q5", ["age_group"], minimum=0)
    assert list(table) == ["age_group", "count", "base", "hidden"]
    assert table["count"].sum() == (survey.frame["q5"] != "").sum()


def test_everybody_together_has_no_group_columns(survey: Dataset):
    assert list(tabulate(survey, "q1"))[0] == "category"


def test_counts_are_those_of_a_plain_crosstab(survey: Dataset):
    table = tabulate(survey, "q1", ["age_group"], minimum=0).set_index(["age_group", "category"])["count"]
    plain = pd.crosstab(survey.frame["age_group"].fillna(""), survey.frame["q1"])
    for (group, category), count in table.items():
        assert count == plain.loc[group, category]


def test_the_median_of_equal_weights_is_the_usual_one():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"n": rng.integers(0, 30, 101).astype(float), "g": rng.choice(["x", "y"], 101)})
    table = tabulate(Dataset(frame, [Item("n", "N", "numeric")]), "n", ["g"])
    assert table["median"].tolist() == frame.groupby("g")["n"].median().tolist()


def test_the_median_has_half_the_weight_on_either_side():
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0], "w": [1.0, 1.0, 5.0]})
    table = tabulate(Dataset(frame, [Item("n", "N", "numeric")], weight="w"), "n", minimum=0)
    assert table["median"].tolist() == [3.0]


def test_large_numbers_lose_no_digits():
    frame = pd.DataFrame({"n": 1e9 + np.arange(10.0)})
    table = tabulate(Dataset(frame, [Item("n", "N", "numeric")]), "n")
    assert table["mean"][0] == pytest.approx(1e9 + 4.5, abs=1e-6)
    assert table["se"][0] == pytest.approx(np.arange(10).std(ddof=1) / np.sqrt(10), rel=1e-9)


def test_a_net_is_the_upper_half_less_the_lower():
    frame = pd.DataFrame({"q": ["1"] * 10 + ["2"] * 10 + ["3"] * 20 + ["4"] * 20 + ["5"] * 40})
    item = Item("q", "Q", "ordinal", {str(i): "" for i in range(1, 6)})
    row = tabulate(Dataset(frame, [item]), "q").iloc[0]
    assert (row["net"], row["top2"], row["score"]) == pytest.approx((0.4, 0.6, 3.7))


def test_the_steps_of_a_scale_in_words_are_scored_from_one():
    frame = pd.DataFrame({"q": ["low"] * 5 + ["high"] * 15})
    item = Item("q", "Q", "ordinal", {"low": "Lågt", "high": "Högt"})
    assert tabulate(Dataset(frame, [item]), "q")["score"].tolist() == pytest.approx([1.75, 1.75])


def test_a_table_can_be_changed_without_changing_the_next(survey: Dataset):
    first = tabulate(survey, "q1", ["age_group"])
    kept = first.copy()
    first.loc[0, "age_group"] = "65+"
    first.loc[0, "category"] = "no"
    first.loc[:, "count"] = 0.0
    pd.testing.assert_frame_equal(tabulate(survey, "q1", ["age_group"]), kept)


def test_every_scale_is_a_file_and_an_unknown_one_is_refused():
    assert {"nominal", "ordinal", "multiple", "numeric", "text"} <= set(registry())
    dataset = Dataset(pd.DataFrame({"q": ["a"]}), [Item("q", "Q", "colour")])
    with pytest.raises(UnknownScale, match="'colour'.*nominal"):
        tabulate(dataset, "q")


def test_no_interval_of_a_spread_holds_one_to_four_answers():
    rng = np.random.default_rng(11)
    for size in (5, 9, 40, 300):
        for values in (rng.gamma(1, 20, size), rng.integers(0, 6, size).astype(float), np.full(size, 7.0)):
            dataset = Dataset(pd.DataFrame({"n": values}), [Item("n", "N", "numeric")])
            spread = registry()["numeric"].distribution(
                registry()["numeric"].tally(dataset, dataset.items[0], dataset.groups([]))
            )
            assert spread is not None
            assert not ((spread["count"] > 0) & (spread["count"] < 5)).any()
            assert spread["count"].sum() == size
            assert spread["share"].sum() == pytest.approx(1)
            assert (spread["low_edge"][1:] == spread["high_edge"][:-1]).all()


def test_codes_too_large_to_have_decimals_are_no_scores():
    frame = pd.DataFrame({"q": [10**30] * 6})
    assert tabulate(Dataset(frame, [Item("q", "Q", "ordinal")]), "q")["score"].tolist() == [1.0]
