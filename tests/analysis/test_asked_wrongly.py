"""What is asked wrongly of the Python interface is refused in words: the place, what stands there, and what would do."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import Dataset, Item, UnusableData, calibrate, cube, propensity, rake, representativity, tabulate

ITEMS = (Item("q", "Q", "nominal", {"1": "Ja", "2": "Nej"}), Item("m", "M", "multiple", {"x": "X", "y": "Y"}))
AGES = {"a": 100, "b": 200}


def frame() -> pd.DataFrame:
    made = pd.DataFrame({"q": ["1", "2"] * 20, "age": ["a"] * 10 + ["b"] * 30, "m/x": 1, "m/y": 0, "w": 1.0})
    return made.assign(number=np.arange(40.0), answered=[0, 1] * 20)


def dataset() -> Dataset:
    return Dataset(frame(), ITEMS)


DATASETS: tuple[tuple[Callable[[], object], str], ...] = (
    (lambda: Dataset([{"q": 1}], ITEMS), "frame is a list.*DataFrame"),  # type: ignore[arg-type]
    (lambda: Dataset(frame(), ITEMS[0]), "codebook is a Item.*list of Items"),  # type: ignore[arg-type]
    (lambda: Dataset(frame(), ["q"]), "holds 'q', which is no Item"),  # type: ignore[list-item]
    (lambda: Dataset(frame(), [Item("q", "Q", "nominal", ["1", "2"])]), "'q' has .* as categories.*mapping"),  # type: ignore[arg-type]
    (lambda: Dataset(frame(), [Item("q", "Q", "nominal", {}, "9")]), "'q' has '9' as missing.*set"),  # type: ignore[arg-type]
    (lambda: Dataset(frame(), ITEMS, weight=frame()["w"]), "weight is a Series. Name the column"),  # type: ignore[arg-type]
    (lambda: Dataset(frame(), ITEMS, groups={"age": ["a"]}), "groups is .*code: label"),  # type: ignore[dict-item]
    (lambda: tabulate(dataset(), "q", None), "group columns are None"),  # type: ignore[arg-type]
    (lambda: tabulate(dataset(), "q", minimum=-1), "least count that is shown is -1"),
    (lambda: tabulate(dataset(), "q", minimum="5"), "least count that is shown is '5'"),  # type: ignore[arg-type]
    (lambda: analysis.compare(dataset(), "q", ["age"]), r"group columns are \(\['age'\],\)"),  # type: ignore[arg-type]
    (lambda: analysis.mean(dataset(), "m"), "'m' .multiple. has one column for each code.*'q'"),
)


@pytest.mark.parametrize(("ask", "said"), DATASETS)
def test_a_dataset_says_what_it_was_given_and_what_it_takes(ask: Callable[[], object], said: str):
    with pytest.raises(UnusableData, match=said):
        ask()


@pytest.mark.parametrize("level", ["0.95", None, 95])
def test_a_level_that_is_no_share_is_named(level: object):
    with pytest.raises(ValueError, match=f"level is {level!r}.*such as 0.95"):
        tabulate(dataset(), "q", level=level)  # type: ignore[arg-type]


WEIGHTS: tuple[tuple[Callable[[], object], str], ...] = (
    (lambda: rake(None, {"age": AGES}), "frame is a NoneType"),  # type: ignore[arg-type]
    (lambda: rake(frame(), {"age": AGES}, collapse=["ages"]), "collapse names 'ages', of which there is no margin.*'age'"),
    (lambda: rake(frame(), {"age": AGES}, collapse="ages"), "collapse names 'ages'"),
    (lambda: rake(frame(), {"age": AGES}, tolerance=-1), "tolerance is -1"),
    (lambda: rake(frame(), {"age": AGES}, tolerance=float("nan")), "tolerance is nan"),
    (lambda: rake(frame(), {"age": AGES}, iterations=0), "iterations is 0"),
    (lambda: rake(frame(), {"age": AGES}, lower="a"), "lower is 'a'"),  # type: ignore[arg-type]
    (lambda: rake(frame(), {"age": AGES}, base=["w"]), r"no column \['w'\]"),  # type: ignore[arg-type]
    (lambda: rake(frame(), {"age": {"a": 1e200, "b": 1e200}}), "level 'a' of 'age' is 1e.200"),
    (lambda: rake(frame(), {"age": {"a": 1e-200, "b": 1e-200}}), "margin of 'age' holds nobody"),
    (lambda: calibrate(frame(), totals={"number": "many"}, size=40), "total of column 'number' is 'many'"),  # type: ignore[dict-item]
    (lambda: propensity(frame(), "gone", ["age"]), "no column 'gone'"),
    (lambda: propensity(frame(), "answered", ["age"], classes=1.5), "classes is 1.5"),  # type: ignore[arg-type]
    (lambda: representativity(frame(), "answered", ["age"], population=5), "population is 5, and 40 were invited"),
)


@pytest.mark.parametrize(("ask", "said"), WEIGHTS)
def test_weighting_says_what_it_was_given_and_what_it_takes(ask: Callable[[], object], said: str):
    with pytest.raises(UnusableData, match=said):
        ask()


def test_a_regression_on_ten_thousand_levels_is_refused_at_once():
    """It would take an hour and more, and tell of each level what its one or two invited did."""
    many = pd.DataFrame({"street": np.arange(20_000) % 10_000, "answered": np.arange(20_000) % 7 < 3})
    with pytest.raises(UnusableData, match="10000 of them in 'street'.*500 at most. Merge levels"):
        propensity(many, "answered", ["street"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, 1e308], "beyond what can be summed in 1 rows, first in row 1"),
        ([1e-200, 1.0], "next to nothing in 1 rows, first in row 0"),
        (["1", "tung"], "does not hold numbers: row 1 has 'tung'"),
        (pd.to_datetime(["2024-01-01", "2024-01-02"]), "does not hold numbers: row 0 has Timestamp"),
        ([1j, 2j], "does not hold numbers"),
    ],
)
def test_weights_that_numbers_cannot_hold_are_named(values: object, said: str):
    with pytest.raises(UnusableData, match=f"'w' .weight. .*{said}"):
        Dataset(pd.DataFrame({"q": ["1", "2"], "w": values}), ITEMS[:1], weight="w")


@pytest.mark.parametrize("values", [pd.to_timedelta([1, 2], unit="D"), [1j, 2j], pd.to_datetime(["2024-01-01", "2024-01-02"])])
def test_dates_and_the_like_are_no_numbers(values: object):
    with pytest.raises(UnusableData, match="'n' holds what is not a number"):
        tabulate(Dataset(pd.DataFrame({"n": values}), [Item("n", "N", "numeric")]), "n")


def test_a_cube_cut_anywhere_is_refused_in_the_same_words():
    content = cube.dump(cube.cells(dataset(), ["age"]))
    for length in range(0, len(content), 37):
        with pytest.raises(UnusableData, match="not a cube, or a damaged one"):
            cube.load(content[:length])
