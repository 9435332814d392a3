"""Groups against each other: what is compared, what is refused, and what no answer tells."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, UnusableData, compare, independence, ranks
from analysis.comparison import UnknownAdjustment, holm
from analysis.comparison.adjusting import adjusted, benjamini_hochberg

COLUMNS = ["category", "first", "second", "difference", "se", "low", "high", "p", "p_adjusted", "df"]


def test_every_pair_of_groups_is_a_row(survey):
    table = compare(survey, "q1", "district", category="yes")
    assert list(table.columns) == COLUMNS
    assert list(zip(table["first"], table["second"], strict=True)) == [
        ("as", "offerdal"), ("as", "rodon"), ("offerdal", "rodon"),
    ]  # fmt: skip


def test_without_a_category_each_is_compared_and_adjusted_together(survey):
    table = compare(survey, "q1", "age_group")
    assert table["category"].tolist() == ["yes"] * 3 + ["no"] * 3
    assert table["p_adjusted"].tolist() == pytest.approx(holm(table["p"].tolist()))


@pytest.mark.parametrize("item", ["q2", "q4"])
def test_scales_and_numbers_are_compared_by_their_means(survey, item):
    table = compare(survey, item, "age_group", adjust="none")
    assert table["category"].tolist() == [None] * 3
    assert table["p_adjusted"].tolist() == table["p"].tolist()


def test_what_one_may_choose_several_of_is_compared_among_those_who_answered(survey):
    chosen = survey.frame["q3"].map(lambda cell: "bus" in cell)
    answered = survey.frame["q3"].map(bool)
    inside = [answered & (survey.frame["district"] == name) for name in ("as", "offerdal")]
    shares = [np.average(chosen[rows], weights=survey.frame["w"][rows]) for rows in inside]
    assert compare(survey, "q3", "district", category="bus")["difference"][0] == pytest.approx(shares[0] - shares[1])


def test_those_whose_group_is_not_known_are_no_group(survey):
    table = compare(survey, "q4", "age_group")
    assert "" not in {*table["first"], *table["second"]}


def test_a_group_that_nobody_is_in_gives_no_difference_and_is_no_test():
    frame = pd.DataFrame({"q": list("abab") * 5, "g": list("xy") * 10})
    made = Dataset(frame, [Item("q", "Q", "nominal", {"a": "A", "b": "B"})], groups={"g": {"x": "X", "y": "Y", "z": "Z"}})
    table = compare(made, "q", "g", category="a")
    assert table["difference"].isna().tolist() == [False, True, True]
    assert table["p_adjusted"].isna().tolist() == [True, True, True]  # x says only a, y only b: nothing varies


def test_a_single_answer_has_no_standard_error():
    frame = pd.DataFrame({"q": list("ab" * 10 + "a"), "g": ["x"] * 20 + ["y"]})
    made = Dataset(frame, [Item("q", "Q", "nominal", {"a": "A", "b": "B"})])
    row = compare(made, "q", "g", category="a").iloc[0]
    assert row["difference"] == pytest.approx(-0.5)
    assert np.isnan(row[["se", "low", "high", "p"]].astype(float)).all()


def test_responses_of_weight_nought_count_for_nothing(survey):
    frame = survey.frame.assign(w=np.where(survey.frame["q1"] == "dk", 0.0, survey.frame["w"]))
    made = Dataset(frame, survey.items, weight="w")
    heavy = Dataset(frame[frame["w"] > 0], survey.items, weight="w")
    one, other = (compare(each, "q4", "district") for each in (made, heavy))
    for column, exactly in (("difference", 1e-12), ("df", 0), ("se", 1e-3)):  # n/(n - 1) counts them as drawn
        assert one[column].tolist() == pytest.approx(other[column].tolist(), rel=exactly)


def test_adjusted_p_values_are_those_of_the_papers():
    ps = [0.01, 0.04, 0.03, 0.005]
    assert holm(ps) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg(ps) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert adjusted(np.array([0.01, np.nan]), "holm").tolist() == pytest.approx([0.01, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("q9", "district"), "no item 'q9'"),
        (("q1", "kommun"), "no group column 'kommun'"),
        (("q1", "district", "maybe"), "no category 'maybe'.*'yes', 'no'"),
        (("q1", "district", "dk"), "no category 'dk'"),
        (("q4", "district", "yes"), "'q4' has no categories"),
        (("q5", "district"), "'q5' has no categories"),
    ],
)
def test_what_is_not_there_is_named(survey, arguments, message):
    with pytest.raises(UnusableData, match=message):
        compare(survey, *arguments)


def test_an_adjustment_or_a_level_that_is_not_there_is_refused(survey):
    with pytest.raises(UnknownAdjustment, match="'tukey'.*holm, bh, none"):
        compare(survey, "q1", "district", adjust="tukey")
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        compare(survey, "q1", "district", level=95)


def test_a_planted_dependence_is_found_and_noise_is_not(survey):
    assert independence(survey, "q1", "age_group").p < 1e-6
    assert independence(survey, "q2", "age_group").p > 0.01


def test_ranks_find_what_moves_a_scale():
    rng = np.random.default_rng(3)
    group = rng.choice(list("xyz"), 300)
    steps = np.clip(rng.integers(1, 6, 300) + (group == "z"), 1, 5).astype(str)
    made = Dataset(pd.DataFrame({"q": steps, "g": group}), [Item("q", "Q", "ordinal", {c: c for c in "12345"})])
    test = ranks(made, "q", "g")
    assert test.p < 0.01
    assert test.df == (2.0, 297.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: independence(d, "q3", "district"), "several answers"),
        (lambda d: independence(d, "q4", "district"), "no categories"),
        (lambda d: independence(d, "q1", "district", "Wald"), "'Wald'.*F, Chisq"),
        (lambda d: ranks(d, "q1", "district"), "have no order"),
    ],
)
def test_a_test_that_does_not_fit_is_refused(survey, call, message):
    with pytest.raises(UnusableData, match=message):
        call(survey)


@pytest.mark.parametrize("answers", [["a", None], ["a", "a"], [None, None]])
def test_a_table_of_one_row_or_one_column_is_no_table(answers):
    frame = pd.DataFrame({"q": pd.Series(answers, dtype=object), "g": ["x", "y"]})
    made = Dataset(frame, [Item("q", "Q", "nominal", {"a": "A", "b": "B"})])
    with pytest.raises(UnusableData, match="at least two groups"):
        independence(made, "q", "g")


STEPS = (Item("o", "O", "ordinal", {c: c for c in "12345"}),)


def test_a_rank_test_takes_two_answers_in_each_group():
    frame = pd.DataFrame({"o": list("12345" * 4 + "3"), "g": ["x", "y"] * 10 + ["z"]})
    with pytest.raises(UnusableData, match="'o' by 'g' takes two answers or more in each group, and 'z' has one. Merge it"):
        ranks(Dataset(frame, STEPS), "o", "g")


@pytest.mark.parametrize("design", [{}, {"strata": "g", "lonely": "remove", "cluster": "g"}])
def test_answers_that_do_not_vary_have_no_rank_test(design: dict[str, str]):
    frame = pd.DataFrame({"o": list("1122"), "g": list("xxyy")})
    with pytest.raises(UnusableData, match="'o' vary too little.*by 'g'"):
        ranks(Dataset(frame, STEPS, **design), "o", "g")


@pytest.mark.parametrize("value", [1000000.1, 123456789.123, 1e14])
def test_large_numbers_all_alike_are_no_more_sure_than_small_ones(value: float):
    """Rounding of the mean was taken for a standard error of 10⁻¹⁰, and no difference for a sure one."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"g": rng.choice(list("ab"), 40), "w": rng.lognormal(0, 0.5, 40), "n": value})
    for design in ({}, {"weight": "w"}):
        row = compare(Dataset(frame, [Item("n", "N", "numeric")], **design), "n", "g").iloc[0]
        assert row["difference"] == pytest.approx(0, abs=1e-12 * value)
        assert np.isnan(row[["se", "p"]].astype(float)).all()


@pytest.mark.parametrize("unit", [1e-13, 1e-3, 1e9])
def test_what_is_sure_does_not_hang_on_the_unit(survey, unit: float):
    other = Dataset(survey.frame.assign(q4=survey.frame["q4"] * unit), survey.items, weight="w")
    table, plain = compare(other, "q4", "district"), compare(survey, "q4", "district")
    assert table["p"].tolist() == pytest.approx(plain["p"].tolist(), rel=1e-9)


def test_a_standard_error_stands_where_there_are_no_degrees_of_freedom_for_a_test():
    frame = pd.DataFrame({"n": [1.0, 2.0, 4.0, 7.0], "g": list("aabb"), "c": [1, 2, 1, 2]})
    row = compare(Dataset(frame, [Item("n", "N", "numeric")], cluster="c"), "n", "g").iloc[0]
    assert row["df"] == 0
    assert row["se"] > 0
    assert np.isnan([row["p"], row["low"], row["high"]]).all()


@pytest.mark.parametrize("sizes", [(20, 4, 5), (14, 4, 4)])
def test_a_table_of_empty_cells_does_not_find_what_is_not_there(sizes: tuple[int, int, int]):
    """R stops at such tables; at 5 %, no more than 5 % of those without any dependence may be called dependent."""
    size, rows, columns = sizes
    rng, found = np.random.default_rng(1), []
    item = Item("q", "Q", "nominal", {code: code for code in "abcdef"[:columns]})
    for _round in range(250):
        shares = rng.dirichlet(np.full(columns, 0.8))
        frame = pd.DataFrame({"q": rng.choice(list(item.categories), size, p=shares), "g": rng.integers(0, rows, size)})
        if singular(frame):
            found.append(independence(Dataset(frame, [item]), "q", "g").p < 0.05)
    assert len(found) >= 40
    assert np.mean(found) <= 0.05


def singular(frame: pd.DataFrame) -> bool:
    """Whether the contrasts of the interaction, over the observed shares, have no inverse."""
    table = pd.crosstab(frame["g"], frame["q"]).to_numpy(dtype=float)
    if min(table.shape) < 2:
        return False
    parts = [np.vstack([np.eye(size - 1), -np.ones(size - 1)]) for size in table.shape]
    contrasts, flat = np.kron(*parts), table.ravel()
    inverse = np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)
    return bool(np.linalg.matrix_rank(contrasts.T * inverse @ contrasts) < contrasts.shape[1])
