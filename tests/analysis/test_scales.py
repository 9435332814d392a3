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
