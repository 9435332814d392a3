"""THE ONLY BRIDGE to the surveys floor: who may be invited, a sample, invitations, reminders, and how it goes.

Only here is a member's number tied to the opaque reference under which the surveys floor knows somebody.
"""

from panel.outreach.following import Missed, Standing, missed, standing
from panel.outreach.inviting import (
    MOST_REMINDERS,
    REACHED,
    CannotSend,
    draw,
    draw_reminder,
    newest,
    recipients,
    resume,
    selection,
    send,
    stop,
    to_send,
)
from panel.outreach.letters import (
    draft,
    draft_of,
    facts,
    missing_facts,
    pause,
    personal_links,
    secret_links,
    unsubscribe,
    unsubscribed,
    verdict,
    wording,
    words,
    write,
)
from panel.outreach.parting import Invited, taken_part, withdraw
from panel.outreach.people import REASONS, Candidates, Person, candidates, places
from panel.outreach.sampling import STRATA, Plan, allocate, sample

__all__ = [
    "MOST_REMINDERS",
    "REACHED",
    "REASONS",
    "STRATA",
    "Candidates",
    "CannotSend",
    "Invited",
    "Missed",
    "Person",
    "Plan",
    "Standing",
    "allocate",
    "candidates",
    "draft",
    "draft_of",
    "draw",
    "draw_reminder",
    "facts",
    "missed",
    "missing_facts",
    "newest",
    "personal_links",
    "places",
    "recipients",
    "resume",
    "sample",
    "secret_links",
    "selection",
    "send",
    "standing",
    "stop",
    "taken_part",
    "to_send",
    "unsubscribe",
    "pause",
    "unsubscribed",
    "verdict",
    "withdraw",
    "wording",
    "words",
    "write",
]
