"""Finding people in the register; those with a protected identity are in no list."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from panel import addresses
from panel.agegroups import age_group
from panel.models import Member, MemberState
from surveys.clock import today
from surveys.refusals import Refusal

PAGE = 50
MOST_FOUND = 50
SHORTEST = 2
"""A search needs so many characters."""


@dataclass(frozen=True)
class Wanted:
    """Which members to list; what is empty does not matter."""

    state: str = ""
    district: str = ""
    age_group: str = ""
    gender: str = ""
    recruited: str = ""

    def conditions(self, groups: Sequence[str]) -> list[ColumnElement[bool]]:
        """The same, for the database."""
        plain = {name: value for name, value in asdict(self).items() if value and name not in ("age_group", "state")}
        found = [getattr(Member, name) == value for name, value in plain.items()]
        if self.state:
            found.append(Member.state == MemberState(self.state))
        if self.age_group:
            year = today().year
            years = [y for y in range(year - 130, year + 1) if age_group(y, today(), groups) == self.age_group]
            found.append(Member.birth_year.in_(years))
        return found


def listed(session: Session, wanted: Wanted, groups: Sequence[str], page: int) -> tuple[Sequence[Member], int]:
    """A page of members, the newest first, and how many there are in all."""
    where = [Member.protected.is_(False), *wanted.conditions(groups)]
    count = session.scalar(select(func.count()).select_from(Member).where(*where)) or 0
    rows = select(Member).where(*where).order_by(Member.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return session.scalars(rows).all(), count


def search(session: Session, text: str, also_protected: bool) -> tuple[Sequence[Member], int]:
    """
    Members whose address holds ``text``, or whose mobile number it is, and how many there are in all.

    A member with a protected identity is found by the exact e-mail address only, by whoever may see that.
    """
    text = text.replace("\0", "").strip()
    if len(text) < SHORTEST:
        return [], 0
    part = or_(Member.email.contains(text.lower(), autoescape=True), Member.address.icontains(text, autoescape=True))
    number = _number(text)
    where: ColumnElement[bool] = Member.protected.is_(False) & (or_(part, Member.mobile == number) if number else part)
    if also_protected:
        where = or_(where, Member.protected & (Member.email == text.lower()))
    count = session.scalar(select(func.count()).select_from(Member).where(where)) or 0
    return session.scalars(select(Member).where(where).order_by(Member.email).limit(MOST_FOUND)).all(), count


def _number(text: str) -> str | None:
    try:
        return addresses.mobile(text)
    except Refusal:
        return None
