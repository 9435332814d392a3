"""The tables of this floor: people, what they agreed to, staff, what was done, and what is to be sent."""

from panel.models.keeping import Installation, PendingImport, RateCount
from panel.models.members import Consent, ConsentText, MailedLink, Member, MemberState, Participation
from panel.models.places import District, Population
from panel.models.sending import Message, MessageState, OutboxText, Selection, ShownMessage
from panel.models.staff import Event, Role, Staff, staff_role

__all__ = [
    "Consent",
    "ConsentText",
    "District",
    "Event",
    "Installation",
    "MailedLink",
    "Member",
    "MemberState",
    "Message",
    "MessageState",
    "OutboxText",
    "Participation",
    "PendingImport",
    "Population",
    "RateCount",
    "Role",
    "Selection",
    "ShownMessage",
    "Staff",
    "staff_role",
]
