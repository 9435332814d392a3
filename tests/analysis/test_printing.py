"""Numbers in words."""

import pandas as pd
import pytest

from analysis import Dataset, Item, build
from analysis.report import Row
from analysis.words import speak


def row_of(values: list[object], item: Item) -> Row:
    frame = pd.DataFrame({"q": values, "age_group": "x", "district": "y"})
    with speak("sv"):
        return build(Dataset(frame, [item])).question("q").total.rows[0]


@pytest.mark.parametrize(
    ("values", "mean", "margin", "median"),
    [
        ([1, 2, 3, 4, 5, 6] * 6, "3,6", "±0,6", "3,5"),
        ([0.1, 0.2, 0.3, 0.4, 0.5] * 8, "0,30", "±0,04", "0,30"),
        ([15_000, 16_000, 17_000, 18_000, 19_000] * 7, "17\xa0000", "±469", "17\xa0000"),
        ([4] * 40, "4,0", "", "4"),
        ([1, 2, 3, 4, 5, 6], "4,0", "±1,4", "–"),
    ],
)
def test_means_have_the_decimals_they_bear(values: list[object], mean: str, margin: str, median: str):
    cells = row_of(values, Item("q", "Q", "numeric")).cells
    assert (cells[0].text, cells[0].margin, cells[1].text) == (mean, margin, median)


def test_a_margin_is_never_nought():
    item = Item("q", "Q", "nominal", {"a": "A", "b": "B"})
    cells = row_of(["a"] * 9_990 + ["b"] * 10, item).cells
    assert [cell.margin for cell in cells] == ["±1", "±1"]
    assert [cell.text for cell in cells] == ["100\xa0%", "0\xa0%"]


def test_a_net_has_its_sign():
    item = Item("q", "Q", "ordinal", {"1": "Låg", "2": "Hög"})
    assert [cell.text for cell in row_of(["1"] * 12 + ["2"] * 8, item).cells][2:] == ["−20", "1,4", "40"]


def test_nothing_is_a_dash_and_hidden_is_a_word():
    item = Item("q", "Q", "nominal", {"a": "A", "b": "B"})
    assert [cell.text for cell in row_of([None] * 9, item).cells] == ["–", "–"]
    hidden = row_of(["a"] * 9 + ["b"], item)
    assert [cell.text for cell in hidden.cells] == ["dold", "dold"]
    assert hidden.base_text == "10"
