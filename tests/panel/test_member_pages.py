"""The gates of every page that somebody meets on the way in, as a member, and on the way out."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from panel import consents, links
from panel.models import ConsentText, Member, Message, Participation
from surveys import clock
from tests import factories
from tests.browser import browser_type_launch_args, check_page, serving
from tests.conftest import Work

__all__ = ["browser_type_launch_args"]
pytestmark = pytest.mark.browser

OPEN = ("/", "/tillganglighet", "/personuppgifter", "/kakor", "/ga-med", "/ga-med/skickat", "/valkommen", "/min-sida",
        "/min-sida/skickat", "/min-sida/lamnat", "/bekrafta/nonsense", "/min-sida/in/nonsense")  # fmt: skip


@pytest.fixture
def base(app: Flask, work: Work) -> Iterator[str]:
    """The address of the running service, with three districts."""
    with work() as session:
        factories.districts(session)
        consents.ensure_text("Krokoms kommun")
    with serving(app) as address:
        yield address


def newest_link(app: Flask, work: Work) -> str:
    """The link of the newest letter, made as the worker makes it."""
    with work() as session:
        row = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert row is not None
        return links.address(session, row, app.config["LINK_SECRET"], "")


@pytest.mark.parametrize("address", OPEN)
def test_an_open_page_passes_the_gates(page: Page, base: str, address: str) -> None:
    page.goto(base + address)
    check_page(page)


def test_the_way_in_passes_the_gates_in_every_state(app: Flask, work: Work, page: Page, base: str) -> None:
    page.goto(base + "/ga-med")
    page.get_by_role("button", name="Skicka och få länken").click()
    assert page.title().startswith("Fel: ")
    check_page(page)
    page.get_by_label("E-post", exact=True).fill("anna@example.se")
    page.get_by_label("Födelseår").fill("1992")
    page.get_by_label("Kvinna").check()
    page.get_by_label("Kommundel där du bor").select_option("as")
    page.get_by_label("Jag har läst texten").check()
    page.get_by_role("button", name="Skicka och få länken").click()
    page.goto(base + newest_link(app, work))
    check_page(page)
    page.get_by_role("button", name="Fortsätt").click()
    check_page(page)
    page.get_by_label("Nej, det var inte jag").check()
    page.get_by_role("button", name="Fortsätt").click()
    check_page(page)
    page.goto(base + newest_link(app, work))
    page.get_by_label("Ja, jag vill gå med").check()
    page.get_by_role("button", name="Fortsätt").click()
    assert page.url == base + "/valkommen"
    page.goto(base + newest_link(app, work))
    assert "redan" in page.inner_text("h1")
    check_page(page)


@pytest.fixture
def inside(app: Flask, work: Work, page: Page, base: str) -> str:
    """The service's address, with Anna signed in: invited once, asked about a new text."""
    with work() as session:
        anna = factories.anna(session)
        consents.give(anna, consents.ensure_text("Krokoms kommun"))
        anna.participations.append(Participation(survey_id=1, reference="r" * 32, invited_on=clock.today()))
        session.add(ConsentText(version=2, texts={"sv": "Ny text."}, in_force=clock.today()))
    page.goto(base + "/min-sida")
    page.get_by_label("Din e-postadress").fill("anna@example.se")
    page.get_by_role("button", name="Skicka").click()
    page.goto(base + newest_link(app, work))
    check_page(page)
    page.get_by_label("Ja, öppna Min sida").check()
    page.get_by_role("button", name="Fortsätt").click()
    assert page.inner_text("h1") == "Min sida"
    return base


@pytest.mark.parametrize("address", ["", "/andra", "/adress", "/samtycke", "/lamna"])
def test_a_members_page_passes_the_gates(page: Page, inside: str, address: str) -> None:
    page.goto(f"{inside}/min-sida{address}")
    check_page(page)


def test_a_members_mistakes_pass_the_gates(page: Page, inside: str) -> None:
    for address, field, button in (("andra", "Födelseår", "Spara"), ("adress", "E-post", "Spara")):
        page.goto(f"{inside}/min-sida/{address}")
        page.get_by_label(field, exact=True).fill("fel")
        page.get_by_role("button", name=button).click()
        check_page(page)
    for address, button in (("samtycke", "Jag samtycker"), ("lamna", "Fortsätt")):
        page.goto(f"{inside}/min-sida/{address}")
        page.get_by_role("button", name=button).click()
        check_page(page)


def test_a_break_is_seen_and_passes_the_gates(page: Page, inside: str) -> None:
    page.get_by_role("button", name="Ta en paus").click()
    assert "Du tar en paus" in page.inner_text("main")
    check_page(page)


def test_leaving_takes_one_choice(page: Page, inside: str, work: Work) -> None:
    page.goto(inside + "/min-sida/lamna")
    page.get_by_label("Ja, ta bort mina uppgifter nu").check()
    page.get_by_role("button", name="Fortsätt").click()
    assert "Du har lämnat panelen" in page.inner_text("h1")
    with work() as session:
        assert session.scalars(select(Member)).all() == []
