"""Change over time, for analysts: every question that earlier surveys asked too, wave by wave; each chart can be saved."""

from weakref import WeakKeyDictionary

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from analysis import figures
from analysis.report import Report
from analysis.report.trending import Trend
from surveys import dataset, waves
from surveys.db import db
from surveys.models import Survey
from surveys.views.drawing import drawn_trend
from surveys.views.exploring import PICTURES, answers
from surveys.views.results import TYPES, attached, closed, report, weighted

blueprint = Blueprint("waves", __name__)

Trends = dict[str, Trend]
_TRENDS: WeakKeyDictionary[Report, dict[tuple[str, ...], Trends]] = WeakKeyDictionary()
"""What has changed up to each report that is in use, by the waves before it."""


def _trends(survey: Survey) -> Trends:
    """The trends of a closed survey; worked up once for the same reports."""
    found = waves.named(waves.chain(db.session(), survey))
    reports = {name: report(wave, weighted()) for name, wave in found.items()}
    kept = _TRENDS.setdefault(reports[next(reversed(reports))], {})
    if tuple(found) not in kept:
        kept[tuple(found)] = waves.trends({name: answers(wave, weighted()) for name, wave in found.items()}, reports)
    return kept[tuple(found)]


@blueprint.get("/<int:key>/over-tid")
def show(key: int) -> ResponseReturnValue:
    """Every question that earlier surveys asked too, wave by wave."""
    survey = closed(key)
    return render_template(
        "surveys/waves/show.html",
        survey=survey,
        trends=_trends(survey),
        drawn=drawn_trend,
        pictures=PICTURES.items(),
        weights=weighted(),
        weighing=dataset.weighing(db.session(), survey),
    )


@blueprint.get("/<int:key>/over-tid.csv")
def table(key: int) -> ResponseReturnValue:
    """All of it as one file."""
    found = _trends(closed(key)) or abort(404)
    return attached(waves.written(found), "text/csv; charset=utf-8", f"over-tid-{key}.csv")


@blueprint.get("/<int:key>/over-tid/<name>.<kind>")
def chart(key: int, name: str, kind: str) -> ResponseReturnValue:
    """The chart of one question as a file."""
    trend = _trends(closed(key)).get(name) or abort(404)
    if kind not in TYPES:
        abort(404)
    draw = {"svg": figures.svg, "png": figures.png}[kind]
    return attached(draw(trend.chart(titled=True), trend.words()), TYPES[kind], f"over-tid-{key}-{name}.{kind}")
