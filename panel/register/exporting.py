"""The register as a file that `panel import` takes; members with a protected identity are counted, never in it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from panel import addresses, sheets
from panel.models import District, Member, MemberState
from panel.register.columns import HEADS
from panel.sheets.writing import Kind, Value

GENDERS = {"woman": "kvinna", "man": "man", "other": "annat", "undisclosed": "vill inte uppge"}
CHANNELS = {"email": "e-post", "sms": "sms", "letter": "brev"}
RECRUITED = {"random": "slump", "self_chosen": "egen anmälan"}
STATES = {MemberState.PENDING: "väntar", MemberState.ACTIVE: "aktiv", MemberState.PAUSED: "pausad"}
COLUMNS = ("email", "mobile", "birth_year", "gender", "district", "language", "channel", "address", "recruited")
STATE = "läge"
"""Told, but not read by an import: whether somebody takes a break is theirs to decide."""


@dataclass(frozen=True)
class Export:
    """A file, how many it holds and how many were left out."""

    data: bytes
    members: int
    protected: int


def export(session: Session, kind: Kind) -> Export:
    """Every member but those with a protected identity, in the order they joined; words are Swedish, as in imports."""
    places = {row.code: row.name for row in session.scalars(select(District))}
    members = session.scalars(select(Member).where(Member.protected.is_(False)).order_by(Member.id))
    rows = [_row(member, places) for member in members]
    protected = session.scalar(select(func.count()).select_from(Member).where(Member.protected)) or 0
    head = [*(HEADS[name] for name in COLUMNS), STATE]
    return Export(sheets.write(kind, head, rows, "Panelen"), len(rows), protected)


def _row(member: Member, places: dict[str, str]) -> list[Value]:
    return [
        member.email or "",
        addresses.shown(member.mobile),
        member.birth_year,
        GENDERS.get(member.gender, member.gender),
        places.get(member.district, member.district),
        member.language,
        CHANNELS.get(member.channel, member.channel),
        member.address,
        RECRUITED.get(member.recruited, member.recruited),
        STATES[member.state],
    ]
