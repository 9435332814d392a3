"""Logs that hold no secret: tokens, query strings and addresses are struck out of every line, whoever writes it."""

import logging
import re
from typing import Any

DOORS = "svara|bekrafta|avregistrera|aterstall|glomt-losenord|min-sida"
TOKEN = re.compile(rf"(/(?:{DOORS})/(?:[^\s\"'/?]{{1,15}}/)*)[^\s\"'/?]{{16,}}")
QUERY = re.compile(r"(/[^\s\"'?]*)\?[^\s\"']+")
PERSON = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+46\d{6,11}")
"""An address or a mobile number: PostgreSQL tells them in the details of its faults."""
STRUCK = "[…]"
ACCESS_FORMAT = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(D)s'
"""gunicorn's access log: when, what, result, size, microseconds; never from where, nor with which browser."""


class Discreet(logging.LogRecord):
    """A log record without tokens, query strings and people, in its message and in its traceback."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.exc_info and self.exc_info[0]:
            self.exc_text = discreet(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 (logging's own name)
        """The message, struck out where it must be."""
        return discreet(super().getMessage())


def discreet(text: str) -> str:
    """A text without the tokens of personal links, query strings, addresses and numbers of people."""
    return PERSON.sub(STRUCK, QUERY.sub(rf"\1?{STRUCK}", TOKEN.sub(rf"\1{STRUCK}", text)))


def set_up() -> None:
    """From here on every log record of this process is discreet."""
    logging.setLogRecordFactory(Discreet)
