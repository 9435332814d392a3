"""Guards: who may pass a door; each is named in the access table of `panel.app`."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from analysis.words import _
from panel import installation
from panel.staff import ADMINISTRATOR, ANALYST, PRESIDIUM, PROCESS_LEADER, ROLES

__all__ = ["ADMINISTRATOR", "ANALYST", "PRESIDIUM", "PROCESS_LEADER", "ROLES", "SENSITIVE", "Guard", "demo_only",
           "everyone", "fresh", "signing", "staff"]  # fmt: skip

FRESH = 15 * 60
"""Sensitive pages are opened within so many seconds from when the password was given …"""
GRACE = 15 * 60
"""… and sent in within so many more."""
IDLE = 2 * 60 * 60
LONGEST = 8 * 60 * 60
"""A session of staff ends after so many seconds without use, and after so many in any case."""

SENSITIVE = {
    "accounts.add",
    "accounts.change",
    "accounts.close",
    "accounts.reopen",
    "outreach.send",
    "outreach.resume",
    "register.upload",
    "register.write",
    "register.export",
    "register.erase",
    "settings.new_text",
}
"""Pages that ask for the password again if it is some time since it was given: sending, erasure, exports, roles, imports."""


@dataclass(frozen=True)
class Guard:
    """A rule for a door: `check` lets pass by returning None, or answers in the door's stead."""

    name: str
    check: Callable[[], ResponseReturnValue | None]
    allowed: frozenset[str] = frozenset()
    """The staff roles that pass; empty where roles play no part."""


def _pass() -> None:
    return None


def _demo_only() -> ResponseReturnValue | None:
    if not installation.is_demo() and not current_app.config.get("DEVELOPMENT"):
        abort(404)
    return None


def staff(*roles: str) -> Guard:
    """Staff with one of ``roles``; a stranger is asked to sign in, others are refused."""

    def check() -> ResponseReturnValue | None:
        if (asked := _asked_to_sign_in()) is not None:
            return asked
        if not any(current_user.has_role(role) for role in roles):
            abort(403)
        return fresh() if request.endpoint in SENSITIVE else None

    return Guard("staff: " + ", ".join(roles), check, frozenset(roles))


def fresh() -> ResponseReturnValue | None:
    """Ask for the password again if it was given too long ago; None if the act may go on."""
    limit = FRESH if request.method in ("GET", "HEAD") else FRESH + GRACE
    if 0 <= time.time() - float(session.get("fs_paa", 0)) < limit:
        return None
    if request.method not in ("GET", "HEAD"):
        flash(_("Nothing has been done yet. Give your password, then do it once more."), "info")
    return redirect(url_for("security.verify", next=_page_to_see()))


def _asked_to_sign_in() -> ResponseReturnValue | None:
    if current_user.is_authenticated and not _session_is_over():
        return None
    return redirect(url_for("security.login", next=_page_to_see()))


def _own_password() -> ResponseReturnValue | None:
    return _asked_to_sign_in() if request.endpoint in ("security.verify", "security.change_password") else None


def _session_is_over() -> bool:
    """Sign out whoever has been away too long or signed in too long; note that this one is here."""
    now = time.time()
    given, seen = float(session.get("fs_paa", 0)), float(session.get("seen", now))
    if now - given > LONGEST or now - seen > IDLE:
        logout_user()
        flash(_("You have been signed out because it was long since you signed in or did anything."), "info")
        return True
    if now - seen > 60 or "seen" not in session:
        session["seen"] = now
    return False


def _page_to_see() -> str:
    """The page asked for; for something sent in, the nearest page above it that can be looked at."""
    path = request.full_path.rstrip("?")
    adapter = current_app.url_map.bind("")
    while request.method not in ("GET", "HEAD") and path.count("/") > 1:
        try:
            adapter.match(path.partition("?")[0], method="GET")
            return path
        except RequestRedirect:
            return path
        except (MethodNotAllowed, NotFound):
            path = path.rpartition("/")[0]
    return path


everyone = Guard("everyone", _pass)
"""Open to all; the page's own link or cookie says what is shown."""

signing = Guard("everyone, to sign in", _own_password)
"""Open to all, but for the pages of one's own password."""

demo_only = Guard("demo only", _demo_only)
