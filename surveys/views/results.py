"""Results: tables, charts, exports."""

from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from analysis import exporters, figures
from analysis.report import Report
from analysis.words import _, current, day
from surveys import dataset, drafting, lifecycle, making, quality, releases
from surveys.dataset import NotYet
from surveys.db import db
from surveys.invitations import status
from surveys.models import Response as Answered
from surveys.models import Survey, SurveyState
from surveys.views import formats
from surveys.views.drawing import drawn, spark

blueprint = Blueprint("results", __name__)
blueprint.app_context_processor(lambda: {"state_names": lifecycle.STATES})

VIEWS = ("", "age_group", "district")
TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def closed(key: int) -> Survey:
    """The survey, if its results may be seen; an open one has none for anybody."""
    survey = db.session.get(Survey, key) or abort(404)
    try:
        dataset.check(db.session(), survey)
    except NotYet as reason:
        title, link = _("There is no result to show yet"), Link(_("All results"), url_for("results.index"))
        page = render_template("error.html", code=409, title=title, text=str(reason), remedy=_when(survey), link=link)
        abort(make_response(page, 409))
    return survey


class Link(NamedTuple):
    """Where to go on from a page that has nothing to show."""

    text: str
    href: str


def _when(survey: Survey) -> str:
    """When there will be a result, so far as that is known."""
    if survey.state == SurveyState.OPEN and survey.closes:
        return _("%(title)s: the last day to answer is %(day)s.") % {"title": survey.title, "day": day(survey.closes)}
    if survey.state == SurveyState.DRAFT:
        return _("%(title)s has not been opened yet.") % {"title": survey.title}
    return _("Load the page again to see how it looks now.")


def report(survey: Survey, weighted: bool = True) -> Report:
    """The survey's report; made once for the same answers, of this time and the times before, and what has been told of them."""
    session, waves = db.session(), (survey, *releases.waves(survey))
    counts = select(Answered.survey_id, func.count()).where(Answered.survey_id.in_([wave.id for wave in waves]))
    answers = tuple(tuple(row) for row in session.execute(counts.group_by(Answered.survey_id).order_by(Answered.survey_id)))
    told = releases.marks(session, survey)
    made: Report = current_app.extensions["reports"](survey.id, survey.current.number, answers, told, current(), weighted)
    return made


def _make(key: int, version: int, answers: Hashable, told: Hashable, language: str, weighted: bool) -> Report:
    survey = db.session.get_one(Survey, key)
    return making.told(db.session(), survey, dataset.load(db.session(), survey, language, weighted), current_app.config)


def weighted() -> bool:
    """Whether the address asks for weights, as it does unless it says no."""
    return request.args.get("vikt") != "nej"


blueprint.record(lambda state: state.app.extensions.setdefault("reports", lru_cache(maxsize=32)(_make)))


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Surveys that have results, and those that will."""
    surveys = sorted((s for s in drafting.every(db.session()) if s.state != "draft"), key=latest, reverse=True)
    return render_template("surveys/results/index.html", surveys=surveys)


def latest(survey: Survey) -> date:
    """What lists of surveys go by: the day on which one closed or will."""
    return survey.closed_on or survey.closes or date.max


@blueprint.get("/<int:key>")
def show(key: int) -> ResponseReturnValue:
    """Every question: the whole panel, or by age group or district."""
    found = shown(closed(key))
    return render_template("surveys/results/show.html", formats=formats.listed(exporters.offered(found["report"])), **found)


def shown(survey: Survey) -> dict[str, Any]:
    """What a page of results shows, by the background that its address asks for."""
    by = request.args.get("by", "")
    if by not in VIEWS:
        abort(404)
    made = report(survey, weighted())
    return {
        "survey": survey,
        "weights": weighted(),
        "weighing": dataset.weighing(db.session(), survey),
        "report": made,
        "by": by,
        "views": VIEWS,
        "status": status(db.session(), survey),
        "drawn": lambda name: drawn(made.question(name), by),
        "spark": spark,
    }


@blueprint.get("/<int:key>/kvalitet")
def sheet(key: int) -> ResponseReturnValue:
    """How the answers came about: recruitment, participation, who is missing."""
    survey = closed(key)
    found = quality.sheet(db.session(), survey, report(survey))
    return render_template("surveys/results/quality.html", survey=survey, quality=found)


@blueprint.get("/<int:key>.<name>")
def export(key: int, name: str) -> ResponseReturnValue:
    """All tables as one file."""
    survey = closed(key)
    made = report(survey, weighted())
    exporter = exporters.offered(made).get(name) or abort(404)
    return attached(exporter.write(made), exporter.mimetype, f"resultat-{key}.{exporter.extension}")


@blueprint.get("/<int:key>/<name>.<kind>")
def chart(key: int, name: str, kind: str) -> ResponseReturnValue:
    """One chart as a file."""
    survey, by = closed(key), request.args.get("by", "")
    made = report(survey, weighted())
    if kind not in TYPES or by not in VIEWS or name not in {question.name for question in made.questions}:
        abort(404)
    question = made.question(name)
    figure = question.chart(by) or abort(404)
    draw = {"svg": figures.svg, "png": figures.png}[kind]
    return attached(draw(figure, question.words(by)), TYPES[kind], f"resultat-{key}-{name}{'-' + by if by else ''}.{kind}")


def attached(content: bytes, mimetype: str, name: str) -> Response:
    """A file to save."""
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
