"""Files of a closed survey that the worker makes: ask for one, see how far it has come, fetch it."""

import base64
import hashlib

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analysis import documents, exporters
from analysis.report import Report
from analysis.words import N_, _, current
from surveys import dataset, jobs, making
from surveys.db import db
from surveys.models import Job, JobState
from surveys.refusals import Refusal
from surveys.views import formats
from surveys.views.formats import Format
from surveys.views.results import attached, closed, report, weighted

blueprint = Blueprint("files", __name__)

KINDS = {
    "report": N_("The report to the council and the parties"),
    "brief": N_("The presidium's page"),
    "tables": N_("All tables"),
}
STATES = {
    JobState.WAITING: N_("Waiting for its turn"),
    JobState.WORKING: N_("Being made now"),
    JobState.DONE: N_("Ready"),
    JobState.FAILED: N_("Could not be made"),
}
blueprint.app_context_processor(lambda: {"job_states": STATES})


def _formats(kind: str, made: Report) -> list[Format]:
    """The formats of a kind of file that these results can be written in, with what readers call them."""
    if kind == "tables":
        return formats.listed(exporters.offered(made))
    return [Format(form, _name(form), "", True) for form in making.forms(kind)]


def _name(form: str) -> str:
    """What readers call a format; of documents only its own library is read."""
    return _(documents.named(form).name if form in documents.names() else exporters.registry()[form].name)


def _named(job: Job) -> str:
    """What readers call a file that is asked for."""
    parts = (_name(job.asked["form"]), "" if job.asked.get("weighted", True) else _("without weights"))
    return ", ".join(part for part in parts if part)


@blueprint.get("/<int:key>")
def index(key: int) -> ResponseReturnValue:
    """What can be made of a survey, and what has been."""
    survey = closed(key)
    found = report(survey, weighted())
    return render_template(
        "surveys/files/index.html",
        survey=survey,
        kinds=[(kind, title, _formats(kind, found)) for kind, title in KINDS.items()],
        made=jobs.of(db.session(), survey.id),
        titles=KINDS,
        named=_named,
        readable=_readable,
        weights=weighted(),
        weighing=dataset.weighing(db.session(), survey),
    )


@blueprint.post("/<int:key>")
def ask(key: int) -> ResponseReturnValue:
    """Ask for a file."""
    survey = closed(key)
    kind, form = request.form.get("kind", ""), request.form.get("form", "")
    try:
        job = making.ask(db.session(), survey, kind, form, current(), request.form.get("vikt") != "nej")
    except Refusal:
        abort(404)
    return redirect(url_for("files.show", key=key, number=job.id))


def _job(key: int, number: int) -> Job:
    survey = closed(key)
    try:
        return jobs.get(db.session(), survey.id, number)
    except jobs.NotThere:
        abort(404)


@blueprint.get("/<int:key>/<int:number>")
def show(key: int, number: int) -> ResponseReturnValue:
    """How far a file has come; the page looks again by itself until it is ready."""
    job = _job(key, number)
    going = job.state in (JobState.WAITING, JobState.WORKING)
    title, name = KINDS[job.kind], _named(job)
    page = "surveys/files/show.html"
    return render_template(page, survey=closed(key), job=job, title=title, name=name, going=going, readable=_readable(job))


@blueprint.get("/<int:key>/<int:number>/fil")
def fetch(key: int, number: int) -> ResponseReturnValue:
    """The file."""
    job = _job(key, number)
    if job.state != JobState.DONE or job.content is None:
        abort(404)
    return attached(job.content, job.mimetype, job.name)


def _readable(job: Job) -> bool:
    """Whether it is a page that can be read at once."""
    return job.state == JobState.DONE and job.asked["form"] == "html"


@blueprint.get("/<int:key>/<int:number>/las")
def read(key: int, number: int) -> ResponseReturnValue:
    """A report as a page: the file itself, whose own style is all that it may use."""
    job = _job(key, number)
    if not _readable(job) or job.content is None:
        abort(404)
    content = job.content
    style = base64.b64encode(hashlib.sha256(content.partition(b"<style>")[2].partition(b"</style>")[0]).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    return Response(content, mimetype=job.mimetype, headers={"Content-Security-Policy": policy})
