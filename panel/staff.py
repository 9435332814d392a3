"""Staff accounts: who has one, what it opens, how a password is set, when an account is locked for a while."""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

from email_validator import EmailNotValidError, validate_email
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import hash_password, verify_and_update_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from analysis.words import _
from panel.models import Role, Staff
from surveys.clock import now
from surveys.db import db
from surveys.refusals import Refusal

ADMINISTRATOR = "administrator"
PROCESS_LEADER = "processledare"
ANALYST = "analytiker"
PRESIDIUM = "presidium"
ROLES = (ADMINISTRATOR, PROCESS_LEADER, ANALYST, PRESIDIUM)
TRIES = 10
"""So many wrong passwords in a row lock the account …"""
LOCKED_FOR = timedelta(minutes=15)
"""… for so long, or until a new password is set."""


class CannotChangeAccount(Refusal):
    """An account can't be made or changed as asked."""


def people(session: Session) -> list[Staff]:
    """Everybody who has an account, by name or address."""
    found = session.scalars(select(Staff).options(selectinload(Staff.roles)))
    return sorted(found, key=lambda person: (person.name or person.email).casefold())


def find(session: Session, address: str) -> Staff | None:
    """Whoever has an account under an address, whatever its case."""
    if "\0" in address:  # PostgreSQL has no such text
        return None
    return session.scalar(select(Staff).where(func.lower(Staff.email) == address.strip().lower()))


def named(session: Session, address: str) -> Staff:
    """Whoever has an account under an address; raises `CannotChangeAccount`."""
    if (person := find(session, address)) is None:
        raise CannotChangeAccount(_("%(address)s has no account.") % {"address": address})
    return person


def add(session: Session, address: str, roles: Iterable[str], name: str = "") -> Staff:
    """A new account without a password, which its owner sets by a link; raises `CannotChangeAccount`."""
    email = _normalised(address)
    if find(session, email):
        raise CannotChangeAccount(_("%(address)s has an account already.") % {"address": email})
    person = Staff(email=email, name=name.strip(), active=True, fs_uniquifier=uuid4().hex)
    person.roles = _roles(session, roles)
    session.add(person)
    session.flush()
    return person


def change_roles(session: Session, person: Staff, roles: Iterable[str]) -> None:
    """Give an account other roles; its sessions end. Raises `CannotChangeAccount`."""
    wanted = _roles(session, roles)
    if ADMINISTRATOR not in {role.name for role in wanted}:
        _keep_one_administrator(session, person)
    person.roles = wanted
    end_sessions(person)


def deactivate(session: Session, person: Staff) -> None:
    """Close an account; its sessions end and its links die. Raises `CannotChangeAccount`."""
    _keep_one_administrator(session, person)
    person.active = False
    end_sessions(person)


def reactivate(person: Staff) -> None:
    """Open a closed account again; a new password is asked for."""
    person.active = True
    person.password = None


def end_sessions(person: Staff) -> None:
    """Sign somebody out everywhere; links to set a password that are under way die too."""
    person.fs_uniquifier = uuid4().hex


def with_password(session: Session, address: str, password: str) -> Staff | None:
    """Whoever signs in with this address and password; None for every reason not to, after the same work.

    An account that is locked, closed or unknown costs the same hash as a wrong password, and is answered the same.
    """
    password = unicodedata.normalize("NFKD", password)
    person = find(session, address)
    if person is None or not person.active or not person.password:
        hash_password(password)
        return None
    right = verify_and_update_password(password, person)
    if is_locked(person):
        return None
    if not right:
        note_failure(person)
        return None
    person.failed_sign_ins, person.locked_until = 0, None
    return person


def is_locked(person: Staff) -> bool:
    """Whether too many wrong passwords came of late."""
    return person.locked_until is not None and person.locked_until > now()


def note_failure(person: Staff) -> None:
    """Count a wrong password, and lock the account for a while after too many."""
    person.failed_sign_ins += 1
    if person.failed_sign_ins >= TRIES:
        person.failed_sign_ins, person.locked_until = 0, now() + LOCKED_FOR


def password_was_set(person: Staff) -> None:
    """Open the lock, and remember that the address is the person's own."""
    person.failed_sign_ins, person.locked_until = 0, None
    person.confirmed_at = person.confirmed_at or now()


def password_link(staff_id: int, base_url: str) -> str:
    """The link by which a member of staff sets a password; good for a day and for one time."""
    person = db.session.get(Staff, staff_id)
    if person is None or not person.active:
        raise CannotChangeAccount(_("There is no such account."))
    token: str = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
    return f"{base_url}/aterstall/{token}"


def _normalised(address: str) -> str:
    try:
        return str(validate_email(address.strip(), check_deliverability=False).normalized).lower()
    except EmailNotValidError as fault:
        raise CannotChangeAccount(_("“%(address)s” is not an email address.") % {"address": address}) from fault


def _roles(session: Session, names: Iterable[str]) -> list[Role]:
    wanted = [name for name in ROLES if name in set(names)]
    if unknown := sorted(set(names) - set(ROLES)):
        words = {"role": unknown[0], "roles": ", ".join(ROLES)}
        raise CannotChangeAccount(_("“%(role)s” is not a role; the roles are %(roles)s.") % words)
    if not wanted:
        raise CannotChangeAccount(_("Choose at least one role, or close the account."))
    there = {role.name: role for role in session.scalars(select(Role).where(Role.name.in_(wanted)))}
    return [there.get(name) or Role(name=name) for name in wanted]


def _keep_one_administrator(session: Session, person: Staff) -> None:
    others = select(Staff.id).join(Staff.roles).where(Role.name == ADMINISTRATOR, Staff.active, Staff.id != person.id)
    is_one = person.active and ADMINISTRATOR in {role.name for role in person.roles}
    if is_one and session.scalar(others.limit(1)) is None:
        raise CannotChangeAccount(_("There must be an administrator. Make somebody else one first."))
