"""Results of a survey as files, from the command line: tables for all, responses for analysts."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from pyaxis import pyaxis

from analysis import exporters
from panel.__main__ import house
from surveys import dataset, making
from surveys.dataset import freezing
from surveys.db import db
from surveys.models import Survey, SurveyState
from tests.conftest import Work
from tests.surveys.test_results import settings, survey

__all__ = ["settings", "survey"]


@pytest.fixture
def run(app: Flask) -> Any:
    """``run("results export …")``: the result of a command, in Swedish."""

    def command(line: str) -> Result:
        with app.app_context():
            result = CliRunner().invoke(house, line.split(), catch_exceptions=False)
            db.session.remove()
        return result

    return command


@pytest.mark.parametrize("kind", sorted(exporters.registry()))
def test_every_format_is_a_file(run: Any, survey: int, tmp_path: Path, kind: str) -> None:
    result = run(f"results export {survey} --format {kind} --output {tmp_path / 'r'}")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "r").stat().st_size > 100
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_px_and_json_say_one_number(run: Any, survey: int, tmp_path: Path) -> None:
    run(f"results export {survey} --format px --output {tmp_path / 'r.px'}")
    run(f"results export {survey} --format json --output {tmp_path / 'r.json'}")
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))
    read = pyaxis.parse(str(tmp_path / "r.px"), encoding="utf-8")
    codes = [read["METADATA"][f"CODES({name})"] for name in ("Svarsalternativ", "Grupp", "Mått")]
    places = [(a, g, m) for a in codes[0] for g in codes[1] for m in codes[2]]
    cells = dict(zip(places, read["DATA"]["DATA"], strict=True))
    question = next(each for each in told["questions"] if each["name"] == "on_call")
    compared = 0
    for table in question["tables"]:
        for row in table["rows"]:
            group = f"{table['by']}:{row['code']}" if table["by"] else "all"
            cell = cells[f"on_call:{row['category']}", group, "share"]
            if row["share"] is None:
                assert cell != cell or cell == ""
            else:
                assert float(cell) / 100 == pytest.approx(row["share"], rel=1e-12)
            compared += 1
    assert compared > 10


def test_a_file_says_of_which_survey_it_is_and_who_asked(run: Any, survey: int, tmp_path: Path) -> None:
    run(f"results export {survey} --format json --output {tmp_path / 'r.json'}")
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert (told["survey"], told["title"], told["closed"]) == (f"survey{survey}", "Hur vill du resa?", "2026-11-01")
    assert (told["producer"], told["contact"]) == ("Krokoms kommun", "panel@example.invalid")


@pytest.mark.parametrize(
    ("more", "measure"), [("", 'HEADING="Mått"'), ("--language sv", 'HEADING="Mått"'), ("--language en", 'HEADING="Measure"')]
)
def test_a_file_is_written_in_the_language_asked_for(run: Any, survey: int, tmp_path: Path, more: str, measure: str) -> None:
    assert run(f"results export {survey} --format px {more} --output {tmp_path / 'r.px'}").exit_code == 0
    text = (tmp_path / "r.px").read_text("utf-8")
    assert measure in text
    assert f'LANGUAGE="{more[-2:] or "sv"}"' in text


def test_the_survey_is_called_what_it_was_called_in_that_language(run: Any, survey: int, tmp_path: Path) -> None:
    run(f"results export {survey} --format json --language en --output {tmp_path / 'r.json'}")
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["title"] == "How do you want to travel?"


def test_a_language_that_is_not_offered_is_refused_with_those_that_are(run: Any, survey: int, tmp_path: Path) -> None:
    result = run(f"results report {survey} --format html --language fi --output {tmp_path / 'r'}")
    assert (result.exit_code, result.stderr) == (1, "Här skrivs inget på språket ”fi”. Välj något av sv, en.\n")


@pytest.mark.parametrize("kind", sorted(exporters.responses.registry()))
def test_responses_come_in_every_format_with_a_manifest(run: Any, survey: int, tmp_path: Path, kind: str) -> None:
    result = run(f"results export {survey} --what responses --format {kind} --output {tmp_path / 'r'}")
    assert result.exit_code == 0
    assert "150 svar" in result.stderr
    told = json.loads((tmp_path / "r.manifest.json").read_text("utf-8"))
    assert (told["rows"], told["survey"], told["title"], told["closed"]) == (150, "survey1", "Hur vill du resa?", "2026-11-01")


def test_free_text_is_asked_for_and_warned_of(run: Any, survey: int, tmp_path: Path) -> None:
    line = f"results export {survey} --what responses --format json --output {tmp_path / 'r.json'}"
    run(line)
    assert "other" not in json.loads((tmp_path / "r.json").read_text("utf-8"))[0]
    result = run(f"{line} --with-text")
    assert "vad medlemmar har skrivit" in result.stderr
    rows = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert any(isinstance(value, str) and len(value) > 20 for row in rows for value in row.values())


def test_responses_hold_no_key_of_an_invitation_or_of_a_response(run: Any, survey: int, tmp_path: Path) -> None:
    run(f"results export {survey} --what responses --format csv --with-text --output {tmp_path / 'r.csv'}")
    assert not re.search(r"[0-9a-f]{32}", (tmp_path / "r.csv").read_text("utf-8"))


def test_labels_are_written_when_asked_for(run: Any, survey: int, tmp_path: Path) -> None:
    run(f"results export {survey} --what responses --labels --format csv --output {tmp_path / 'r.csv'}")
    assert "65 år och äldre" in (tmp_path / "r.csv").read_text("utf-8")


@pytest.mark.parametrize("line", ["--format px --what responses", "--format dta --what tables --output /nowhere/r.dta"])
def test_what_cannot_be_is_refused_in_swedish(run: Any, survey: int, tmp_path: Path, line: str) -> None:
    output = "" if "--output" in line else f" --output {tmp_path / 'r'}"
    result = run(f"results export {survey} {line}{output}")
    assert result.exit_code == 1
    assert "skriv" in result.stderr
    assert list(tmp_path.glob("r*")) == []


def test_an_open_survey_gives_no_file(run: Any, survey: int, work: Work, tmp_path: Path) -> None:
    with work() as session:
        session.get_one(Survey, survey).state = SurveyState.OPEN
    for what in ("tables", "responses"):
        result = run(f"results export {survey} --what {what} --format csv --output {tmp_path / 'r.csv'}")
        assert result.exit_code == 1
        assert not (tmp_path / "r.csv").exists()


@pytest.mark.parametrize("kind", sorted(exporters.responses.registry()))
def test_a_frozen_survey_gives_the_file_that_the_store_gives(
    run: Any, survey: int, app: Flask, work: Work, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = f"results export {survey} --what responses --with-text --format {kind} --output"
    run(f"{line} {tmp_path / 'store'}")
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    with work() as session:
        freezing.freeze(session, session.get_one(Survey, survey), making.snapshots(app.config))
    monkeypatch.setattr(dataset, "load", None)
    assert run(f"{line} {tmp_path / 'frozen'}").exit_code == 0
    assert _told(tmp_path / "frozen", kind) == _told(tmp_path / "store", kind)


def _told(path: Path, kind: str) -> Any:
    """What a file of responses says: its rows where two files of the same rows may differ in bytes, else its bytes."""
    if kind == "parquet":
        return duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall()  # our own path
    return _unpacked(path) if kind == "xlsx" else path.read_bytes()


def _unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}


def test_damaged_answers_are_refused_and_leave_no_file(
    run: Any, survey: int, app: Flask, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    with work() as session:
        found = freezing.freeze(session, session.get_one(Survey, survey), making.snapshots(app.config))
    Path(found.files[0]).write_bytes(b"PAR1")
    result = run(f"results export {survey} --what responses --format csv --output {tmp_path / 'r.csv'}")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert list(tmp_path.glob("r.csv*")) == []
