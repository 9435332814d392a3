"""A mean that one answer makes up is hidden, with enough else that nobody subtracts it."""

import numpy as np
import pandas as pd

from analysis import Dataset, Item, build
from analysis.disclosure import dominated

EVEN = [10, 11, 12, 13, 14, 15, 16, 17]


def of(*groups: list[float]) -> Dataset:
    rows = [(name, value) for name, values in zip("ABCD", groups, strict=False) for value in values]
    return Dataset(pd.DataFrame(rows, columns=["place", "q"]), [Item("q", "Hur många?", "numeric")])


def shown(dataset: Dataset) -> list[bool]:
    table = build(dataset, ["place"]).question("q").tables["place"]
    return [bool(row.cells[0].value is not None) for row in table.rows]


def test_the_second_largest_may_not_tell_the_largest_to_within_a_tenth():
    values = np.array([100.0, 5, 1, 1, 1, 50, 40, 30, 20, 10])
    assert dominated(values, np.ones(10), np.repeat([0, 1], 5), 2).tolist() == [True, False]


def test_weights_count_and_missing_numbers_do_not():
    values = np.array([10.0, 9, 8, 7, np.nan])
    assert not dominated(values, np.ones(5), np.zeros(5, dtype=np.intp), 1)[0]
    assert dominated(values, np.array([100.0, 1, 1, 1, 1]), np.zeros(5, dtype=np.intp), 1)[0]


def test_a_mean_that_one_answer_makes_up_is_hidden_with_a_second_group():
    assert shown(of([800, 1, 1, 1, 1, 1], EVEN, EVEN, EVEN * 3)).count(False) == 2


def test_hidden_groups_are_not_made_up_by_one_answer_even_together():
    """A and any one of the smaller groups would leave the 90,000 to be told from everybody's mean."""
    few, many = [1, 1, 1, 1, 1], [4000] * 40
    assert shown(of([90_000, *few], few, [2, *few], many)) == [False, False, False, False]
    assert shown(of([9_000, *few], few, [900] * 7, many)).count(False) in (2, 3)


def test_means_that_many_make_up_are_shown():
    assert all(shown(of(EVEN, EVEN, EVEN)))


def test_an_amount_that_one_gives_is_hidden_with_a_second_group():
    options = {"park": "Park", "väg": "Väg"}
    rows = [("A", 100.0, 900.0)] + [("A", 1.0, 2.0)] * 5 + [(place, 400.0 + at, 600.0 - at) for place in "BCD" for at in range(8)]
    frame = pd.DataFrame(rows, columns=["place", "q/park", "q/väg"])
    table = build(Dataset(frame, [Item("q", "Hur mycket?", "budget", options)]), ["place"]).question("q").tables["place"]
    hidden = table.frame.groupby("place")["hidden"].all()
    assert hidden["A"]
    assert hidden.sum() == 2
