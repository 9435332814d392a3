"""The notebooks say today what they said when they were kept."""

import ast
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


def known() -> dict[str, dict[Any, int]]:
    """What the notebook's cells enter by hand of all voters."""
    cells = (cell.source for cell in nbformat.read(FOLDER / "survey.ipynb", as_version=4).cells if cell.cell_type == "code")
    lines = [line for cell in cells if "voters = {" in cell for line in ast.parse(cell).body if isinstance(line, ast.Assign)]
    found = {line.targets[0].id: line.value for line in lines if isinstance(line.targets[0], ast.Name)}
    return {name: ast.literal_eval(found[name]) for name in ("voters", "votes")}


def test_what_is_known_of_all_voters_is_what_was_published():
    """The turnouts are those of the Census Bureau's historical table of P20-504; the votes of "Federal Elections 96", where
    96,277,634 were cast for President.
    """
    turnouts, people, turnout = {"18-24": 0.324, "25-44": 0.492, "45-64": 0.644, "65+": 0.670}, 193_651, 0.542
    voters, votes = known()["voters"], known()["votes"]
    assert round(sum(voters.values()) / people, 3) == turnout
    assert voters.keys() == turnouts.keys()
    aged = {age: voters[age] / turnouts[age] for age in voters}
    off = {age: 0.0005 / turnouts[age] * aged[age] for age in voters}
    assert abs(sum(aged.values()) - people) < sum(off.values())
    assert [round(count / 96_277_634, 4) for count in votes.values()] == [0.4924, 0.4071]


def test_a_notebook_shows_tables_and_a_chart():
    kept = said(nbformat.read(FOLDER / "survey.ipynb", as_version=4))
    assert "<svg>" in kept
    assert any("settled: True" in text for text in kept)
    assert not any("Error" in text for text in kept)
