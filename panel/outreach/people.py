"""Who can be invited to a survey, and why others can't."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.words import N_
from panel.agegroups import age_group
from panel.models import Consent, ConsentText, District, Member, MemberState, Participation
from surveys.clock import today
from surveys.models import Survey

MOST_A_YEAR = 4
"""Invitations to one member in a year."""
YEAR = timedelta(days=365)

REASONS = {
    "invited": N_("Already invited to this survey"),
    "unreachable": N_("Can't be reached yet: only a mobile number, and text messages can't be sent yet"),
    "often": N_("Invited four times in the last year"),
    "consent": N_("Has not agreed to the newest consent text"),
    "paused": N_("Has paused the invitations"),
    "unconfirmed": N_("Has not confirmed the address"),
}
"""Why somebody in the register is not invited."""


class Person(NamedTuple):
    """A member, as sending sees one."""

    id: int
    email: str
    age_group: str
    district: str
    gender: str
    language: str
    protected: bool


@dataclass(frozen=True)
class Candidates:
    """Those who can be invited, and how many can't, by reason."""

    people: tuple[Person, ...]
    left_out: Mapping[str, int]


def candidates(session: Session, survey: Survey, groups: Sequence[str]) -> Candidates:
    """Sort the register: active, confirmed, consenting, reachable, not asked too often; ``groups`` of age, in order."""
    on = survey.opened_on or today()
    consenting = _consenting(session)
    invited, often = _invited(session, survey)
    people: list[Person] = []
    left_out: Counter[str] = Counter()
    for member in session.execute(_columns().order_by(Member.id)):
        reason = ""
        if member.id in invited:
            reason = "invited"
        elif member.state == MemberState.PAUSED:
            reason = "paused"
        elif member.state != MemberState.ACTIVE or member.confirmed_on is None:
            reason = "unconfirmed"
        elif member.id not in consenting:
            reason = "consent"
        elif not member.email:
            reason = "unreachable"
        elif often[member.id] >= MOST_A_YEAR:
            reason = "often"
        if reason:
            left_out[reason] += 1
        else:
            people.append(person(member, age_group(member.birth_year, on, groups)))
    return Candidates(tuple(people), {code: left_out[code] for code in REASONS if left_out[code]})


def some(session: Session, survey: Survey, members: Sequence[int], groups: Sequence[str]) -> list[Person]:
    """These members, if they are still in the register."""
    on = survey.opened_on or today()
    wanted = set(members)
    rows = session.execute(_columns().order_by(Member.id))
    return [person(row, age_group(row.birth_year, on, groups)) for row in rows if row.id in wanted]


def person(row: Any, group: str) -> Person:
    """A person from a row of the register."""
    values = {name: getattr(row, name) for name in Person._fields if name != "age_group"}
    return Person(**values | {"email": values["email"] or ""}, age_group=group)


def _columns() -> Select[Any]:
    names = ("id", "email", "district", "gender", "language", "protected", "birth_year", "state", "confirmed_on")
    return select(*(getattr(Member, name) for name in names))


def _consenting(session: Session) -> set[int]:
    """The numbers of those who stand by the newest text in force."""
    newest = (
        select(ConsentText.id)
        .where(ConsentText.in_force <= today())
        .order_by(ConsentText.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = select(Consent.member_id).where(Consent.withdrawn.is_(None), Consent.text_id == newest)
    return set(session.scalars(rows))


def _invited(session: Session, survey: Survey) -> tuple[set[int], Counter[int]]:
    """Who is invited to this survey already, and how often each has been invited in the last year."""
    already = select(Participation.member_id).where(Participation.survey_id == survey.id)
    counts = (
        select(Participation.member_id, func.count())
        .where(Participation.invited_on > today() - YEAR)
        .group_by(Participation.member_id)
    )
    return set(session.scalars(already)), Counter({row[0]: row[1] for row in session.execute(counts)})


def places(session: Session) -> dict[str, str]:
    """The districts' names by code, in order of name."""
    return {row.code: row.name for row in session.scalars(select(District).order_by(District.name))}
