"""Every command that writes a file: whole, its owner's alone, or refused with place and remedy."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from panel import installation
from panel.__main__ import house
from surveys.db import db
from tests.surveys.test_results import settings, survey

__all__ = ["settings", "survey"]

TABLES = "results export {survey} --format csv"
RESPONSES = "results export {survey} --format csv --what responses"
LINES = (
    TABLES,
    RESPONSES,
    "results report {survey} --format html",
    "results report {survey} --format pdf --what brief",
    "results chart {survey} on_call --format svg",
    "surveys export {survey} --format yaml",
    "surveys links {survey}",
)


@pytest.fixture
def run(app: Flask, survey: int) -> Any:
    """``run(line, path)``: the result of a command that writes to a path, in a demo, in Swedish."""

    def command(line: str, path: Path) -> Result:
        words = [*line.format(survey=survey).split(), "--output", str(path)]
        with app.app_context():
            installation.put("demo", True)
            db.session.commit()
            result = CliRunner().invoke(house, words, catch_exceptions=False)
            db.session.remove()
        return result

    return command


@pytest.mark.parametrize("line", LINES)
def test_a_file_is_there_and_its_owners_alone(run: Any, line: str, tmp_path: Path) -> None:
    assert run(line, tmp_path / "f").exit_code == 0
    made = [path for path in tmp_path.iterdir() if path.name != "data"]  # the application's own folder
    assert {path.stat().st_mode & 0o077 for path in made} == {0}
    assert [path.name for path in made if path.name.startswith(".")] == []


@pytest.mark.parametrize("line", LINES)
def test_a_folder_that_is_not_there_is_told_with_what_helps(run: Any, line: str, tmp_path: Path) -> None:
    result = run(line, tmp_path / "nowhere" / "f")
    told = f"{tmp_path}/nowhere/f gick inte att skriva: mappen finns inte. Skapa den, eller ange en fil i en annan mapp.\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)


@pytest.mark.parametrize("line", [line for line in LINES if line != RESPONSES])
def test_a_full_disk_is_told_with_what_helps(run: Any, line: str) -> None:
    result = run(line, Path("/dev/full"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "/dev/full gick inte att skriva: disken är full. Gör plats, eller ange en fil på en annan disk.\n"


def test_the_register_is_refused_likewise(run: Any, tmp_path: Path) -> None:
    assert "mappen finns inte" in run("panel export", tmp_path / "nowhere" / "f.csv").stderr
    assert run("panel export", tmp_path / "f.csv").exit_code == 0
    assert (tmp_path / "f.csv").stat().st_mode & 0o077 == 0


def test_responses_go_to_no_device_since_they_could_not_be_taken_back(run: Any) -> None:
    result = run(RESPONSES, Path("/dev/full"))
    assert (result.exit_code, result.stderr.split(": ")[1]) == (1, "det är ett rör eller en enhet. Ange en fil.\n")
