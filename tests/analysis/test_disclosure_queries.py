"""Free filters: what has been shown decides what may be shown next."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item
from analysis.disclosure import Allowed, Classes, Mask, Part, Places
from analysis.disclosure.knowing import Knowledge
from analysis.report import releasing

# four streets of 20, 3, 20 and 20 people, who answered yes (0) or no (1)
STREETS = np.repeat([0, 1, 2, 3], [20, 3, 20, 20])
ANSWERS = np.array(([0, 1] * 10) + [0, 0, 1] + ([0, 1] * 10) + ([0] * 18 + [1] * 2))


def count(item: str, classes: Places, size: int) -> Classes:
    n = np.zeros((size, 2), dtype=np.int64)
    np.add.at(n, (classes, ANSWERS), 1)
    return Classes(n, n.sum(axis=1))


def streets(*numbers: int) -> Mask:
    return np.isin(STREETS, numbers)


def part(*numbers: int, shown: Sequence[bool] = (True, True), base: bool = True) -> Part:
    return Part("q", streets(*numbers), base, np.array(shown))


@pytest.fixture
def allowed() -> Allowed:
    return Allowed(count, len(STREETS))


def test_a_selection_of_none_and_one_of_three_get_the_same_refusal(allowed: Allowed):
    nobody, three = allowed.may_show([part(9)]), allowed.may_show([part(1)])
    assert not nobody.allowed
    assert nobody == three


def test_two_selections_that_differ_by_three_people_are_not_both_shown(allowed: Allowed):
    assert allowed.ask([part(0, 1)]).allowed
    verdict = allowed.ask([part(0)])
    assert not verdict.allowed
    assert "single out a group of fewer than 5 people" in verdict.reason


def test_what_was_refused_is_not_held_against_the_next(allowed: Allowed):
    allowed.ask([part(0, 1)])
    allowed.ask([part(0)])
    assert allowed.ask([part(0, 1, 2)]).allowed


def test_a_few_are_not_found_by_three_selections_of_which_no_two_tell(allowed: Allowed):
    """Streets 0–1 and 1–2 overlap in the three; with streets 0 and 2 together they add up to them twice."""
    assert allowed.ask([part(0, 1)]).allowed
    assert allowed.ask([part(1, 2)]).allowed
    assert not allowed.ask([part(0, 2)]).allowed


def test_a_few_who_answered_alike_are_not_found_in_a_large_difference(allowed: Allowed):
    """Two of the twenty in street 3 said no."""
    assert allowed.ask([part(0, 2, 3)]).allowed
    verdict = allowed.ask([part(0, 2)])
    assert not verdict.allowed
    assert "fewer than 5 people have answered" in verdict.reason


def test_a_hidden_count_that_others_tell_is_not_called_hidden(allowed: Allowed):
    assert allowed.ask([part(0)]).allowed
    assert not allowed.ask([part(0, shown=(False, False))]).allowed


def test_what_may_not_be_shown_may_not_be_taken_out(allowed: Allowed):
    assert allowed.may_export([part(0, 1)]).allowed
    allowed.ask([part(0, 1)])
    assert not allowed.may_export([part(0)]).allowed


def test_a_small_number_that_can_only_be_small_may_be_looked_at_but_not_taken_out():
    """a + b = 3 and b + c = 7: a is anything from none to three, which tells nobody that there is anybody."""
    known = Knowledge(np.array([2.0, 1.0, 6.0]), np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]))
    small = np.array([[1.0, 0.0, 0.0]])
    assert not known.told(small, 5).any()
    assert known.pinned(small, 5).all()


def test_numbers_that_sums_fix_are_told():
    known = Knowledge(np.array([2.0, 1.0, 6.0]), np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]))
    assert known.told(np.eye(3)[:1], 5).all()
    assert not known.told(np.eye(3)[1:], 5).any()


def test_people_are_counted_anew_for_every_way_to_class_them():
    frame = pd.DataFrame({"q": ["a"] * 10 + ["b"] * 20})
    asked = releasing.allowed(Dataset(frame, [Item("q", "Q", "nominal", {"a": "A", "b": "B"})]))
    first, second = np.repeat([0, 1], [10, 20]), np.repeat([1, 0], [10, 20])
    assert asked.count("q", first, 2).n.tolist() == [[10, 0], [0, 20]]
    assert asked.count("q", second, 2).n.tolist() == [[0, 20], [10, 0]]


def test_the_same_may_be_asked_again(allowed: Allowed):
    assert allowed.ask([part(0, 2)]).allowed
    assert allowed.ask([part(0, 2)]).allowed
