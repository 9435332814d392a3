"""A mail server of the tests' own: real SMTP on this machine, which keeps what it is sent and can be told to misbehave."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Callable[[str], str | None]


class Mailbox:
    """Takes mail; ``rcpt``, ``data`` answer for an address in its stead where they return a line, or hang up on "drop"."""

    def __init__(self, rcpt: Answer = lambda address: None, data: Answer = lambda address: None, seconds: float = 0) -> None:
        self.raw: list[tuple[str, bytes]] = []
        self.connections = self.begun = 0
        self.rcpt, self.data, self.seconds = rcpt, data, seconds

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.rcpt(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        self.begun += 1
        await asyncio.sleep(self.seconds)
        answer = self.data(address)
        if answer == "drop before":
            server.transport.close()
            return "250 never read"
        if answer and answer != "drop after":
            return answer
        self.raw.append((address, bytes(envelope.original_content or b"")))
        if answer == "drop after":
            server.transport.close()
        return "250 OK queued"

    @property
    def addresses(self) -> list[str]:
        """Who got something, in the order it came."""
        return [address for address, _raw in self.raw]

    def letters(self) -> list[EmailMessage]:
        """What came, as a mail program reads it."""
        return [message_from_bytes(raw, policy=default) for _address, raw in self.raw]  # type: ignore[misc]


@contextmanager
def serve(mailbox: Mailbox, port: int = 0, **more: Any) -> Iterator[int]:
    """Let a mailbox take mail inside a ``with`` block; gives its port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port(), server_hostname="test", **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
