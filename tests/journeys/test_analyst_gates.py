"""The gates on the pages of analysts and the presidium, at start and where something is refused, in the demo municipality."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from panel import demo
from panel.app import create_app
from surveys import coding
from surveys.db import db
from surveys.models import Job, JobState, Response, Survey
from tests import browser as gates
from tests.conftest import environ

pytestmark = pytest.mark.browser

LEAST = 24
"""Pixels of what officials press: they sit at a desk (WCAG 2.2, 2.5.8)."""
SLOW = 30_000
"""Milliseconds within which a busy machine judges a view or looks again at a file; how fast they are is measured elsewhere."""
LARGEST = 60_000
"""Bytes of a page's first view, with its style sheet."""
PAGES = [
    "/resultat/", "/resultat/1", "/resultat/1?by=district", "/resultat/1/kvalitet", "/utforska/1/pleased",
    "/utforska/1/on_call?by=age_group&bokstaver=ja", "/utforska/1/why_car?by=district", "/utforska/1/more",
    "/utforska/1/over-tid", "/utforska/3/over-tid", "/oppna-svar/1/more", "/oppna-svar/1/more/sortera", "/filer/1",
    "/filer/1?vikt=nej", "/presidiet/", "/presidiet/1", "/resultat/2", "/utforska/1/pleased?by=nothing",
]  # fmt: skip
NAMESAKES = """() => {
    const named = {}, bare = node => (node.getAttribute("aria-label") || node.textContent).replace(/\\s+/g, " ").trim();
    for (const node of document.querySelectorAll("main a[href], main button")) {
        const sent = node.form ? JSON.stringify([...new FormData(node.form)].filter(([name]) => name !== "csrf_token")) : "";
        const goes = node.href || (node.formAction + sent);
        (named[bare(node)] ??= new Set()).add(goes);
    }
    return Object.entries(named).filter(([, goes]) => goes.size > 1).map(([name, goes]) => `${name}: ${[...goes].join(" ")}`);
}"""
"""What is called the same and does not do the same: whoever hears a list of links can't choose between them."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo municipality, whose files nobody makes."""
    app = create_app(environ(tmp_path_factory.mktemp("demo")), TESTING=True)
    with app.app_context():
        demo.build(app, 400, 2309)
    return app


@pytest.fixture(scope="module")
def house(app: Flask) -> Iterator[str]:
    """Its address."""
    with gates.serving(app) as base:
        yield base


@pytest.fixture
def page(browser: Browser, house: str) -> Iterator[Page]:
    """An analyst, signed in; without JavaScript, as every page must work."""
    yield from signed_in(browser, house, scripts=False)


@pytest.fixture
def scripted(browser: Browser, house: str) -> Iterator[Page]:
    """An analyst whose browser runs scripts."""
    yield from signed_in(browser, house, scripts=True)


def signed_in(browser: Browser, house: str, scripts: bool) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=scripts, locale="sv-SE")
    page = context.new_page()
    page.goto(f"{house}/logga-in")
    page.locator("[name=email]").fill("analytiker@demo.example")
    page.locator("[name=password]").fill("demo-analytiker-2309")
    page.locator("main button[type=submit]").first.click()
    yield page
    context.close()


def check(page: Page) -> None:
    """All gates, with scripts, on the page as it stands."""
    assert page.evaluate(NAMESAKES) == [], page.url
    gates.check_page(page, LEAST, (320, 1280))


def press(page: Page, name: str) -> None:
    """Press the button that begins with these words; what is only heard tells what it is about."""
    page.locator("main").get_by_role("button", name=re.compile(rf"^{name}( :|$)")).first.click()


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_results_pass_every_gate(scripted: Page, house: str, path: str):
    scripted.goto(house + path)
    check(scripted)


@pytest.mark.parametrize("path", ["/resultat/1", "/utforska/1/pleased", "/presidiet/1"])
def test_a_page_of_results_is_small_and_asks_no_other_host(scripted: Page, house: str, path: str):
    wire = gates.bytes_of(scripted)
    scripted.goto(house + path)
    assert wire.bytes <= LARGEST
    assert all(address.startswith((house, "data:")) for address in wire.addresses)


@pytest.mark.parametrize("path", ["/utforska/1/on_call?by=age_group", "/oppna-svar/1/more", "/filer/1"])
def test_everything_is_reached_by_keyboard_and_shows_where_one_is(scripted: Page, house: str, path: str):
    scripted.goto(house + path)
    stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    wanted = scripted.locator(f"main :is({stops})").evaluate_all("nodes => nodes.filter(n => n.checkVisibility()).length")
    scripted.locator("main h1").evaluate("node => { node.tabIndex = -1; node.focus(); node.removeAttribute('tabindex') }")
    for _stop in range(wanted):
        scripted.keyboard.press("Tab")
        seen = scripted.evaluate(
            """() => { const node = document.activeElement, style = getComputedStyle(node);
                const drawn = node.labels?.[0] ? getComputedStyle(node.labels[0], '::before') : style;
                const rings = [style, drawn].some(s => parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none');
                return node.closest('main') !== null && rings }"""
        )
        assert seen, scripted.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_a_view_is_chosen_without_scripts_and_its_style_and_filters_are_kept(page: Page, house: str):
    page.goto(f"{house}/utforska/1/on_call")
    page.select_option("#by", "age_group")
    page.check("#bokstaver")
    press(page, "Visa")
    page.select_option("#stil", index=2)
    press(page, "Visa")
    assert "stil=" in page.url
    assert page.locator("#by").input_value() == "age_group"
    assert page.locator("#bokstaver").is_checked()
    page.get_by_role("link", name="Nästa fråga").click()
    assert "by=age_group" in page.url
    assert page.locator("main figure svg").count() == 1


def test_the_next_question_is_there_though_the_view_is_split_by_it(page: Page, house: str):
    page.goto(f"{house}/utforska/1/usual?by=pleased")
    seen = set()
    while (after := page.get_by_role("link", name="Nästa fråga")).count():
        after.click()
        assert page.url not in seen
        seen.add(page.url)
        expect(page.locator("main h1")).not_to_have_text("Sidan finns inte")
    assert len(seen) > 5


def test_what_is_shown_is_in_sight_after_it_is_asked_for(scripted: Page, house: str):
    scripted.set_viewport_size({"width": 390, "height": 844})
    scripted.goto(f"{house}/utforska/1/pleased")
    scripted.select_option("#by", "age_group")
    press(scripted, "Visa")
    heading = scripted.get_by_role("heading", name="Uppdelat på: Åldersgrupp")
    expect(heading).to_be_in_viewport()
    expect(scripted.locator("main figure svg").first).to_be_in_viewport()


def test_the_form_says_what_is_shown_after_going_back_too(scripted: Page, house: str):
    scripted.goto(f"{house}/utforska/1/pleased?by=district")
    scripted.select_option("#by", "age_group")
    press(scripted, "Visa")
    scripted.go_back()
    assert "by=district" in scripted.url
    assert scripted.locator("#by").input_value() == "district"


def test_the_names_of_rows_stay_in_sight_beside_the_columns_of_a_wide_table(scripted: Page, house: str):
    scripted.set_viewport_size({"width": 390, "height": 844})
    scripted.goto(f"{house}/resultat/1?by=district")
    table = scripted.locator(".mp-scroll").first
    table.evaluate("node => { node.scrollLeft = node.scrollWidth }")
    assert table.evaluate("node => node.scrollLeft") > 50
    left = table.locator("tbody th").first.evaluate("node => node.getBoundingClientRect().left")
    assert left == pytest.approx(table.bounding_box()["x"], abs=1)  # type: ignore[index]


def test_on_paper_there_is_what_is_read_and_nothing_that_is_pressed(scripted: Page, house: str):
    scripted.goto(f"{house}/resultat/1?by=age_group")
    scripted.emulate_media(media="print")
    for gone in ("nav.mp-nav", ".mp-choices", ".mp-links", "footer", ".mp-contents"):
        expect(scripted.locator(gone).first).to_be_hidden()
    expect(scripted.locator("main h1")).to_be_visible()
    expect(scripted.locator("main figure svg").first).to_be_visible()
    assert scripted.locator("main section.mp-result table").first.is_visible()


def test_a_filtered_view_says_what_it_is_filtered_by_and_passes_every_gate(scripted: Page, house: str):
    scripted.goto(f"{house}/utforska/1/pleased")
    scripted.select_option("#f-age_group", "65+")
    press(scripted, "Visa")
    expect(scripted.locator("main")).to_contain_text("Filtrerat: Åldersgrupp: 65 år och äldre.")
    check(scripted)
    scripted.get_by_role("link", name="Ta bort alla filter").click()
    assert "filter" not in scripted.url


def test_a_refused_filter_says_why_and_what_to_do_and_keeps_what_was_chosen(scripted: Page, house: str, app: Flask):
    with app.app_context():
        older = db.session.query(Response).filter_by(survey_id=3, age_group="65+").order_by(Response.id).all()
        for number, one in enumerate(older):
            one.answers = one.answers | {"on_call": "yes" if number < 2 else "no"}
        db.session.commit()
    app.extensions["datasets"].cache_clear()  # answers come and go in a house, but none changes
    scripted.goto(f"{house}/utforska/3/pleased")
    scripted.select_option("#f-age_group", "65+")
    press(scripted, "Visa")
    scripted.get_by_text("Bara de som har gett ett visst svar").click()
    scripted.select_option("#f-on_call", "no")
    press(scripted, "Visa")
    expect(scripted.get_by_role("alert")).to_contain_text("Det här kan inte visas", timeout=SLOW)
    assert scripted.title().startswith("Fel: ")
    assert scripted.locator("#f-age_group").input_value() == "65+"
    assert scripted.locator("#f-on_call").input_value() == "no"
    check(scripted)


def test_open_answers_are_worked_up_without_scripts(page: Page, house: str):
    page.goto(f"{house}/oppna-svar/1/more")
    press(page, "Leta efter teman")
    page.locator("main .mp-card a").first.click()
    page.locator("main summary", has_text="Ändra temat").click()
    page.get_by_label("Temats namn").fill("Ringbussen")
    press(page, "Spara")
    press(page, "Godkänn det här citatet")
    expect(page.locator("section", has_text="Citat till rapporten").locator("blockquote").first).to_be_visible()
    page.get_by_role("link", name="Alla teman").first.click()
    expect(page.get_by_role("link", name="Ringbussen")).to_be_visible()
    page.get_by_role("link", name="Sortera svaren för hand").click()
    press(page, "Spara och fortsätt")
    assert page.url.endswith("sida=2")


def test_themes_pass_every_gate_at_start_and_in_error(scripted: Page, house: str):
    scripted.goto(f"{house}/oppna-svar/3/more")
    press(scripted, "Lägg till temat")
    expect(scripted.get_by_role("alert")).to_contain_text("Skriv ett namn.")
    check(scripted)
    press(scripted, "Leta efter teman")
    check(scripted)
    scripted.get_by_role("link", name="Sortera svaren för hand").click()
    check(scripted)
    scripted.goto(f"{house}/oppna-svar/3/more")
    scripted.locator("main .mp-card a").first.click()
    check(scripted)
    scripted.get_by_label("Citatet, så som det ska visas").fill("Kalle Bengtsson bor på Storgatan 4")
    press(scripted, "Godkänn citatet")
    expect(scripted.get_by_role("alert")).to_contain_text("ser ut som ett namn")
    check(scripted)


def test_what_two_people_sorted_differently_passes_every_gate(scripted: Page, house: str, app: Flask):
    with app.app_context():
        survey = db.session.get_one(Survey, 1)
        written = sorted(coding.written(db.session(), survey, "more"), key=lambda answer: answer.text)
        alike = next(at for at, (one, next_) in enumerate(pairwise(written)) if one.text == next_.text)
        answers = [answer.id for answer in (*written[alike : alike + 2], written[alike - 2])]
        themes = [coding.add(db.session(), survey, "more", name).id for name in ("Priset", "Tiderna")]
        for coder, theme in zip(("1", "2"), themes, strict=True):
            coding.code(db.session(), survey, "more", coder, {answer: [theme] for answer in answers})
        db.session.commit()
    scripted.goto(f"{house}/oppna-svar/1/more")
    check(scripted)
    scripted.get_by_role("link", name="Avgör").click()
    expect(scripted.locator("main fieldset")).to_have_count(3)
    check(scripted)


def test_a_file_is_followed_until_it_is_ready_or_failed(scripted: Page, house: str, app: Flask):
    scripted.goto(f"{house}/filer/1")
    press(scripted, "Excel")
    _told(scripted, "Väntar på sin tur")
    _make(app, scripted, JobState.WORKING, done=1, steps=2)
    _told(scripted, "Görs nu")
    _make(app, scripted, JobState.DONE, content=b"PK", name="resultat-1.xlsx", mimetype="application/zip")
    _told(scripted, "Hämta filen")
    _make(app, scripted, JobState.FAILED, said="Det gick inte att göra filen.")
    scripted.reload()
    _told(scripted, "Det gick inte att göra filen.")
    assert scripted.title().startswith("Fel: ")
    scripted.goto(f"{house}/filer/1")
    expect(scripted.locator(".govuk-tag--red")).to_be_visible()
    check(scripted)


def _told(page: Page, text: str) -> None:
    """The page says it by itself, and passes every gate when it is opened anew."""
    expect(page.get_by_role("status")).to_contain_text(text, timeout=SLOW)
    page.reload()
    check(page)


def _make(app: Flask, page: Page, state: JobState, **changes: object) -> None:
    """Do the worker's part in the file that the page follows."""
    with app.app_context():
        job = db.session.get_one(Job, int(re.sub(r".*/", "", page.url)))
        job.state = state
        for name, value in changes.items():
            setattr(job, name, value)
        db.session.commit()
