"""What is to be sent: the outbox, its texts, and to whom a survey goes."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from surveys.db import Moment, Table, coded


class MessageState(enum.StrEnum):
    """Where a message stands; the last ones are final."""

    QUEUED = "queued"
    LEASED = "leased"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    BOUNCED_SOFT = "bounced_soft"
    BOUNCED_HARD = "bounced_hard"
    FAILED_PERMANENT = "failed_permanent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Message(Table):
    """The outbox: one row per recipient, wave and channel; the worker renders it, so that no link is stored."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign: Mapped[str] = mapped_column(sa.String(40))
    """survey:<id>, or a random key for a message of its own."""
    recipient: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="SET NULL"), index=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"))
    wave: Mapped[int] = mapped_column(default=0)
    """0 the invitation, 1 and 2 the reminders."""
    channel: Mapped[str] = mapped_column(sa.String(20))
    lane: Mapped[str] = mapped_column(sa.String(20), default="bulk")
    """urgent (confirm, sign in) or bulk (invitations), so that the one never waits for the other."""
    address: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(20), default="sv")
    template: Mapped[str] = mapped_column(sa.String(40))
    """The text's name: invitation, reminder, confirm, sign_in, already_member, …"""
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """What the text needs, without any token."""
    invitation: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    """The invitation's key, from which the worker derives the personal link."""
    message_id: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[MessageState] = mapped_column(coded(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    owner: Mapped[str | None] = mapped_column(sa.String(60))
    code: Mapped[int | None]
    reply: Mapped[str | None] = mapped_column(sa.String(500))
    relay_id: Mapped[str | None] = mapped_column(sa.String(200))

    __table_args__ = (
        sa.UniqueConstraint("campaign", "recipient", "wave", "channel"),
        sa.Index(
            "ix_outbox_due",
            "lane",
            "next_at",
            "id",
            sqlite_where=sa.text("state in ('queued', 'leased')"),
            postgresql_where=sa.text("state in ('queued', 'leased')"),
        ),
    )


class OutboxText(Table):
    """What an official wrote for a survey's invitation or reminder, in each language."""

    __tablename__ = "outbox_text"
    survey_id: Mapped[int] = mapped_column(primary_key=True)
    wave: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)


class Selection(Table):
    """Who an invitation or reminder will go to, drawn and shown before anything is sent."""

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(index=True)
    wave: Mapped[int]
    drawn: Mapped[datetime] = mapped_column(Moment)
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """How it was drawn: all or sample, size, seed, strata."""
    members: Mapped[list[int]] = mapped_column(sa.JSON)
    sent: Mapped[datetime | None] = mapped_column(Moment)
    stopped: Mapped[datetime | None] = mapped_column(Moment)
    """When an official stopped the sending; nothing more of it is claimed until it goes on."""


class ShownMessage(Table):
    """The development twin's outbox: each message as its receiver would see it (demo and development only)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(sa.String(254), index=True)
    channel: Mapped[str] = mapped_column(sa.String(20))
    raw: Mapped[bytes]
