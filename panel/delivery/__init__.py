"""The outbox: the table is the queue. Put, claim under a lease, hand over, record.

A worker that dies loses nothing: its lease runs out and another takes its rows. What was handed over in the moment of
its death is sent once more, at most one message per connection, under the same Message-ID (RFC 1047 knows no cure).
"""

from panel.delivery.queue import BULK, LANES, LEASE, URGENT, WAITING, claim, is_due, oldest, plan, put, quick, row, waiting
from panel.delivery.sender import Breaker, LeaseLost, Sender, judge

__all__ = [
    "BULK",
    "LANES",
    "LEASE",
    "URGENT",
    "WAITING",
    "Breaker",
    "LeaseLost",
    "Sender",
    "claim",
    "is_due",
    "judge",
    "oldest",
    "plan",
    "put",
    "quick",
    "row",
    "waiting",
]
