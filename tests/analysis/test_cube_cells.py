"""A survey's cube: the same tables without the responses, added up, kept in few bytes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import analysis
from analysis import Dataset, Item, UnusableData, build, compare, cube, independence, tabulate, trend
from analysis.cube import CellCube, NeedsRows, Rowless, Sums

BY = ("age_group", "district")
SHARED = ("q1", "q2", "q3")


@pytest.fixture(scope="module")
def whole(survey: Dataset) -> CellCube:
    return cube.cells(survey, BY)


def same(one: CellCube, two: CellCube, rel: float = 1e-12) -> None:
    """Both hold the same sums, counts to the last one."""
    assert [side.levels for side in one.sides] == [side.levels for side in two.sides]
    assert one.counted.keys() == two.counted.keys()
    pairs = [(one.whole, two.whole)]
    pairs += [(one.of(name).inside, two.of(name).inside) for name in one.counted]
    pairs += [(one.of(name).base, two.of(name).base) for name in one.counted]
    for a, b in pairs:
        assert np.array_equal(a.n, b.n)
        np.testing.assert_allclose(a.w, b.w, rtol=rel, atol=0)
        np.testing.assert_allclose(a.w2, b.w2, rtol=rel, atol=0)


def part(survey: Dataset, rows: slice) -> Dataset:
    return Dataset(survey.frame[rows], survey.items, weight="w", groups=survey.group_levels)


@pytest.mark.parametrize("by", [(), ("age_group",), ("district",), BY, BY[::-1]])
@pytest.mark.parametrize("name", SHARED)
def test_tables_from_the_cube_are_those_from_the_responses(
    survey: Dataset, whole: CellCube, name: str, by: tuple[str, ...]
):
    assert_frame_equal(tabulate(Rowless(whole), name, by), tabulate(survey, name, by), rtol=1e-12)


def further() -> tuple[Dataset, Rowless]:
    """A survey with scales that are more than shares, and its cube."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"np": rng.integers(0, 11, 90), "g": rng.choice(["x", "y", None], 90)})
    frame["ra"] = [tuple(rng.permutation(["a", "b"])) for _ in range(90)]
    frame["bu/a"], frame["bu/b"] = rng.integers(0, 9, 90), rng.integers(0, 9, 90)
    options = {"a": "A", "b": "B"}
    steps = Item("np", "N", "nps", dict.fromkeys(range(11), ""))
    made = Dataset(frame, (steps, Item("ra", "R", "ranking", options), Item("bu", "B", "budget", options)))
    return made, Rowless(cube.cells(made, ["g"]))


@pytest.mark.parametrize("by", [(), ("g",)])
def test_a_scale_from_0_to_10_comes_from_the_cube_too(by: tuple[str, ...]):
    made, rowless = further()
    assert_frame_equal(tabulate(rowless, "np", by, minimum=0), tabulate(made, "np", by, minimum=0), rtol=1e-12)


ASKED = (
    lambda cube: tabulate(cube, "ra"), lambda cube: tabulate(cube, "bu"), lambda cube: compare(cube, "np", "g"),
    lambda cube: independence(cube, "np", "g"), lambda cube: trend({"1": cube, "2": cube}, "np"),
    lambda cube: analysis.total(cube, "np"), lambda cube: analysis.covariance(cube, "np"),
)  # fmt: skip


@pytest.mark.parametrize("ask", ASKED)
def test_what_only_responses_tell_says_so(ask: Callable[[Rowless], object]):
    with pytest.raises(NeedsRows, match="needs the responses"):
        ask(further()[1])


def test_a_report_can_be_made_of_the_cube(survey: Dataset, whole: CellCube):
    made, expected = build(Rowless(whole), BY), build(survey, BY)
    assert [question.name for question in made.questions] == list(SHARED)
    for name in SHARED:
        one, other = (report.question(name).tables["district"].frame for report in (made, expected))
        assert_frame_equal(one, other, rtol=1e-12)


def test_cubes_of_parts_add_up_to_that_of_the_whole(survey: Dataset, whole: CellCube):
    parts = [part(survey, rows) for rows in (slice(0, 130), slice(130, 131), slice(131, None))]
    first, *rest = [cube.cells(each, BY) for each in parts]
    same(sum(rest, start=first), whole)


def test_levels_and_categories_that_only_one_part_has_are_kept():
    items = [Item("q", "Q", "nominal", {"a": "A", "b": "B"})]
    one = cube.cells(Dataset(pd.DataFrame({"q": ["a", "b"], "g": ["x", None]}), items), ["g"])
    two = cube.cells(Dataset(pd.DataFrame({"q": ["b"], "g": ["y"]}), items), ["g"])
    both = cube.cells(Dataset(pd.DataFrame({"q": ["a", "b", "b"], "g": ["x", None, "y"]}), items), ["g"])
    assert (one + two).sides[0].levels == ("x", "y", "")
    same(one + two, both)


def test_cubes_of_different_dimensions_do_not_add_up(survey: Dataset, whole: CellCube):
    with pytest.raises(UnusableData, match="'age_group', 'district'.*'district'"):
        whole + cube.cells(survey, ["district"])


def test_everybody_is_in_a_category_or_outside_the_base(whole: CellCube):
    sums = whole.sums("q1")
    assert sums.n.shape == (len(whole.whole.n), 3)
    assert sums.n.sum(axis=1).tolist() == whole.whole.n.tolist()
    assert sums.w.sum(axis=1) == pytest.approx(whole.whole.w)


def test_weights_can_be_multiplied_cell_by_cell(survey: Dataset, whole: CellCube):
    factors = np.linspace(0.5, 2, len(whole.whole.n))
    weights = survey.frame["w"] * factors[survey.groups(BY).cells]
    weighted = Dataset(survey.frame.assign(w=weights), survey.items, weight="w", groups=survey.group_levels)
    same(whole.scaled(factors), cube.cells(weighted, BY))


@pytest.mark.parametrize("factors", [np.ones(3), np.full(12, np.nan), np.full(12, -1.0)])
def test_factors_that_no_cells_have_are_refused(whole: CellCube, factors: np.ndarray):
    assert len(whole.whole.n) == 12
    with pytest.raises(UnusableData, match="12 cells"):
        whole.scaled(factors)


def test_it_comes_back_from_its_bytes(whole: CellCube):
    again = cube.load(cube.dump(whole))
    same(again, whole, rel=0)
    assert (again.items, again.sides, again.weighted) == (whole.items, whole.sides, True)
    assert cube.dump(again) == cube.dump(whole)


def test_a_large_survey_takes_at_most_600_kilobytes():
    rng = np.random.default_rng(5)
    size, items = 100_000, [Item(f"q{i}", f"Q{i}", "nominal", {str(c): str(c) for c in range(6)}) for i in range(30)]
    frame = pd.DataFrame({f"q{i}": pd.Categorical.from_codes(rng.integers(-1, 6, size), [*"012345"]) for i in range(30)})
    frame["cell"] = pd.Categorical.from_codes(rng.integers(0, 140, size), [f"c{i}" for i in range(140)])
    made = cube.cells(Dataset(frame.assign(w=rng.lognormal(0, 1, size)), items, weight="w"), ["cell"])
    assert made.whole.n.shape == (140,)
    assert len(cube.dump(made)) <= 600_000


@pytest.mark.parametrize("content", [b"", b"PK", b"no cube at all"])
def test_bytes_that_are_no_cube_are_refused(content: bytes):
    with pytest.raises(UnusableData, match="not a cube"):
        cube.load(content)


@pytest.mark.parametrize("name", ["q4", "q5"])
def test_numbers_and_texts_need_the_responses(whole: CellCube, name: str):
    with pytest.raises(NeedsRows, match=f"'{name}'.*use the Dataset"):
        tabulate(Rowless(whole), name)


@pytest.mark.parametrize("design", [{"cluster": "household"}, {"strata": "district"}])
def test_a_declared_design_needs_the_responses(survey: Dataset, design: dict[str, str]):
    frame = survey.frame.assign(household=np.arange(survey.size) // 2)
    with pytest.raises(NeedsRows, match="standard errors then need the responses"):
        cube.cells(Dataset(frame, survey.items, weight="w", **design), BY)


def test_weights_of_nothing_need_the_responses(survey: Dataset):
    frame = survey.frame.assign(w=survey.frame["w"].where(survey.frame.index > 0, 0.0))
    with pytest.raises(NeedsRows, match="'w'"):
        cube.cells(Dataset(frame, survey.items, weight="w"), BY)


def test_a_frame_is_not_to_be_had(whole: CellCube):
    with pytest.raises(NeedsRows):
        _ = Rowless(whole).frame


def test_a_dimension_that_is_not_there_is_named(whole: CellCube):
    with pytest.raises(UnusableData, match="no dimension 'gender'.*'age_group', 'district'"):
        tabulate(Rowless(whole), "q1", ["gender"])


def test_what_is_left_over_is_never_less_than_nothing():
    one = Sums(np.array([2, 1]), np.array([0.1 + 0.2, 1.0]), np.array([1.0, 1.0]))
    left = one - Sums(np.array([2, 0]), np.array([0.3, 0.0]), np.array([1.0 + 1e-9, 0.0]))
    assert left.w.tolist() == [0.0, 1.0]
    assert left.w2.tolist() == [0.0, 1.0]
