"""The presidium's pages."""

from datetime import date

from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analysis.briefing import brief_pdf
from surveys import briefs, dialogues, drafting
from surveys.clock import today
from surveys.db import db
from surveys.invitations import status
from surveys.models import SurveyState
from surveys.views.results import closed, latest, report

blueprint = Blueprint("presidium", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """What has been asked, what is owed; of an open survey only that it is open."""
    told = [s for s in drafting.every(db.session()) if s.state != SurveyState.DRAFT and s.dialogue]
    surveys = sorted(told, key=latest, reverse=True)
    rows = [(s, status(db.session(), s) if s.state != SurveyState.OPEN else None) for s in surveys]
    asked = [d for d in dialogues.every(db.session()) if any(s.state != SurveyState.DRAFT for s in d.surveys)]
    owed = sorted((d for d in asked if d.feedback_due and not d.feedback_published), key=lambda d: d.feedback_due or date.max)
    late = {d.id for d in owed if dialogues.overdue(d, today())}
    return render_template("surveys/presidium/index.html", rows=rows, owed=owed, late=late)


@blueprint.get("/<int:key>")
def show(key: int) -> ResponseReturnValue:
    """One page of one survey."""
    survey = closed(key)
    page = briefs.page(db.session(), survey, report(survey), today())
    chart = briefs.chart(page, alone=False)
    return render_template(
        "surveys/presidium/show.html",
        page=page,
        told=briefs.told,
        survey=survey,
        dialogue=page.dialogue,
        chart=Markup(chart.decode()),  # noqa: S704 (our own drawing)
        step=dialogues.step(page.dialogue),
        promise=dialogues.promise(page.dialogue),
    )


@blueprint.get("/<int:key>.pdf")
def pdf(key: int) -> ResponseReturnValue:
    """The same page as one tagged A4."""
    survey = closed(key)
    page = briefs.page(db.session(), survey, report(survey), today())
    address = url_for("results.show", key=key, _external=True)
    content = brief_pdf(briefs.printed(page, current_app.config["MUNICIPALITY"], address))
    headers = {"Content-Disposition": f'attachment; filename="presidiet-{key}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
