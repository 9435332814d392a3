"""Drafting: a survey and its questionnaire before it opens."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import _
from surveys.formats import Loaded
from surveys.models import QuestionnaireVersion, Survey, SurveyState
from surveys.questionnaire import Problem, Questionnaire, check
from surveys.refusals import Refusal
from surveys.signals import tell


def get(session: Session, key: int) -> Survey:
    """The survey with number ``key``."""
    found = session.get(Survey, key)
    if found is None:
        raise Refusal(_("There is no survey with number %(number)s.") % {"number": key})
    return found


def every(session: Session) -> Sequence[Survey]:
    """All surveys, the newest first."""
    return session.scalars(select(Survey).order_by(Survey.id.desc())).all()


def create(session: Session, loaded: Loaded, dialogue_id: int | None = None) -> Survey:
    """A new survey in draft from a file that was read, with what could not be carried over kept beside."""
    questionnaire = loaded.questionnaire
    survey = Survey(title=str(questionnaire.title.in_(questionnaire.default_language)), dialogue_id=dialogue_id)
    session.add(survey)
    session.flush()
    _add_version(survey, loaded)
    tell("survey created", "survey", survey.id)
    return survey


def replace(survey: Survey, loaded: Loaded) -> None:
    """Another questionnaire for a draft; an open survey keeps the one that was answered."""
    if survey.state != SurveyState.DRAFT:
        raise Refusal(_("The survey has been opened. Its questionnaire can't be changed; make a new survey."))
    _add_version(survey, loaded)
    survey.title = str(loaded.questionnaire.title.in_(loaded.questionnaire.default_language))
    tell("questionnaire replaced", "survey", survey.id, version=len(survey.versions))


def change(survey: Survey, values: Mapping[str, Any]) -> None:
    """New values of a draft: its dialogue, its last day, whether it is sensitive, which survey it asks again."""
    if survey.state != SurveyState.DRAFT and set(values) - {"closes", "follows_id"}:
        raise Refusal(_("The survey has been opened. Only its last day can be changed."))
    if survey.state in (SurveyState.CLOSED, SurveyState.PUBLISHED):
        raise Refusal(_("The survey is closed."))
    for name, value in values.items():
        setattr(survey, name, value)
    tell("survey changed", "survey", survey.id)


def earlier(session: Session, survey: Survey) -> list[Survey]:
    """Surveys that this one may ask again: opened ones, none of which asks again what this one did."""
    later = {survey.id}
    others = [other for other in every(session) if other.state != SurveyState.DRAFT]
    while more := {other.id for other in others if other.follows_id in later} - later:
        later |= more
    return [other for other in others if other.id not in later]


def questionnaire(survey: Survey) -> Questionnaire:
    """The survey's newest questionnaire as its author wrote it; ``version.questionnaire`` is what is asked."""
    return Questionnaire.from_json(survey.current.body)


def problems(survey: Survey) -> list[Problem]:
    """What is wrong with the questionnaire, errors and warnings, each with place and remedy."""
    return list(check(questionnaire(survey)))


def _add_version(survey: Survey, loaded: Loaded) -> None:
    survey.versions.append(
        QuestionnaireVersion(
            number=len(survey.versions) + 1,
            body=loaded.questionnaire.to_json(),
            losses=[loss.to_json() for loss in loaded.losses],
        )
    )
