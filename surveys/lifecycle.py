"""A survey's states: draft, open, closed, published; each door with its rules."""

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import N_, _
from surveys import dialogues, envelopes, pictures
from surveys.models import Survey, SurveyState
from surveys.questionnaire import Questionnaire, check, errors
from surveys.refusals import Refusal
from surveys.signals import tell

STATES = {
    SurveyState.DRAFT: N_("Draft"),
    SurveyState.OPEN: N_("Open"),
    SurveyState.CLOSED: N_("Closed"),
    SurveyState.PUBLISHED: N_("Published"),
}
"""The states in words."""


class CannotOpen(Refusal):
    """What is missing before a survey may open, one line each."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join([_("The survey can't be opened yet:"), *(f"- {line}" for line in lines)]))


def said_elsewhere(session: Session, survey: Survey) -> list[str]:
    """What the rules of other rooms say is missing before a survey may open: its dialogue's gates, and its pictures."""
    return dialogues.missing(survey.dialogue) + pictures.missing(session, survey)


def missing(survey: Survey, on: date, said_of_dialogue: list[str]) -> list[str]:
    """What stands between a draft and its opening: the dialogue's gates first, then the questionnaire, then the dates."""
    lines = list(said_of_dialogue)
    if not survey.versions:
        return [*lines, _("The survey has no questionnaire. Import one.")]
    lines += [str(problem) for problem in errors(check(Questionnaire.from_json(survey.current.body)))]
    if survey.closes is None:
        lines.append(_("The last day to answer is missing."))
    elif survey.closes < on:
        lines.append(_("The last day to answer has passed."))
    return lines


def open_(session: Session, survey: Survey, on: date, said_of_dialogue: list[str], keys: Path | None) -> None:
    """Let members answer, once nothing is missing.

    The key pair that seals answers is made here where ``keys`` names their folder, else by the worker in its next round.
    """
    if survey.state != SurveyState.DRAFT:
        raise Refusal(_("The survey has been opened before. A survey opens once."))
    lines = missing(survey, on, said_of_dialogue)
    if lines:
        raise CannotOpen(lines)
    survey.state, survey.opened_on = SurveyState.OPEN, on
    session.flush()
    envelopes.ensure_epoch(session, survey, keys)
    tell("survey opened", "survey", survey.id)


def close(survey: Survey, on: date) -> None:
    """Take no more answers; the worker then mixes what is still staged into the response store."""
    if survey.state != SurveyState.OPEN:
        raise Refusal(_("Only an open survey can be closed."))
    survey.state, survey.closed_on = SurveyState.CLOSED, on
    tell("survey closed", "survey", survey.id)


def close_overdue(session: Session, on: date) -> list[int]:
    """Close every open survey whose last day has passed, as members were told; gives their numbers."""
    late = session.scalars(select(Survey).where(Survey.state == SurveyState.OPEN, Survey.closes < on)).all()
    for survey in late:
        close(survey, on)
    return [survey.id for survey in late]


def publish(session: Session, survey: Survey, on: date) -> None:
    """Let participants and the public see the results, once all answers are in the response store."""
    if survey.state != SurveyState.CLOSED:
        raise Refusal(_("Only a closed survey can be published."))
    if envelopes.waiting(session, survey):
        raise Refusal(_("Some answers are still being mixed. Try again in a minute."))
    survey.state, survey.published_on = SurveyState.PUBLISHED, on
    tell("survey published", "survey", survey.id)


def shows_results(survey: Survey) -> bool:
    """Whether results may be seen at all: never while the survey is open."""
    return survey.state in (SurveyState.CLOSED, SurveyState.PUBLISHED)
