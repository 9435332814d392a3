"""One question from every side, for analysts: any background, filters, weights, letters; each view can be saved."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import exporters, figures, scales
from analysis.dataset import Dataset
from analysis.report import Report, Table
from analysis.summary import LEAD, NO_DIFFERENCE
from analysis.words import _, current
from surveys import dataset, exploring, making, releases
from surveys.db import db
from surveys.exploring import NoSuchView, View
from surveys.models import Response as Answered
from surveys.models import Survey
from surveys.releases import Reach
from surveys.views import formats, sureness
from surveys.views.drawing import drawn
from surveys.views.results import TYPES, VIEWS, Link, attached, closed
from surveys.views.results import report as published

blueprint = Blueprint("exploring", __name__)

PICTURES = {"png": "PNG", "svg": "SVG"}
"""Pictures of a chart."""


def _load(key: int, version: int, count: int, language: str, weighted: bool) -> Dataset:
    return dataset.load(db.session(), db.session.get_one(Survey, key), language, weighted)


blueprint.record(lambda state: state.app.extensions.setdefault("datasets", lru_cache(maxsize=8)(_load)))


def answers(survey: Survey, weighted: bool) -> Dataset:
    """A closed survey's answers; read once for each set of answers and language."""
    count = db.session.scalar(select(func.count()).where(Answered.survey_id == survey.id)) or 0
    made: Dataset = current_app.extensions["datasets"](survey.id, survey.current.number, count, current(), weighted)
    return made


def _view(sent: Mapping[str, str] | None = None) -> View:
    """The view of an address (filter=district:as), or of the form (f-district=as)."""
    args = request.args if sent is None else sent
    found = [f"{name[2:]}:{code}" for name, code in args.items() if name.startswith("f-") and code]
    filters = [*request.args.getlist("filter"), *found] if sent is None else found
    return View.read(args.get("by", ""), args.get("vikt", ""), args.get("bokstaver", ""), filters, args.get("stil", ""))


def _looked(survey: Survey, name: str, view: View) -> Report:
    """The question in a view; where everybody is shown that table, exactly as they are shown it."""
    if view.declared:
        whole = published(survey, view.weighted)
        kept = {"", view.by}
        asked = next((question for question in whole.questions if question.name == name), None) or abort(404)
        question = replace(asked, tables={by: table for by, table in asked.tables.items() if by in kept})
        findings = tuple(f for f in whole.findings if f.question == name and f.by in kept)
        by = {column: label for column, label in whole.by.items() if column in kept}
        return replace(whole, questions=(question,), findings=findings, by=by)
    try:
        looked = exploring.look(answers(survey, view.weighted), name, view)
        return replace(looked, origin=replace(making.origin_of(survey, current_app.config), part=looked.origin.part))
    except NoSuchView as reason:
        words = {
            "title": _("There is no such view"),
            "text": str(reason),
            "remedy": _("The address may be old: groups and answers are named anew when a survey is asked again."),
            "link": Link(_("All results"), url_for("results.show", key=survey.id)),
        }
        abort(make_response(render_template("error.html", code=404, **words), 404))


@blueprint.get("/<int:key>/<name>")
def show(key: int, name: str) -> ResponseReturnValue:
    """One question in one view; a view that nobody has seen yet is only asked for."""
    survey, view = closed(key), _view()
    return _page(survey, name, view, _seen(survey, name, view))


def _seen(survey: Survey, name: str, view: View) -> Report | None:
    """The question in a view, if analysts have been shown it."""
    report, data = _looked(survey, name, view), partial(answers, survey, view.weighted)
    known = view.declared or releases.is_shown(db.session(), survey, report, data, view.kept)
    return report if known else None


def _page(survey: Survey, name: str, view: View, report: Report | None, refused: str = "") -> str:
    data = answers(survey, view.weighted)
    names = [item.name for item in data.items]
    place = names.index(name)
    backgrounds = exploring.backgrounds(data, but=name)
    shown: dict[str, Any] = {"own": {}, "above": {}, "chart": None, "styles": {}, "told": []}
    if report is not None:
        question = report.questions[0]
        styles = question.styles(view.by, _shapes(view))
        style = view.style if view.style in styles else ""
        shown["styles"] = {style: exploring.STYLES.get(style, style) for style in styles if style}
        shown["own"], shown["above"] = exploring.lettered(report, view)
        shown |= {"question": question, "table": question.tables[view.by]}
        shown["chart"] = drawn(question, view.by, style, _shapes(view))
        shown |= {"told": _sentences(report, bool(shown["above"])), "sure": _sure(question.tables[view.by])}
    return render_template(
        "surveys/exploring/show.html",
        survey=survey,
        item=data.items[place],
        view=view,
        report=report,
        refused=refused,
        weighing=dataset.weighing(db.session(), survey),
        backgrounds=backgrounds,
        by_label=next((each.label for each in backgrounds if each.name == view.by), ""),
        before=data.items[place - 1] if place else None,
        after=data.items[place + 1] if place + 1 < len(names) else None,
        formats=[] if report is None else formats.listed(exporters.offered(report)),
        pictures=PICTURES.items(),
        written=scales.written(data.items[place].scale),
        chosen=dict(view.filters),
        all_results=_results(survey, view),
        address=view.address,
        beside=lambda other: view.address(by="" if view.by == other else view.by, filters=_but(view, other)),
        **shown,
    )


def _results(survey: Survey, view: View) -> str:
    """The address of the page that one came from: all questions, split and weighted alike where it can be."""
    by, weights = (view.by or None) if view.by in VIEWS else None, None if view.weighted else exploring.OFF
    return url_for("results.show", key=survey.id, by=by, vikt=weights)


def _but(view: View, name: str) -> tuple[tuple[str, str], ...]:
    """The filters that a question can have: it is none itself."""
    return tuple(each for each in view.filters if each[0] != name)


def _sentences(report: Report, lettered: bool) -> list[str]:
    """What the view says, what leads first; letters say themselves that groups differ."""
    told = [each for each in report.findings if not (lettered and each.kind == NO_DIFFERENCE)]
    return [each.text for each in sorted(told, key=lambda each: each.kind != LEAD)]


def _sure(table: Table) -> dict[str, Any] | None:
    """How sure each number is, if the table has any."""
    lines = sureness.lines(table)
    return {"head": sureness.head(table), "lines": lines} if lines else None


def _shapes(view: View) -> Any:
    """The outlines of the groups, where they are districts."""
    return current_app.config["SHAPES"]() if view.by == "district" else None


@blueprint.post("/<int:key>/<name>")
def ask(key: int, name: str) -> ResponseReturnValue:
    """Look at the question in a view, if nothing that has been shown before could be opened by it."""
    view = _view(request.form)
    try:
        _told(Reach.ANALYSTS, key, name, view)
    except releases.Opens as reason:
        return _page(closed(key), name, view, None, str(reason)), 409
    return redirect(url_for("exploring.show", key=key, name=name, _anchor="vy", **view.address()))


def _told(reach: Reach, key: int, name: str, view: View) -> Report:
    """The question in a view, which is now told; raises `releases.Opens`."""

    def find(session: Session) -> tuple[Report, releases.Judged | None]:
        survey = closed(key)
        report = _looked(survey, name, view)
        if view.declared:
            return report, None
        data = partial(answers, survey, view.weighted)
        return report, releases.judge(session, survey, report, data, view.kept, reach)

    return making.let_out(find)


@blueprint.get("/<int:key>/<name>.<ending>")
def save(key: int, name: str, ending: str) -> ResponseReturnValue:
    """A view of the published tables as a file: its chart, or its table."""
    survey, view = closed(key), _view()
    if not view.declared:
        abort(404)
    return _saved(name, ending, view, _looked(survey, name, view))


@blueprint.post("/<int:key>/<name>/fil.<ending>")
def let_out(key: int, name: str, ending: str) -> ResponseReturnValue:
    """Another view as a file: judged beside all that has been told, and written down, before it leaves.

    Its address is no page's: whoever must sign in first comes to the question then, and not to a file of everybody.
    """
    view = _view(request.form)
    try:
        return _saved(name, ending, view, _told(Reach.PUBLIC, key, name, view))
    except releases.Opens as reason:
        survey = closed(key)
        return _page(survey, name, view, _seen(survey, name, view), str(reason)), 409


def _saved(name: str, ending: str, view: View, report: Report) -> Response:
    if ending in TYPES:
        question = report.questions[0]
        styles = question.styles(view.by, _shapes(view))
        style = view.style if view.style in styles else ""
        figure = question.chart(view.by, style=style, shapes=_shapes(view)) or abort(404)
        draw = {"svg": figures.svg, "png": figures.png}[ending]
        return attached(draw(figure, question.words(view.by, style)), TYPES[ending], f"{name}.{ending}")
    exporter = exporters.offered(report).get(ending) or abort(404)
    return attached(exporter.write(report), exporter.mimetype, f"{name}.{exporter.extension}")
