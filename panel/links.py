"""Mailed links: derived when the mail is written, kept as a fingerprint, for one purpose, once, for a while."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from panel.models import MailedLink, Message
from surveys.clock import now
from surveys.db import db

CONFIRM = "confirm"
SIGN_IN = "sign_in"
CHANGE_ADDRESS = "change_address"
OVER = "confirm_over"
"""The purpose of a link that was to confirm a join, when what it held has been thrown away."""

LIFETIMES = {CONFIRM: timedelta(days=7), SIGN_IN: timedelta(minutes=10), CHANGE_ADDRESS: timedelta(days=1)}
"""How long a link works, by its purpose, counted from when the mail is written."""

PAGES = {
    CONFIRM: "/bekrafta/{token}",
    SIGN_IN: "/min-sida/in/{token}",
    CHANGE_ADDRESS: "/min-sida/adress/{token}",
    "already_member": "/min-sida",
    "address_notice": "/min-sida",
    "new_consent": "/min-sida",
}
"""Where the link of each message leads."""

KEPT = "kept"
"""The field of a message that moves to the link when the mail is written: what the link will do."""

UNKNOWN, USED, EXPIRED = "unknown", "used", "expired"


class DeadLink(Exception):
    """A link that does not work; ``reason`` is unknown, used or expired."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def issue(session: Session, message: Any, secret: bytes) -> str:
    """The token of an outbox row's link, the same at every attempt to send; its fingerprint is kept.

    Called by the worker as it writes the mail; what the link is to do moves from the row to the link.
    """
    text = f"mailed link:{message.template}:{message.message_id}"
    token = urlsafe_b64encode(hmac.new(secret, text.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    if session.get(MailedLink, _fingerprint(token)) is None:
        link = MailedLink(
            fingerprint=_fingerprint(token),
            purpose=message.template,
            member_id=message.recipient,
            expires=now() + LIFETIMES[message.template],
            detail=message.fields.get(KEPT, {}),
        )
        session.add(link)
        rest = {name: value for name, value in message.fields.items() if name != KEPT}
        session.execute(update(Message).where(Message.id == message.id).values(fields=rest))
        session.flush()
    return token


def address(session: Session, message: Any, secret: bytes, base: str) -> str:
    """The whole address of the page to which an outbox row's link leads; empty where its template has none."""
    page = PAGES.get(message.template)
    if page is None:
        return ""
    return base + page.format(token=issue(session, message, secret) if "{token}" in page else "")


def find(token: str, purpose: str, hold: bool = False) -> MailedLink:
    """The link that a token opens; raises `DeadLink`, changes nothing. ``hold`` it against others who use it now."""
    known = re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    link = db.session.get(MailedLink, _fingerprint(token), with_for_update=hold or None) if known else None
    if link is not None and link.purpose == OVER and purpose == CONFIRM:
        raise DeadLink(EXPIRED)
    if link is None or link.purpose != purpose:
        raise DeadLink(UNKNOWN)
    if link.used:
        raise DeadLink(USED)
    if link.expires <= now():
        raise DeadLink(EXPIRED)
    return link


def use(link: MailedLink) -> None:
    """Use a link up, and forget what it held."""
    link.used = now()
    link.detail = {}


def cancel(member: int) -> None:
    """Let no link work that has been mailed to a member."""
    links = update(MailedLink).where(MailedLink.member_id == member, MailedLink.used.is_(None))
    db.session.execute(links.values(used=now(), detail={}))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
