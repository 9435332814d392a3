"""Join, confirm, change, pause, leave and be forgotten, take the data along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from analysis.words import _
from panel import links
from panel.models import (
    Consent,
    District,
    MailedLink,
    Member,
    MemberState,
    Message,
    MessageState,
    Selection,
    ShownMessage,
)
from surveys.clock import now, today
from surveys.db import db
from surveys.refusals import Refusal

YOUNGEST, OLDEST = 15, 120
GENDERS = ("woman", "man", "other", "undisclosed")
EMAIL, SMS = "email", "sms"
CHANGEABLE = ("birth_year", "gender", "district", "language", "channel", "mobile", "stop_reminders")
WAITING = (MessageState.QUEUED, MessageState.LEASED)


class CannotJoin(Refusal):
    """A join or a change that the rules of the panel do not allow."""


class AlreadyMember(Exception):
    """The address that was to be confirmed belongs to a member by now."""


@dataclass(frozen=True)
class Note:
    """A message to be put in the outbox."""

    template: str
    address: str
    language: str
    recipient: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    sent: bool = True
    """False where nobody is to get it: it is written down all the same, so that the time it takes tells nothing."""

    @property
    def channel(self) -> str:
        """By which channel it goes."""
        return EMAIL if "@" in self.address else SMS


def find(address: str) -> Member | None:
    """The member with this address: by e-mail, or by mobile number where a member has no e-mail."""
    if "@" in address:
        return db.session.scalar(select(Member).where(Member.email == address))
    return db.session.scalar(select(Member).where(Member.mobile == address, Member.email.is_(None)))


def check_birth_year(year: int) -> None:
    """Refuse those under fifteen and years that can't be right."""
    if year > today().year:
        raise CannotJoin(_("The year of birth lies in the future."))
    if year > today().year - YOUNGEST:
        raise CannotJoin(_("You can join in the year you turn %(age)s.") % {"age": YOUNGEST})
    if year < today().year - OLDEST:
        raise CannotJoin(_("Write the year you were born, with four digits, such as 1987."))


def join(details: Mapping[str, Any], text_id: int) -> Note:
    """Ask to join: a letter with a link that confirms it, or one that says that the address is there already.

    Nothing is written in the register until the link is used, so a stranger can change nobody's data.
    """
    check_birth_year(details["birth_year"])
    address = details["email"] or details["mobile"]
    if address is None:
        raise CannotJoin(_("Write an email address or a mobile number."))
    if member := find(address):
        return Note("already_member", address, member.language, member.id)
    kept = {name: details[name] for name in ("email", *CHANGEABLE) if name in details} | {"text_id": text_id}
    return Note(links.CONFIRM, address, details["language"], fields={links.KEPT: kept})


def confirm(link: MailedLink) -> Member:
    """Make a member of somebody who has shown that the address is theirs; the link is used up."""
    details = dict(link.detail)
    text_id = details.pop("text_id")
    if db.session.get(District, details["district"]) is None:
        raise CannotJoin(_("The municipality has changed its districts. Please join again."))
    member = Member(**details, state=MemberState.ACTIVE, joined_on=today(), confirmed_on=today())
    member.consents.append(Consent(text_id=text_id, given=now()))
    if find(details["email"] or details["mobile"]):
        raise AlreadyMember
    _write(member)
    link.member_id = member.id
    links.use(link)
    return member


def _write(member: Member) -> None:
    """Write a member down; the database itself lets no two have one address, even if both come at once."""
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError as fault:
        raise AlreadyMember from fault


def ask_to_sign_in(address: str) -> Note:
    """A letter with a link to the member's page; a stranger gets none, but nobody can see that."""
    member = find(address)
    if member is None:
        return Note(links.SIGN_IN, "", "sv", sent=False)
    return Note(links.SIGN_IN, address, member.language, member.id)


def sign_in(link: MailedLink) -> Member:
    """The member whose link it is, who thereby has confirmed the address; the link is used up."""
    links.use(link)
    member = db.session.get_one(Member, link.member_id)
    if member.confirmed_on is None:
        member.confirmed_on = today()
    if member.state == MemberState.PENDING:
        member.state = MemberState.ACTIVE
    return member


def change(member: Member, values: Mapping[str, Any]) -> list[str]:
    """Change what a member may change about themselves; returns the names of what became different."""
    if "birth_year" in values:
        check_birth_year(values["birth_year"])
    different = [name for name in CHANGEABLE if name in values and getattr(member, name) != values[name]]
    for name in different:
        setattr(member, name, values[name])
    if not (member.email or member.mobile):
        raise CannotJoin(_("Write an email address or a mobile number."))
    return different


def change_addresses(member: Member, email: str | None, mobile: str | None) -> list[Note]:
    """Change addresses; the one that names the member is changed by a link sent to the new one, and the old is told."""
    if member.email and email is None:
        raise CannotJoin(_("You can change the email address here, but not take it away. It is how you sign in."))
    if email is None and mobile is None:
        raise CannotJoin(_("Write an email address or a mobile number."))
    if member.channel == SMS and mobile is None:
        raise CannotJoin(_("Write your mobile number, or choose to get invitations by email first."))
    if email and email != member.email:
        notes = _change_name(member, email, "email")
    elif email is None and mobile != member.mobile:
        return _change_name(member, mobile or "", "mobile")
    else:
        notes = []
    member.mobile = mobile
    return notes


def _change_name(member: Member, address: str, kind: str) -> list[Note]:
    old = member.email or member.mobile or ""
    notice = Note("address_notice", old, member.language, member.id)
    if other := find(address):
        return [Note("already_member", address, other.language, other.id), notice]
    kept = {links.KEPT: {kind: address}}
    return [Note(links.CHANGE_ADDRESS, address, member.language, member.id, kept), notice]


def confirm_address(link: MailedLink) -> Member:
    """Take a new address into use, as its owner has shown that it is theirs; older links work no more."""
    member = db.session.get_one(Member, link.member_id)
    for name, address in link.detail.items():
        if find(address) not in (None, member):
            raise AlreadyMember
        setattr(member, name, address)
    _write(member)
    links.cancel(member.id)
    return member


def pause(member: Member) -> None:
    """Send no invitations for now."""
    member.state = MemberState.PAUSED


def resume(member: Member) -> None:
    """Send invitations again."""
    member.state = MemberState.ACTIVE


@dataclass(frozen=True)
class Farewell:
    """What is left to do when a member has been erased."""

    note: Note
    references: list[str]
    """Of the invitations that nobody can resolve any more: those not answered are to be withdrawn."""


def forget(member: Member) -> Farewell:
    """Erase a member: the person, consents, links, addresses in the outbox, and what tied them to invitations."""
    own = [address for address in (member.email, member.mobile) if address]
    references = [participation.reference for participation in member.participations]
    farewell = Farewell(Note("goodbye", own[0] if own else "", member.language, sent=bool(own)), references)
    _forget_messages(member.id, own)
    for selection in db.session.scalars(select(Selection)):
        if member.id in selection.members:
            selection.members = [number for number in selection.members if number != member.id]
    db.session.delete(member)
    db.session.flush()
    return farewell


def _forget_messages(number: int, own: list[str]) -> None:
    """Blank addresses, and what a mail server answered: it often repeats the address."""
    theirs = (Message.recipient == number) | Message.address.in_(own)
    cancelled = {"state": MessageState.CANCELLED, "lease_until": None, "owner": None}
    db.session.execute(update(Message).where(theirs, Message.state.in_(WAITING)).values(cancelled))
    blank: dict[str, Any] = {"address": "", "fields": {}, "reply": None, "relay_id": None}
    db.session.execute(update(Message).where(theirs).values(blank))
    db.session.execute(delete(ShownMessage).where(ShownMessage.address.in_(own)))
    for link in db.session.scalars(select(MailedLink).where(MailedLink.member_id.is_(None))):
        if {link.detail.get("email"), link.detail.get("mobile")} & set(own):
            db.session.delete(link)
