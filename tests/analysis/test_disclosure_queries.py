"""Free filters: what has been shown decides what may be shown next."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import scipy

from analysis import Dataset, Item, build
from analysis.disclosure import Allowed, Classes, Mask, Part, Places
from analysis.disclosure.knowing import Knowledge, _Balance
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


@pytest.mark.parametrize("seed", range(20))
def test_a_move_raises_its_sum_and_leaves_what_is_known_as_it_is(seed: int):
    """It is nought just where the sum is a combination of what is known: told by the ranks of both."""
    rng = np.random.default_rng(seed)
    known = rng.choice([0.0, 1.0, -1.0], (6, 12), p=[0.6, 0.3, 0.1])
    known[:3, 9:] = np.diag([1.0, -1.0, 1.0])
    known[3:, 9:] = 0.0
    asked = np.vstack([rng.choice([0.0, 1.0], (8, 12)), rng.normal(size=(4, 6)) @ known])
    moved, speed = _Balance(scipy.sparse.csr_array(known)).along(asked)
    assert np.abs(moved @ known.T).max() < 1e-9
    assert np.allclose((moved * asked).sum(axis=1), speed)
    free = [np.linalg.matrix_rank(np.vstack([known, one])) > np.linalg.matrix_rank(known) for one in asked]
    assert free[8:] == [False] * 4
    assert (speed > 1e-9).tolist() == free


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


def crossed(*rows: tuple[str, str, int]) -> Dataset:
    """A survey of two questions, by how many answered them in which way."""
    first, second, counts = zip(*rows, strict=True)
    frame = pd.DataFrame({"one": np.repeat(first, counts), "two": np.repeat(second, counts)}).replace({"-": None})
    return Dataset(frame, [Item(name, name, "nominal", {code: code for code in "abc"}) for name in ("one", "two")])


ANSWERED = (("a", "a", 30), ("a", "b", 3), ("a", "c", 20), ("b", "a", 20), ("b", "b", 25), ("b", "c", 6), ("c", "a", 30),
            ("c", "b", 20), ("c", "c", 25))  # fmt: skip
BOTH, SKIPPED = crossed(*ANSWERED), crossed(*ANSWERED, ("-", "a", 2), ("-", "b", 7))
Counts = list[list[int | None]]


def table(item: str, counts: Counts, by: str = "", groups: tuple[str, ...] = ("",)) -> releasing.Record:
    """A table whose bases are told."""
    return {"item": item, "by": by, "filters": {}, "groups": [*groups], "base": [1] * len(counts), "counts": counts}


DECLARED = [table("one", [[53, 51, 75]]), table("two", [[80, 48, 51]])]
ONE_BY_TWO = table("one", [[30, 20, 30], [None, 25, None], [None, 6, None]], "two", ("a", "b", "c"))
TWO_BY_ONE = table("two", [[30, None, None], [20, 25, 6], [30, None, None]], "one", ("a", "b", "c"))


def test_a_table_and_its_transpose_hide_the_same_or_the_second_is_refused():
    asked = releasing.allowed(BOTH, DECLARED)
    assert asked.ask(releasing.parts([ONE_BY_TWO], BOTH)).allowed
    assert asked.may_show(releasing.parts([TWO_BY_ONE], BOTH)).allowed
    other = TWO_BY_ONE | {"counts": [[30, None, None], [20, None, None], [30, 20, 25]]}
    assert not asked.may_show(releasing.parts([other], BOTH)).allowed


def test_the_size_of_a_group_by_answers_tells_no_answer_that_its_own_table_hides():
    """How many gave a and b to the second question is hidden; by its answers, the first shows how many gave b."""
    assert releasing.allowed(BOTH, DECLARED).may_show(releasing.parts([ONE_BY_TWO], BOTH)).allowed
    hidden = [DECLARED[0], table("two", [[None, None, 51]])]
    assert not releasing.allowed(BOTH, hidden).may_show(releasing.parts([ONE_BY_TWO], BOTH)).allowed


def test_how_many_left_a_question_out_is_no_secret_until_a_table_hides_it():
    """Of those who gave a to the second question, two left the first out, which the sizes of both tables tell."""
    asked = releasing.allowed(SKIPPED, [DECLARED[0], table("two", [[82, 55, 51]])])
    assert asked.ask(releasing.parts([ONE_BY_TWO], SKIPPED)).allowed
    silent = table("two", [[None, None, 0]], "one", ("None",))
    assert not asked.may_show(releasing.parts([silent], SKIPPED)).allowed


SCALES: dict[str, tuple[Item, list[object]]] = {
    "ordinal": (Item("q", "Q", "ordinal", {str(step): "" for step in range(1, 6)}), ["1", "2", "3", "4", "5"]),
    "multiple": (Item("q", "Q", "multiple", {"a": "", "b": ""}), [("a",), ("a", "b"), ("b",), ()]),
    "ranking": (Item("q", "Q", "ranking", {"a": "", "b": ""}), [("a", "b"), ("b", "a")]),
    "nps": (Item("q", "Q", "nps", {str(step): "" for step in range(11)}), ["0", "7", "9", "10"]),
    "numeric": (Item("q", "Q", "numeric"), [1.0, 2.5, 9.0]),
    "text": (Item("q", "Q", "text"), ["words", "more"]),
}


@pytest.mark.parametrize("scale", SCALES)
def test_answers_on_every_scale_can_be_judged_by_those_to_another_question(scale: str):
    item, given = SCALES[scale]
    answers = [given[at % len(given)] for at in range(120)]
    frame = pd.DataFrame({"q": pd.Series(answers), "other": np.repeat(["yes", "no"], [70, 50])})
    whole = Dataset(frame, [item, Item("other", "O", "nominal", {"yes": "", "no": ""})])
    asked = releasing.allowed(whole, releasing.records(build(whole, by=())))
    keep = (frame["other"] == "yes").to_numpy()
    shown = releasing.records(build(whole.asked(["q"], keep), by=()), {"other": ["yes"]})
    assert asked.ask(releasing.parts(shown, whole)).allowed
