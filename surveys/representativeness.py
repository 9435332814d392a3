"""Who answered beside who lives here, by age group and district, in one plain sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure import MINIMUM, Counted, protect
from analysis.report import Report
from analysis.words import _, percent
from surveys.bands import holds
from surveys.invitations import Count, Status
from surveys.models import Survey

ANSWERED = "answered"
FAR = 0.75
"""A group is told of when its share of the answers is less than this part of its share of the population."""
MOST = 2
"""So many groups are named."""


@dataclass(frozen=True)
class Mirror:
    """A group's share of the population (None if not known), of the invited and of the answers; shares from 0 to 1."""

    label: str
    population: float | None
    invited: float
    answered: float


def mirrors(survey: Survey, status: Status) -> dict[str, list[Mirror]]:
    """Every age group and district, beside the population where its figures are known."""
    known: Mapping[str, Mapping[str, float]] = survey.composition.get("population", {})
    return {
        "age_group": _mirrors(status.by_age_group, status, known.get("age_group", {})),
        "district": _mirrors(status.by_district, status, known.get("district", {})),
    }


def _mirrors(counts: Sequence[Count], status: Status, known: Mapping[str, float]) -> list[Mirror]:
    return [
        Mirror(c.label, known.get(c.code), _part(c.invited, status.invited), _part(c.answered, status.answered))
        for c in counts
    ]


Told = Mapping[str, Sequence[bool]]
"""For "age_group" and "district", whether each group's answers are told, in the order of the status."""


def told(status: Status, report: Report | None = None) -> Told:
    """Which groups' answers are told: nothing from which one to four could be worked out, here or in a report beside it.

    The report must have been made to tell who took part. Age groups that responses carry as one band are told where the band
    is, so far as its number keeps them apart.
    """
    ages, districts = ([count.answered for count in counts] for counts in (status.by_age_group, status.by_district))
    hidden = {by: _concealed(report, by) for by in ("age_group", "district")}
    codes = [count.code for count in status.by_age_group]
    bands = [next((band for band in hidden["age_group"] if holds(band, code)), code) for code in codes]
    return {
        "age_group": _banded(ages, bands, hidden["age_group"]),
        "district": shown(districts, [hidden["district"].get(count.code, False) for count in status.by_district]),
    }


def _concealed(report: Report | None, by: str) -> Mapping[str, bool]:
    """The groups of a report by their codes, and whether it hides how many took part."""
    return {code: count is None for code, count in report.taking_part[by].items()} if report and by in report.by else {}


def _banded(counts: Sequence[int], bands: Sequence[str], hidden: Mapping[str, bool]) -> list[bool]:
    """The groups of each band that is told, protected beside its sum."""
    inside = {band: [at for at, other in enumerate(bands) if other == band] for band in bands}
    sums = [sum(counts[at] for at in places) for places in inside.values()]
    found = [False] * len(counts)
    for places, tell in zip(inside.values(), shown(sums, [hidden.get(band, False) for band in inside]), strict=True):
        for at, each in zip(places, shown([counts[at] for at in places]), strict=True):
            found[at] = tell and each
    return found


def shown(counts: Sequence[int], hidden: Sequence[bool] = (), minimum: int = MINIMUM) -> list[bool]:
    """Which of some groups' numbers are told beside their sum, where some are hidden anyhow."""
    each = np.array(counts, dtype=np.int64)
    whole = each.sum(keepdims=True)
    tables = (
        Counted(ANSWERED, (), (), whole[None, :], whole),
        Counted(ANSWERED, ("group",), each.shape, each[:, None], each),
    )
    forced = np.array(hidden if len(hidden) else [False] * len(counts), dtype=bool)
    total, groups = protect(tables, {}, minimum, (np.zeros(1, dtype=bool), forced))
    return [not total.groups.any() and not group for group in groups.groups.tolist()]


def _part(count: int, whole: int) -> float:
    return count / whole if whole else 0.0


def sentence(survey: Survey, status: Status, told: Told) -> str:
    """Who is missing among the answers, the most missing first; or that nobody is; or that it can't be told."""
    groups = list(_groups(mirrors(survey, status), told))
    known = [mirror for mirror, _tell in groups if mirror.population]
    if not known or not status.answered:
        return _("How well those who answered mirror the population is not known: population figures are not loaded.")
    fewer = [(m, tell) for m, tell in groups if m.population and m.answered < FAR * m.population]
    short = sorted(fewer, key=lambda one: one[0].answered / (one[0].population or 1))
    if not short:
        return _("Those who answered mirror the population fairly well in age and district.")
    named = [_set_beside(mirror, tell) for mirror, tell in short[:MOST]]
    text = (
        _("Compared with the population, too few answers came from: %(groups)s.")
        if len(short) <= MOST
        else _("Compared with the population, too few answers came above all from: %(groups)s.")
    )
    return text % {"groups": f" {_('and')} ".join(named)}


def _groups(rows: Mapping[str, Sequence[Mirror]], told: Told) -> Iterator[tuple[Mirror, bool]]:
    """Every group, and whether its part of the answers is told."""
    for kind in ("age_group", "district"):
        yield from zip(rows[kind], told[kind], strict=True)


def _set_beside(mirror: Mirror, tell: bool) -> str:
    parts = {"group": mirror.label, "answered": percent(mirror.answered), "population": percent(mirror.population or 0)}
    if tell:
        return _("%(group)s (%(answered)s of the answers, %(population)s of the population)") % parts
    return _("%(group)s (few answers, %(population)s of the population)") % parts


def recruitment(survey: Survey) -> str:
    """How the panel was recruited, which decides what its margins are worth; Surveyföreningen's norm for web panels (2014)."""
    counts = survey.composition.get("recruited", {})
    if counts.get("self_chosen"):
        return _(
            "Many members have chosen to join by themselves. Such a panel may differ from the population in ways that no margin "
            "shows, so the true uncertainty is larger than the margins say."
        )
    return _(
        "Members were recruited from a random sample. Those who said no may differ from those who joined, which no margin shows."
    )
