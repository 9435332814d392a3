"""A declared design is read, checked against itself, and refused by name where it can't be."""

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import Dataset, Item, UnusableData, tabulate

ITEM = Item("q", "Fråga", "nominal", {"yes": "Ja", "no": "Nej"})
NUMBER = Item("n", "Tal", "numeric")


def frame(**columns: object) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    size = 12
    made = {"q": rng.choice(["yes", "no"], size), "n": rng.normal(5, 2, size).round(2)}
    made |= {"s": np.repeat(["a", "b", "c"], 4), "c": np.repeat(["1", "2", "3", "4", "5", "6"], 2), "w": 2.0}
    return pd.DataFrame(made | columns)


def se(data: pd.DataFrame, **design: str) -> float:
    return float(tabulate(Dataset(data, [NUMBER], **design), "n")["se"].iloc[0])


def test_strata_and_clusters_change_the_standard_error_and_not_the_mean():
    data = frame(n=np.repeat([1.0, 5.0, 9.0], 4) + np.tile([0.0, 0.1, 0.2, 0.3], 3))
    assert se(data, strata="s") < se(data) < se(data, cluster="s")
    means = {tabulate(Dataset(data, [NUMBER], **d), "n")["mean"].iloc[0] for d in ({}, {"strata": "s"}, {"cluster": "s"})}
    assert len({round(mean, 12) for mean in means}) == 1


def test_the_order_of_rows_and_the_names_of_units_do_not_matter():
    data = frame(fpc=np.repeat([40, 30, 20], 4))
    mixed = data.sample(frac=1, random_state=1).assign(s=lambda f: f["s"].map({"a": 3, "b": 1, "c": 2}))
    design = {"weight": "w", "strata": "s", "cluster": "c", "fpc": "fpc"}
    assert se(data, **design) == pytest.approx(se(mixed, **design), rel=1e-12)


def test_sizes_without_weights_say_what_each_response_stands_for():
    data = frame(fpc=np.repeat([400, 30, 20], 4))
    told = data.assign(w=data["fpc"] / 4)
    ours = analysis.total(Dataset(data, [NUMBER], strata="s", fpc="fpc"), "n")
    pd.testing.assert_frame_equal(ours, analysis.total(Dataset(told, [NUMBER], weight="w", strata="s", fpc="fpc"), "n"))
    plain = tabulate(Dataset(data, [NUMBER], strata="s"), "n")["mean"].iloc[0]
    assert tabulate(Dataset(data, [NUMBER], strata="s", fpc="fpc"), "n")["mean"].iloc[0] != pytest.approx(plain)


def test_a_cluster_in_two_strata_is_named_with_both():
    with pytest.raises(UnusableData, match=r"'c' \(cluster\) has '2' in several strata of column 's': 'a', 'b'.*different names"):
        Dataset(frame(c=["1", "1", "2", "2", "2", "3", "4", "4", "5", "5", "6", "6"]), [ITEM], strata="s", cluster="c")


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([40] * 3 + [41] + [30] * 8, r"varies within stratum 'a': 40\.0, 41\.0.*every row of a stratum"),
        ([40] * 8 + [3] * 4, r"stratum 'c' has 3 units in the population, but 4 were drawn"),
        ([0.1] * 12, r"not a population size: 0\.1.*not a share"),
        ([np.inf] * 12, "not a population size: inf"),
        (["många"] * 12, "not a population size: 'många'"),
        ([-5] * 12, "not a population size: -5"),
        ([np.nan] + [40] * 11, "missing in 1 rows"),
    ],
)
def test_population_sizes_that_cannot_be_are_named(sizes: list[object], said: str):
    with pytest.raises(UnusableData, match=rf"Column 'fpc' \(fpc\).*{said}"):
        Dataset(frame(fpc=sizes), [ITEM], strata="s", fpc="fpc")


def test_sizes_count_clusters_where_clusters_were_drawn():
    data = frame(fpc=3)
    assert se(data, strata="s", cluster="c", fpc="fpc") > 0
    with pytest.raises(UnusableData, match="stratum 'a' has 3 units.*4 were drawn.*clusters"):
        Dataset(data, [ITEM], strata="s", fpc="fpc")


def test_a_lonely_unit_fails_loudly_when_asked_to():
    data = frame(s=["a"] * 11 + ["lone"])
    with pytest.raises(UnusableData, match=r"'s' \(strata\) has one unit in 'lone'.*Merge.*'adjust', 'remove'"):
        Dataset(data, [ITEM], strata="s", lonely="fail")
    with pytest.raises(UnusableData, match="one unit in all"):
        Dataset(frame(c="all"), [ITEM], cluster="c", lonely="fail")
    Dataset(data, [ITEM], strata="s")
    with pytest.raises(UnusableData, match="no rule 'ignore' for lonely units.*'adjust', 'fail'"):
        Dataset(data, [ITEM], strata="s", lonely="ignore")


def test_a_unit_that_is_all_of_its_stratum_is_not_lonely():
    data = frame(s=["a"] * 11 + ["lone"], fpc=[100] * 11 + [1])
    made = Dataset(data, [NUMBER], strata="s", fpc="fpc", lonely="fail")
    assert tabulate(made, "n")["se"].iloc[0] > 0


@pytest.mark.parametrize("role", ["weight", "strata", "cluster", "fpc"])
def test_a_design_column_with_holes_is_named(role: str):
    data = frame(d=[None] + [40] * 11)
    with pytest.raises(UnusableData, match=rf"'d' \({role}\) is missing in 1 rows"):
        Dataset(data, [ITEM], **{role: "d"})


def test_a_stratum_of_collections_is_refused():
    with pytest.raises(UnusableData, match=r"'s' \(strata\) holds collections"):
        Dataset(frame(s=[("a", "b")] * 12), [ITEM], strata="s")


def test_strata_may_be_categories_numbers_or_words_and_unused_categories_are_no_strata():
    data = frame()
    expected = se(data, strata="s")
    assert se(data.assign(s=pd.Categorical(data["s"], categories=["z", "c", "b", "a"])), strata="s") == expected
    assert se(data.assign(s=np.repeat([1.5, 2.5, 3.5], 4)), strata="s") == expected


def test_an_empty_frame_has_an_empty_design():
    data = frame(fpc=40).iloc[:0].astype(object)
    table = tabulate(Dataset(data, [ITEM], strata="s", cluster="c", fpc="fpc"), "q")
    assert table["share"].isna().all()
    assert table["count"].tolist() == [0, 0]
