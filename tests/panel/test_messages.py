"""What messages say: safe, in the receiver's language, and as mail programs want it."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import words
from panel import messages, wordings
from panel.messages import CannotWrite, House
from panel.wordings import WORDINGS, Wording, standard
from tests.panel.sending import parts

words.use(Path("panel/translations").resolve())

HOUSE = House("Medborgarpanelen i Ås <panel@example.se>", "Krokoms kommun", "Medborgarpanelen", "https://panel.example.se/")
FACTS = (("titel", "Hur vill du resa?"), ("sista_dag", "15 januari 2027"), ("minuter", "5"))
LINK = "https://panel.example.se/svara/" + "A" * 43
STOP = "https://panel.example.se/avregistrera/" + "B" * 32
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
LANGUAGES = ["sv", "en", "sv-simple", "sma"]


def letter(wording: Wording, language: str = "sv", facts: tuple[tuple[str, str], ...] = FACTS, stop: str = STOP) -> EmailMessage:
    draft = messages.draft(wording, facts, language, HOUSE, is_campaign=bool(stop))
    raw = draft.letter("anna@example.se", "ab" * 16, AT, link=LINK, stop=stop).content
    return message_from_bytes(raw, policy=default)  # type: ignore[return-value]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WORDINGS)
def test_every_message_can_be_read_in_every_language(name: str, language: str) -> None:
    found = letter(standard(name, language), language)
    plain, page = parts(found)
    assert not found.defects
    assert "{" not in plain + page + found["Subject"]
    assert "\ue000" not in plain + page
    assert plain.count(LINK) == page.count(LINK) == ("{länk}" in WORDINGS[name].body)
    assert f'<html lang="{"sv" if language == "sv-simple" else language}">' in page
    assert max(map(len, plain.splitlines())) < 998


def test_a_campaigns_headers_are_as_mail_programs_want_them() -> None:
    found = letter(standard("invitation", "sv"))
    assert found["From"] == "Medborgarpanelen i Ås <panel@example.se>"
    assert found["Reply-To"] == found["From"]
    assert found["To"] == "anna@example.se"
    assert found["List-Unsubscribe"] == f"<{STOP}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Message-ID"] == f"<{'ab' * 16}@example.se>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == AT
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]


def test_no_line_of_a_message_is_longer_than_mail_allows() -> None:
    draft = messages.draft(standard("invitation", "sv"), FACTS, "sv", HOUSE, is_campaign=True)
    raw = draft.letter("anna@example.se", "ab" * 16, AT, link=LINK, stop=STOP).content
    head, _blank, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_message_of_its_own_has_no_way_to_unsubscribe() -> None:
    assert letter(standard("sign_in", "sv"), stop="")["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("subject", "body", "told"),
    [
        ("Hej", "Svara: {länk} {namn}", "{namn}"),
        ("Hej", "{länk} {titel.__class__}", "{titel.__class__}"),
        ("Hej", "{länk} {0}", "{0}"),
        ("Hej", "{länk} {}", "{}"),
        ("Hej", "Ingen länk", "{länk}"),
        ("Hej {länk}", "{länk}", "ämnesraden"),
        ("Hej\r\nBcc: eve@example.se", "{länk}", "en enda rad"),
        ("Hej\nBcc: eve@example.se", "{länk}", "en enda rad"),
        ("Hej", "{länk}\x00", "Styrtecken"),
        ("", "{länk}", "både"),
        ("Hej", "   ", "både"),
        ("x" * 201, "{länk}", "200"),
        ("Hej", "{länk}" + "x" * 10_000, "10000"),
    ],
)
def test_a_text_that_can_not_be_sent_is_refused_with_its_reason(subject: str, body: str, told: str) -> None:
    with words.speak("sv"), pytest.raises(CannotWrite, match=re.escape(told)):
        messages.check(subject, body)


def test_braces_that_are_no_placeholder_are_left_alone() -> None:
    messages.check("Hej {titel}", "{länk}\n\nEn { till\noch en } till")
    plain, _page = parts(letter(Wording("Hej", "{länk}\n\nEn { till\noch en } till")))
    assert "En { till\r\noch en } till" in plain


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% for x in y %}",
    "${7*7} #{7*7}",
    "</title><h1>",
    "=HYPERLINK()",
    "{länk} {titel}",
    "%s %(x)s %n",
    "\ue000\ue001",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_neither_an_officials_text_nor_a_title_can_become_markup(text: str) -> None:
    found = letter(Wording("{titel}", f"{text}\n\n{{länk}}\n\n{{titel}}"), facts=(("titel", text),))
    page = Tags(parts(found)[1])
    assert page.names <= {"html", "head", "meta", "title", "body", "div", "p", "a", "strong", "br"}
    assert set(page.addresses) == {LINK, STOP, HOUSE.home}


@given(st.text(max_size=120))
def test_a_title_never_makes_a_header_of_its_own(title: str) -> None:
    title = title.encode("utf-8", "ignore").decode()
    found = letter(Wording("Om {titel}", "{länk}"), facts=(("titel", title),))
    assert set(found.keys()) == {
        "From", "Reply-To", "Subject", "Auto-Submitted", "Content-Language", "MIME-Version", "To", "Message-ID", "Date",
        "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type",
    }  # fmt: skip
    assert not found.is_attachment()


@pytest.mark.parametrize(
    "address", ["a@b\r\nBcc: eve@example.se", "a b@example.se", "a@b, c@d", "<a@b>", "", "åsa@example.se", "a", "a@b\n"]
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    draft = messages.draft(standard("goodbye", "sv"), (), "sv", HOUSE)
    with pytest.raises(CannotWrite):
        draft.letter(address, "ab" * 16, AT)


@pytest.mark.parametrize("sender", ["Panelen <a@b>\r\nBcc: eve@example.se", "Panelen", ""])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    with pytest.raises(CannotWrite):
        messages.draft(standard("goodbye", "sv"), (), "sv", House(sender, "K", "M", "https://x/"))


def test_the_button_is_one_link_with_words_and_the_text_says_the_same() -> None:
    plain, page = parts(letter(standard("invitation", "sv")))
    assert page.count('class="govuk-button"') == 1
    assert ">Gå till enkäten</a>" in page
    assert "Sista dagen att svara är 15 januari 2027." in plain
    assert "Sista dagen att svara är 15 januari 2027." in page


def test_every_message_of_a_campaign_has_words() -> None:
    assert set(wordings.CAMPAIGN) <= set(WORDINGS)
    assert all("{länk}" in WORDINGS[name].body for name in wordings.CAMPAIGN)
