"""What a message says: its words in every language, an official's own words checked, and its bytes.

The text of a campaign is put together once per language; for each receiver only the links, the address and the
Message-ID are set in. That, and encoding in C, is why a thousand messages take a second and not a minute.
"""

import html
import re
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from analysis.words import _, speak
from panel.channels import Letter
from panel.wordings import Wording
from surveys.refusals import Refusal

LINK = "länk"
PLACEHOLDERS = ("titel", LINK, "sista_dag", "minuter", "kommun")
"""What an official may write in braces; nothing else is replaced, and nothing is looked up."""
LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000
_IN_BRACES = re.compile(r"\{([^{}\n]*)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ue000-\uf8ff]")
_LINK, _STOP = "\ue000", "\ue001"
"""Stand where a receiver's own links will; texts can't hold them."""


class CannotWrite(Refusal):
    """A text can't be sent as it is; the message says what to change."""


def check(subject: str, body: str) -> None:
    """Refuse an official's words that can't be sent, with what to change."""
    if not subject.strip() or not body.strip():
        raise CannotWrite(_("Write both a subject and a text."))
    if "\n" in subject or _CONTROL.search(subject + body):
        raise CannotWrite(_("The subject must be one line, and texts can't hold control characters."))
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_BODY:
        message = _("The subject can have at most %(subject)s characters, the text at most %(body)s.")
        raise CannotWrite(message % {"subject": LONGEST_SUBJECT, "body": LONGEST_BODY})
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    for name in _IN_BRACES.findall(subject + "\n" + body):
        if name not in PLACEHOLDERS:
            message = _("{%(name)s} is not known. You can write %(known)s.")
            raise CannotWrite(message % {"name": name, "known": known})
    if f"{{{LINK}}}" in subject:
        raise CannotWrite(_("The link can't stand in the subject."))
    if f"{{{LINK}}}" not in body:
        raise CannotWrite(_("The text must hold {länk}, the way to the survey."))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Set facts in for the placeholders; what is in a fact is never looked at again."""
    return _IN_BRACES.sub(lambda found: facts.get(found[1], found[0]), text)


@dataclass(frozen=True)
class House:
    """Who sends: the same for every message of an installation."""

    sender: str
    """As in a From line: a name and an address."""
    municipality: str
    service: str
    home: str
    """The address of the service's first page."""


def house(settings: Mapping[str, Any]) -> House:
    """Who sends, from the settings."""
    sender, municipality, service = (settings[name] for name in ("MAIL_FROM", "MUNICIPALITY", "SERVICE_NAME"))
    return House(sender, municipality, service, settings["BASE_URL"] + "/")


@dataclass(frozen=True)
class Draft:
    """A message that lacks only its receiver: what is the same for all is worked out."""

    head: bytes
    subject: str
    plain: str
    page: str
    sender: str
    domain: str

    def text(self, link: str = "", stop: str = "") -> str:
        """The plain text as one receiver reads it."""
        return self.plain.replace(_LINK, link).replace(_STOP, stop)

    def hypertext(self, link: str = "", stop: str = "") -> str:
        """The HTML page as one receiver reads it."""
        return self.page.replace(_LINK, html.escape(link)).replace(_STOP, html.escape(stop))

    def letter(self, address: str, message_id: str, at: datetime, link: str = "", stop: str = "") -> Letter:
        """The message to one receiver, ready to be handed over."""
        check_address(address)
        head = (
            f"To: {address}\r\nMessage-ID: <{message_id}@{self.domain}>\r\nDate: {format_datetime(at)}\r\n"
            + (f"List-Unsubscribe: <{stop}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if stop else "")
        ).encode("ascii")
        parts = _parts(self.text(link, stop), self.hypertext(link, stop), message_id.encode())
        return Letter(self.sender, address, self.head + head + parts)


def check_address(address: str) -> None:
    """Refuse what is not one plain address: a line break in it would be a header of somebody else's making."""
    if not re.fullmatch(r"[!-;=?-~]+@[!-;=?-~]+", address) or len(address) > 254 or "," in address:
        raise CannotWrite(_("The email address can't be used."))


@lru_cache(maxsize=200)
def draft(
    wording: Wording, facts: tuple[tuple[str, str], ...], language: str, sent_by: House, is_campaign: bool = False
) -> Draft:
    """Put a message together in a language; ``facts`` are the placeholders' values, but for the links."""
    known = {name: _CONTROL.sub("", value) for name, value in facts} | {"kommun": sent_by.municipality, LINK: _LINK}
    subject = " ".join(fill(wording.subject, known).split())
    body = fill(wording.body.replace("\r\n", "\n").strip(), known)
    values = {
        "house": sent_by,
        "is_campaign": is_campaign,
        "button": wording.button,
        "stop": _STOP,
        "link": _LINK,
        "language": "sv" if language == "sv-simple" else language,
        "subject": subject,
    }
    with speak(language):
        plain = _environment().get_template("message.txt").render(values, body=body)
        page = _environment().get_template("message.html").render(values, paragraphs=_paragraphs(body))
    address = parseaddr(sent_by.sender)[1]
    head = _head(subject, sent_by.sender, language)
    return Draft(head, subject, _lines(plain), _lines(page), address, address.rpartition("@")[2])


def _head(subject: str, sender: str, language: str) -> bytes:
    """The header lines that are the same for all; the library refuses line breaks and encodes what is not ASCII."""
    name, address = parseaddr(sender)
    if "\n" in sender or "\r" in sender or "@" not in address:
        raise CannotWrite(_("The sender's address can't be used."))
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["Reply-To"] = Address(display_name=name, addr_spec=address)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "sv" if language == "sv-simple" else language
    message["MIME-Version"] = "1.0"
    return b"".join(SMTP.fold_binary(key, value) for key, value in message.items())


def _parts(plain: str, page: str, key: bytes) -> bytes:
    """Both ways of reading the message, plain text first, quoted-printable so that every relay takes it."""
    boundary = b"=_" + key
    head = b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return b"".join(
        (
            b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n',
            b"--" + boundary + b"\r\n" + head % b"plain" + b2a_qp(plain.encode()) + b"\r\n",
            b"--" + boundary + b"\r\n" + head % b"html" + b2a_qp(page.encode()) + b"\r\n",
            b"--" + boundary + b"--\r\n",
        )
    )


def _lines(text: str) -> str:
    """Blank lines at most one at a time, and line ends as mail has them."""
    return re.sub(r"\n{3,}", "\n\n", text.strip()).replace("\n", "\r\n") + "\r\n"


def _paragraphs(body: str) -> list[Markup | None]:
    """The text's paragraphs as safe markup; None where the button stands."""
    found: list[Markup | None] = []
    anchor = Markup('<a href="{0}">{0}</a>').format(_LINK)
    for part in re.split(r"\n\s*\n", body):
        if part.strip() == _LINK:
            found.append(None)
        elif part.strip():
            safe = html.escape(part.strip()).replace("\n", "<br>\n").replace(_LINK, str(anchor))
            found.append(Markup(safe))  # noqa: S704 (escaped on the line above)
    return found


@cache
def _environment() -> Environment:
    """Our own templates only; an official's text is never read as a template."""
    environment = Environment(
        loader=PackageLoader("panel", "templates/panel/mail"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = lambda message, **values: _(message) % values if values else _(message)
    return environment
