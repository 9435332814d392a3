"""The panel's ages as a population pyramid."""

from collections.abc import Mapping

from analysis import figures
from analysis.words import _, ngettext
from panel import agegroups
from panel.composition.counting import MAN, MATCHED, WOMAN, Cell, Composition
from panel.composition.missing import missing


def chart(whole: Composition) -> bytes:
    """An SVG drawing of women and men by age, members as bars, inhabitants as marks."""
    mine = sum(count for cell, count in whole.panel.items() if cell.gender in MATCHED)
    theirs = sum(count for cell, count in whole.population.items() if cell.gender in MATCHED)
    steps = [
        figures.Step(
            agegroups.label(age),
            (_share(whole.panel, age, WOMAN, mine), _share(whole.panel, age, MAN, mine)),
            (_share(whole.population, age, WOMAN, theirs), _share(whole.population, age, MAN, theirs)) if theirs else None,
        )
        for age in whole.age_groups
    ]
    words = _words(whole)
    drawn = figures.pyramid(steps, (_("Women"), _("Men")), (_("The panel"), _("The inhabitants")), words)
    return figures.svg(drawn, words)


def _share(cells: Mapping[Cell, int], age: str, gender: str, whole: int) -> float:
    counts = (count for cell, count in cells.items() if (cell.age_group, cell.gender) == (age, gender))
    return sum(counts) / whole if whole else 0.0


def _words(whole: Composition) -> figures.Words:
    size = ngettext("%(n)s active member.", "%(n)s active members.", whole.size) % {"n": whole.size}
    source = _("Inhabitants: %(source)s, %(day)s.") % {"source": whole.source, "day": whole.as_of} if whole.as_of else ""
    made_up = _("The figures of the inhabitants are made up.") if whole.made_up else ""
    return figures.Words(
        title=_("The panel beside the inhabitants, by age"),
        subtitle=_("Share of all women and men, per cent"),
        note=" ".join(part for part in (size, source, made_up) if part),
        description=" ".join(missing(whole)),
    )
