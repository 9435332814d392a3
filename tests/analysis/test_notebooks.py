"""The notebooks say today what they said when they were kept."""

import runpy
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

FOLDER = Path("docs/notebooks")


def said(book: Any) -> list[str]:
    """What every cell prints, one text a cell; charts as their kind."""
    return ["".join(_text(output) for output in cell.get("outputs", [])) for cell in book.cells]


def _text(output: Any) -> str:
    if output["output_type"] == "stream":
        return str(output["text"]) if output["name"] == "stdout" else ""
    data = output.get("data", {})
    return "<svg>" if "image/svg+xml" in data else str(data.get("text/plain", output.get("ename", "")))


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_run_anew_says_the_same(path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the kernel's libraries
        executed = runpy.run_path(str(FOLDER / "execute.py"))["executed"]
        found = said(executed(path))
    assert found == said(nbformat.read(path, as_version=4)), "run docs/notebooks/execute.py and look at what changed"


def test_a_notebook_shows_tables_and_a_chart():
    kept = said(nbformat.read(FOLDER / "survey.ipynb", as_version=4))
    assert "<svg>" in kept
    assert any("settled: True" in text for text in kept)
    assert not any("Error" in text for text in kept)
