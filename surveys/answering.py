"""Answering a survey: who may, and sending the answers in exactly once."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from analysis.words import N_, _
from surveys import envelopes
from surveys.clock import today
from surveys.models import Invitation, InvitationState, QuestionnaireVersion, Survey, SurveyState
from surveys.questionnaire import Question, Questionnaire
from surveys.questions import Refused
from surveys.refusals import Refusal
from surveys.sealing import BLOCK, HEADER


class CannotAnswer(Refusal):
    """This link does not lead to questions just now, or ever."""

    title = N_("You can't answer the survey")
    text = ""

    def __init__(self, survey: Survey | None = None) -> None:
        self.survey = survey
        super().__init__(_(self.title))


class UnknownLink(CannotAnswer):
    """No invitation has this key."""

    title = N_("The link does not lead to a survey")
    text = N_("A part of it may be missing. Open the link in your invitation again, or copy the whole of it.")


class Withdrawn(CannotAnswer):
    """The invitation has been taken back."""

    title = N_("The invitation is no longer valid")
    text = N_(
        "It has been withdrawn, for instance because you have left the panel. What you sent in before stays as it is."
    )


class NotOpenYet(CannotAnswer):
    """The survey has not been opened."""

    title = N_("The survey has not opened yet")
    text = N_("Keep the link. It works as soon as the survey opens.")


class Closed(CannotAnswer):
    """The survey takes no more answers."""

    title = N_("The survey is closed")
    text = N_("It takes no more answers. What you had begun but not sent in has been deleted.")


class AlreadyAnswered(CannotAnswer):
    """This invitation's answers have been sent in."""

    title = N_("Your answers have already been sent in")
    text = N_("They came in once, also if you pressed the button twice. You need not do anything more.")


class NoKey(CannotAnswer):
    """There is nothing to seal answers with just now."""

    title = N_("Your answers can't be sent in just now")
    text = N_("The fault is ours. All that you have answered is saved. Try again in a little while with the same link.")


class Unanswered(CannotAnswer):
    """Questions that must be answered are not, or hold what is no answer to them."""

    title = N_("Some questions need an answer first")

    def __init__(self, questions: list[Question]) -> None:
        self.questions = questions
        super().__init__()


class Respondent:
    """Somebody with an invitation: all that this floor knows of a person."""

    def __init__(self, invitation: Invitation, survey: Survey, version: QuestionnaireVersion) -> None:
        self.invitation = invitation
        self.survey = survey
        self.version = version

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What is asked."""
        return self.version.questionnaire

    @property
    def open(self) -> bool:
        """Whether there are questions for this person now."""
        return self.invitation.state == InvitationState.OPEN and self.survey.state == SurveyState.OPEN

    @property
    def answered(self) -> bool:
        """Whether this person's answers have been sent in."""
        return self.invitation.state == InvitationState.ANSWERED

    def check(self) -> None:
        """Raise what stands between this person and the questions."""
        if self.answered:
            raise AlreadyAnswered(self.survey)
        if self.invitation.state == InvitationState.WITHDRAWN:
            raise Withdrawn(self.survey)
        if self.survey.state == SurveyState.DRAFT:
            raise NotOpenYet(self.survey)
        if self.survey.state != SurveyState.OPEN or (self.survey.closes and self.survey.closes < today()):
            raise Closed(self.survey)


def enter(session: Session, key: str | None, to_change: bool = False) -> Respondent:
    """Whoever has the invitation with this key; ``to_change`` holds it, so that tabs save and send one at a time."""
    invitation = session.get(Invitation, key, with_for_update=to_change or None) if key else None
    if invitation is None:
        raise UnknownLink
    survey = session.get_one(Survey, invitation.survey_id)
    return Respondent(invitation, survey, survey.current)


def send_in(session: Session, key: str, answers: Mapping[str, Any], language: str) -> None:
    """Mark the invitation and put its answers into an envelope, in the caller's one transaction: once, or not at all.

    Raises `CannotAnswer`, and then nothing has been changed.
    """
    person = enter(session, key)
    epoch = envelopes.current_epoch(session, person.survey.id)
    session.refresh(person.survey, ["state"])
    session.refresh(person.invitation, ["state"])
    person.check()
    if epoch is None:
        raise NoKey(person.survey)
    kept = complete(person.questionnaire, answers)
    if not _mark(session, person):
        raise AlreadyAnswered(person.survey)
    response = {
        "survey_id": person.survey.id,
        "version": person.version.number,
        "language": language,
        "age_group": person.invitation.band_age_group,
        "district": person.invitation.band_district,
        "answers": kept,
    }
    envelopes.stage(session, epoch, response, room(person.questionnaire))


def _mark(session: Session, person: Respondent) -> bool:
    """Compare and set: of many at once, one finds the invitation open."""
    mine = update(Invitation).where(Invitation.key == person.invitation.key, Invitation.state == InvitationState.OPEN)
    done = session.execute(mine.values(state=InvitationState.ANSWERED).execution_options(synchronize_session="fetch"))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def complete(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to send in; raises `Unanswered` where one is missing, is none of the question's, or all are blank."""
    wrong = list(questionnaire.missing(answers))
    kept = questionnaire.kept(answers)
    if not kept:
        wrong = [question for question in questionnaire.questions if question.asks]
    for name, value in kept.items():
        question = questionnaire.question(name)
        try:
            question.kind.check(question, value)
        except Refused:
            wrong.append(question)
    if wrong:
        raise Unanswered(wrong)
    return kept


def room(questionnaire: Questionnaire) -> int:
    """Bytes that every envelope of the survey is filled up to: a long answer looks like a short one."""
    written = sum(int(question.settings.get("max_length") or 0) for question in questionnaire.questions)
    chosen = sum(128 + sum(24 + len(option.code) for option in q.options) for q in questionnaire.questions)
    expected = HEADER + 512 + chosen + written * 5 // 4
    return -(-expected // BLOCK) * BLOCK
