"""Ways to reach a person: one file each, whose name is the channel's name in the outbox."""

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, Protocol

TWIN = "outbox"
"""The channel that only shows what would have been sent; it stands in for a channel that is not set up."""


class Letter(NamedTuple):
    """A message ready to go: who from, who to, and its bytes."""

    sender: str
    address: str
    content: bytes


class Receipt(NamedTuple):
    """What the relay said when it took a message over."""

    code: int
    reply: str
    relay_id: str | None = None


class NotDelivered(Exception):
    """A message was not taken over; says whether trying again can help, and whether this try counts as one."""

    def __init__(self, reply: str, *, code: int | None = None, permanent: bool = False, counts: bool = True) -> None:
        super().__init__(reply)
        self.reply = reply
        self.code = code
        self.permanent = permanent
        self.counts = counts
        """False where the relay, not the message, is at fault: then no message can be sent just now."""


class Channel(Protocol):
    """A way out, with a connection of its own; one thread uses it at a time."""

    def send(self, letter: Letter, ready: Callable[[], None]) -> Receipt:
        """Hand the letter over; call ``ready`` at the last moment before it can't be taken back, and let it raise."""

    def close(self) -> None:
        """Give the connection up."""


def names() -> list[str]:
    """The channels there are."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))


def open_channel(name: str, settings: Mapping[str, Any]) -> Channel:
    """The channel of that name; its twin where the settings don't say how to reach the outside."""
    if name not in names():
        raise NotDelivered(f"there is no channel {name!r}", permanent=True)
    module = import_module(f"{__name__}.{name}")
    if not module.is_set_up(settings):
        module = import_module(f"{__name__}.{TWIN}")
    channel: Channel = module.Channel(settings)
    return channel
