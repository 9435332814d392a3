"""The main job from end to end on real input: joined and invited by real mails, answered on a phone, shown to the presidium."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from panel import audit, consents
from panel.app import create_app
from panel.models import Consent
from panel.worker import Worker
from surveys import answering, invitations
from surveys.clock import now, today
from surveys.db import db
from surveys.models import Survey
from tests import factories, mailbox
from tests.browser import browser_type_launch_args, bytes_of, serving
from tests.conftest import create_tables, environ
from tests.panel import sending

__all__ = ["browser_type_launch_args"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "a long password for tests"
QUESTIONS = [
    {
        "name": f"q{number}",
        "type": "single",
        "text": {"sv": f"Fråga nummer {number}: vad tycker du om förslaget?"},
        "options": [{"code": c, "text": {"sv": t}} for c, t in (("good", "Bra"), ("fair", "Varken eller"), ("bad", "Dåligt"))],
    }
    for number in range(1, 11)
]
BODY = {
    "format": 1,
    "title": {"sv": "Tio frågor om bussen"},
    "languages": ["sv"],
    "pages": [{"questions": [q]} for q in QUESTIONS],
}


@contextmanager
def municipality(folder: Path, url: str) -> Iterator[tuple[Flask, str, mailbox.Mailbox]]:
    """A served application with a worker that sends to a real mail server; gives it, its address and what the server got."""
    box = mailbox.Mailbox()
    with mailbox.serve(box) as port:
        settings = environ(folder, url) | {"MEDBORGARPANEL_SMTP_URL": f"smtp://127.0.0.1:{port}"}
        app = create_app(settings)
        create_tables(app)
        with serving(app) as base:
            app.config["BASE_URL"] = base
            worker = Worker(app)
            worker.start()
            try:
                yield app, base, box
            finally:
                sending.end(worker)


@pytest.fixture
def place(tmp_path: Path, empty: dict[str, Any]) -> Iterator[tuple[Flask, str, mailbox.Mailbox]]:
    with municipality(tmp_path / "data", "") as found:
        yield found


def prepare(app: Flask) -> None:
    """Siv and Per with passwords, thirty other members, a dialogue with a survey of ten questions."""
    with app.app_context(), audit.acting_as("test"):
        session: Session = db.session()
        text = consents.ensure_text("Krokoms kommun")
        for name in ("Siv", "Per"):
            factories.staff(session, name).password = hash_password(PASSWORD)
        for number in range(30):
            member = factories.member(session, f"granne{number}@example.se")
            member.consents.append(Consent(text=text, given=now()))
        factories.survey(session, BODY, closes=today().replace(year=today().year + 1))
        session.commit()


def wait_for(box: mailbox.Mailbox, address: str, subject: str = "", seconds: float = 20) -> str:
    """The link in a mail to somebody, as a mail program shows it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for letter in box.letters():
            if letter["To"] == address and re.search(subject, letter["Subject"]):
                text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
                links = [link for link in re.findall(r"https?://\S+", text) if re.search(r"/(bekrafta|svara)/", link)]
                if links:
                    return str(links[0])
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}: {[(m['To'], m['Subject']) for m in box.letters()]}")


def phone(browser: Browser) -> Page:
    """A phone of 390 px, without JavaScript."""
    return browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="sv-SE").new_page()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()


def join(page: Page, base: str) -> None:
    page.goto(base + "/ga-med")
    page.get_by_label("E-post").first.fill("anna@example.se")
    page.get_by_label("Födelseår").fill("1992")
    page.get_by_label("Kvinna").check()
    page.get_by_label("Kommundel").select_option("as")
    page.get_by_label("Jag har läst").check()
    press(page, "Skicka")


def sign_in(page: Page, base: str, name: str, address: str) -> None:
    page.goto(base + "/logga-in")
    page.locator("[name=email]").fill(address)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    assert page.get_by_role("navigation", name="Huvudmeny").is_visible(), name


def test_the_whole_job_without_javascript_in_23_taps_and_60_kilobytes(browser: Browser, place: Any) -> None:
    app, base, box = place
    prepare(app)
    anna, siv, per = phone(browser), phone(browser), phone(browser)

    join(anna, base)
    anna.goto(wait_for(box, "anna@example.se"))
    anna.locator("main input[type=radio]").first.check()
    anna.locator("main button[type=submit]").first.click()
    assert "nu är du med" in anna.locator("main").inner_text()

    sign_in(siv, base, "Siv", "siv@example.se")
    siv.goto(base + "/enkater/1")
    press(siv, "Öppna enkäten")
    siv.goto(base + "/utskick/1")
    invite(siv)

    taps, wire_bytes, first = answer(browser, wait_for(box, "anna@example.se", "Tio frågor"))
    print(f"{taps} taps, {first:.0f} bytes for the first page, {wire_bytes:.0f} in all")
    assert taps <= 23
    assert first <= 15 * 1024
    assert wire_bytes <= 60 * 1024
    others_answer(app, 29)

    siv.goto(base + "/enkater/1")
    press(siv, "Stäng enkäten")
    sign_in(per, base, "Per", "per@example.se")
    shows_the_count(per, base, "30 av 31 inbjudna svarade")


def invite(siv: Page) -> None:
    """Everybody: choose, look at the recipients, at the text and at the letter, send."""
    siv.locator("main input[name=who]").first.check()
    press(siv, "Visa mottagarna")
    siv.locator("main a.govuk-button").first.click()
    siv.locator("main button[type=submit].govuk-button").first.click()
    siv.locator("main form button.govuk-button").first.click()
    assert "Inbjudna" in siv.locator("main").inner_text()


def answer(browser: Browser, link: str) -> tuple[int, int, int]:
    """Answer ten questions as a person would; gives taps, bytes in all, and bytes of the first page with its style sheet."""
    page = phone(browser)
    wire = bytes_of(page)
    page.goto(link)
    taps, first = 1, wire.bytes
    page.locator("main").get_by_text("Börja", exact=True).click()
    taps += 1
    for _question in range(10):
        page.locator("main input[type=radio]").first.check()
        press(page, "Nästa")
        taps += 2
    press(page, "Skicka in")
    taps += 1
    assert "Tack" in page.locator("h1").inner_text()
    return taps, wire.bytes, first


def others_answer(app: Flask, count: int) -> None:
    with app.app_context():
        survey = db.session.get_one(Survey, 1)
        for invitation in invitations.unanswered(db.session(), survey)[:count]:
            answering.send_in(db.session(), invitation.key, {q["name"]: "good" for q in QUESTIONS}, "sv")
        db.session.commit()


def shows_the_count(per: Page, base: str, words: str) -> None:
    """The presidium's page, as soon as the worker has mixed the answers."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        per.goto(base + "/presidiet/1")
        if words in per.locator("main").inner_text() and "Bra" in per.locator("main").inner_text():
            return
        time.sleep(0.5)
    raise AssertionError(per.locator("main").inner_text())
