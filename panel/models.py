"""The tables of this floor: people, what they agreed to, staff, what was done, and what is to be sent."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.db import Base, Moment, Table, coded

Json = sa.JSON


class MemberState(enum.StrEnum):
    """Where a member stands."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"


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


class Installation(Table):
    """What holds for this installation as a whole, such as that it is a demo; a name and a value."""

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


class District(Table):
    """A part of the municipality (kommundel)."""

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    geometry: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Population(Table):
    """How many live in a district, by age group and gender, according to a source."""

    district: Mapped[str] = mapped_column(sa.ForeignKey("district.code"), primary_key=True)
    age_group: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    gender: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    count: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(300))
    as_of: Mapped[date]
    made_up: Mapped[bool] = mapped_column(default=False)


class Member(Table):
    """A resident registered in the citizen panel."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    """Lower case, normalised."""
    mobile: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    """E.164, such as +46701234567; a household may share one, so it names a member only where there is no e-mail."""
    birth_year: Mapped[int]
    gender: Mapped[str] = mapped_column(sa.String(20))
    """woman, man, other or undisclosed."""
    district: Mapped[str] = mapped_column(sa.ForeignKey("district.code"), index=True)
    language: Mapped[str] = mapped_column(sa.String(20), default="sv")
    channel: Mapped[str] = mapped_column(sa.String(20), default="email")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    protected: Mapped[bool] = mapped_column(default=False)
    """Protected identity: never in lists or exports."""
    recruited: Mapped[str] = mapped_column(sa.String(20), default="self_chosen")
    """random or self_chosen: told in every method box."""
    state: Mapped[MemberState] = mapped_column(coded(MemberState), default=MemberState.PENDING, index=True)
    joined_on: Mapped[date]
    confirmed_on: Mapped[date | None]
    stop_reminders: Mapped[bool] = mapped_column(default=False)

    consents: Mapped[list["Consent"]] = relationship(
        back_populates="member", cascade="all, delete-orphan", order_by="Consent.id"
    )
    participations: Mapped[list["Participation"]] = relationship(
        back_populates="member", cascade="all, delete-orphan", order_by="Participation.id"
    )

    __table_args__ = (
        sa.Index(
            "ix_member_mobile_alone",
            "mobile",
            unique=True,
            sqlite_where=sa.text("email is null"),
            postgresql_where=sa.text("email is null"),
        ),
        {"sqlite_autoincrement": True},  # the number of somebody erased is never given to somebody else
    )


class ConsentText(Table):
    """A version of the text that members agree to; never changed once someone has agreed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    texts: Mapped[dict[str, str]] = mapped_column(Json)
    """Language to text."""
    in_force: Mapped[date]


class Consent(Table):
    """Which text a member agreed to, when, and when it was withdrawn."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("consent_text.id"))
    given: Mapped[datetime] = mapped_column(Moment)
    withdrawn: Mapped[datetime | None] = mapped_column(Moment)

    member: Mapped[Member] = relationship(back_populates="consents")
    text: Mapped[ConsentText] = relationship()


class Participation(Table):
    """That a member was invited to a survey, under a reference that only this floor resolves."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"))
    survey_id: Mapped[int] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(sa.String(32), unique=True)
    invited_on: Mapped[date]

    member: Mapped[Member] = relationship(back_populates="participations")
    __table_args__ = (sa.UniqueConstraint("member_id", "survey_id"),)


class MailedLink(Table):
    """A link mailed to a member: kept as a fingerprint, for one purpose, once, for a while."""

    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    """confirm, sign_in, change_address, unsubscribe."""
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """Nobody yet, for a link that confirms a join: who has not confirmed is not in the register."""
    expires: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime | None] = mapped_column(Moment)
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


staff_role = sa.Table(
    "staff_role",
    Base.metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Table, RoleMixin):  # type: ignore[misc]  # flask-security has no types
    """administrator, processledare, analytiker or presidium."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    description: Mapped[str | None] = mapped_column(sa.String(200))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(Json))


class Staff(Table, UserMixin):  # type: ignore[misc]  # flask-security has no types
    """An official or an elected representative with an account."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100), default="")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)

    roles: Mapped[list[Role]] = relationship(secondary=staff_role)  # type: ignore[assignment]  # theirs is a list of mixins


class Event(Table):
    """The audit log: who did what, when; never an answer."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(sa.String(80))
    """staff:<id>, member, command, worker."""
    action: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(80))
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


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
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
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
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
    """How it was drawn: all or sample, size, seed, strata."""
    members: Mapped[list[int]] = mapped_column(Json)
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


class PendingImport(Table):
    """A register file that has been tried but not yet written; thrown away after a day."""

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment)
    filename: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes]


class RateCount(Table):
    """How often a door was tried in a window, shared by all processes."""

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    expires: Mapped[float]
    """Seconds since the epoch."""
