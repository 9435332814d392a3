"""A report of 30 charts and at least 30 pages beside the same charts drawn by matplotlib as its manual says, in one run."""

import io
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pikepdf
import pytest

from analysis import documents, words
from analysis.dataset import Dataset, Item
from analysis.documents import Document
from analysis.report import Report, build
from tests.analysis.documenting import council
from tests.benchmarks.test_charts import by_the_manual

pytestmark = pytest.mark.benchmark

QUESTIONS = 30
STEPS = {"1": "1 – inte alls nöjd", "2": "2", "3": "3", "4": "4", "5": "5 – mycket nöjd"}
MOST = {"pdf": 0.2, "html": 0.15, "docx": 0.6, "pptx": 0.15}
"""Parts of the time of the plain drawing of 30 charts, for drawing, setting and writing the whole file."""


def asked() -> Dataset:
    """A thousand answers to 30 questions of five steps, by seven ages and ten districts."""
    rng = np.random.default_rng(30)
    groups = {
        "age_group": {f"a{i}": f"{i}0–{i}9 år" for i in range(1, 8)},
        "district": {f"d{i}": f"Kommundel {i}" for i in range(1, 11)},
    }
    frame = pd.DataFrame({name: rng.choice([*labels], 1000) for name, labels in groups.items()})
    items = []
    for number in range(QUESTIONS):
        frame[f"q{number}"] = rng.choice([*"12345"], 1000, p=rng.dirichlet(np.full(5, 4.0)))
        items.append(Item(f"q{number}", f"Hur nöjd är du med nummer {number} i kommunen?", "ordinal", STEPS))
    return Dataset(frame, items, groups=groups, group_names={"age_group": "Åldersgrupp", "district": "Kommundel"})


def quickest(run: Callable[[], object], times: int = 3) -> float:
    """Seconds of the quickest of some runs."""
    found = []
    for _run in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


@pytest.fixture(scope="module")
def report() -> Report:
    with words.speak("sv"):
        return build(asked())


def fresh(report: Report) -> Document:
    """The document anew, so that no chart has been drawn."""
    with words.speak("sv"):
        return council(report)


@pytest.mark.parametrize("name", MOST)
def test_a_report_of_thirty_charts_takes_a_part_of_drawing_them_plainly(report: Report, name: str) -> None:
    plain = QUESTIONS * quickest(by_the_manual)
    ours = quickest(lambda: documents.named(name).write(fresh(report)))
    print(f"{name} / 30 charts by the manual: {ours / plain:.2f} ({ours:.2f} s / {plain:.2f} s)")
    assert ours <= MOST[name] * plain


def test_the_report_that_is_timed_has_thirty_pages(report: Report) -> None:
    with pikepdf.open(io.BytesIO(documents.named("pdf").write(fresh(report)))) as file:
        assert len(file.pages) >= 30
