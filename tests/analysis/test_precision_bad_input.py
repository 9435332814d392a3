"""What tables and estimates do with data at the edge: a right table, or an error that names column, level and remedy."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import Dataset, Item, UnusableData, tabulate

ITEMS = (
    Item("q", "Fråga", "nominal", {"yes": "Ja", "no": "Nej"}),
    Item("o", "Skala", "ordinal", {str(step): "" for step in range(1, 6)}),
    Item("m", "Flera", "multiple", {"x": "X", "y": "Y"}),
    Item("n", "Tal", "numeric"),
    Item("k", "Tal till", "numeric"),
)
NAMES = [item.name for item in ITEMS]
DESIGNS: tuple[dict[str, str], ...] = (
    {},
    {"weight": "w"},
    {"weight": "w", "strata": "s"},
    {"weight": "w", "strata": "s", "cluster": "c"},
    {"weight": "w", "cluster": "c", "fpc": "fpc"},
    {"weight": "zero"},
)


def frame(size: int, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, 6, size)
    return pd.DataFrame(
        {
            "q": rng.choice(["yes", "no"], size),
            "o": rng.choice(list("12345"), size),
            "m/x": rng.integers(0, 2, size),
            "m/y": rng.integers(0, 2, size),
            "n": rng.normal(5, 2, size),
            "k": rng.normal(9, 2, size),
            "g": rng.choice(["a", "b"], size),
            "w": rng.lognormal(0, 0.5, size),
            "zero": np.arange(size) % 2.0,
            "s": cluster % 2,
            "c": cluster,
            "fpc": 50,
        }
    )


def everything(dataset: Dataset, by: tuple[str, ...] = ()) -> list[pd.DataFrame]:
    """Every table and estimate there is."""
    tables = [tabulate(dataset, name, by, minimum=0, interval=i) for name in NAMES for i in ("wilson", "beta", "logit")]
    tables += [analysis.shares(dataset, name, by) for name in "qom"]
    tables += [analysis.total(dataset, name, by) for name in "qn"]
    tables += [analysis.mean(dataset, "n", by), analysis.ratio(dataset, "n", "k", by)]
    return [*tables, analysis.quantile(dataset, "n", (0.1, 0.5), by)]


def check(table: pd.DataFrame) -> None:
    """What holds of any table: no standard error of 0, none that is infinite, limits on either side of a share."""
    se = table["se"].dropna() if "se" in table else pd.Series(dtype=float)
    assert (se > 0).all()
    assert np.isfinite(se).all()
    if "share" in table:
        there = table["share"].notna()
        assert table.loc[there, ["low", "high"]].notna().all().all()
        assert table["share"].dropna().between(0, 1).all()
        assert table.loc[~there, ["low", "high", "se"]].isna().all().all()


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("size", [0, 2, 3, 40])
def test_few_responses_make_right_tables_in_every_design(design: dict[str, str], size: int):
    for by in ((), ("g",)):
        for table in everything(Dataset(frame(size), ITEMS, **design), by):
            check(table)


@pytest.mark.parametrize("design", DESIGNS[:-1])
def test_one_respondent_makes_a_table_without_standard_errors(design: dict[str, str]):
    dataset = Dataset(frame(1), ITEMS, **design)
    for name in "qomn":
        table = tabulate(dataset, name, ["g"], minimum=0)
        check(table)
        assert table["se"].isna().all()
    assert analysis.mean(dataset, "n")["mean"].notna().all()
    assert tabulate(dataset, "q")["hidden"].all()


@pytest.mark.parametrize("design", DESIGNS)
def test_when_nobody_answered_there_is_no_estimate_and_never_nought(design: dict[str, str]):
    silent = frame(20).assign(**{"q": None, "o": None, "m/x": None, "m/y": None, "n": np.nan, "k": np.nan})
    for table in everything(Dataset(silent, ITEMS, **design), ("g",)):
        for column in {"share", "mean", "total", "ratio", "quantile", "median", "se", "low", "high"} & set(table):
            assert table[column].isna().all(), column
        assert (table["base"] == 0).all()


@pytest.mark.parametrize("design", DESIGNS)
def test_answers_all_alike_have_no_standard_error(design: dict[str, str]):
    alike = frame(30).assign(**{"q": "yes", "o": "3", "m/x": 1, "m/y": 0, "n": 4.2, "k": 8.4})
    for table in everything(Dataset(alike, ITEMS, **design), ("g",)):
        check(table)
        assert "se" not in table or table["se"].isna().all() or "total" in table
    row = tabulate(Dataset(alike, ITEMS, **design), "q").iloc[0]
    assert row["share"] == 1
    assert 0.75 < row["low"] < row["high"] == 1


def test_a_group_called_missing_is_a_group_like_another():
    """Not known is another level; neither is left out, as groupby would."""
    names = ["missing", "nan", "None", "NA", "Uppgift saknas", None]
    data = pd.DataFrame({"q": ["yes", "no"] * 12, "g": np.repeat(np.array(names, dtype=object), 4)})
    table = tabulate(Dataset(data, ITEMS[:1]), "q", ["g"], minimum=0)
    assert sorted(set(table["g"])) == sorted(["missing", "nan", "None", "NA", "Uppgift saknas", ""])
    assert (table["base"] == 4).all()
    for column in ("missing", "nan"):
        renamed = data.rename(columns={"g": column})
        assert len(tabulate(Dataset(renamed, ITEMS[:1]), "q", [column], minimum=0)) == 12


@pytest.mark.parametrize("design", [{}, {"weight": "w"}, {"weight": "w", "strata": "s"}, {"weight": "w", "cluster": "c"}])
def test_ten_thousand_categories_make_a_table_in_a_second(design: dict[str, str]):
    data = frame(20_000).assign(q=np.arange(20_000) % 10_000)
    dataset = Dataset(data, [Item("q", "Ort", "nominal")], **design)
    table = tabulate(dataset, "q", minimum=0)
    assert len(table) == 10_000
    assert table["share"].sum() == pytest.approx(1)
    check(table)
    few = Dataset(data.assign(q=data["q"].where(data["q"] < 3, 3)), [Item("q", "Ort", "nominal")], **design)
    np.testing.assert_allclose(tabulate(few, "q", minimum=0)["se"][:3], table["se"][:3], rtol=1e-9)


def test_ten_thousand_groups_make_a_table():
    data = frame(20_000).assign(g=np.arange(20_000) % 10_000)
    for design in ({"weight": "w"}, {"weight": "w", "strata": "s", "cluster": "c"}):
        table = tabulate(Dataset(data, ITEMS, **design), "q", ["g"], minimum=0)
        assert len(table) == 20_000
        check(table)


@pytest.mark.parametrize("name", ["=1+1", "<script>", "q/ja", "é ü", "'; DROP", "w" * 500, " ", "0", "__class__", "se "])
def test_hostile_names_of_columns_are_only_names(name: str):
    data = frame(40)
    plain = tabulate(Dataset(data, ITEMS, weight="w", strata="s", cluster="c"), "o", ["g"], minimum=0)
    for role, column in (("weight", "w"), ("strata", "s"), ("cluster", "c")):
        design = {"weight": "w", "strata": "s", "cluster": "c", role: name}
        renamed = Dataset(data.rename(columns={column: name}), ITEMS, **design)
        pd.testing.assert_frame_equal(tabulate(renamed, "o", ["g"], minimum=0), plain)
    grouped = Dataset(data.rename(columns={"g": name}), ITEMS, weight="w", strata="s", cluster="c")
    grouped = tabulate(grouped, "o", [name], minimum=0)
    assert grouped["share"].tolist() == plain["share"].tolist()


@pytest.mark.parametrize("column", ["reliability", "design_effect", "se"])
def test_a_group_may_not_take_the_name_of_a_column_of_tables(column: str):
    with pytest.raises(UnusableData, match=f"'{column}'.*Rename"):
        tabulate(Dataset(frame(9).rename(columns={"g": column}), ITEMS), "q", [column])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0, -1.0, 1.0], "negative in 1 rows, first in row 1.*at least 0"),
        ([1.0, None, 1.0], "missing in 1 rows.*Fill it in or drop"),
        ([1.0, 1.0, float("inf")], "infinite in 1 rows, first in row 2"),
        ([0.0, 0.0, 0.0], "0 in every row.*at least one"),
        (["tung", "1", "2"], "does not hold numbers"),
    ],
)
def test_weights_that_cannot_be_are_named_in_designs_too(weights: list[object], said: str):
    with pytest.raises(UnusableData, match=f"'w'.*{said}"):
        Dataset(frame(3).assign(w=weights), ITEMS, weight="w", strata="s", cluster="c", fpc="fpc")


def test_what_is_not_a_number_is_named_by_estimates():
    data = frame(5).assign(n=["1", "2", "tre", "4", "5"])
    for ask in (analysis.mean, analysis.total, analysis.quantile):
        with pytest.raises(UnusableData, match="'n' holds what is not a number.*'tre'"):
            ask(Dataset(data, ITEMS), "n")
    with pytest.raises(UnusableData, match="no item 'x'"):
        analysis.mean(Dataset(data, ITEMS), "x")
    with pytest.raises(UnusableData, match="Quantiles are asked for at 0.5, 1.5"):
        analysis.quantile(Dataset(frame(5), ITEMS), "n", (0.5, 1.5))
    with pytest.raises(UnusableData, match="no rule 'median'.*'math', 'school', 'hf7'"):
        analysis.quantile(Dataset(frame(5), ITEMS), "n", rule="median")


def test_a_ratio_to_nought_is_no_number():
    data = frame(12).assign(k=0.0)
    table = analysis.ratio(Dataset(data, ITEMS, weight="w"), "n", "k", "g")
    assert table[["ratio", "se", "low", "high"]].isna().all().all()
    assert (table["base"] > 0).all()


def test_the_least_number_is_a_quantile_though_it_weighs_most():
    """R 4.1's rule "math" would take the second least."""
    data = pd.DataFrame({"n": [1.0, 2.0, 3.0], "w": [8.0, 1.0, 1.0]})
    table = analysis.quantile(Dataset(data, ITEMS[3:4], weight="w"), "n", (0.1, 0.5, 0.85))
    assert table["quantile"].tolist() == [1, 1, 2]


def test_a_quantile_between_two_clusters_is_not_made_sure_by_their_t():
    """Its limits are Wilson's, by the normal; over t with one degree of freedom they would say a sixth of the error."""
    data = pd.DataFrame({"n": np.arange(20.0), "c": np.repeat([1, 2], 10)})
    row = analysis.quantile(Dataset(data, ITEMS[3:4], cluster="c"), "n").iloc[0]
    assert row["df"] == 1
    assert row["se"] == pytest.approx(max(row["quantile"] - row["low"], row["high"] - row["quantile"]) / 1.959964, rel=1e-6)


def test_quantiles_at_nothing_are_refused():
    with pytest.raises(UnusableData, match="Quantiles are asked for at nothing"):
        analysis.quantile(Dataset(frame(5), ITEMS), "n", ())


@pytest.mark.parametrize("size", [2, 10, 80])
def test_the_total_of_a_group_of_one_answer_has_the_error_of_its_being_there(size: int):
    """One more or fewer of the whole sample might have been in the group; so says R, too."""
    data = frame(size).assign(g=["one", *["rest"] * (size - 1)])
    row = analysis.total(Dataset(data, ITEMS, weight="w"), "n", "g").iloc[0]
    assert row["se"] == pytest.approx(abs(data["n"][0] * data["w"][0]), rel=1e-9)
    assert np.isnan(analysis.mean(Dataset(data, ITEMS, weight="w"), "n", "g")["se"][0])


def test_the_total_of_a_single_respondent_has_no_standard_error():
    assert analysis.total(Dataset(frame(1), ITEMS, weight="w"), "n")["se"].isna().all()


TELLING = (
    lambda data, by: analysis.mean(data, "n", by),
    lambda data, by: analysis.total(data, "q", by),
    lambda data, by: analysis.ratio(data, "n", "k", by),
    lambda data, by: analysis.quantile(data, "n", 0.5, by),
    lambda data, by: analysis.shares(data, "q", by),
    lambda data, by: analysis.trend({"1": data, "2": data}, "q", by),
)
OWN = ["df", "total", "ratio", "quantile", "at", "design_effect_without", "wave", "change"]


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("tell", TELLING)
def test_a_group_column_is_never_lost_behind_a_column_of_the_estimates(name: str, tell: Callable[..., pd.DataFrame]):
    """It stands in the table as it is, or is refused by its name."""
    other = Dataset(frame(40).rename(columns={"g": name}), ITEMS)
    if name in tell(Dataset(frame(40), ITEMS), "g"):
        with pytest.raises(UnusableData, match=f"can't be called '{name}'"):
            tell(other, name)
    else:
        assert set(tell(other, name)[name]) == {"a", "b"}
