"""Commands of results: tables, the presidium's page, charts, as files."""

from dataclasses import replace
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.orm import Session

from analysis import documents, exporters, figures, progress
from analysis.briefing import brief_pdf
from analysis.report import Report
from analysis.words import _, current
from surveys import briefs, dataset, drafting, making, releases, reports
from surveys.clock import today
from surveys.commands.saving import refusing, save
from surveys.commands.speaking import in_language
from surveys.dataset import freezing
from surveys.db import db, unlocked
from surveys.models import Survey
from surveys.refusals import Refusal
from surveys.signals import tell

FORMATS = sorted(exporters.registry().keys() | exporters.responses.registry().keys())
OUTPUT = click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)


@click.group("results")
def group() -> None:
    """Results of closed surveys."""


def _report(key: int) -> tuple[Survey, Report]:
    """A survey and its results, which the ledger now knows to have been told."""

    def find(session: Session) -> tuple[Report, releases.Judged]:
        survey = drafting.get(session, key)
        data = dataset.load(session, survey, current())
        made = making.told(session, survey, data, current_app.config)
        return made, releases.judge(session, survey, made, lambda: data)

    made = making.let_out(find)
    db.session.commit()  # the file takes a while to write; those who answer meanwhile must not wait for it
    return drafting.get(db.session(), key), made


@group.command("export")
@in_language
@click.argument("key", metavar="ID", type=int)
@click.option("--format", "name", type=click.Choice(FORMATS), required=True)
@click.option("--what", type=click.Choice(["tables", "responses"]), default="tables", show_default=True)
@click.option("--labels", is_flag=True, help="Responses: what codes mean instead of codes.")
@click.option("--with-text", is_flag=True, help="Responses: also what members wrote in their own words.")
@OUTPUT
def export(key: int, name: str, what: str, labels: bool, with_text: bool, output: Path) -> None:
    """Safe tables; or one row per response, for analysts only, without anything that names a person."""
    try:
        if what == "responses":
            with refusing(output):
                _responses(key, name, output, labels, with_text)
        else:
            save(exporters.named(name).write(_report(key)[1]), output)
    except (exporters.CannotExport, exporters.UnknownFormat) as reason:
        raise Refusal(str(reason)) from None


def _responses(key: int, name: str, output: Path, labels: bool, with_text: bool) -> None:
    exporters.responses.named(name)  # refused before anything is read
    with unlocked():
        survey = drafting.get(db.session(), key)
        found = freezing.stream(db.session(), survey, current(), making.snapshots(current_app.config))
        rows = progress.shown(found.batches, found.rows, _("Responses"), len)
        origin = making.origin_of(survey, current_app.config)
        made = exporters.responses.write(rows, found.codebook, output, name, found.rows, labels, with_text, origin)
    tell("responses exported", "survey", key)
    click.echo(_("%(rows)s responses, %(columns)s columns.") % {"rows": made["rows"], "columns": len(made["columns"])}, err=True)
    if with_text:
        click.echo(_("The file holds what members wrote. It may tell who they are: keep it where only analysts come."), err=True)


@group.command("report")
@in_language
@click.argument("key", metavar="ID", type=int)
@click.option("--format", "name", type=click.Choice(sorted(documents.names())), required=True)
@click.option("--what", type=click.Choice(["council", "brief"]), default="council", show_default=True)
@click.option("--reference", default="", help="The file number (diarienummer) on the report to the council.")
@click.option("--officer", default="", help="Who has prepared the report to the council.")
@OUTPUT
def report(key: int, name: str, what: str, reference: str, officer: str, output: Path) -> None:
    """The report to the council and the parties; or the presidium's page as one A4 (PDF)."""
    survey, made = _report(key)
    page = briefs.page(db.session(), survey, made, today())
    municipality = current_app.config["MUNICIPALITY"]
    if what == "brief":
        if name != "pdf":
            raise Refusal(_("The presidium's page is written as PDF only."))
        address = f"{current_app.config['BASE_URL']}/resultat/{key}"
        save(brief_pdf(briefs.printed(page, municipality, address)), output)
        return
    released = replace(making.released(db.session(), survey), reference=reference, officer=officer)
    save(documents.named(name).write(reports.document(page, municipality, released)), output)


@group.command("chart")
@in_language
@click.argument("key", metavar="ID", type=int)
@click.argument("question")
@click.option("--by", type=click.Choice(["", "age_group", "district"]), default="")
@click.option("--format", "kind", type=click.Choice(["svg", "png"]), required=True)
@OUTPUT
def chart(key: int, question: str, by: str, kind: str, output: Path) -> None:
    """One chart."""
    _survey, made = _report(key)
    names = [q.name for q in made.questions]
    if question not in names:
        raise Refusal(_("There is no question “%(name)s”. There are: %(names)s.") % {"name": question, "names": ", ".join(names)})
    asked = made.question(question)
    figure = asked.chart(by)
    if figure is None:
        raise Refusal(_("There is nothing to draw: too few have answered, or the question has no chart."))
    save({"svg": figures.svg, "png": figures.png}[kind](figure, asked.words(by)), output)
