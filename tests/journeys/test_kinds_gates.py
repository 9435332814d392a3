"""The example with a score, an order, a sum and places in a real browser: the gates at start and in error, and no scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from panel.app import create_app
from surveys import formats
from surveys.db import db
from tests import answerers
from tests import browser as gates
from tests.conftest import create_tables, environ

pytestmark = pytest.mark.browser
EXAMPLE = Path("surveys/examples/medborgarbudget.yaml")


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[str]]:
    """Personal links into the example, a new one for each test."""
    app = create_app(environ(tmp_path_factory.mktemp("kinds")), TESTING=True)
    create_tables(app)
    with app.app_context():
        body = formats.read(EXAMPLE.read_bytes(), EXAMPLE.name).questionnaire.to_json()
        keys = [each.key for each in answerers.open_survey(db.session(), app, body, people=12)]
        db.session.commit()
    with gates.serving(app) as base:
        yield iter([base + answerers.link(app, key) for key in keys])


@pytest.fixture
def at(page: Page, links: Iterator[str]) -> Page:
    """A page on which a new respondent has begun."""
    begin(page, next(links))
    return page


def begin(page: Page, link: str) -> None:
    """Open a link and its first question."""
    page.goto(link)
    page.locator("main .govuk-button").first.click()


def act(page: Page, name: str = "Nästa") -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def refused(page: Page, *told: str) -> None:
    """The page comes back with these faults, each a way to what is to be mended."""
    act(page)
    faults = page.locator(".govuk-error-summary a")
    expect(faults).to_have_text(list(told))
    for fault in faults.all():
        fault.click()
        assert page.evaluate("document.activeElement.matches('input, select')")
    gates.check_page(page)


def test_a_score_passes_every_gate_and_is_given_by_keyboard(at: Page):
    gates.check_page(at)
    at.get_by_label("0 – inte alls gärna").focus()
    for _step in range(6):
        at.keyboard.press("ArrowRight")
    expect(at.get_by_label("6", exact=True)).to_be_checked()
    act(at)
    expect(at.get_by_role("heading", level=1)).to_have_text("Vad skulle göra det bättre att bo här?")


def test_a_ranking_passes_every_gate_with_two_on_one_place(at: Page):
    act(at)
    gates.check_page(at)
    places = at.locator("main select")
    places.nth(0).select_option("1")
    places.nth(2).select_option("1")
    refused(at, "”Gång- och cykelvägar” och ”Lekplatser” har plats 1. Ge varje plats till bara ett av svaren.")
    assert [place.input_value() for place in places.all()] == ["1", "", "1", "", ""]
    places.nth(2).select_option("2")
    act(at)
    expect(at.get_by_role("heading", level=1)).to_have_text("Hur skulle du fördela pengarna?")


def test_a_budget_passes_every_gate_and_tells_what_is_left(at: Page):
    act(at)
    act(at)
    boxes, left = at.locator("main input.govuk-input"), at.locator(".mp-sum")
    expect(left).to_have_text("100 poäng kvar att fördela.")
    gates.check_page(at)
    boxes.nth(0).fill("fyrtio")
    boxes.nth(1).fill("-5")
    refused(at, "Laga det som finns: Skriv ett tal med siffror.", "Bygga nytt: Skriv 0 eller mer")
    boxes.nth(0).fill("40")
    boxes.nth(1).fill("70")
    expect(left).to_have_text("10 poäng för mycket.")
    refused(at, "Du har fördelat 110 av 100 poäng. Ta bort 10 poäng.")
    boxes.nth(1).fill("60")
    expect(left).to_have_text("Hela summan är fördelad.")
    act(at)
    expect(at.get_by_role("heading", level=1)).to_have_text("Får det nya ta plats från något som finns?")


def test_a_place_passes_every_gate_with_too_many_chosen(at: Page):
    for _page in range(3):
        act(at)
    gates.check_page(at)
    for place in ("Ås", "Offerdal", "Krokom"):
        at.get_by_label(place).check()
    refused(at, "Välj högst 2 svar")


def test_what_is_begun_is_there_again_on_the_next_visit(page: Page, links: Iterator[str]):
    link = next(links)
    begin(page, link)
    page.get_by_label("9", exact=True).check()
    act(page)
    page.locator("main select").nth(1).select_option("3")
    act(page, "Spara och svara på resten senare")
    page.goto(link)
    expect(page.locator("main select").nth(1)).to_have_value("3")


def test_all_of_it_is_answered_without_scripts(browser: Browser, links: Iterator[str]):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    begin(page, next(links))
    page.get_by_label("10 – mycket gärna").check(force=True)
    act(page)
    page.get_by_label("Badplatser").select_option("Plats 1")
    act(page)
    page.get_by_label("Ha öppet längre").fill("100")
    act(page)
    page.get_by_label("Lika över hela kommunen").check()
    act(page)
    said = ["10 – mycket gärna", "1. Badplatser", "Ha öppet längre: 100 poäng", "Lika över hela kommunen"]
    expect(page.locator(".govuk-summary-list__value")).to_have_text(said)
    act(page, "Skicka in mina svar")
    assert page.url.endswith("/tack")
    context.close()
