"""Guards: who may pass a door; each is named in the access table of `panel.app`."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, current_app, redirect, request, url_for
from flask_login import current_user
from flask.typing import ResponseReturnValue

from panel import installation

ADMINISTRATOR = "administrator"
PROCESS_LEADER = "processledare"
ANALYST = "analytiker"
PRESIDIUM = "presidium"
ROLES = (ADMINISTRATOR, PROCESS_LEADER, ANALYST, PRESIDIUM)


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
        if not current_user.is_authenticated:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        if not any(current_user.has_role(role) for role in roles):
            abort(403)
        return None

    return Guard("staff: " + ", ".join(roles), check, frozenset(roles))


everyone = Guard("everyone", _pass)
"""Open to all; the page's own link or cookie says what is shown."""

demo_only = Guard("demo only", _demo_only)
