"""A scale, and a format, is one file: dropped in, it is tabulated, printed, drawn and exported."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import Dataset, Item, build, exporters, scales

BOLD = '''
"""Answers that are loud or not: a scale of the tests' own."""

from analysis import figures
from analysis.scales._shares import summarise, tally
from analysis.scales.nominal import distribution

MEASURES = (("base", "Röster", "count"),)
ORDERED, SEVERAL = False, False
DRAWS = "table"


def draw(table, words):
    """Bars."""
    return figures.bars(table, words)
'''

FORMAT = '''
"""Numbers of answers, one a line."""

name, mimetype, extension = "Lines", "text/plain", "txt"


def write(report):
    """A line per question."""
    return "".join(f"{question.name} {question.total.base}\\\\n" for question in report.questions).encode()
'''


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for package, file, text in ((scales, "bold", BOLD), (exporters, "lines", FORMAT.replace("\\\\", "\\"))):
        folder = tmp_path / package.__name__
        folder.mkdir()
        (folder / f"{file}.py").write_text(text, "utf-8")
        (folder / "_not_one.py").write_text("raise RuntimeError", "utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
        package.registry.cache_clear()
    yield
    scales.registry.cache_clear()
    exporters.registry.cache_clear()


@pytest.mark.usefixtures("dropped_in")
def test_a_scale_dropped_in_as_a_file_is_tabulated_printed_drawn_and_exported():
    frame = pd.DataFrame({"q": ["a"] * 9 + ["b"] * 6, "age_group": "x", "district": "y"})
    report = build(Dataset(frame, [Item("q", "Fråga", "bold", {"a": "A", "b": "B"})]))
    question = report.question("q")
    assert question.total.columns == ("A", "B", "Röster")
    assert [cell.text for cell in question.total.rows[0].cells] == ["60\xa0%", "40\xa0%", "15"]
    assert question.chart("age_group") is not None
    assert b"Fr\xc3\xa5ga" in exporters.named("csv").write(report)
    assert exporters.named("lines").write(report) == b"q 15\n"


def test_no_file_of_the_registries_lacks_what_is_promised():
    for scale in scales.registry().values():
        for name in ("MEASURES", "ORDERED", "SEVERAL", "DRAWS", "tally", "summarise", "distribution", "draw"):
            assert hasattr(scale, name)
    for exporter in exporters.registry().values():
        for name in ("name", "mimetype", "extension", "write"):
            assert hasattr(exporter, name)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ([0, 1, 2, 4, 7], ["0", "1", "2", "4", "7"]),
        ([0, 5, 12, 19], ["0–4", "5–9", "10–14", "15–19"]),
        ([0.0, 1.5, 2.0, 7.9], ["0.0–0.9", "1.0–1.9", "2.0–2.9", "7.0–7.9"]),
        ([0.05, 0.5, 0.95], ["0.00–0.19", "0.40–0.59", "0.80–0.99"]),
        ([0.1234, 3.9876], ["0.0–0.5", "3.5–4.0"]),
    ],
)
def test_no_number_is_in_two_intervals_of_a_spread(answers: list[float], wanted: list[str]):
    frame = pd.DataFrame({"q": [float(answer) for answer in answers for _ in range(8)]})
    spread = build(Dataset(frame, [Item("q", "Hur många?", "numeric")]), by=()).question("q").total.distribution
    assert spread is not None
    assert [label for label, count in zip(spread["label"], spread["count"], strict=True) if count] == wanted
