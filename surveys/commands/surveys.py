"""Commands of surveys: import, export, list, show, open, close."""

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app

from surveys import dialogues, drafting, envelopes, formats, invitations, lifecycle
from surveys.clock import today
from surveys.commands.saving import save
from surveys.db import db
from surveys.models import Survey


@click.group("surveys")
def group() -> None:
    """Questionnaires and surveys."""


def _session() -> Any:
    return db.session()


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dialogue", type=int, help="Number of the dialogue that the survey is a part of.")
@click.option("--json", "as_json", is_flag=True, help="Print id, losses and warnings as JSON.")
def import_(file: Path, dialogue: int | None, as_json: bool) -> None:
    """Import a questionnaire (YAML, JSON or XLSForm) as a new survey; prints its id."""
    if dialogue is not None:
        dialogues.get(_session(), dialogue)
    loaded = formats.read(file.read_bytes(), file.name)
    survey = drafting.create(_session(), loaded, dialogue)
    if as_json:
        losses = [loss.to_json() for loss in loaded.losses]
        click.echo(json.dumps({"id": survey.id, "losses": losses, "warnings": list(loaded.warnings)}, ensure_ascii=False))
        return
    click.echo(survey.id)
    for line in (*map(str, loaded.losses), *loaded.warnings):
        click.echo(line, err=True)


@group.command("export")
@click.argument("key", metavar="ID", type=int)
@click.option("--format", "name", type=click.Choice(formats.writable()), required=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(key: int, name: str, output: Path) -> None:
    """Write a survey's questionnaire to a file."""
    save(formats.write(drafting.questionnaire(drafting.get(_session(), key)), name), output)


@group.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """All surveys, with state, invited and answered."""
    rows = [_row(survey) for survey in reversed(drafting.every(_session()))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("{id}\t{state}\t{invited}\t{answered}\t{title}".format(**row))


def _row(survey: Survey) -> dict[str, Any]:
    status = invitations.status(_session(), survey)
    return {
        "id": survey.id,
        "title": survey.title,
        "state": str(survey.state),
        "dialogue": survey.dialogue_id,
        "invited": status.invited,
        "answered": status.answered,
    }


@group.command("show")
@click.argument("key", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True)
def show(key: int, as_json: bool) -> None:
    """A survey's whole questionnaire."""
    questionnaire = drafting.questionnaire(drafting.get(_session(), key))
    if as_json:
        click.echo(json.dumps(questionnaire.to_json(), ensure_ascii=False))
        return
    click.echo(formats.write(questionnaire, "yaml").decode(), nl=False)


@group.command("open")
@click.argument("key", metavar="ID", type=int)
def open_(key: int) -> None:
    """Let members answer; refused with what is missing."""
    survey = drafting.get(_session(), key)
    said = lifecycle.said_elsewhere(_session(), survey)
    lifecycle.open_(_session(), survey, today(), said, current_app.config["KEY_DIR"])


@group.command("close")
@click.argument("key", metavar="ID", type=int)
def close(key: int) -> None:
    """Take no more answers, and mix what is staged into the response store; commits in between, as the worker does."""
    lifecycle.close(drafting.get(_session(), key), today())
    db.session.commit()
    envelopes.flush(key, current_app.config["KEY_DIR"])
