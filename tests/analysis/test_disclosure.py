"""What is hidden, and that a patient reader cannot find it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Dataset, Item, tabulate
from analysis.cube import Cube
from analysis.disclosure import conceal
from tests.analysis.attack import Reader


def cube(counts: list[list[int]], base: list[int] | None = None) -> Cube:
    n = np.array(counts)
    b = n.sum(axis=1) if base is None else np.array(base)
    return Cube(n, n * 1.0, n * 1.0, b, b * 1.0, b * 1.0, int(b.sum()), base is None)


def test_nothing_is_hidden_where_nothing_is_small():
    assert not conceal(cube([[5, 20], [0, 30]])).any


def test_one_to_four_answers_are_hidden():
    hidden = conceal(cube([[4, 20, 30], [9, 20, 30]]))
    assert hidden.cells[0, 0]
    assert not hidden.groups.any()


def test_nought_and_five_are_shown():
    hidden = conceal(cube([[0, 5, 30, 2], [8, 9, 30, 20]]))
    assert not hidden.cells[0, 0]


def test_a_second_cell_is_hidden_where_the_total_would_give_the_first_away():
    assert conceal(cube([[3, 20, 30]])).cells.tolist() == [[True, True, False]]


def test_two_single_answers_are_not_left_alone_to_be_told_from_their_sum():
    assert conceal(cube([[1, 1, 30, 40]])).cells.tolist() == [[True, True, True, False]]


def test_a_cell_is_hidden_in_another_group_where_the_whole_panel_would_give_it_away():
    hidden = conceal(cube([[3, 20, 30], [20, 30, 40]]))
    assert hidden.cells.sum(axis=0).tolist() == [2, 2, 0]


def test_a_group_of_one_to_four_is_hidden_with_its_base_and_with_a_second_group():
    hidden = conceal(cube([[1, 2], [20, 30], [40, 50]]))
    assert hidden.groups.tolist() == [True, True, False]
    assert hidden.cells[0].all()


def test_a_category_hidden_for_everybody_is_hidden_in_every_group():
    hidden = conceal(cube([[0, 30, 10], [2, 30, 10]]))
    assert hidden.cells[:, 0].all()


def test_nothing_at_all_is_shown_of_a_question_that_one_to_four_answered():
    hidden = conceal(cube([[1, 2], [1, 0]]))
    assert hidden.cells.all()
    assert hidden.groups.all()


def test_minimum_nought_switches_it_off():
    assert not conceal(cube([[1, 2], [1, 0]]), minimum=0).any


def test_a_set_hides_no_second_answer_of_the_same_group():
    hidden = conceal(cube([[3, 20], [30, 20]], base=[22, 35]))
    assert hidden.cells[0].tolist() == [True, False]


def frame_of(rng: np.random.Generator, size: int, sets: bool) -> pd.DataFrame:
    answers = rng.choice(list("abc"), size, p=rng.dirichlet([1, 1, 1]))
    frame = pd.DataFrame({"age": rng.choice(list("XYZ"), size, p=rng.dirichlet([1, 1, 1])), "q": answers})
    frame["place"] = rng.choice(list("PQR"), size, p=rng.dirichlet([1, 1, 1]))
    if sets:
        more = rng.choice(list("abc"), size)
        frame["q"] = pd.Series([tuple({a, b}) for a, b in zip(answers, more, strict=True)], dtype=object)
    return frame


def found(seed: int, sets: bool) -> list[str]:
    """What a patient reader finds in the tables of a made-up question: small counts and bases that are certain."""
    rng = np.random.default_rng(seed)
    frame = frame_of(rng, int(rng.integers(6, 32)), sets)
    item = Item("q", "Q", "multiple" if sets else "nominal", {"a": "A", "b": "B", "c": "C"})
    levels = {"age": dict.fromkeys("XYZ", ""), "place": dict.fromkeys("PQR", "")}
    dataset = Dataset(frame, [item], groups=levels)
    reader = Reader()
    for by in ("", "age", "place"):
        reader.read("q", tabulate(dataset, "q", [by] if by else []), by, exclusive=not sets)
    truth = {by: tabulate(dataset, "q", [by] if by else [], minimum=0) for by in ("", "age", "place")}
    names = []
    for by, table in truth.items():
        groups = table[by] if by else [""] * len(table)
        for group, category, count, base in zip(groups, table["category"], table["count"], table["base"], strict=True):
            names += [f"{by}/{group}/{category}"] if 0 < count < 5 else []
            names += [f"{by}/{group}"] if 0 < base < 5 else []
    return [name for name in dict.fromkeys(names) if reader.knows(name)]


KINDS = pytest.mark.parametrize("sets", [False, True], ids=["one answer", "several answers"])


@KINDS
@pytest.mark.parametrize("seed", range(25))
def test_a_patient_reader_finds_no_small_number_in_the_tables_of_a_question(seed: int, sets: bool):
    assert found(seed, sets) == []


@pytest.mark.slow
@KINDS
def test_a_very_patient_reader_finds_none_either(sets: bool, pytestconfig: pytest.Config):
    seeds = range(100, 400 if pytestconfig.getoption("--long") else 130)
    assert [seed for seed in seeds if found(seed, sets)] == []


@pytest.mark.parametrize("seed", range(20))
def test_a_patient_reader_finds_no_small_group_of_numbers_or_texts(seed: int):
    rng = np.random.default_rng(seed)
    frame = frame_of(rng, int(rng.integers(6, 40)), sets=False).assign(q="words")
    dataset = Dataset(frame, [Item("q", "Q", "text")])
    table, reader = tabulate(dataset, "q", ["age"]), Reader()
    total = reader.note("total", float(len(frame)))
    bases = [(reader.note(str(row.age), row.base, least=1), 1) for row in table.itertuples()]
    reader.sums.append([*bases, (total, -1)])
    for row in tabulate(dataset, "q", ["age"], minimum=0).itertuples():
        assert not (0 < row.base < 5 and len(frame) >= 5 and reader.knows(str(row.age)))


def test_a_hidden_count_leaves_no_trace_in_any_column():
    rng = np.random.default_rng(3)
    frame = frame_of(rng, 60, sets=False).assign(w=rng.uniform(0.5, 2, 60))
    item = Item("q", "Q", "ordinal", {"a": "A", "b": "B", "c": "C"})
    table = tabulate(Dataset(frame, [item], weight="w"), "q", ["place"])
    hidden = table[table["hidden"]]
    assert len(hidden)
    told = hidden.drop(columns=["place", "category", "base", "hidden"])
    assert told.isna().all().all()
    touched = table[table["place"].isin(hidden["place"])]
    assert touched[["score", "score_se", "net", "net_se", "top2"]].isna().all().all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=6))
def test_every_small_number_is_hidden_whatever_the_table(counts: list[list[int]]):
    found = cube(counts)
    hidden = conceal(found)
    small = (found.n > 0) & (found.n < 5)
    assert hidden.cells[small].all()
    assert hidden.groups[(found.base_n > 0) & (found.base_n < 5)].all()
