"""The answering pages in a real browser: gates, taps, bytes, and what happens when the tab is closed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from surveys.formats import read
from tests import browser as gates
from tests.answerers import BODY, link, open_survey, ten_choices
from tests.conftest import Work

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
EXAMPLE = Path(__file__).parents[2] / "surveys" / "examples" / "kollektivtrafik.yaml"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served."""
    with gates.serving(app) as base:
        yield base


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A phone without scripts."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context
    context.close()


def links(app: Flask, work: Work, body: dict[str, Any], count: int = 1) -> list[str]:
    """Personal links into an open survey."""
    with work() as session:
        return [link(app, one.key) for one in open_survey(session, app, body, people=count)]


def press(page: Page, words: str) -> None:
    """Press a button, and wait for the page that comes."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def begin(page: Page) -> None:
    """From the start page to the first question."""
    with page.expect_navigation():
        page.locator("main a.govuk-button").click()


@pytest.mark.slow
def test_pages_beside_the_way_pass_every_gate(app: Flask, work: Work, address: str, page: Page) -> None:
    (way,) = links(app, work, ten_choices())
    page.goto(address + way)
    begin(page)
    page.get_by_label("Kanske", exact=True).check(force=True)
    press(page, "Spara och svara på resten senare")
    gates.check_page(page)
    begin(page)
    gates.check_page(page)
    for _question in range(9):
        press(page, "Nästa")
    press(page, "Skicka in mina svar")
    assert page.url.endswith("/tack")
    for path in (way, "/svara/", "/svara/" + "A" * 43):
        page.goto(address + path)
        gates.check_page(page)


@pytest.mark.slow
def test_every_kind_of_question_passes_every_gate_with_a_fault(
    app: Flask, work: Work, address: str, page: Page
) -> None:
    document = read(EXAMPLE.read_bytes(), EXAMPLE.name).questionnaire.to_json()
    asked = [question for part in document["pages"] for question in part["questions"]]
    together = [each | {"required": True} for each in asked if each["type"] != "information" and "visible_if" not in each]
    (way,) = links(app, work, document | {"pages": [{"questions": [asked[0]]}, {"questions": together}]})
    page.goto(address + way)
    begin(page)
    press(page, "Nästa")
    gates.check_page(page)
    press(page, "Nästa")
    assert page.title().startswith("Fel: ")
    assert page.locator(".govuk-error-message").count() >= len(together)
    gates.check_page(page)


def test_ten_questions_take_twenty_three_taps_and_few_bytes(
    app: Flask, work: Work, address: str, plain: BrowserContext
) -> None:
    (way,) = links(app, work, ten_choices())
    page, taps = plain.new_page(), 1
    wire = gates.bytes_of(page)
    page.goto(address + way)
    first, sizes = wire.bytes, []
    begin(page)
    taps += 1
    for number in range(10):
        page.get_by_label("Kanske", exact=True).check(force=True)
        before = wire.bytes
        press(page, "Nästa")
        taps += 2
        sizes.append(wire.bytes - before if number < 9 else 0)
    press(page, "Skicka in mina svar")
    taps += 1
    assert "Tack! Dina svar är inskickade" in page.content()
    assert taps <= 23
    assert first <= 15 * 1024
    assert max(sizes) <= 3 * 1024
    assert wire.bytes <= 60 * 1024
    assert all(each.startswith(address) for each in wire.addresses)


def test_six_options_and_the_button_are_seen_without_scrolling(
    app: Flask, work: Work, address: str, plain: BrowserContext
) -> None:
    options = [{"code": f"c{n}", "text": {"sv": f"Ett svar som inte är så kort, nummer {n}"}} for n in range(6)]
    text = {"sv": "Hur vill du att kommunen använder marken vid sjön de närmaste tio åren?"}
    questions = [{"name": "lake", "type": "single", "text": text, "options": options, "required": True}]
    (way,) = links(app, work, {"format": 1, "title": {"sv": "Sjön"}, "languages": ["sv"], "questions": questions})
    page = plain.new_page()
    page.goto(address + way)
    begin(page)
    box = page.get_by_role("button", name="Nästa", exact=True).bounding_box()
    assert box
    assert box["y"] + box["height"] <= 800


def test_what_is_written_survives_a_closed_tab(app: Flask, work: Work, address: str, browser: Browser) -> None:
    (way,) = links(app, work, BODY)
    phone = browser.new_context(viewport=PHONE)
    page = phone.new_page()
    page.goto(address + way)
    begin(page)
    page.get_by_label("Med buss").check(force=True)
    press(page, "Nästa")
    press(page, "Nästa")
    with page.expect_response("**/spara/*"):
        page.get_by_label("Vad vill du att vi ändrar?").fill("Fler bänkar vid torget")
    phone.close()
    computer = browser.new_context()
    other = computer.new_page()
    other.goto(address + way)
    assert "Du fortsätter där du slutade" in other.content()
    assert other.get_by_label("Vad vill du att vi ändrar?").input_value() == "Fler bänkar vid torget"
    computer.close()


def test_the_whole_is_answered_by_keyboard(app: Flask, work: Work, address: str, page: Page) -> None:
    (way,) = links(app, work, ten_choices())
    page.goto(address + way)
    page.locator("main a.govuk-button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _question in range(10):
        page.locator("main input[type=radio]").first.focus()
        page.keyboard.press("Space")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Skicka in mina svar").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/tack")
