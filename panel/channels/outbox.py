"""The development twin: keeps what would have been sent, so that `/utkorg` can show it; nothing leaves the machine."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, insert

from panel.channels import Letter, NotDelivered, Receipt
from panel.config import PREFIX
from panel.models import ShownMessage
from surveys.clock import now


def is_set_up(settings: Mapping[str, Any]) -> bool:
    """Always: it needs nothing."""
    return True


class Channel:
    """Stores each letter as a row; outside the demo it refuses, for a letter holds links of its receiver alone."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._engine: Engine = settings["ENGINE"]
        self._allowed = bool(settings.get("TWIN_ALLOWED"))

    def send(self, letter: Letter, ready: Callable[[], None]) -> Receipt:
        """Keep one letter."""
        if not self._allowed:
            raise NotDelivered(f"{PREFIX}SMTP_URL is not set, so nothing can be sent", counts=False)
        ready()
        with self._engine.begin() as connection:
            row = {"at": now(), "address": letter.address, "channel": "email", "raw": letter.content}
            connection.execute(insert(ShownMessage).values(row))
        return Receipt(250, "kept in the development outbox")

    def close(self) -> None:
        """Nothing to give up."""
