"""The gates on every page that a member or the public sees, at start and in error, in the demo municipality."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from panel import demo
from panel.app import create_app
from tests import browser as gates
from tests.conftest import environ

pytestmark = pytest.mark.browser
PUBLIC = ["/", "/ga-med", "/dialoger/", "/logga-in", "/min-sida", "/tillganglighet", "/personuppgifter", "/kakor", "/x"]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of the demo municipality."""
    app = create_app(environ(tmp_path_factory.mktemp("demo")), TESTING=True)
    with app.app_context():
        demo.build(app, 400, 2309)
    with gates.serving(app) as base:
        with app.app_context():
            found = demo.doors(base, app.config["LINK_SECRET"])
        yield {**found.addresses, "base": base, "presidium": " ".join(found.accounts["presidium"])}


def act(page: Page) -> None:
    """Press the page's main button."""
    page.locator("main .govuk-button").first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_pass_every_gate(page: Page, doors, path):
    page.goto(doors["base"] + path)
    gates.check_page(page)


@pytest.mark.parametrize("path", ["/ga-med", "/logga-in", "/min-sida"])
def test_public_forms_pass_every_gate_with_faults(page: Page, doors, path):
    page.goto(doors["base"] + path)
    act(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert page.title().startswith("Fel: ")
    gates.check_page(page)


def test_dialogues_pass_every_gate(page: Page, doors):
    page.goto(doors["base"] + "/dialoger/")
    for address in [link.get_attribute("href") for link in page.locator(".mp-card a").all()]:
        page.goto(doors["base"] + str(address))
        gates.check_page(page)


def answer(page: Page) -> None:
    """Choose the first answer to everything on the page."""
    for name in set(page.locator("main input[type=radio]").evaluate_all("nodes => nodes.map(n => n.name)")):
        page.locator(f"main input[name='{name}']").first.check()
    if page.locator("main input[type=checkbox]").count():
        page.locator("main input[type=checkbox]").first.check()
    for control in page.locator("main textarea, main input.govuk-input").all():
        control.fill("12")


def test_a_whole_survey_passes_every_gate_with_the_button_in_sight(page: Page, doors):
    wire = gates.bytes_of(page)
    page.goto(doors["answer"])
    seen = set()
    for _ in range(20):
        kind = re.sub(r".*/", "", page.url) + page.title()
        assert kind not in seen, f"the survey stays at {page.url}"
        seen.add(kind)
        gates.check_page(page)
        if page.url.endswith("/tack"):
            break
        if not page.locator(".mp-matrix").count() and page.locator("main input[type=radio]").count():
            box = page.locator("main .govuk-button").first.bounding_box()
            assert box, page.url
            assert box["y"] + box["height"] <= 844, page.url
        answer(page)
        act(page)
    assert page.url.endswith("/tack")
    assert len(seen) == 13
    assert all(address.startswith((doors["base"], "data:")) for address in wire.addresses)


def test_the_presidiums_page_shows_what_matters_on_the_first_screen_of_a_tablet(page: Page, doors):
    address, password = doors["presidium"].split()
    page.set_viewport_size({"width": 768, "height": 1024})
    page.goto(doors["login"])
    page.locator("input[type=email]").fill(address)
    page.locator("input[type=password]").fill(password)
    act(page)
    page.locator("main a[href*='/presidiet/']").first.click()
    box = page.locator(".mp-figure svg").first.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 700
    gates.check_page(page, minimum=20)


def test_the_templates_hold_no_other_address():
    for path in [*Path("panel/templates").rglob("*.html"), *Path("surveys/templates").rglob("*.html")]:
        found = re.findall(r"""(?:src|action|<link[^>]*href)=["']https?://[^"']*""", path.read_text(encoding="utf-8"))
        assert not found, path
