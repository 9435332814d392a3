"""The cube adds up."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analysis import Dataset, Item, tabulate
from analysis.cube import Cube, count

PARTS = ("n", "w", "w2", "base_n", "base_w", "base_w2")


def cube_of(frame: pd.DataFrame, scale: str = "nominal") -> Cube:
    item = Item("q", "Q", scale, {"a": "A", "b": "B"})
    dataset = Dataset(frame, [item], weight="w", groups={"g": {"x": "X", "y": "Y"}})
    return count(dataset.answers(item), dataset.groups(["g"]), dataset.weights, dataset.size)


def rows(answers: list[object]) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    size = 40
    picked = pd.Series([answers[i] for i in rng.integers(0, len(answers), size)], dtype=object)
    return pd.DataFrame({"q": picked, "g": rng.choice(["x", "y"], size), "w": rng.uniform(0.2, 3, size)})


@pytest.mark.parametrize("answers", [["a", "b", None], [("a",), ("a", "b"), ()]], ids=["one", "several"])
def test_the_cubes_of_two_parts_add_up_to_that_of_the_whole(answers: list[object]):
    frame = rows(answers)
    whole, parts = cube_of(frame), cube_of(frame[:13]) + cube_of(frame[13:])
    for name in PARTS:
        assert getattr(parts, name) == pytest.approx(getattr(whole, name))
    assert parts.size == whole.size == 40


def test_it_holds_counts_sums_and_sums_of_squares():
    frame = pd.DataFrame({"q": ["a", "a", "b", None], "g": ["x", "x", "x", "y"], "w": [1.0, 2.0, 3.0, 4.0]})
    cube = cube_of(frame)
    assert cube.n.tolist() == [[2, 1], [0, 0]]
    assert cube.w.tolist() == [[3, 3], [0, 0]]
    assert cube.w2.tolist() == [[5, 9], [0, 0]]
    assert cube.base_n.tolist() == [3, 0]


def test_a_set_counts_a_person_once_in_the_base():
    frame = pd.DataFrame({"q": [("a", "b"), ("a",), ()], "g": ["x"] * 3, "w": [1.0, 2.0, 3.0]})
    cube = cube_of(frame)
    assert cube.n.tolist() == [[2, 1], [0, 0]]
    assert cube.base_n.tolist() == [2, 0]
    assert cube.base_w.tolist() == [3, 0]


def test_a_table_is_the_same_whether_its_question_is_counted_alone_or_with_others():
    """Questions of 2, 3 and 2 answers that exclude each other, one that does not, and one more of 2: an odd number."""
    rng, size = np.random.default_rng(3), 300
    codes = {"a": "xy", "b": "xyz", "c": "xy", "e": "yx", "d": "xyz"}
    frame = pd.DataFrame({name: rng.choice([*told, None], size) for name, told in codes.items()}, dtype=object)
    frame["s"] = pd.Series([("x",), ("x", "y"), ()] * (size // 3), dtype=object)
    frame = frame.assign(g=rng.choice(["u", "v", "w"], size, p=[0.6, 0.38, 0.02]), w=rng.lognormal(0, 0.5, size))
    items = [Item(name, name, "ordinal", dict.fromkeys(told, "")) for name, told in codes.items()]
    items.append(Item("s", "s", "multiple", {"x": "", "y": ""}))
    whole = Dataset(frame, items, weight="w")
    for item in items:
        alone = tabulate(Dataset(frame, [item], weight="w"), item.name, ["g"])
        assert_frame_equal(tabulate(whole, item.name, ["g"]), alone, rtol=1e-13)
        assert_frame_equal(tabulate(whole, item.name, ["g"]), alone, rtol=1e-13)  # what was hidden has spoilt nothing
    assert alone["hidden"].any()
