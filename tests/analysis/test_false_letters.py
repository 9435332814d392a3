"""Letters where nothing differs: 30 questions of 5 answers by 10 districts, as in the report of a municipality."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, letters, tabulate

DISTRICTS = [0.22, 0.17, 0.13, 0.11, 0.09, 0.08, 0.07, 0.06, 0.04, 0.03]
ANSWERS = [0.1, 0.2, 0.3, 0.25, 0.15]
ITEMS = [Item(f"q{i}", f"Fråga {i}", "nominal", {code: code for code in "12345"}) for i in range(30)]


def false_letters(seed: int, adjust: str = "holm", size: int = 1200, weight: str | None = None) -> int:
    """Letters of one report in which no district differs from another."""
    rng = np.random.default_rng([11, seed])
    frame = pd.DataFrame({item.name: rng.choice(list("12345"), size, p=ANSWERS) for item in ITEMS})
    frame["district"] = rng.choice([f"d{i}" for i in range(10)], size, p=DISTRICTS)
    frame["weight"] = rng.lognormal(0, 0.5, size)
    dataset = Dataset(frame, ITEMS, weight=weight)
    found = [letters(tabulate(dataset, item.name, ["district"]), "district", adjust=adjust) for item in ITEMS]
    return sum(int(each["above"].str.len().sum()) for each in found)


@pytest.fixture
def reports(request: pytest.FixtureRequest) -> int:
    return 60 if request.config.getoption("--long") else 5


@pytest.mark.parametrize("weight", [None, "weight"])
def test_a_report_where_nothing_differs_has_at_most_two_letters(reports, weight):
    assert np.mean([false_letters(seed, weight=weight) for seed in range(reports)]) <= 2


def test_small_panels_have_as_few(reports):
    assert np.mean([false_letters(seed, size=280, weight="weight") for seed in range(reports)]) <= 2


def test_without_adjustment_there_would_be_more_than_a_hundred():
    assert false_letters(0, adjust="none") > 100
