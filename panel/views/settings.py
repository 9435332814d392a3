"""Districts, population figures and consent texts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from analysis.words import _, current
from panel import agegroups, audit, composition, consents, delivery, languages, places
from panel.forms.settings import DistrictsForm, PopulationForm, texts_form
from panel.models import ConsentText, Member, MemberState
from surveys.db import db
from surveys.refusals import Refusal

blueprint = Blueprint("settings", __name__)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The ways to each setting, with how it stands."""
    session = db.session()
    return render_template(
        "panel/settings/index.html",
        districts=len(places.names(session)),
        figures=places.figures(session),
        version=consents.shown(current_app.config["MUNICIPALITY"]).version,
    )


@blueprint.route("/kommundelar", methods=["GET", "POST"])
def districts() -> ResponseReturnValue:
    """The districts, their map, and a new file."""
    form = DistrictsForm()
    if form.validate_on_submit() and _taken(form, "district", lambda data: places.import_districts(db.session(), data)):
        return redirect(url_for("settings.districts"))
    every = places.every(db.session())
    counts = _lived_in()
    drawn = [each for each in every if each.geometry]
    rows = [(each, drawn.index(each) + 1 if each in drawn else "–", counts.get(each.code, 0)) for each in every]
    page = render_template("panel/settings/districts.html", form=form, rows=rows, map=places.drawn(every))
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/befolkning", methods=["GET", "POST"])
def population() -> ResponseReturnValue:
    """The population figures, their source, and a new file."""
    form, groups = PopulationForm(), current_app.config["AGE_GROUPS"]
    take = lambda data: places.import_population(db.session(), data, groups)  # noqa: E731 (one line, used once)
    if form.validate_on_submit() and _taken(form, "population", take):
        return redirect(url_for("settings.population"))
    whole = composition.compose(db.session(), groups)
    page = render_template(
        "panel/settings/population.html",
        form=form,
        figures=places.figures(db.session()),
        head=[agegroups.label(code) for code in groups],
        rows=_figures(whole),
        groups=", ".join(groups),
        has_districts=bool(whole.districts),
    )
    return page, 422 if form.is_submitted() else 200


def _figures(whole: composition.Composition) -> list[list[Any]]:
    """A row for each district and gender, a column for each age group."""
    genders = composition.genders()
    there = sorted({(cell.district, cell.gender) for cell in whole.population})
    return [
        [f"{whole.districts[district]}, {genders[gender].lower()}"]
        + [whole.population.get(composition.Cell(age, district, gender), 0) for age in whole.age_groups]
        for district, gender in there
    ]


def _taken(form: Any, subject: str, take: Callable[[bytes], int]) -> bool:
    """Take a file over as a whole, or tell at its field everything that is wrong with it."""
    try:
        count = take(form.file.data.read())
    except Refusal as fault:
        form.file.errors = str(fault).splitlines()
        return False
    audit.record("imported", subject, "", count=count)
    flash(_("The file is taken over."), "success")
    return True


def _lived_in() -> dict[str, int]:
    rows = db.session.execute(select(Member.district, func.count()).group_by(Member.district))
    return {row[0]: row[1] for row in rows}


@blueprint.get("/samtycke")
def texts() -> ResponseReturnValue:
    """Every version of the consent text, the newest first, and how many stand by it."""
    versions = [(text, _paragraphs(text), count) for text, count in consents.versions()]
    return render_template(
        "panel/settings/texts.html",
        versions=versions,
        proposal=[] if versions else _paragraphs(consents.shown(current_app.config["MUNICIPALITY"])),
    )


def _paragraphs(text: ConsentText) -> list[tuple[str, str, list[str]]]:
    """Language, its name, paragraphs; the reader's own language first."""
    codes = sorted(text.texts, key=lambda code: (code != current(), code))
    return [(code, languages.NAMES.get(code, code), consents.worded(text, code)) for code in codes]


@blueprint.route("/samtycke/ny", methods=["GET", "POST"])
def new_text() -> ResponseReturnValue:
    """A new version: from then on, members are asked again."""
    config = current_app.config
    form = texts_form(config["LANGUAGES"], consents.shown(config["MUNICIPALITY"]).texts)
    if form.validate_on_submit():
        try:
            text = consents.new_version(form.texts())
        except Refusal as fault:
            form.form_errors.append(str(fault))
        else:
            _ask_again(text)
            flash(_("Version %(number)s is in force. Members are asked to agree to it.") % {"number": text.version}, "success")
            return redirect(url_for("settings.texts"))
    page = render_template("panel/settings/new_text.html", form=form, count=len(_to_ask()))
    return page, 422 if form.is_submitted() else 200


def _to_ask() -> list[Any]:
    """Active members who can be written to."""
    columns = (Member.id, Member.email, Member.language)
    rows = select(*columns).where(Member.state == MemberState.ACTIVE, Member.email.is_not(None))
    return list(db.session.execute(rows))


def _ask_again(text: ConsentText) -> None:
    """One message to each active member, once for each version."""
    offered = current_app.config["LANGUAGES"]
    campaign = f"consent:{text.version}"
    rows = [
        delivery.row(
            "new_consent", one.email, campaign=campaign, language=one.language if one.language in offered else offered[0]
        )
        | {"recipient": one.id, "wave": 0, "fields": {}}
        for one in _to_ask()
    ]
    if rows:
        delivery.plan(db.session(), rows)
