"""Drawing a selection, showing it, sending it; at most two reminders, to those who have not answered."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from analysis import words as speech
from analysis.words import _
from panel import audit, composition, delivery
from panel.agegroups import label
from panel.models import Member, MemberState, Message, MessageState, Participation, Selection
from panel.outreach.letters import missing_facts, words
from panel.outreach.people import Person, candidates, places, some
from panel.outreach.sampling import Plan, sample
from panel.wordings import CAMPAIGN
from surveys import invitations
from surveys.clock import now, today
from surveys.models import Survey, SurveyState
from surveys.refusals import Refusal

MOST_REMINDERS = 2
REACHED = (MessageState.HANDED_OVER, MessageState.DELIVERED, MessageState.BOUNCED_SOFT)
"""States of a message that came, as far as we know."""


class CannotSend(Refusal):
    """Something that can't be sent now; the message says why, and what to do."""


def draw(session: Session, survey: Survey, plan: Plan, groups: Sequence[str]) -> Selection:
    """Choose whom to invite and keep the choice; nothing is sent."""
    check_open(survey)
    found = candidates(session, survey, groups)
    if not found.people:
        raise CannotSend(_("There is nobody in the panel to invite to this survey."))
    return _keep(session, survey, 0, plan.to_json(), sample(found.people, plan))


def draw_reminder(session: Session, survey: Survey) -> Selection:
    """Choose whom to remind: those who got the invitation, have not answered, and want reminders."""
    check_open(survey)
    wave = next_reminder(session, survey)
    members = [member for member, _key in _unanswered(session, survey)]
    if not members:
        raise CannotSend(_("There is nobody to remind: everybody who got the invitation has answered."))
    return _keep(session, survey, wave, {"reminder": wave}, members)


def next_reminder(session: Session, survey: Survey) -> int:
    """The number of the reminder that is next; refused after the second, and while something is on its way."""
    last = session.scalar(select(func.max(Selection.wave)).where(Selection.survey_id == survey.id, Selection.sent.is_not(None)))
    if last is None:
        raise CannotSend(_("Nobody has been invited yet."))
    if last >= MOST_REMINDERS:
        raise CannotSend(_("Two reminders have been sent. More than two are not sent."))
    waiting = select(Message.id).where(Message.campaign == campaign(survey), Message.state.in_(delivery.WAITING))
    if session.scalar(waiting.limit(1)):
        raise CannotSend(_("The last messages are still being sent. Wait until they have gone."))
    return last + 1


def send(session: Session, chosen: Selection, survey: Survey, groups: Sequence[str], languages: Sequence[str]) -> int:
    """Invite or remind those chosen who may still be; returns how many messages are new in the outbox.

    Participations, invitations and messages stand in one transaction: either all are there, or none.
    """
    check_open(survey)
    for said in words(session, survey, chosen.wave, languages).values():
        missing_facts(survey, said.subject + said.body)
    _take(session, chosen)
    if chosen.wave:
        rows = _reminders(session, chosen, survey, languages)
    else:
        rows = _invitations(session, chosen, survey, groups, languages)
        survey.composition = {**survey.composition, **composition.facts(session, survey.id, groups)}
    if not rows:
        raise CannotSend(_("None of those chosen can be reached any more. Choose again."))
    count = delivery.plan(session, rows)
    audit.record("sent", "selection", chosen.id, survey=survey.id, reminder=chosen.wave or None, count=count)
    return count


def check_open(survey: Survey) -> None:
    """Refuse to send for a survey that nobody can answer."""
    if survey.state == SurveyState.DRAFT:
        raise CannotSend(_("The survey is not open yet. Open it first, then send."))
    if survey.state != SurveyState.OPEN:
        raise CannotSend(_("The survey is closed, so nothing more can be sent."))


def campaign(survey: Survey) -> str:
    """The name of a survey's messages in the outbox."""
    return f"survey:{survey.id}"


def selection(session: Session, survey: Survey, key: int) -> Selection | None:
    """The selection of that number, if it is this survey's."""
    found = session.get(Selection, key)
    return found if found and found.survey_id == survey.id else None


def newest(session: Session, survey: Survey) -> Sequence[Selection]:
    """The selections that were sent, first to last."""
    rows = select(Selection).where(Selection.survey_id == survey.id, Selection.sent.is_not(None))
    return session.scalars(rows.order_by(Selection.id)).all()


def recipients(session: Session, chosen: Selection, survey: Survey, groups: Sequence[str]) -> list[Person]:
    """Those a selection holds, who would get the message if it were sent now."""
    if chosen.sent:
        return some(session, survey, chosen.members, groups)
    if chosen.wave:
        members = {member for member, _key in _unanswered(session, survey)}
        return [one for one in some(session, survey, chosen.members, groups) if one.id in members]
    still = candidates(session, survey, groups).people
    wanted = set(chosen.members)
    return [one for one in still if one.id in wanted]


def to_send(people: Sequence[Person], offered: Sequence[str]) -> dict[str, int]:
    """How many get the message in each language that is offered."""
    counts = dict.fromkeys(offered, 0)
    for one in people:
        counts[speaks(one.language, offered)] += 1
    return counts


def speaks(language: str, offered: Sequence[str]) -> str:
    """The language to write to somebody in."""
    return language if language in offered else offered[0]


def stop(session: Session, survey: Survey, wave: int) -> int:
    """Stop a wave: what has not been claimed is cancelled at once. Returns how many messages that was."""
    _mark(session, survey, wave, now())
    return _turn(session, survey, wave, MessageState.QUEUED, MessageState.CANCELLED)


def resume(session: Session, survey: Survey, wave: int) -> int:
    """Go on with a wave that was stopped, with exactly those who had not got it."""
    check_open(survey)
    _mark(session, survey, wave, None)
    return _turn(session, survey, wave, MessageState.CANCELLED, MessageState.QUEUED)


def _mark(session: Session, survey: Survey, wave: int, moment: Any) -> None:
    rows = (Selection.survey_id == survey.id, Selection.wave == wave, Selection.sent.is_not(None))
    for one in session.scalars(select(Selection).where(*rows)):
        one.stopped = moment
    session.flush()


def _turn(session: Session, survey: Survey, wave: int, old: MessageState, new: MessageState) -> int:
    rows = (Message.campaign == campaign(survey), Message.wave == wave, Message.state == old)
    done = session.execute(update(Message).where(*rows).values(state=new, next_at=now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _keep(session: Session, survey: Survey, wave: int, plan: Mapping[str, Any], members: list[int]) -> Selection:
    chosen = Selection(survey_id=survey.id, wave=wave, drawn=now(), plan=dict(plan), members=members)
    session.add(chosen)
    session.flush()
    return chosen


def _take(session: Session, chosen: Selection) -> None:
    """Let one of two who press the button at once go on."""
    mine = update(Selection).where(Selection.id == chosen.id, Selection.sent.is_(None)).values(sent=now())
    if not session.execute(mine).rowcount:  # type: ignore[attr-defined]
        raise CannotSend(_("This has been sent already. Nothing was sent twice."))
    session.refresh(chosen)


def _invitations(
    session: Session, chosen: Selection, survey: Survey, groups: Sequence[str], languages: Sequence[str]
) -> list[dict[str, Any]]:
    """Tie each person to a new reference, have the references invited, and write the messages' rows."""
    wanted = set(chosen.members)
    people = [one for one in candidates(session, survey, groups).people if one.id in wanted]
    if not people:
        return []
    references = [secrets.token_hex(16) for _one in people]
    session.add_all(
        Participation(member_id=one.id, survey_id=survey.id, reference=reference, invited_on=today())
        for one, reference in zip(people, references, strict=True)
    )
    invitees = [
        invitations.Invitee(reference, one.age_group, one.district) for one, reference in zip(people, references, strict=True)
    ]
    with speech.speak(languages[0]):
        age_labels = {code: label(code) for code in groups}
    issued = invitations.issue(session, survey, invitees, age_labels, places(session))
    pairs = zip(people, issued, strict=True)
    return [_row(survey, 0, one.id, one.email, speaks(one.language, languages), way.key) for one, way in pairs]


def _reminders(session: Session, chosen: Selection, survey: Survey, languages: Sequence[str]) -> list[dict[str, Any]]:
    keys = dict(_unanswered(session, survey))
    wanted = keys.keys() & set(chosen.members)
    members = session.execute(select(Member.id, Member.email, Member.language).order_by(Member.id))
    return [
        _row(survey, chosen.wave, one.id, one.email, speaks(one.language, languages), keys[one.id])
        for one in members
        if one.id in wanted
    ]


def _row(survey: Survey, wave: int, member: int, address: str, language: str, key: str) -> dict[str, Any]:
    start = delivery.row(CAMPAIGN[wave], address, campaign=campaign(survey), language=language)
    return start | {"recipient": member, "wave": wave, "invitation": key, "fields": {}}


def _unanswered(session: Session, survey: Survey) -> list[tuple[int, str]]:
    """Members to remind, each with the key of their invitation."""
    keys = {one.reference: one.key for one in invitations.unanswered(session, survey)}
    rows = session.execute(
        select(Participation.reference, Member.id)
        .join(Member, Member.id == Participation.member_id)
        .join(Message, (Message.recipient == Member.id) & (Message.campaign == campaign(survey)) & (Message.wave == 0))
        .where(
            Participation.survey_id == survey.id,
            Member.state == MemberState.ACTIVE,
            Member.stop_reminders.is_(False),
            Member.email.is_not(None),
            Message.state.in_(REACHED),
        )
        .order_by(Member.id)
    )
    return [(row.id, keys[row.reference]) for row in rows if row.reference in keys]
