"""Surveys that ask again what earlier ones asked, in order of time."""

from sqlalchemy.orm import Session

from analysis.words import day, month
from surveys import envelopes, lifecycle
from surveys.models import Survey


def chain(session: Session, survey: Survey) -> list[Survey]:
    """The survey and those before it that have results, the earliest first."""
    found, seen = [survey], {survey.id}
    while (before := found[-1].follows) is not None and before.id not in seen:
        seen.add(before.id)
        found.append(before)
    return [s for s in reversed(found) if lifecycle.shows_results(s) and not envelopes.waiting(session, s)]


def called(before: Survey, survey: Survey) -> str:
    """What a sentence about a later survey calls an earlier one: its year, or its month or day where that is not enough."""
    first, last = before.closed_on, survey.closed_on
    if first is None or last is None:
        return before.title
    if first.year != last.year:
        return f"{first:%Y}"
    return month(first) if first.month != last.month else day(first)


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
