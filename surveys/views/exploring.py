"""One question from every side, for analysts: any background, filters, weights, letters; each view can be saved."""

from functools import lru_cache

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import func, select

from analysis import exporters, figures
from analysis.dataset import Dataset
from analysis.exporters import UnknownFormat
from analysis.report import Report
from analysis.report.trending import trending
from analysis.words import current
from surveys import dataset, exploring, waves
from surveys.db import db
from surveys.exploring import NoSuchView, View
from surveys.models import Response as Answered
from surveys.models import Survey
from surveys.views.results import TYPES, closed

blueprint = Blueprint("exploring", __name__)


def _load(key: int, version: int, count: int, language: str, weighted: bool) -> Dataset:
    return dataset.load(db.session(), db.session.get_one(Survey, key), language, weighted)


blueprint.record(lambda state: state.app.extensions.setdefault("datasets", lru_cache(maxsize=8)(_load)))


def answers(survey: Survey, weighted: bool) -> Dataset:
    """A closed survey's answers; read once for each set of answers and language."""
    count = db.session.scalar(select(func.count()).where(Answered.survey_id == survey.id)) or 0
    made: Dataset = current_app.extensions["datasets"](survey.id, survey.current.number, count, current(), weighted)
    return made


def _view() -> View:
    args = request.args
    return View.read(args.get("by", ""), args.get("vikt", ""), args.get("bokstaver", ""), _filters())


def _filters() -> list[str]:
    """As links write them (filter=district:as), and as the form sends them (f-district=as)."""
    sent = [f"{name[2:]}:{code}" for name, code in request.args.items() if name.startswith("f-") and code]
    return [*request.args.getlist("filter"), *sent]


def _looked(survey: Survey, name: str, view: View) -> Report:
    try:
        return exploring.look(answers(survey, view.weighted), name, view)
    except NoSuchView:
        abort(404)


@blueprint.get("/<int:key>/over-tid")
def over_time(key: int) -> ResponseReturnValue:
    """Every question that earlier surveys asked too, wave by wave."""
    survey = closed(key)
    found = waves.named(waves.chain(db.session(), survey))
    data = {name: answers(wave, True) for name, wave in found.items()}
    trends = []
    for item in data[next(reversed(data))].items if len(data) > 1 else ():
        if (made := trending(data, item.name)) is not None:
            svg = figures.svg(made.chart(), made.words()).decode()
            trends.append((item.name, made, Markup(svg)))  # noqa: S704 (our own drawing)
    return render_template("surveys/exploring/waves.html", survey=survey, trends=trends)


@blueprint.get("/<int:key>/<name>")
def show(key: int, name: str) -> ResponseReturnValue:
    """One question in one view."""
    survey, view = closed(key), _view()
    report = _looked(survey, name, view)
    data = answers(survey, view.weighted)
    question = report.questions[0]
    chart = question.chart(view.by, titled=False)
    own, above = exploring.lettered(report, view)
    names = [item.name for item in data.items]
    place = names.index(name)
    return render_template(
        "surveys/exploring/show.html",
        survey=survey,
        view=view,
        report=report,
        question=question,
        table=question.tables[view.by],
        chart=None if chart is None else Markup(figures.svg(chart, question.words(view.by)).decode()),  # noqa: S704 (our own drawing)
        own=own,
        above=above,
        weighing=dataset.weighing(db.session(), survey),
        backgrounds=exploring.backgrounds(data, but=name),
        before=data.items[place - 1] if place else None,
        after=data.items[place + 1] if place + 1 < len(names) else None,
        formats=exporters.registry(),
        address=view.address,
    )


@blueprint.get("/<int:key>/<name>.<ending>")
def save(key: int, name: str, ending: str) -> ResponseReturnValue:
    """The view as a file: its chart, or its table."""
    survey, view = closed(key), _view()
    report = _looked(survey, name, view)
    if ending in TYPES:
        question = report.questions[0]
        figure = question.chart(view.by) or abort(404)
        draw = {"svg": figures.svg, "png": figures.png}[ending]
        return _file(draw(figure, question.words(view.by)), TYPES[ending], f"{name}.{ending}")
    try:
        exporter = exporters.named(ending)
    except UnknownFormat:
        abort(404)
    return _file(exporter.write(report), exporter.mimetype, f"{name}.{exporter.extension}")


def _file(content: bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
