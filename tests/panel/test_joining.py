"""Joining: the form, the link, and that nobody learns who is a member."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from panel import links
from panel.models import ConsentText, District, MailedLink, Member, MemberState, Message
from surveys import clock
from tests import factories
from tests.conftest import Work
from tests.panel.filling import fill, token_on
from tests.strict import StrictClient

FORM: dict[str, Any] = {
    "email": "Anna@Example.se", "mobile": "0701-234567", "birth_year": "1992", "gender": "woman", "district": "as",
    "language": "sv", "channel": "email", "consent": "yes", "version": "1",
}  # fmt: skip
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def places(work: Work) -> None:
    """The districts that one can live in."""
    with work() as session:
        factories.districts(session)


def notes(work: Work) -> list[tuple[str, str]]:
    """What is in the outbox: template and address."""
    with work() as session:
        return [(row.template, row.address) for row in session.scalars(select(Message).order_by(Message.id))]


def members(work: Work) -> list[Member]:
    """Who is in the register."""
    with work() as session:
        found = list(session.scalars(select(Member)))
        session.expunge_all()
    return found


def mailed(app: Flask, work: Work, place: int = -1) -> str:
    """The address of the page that a letter's link leads to, made as the worker makes it; the newest, if not told."""
    with work() as session:
        row = session.scalars(select(Message).order_by(Message.id)).all()[place]
        return links.address(session, row, app.config["LINK_SECRET"], "")


def test_who_joins_and_confirms_is_a_member(app: Flask, client: StrictClient, work: Work) -> None:
    assert fill(client, "/ga-med", FORM).location == "/ga-med/skickat"
    assert members(work) == []
    assert notes(work) == [("confirm", "anna@example.se")]
    link = mailed(app, work)
    assert "Vill du gå med i panelen?" in client.get(link).text
    assert fill(client, link, {"join": "yes"}).location == "/valkommen"
    assert "Tack, nu är du med" in client.get("/valkommen").text
    (anna,) = members(work)
    assert (anna.state, anna.birth_year, anna.mobile) == (MemberState.ACTIVE, 1992, "+46701234567")
    assert "anna@example.se" in client.get("/min-sida").text


def test_consent_is_kept_with_its_version_and_time(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    fill(client, mailed(app, work), {"join": "yes"})
    with work() as session:
        consent = session.scalars(select(Member)).one().consents[0]
        assert (consent.text.version, consent.withdrawn) == (1, None)
        assert "Krokoms kommun" in consent.text.texts["sv"]


def test_the_mail_leaves_no_details_in_the_outbox(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    link = mailed(app, work)
    assert mailed(app, work) == link
    with work() as session:
        assert session.scalars(select(Message)).one().fields == {}
    fill(client, link, {"join": "yes"})
    with work() as session:
        assert session.scalars(select(MailedLink)).one().detail == {}


def test_opening_the_link_or_saying_no_changes_nothing(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    link = mailed(app, work)
    for _look in range(3):
        client.get(link)
        client.head(link)
    assert fill(client, link, {}).status_code == 422
    assert "Du har inte gått med" in fill(client, link, {"join": "no"}).text
    assert members(work) == []
    assert fill(client, link, {"join": "yes"}).status_code == 302


def test_a_link_works_only_once(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    link = mailed(app, work)
    data = {"csrf_token": token_on(client, link), "join": "yes"}
    assert client.post(link, data=data).status_code == 302
    for again in (client.post(link, data=data), client.get(link)):
        assert again.status_code == 410
        assert "Länken är redan använd" in again.text
    assert len(members(work)) == 1


def test_a_link_used_many_times_at_once_makes_one_member(app: Flask, work: Work) -> None:
    browsers = [StrictClient(app) for _each in range(8)]
    for _each in range(2):
        fill(browsers[0], "/ga-med", FORM)
    ways = [mailed(app, work, number % 2) for number in range(8)]
    forms = [{"csrf_token": token_on(*each), "join": "yes"} for each in zip(browsers, ways, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda browser, way, form: browser.post(way, data=form), browsers, ways, forms))
    assert sorted(answer.status_code for answer in done) == [302] + [410] * 7
    assert len(members(work)) == 1


def test_a_link_works_for_seven_days(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    link = mailed(app, work)
    with clock.hold(clock.now() + timedelta(days=6, hours=23)):
        assert client.get(link).status_code == 200
    with clock.hold(clock.now() + timedelta(days=7, minutes=1)):
        page = client.get(link)
        assert page.status_code == 410
        assert "Länken är för gammal" in page.text


@pytest.mark.parametrize("token", ["x", "å" * 43, "A" * 43, "A" * 5000, "%00", "..%2F..", "<script>"])
def test_an_unknown_link_says_so(client: StrictClient, token: str) -> None:
    page = client.get(f"/bekrafta/{token}")
    assert page.status_code == 404
    assert "finns inte" in page.text or "hittas" in page.text


def test_two_joins_are_one_member_with_the_data_that_was_confirmed(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    fill(client, "/ga-med", FORM | {"district": "offerdal"})
    assert notes(work) == [("confirm", "anna@example.se")] * 2
    first, second = mailed(app, work, 0), mailed(app, work, 1)
    assert fill(client, second, {"join": "yes"}).status_code == 302
    late = fill(client, first, {"join": "yes"})
    assert late.status_code == 410
    assert "redan" in late.text
    assert [m.district for m in members(work)] == ["offerdal"]


def test_a_stranger_changes_nobodys_data(client: StrictClient, work: Work) -> None:
    with work() as session:
        factories.anna(session)
    fill(client, "/ga-med", FORM | {"district": "offerdal", "birth_year": "1950"})
    (anna,) = members(work)
    assert (anna.district, anna.mobile) == ("as", None)
    assert notes(work) == [("already_member", "anna@example.se")]


def test_nobody_learns_who_is_a_member(client: StrictClient, work: Work) -> None:
    with work() as session:
        factories.anna(session)
    known = fill(client, "/ga-med", FORM)
    after_known = client.get("/ga-med/skickat")
    unknown = fill(client, "/ga-med", FORM | {"email": "bo@example.se"})
    after_unknown = client.get("/ga-med/skickat")
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert after_known.data == after_unknown.data
    assert [dict(known.headers)[name] for name in ("Cache-Control", "Content-Length")] == [
        dict(unknown.headers)[name] for name in ("Cache-Control", "Content-Length")
    ]
    assert len(notes(work)) == 2


@pytest.mark.slow
def test_the_time_it_takes_tells_nothing(client: StrictClient, work: Work) -> None:
    with work() as session:
        factories.anna(session)
    times: dict[str, list[float]] = {"anna@example.se": [], "nobody@example.se": []}
    for turn in range(60):
        for address in sorted(times, reverse=bool(turn % 2)):
            data = FORM | {"email": address, "csrf_token": token_on(client, "/ga-med")}
            start = time.perf_counter()
            client.post("/ga-med", data=data)
            times[address].append(time.perf_counter() - start)
    known, unknown = (median(each) for each in times.values())
    assert abs(known - unknown) < 0.010


WRONG = {
    "email": ["anna", "anna@", "@example.se", "a@b", "x" * 100_000, "a@b.se\r\nBcc: c@d.se", HOSTILE, "a b@c.se",
              "anna@exa mple.se", "anna@[127.0.0.1]", "\N{FIRE}@example.se", "a@example.se, b@example.se"],
    "mobile": ["12", "abc", "08-123 45 67", "+46", "9" * 100_000, HOSTILE, "0701-234567 ankn 3", "112"],
    "birth_year": ["", "1990-talet", "90", "19900", "199O", "1850", "3000", "-1990", "1990.0", "x" * 100_000, HOSTILE,
                   "\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT NINE}\N{ARABIC-INDIC DIGIT NINE}"
                   "\N{ARABIC-INDIC DIGIT ZERO}"],
    "gender": ["", "robot", HOSTILE],
    "district": ["", "nowhere", "x" * 100_000, HOSTILE],
    "language": ["tlh", HOSTILE],
    "consent": ["", "no", HOSTILE],
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_what_is_wrong_is_told_and_nothing_else_is_lost(client: StrictClient, work: Work, field: str, value: str) -> None:
    page = fill(client, "/ga-med", FORM | {field: value})
    assert page.status_code == 422
    assert "<title>Fel:" in page.text
    assert f'href="#{field}"' in page.text
    assert "<script>alert" not in page.text
    for name, kept in (("email", 'value="Anna@Example.se"'), ("birth_year", 'value="1992"'),
                       ("gender", 'value="woman" checked'), ("district", 'value="as" selected')):  # fmt: skip
        assert name == field or kept in page.text
    assert notes(work) == []


def test_the_birth_year_counts_and_not_the_birthday(client: StrictClient) -> None:
    year = clock.today().year
    assert "det år du fyller 15" in fill(client, "/ga-med", FORM | {"birth_year": str(year - 14)}).text
    assert "ligger i framtiden" in fill(client, "/ga-med", FORM | {"birth_year": str(year + 1)}).text
    assert fill(client, "/ga-med", FORM | {"birth_year": str(year - 15)}).status_code == 302


def test_an_empty_form_names_each_field_in_page_order(client: StrictClient) -> None:
    page = fill(client, "/ga-med", {"language": "sv"}).text
    summary = page[page.index("govuk-error-summary") : page.index("<h1")]
    assert re.findall(r'href="#([a-z_]+)"', summary) == ["email", "birth_year", "gender", "district", "consent"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0701-234567", "+46701234567"), ("070 123 45 67", "+46701234567"), ("+46 70 123 45 67", "+46701234567"),
        ("0046701234567", "+46701234567"), ("+47 406 12 345", "+4740612345"), ("(070) 123 45 67", "+46701234567"),
    ],
)  # fmt: skip
def test_mobile_numbers_are_kept_in_one_form(app: Flask, client: StrictClient, work: Work, written: str, kept: str) -> None:
    fill(client, "/ga-med", FORM | {"mobile": written})
    fill(client, mailed(app, work), {"join": "yes"})
    assert members(work)[0].mobile == kept


def test_an_address_with_swedish_letters_is_kept_as_mail_servers_know_it(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM | {"email": "Anna@Räksmörgås.SE"})
    assert notes(work) == [("confirm", "anna@xn--rksmrgs-5wao1o.se")]
    fill(client, mailed(app, work), {"join": "yes"})
    assert "anna@räksmörgås.se" in client.get("/min-sida").text


def test_without_districts_the_page_says_that_it_is_too_early(client: StrictClient, work: Work) -> None:
    with work() as session:
        for district in session.scalars(select(District)):
            session.delete(district)
    page = client.get("/ga-med")
    assert page.status_code == 200
    assert "Det går inte att gå med just nu" in page.text
    assert "<form" not in page.text


def test_a_district_that_is_gone_at_confirmation_is_told(app: Flask, client: StrictClient, work: Work) -> None:
    fill(client, "/ga-med", FORM)
    link = mailed(app, work)
    with work() as session:
        session.delete(session.get_one(District, "as"))
    page = fill(client, link, {"join": "yes"})
    assert page.status_code == 409
    assert "ändrat sina kommundelar" in page.text
    assert members(work) == []


def test_who_read_an_older_text_reads_the_new_one_first(client: StrictClient, work: Work) -> None:
    with work() as session:
        session.add(ConsentText(version=2, texts={"sv": "Ny text."}, in_force=clock.today()))
    page = fill(client, "/ga-med", FORM)
    assert page.status_code == 422
    assert "ny lydelse" in page.text
    assert "Ny text." in page.text
    assert fill(client, "/ga-med", FORM | {"version": "2"}).status_code == 302


@pytest.fixture
def texting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that can send text messages."""
    monkeypatch.setattr("panel.channels.names", lambda: ["email", "outbox", "sms"])


@pytest.mark.usefixtures("texting")
def test_where_text_messages_can_be_sent_a_mobile_number_is_enough(app: Flask, client: StrictClient, work: Work) -> None:
    assert "Med sms till min mobil" in client.get("/ga-med").text
    assert fill(client, "/ga-med", FORM | {"email": "", "channel": "sms"}).status_code == 302
    assert notes(work) == [("confirm", "+46701234567")]
    fill(client, mailed(app, work), {"join": "yes"})
    assert "070-123 45 67" in client.get("/min-sida").text


@pytest.mark.usefixtures("texting")
@pytest.mark.parametrize(
    ("missing", "channel", "told"),
    [
        ("email", "email", "Skriv din e-postadress, eller välj sms."),
        ("mobile", "sms", "Skriv ditt mobilnummer, eller välj e-post."),
        ("mobile", "pigeon", "Välj ett av alternativen."),
    ],
)
def test_the_way_chosen_needs_its_address(client: StrictClient, missing: str, channel: str, told: str) -> None:
    page = fill(client, "/ga-med", FORM | {missing: "", "channel": channel})
    assert page.status_code == 422
    assert told in page.text


def test_where_none_can_be_sent_the_form_says_so(client: StrictClient) -> None:
    assert "Vi kan inte skicka sms än" in client.get("/ga-med").text
    assert "Vi skickar länken dit" in fill(client, "/ga-med", FORM | {"email": ""}).text


def test_a_form_without_its_csrf_token_is_refused(client: StrictClient, work: Work) -> None:
    assert client.post("/ga-med", data=FORM).status_code == 400
    assert notes(work) == []


def test_letters_in_four_bytes_and_control_signs_break_nothing(client: StrictClient) -> None:
    for value in ("\N{FIRE}" * 50, "\x00", "a\x00b@c.se", "\u202e"):
        assert fill(client, "/ga-med", FORM | {"email": value}).status_code == 422
