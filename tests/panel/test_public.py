"""The public pages: what they must hold, that their numbers are the program's own, and that they are easy to read."""

import re

import pytest

from panel import retention
from surveys import bands, envelopes
from surveys.models import Survey
from tests.strict import StrictClient, read

PAGES = ("/", "/tillganglighet", "/personuppgifter", "/kakor", "/ga-med", "/ga-med/skickat", "/valkommen", "/min-sida",
         "/min-sida/skickat", "/min-sida/lamnat")  # fmt: skip


def lix(text: str) -> float:
    """The readability of a text (Björnsson): words per sentence plus the percentage of words over six letters."""
    words = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def text_of(html: str) -> str:
    """What a page says, each paragraph and point a sentence of its own."""
    main = read(html)[0].find("main")[0]
    parts = (node.text().strip() for node in main.find("h1", "h2", "p", "li", "td", "label", "legend"))
    return " ".join(part if part.endswith((".", "?", "!", ":")) else part + "." for part in parts if part)


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_is_easy_to_read_in_swedish_and_there_in_english(client: StrictClient, page: str) -> None:
    assert lix(text_of(client.get(page).text)) <= 40
    english = client.get(page + "?lang=en").text
    assert '<html lang="en"' in english


def test_the_start_page_leads_everywhere(client: StrictClient) -> None:
    page = client.get("/").text
    for address in ("/ga-med", "/min-sida", "/dialoger", "/logga-in", "/personuppgifter", "/tillganglighet", "/kakor"):
        assert f'href="{address}"' in page
    assert "Krokoms kommun" in page


def test_the_accessibility_statement_holds_its_eleven_parts(client: StrictClient) -> None:
    page = client.get("/tillganglighet").text
    parts = ("Krokoms kommun", "Medborgarpanelen", "delvis förenlig", "Det här fungerar inte", "Senast granskad",
             "uppdaterades senast", "Så har vi testat", "mailto:", "digg.se/tdosanmalan", "12 §", "9 §")  # fmt: skip
    for part in parts:
        assert part in page


def test_what_is_said_of_personal_data_is_what_the_program_does(client: StrictClient) -> None:
    page = client.get("/personuppgifter").text
    assert f"aldrig bekräftade: {retention.JOINING.days} dagar" in page
    assert f"skickat meddelande: {retention.ADDRESS.days} dagar" in page
    assert f"högst {envelopes.DRAFT_DAYS} dagar" in page
    assert f"minst {Survey(sensitive=False).mix} åt gången" in page
    assert f"enkäter minst {Survey(sensitive=True).mix}." in page
    assert f"färre än {2 * Survey(sensitive=False).mix} svar" in page
    assert (bands.LEAST, "Minst tio av dem" in page) == (10, True)


def test_the_cookies_that_are_set_are_the_cookies_that_are_told(client: StrictClient) -> None:
    page = client.get("/kakor").text
    client.get("/ga-med")
    assert [cookie.key for cookie in client._cookies.values()] == ["session"]
    assert ">session<" in page
    assert "svar-1" in page
