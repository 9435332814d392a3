"""Who answered beside who lives here, by age group and district, in one plain sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure import MINIMUM
from analysis.words import _, percent
from surveys.invitations import Count, Status
from surveys.models import Survey

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


def shown(counts: Sequence[int], minimum: int) -> list[bool]:
    """Which groups' answers are told: not those of one to ``minimum - 1``, and never all but one."""
    order = sorted(range(len(counts)), key=lambda place: counts[place])
    few = [place for place in order if 0 < counts[place] < minimum]
    if len(few) == 1:
        few += [place for place in order if counts[place] >= minimum][:1]
    return [place not in few for place in range(len(counts))]


def _part(count: int, whole: int) -> float:
    return count / whole if whole else 0.0


def sentence(survey: Survey, status: Status) -> str:
    """Who is missing among the answers, the most missing first; or that nobody is; or that it can't be told."""
    groups = list(_told(mirrors(survey, status), status))
    known = [mirror for mirror, _tell in groups if mirror.population]
    if not known or not status.answered:
        return _("How well those who answered mirror the population is not known: population figures are not loaded.")
    fewer = [(m, tell) for m, tell in groups if m.population and m.answered < FAR * m.population]
    short = sorted(fewer, key=lambda one: one[0].answered / (one[0].population or 1))
    if not short:
        return _("Those who answered mirror the population fairly well in age and district.")
    told = [_set_beside(mirror, tell) for mirror, tell in short[:MOST]]
    text = (
        _("Compared with the population, too few answers came from: %(groups)s.")
        if len(short) <= MOST
        else _("Compared with the population, too few answers came above all from: %(groups)s.")
    )
    return text % {"groups": f" {_('and')} ".join(told)}


def _told(rows: Mapping[str, Sequence[Mirror]], status: Status) -> Iterator[tuple[Mirror, bool]]:
    """Every group, and whether its part of the answers is told."""
    for kind, counts in (("age_group", status.by_age_group), ("district", status.by_district)):
        yield from zip(rows[kind], shown([count.answered for count in counts], MINIMUM), strict=True)


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
