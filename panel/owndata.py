"""Everything that is kept about one member, to take along."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from analysis.words import _
from panel.models import Event, MailedLink, Member, Message
from surveys.clock import now
from surveys.db import db


def extract(member: Member, invitations: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Everything that is kept about a member, as plain JSON; ``invitations`` is what the surveys floor knows."""
    messages = db.session.scalars(select(Message).where(Message.recipient == member.id).order_by(Message.id))
    events = db.session.scalars(
        select(Event).where(Event.subject == "member", Event.key == str(member.id)).order_by(Event.id)
    )
    mailed = db.session.scalars(select(MailedLink).where(MailedLink.member_id == member.id))
    return {
        "made": now().isoformat(),
        "answers": _("Answers are kept apart from people. Nobody can see which are yours, so they are not here."),
        "register": {column.name: _plain(getattr(member, column.key)) for column in Member.__table__.columns},
        "consents": [
            {"version": c.text.version, "texts": c.text.texts,
             "given": _plain(c.given), "withdrawn": _plain(c.withdrawn)}
            for c in member.consents
        ],
        "invitations": [{name: _plain(value) for name, value in each.items()} for each in invitations],
        "messages": [
            {"template": m.template, "channel": m.channel, "address": m.address, "language": m.language,
             "next_at": _plain(m.next_at), "state": m.state.value, "attempts": m.attempts,
             "code": m.code, "reply": m.reply}
            for m in messages
        ],
        "links": [{"purpose": m.purpose, "expires": _plain(m.expires), "used": _plain(m.used)} for m in mailed],
        "events": [{"at": _plain(e.at), "action": e.action, "detail": e.detail} for e in events],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
