"""Members of the panel, what they agreed to, what they were asked, and the links mailed to them."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.db import Moment, Table, coded


class MemberState(enum.StrEnum):
    """Where a member stands."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"


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
    texts: Mapped[dict[str, str]] = mapped_column(sa.JSON)
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
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
