"""How a campaign goes: sent, failed and answered, in all and by group, and who did not get it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from panel.delivery import WAITING
from panel.models import Member, Message, MessageState
from panel.outreach.inviting import REACHED, campaign
from surveys import invitations
from surveys.invitations import Count
from surveys.models import Invitation, Survey

FAILED = (MessageState.FAILED_PERMANENT, MessageState.BOUNCED_HARD, MessageState.DEAD, MessageState.UNKNOWN)
WITHHELD = (MessageState.SUPPRESSED, MessageState.CANCELLED)


@dataclass(frozen=True)
class Group:
    """A group of those invited; ``sent`` and ``failed`` are of the invitation itself, not of reminders."""

    code: str
    label: str
    invited: int
    sent: int
    failed: int
    answered: int
    response_rate: float | None


@dataclass(frozen=True)
class Wave:
    """How the messages of one wave stand; the counts add up to all of them."""

    number: int
    waiting: int
    sent: int
    failed: int
    withheld: int


@dataclass(frozen=True)
class Standing:
    """A whole campaign."""

    whole: Group
    by_age_group: tuple[Group, ...]
    by_district: tuple[Group, ...]
    waves: tuple[Wave, ...]

    def to_json(self) -> dict[str, Any]:
        """As `surveys status --json` prints it."""
        whole = {name: value for name, value in asdict(self.whole).items() if name not in ("code", "label")}
        groups = {
            "by_age_group": [asdict(group) for group in self.by_age_group],
            "by_district": [asdict(group) for group in self.by_district],
        }
        return whole | groups | {"waves": [asdict(wave) for wave in self.waves]}


class Missed(NamedTuple):
    """Somebody who did not get a message, and why."""

    member: int | None
    address: str
    """Empty for somebody with a protected identity, or who has left."""
    protected: bool
    wave: int
    state: MessageState
    code: int | None
    reply: str | None
    attempts: int


def standing(session: Session, survey: Survey) -> Standing:
    """The counts of a campaign right now."""
    status = invitations.status(session, survey)
    counts = _by_group(session, survey)
    whole = Count("", "", status.invited, status.answered)
    return Standing(
        _group(whole, "", counts),
        tuple(_group(count, "age_group", counts) for count in status.by_age_group),
        tuple(_group(count, "district", counts) for count in status.by_district),
        _waves(session, survey),
    )


def missed(session: Session, survey: Survey, states: Sequence[MessageState] = FAILED) -> list[Missed]:
    """Those whose message is in one of ``states``, newest wave first; a protected person is told of, not named."""
    rows = session.execute(
        select(Message, Member.protected)
        .outerjoin(Member, Member.id == Message.recipient)
        .where(Message.campaign == campaign(survey), Message.state.in_(states))
        .order_by(Message.wave.desc(), Message.id)
    )
    return [_missed(message, bool(protected)) for message, protected in rows]


def _missed(message: Message, protected: bool) -> Missed:
    address = "" if protected or message.recipient is None else message.address
    what = (message.wave, message.state, message.code, message.reply, message.attempts)
    return Missed(message.recipient, address, protected, *what)


def _by_group(session: Session, survey: Survey) -> Counter[tuple[str, str, str]]:
    """How many invitations were sent and failed, by kind and code of group."""
    rows = session.execute(
        select(Invitation.age_group, Invitation.district, Message.state, func.count())
        .join(Invitation, Invitation.key == Message.invitation)
        .where(Message.campaign == campaign(survey), Message.wave == 0)
        .group_by(Invitation.age_group, Invitation.district, Message.state)
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    for age, district, state, number in rows:
        outcome = "sent" if state in REACHED else "failed" if state in FAILED else ""
        for kind, code in (("", ""), ("age_group", age), ("district", district)):
            counts[kind, code, outcome] += number
    return counts


def _group(count: Count, kind: str, counts: Counter[tuple[str, str, str]]) -> Group:
    sent, failed = counts[kind, count.code, "sent"], counts[kind, count.code, "failed"]
    return Group(count.code, count.label, count.invited, sent, failed, count.answered, count.response_rate)


def _waves(session: Session, survey: Survey) -> tuple[Wave, ...]:
    rows = session.execute(
        select(Message.wave, Message.state, func.count())
        .where(Message.campaign == campaign(survey))
        .group_by(Message.wave, Message.state)
    )
    counts: dict[int, Counter[MessageState]] = {}
    for wave, state, number in rows:
        counts.setdefault(wave, Counter())[state] += number
    return tuple(
        Wave(number, *(sum(found[state] for state in kind) for kind in (WAITING, REACHED, FAILED, WITHHELD)))
        for number, found in sorted(counts.items())
    )
