"""Mail scanners: a browser opens every link of every message, sends every form as it came and presses every button.

Nothing happens: nobody is confirmed, signed in, paused, erased; no answer is kept; every table is as it was.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from panel import consents, links, members, wordings
from panel.models import Member, Message
from panel.views.posting import post
from surveys import envelopes
from surveys.db import db
from tests import answerers, factories, tables
from tests import browser as gates
from tests.conftest import Work
from tests.panel import sending
from tests.panel.signing import fill
from tests.strict import StrictClient

pytestmark = pytest.mark.browser

SUBMIT = "forms => forms.forEach(form => { try { HTMLFormElement.prototype.submit.call(form) } catch {} })"
DEPTH = 7
VOLUNTARY = answerers.BODY | {"questions": answerers.BODY["questions"][2:]}
"""A survey in which no question stops whoever answers none."""
QUIET = {"panel.rate_count"}


@pytest.fixture
def letters(app: Flask, work: Work) -> Sequence[EmailMessage]:
    """One real message at least of every template that leads anywhere."""
    with work() as session:
        people = sending.panel(session, 2)
        survey = sending.open_survey(session, VOLUNTARY)
        envelopes.ensure_epoch(session, survey, app.config["KEY_DIR"])
        sending.invite(session, survey)
        text = consents.ensure_text("Krokoms kommun")
        factories.staff(session, "Siv")
        details = {"email": "ny@example.se", "mobile": None, "birth_year": 1990, "gender": "woman", "district": "as",
                   "language": "sv", "channel": "email"}  # fmt: skip
        first = db.session.get(Member, people[0].id)
        notes = [members.join(details, text.id), members.join(details | {"email": people[1].email}, text.id),
                 members.ask_to_sign_in(people[0].email), *members.change_addresses(first, "annan@example.se", None)]  # fmt: skip
        for note in notes:
            post(note)
    fill(StrictClient(app), "/glomt-losenord", email="siv@example.se")
    return sending.deliver(app)


def links_of(letter: EmailMessage) -> set[str]:
    """Every address in a message: in its header, its plain text and its page."""
    plain, page = sending.parts(letter)
    texts = (plain, page, letter.get("List-Unsubscribe", ""))
    return {found for text in texts for found in re.findall(r"http://localhost[^\s\"'<>)]*", text)}


def scan(browser: Browser, address: str, how: str) -> set[str]:
    """Open an address as a scanner does, then send or press all there is, on page after page; gives what was seen."""
    context = browser.new_context()
    page = context.new_page()
    seen: set[str] = set()
    page.on("framenavigated", lambda frame: seen.add(frame.url))
    page.goto(address)
    for _ in range(DEPTH):
        _act(page, how)
        page.wait_for_load_state()
    context.close()
    return seen


def _act(page: Page, how: str) -> None:
    """Follow the way in if the page has one, else send its forms, or press its buttons one by one."""
    way_in = page.locator("main a.govuk-button")
    if way_in.count():
        way_in.first.click()
    elif how == "send":
        with suppress(BrowserError):  # the page goes on while it sends: that is what was asked of it
            page.eval_on_selector_all("main form", SUBMIT)
    elif how == "press the first":
        for button in page.locator("main button").all()[:1]:
            button.click()
    else:
        for number in range(page.locator("main button").count()):
            try:
                page.locator("main button").nth(number).click(timeout=500)
            except BrowserError:  # the page has gone on
                return


@pytest.mark.parametrize("how", ["send", "press the first", "press all"])
def test_nothing_happens_when_a_scanner_opens_and_sends_all(app, letters, browser, how):
    addresses = sorted({address for letter in letters for address in links_of(letter)})
    before, seen = tables.dump(app), set()
    with gates.serving(app) as house:
        for address in addresses:
            seen |= scan(browser, address.replace("http://localhost", house), how)
    assert set(tables.changes(before, tables.dump(app))) <= QUIET
    assert how == "press all" or any(address.endswith("/granska") for address in seen), (
        "the scanner never came to where answers are sent in"
    )


def test_every_message_that_leads_anywhere_is_scanned(letters, work):
    leading = {name for name, wording in wordings.WORDINGS.items() if "{länk}" in wording.body}
    leading -= {name for name, page in links.PAGES.items() if "{token}" not in page}
    with work() as session:
        sent = {template for (template,) in session.query(Message.template)}
    assert leading - sent == {"reminder_1", "reminder_2"}, "those two hold the invitation's own link"
    doors = {re.sub(r"/[^/]{20,}.*", "", address) for letter in letters for address in links_of(letter)}
    wanted = {"svara", "avregistrera", "bekrafta", "min-sida/in", "min-sida/adress", "aterstall"}
    assert {f"http://localhost/{door}" for door in wanted} <= doors


def test_a_person_still_gets_through_after_the_scanner(app, letters, browser, work):
    confirm = next(address for letter in letters for address in links_of(letter) if "/bekrafta/" in address)
    with gates.serving(app) as house:
        address = confirm.replace("http://localhost", house)
        scan(browser, address, "press all")
        page = browser.new_page()
        page.goto(address)
        page.locator("main input[type=radio]").first.check()
        page.locator("main form button").first.click()
        page.wait_for_url("**/valkommen")
        page.close()
    with work() as session:
        assert session.query(Member).filter_by(email="ny@example.se").count() == 1
