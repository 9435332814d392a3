"""What a member has been invited to, and closing the ways in of one who leaves."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from panel.models import Member
from surveys import drafts, invitations
from surveys.models import Invitation, Survey


class Invited(NamedTuple):
    """That a member was invited to a survey, and whether an answer came; never what it was."""

    survey: int
    title: str
    state: str
    """open, answered or withdrawn."""
    invited_on: date
    reference: str


def taken_part(session: Session, member: Member) -> list[Invited]:
    """The surveys that a member has been invited to, the oldest first."""
    references = [participation.reference for participation in member.participations]
    rows = session.execute(
        select(Invitation.reference, Invitation.state, Survey.title)
        .join(Survey, Survey.id == Invitation.survey_id)
        .where(Invitation.reference.in_(references))
    )
    known = {row.reference: (row.title, row.state.value) for row in rows}
    return [
        Invited(each.survey_id, *known.get(each.reference, ("", "")), each.invited_on, each.reference)
        for each in member.participations
    ]


def withdraw(session: Session, references: Iterable[str], secret: bytes) -> int:
    """Close the open ways in of somebody who has left, and throw half-done answers away; gives how many were open."""
    closed = 0
    for reference in references:
        for key in session.scalars(select(Invitation.key).where(Invitation.reference == reference)):
            drafts.drop(session, invitations.token(key, secret))
        closed += invitations.withdraw(session, reference)
    return closed
