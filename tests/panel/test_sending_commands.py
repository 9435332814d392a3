"""Inviting, reminding and following from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, update

from panel import installation
from panel.models import Message, MessageState
from surveys import invitations
from tests.conftest import Work
from tests.panel import sending


@pytest.fixture
def survey(work: Work) -> str:
    with work() as session:
        sending.panel(session, 40)
        return str(sending.open_survey(session).id)


def run(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["surveys", *words])


def arrived(work: Work) -> None:
    with work() as session:
        session.execute(update(Message).values(state=MessageState.HANDED_OVER))


def test_invite_remind_and_status(app: Flask, work: Work, survey: str) -> None:
    done = run(app, "invite", survey, "--sample", "20", "--seed", "5", "--stratify", "district,age_group")
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert "20" in done.stderr
    arrived(work)
    assert run(app, "remind", survey).exit_code == 0
    said = json.loads(run(app, "status", survey, "--json").stdout)
    assert (said["invited"], said["sent"], said["failed"], said["answered"]) == (20, 20, 0, 0)
    assert said["response_rate"] == 0
    assert sum(group["invited"] for group in said["by_district"]) == 20
    assert "Alla: inbjudna 20" in run(app, "status", survey).stdout


@pytest.mark.parametrize(
    "words",
    [
        ["invite", "99"],
        ["remind", "99"],
        ["status", "99"],
        ["invite", "1", "--sample", "0"],
        ["invite", "1", "--sample", "41"],
        ["invite", "1", "--seed", "-1"],
        ["invite", "1", "--sample", "9", "--stratify", "namn"],
        ["remind", "1"],
    ],
)
def test_what_can_not_be_done_is_refused_with_a_reason(app: Flask, work: Work, survey: str, words: list[str]) -> None:
    done = run(app, *words)
    assert done.exit_code == 1
    assert done.stderr.strip()
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


@pytest.mark.parametrize("words", [["invite"], ["invite", "ett"], ["invite", "1", "--sample", "många"]])
def test_wrong_usage_exits_with_two(app: Flask, survey: str, words: list[str]) -> None:
    assert run(app, *words).exit_code == 2


def test_personal_links_are_written_in_a_demo_only(app: Flask, work: Work, survey: str, tmp_path: Path) -> None:
    run(app, "invite", survey)
    file = tmp_path / "links.txt"
    refused = run(app, "links", survey, "--output", str(file))
    assert refused.exit_code == 1
    assert not file.exists()
    with work():
        installation.put("demo", True)
    assert run(app, "links", survey, "--output", str(file)).exit_code == 0
    lines = file.read_text().split()
    secret = app.config["LINK_SECRET"]
    assert len({invitations.read_token(line.rpartition("/")[2], secret) for line in lines} - {None}) == 40


def test_deliver_once_sends_and_stops(app: Flask, work: Work, survey: str) -> None:
    from tests.mailbox import Mailbox, serve

    run(app, "invite", survey)
    box = Mailbox()
    with serve(box) as port:
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["deliver", "--once"])
    assert done.exit_code == 0
    assert "40" in done.stderr
    assert len(box.raw) == 40
