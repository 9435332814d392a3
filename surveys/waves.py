"""Surveys that ask again what earlier ones asked, in order of time."""

from sqlalchemy.orm import Session

from surveys import envelopes, lifecycle
from surveys.models import Survey


def chain(session: Session, survey: Survey) -> list[Survey]:
    """The survey and those before it that have results, the earliest first."""
    found, seen = [survey], {survey.id}
    while (before := found[-1].follows) is not None and before.id not in seen:
        seen.add(before.id)
        found.append(before)
    return [s for s in reversed(found) if lifecycle.shows_results(s) and not envelopes.waiting(session, s)]


def named(waves: list[Survey]) -> dict[str, Survey]:
    """Each wave under the month in which it closed; those of one month get a number too."""
    names: dict[str, Survey] = {}
    for survey in waves:
        month = f"{survey.closed_on:%Y-%m}" if survey.closed_on else str(survey.id)
        name, number = month, 2
        while name in names:
            name, number = f"{month} ({number})", number + 1
        names[name] = survey
    return names
