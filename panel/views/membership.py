"""The member's own page."""

from flask import Blueprint, session

from panel.models import Member
from surveys.clock import now

blueprint = Blueprint("membership", __name__)


def remember(member: Member) -> None:
    """Sign a member in on this browser."""
    session["member"] = member.id
    session["member_seen"] = session["member_since"] = now().timestamp()


@blueprint.get("/")
def start() -> str:
    """The page."""
    return "x"
