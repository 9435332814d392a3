"""The rows of links that frame a page: what a member of staff may enter, and the footer."""

from typing import Any, NamedTuple

from analysis.words import N_, _
from panel.access import ADMINISTRATOR, ANALYST, PRESIDIUM, PROCESS_LEADER


class Link(NamedTuple):
    """A link in a row."""

    text: str
    href: str
    current: bool


ROWS = (
    (N_("The presidium's page"), "/presidiet", {PRESIDIUM, PROCESS_LEADER, ANALYST}),
    (N_("Dialogues"), "/dialogarbete", {PROCESS_LEADER}),
    (N_("Surveys"), "/enkater", {PROCESS_LEADER}),
    (N_("Results"), "/resultat", {ANALYST, PROCESS_LEADER, PRESIDIUM}),
    (N_("The panel"), "/panelen", {ADMINISTRATOR, PROCESS_LEADER}),
    (N_("Accounts"), "/konton", {ADMINISTRATOR}),
    (N_("Settings"), "/installningar", {ADMINISTRATOR}),
    (N_("Audit log"), "/handelser", {ADMINISTRATOR}),
)

UNDER = {"/resultat": ("/utforska", "/oppna-svar", "/filer")}
"""Pages that are entered through another door."""

OWN = "/mitt-konto"
"""Where anybody with an account changes the password and signs out."""


def entries(user: Any, path: str) -> list[Link]:
    """The doors that this member of staff may enter; empty for everybody else."""
    if not user or not user.is_authenticated:
        return []
    mine = {role.name for role in user.roles}
    doors = [Link(_(text), href, path.startswith((href, *UNDER.get(href, ())))) for text, href, roles in ROWS if roles & mine]
    return [*doors, Link(_("My account"), OWN, path.startswith(OWN))] if doors else []


def footer() -> list[Link]:
    """The links at the foot of every page."""
    return [
        Link(_("Accessibility statement"), "/tillganglighet", False),
        Link(_("How we handle personal data"), "/personuppgifter", False),
        Link(_("Cookies"), "/kakor", False),
    ]
