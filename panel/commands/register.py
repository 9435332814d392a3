"""The group `panel`: the register in and out of files, and what is done with single members."""

import json
import sys
from pathlib import Path

import click
from flask import current_app

from analysis.words import _, ngettext
from panel import audit, composition, consents, installation, register, sheets
from panel.commands import members
from panel.register import Trial
from surveys.commands.saving import save
from surveys.db import db
from surveys.refusals import Refusal

KINDS = {".csv": sheets.CSV, ".xlsx": sheets.XLSX}


@click.group("panel")
def group() -> None:
    """The register of panel members."""


for command in (members.extract, members.forget, members.purge):
    group.add_command(command)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--skip-refused", is_flag=True, help="Take over the other rows although some are refused.")
def import_(file: Path, dry_run: bool, as_json: bool, skip_refused: bool) -> None:
    """Take over members from CSV or XLSX who have agreed to the consent text in force.

    Columns: e-post, mobil, födelseår, kön, kommundel, språk, kanal, adress, in any order; English names too.
    Nothing is written if a row is refused, unless --skip-refused.
    """
    session, languages = db.session(), current_app.config["LANGUAGES"]
    try:
        trial = register.try_out(session, file.read_bytes(), languages)
    except sheets.CannotRead as fault:
        trial = register.refusal(fault)
    _tell(trial, as_json)
    if trial.refused and not (skip_refused and trial.new + trial.changed):
        _refuse(trial)
    if dry_run:
        click.echo(_("Nothing has been changed."), err=True)
        return
    text = consents.ensure_text(current_app.config["MUNICIPALITY"])
    register.write(session, trial, text, languages[0], skip_refused)
    audit.record("imported", "register", "", new=len(trial.new), changed=len(trial.changed), consent=text.version)


def _refuse(trial: Trial) -> None:
    if trial.rows:
        click.echo(register.refused_words(trial.refused_rows), err=True)
    sys.exit(1)


def _tell(trial: Trial, as_json: bool) -> None:
    for note in trial.notes:
        click.echo(note, err=True)
    if as_json:
        click.echo(json.dumps(trial.to_json(), ensure_ascii=False, indent=2))
        return
    if trial.refused and trial.refused[0].row is None:
        click.echo(trial.refused[0].reason, err=True)
        return
    values = {"rows": trial.rows, "new": len(trial.new), "changed": len(trial.changed), "same": trial.same}
    click.echo(_("Rows: %(rows)s. New: %(new)s. Changed: %(changed)s. As before: %(same)s.") % values)
    for row, column, reason in trial.refused:
        click.echo(_("Row %(row)s, %(column)s: ") % {"row": row, "column": column} + reason, err=True)


@group.command("export")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .csv or .xlsx file.")
def export(output: Path) -> None:
    """Write the register to a file; members with a protected identity are left out and counted."""
    kind = KINDS.get(output.suffix.lower())
    if kind is None:
        raise Refusal(_("The file's name must end with .csv or .xlsx."))
    made = register.export(db.session(), kind)
    save(made.data, output)
    audit.record("exported", "register", "", members=made.members, left_out=made.protected)
    words = ngettext("%(n)s member written.", "%(n)s members written.", made.members)
    click.echo(words % {"n": made.members}, err=True)
    if made.protected:
        words = ngettext(
            "%(n)s member with a protected identity is left out.",
            "%(n)s members with a protected identity are left out.",
            made.protected,
        )
        click.echo(words % {"n": made.protected}, err=True)


@group.command("letters")
@click.argument("count", type=click.IntRange(min=0))
def letters(count: int) -> None:
    """Say how many letters, in all, have asked people drawn at random to join; the quality sheet divides by it."""
    installation.put(composition.LETTERS, count)
    click.echo(_("The quality sheet of surveys sent from now on counts %(count)s letters.") % {"count": count})
