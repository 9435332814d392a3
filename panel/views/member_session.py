"""Who is signed in as a member on this browser, and for how long."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from analysis.words import _
from panel import audit
from panel.models import Member
from surveys.clock import now
from surveys.db import db

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
KEYS = ("member", "member_seen", "member_since")

P = ParamSpec("P")


def remember(member: Member) -> None:
    """Sign a member in on this browser."""
    session["member"] = member.id
    session["member_seen"] = session["member_since"] = now().timestamp()


def forget() -> None:
    """Sign the member out; what staff or the reader's language need stays."""
    for key in KEYS:
        session.pop(key, None)


def signed_in() -> Member | None:
    """The member who is signed in, unless nothing was done for half an hour."""
    if "member" not in session:
        return None
    at = now().timestamp()
    idle = at - session.get("member_seen", 0) > IDLE.total_seconds()
    old = at - session.get("member_since", 0) > LONGEST.total_seconds()
    member = None if idle or old else db.session.get(Member, session["member"])
    if member is None:
        forget()
    else:
        session["member_seen"] = at
    return member


def for_members(
    view: Callable[Concatenate[Member, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Give a page its member, who is the one that acts; send everybody else to sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        was_in = "member" in session
        member = signed_in()
        if member is None:
            if was_in:
                flash(_("You were signed out, since nothing happened for half an hour. Nothing has been changed."), "info")
            return redirect(url_for("membership.start"))
        with audit.acting_as("member"):
            answer = view(member, *args, **kwargs)
            db.session.flush()
        return answer

    return guarded
