"""What a campaign's messages say and to whom they still go; the personal links, which no table holds."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, case, exists, literal, or_, select
from sqlalchemy.orm import Session

from analysis import words as speech
from analysis.words import _
from panel import messages
from panel.models import Member, MemberState, Message, MessageState, OutboxText, Selection
from panel.wordings import CAMPAIGN, Wording, standard
from surveys import invitations
from surveys.models import Invitation, InvitationState, Survey, SurveyState
from surveys.questionnaire import Questionnaire

FEWEST_MINUTES = 2
"""What a very short survey is said to take, so that the word after the number can be in the plural."""
NUMBER, PROOF = 8, 16
"""Bytes of a member's number, and of its proof, in the link that pauses invitations."""


def wording(session: Session, survey: Survey, wave: int, language: str) -> Wording:
    """What an official wrote, else the service's own words."""
    own = standard(CAMPAIGN[wave], language)
    row = session.get(OutboxText, (survey.id, wave, language))
    return Wording(row.subject, row.body, own.button) if row else own


def write(session: Session, survey: Survey, wave: int, language: str, subject: str, body: str) -> None:
    """Keep an official's words, once they can be sent; `CannotWrite` says what to change."""
    body = body.replace("\r\n", "\n").strip()
    messages.check(subject, body)
    missing_facts(survey, subject + body)
    row = session.get(OutboxText, (survey.id, wave, language))
    if row is None:
        row = OutboxText(survey_id=survey.id, wave=wave, language=language, subject="", body="")
        session.add(row)
    row.subject, row.body = subject.strip(), body
    session.flush()


def words(session: Session, survey: Survey, wave: int, languages: Sequence[str]) -> dict[str, Wording]:
    """The words of a wave in each language."""
    return {language: wording(session, survey, wave, language) for language in languages}


def facts(survey: Survey, language: str) -> tuple[tuple[str, str], ...]:
    """What stands for the placeholders of every receiver in a language."""
    questionnaire = Questionnaire.from_json(survey.current.body) if survey.versions else None
    with speech.speak(language):
        known = {
            "titel": (questionnaire.title.in_(language) if questionnaire else "") or survey.title,
            "sista_dag": speech.day(survey.closes) if survey.closes else "",
            "minuter": str(max(questionnaire.estimate_minutes(), FEWEST_MINUTES)) if questionnaire else "",
        }
    return tuple(known.items())


def missing_facts(survey: Survey, text: str) -> None:
    """Refuse a text that names what the survey does not have, such as a last day."""
    for name, value in facts(survey, "sv"):
        if not value and f"{{{name}}}" in text:
            message = _("The text names {%(name)s}, but the survey has none. Set it, or write the text without it.")
            raise messages.CannotWrite(message % {"name": name})


def draft(session: Session, survey: Survey, wave: int, language: str, house: messages.House) -> messages.Draft:
    """A wave's message in a language, complete but for its receiver."""
    said = wording(session, survey, wave, language)
    missing_facts(survey, said.subject + said.body)
    return messages.draft(said, facts(survey, language), language, house, is_campaign=True)


def secret_links(message: Message | Row[Any], secret: bytes, base: str) -> dict[str, str]:
    """The personal link into the survey and the one that pauses invitations, derived when the message is written."""
    return {
        "link": f"{base}/svara/{invitations.token(message.invitation or '', secret)}{_spoken(message.language)}",
        "stop": f"{base}/avregistrera/{unsubscribe(message.recipient or 0, secret)}",
    }


def _spoken(language: str) -> str:
    """What makes the survey open in the language of the message, where that is not Swedish, which it opens in anyway."""
    return "" if language == "sv" else f"?lang={language}"


def personal_links(session: Session, survey: Survey, secret: bytes, base: str) -> list[str]:
    """The links of all who have not answered yet; for trials with made-up people only."""
    return [f"{base}/svara/{invitations.token(one.key, secret)}" for one in invitations.unanswered(session, survey)]


def unsubscribe(member: int, secret: bytes) -> str:
    """The token with which a member pauses invitations: derived, the same in every message, stored nowhere."""
    number = member.to_bytes(NUMBER, "big")
    return urlsafe_b64encode(number + _proof(number, secret)).decode().rstrip("=")


def unsubscribed(written: str, secret: bytes) -> int | None:
    """The member's number in a token of ours; None for anything else."""
    try:
        raw = urlsafe_b64decode(written.encode("ascii"))
    except (UnicodeEncodeError, Error):
        return None
    genuine = len(raw) == NUMBER + PROOF and hmac.compare_digest(raw[NUMBER:], _proof(raw[:NUMBER], secret))
    member = int.from_bytes(raw[:NUMBER], "big")
    return member if genuine and unsubscribe(member, secret) == written else None


def _proof(number: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"unsubscribe:" + number, hashlib.sha256).digest()[:PROOF]


def pause(session: Session, member: int) -> bool:
    """Let a member have no more invitations until they say so on their page; tells whether anything changed."""
    found = session.get(Member, member)
    if found is None or found.state != MemberState.ACTIVE:
        return False
    found.state = MemberState.PAUSED
    session.flush()
    return True


def verdict() -> ColumnElement[Any]:
    """The state that a message gets when it is claimed, found by the database in the very statement that claims it.

    Suppressed is what would reach somebody who has answered, left, paused or wants no reminders, or a survey that is
    closed; cancelled is what an official has stopped.
    """
    ours = Invitation.key == Message.invitation
    open_way = (
        select(Invitation.key)
        .join(Survey, Survey.id == Invitation.survey_id)
        .where(ours, Invitation.state == InvitationState.OPEN, Survey.state == SurveyState.OPEN)
    )
    willing = select(Member.id).where(
        Member.id == Message.recipient,
        Member.state == MemberState.ACTIVE,
        or_(Message.wave == 0, Member.stop_reminders.is_(False)),
    )
    stopped = (
        select(Selection.id)
        .join(Invitation, Invitation.survey_id == Selection.survey_id)
        .where(ours, Selection.wave == Message.wave, Selection.stopped.is_not(None))
    )
    return case(
        (Message.invitation.is_(None), _state(MessageState.LEASED)),
        (exists(stopped), _state(MessageState.CANCELLED)),
        (exists(open_way) & exists(willing), _state(MessageState.LEASED)),
        else_=_state(MessageState.SUPPRESSED),
    )


def _state(state: MessageState) -> ColumnElement[Any]:
    return literal(state, Message.state.type)


def draft_of(session: Session, campaign: str, wave: int, language: str, house: messages.House) -> messages.Draft:
    """The draft that goes with a row of the outbox."""
    survey = session.get_one(Survey, int(campaign.removeprefix("survey:")))
    return draft(session, survey, wave, language, house)
