"""The page kit in a real browser: the gates at start and in error, drafts, no scripts, no other hosts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as gates
from tests.kit import create_kit

pytestmark = pytest.mark.browser
ERRORS = ("/alla", "/fraga")


@pytest.fixture(scope="module")
def kit() -> Iterator[str]:
    """The address of the demonstration."""
    app = create_kit()
    with gates.serving(app) as address:
        yield address


@pytest.mark.parametrize("path", ["/", "/alla", "/fraga", "/resultat", "/fel/404"])
def test_the_kit_passes_every_gate(page: Page, kit, path):
    page.goto(kit + path)
    gates.check_page(page)


@pytest.mark.parametrize("path", ERRORS)
def test_the_kit_passes_every_gate_with_faults(page: Page, kit, path):
    page.goto(kit + path)
    page.locator("form button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    gates.check_page(page)


def test_the_first_page_is_small_and_asks_no_other_host(page: Page, kit):
    wire = gates.bytes_of(page)
    page.goto(kit + "/fraga")
    assert all(address.startswith((kit, "data:")) for address in wire.addresses)
    assert wire.bytes > 10_000


def test_question_and_button_are_seen_without_scrolling_on_a_phone(page: Page, kit):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(kit + "/fraga")
    box = page.get_by_role("button", name="Nästa fråga").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


def test_a_draft_is_saved_at_a_choice_and_the_member_is_told(page: Page, kit):
    page.goto(kit + "/fraga")
    page.get_by_label("Ganska bra").check()
    expect(page.get_by_role("status")).to_have_text("Ditt svar är sparat.")


def test_a_draft_that_could_not_be_saved_is_told_and_saved_when_the_net_is_back(page: Page, kit):
    page.goto(kit + "/fraga")
    page.context.set_offline(True)
    page.get_by_label("Ganska bra").check()
    expect(page.get_by_role("status")).to_have_text("Inte sparat än.")
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_have_text("Ditt svar är sparat.")


def test_forms_work_without_scripts(browser: Browser, kit):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(kit + "/alla")
    page.get_by_role("button", name="Spara och fortsätt").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(14)
    context.close()


def test_the_error_summary_leads_to_the_field(page: Page, kit):
    page.goto(kit + "/alla")
    page.locator("form button").first.click()
    page.get_by_role("link", name="Vägar och gator").click()
    expect(page.locator("#pleased-roads")).to_be_focused()


BAD = """<!DOCTYPE html><html lang="sv"><head><title>Hej</title></head><body><main><h1>Hej</h1>
<input type="radio" id="r" name="r" style="width:13px"><label for="r">Ja</label>
<input aria-label="Namn" style="border:1px solid #ddd;width:20px;height:20px">
<p><a href="/">Hem</a></p><div style="width:900px">bred</div></main></body></html>"""


def test_the_gates_find_what_they_are_there_for(page: Page):
    page.set_content(BAD)
    assert gates.every_choice_has_a_group_name(page) == ["no group name: 'Ja'"]
    assert any("of <input aria-label" in fault for fault in gates.control_borders(page))
    assert len(gates.hit_boxes(page)) == 3
    assert "bred" in gates.no_sideways_scroll(page)[0]
    assert any("no-inline-style" in fault for fault in gates.html_validate(page.content()))


def test_axe_is_asked(page: Page):
    page.set_content('<html lang="sv"><body><img src="data:,"></body></html>')
    assert any("image-alt" in fault for fault in gates.axe(page, (320,)))
