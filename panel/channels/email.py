"""E-mail through the municipality's relay by SMTP, over a connection that is kept and reused."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from panel.channels import Letter, NotDelivered, Receipt
from panel.config import PREFIX, BadSetting

TIMEOUT = 15.0
"""Seconds to wait for a reply; shorter than what is left of a lease when a message is handed over."""
ROTATE = 100
"""Messages through one connection: many relays end it with a 421 a little later."""
UNAVAILABLE = 421
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_set_up(settings: Mapping[str, Any]) -> bool:
    """Whether a relay is named."""
    return bool(settings.get("SMTP_URL"))


def relay(url: str) -> SplitResult:
    """The parts of a relay's address; `BadSetting` tells what is wrong with it."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadSetting(f"{PREFIX}SMTP_URL must look like smtp://user:password@host:port or smtps://host")
    return parts


class Channel:
    """One connection to the relay."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._relay = relay(settings["SMTP_URL"])
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0

    @cached_property
    def _secure(self) -> ssl.SSLContext:
        """Reading the machine's certificates takes long, so it is done once, and only where there is encryption."""
        return ssl.create_default_context()

    def send(self, letter: Letter, ready: Callable[[], None]) -> Receipt:
        """Hand one letter over; on any fault the connection is dropped, for its state is not known any more."""
        try:
            smtp = self._connection()
            receipt = _hand_over(smtp, letter, ready)
        except BaseException:
            self._drop()
            raise
        self._sent += 1
        return receipt

    def close(self) -> None:
        """Say goodbye and hang up."""
        if self._smtp:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None
        self._sent = 0

    def _connection(self) -> smtplib.SMTP:
        if self._sent >= ROTATE:
            self.close()
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (OSError, smtplib.SMTPException) as fault:
                raise _unreachable(fault) from fault
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        """Connect, encrypt where the relay offers it, sign in; an own name keeps smtplib from asking the DNS for one."""
        to, host, port = self._relay, self._relay.hostname or "", self._relay.port
        encrypted = to.scheme == "smtps"
        own: dict[str, Any] = {"local_hostname": "localhost", "timeout": TIMEOUT}
        if encrypted:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, context=self._secure, **own)
        else:
            smtp = smtplib.SMTP(host, port or 25, **own)
        try:
            smtp.ehlo()
            if not encrypted and smtp.has_extn("starttls"):
                smtp.starttls(context=self._secure)
                smtp.ehlo()
                encrypted = True
            if to.username:
                if not encrypted and host not in LOOPBACK:
                    raise smtplib.SMTPException("the relay offers no encryption, so the password was not sent")
                smtp.login(unquote(to.username), unquote(to.password or ""))
        except BaseException:
            smtp.close()
            raise
        return smtp


def _hand_over(smtp: smtplib.SMTP, letter: Letter, ready: Callable[[], None]) -> Receipt:
    try:
        _accepted(*smtp.mail(letter.sender), whole_relay=True)
        _accepted(*smtp.rcpt(letter.address))
        ready()
        _accepted(*smtp.docmd("DATA"))
    except (OSError, smtplib.SMTPException) as fault:
        raise _unreachable(fault) from fault
    try:
        return _accepted(*_transmit(smtp, letter.content))
    except (OSError, smtplib.SMTPException) as fault:
        # it may have been taken over: such a try counts, or a relay that always hangs up here would repeat it for ever
        raise NotDelivered(f"connection lost while handing over: {type(fault).__name__}") from fault


def _transmit(smtp: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    """The message itself, with CRLF line ends and dots doubled, and the relay's last word."""
    dotted = b"." + content if content.startswith(b".") else content
    smtp.send(dotted.replace(b"\r\n.", b"\r\n..") + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    return smtp.getreply()


def _accepted(code: int, reply: bytes, whole_relay: bool = False) -> Receipt:
    """The receipt of a good reply; a bad one is raised. A sender refused is the relay's matter, not the message's."""
    text = reply.decode("utf-8", "replace")[:500]
    if 200 <= code < 400:
        return Receipt(code, text, text[:200])
    if code == UNAVAILABLE or whole_relay:
        raise NotDelivered(text, code=code, counts=False)
    raise NotDelivered(text, code=code, permanent=code >= 500)


def _unreachable(fault: Exception) -> NotDelivered:
    code = getattr(fault, "smtp_code", None)
    return NotDelivered(f"{type(fault).__name__}: {fault}"[:500], code=code, counts=False)
