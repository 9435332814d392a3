"""The flag of reliability follows its written rule, hides with its row, and is told in words."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, tabulate, words
from analysis.precision import reliability

Q = Item("q", "Fråga", "nominal", {"a": "A", "b": "B"})


def flag(share: float, low: float, high: float, base: float = 500, df: float = 499) -> str:
    place = reliability.of_shares(*(np.array([each]) for each in (share, low, high, base, df)))
    return reliability.CODES[place[0]]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((0.50, 0.46, 0.54), "good"),
        ((0.50, 0.46, 0.54, 29.9), "too-uncertain"),
        ((0.50, 0.34, 0.65), "too-uncertain"),
        ((0.50, 0.39, 0.60), "uncertain"),
        ((0.50, 0.41, 0.60), "good"),
        ((0.02, 0.01, 0.05), "good"),
        ((0.04, 0.01, 0.07), "too-uncertain"),
        ((0.96, 0.93, 0.99), "uncertain"),
        ((0.00, 0.00, 0.03), "uncertain"),
        ((1.00, 0.97, 1.00), "uncertain"),
        ((0.50, 0.46, 0.54, 500, 7), "uncertain"),
    ],
)
def test_each_line_of_the_rule_for_shares(row: tuple[float, ...], code: str):
    assert flag(*row) == code


def test_each_line_of_the_rule_for_means():
    bases, df = np.array([29.0, 95.0, 96.0, 200.0, 200.0]), np.array([28.0, 94.0, 95.0, 7.0, 199.0])
    found = reliability.of_means(np.array([1.0, 1.0, 1.0, 1.0, np.nan]), bases, df)
    assert found.tolist() == [2, 1, 0, 1, -1]


def survey(size: int) -> Dataset:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"q": rng.choice(["a", "b"], size), "n": rng.normal(0, 1, size), "w": rng.lognormal(0, 0.3, size)})
    return Dataset(frame, [Q, Item("n", "Tal", "numeric")], weight="w")


@pytest.mark.parametrize(("size", "code"), [(25, "too-uncertain"), (80, "uncertain"), (400, "good")])
def test_more_answers_make_a_table_more_reliable(size: int, code: str):
    assert set(tabulate(survey(size), "q")["reliability"]) == {code}
    assert set(tabulate(survey(size), "n")["reliability"]) == {code}


def test_the_flag_does_not_hang_on_the_interval_or_level_asked_for():
    expected = tabulate(survey(80), "q")["reliability"].tolist()
    for interval in ("logit", "beta", "mean", "wilson-design"):
        assert tabulate(survey(80), "q", level=0.5, interval=interval)["reliability"].tolist() == expected


def test_the_flag_is_hidden_with_its_row_and_missing_where_nobody_answered():
    frame = pd.DataFrame({"q": ["a"] * 60 + ["b"] * 3, "g": ["x"] * 40 + ["y"] * 23})
    dataset = Dataset(frame, [Q], groups={"g": {"x": "X", "y": "Y", "z": "Z"}})
    table = tabulate(dataset, "q", ["g"])
    assert table["hidden"].any()
    assert table.loc[table["hidden"], "reliability"].isna().all()
    assert table.loc[table["g"] == "z", "reliability"].isna().all()


def test_clusters_that_are_alike_inside_make_a_share_less_reliable():
    frame = pd.DataFrame({"q": np.repeat(["a", "b"] * 10, 20), "c": np.repeat(np.arange(20), 20)})
    loose, tight = tabulate(Dataset(frame, [Q]), "q"), tabulate(Dataset(frame, [Q], cluster="c"), "q")
    assert set(loose["reliability"]) == {"good"}
    assert set(tight["reliability"]) == {"too-uncertain"}


def test_every_code_has_its_words_in_both_languages():
    for language, expected in (
        ("en", ["Reliable", "Uncertain", "Too uncertain to build on"]),
        ("sv", ["Säker", "Osäker", "För osäker att bygga på"]),
    ):
        with words.speak(language):
            assert [reliability.words(code) for code in reliability.CODES] == expected
    assert reliability.words(float("nan")) == ""  # type: ignore[arg-type]
