"""Standard errors of calibrated weights: from the cube as from the rows, and as the jackknife finds them."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from analysis import Dataset, Item, UnusableData, cube, tabulate
from analysis.dataset import Calibration
from analysis.precision import design
from analysis.weighting import CannotWeight, Weights, poststratify, rake, rake_cube

AGES = {"a": 300.0, "b": 450.0, "c": 250.0}
PLACES = {"x": 600.0, "y": 400.0}
ITEMS = (
    Item("q", "q", "ordinal", {code: code for code in "1234"}),
    Item("m", "m", "multiple", {"k": "k", "l": "l"}),
    Item("n", "n", "numeric"),
)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Six hundred rows of which a tenth has no age; answers depend on age, some are missing."""
    rng = np.random.default_rng(5)
    age = rng.choice([*AGES], 600, p=[0.2, 0.3, 0.5])
    high = rng.random(600) < np.where(age == "a", 0.7, 0.3)
    return pd.DataFrame(
        {
            "age": np.where(rng.random(600) < 0.1, None, age),
            "place": rng.choice([*PLACES], 600, p=[0.4, 0.6]),
            "other": rng.choice(["s", "t", "u"], 600),
            "d": rng.lognormal(0, 0.5, 600),
            "q": np.where(rng.random(600) < 0.07, None, np.where(high, rng.choice([*"34"], 600), rng.choice([*"12"], 600))),
            "m": pd.Series([tuple(c for c in "kl" if rng.random() < 0.6) for _ in range(600)], dtype=object),
            "n": np.where(rng.random(600) < 0.1, np.nan, rng.gamma(2, 3, 600)),
        }
    )


def weighted(frame: pd.DataFrame, weights: Weights) -> Dataset:
    return Dataset(frame.assign(w=weights.values), ITEMS, weight="w", calibration=weights.calibration)


def by_rows(data: Dataset, name: str, by: tuple[str, ...]) -> NDArray[np.float64]:
    """Standard errors of all shares by the rows' residuals, one after the other."""
    weights, groups = data.frame["w"].to_numpy(), data.groups(by)
    cells = np.zeros(data.size, dtype=int) if groups.cells is None else groups.cells
    answers = data.answers(data.item(name))
    chosen = np.zeros((data.size, len(answers.categories)))
    if answers.rows is None:
        given = answers.codes < len(answers.categories)
        chosen[given, answers.codes[given]] = 1
    else:
        given = answers.answered
        chosen[answers.rows, answers.codes] = 1
    found = []
    for group in range(groups.size):
        inside = given & (cells == group)
        whole = weights[inside].sum()
        share = (weights[inside, None] * chosen[inside]).sum(axis=0) / whole
        found.append(design.variance(data, np.where(inside[:, None], weights[:, None] * (chosen - share) / whole, 0.0)))
    return np.sqrt(np.concatenate(found))


@pytest.mark.parametrize("by", [(), ("age",), ("other",), ("other", "place"), ("place", "age", "other")])
@pytest.mark.parametrize("base", [None, "d"])
@pytest.mark.parametrize("name", ["q", "m"])
def test_the_cube_gives_the_standard_errors_of_the_rows(
    frame: pd.DataFrame, name: str, base: str | None, by: tuple[str, ...]
):
    data = weighted(frame, rake(frame, {"age": AGES, "place": PLACES}, base, lower=0.2, upper=3))
    found = tabulate(data, name, by, minimum=0)["se"].to_numpy()
    there = ~np.isnan(found)
    assert there.mean() > 0.9
    assert found[there] == pytest.approx(by_rows(data, name, by)[there], rel=1e-12)


def test_bounds_that_cut_weights_within_a_cell_give_the_same_from_cube_and_rows(frame: pd.DataFrame):
    weights = rake(frame, {"age": AGES, "place": PLACES}, "d", lower=0.3, upper=2.2)
    assert weights.trimmed > 10
    data = weighted(frame, weights)
    assert tabulate(data, "q", minimum=0)["se"].to_numpy() == pytest.approx(by_rows(data, "q", ()), rel=1e-12)


def test_scores_take_the_residuals_too(frame: pd.DataFrame):
    """The mean of a scale of 1 to 4 has one standard error, as scores of categories and as a number."""
    numbers = frame.assign(n=frame["q"].astype(float))
    data = weighted(numbers, rake(numbers, {"age": AGES, "place": PLACES}, "d"))
    scores = tabulate(data, "q", ("place",), minimum=0).drop_duplicates("place")
    means = tabulate(data, "n", ("place",), minimum=0)
    assert scores["score"].to_numpy() == pytest.approx(means["mean"].to_numpy(), rel=1e-12)
    assert scores["score_se"].to_numpy() == pytest.approx(means["se"].to_numpy(), rel=1e-10)


def test_calibration_narrows_what_it_explains(frame: pd.DataFrame):
    known = frame.dropna(subset="age")
    weights = rake(known, {"age": AGES, "place": PLACES})
    plain = Dataset(known.assign(w=weights.values), ITEMS, weight="w")
    ours = tabulate(weighted(known, weights), "q", minimum=0)["se"]
    assert (ours < tabulate(plain, "q", minimum=0)["se"]).all()


def test_a_share_that_the_population_fixes_has_no_standard_error(frame: pd.DataFrame):
    known = frame.dropna(subset="age").assign(q=lambda each: each["age"].map({"a": "1", "b": "2", "c": "3"}))
    table = tabulate(weighted(known, rake(known, {"age": AGES})), "q", minimum=0)
    assert table["share"].tolist() == pytest.approx([0.3, 0.45, 0.25, 0])
    assert table["se"].isna().all()


def jackknife(frame: pd.DataFrame, margins: dict[str, dict[str, float]], column: str, code: str) -> float:
    """The delete-one standard error of a raked share, weights made anew each time (Wolter 2007, chapter 4)."""
    shares = []
    for row in frame.index:
        kept = frame.drop(index=row)
        weights = rake(kept, margins, tolerance=1e-10).values
        given = kept[column].notna()
        shares.append(weights[given & (kept[column] == code)].sum() / weights[given].sum())
    size = len(frame)
    return float(np.sqrt((size - 1) / size * ((np.array(shares) - np.mean(shares)) ** 2).sum()))


@pytest.mark.parametrize("column", ["q", "unknown"])
def test_the_jackknife_agrees_also_where_levels_are_unknown(frame: pd.DataFrame, column: str):
    """Also for the share whose age is unknown: the population does not fix it, so it has a standard error."""
    some = frame.iloc[:300].reset_index(drop=True)
    some["unknown"] = np.where(some["age"].isna(), "3", "1")
    margins = {"age": AGES, "place": PLACES}
    items = (Item(column, column, "nominal", {code: code for code in "1234"}),)
    weights = rake(some, margins, tolerance=1e-12)
    data = Dataset(some.assign(w=weights.values), items, weight="w", calibration=weights.calibration)
    table = tabulate(data, column, minimum=0).set_index("category")
    assert table.loc["3", "se"] == pytest.approx(jackknife(some, margins, column, "3"), rel=0.03)


def test_merged_levels_are_calibrated_on_as_one(frame: pd.DataFrame):
    gone = frame[frame["age"] != "b"].reset_index(drop=True)
    merged = rake(gone, {"age": AGES, "place": PLACES}, collapse=["age"])
    both = gone.assign(age=gone["age"].replace({"a": "ab"}))
    recoded = rake(both, {"age": {"ab": 750.0, "c": 250.0}, "place": PLACES})
    found, wanted = (tabulate(weighted(f, w), "q", minimum=0) for f, w in ((gone, merged), (both, recoded)))
    assert found["se"].to_numpy() == pytest.approx(wanted["se"].to_numpy(), rel=1e-10)


def test_poststratified_cells_are_their_own_calibration(frame: pd.DataFrame):
    population = pd.Series({(a, p): AGES[a] * PLACES[p] for a in AGES for p in PLACES}).rename_axis(["age", "place"])
    data = weighted(frame, poststratify(frame, population))
    assert tabulate(data, "q", ("other",), minimum=0)["se"].to_numpy() == pytest.approx(by_rows(data, "q", ("other",)))


def test_a_calibration_whose_columns_are_gone_is_refused(frame: pd.DataFrame):
    weights = rake(frame, {"age": AGES, "place": PLACES})
    with pytest.raises(UnusableData, match="no column 'age', which the calibration names"):
        weighted(frame.drop(columns="age"), weights)
    with pytest.raises(UnusableData, match="without weights"):
        Dataset(frame, ITEMS, calibration=weights.calibration)
    with pytest.raises(UnusableData, match="names no margin"):
        Dataset(frame, ITEMS, weight="d", calibration=Calibration())


def test_a_margin_may_be_named_by_its_column():
    assert Calibration(("age", ("place", "other"))).columns == ("age", "place", "other")
    assert Calibration("age").margins == (("age",),)


@pytest.mark.parametrize("by", [(), ("age",), ("other",), ("other", "place")])
@pytest.mark.parametrize("name", ["q", "m"])
def test_a_raked_survey_is_the_same_from_its_cube_alone(frame: pd.DataFrame, name: str, by: tuple[str, ...]):
    margins = {"age": AGES, "place": PLACES}
    weights = rake(frame, margins, lower=0.4, upper=2.5)
    raked = rake_cube(cube.cells(Dataset(frame, ITEMS), ("age", "place", "other")), margins, lower=0.4, upper=2.5)
    ours, wanted = (tabulate(data, name, by, minimum=0) for data in (raked.dataset, weighted(frame, weights)))
    assert raked.converged
    assert raked.design_effect == pytest.approx(weights.design_effect, rel=1e-12)
    for column in ("count", "share", "se", "low", "high", "design_effect", "effective_base"):
        assert ours[column].to_numpy() == pytest.approx(wanted[column].to_numpy(), rel=1e-12, nan_ok=True)


def test_a_cube_of_weights_is_raked_from_them(frame: pd.DataFrame):
    margins = {"age": AGES, "place": PLACES}
    whole = cube.cells(Dataset(frame, ITEMS, weight="d"), ("age", "place"))
    ours = tabulate(rake_cube(whole, margins).dataset, "q", ("place",), minimum=0)
    wanted = tabulate(weighted(frame, rake(frame, margins, "d")), "q", ("place",), minimum=0)
    assert ours["se"].to_numpy() == pytest.approx(wanted["se"].to_numpy(), rel=1e-12)
    with pytest.raises(UnusableData, match="bounds need the responses"):
        rake_cube(whole, margins, lower=0.5, upper=2)


@pytest.mark.parametrize("seed", range(8))
def test_groups_of_answers_all_alike_have_no_net_error_from_the_cube_either(seed: int):
    """Rounding of a mean of ones is no standard error of 10⁻¹⁷."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": rng.choice(list("abc"), 90), "place": rng.choice(list("mn"), 90)})
    pleased = (frame["age"] == "a") & (frame["place"] == "m")
    frame["d"], frame["o"] = rng.lognormal(0, 0.5, 90), rng.choice(list("12345"), 90)
    frame.loc[pleased, "o"] = rng.choice(["4", "5"], pleased.sum())
    whole = cube.cells(Dataset(frame, [Item("o", "O", "ordinal", dict.fromkeys("12345", ""))], weight="d"), ("age", "place"))
    raked = rake_cube(whole, {"age": AGES, "place": {"m": 520, "n": 480}}).dataset
    table = tabulate(raked, "o", ("age", "place"), minimum=0)
    alike = (table["age"] == "a") & (table["place"] == "m")
    assert table.loc[alike, ["net_se", "top2_se"]].isna().all(axis=None)
    assert (table.loc[~alike, "net_se"] > 1e-3).all()


def test_a_cube_names_what_a_margin_misses(frame: pd.DataFrame):
    whole = cube.cells(Dataset(frame, ITEMS), ("age", "place"))
    with pytest.raises(CannotWeight, match="lacks level 'c' of column 'age'"):
        rake_cube(whole, {"age": {"a": 500, "b": 500}})
    with pytest.raises(UnusableData, match="no dimension 'gender'"):
        rake_cube(whole, {"gender": {"woman": 1}})
