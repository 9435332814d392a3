"""Tabulating a whole survey against NumPy's bare bincount over the same codes, in one run."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, tabulate

pytestmark = pytest.mark.benchmark

QUESTIONS, STEPS = 30, 6
AGES = ["15-19", "20-29", "30-44", "45-64", "65-79", "80+"]
DISTRICTS = list("ABCDEFG")
BY = ("age_group", "district")
MOST = 3.0


def responses(size: int) -> pd.DataFrame:
    """Weighted responses to questions of six steps; 3 % do not answer."""
    rng = np.random.default_rng(1)
    columns: dict[str, object] = {"age_group": rng.choice(AGES, size), "district": rng.choice(DISTRICTS, size)}
    columns["w"] = rng.lognormal(0, 0.5, size)
    for question in range(QUESTIONS):
        codes = np.where(rng.random(size) < 0.03, -1, rng.integers(0, STEPS, size))
        columns[f"q{question}"] = pd.Categorical.from_codes(codes, [str(step) for step in range(STEPS)])
    return pd.DataFrame(columns)


def survey(frame: pd.DataFrame) -> Dataset:
    """The responses as a dataset, checked and coded, nothing counted yet; every other question is ordinal."""
    scales = ["nominal", "ordinal"] * (QUESTIONS // 2)
    labels = {str(step): f"Steg {step}" for step in range(STEPS)}
    items = [Item(f"q{number}", f"Fråga {number}", scale, labels) for number, scale in enumerate(scales)]
    return Dataset(frame, items, weight="w")


def bare(dataset: Dataset) -> Callable[[], None]:
    """The least that must be done: n, Σw and Σw² of each question by bincount over one code per response."""
    groups, weights = dataset.groups(BY), dataset.frame["w"].to_numpy()
    squares, width = weights**2, STEPS + 1
    bins = groups.size * width
    coded = [groups.scaled(width) + dataset.answers(item).codes for item in dataset.items]

    def run() -> None:
        for codes in coded:
            np.bincount(codes, minlength=bins)
            np.bincount(codes, weights, bins)
            np.bincount(codes, squares, bins)

    return run


def seconds(run: Callable[[], object]) -> float:
    """How long a run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def tabulate_all(dataset: Dataset) -> None:
    """Every question by age group × district."""
    for item in dataset.items:
        tabulate(dataset, item.name, BY)


def ratio(size: int, times: int) -> float:
    """How many times longer all tables take than the bare sums, best of several; each time on a dataset of its own."""
    frame = responses(size)
    least = bare(survey(frame))
    tabulate_all(survey(frame[:1000]))
    floors, ours = [], []
    for _ in range(times):
        floors.append(seconds(least))
        dataset = survey(frame)
        ours.append(seconds(lambda dataset=dataset: tabulate_all(dataset)))  # type: ignore[misc]
    told = f"bincount {min(floors):.4f} s, tabulate {min(ours):.4f} s, {min(ours) / min(floors):.2f} times"
    print(f"\n{size:,} responses, {QUESTIONS} questions: {told}")
    return min(ours) / min(floors)


def test_all_tables_of_a_hundred_thousand_take_less_than_three_bare_bincounts():
    assert ratio(100_000, 20) < MOST


def test_a_million_take_less_than_three_bare_bincounts(pytestconfig: pytest.Config):
    if not pytestconfig.getoption("--long"):
        pytest.skip("the long form only (make bench)")
    assert ratio(1_000_000, 4) < MOST
