"""The numbers as one table for a file."""

from collections.abc import Mapping

from analysis.words import _
from panel import agegroups, sheets
from panel.composition.counting import AGE, DISTRICT, GENDER, MAN, OTHER, UNDISCLOSED, WOMAN, Composition, Group
from panel.sheets.writing import Kind, Value


def genders() -> Mapping[str, str]:
    """What each gender is called when many have it."""
    return {WOMAN: _("Women"), MAN: _("Men"), OTHER: _("Other"), UNDISCLOSED: _("Not told")}


def table(whole: Composition, kind: Kind) -> bytes:
    """Every group and every age group × district × gender, as a file."""
    head = [
        _("Age group"), _("District"), _("Gender"), _("Members"), _("Inhabitants"), _("Share of the panel"),
        _("Share of the inhabitants"), _("Difference"), _("Ratio"), _("Source"), _("Day"),
    ]  # fmt: skip
    told: list[Value] = [_source(whole), whole.as_of.isoformat() if whole.as_of else ""]
    every, names = _("All"), genders()
    rows = [[agegroups.label(g.code), every, every, *_numbers(g), *told] for g in whole.groups(AGE)]
    rows += [[every, whole.districts[g.code], every, *_numbers(g), *told] for g in whole.groups(DISTRICT)]
    rows += [[every, every, names.get(g.code, g.code), *_numbers(g), *told] for g in whole.groups(GENDER)]
    rows += [
        [agegroups.label(c.age_group), whole.districts[c.district], names.get(c.gender, c.gender), *_numbers(g), *told]
        for c, g in whole.cells()
    ]
    return sheets.write(kind, head, rows, _("The panel"))


def _source(whole: Composition) -> str:
    return f"{whole.source} ({_('made up')})" if whole.made_up else whole.source


def _numbers(group: Group) -> list[Value]:
    shares = (group.panel_share, group.population_share, group.difference, group.ratio)
    return [group.panel, group.population, *(None if share is None else round(share, 4) for share in shares)]
