"""What the development twin kept, as a mail program would show it."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import nh3
from markupsafe import Markup, escape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from panel.models import ShownMessage

HEADERS = ("From", "To", "Subject", "Date", "Reply-To", "Message-ID", "Content-Language", "List-Unsubscribe",
           "List-Unsubscribe-Post", "Auto-Submitted")  # fmt: skip
TAGS = {"a", "b", "br", "div", "em", "i", "li", "ol", "p", "strong", "ul"}
CLASSES = {"p": {"govuk-body", "mp-quiet"}, "a": {"govuk-link", "govuk-button"}}
"""The classes that our mails carry for this page; mail programs know none of them and follow the styles beside."""


@dataclass(frozen=True)
class Shown:
    """A message as its receiver would see it."""

    key: int
    at: datetime
    address: str
    subject: str
    language: str
    headers: list[tuple[str, str]]
    plain: Markup
    page: Markup


def newest(session: Session, address: str, limit: int, offset: int) -> tuple[list[Shown], int]:
    """Some messages, newest first, to addresses that hold ``address``; and how many there are in all."""
    kept = ShownMessage.address.contains(address, autoescape=True)
    count = session.scalar(select(func.count()).select_from(ShownMessage).where(kept)) or 0
    rows = select(ShownMessage).where(kept).order_by(ShownMessage.id.desc()).limit(limit).offset(offset)
    return [read(row) for row in session.scalars(rows)], count


def one(session: Session, key: int) -> Shown | None:
    """The message of that number."""
    row = session.get(ShownMessage, key)
    return read(row) if row else None


def read(row: ShownMessage) -> Shown:
    """Take a message apart as a mail program does."""
    message = message_from_bytes(row.raw, policy=default)
    headers = [(name, str(message[name])) for name in HEADERS if message[name]]
    return Shown(
        key=row.id,
        at=row.at,
        address=row.address,
        subject=str(message["Subject"] or ""),
        language=str(message["Content-Language"] or "sv"),
        headers=headers,
        plain=linked(_part(message, "plain")),
        page=safe(_part(message, "html")),
    )


def safe(page: str) -> Markup:
    """A mail's HTML with nothing left that could act, load or look like a part of our own page."""
    body = page[page.find("<body") :] if "<body" in page else page
    cleaned = nh3.clean(
        body, tags=TAGS, allowed_classes=CLASSES, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )
    return Markup(cleaned)  # noqa: S704 (cleaned on the line above)


def linked(text: str, follow: bool = True) -> Markup:
    """Plain text, line by line; with ``follow``, its addresses can be followed, as mail programs make them."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    return Markup("<br>\n").join(_anchor(line) if follow and "://" in line[:8] else escape(line) for line in lines)


def _anchor(address: str) -> Markup:
    return Markup('<a class="govuk-link" href="{0}">{0}</a>').format(address)


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found else ""
