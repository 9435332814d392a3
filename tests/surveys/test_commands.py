"""The commands of surveys and results, as a script uses them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from panel import consents, installation
from panel.__main__ import house
from panel.models import Consent
from surveys.clock import now, today
from surveys.db import db
from surveys.models import Invitation, Survey
from tests import factories
from tests.conftest import Work

EXAMPLE = "surveys/examples/fritid.yaml"


@pytest.fixture
def run(app: Flask) -> Any:
    """``run("surveys list")``: the result of a command."""

    def command(line: str) -> Result:
        with app.app_context():
            result = CliRunner().invoke(house, line.split(), catch_exceptions=False)
            db.session.remove()
        return result

    return command


def test_a_questionnaire_is_imported_shown_listed_and_exported_again(run: Any, tmp_path: Path) -> None:
    assert run(f"surveys import {EXAMPLE}").stdout.strip() == "1"
    assert json.loads(run("surveys list --json").stdout) == [
        {"id": 1, "title": "Din fritid i kommunen", "state": "draft", "dialogue": None, "invited": 0, "answered": 0}
    ]
    shown = json.loads(run("surveys show 1 --json").stdout)
    assert len([q for page in shown["pages"] for q in page["questions"]]) == 10
    assert run(f"surveys export 1 --format yaml --output {tmp_path / 'q.yaml'}").exit_code == 0
    assert run(f"surveys import {tmp_path / 'q.yaml'} --json").stdout.startswith('{"id": 2, "losses": []')


@pytest.mark.parametrize("content", [b"", b"a: [", b"\xff\xfe\x00", b"!!python/name:os.system", b"PK\x03\x04junk"])
def test_a_bad_file_is_refused_with_1_and_one_line_on_stderr(run: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    result = run(f"surveys import {tmp_path / 'bad.yaml'}")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_wrong_usage_exits_with_2(run: Any) -> None:
    assert run("surveys import").exit_code == 2
    assert run("surveys show").exit_code == 2
    assert run("results export 1 --format exe --output x").exit_code == 2


def test_what_does_not_exist_is_refused_by_number(run: Any) -> None:
    result = run("surveys show 99")
    assert result.exit_code == 1
    assert "99" in result.stderr


def test_opening_names_everything_that_is_missing(run: Any) -> None:
    run(f"surveys import {EXAMPLE}")
    result = run("surveys open 1")
    assert result.exit_code == 1
    assert "Enkäten hör inte till någon dialog" in result.stderr
    assert "Sista dag att svara saknas" in result.stderr


def prepared(work: Work) -> None:
    """A survey in a dialogue with every gate passed, and forty members alike to invite."""
    with work() as session:
        installation.put("demo", True)
        survey = session.get_one(Survey, 1)
        survey.dialogue_id = factories.dialogue(session).id
        survey.closes = today().replace(year=today().year + 1)
        text = consents.ensure_text("Krokoms kommun")
        for number in range(40):
            member = factories.member(session, f"m{number}@example.se")
            member.consents.append(Consent(text=text, given=now()))


def test_a_survey_is_run_from_the_command_line_from_opening_to_files(run: Any, work: Work, tmp_path: Path) -> None:
    run(f"surveys import {EXAMPLE}")
    prepared(work)
    assert run("surveys open 1").exit_code == 0
    assert run("surveys invite 1 --sample 35 --seed 3 --stratify district,age_group").exit_code == 0
    assert run("surveys fake-answers 1 --count 30 --seed 1").stdout.strip() == "30"
    assert json.loads(run("surveys status 1 --json").stdout)["answered"] == 30
    assert run(f"results export 1 --format csv --output {tmp_path / 'r.csv'}").exit_code == 1
    assert run("surveys close 1").exit_code == 0
    for line, name in (
        ("results export 1 --format csv", "r.csv"),
        ("results export 1 --format xlsx", "r.xlsx"),
        ("results export 1 --format json", "r.json"),
        ("results export 1 --what responses --format json", "a.json"),
        ("results report 1 --format pdf", "r.pdf"),
        ("results report 1 --format html", "r.html"),
        ("results report 1 --format pdf --what brief", "b.pdf"),
        ("results chart 1 pleased --by district --format svg", "c.svg"),
    ):
        assert run(f"{line} --output {tmp_path / name}").exit_code == 0, line
        assert (tmp_path / name).stat().st_size > 500
    responses = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert len(responses) == 30
    assert {"age_group", "district", "pleased"} <= set(responses[0])
    assert json.loads((tmp_path / "a.json.manifest.json").read_text(encoding="utf-8"))["rows"] == 30


def test_a_chart_of_an_unknown_question_is_refused_with_the_names_there_are(run: Any, work: Work, tmp_path: Path) -> None:
    run(f"surveys import {EXAMPLE}")
    prepared(work)
    run("surveys open 1")
    run("surveys close 1")
    result = run(f"results chart 1 nothing --format svg --output {tmp_path / 'c.svg'}")
    assert result.exit_code == 1
    assert "pleased" in result.stderr


def test_made_up_answers_and_links_are_refused_outside_a_demo(run: Any, work: Work, tmp_path: Path) -> None:
    run(f"surveys import {EXAMPLE}")
    prepared(work)
    with work():
        installation.put("demo", False)
    run("surveys open 1")
    run("surveys invite 1")
    assert run("surveys fake-answers 1 --count 5 --seed 1").exit_code == 1
    assert run(f"surveys links 1 --output {tmp_path / 'l.txt'}").exit_code == 1
    with work() as session:
        assert not session.query(Invitation).filter_by(state="answered").count()
