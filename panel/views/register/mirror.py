"""The panel against the population."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analysis.words import _, decimal, percent
from panel import agegroups, composition, sheets
from panel.composition import AGE, DISTRICT, GENDER, Composition, Group
from panel.views.register.room import age_groups, blueprint, download
from surveys.db import db

KINDS = {"csv": sheets.CSV, "xlsx": sheets.XLSX}
Row = list[str | int]


@blueprint.get("/sammansattning")
def mirror() -> ResponseReturnValue:
    """Who is missing: sentences, chart, tables."""
    whole = composition.compose(db.session(), age_groups())
    return render_template(
        "panel/register/mirror.html",
        whole=whole,
        missing=composition.missing(whole),
        chart=Markup(composition.chart(whole).decode()),  # noqa: S704 (our own drawing)
        tables=_tables(whole),
        cells=_cells(whole),
        head=[_("Members"), _("Share of the panel"), _("Share of the inhabitants"), _("Difference"), _("Ratio")],
    )


@blueprint.get("/sammansattning.<name>")
def mirror_file(name: str) -> ResponseReturnValue:
    """The same numbers as a file."""
    kind = KINDS.get(name) or abort(404)
    return download(composition.table(composition.compose(db.session(), age_groups()), kind), kind, _("composition"))


def _tables(whole: Composition) -> list[tuple[str, list[Row]]]:
    genders = composition.genders()
    return [
        (_("Age group"), [[agegroups.label(g.code), *_numbers(g)] for g in whole.groups(AGE)]),
        (_("District"), [[whole.districts[g.code], *_numbers(g)] for g in whole.groups(DISTRICT)]),
        (_("Gender"), [[genders.get(g.code, g.code), *_numbers(g)] for g in whole.groups(GENDER)]),
    ]


def _cells(whole: Composition) -> list[Row]:
    genders = composition.genders()
    return [
        [f"{whole.districts[c.district]}, {agegroups.label(c.age_group)}, {genders.get(c.gender, c.gender)}", *_numbers(g)]
        for c, g in whole.cells()
    ]


def _numbers(group: Group) -> Row:
    difference = group.difference
    return [
        group.panel,
        "–" if group.panel_share is None else percent(group.panel_share, 1),
        "–" if group.population_share is None else percent(group.population_share, 1),
        "–" if difference is None else _signed(100 * difference),
        "–" if group.ratio is None else decimal(group.ratio, 2),
    ]


def _signed(points: float) -> str:
    sign = "+" if points > 0 else "\N{MINUS SIGN}"
    return f"{sign}{decimal(abs(points), 1)}" if round(abs(points), 1) else decimal(0, 1)
