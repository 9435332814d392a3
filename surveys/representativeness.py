"""Who answered beside who lives here, by age group and district, in one plain sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.words import _, percent
from surveys.invitations import Count, Status
from surveys.models import Survey

FAR = 0.75
"""A group is told of when its share of the answers is less than this part of its share of the population."""


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
    groups = [mirror for rows in mirrors(survey, status).values() for mirror in rows]
    known = [mirror for mirror in groups if mirror.population]
    if not known or not status.answered:
        return _("How well those who answered mirror the population is not known: population figures are not loaded.")
    short = sorted((m for m in known if m.answered < FAR * (m.population or 0)), key=lambda m: m.answered / (m.population or 1))
    if not short:
        return _("Those who answered mirror the population fairly well in age and district.")
    told = [
        _("%(group)s (%(answered)s of the answers, %(population)s of the population)")
        % {"group": m.label, "answered": percent(m.answered), "population": percent(m.population or 0)}
        for m in short[:2]
    ]
    return _("Fewer than expected answered in these groups: %(groups)s.") % {"groups": f" {_('and')} ".join(told)}


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
