"""What is thrown away when: each rule has a name, a time and an act; a dry run only counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, literal, select, update
from sqlalchemy.orm import Session

from analysis.words import N_
from panel import links
from panel.models import MailedLink, Message, MessageState, PendingImport, RateCount, ShownMessage
from surveys.clock import now

JOINING = links.LIFETIMES[links.CONFIRM]
"""How long what somebody filled in waits to be confirmed."""
LINK = timedelta(days=30)
"""How long it is remembered that a link was used or too old, so that its page can say so."""
ADDRESS = timedelta(days=90)
"""How long the outbox tells which address a message went to."""
IMPORT = timedelta(days=1)
"""How long a register file that has been tried waits to be written."""
SHOWN = timedelta(days=30)

WAITING = (MessageState.QUEUED, MessageState.LEASED)
BLANK: Mapping[str, Any] = {"address": "", "fields": {}, "reply": None, "relay_id": None}


@dataclass(frozen=True)
class Rule:
    """What goes: rows of a table, deleted, or blanked where ``values`` are given."""

    name: str
    words: str
    table: Any
    where: Callable[[datetime], ColumnElement[bool]]
    values: Mapping[str, Any] | None = None

    def count(self, session: Session) -> int:
        """How many rows it is time for."""
        return session.scalar(select(func.count()).select_from(self.table).where(self.where(now()))) or 0

    def carry_out(self, session: Session) -> int:
        """Throw them away; gives how many."""
        count = self.count(session)
        act = delete(self.table) if self.values is None else update(self.table).values(self.values)
        session.execute(act.where(self.where(now())))
        return count


_CANCELLED = literal(MessageState.CANCELLED, Message.state.type)

RULES = (
    Rule(
        "joins",
        N_("Joins that were never confirmed"),
        MailedLink,
        lambda at: (MailedLink.purpose == links.CONFIRM) & (MailedLink.expires <= at) & MailedLink.used.is_(None),
        {"detail": {}, "purpose": links.OVER},
    ),
    Rule("links", N_("Links that are used or too old"), MailedLink, lambda at: MailedLink.expires <= at - LINK),
    Rule(
        "join_messages",
        N_("Addresses in messages that ask to confirm a join"),
        Message,
        lambda at: (Message.template == links.CONFIRM) & (Message.next_at <= at - JOINING) & (Message.address != ""),
        {**BLANK, "state": case((Message.state.in_(WAITING), _CANCELLED), else_=Message.state)},
    ),
    Rule(
        "goodbyes",
        N_("Addresses in messages that say goodbye"),
        Message,
        lambda at: (Message.template == "goodbye") & Message.state.not_in(WAITING) & (Message.address != ""),
        BLANK,
    ),
    Rule(
        "addresses",
        N_("Addresses in messages sent long ago"),
        Message,
        lambda at: Message.state.not_in(WAITING) & (Message.next_at <= at - ADDRESS) & (Message.address != ""),
        BLANK,
    ),
    Rule(
        "strangers",
        N_("Requests to sign in from addresses that are not in the panel"),
        Message,
        lambda at: (
            (Message.template == links.SIGN_IN)
            & (Message.state == MessageState.SUPPRESSED)
            & (Message.address == "")
            & (Message.next_at <= at - IMPORT)
        ),
    ),
    Rule(
        "imports",
        N_("Register files that were tried but not written"),
        PendingImport,
        lambda at: PendingImport.at <= at - IMPORT,
    ),
    Rule(
        "shown",
        N_("Messages shown in the development outbox"),
        ShownMessage,
        lambda at: ShownMessage.at <= at - SHOWN,
    ),
    Rule("tries", N_("Counts of tries at doors"), RateCount, lambda at: RateCount.expires <= at.timestamp()),
)


def purge(session: Session, dry_run: bool = False) -> dict[str, int]:
    """Throw away what it is time for, or only count it; gives the number of rows by the name of the rule."""
    if dry_run:
        return {rule.name: rule.count(session) for rule in RULES}
    return {rule.name: rule.carry_out(session) for rule in RULES}
