"""Significance letters: who stands above whom, and what hidden cells may not give away."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, UnusableData, letters, tabulate, words
from analysis.comparison import cohens_h, size

YES_NO = Item("q", "Q", "nominal", {"yes": "Ja", "no": "Nej"})


def table(counts: dict[str, tuple[int, int]], minimum: int = 5) -> pd.DataFrame:
    """A safe table of groups with so many yes and no."""
    rows = [
        (group, answer) for group, pair in counts.items() for answer, n in zip(("yes", "no"), pair, strict=True) for _ in range(n)
    ]
    return tabulate(Dataset(pd.DataFrame(rows, columns=["g", "q"]), [YES_NO]), "q", ["g"], minimum=minimum)


def above(found: pd.DataFrame, made: pd.DataFrame, group: str, answer: str = "yes") -> str:
    return found.loc[(made["g"] == group) & (made["category"] == answer), "above"].item()


def test_a_group_bears_the_letters_of_those_it_stands_above():
    made = table({"a": (80, 20), "b": (30, 70), "c": (25, 75)})
    found = letters(made, "g")
    assert found["letter"].tolist() == ["A", "A", "B", "B", "C", "C"]
    assert [above(found, made, group) for group in "abc"] == ["BC", "", ""]
    assert [above(found, made, group, "no") for group in "abc"] == ["", "A", "A"]


def test_what_chance_may_have_made_bears_no_letter():
    made = table({"a": (26, 24), "b": (20, 30)})
    assert letters(made, "g")["above"].tolist() == ["", "", "", ""]


def test_small_groups_of_answers_all_alike_bear_no_letters():
    made = table({"a": (10, 0), "b": (75, 25)})
    assert above(letters(made, "g"), made, "a") == ""
    tiny = table({"a": (9, 0), "b": (0, 100)})
    assert set(letters(tiny, "g")["above"]) == {""}


def test_a_hidden_cell_neither_bears_nor_gives_letters():
    counts = {"a": (90, 10), "b": (3, 97), "c": (45, 55), "d": (60, 40)}
    made, bare = table(counts), table(counts, minimum=0)
    hidden = made["hidden"].to_numpy(dtype=bool)
    assert hidden.any()
    found = letters(made, "g")
    assert set(found.loc[hidden, "above"]) == {""}
    assert not found.loc[made["category"] == "yes", "above"].str.contains("B").any()
    assert above(letters(bare, "g"), bare, "a") == "BCD"


def test_letters_are_the_same_whatever_lies_under_the_hidden_cells():
    made = table({"a": (90, 10), "b": (3, 97), "c": (45, 55), "d": (60, 40)})
    numbers = ["count", "base", "share", "se", "low", "high", "effective_base"]
    other = made.copy()
    other.loc[made["hidden"], numbers] = 0.99
    assert letters(made, "g").equals(letters(other, "g"))


def test_those_whose_group_is_not_known_have_no_letter():
    frame = pd.DataFrame({"g": ["a"] * 50 + ["b"] * 50 + [None] * 50, "q": ["yes"] * 50 + ["no"] * 50 + ["yes"] * 50})
    made = tabulate(Dataset(frame, [YES_NO], groups={"g": {"a": "A", "b": "B"}}), "q", ["g"])
    found = letters(made, "g")
    assert found["letter"].tolist() == ["A", "A", "B", "B", "", ""]
    assert found["above"].tolist() == ["B", "", "", "A", "", ""]


def test_more_groups_than_letters_get_two():
    rng = np.random.default_rng(1)
    names = [f"g{i:02}" for i in range(30)]
    frame = pd.DataFrame({"g": np.repeat(names, 40), "q": rng.choice(["yes", "no"], 1200)})
    frame.loc[frame["g"] == "g29", "q"] = "yes"
    made = tabulate(Dataset(frame, [YES_NO]), "q", ["g"])
    found = letters(made, "g")
    assert found["letter"].drop_duplicates().tolist()[-4:] == ["AA", "AB", "AC", "AD"]
    assert above(found, made, "g29").split()[:3] == ["A", "B", "C"]


def test_a_table_that_has_no_shares_is_refused():
    frame = pd.DataFrame({"g": list("ab"), "n": [1.0, 2.0]})
    means = tabulate(Dataset(frame, [Item("n", "N", "numeric")]), "n", ["g"], minimum=0)
    with pytest.raises(UnusableData, match="no column 'category'"):
        letters(means, "g")
    with pytest.raises(UnusableData, match="no column 'district'"):
        letters(table({"a": (9, 9)}), "district")


def test_the_size_of_a_difference_is_told_in_words():
    assert cohens_h(0.6, 0.4) == pytest.approx(0.4027, abs=1e-4)
    assert cohens_h(0.3, 0.3) == 0
    with words.speak("sv"):
        told = [size(h) for h in (0.1, -0.3, 0.6, -0.9)]
    assert told == ["en mycket liten skillnad", "en liten skillnad", "en tydlig skillnad", "en stor skillnad"]
