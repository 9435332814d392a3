"""Signing in, passwords, and the page of accounts."""

import re
import time

import pytest
from flask import Flask

from panel import staff
from panel.models import Event, Message, Staff
from tests import factories
from tests.conftest import Work
from tests.panel.signing import fill
from tests.strict import StrictClient

PASSWORD = "fyra ord utan samband"
WRONG = "hör inte ihop"


@pytest.fixture
def link(app: Flask, work: Work) -> str:
    """The path by which Siv sets her password."""
    with work() as session:
        person = factories.staff(session, "Siv")
        return staff.password_link(person.id, "")


@pytest.fixture
def siv(client: StrictClient, link: str) -> StrictClient:
    """Siv's browser; she has a password and is not signed in."""
    fill(client, link, password=PASSWORD)
    return client


def sign_in(client: StrictClient, password: str = PASSWORD, email: str = "siv@example.se", **more: str) -> object:
    return fill(client, "/logga-in", email=email, password=password, **more)


def test_a_link_sets_the_first_password_and_signing_in_leads_to_the_first_own_page(siv):
    assert sign_in(siv, email="SIV@example.se ").location == "/mitt-konto/start"
    assert siv.get("/mitt-konto/start").location == "/presidiet"


def test_a_link_sets_a_password_only_once(siv, link):
    answer = siv.get(link, follow_redirects=True)
    assert "Länken är använd eller inte hel" in answer.text


def test_a_link_is_too_old_after_a_day(client, link, monkeypatch):
    later = time.time() + 24 * 3600 + 5
    monkeypatch.setattr(time, "time", lambda: later)
    assert "Länken är för gammal" in client.get(link, follow_redirects=True).text


@pytest.mark.parametrize("path", ["/aterstall/hittepa", "/aterstall/" + "a" * 3000, "/aterstall/%00", "/aterstall/<script>"])
def test_a_link_that_is_not_ours_leads_to_asking_for_one(client, path):
    assert client.get(path).location == "/glomt-losenord"


def test_a_short_or_common_password_is_refused_in_words(client, link):
    assert "Skriv minst 12 tecken" in fill(client, link, password="kort").text
    assert "för lätt att gissa" in fill(client, link, password="Sommaren2026!").text


def test_a_wrong_password_and_an_unknown_address_are_answered_in_the_same_words(siv):
    wrong, unknown = sign_in(siv, "fel fel fel fel"), sign_in(siv, email="ingen@example.se")
    assert WRONG in wrong.text
    same = [re.sub(r'value="[^"]*"', "", answer.text) for answer in (wrong, unknown)]
    assert same[0] == same[1]


def test_ten_wrong_passwords_lock_the_account_for_a_while(siv, work):
    for _ in range(staff.TRIES):
        sign_in(siv, "fel fel fel fel")
    assert WRONG in sign_in(siv).text
    with work() as session:
        person = factories.staff(session, "Siv")
        person.locked_until -= staff.LOCKED_FOR
    assert sign_in(siv).status_code == 302


def test_a_new_password_opens_the_lock(siv, work):
    for _ in range(staff.TRIES):
        sign_in(siv, "fel fel fel fel")
    with work() as session:
        link = staff.password_link(factories.staff(session, "Siv").id, "")
    fill(siv, link, password=PASSWORD + " igen")
    assert sign_in(siv, PASSWORD + " igen").status_code == 302


def test_known_and_unknown_addresses_take_the_same_time(siv):
    def taken(email: str) -> float:
        start = time.perf_counter()
        sign_in(siv, "fel fel fel fel", email=email)
        return time.perf_counter() - start

    pairs = [(taken("siv@example.se"), taken("ingen@example.se")) for _ in range(8)]
    known, unknown = (sorted(times)[len(times) // 2] for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_asking_for_a_link_says_the_same_for_every_address_and_mails_only_those_with_accounts(siv, work):
    answers = [fill(siv, "/glomt-losenord", email=email) for email in ("siv@example.se", "ingen@example.se")]
    assert all("ett brev med en länk på väg" in answer.text for answer in answers)
    with work() as session:
        sent = session.query(Message).filter_by(template="staff_password").all()
        assert [(each.address, each.fields) for each in sent] == [("siv@example.se", {})]
        assert session.query(Event).filter_by(action="asked_for_password_link").count() == 2


def test_the_outbox_holds_no_token(siv, work):
    fill(siv, "/glomt-losenord", email="siv@example.se")
    with work() as session:
        row = session.query(Message).filter_by(template="staff_password").one()
        uniquifier = factories.staff(session, "Siv").fs_uniquifier
        assert uniquifier not in str(vars(row))
        assert "aterstall" not in str(vars(row))


def test_signing_in_goes_on_only_to_our_own_pages(siv):
    assert sign_in(siv, next="/enkater/").location == "/enkater/"
    fill(siv, "/mitt-konto/", action="/logga-ut")
    assert "example.com" not in (sign_in(siv, next="https://example.com/").location or "")


def test_signing_out_makes_a_copied_cookie_worthless(siv, app):
    sign_in(siv)
    thief = StrictClient(app)
    thief.set_cookie("session", siv.get_cookie("session").value, domain="localhost")
    assert thief.get("/mitt-konto/").status_code == 200
    fill(siv, "/mitt-konto/", action="/logga-ut")
    assert thief.get("/mitt-konto/").status_code == 302


def test_signing_out_needs_a_post_with_a_token(siv):
    sign_in(siv)
    assert siv.get("/logga-ut").status_code == 405
    assert siv.post("/logga-ut").status_code == 400
    assert siv.get("/mitt-konto/").status_code == 200


def test_changing_the_password_ends_other_sessions_but_not_this_one(siv, app):
    sign_in(siv)
    other = StrictClient(app)
    sign_in(other)
    answer = fill(siv, "/byt-losenord", password=PASSWORD, new_password=PASSWORD + " igen")
    assert answer.location == "/mitt-konto/"
    assert siv.get("/mitt-konto/").status_code == 200
    assert other.get("/mitt-konto/").status_code == 302


def test_changing_the_password_needs_the_old_one(siv):
    sign_in(siv)
    answer = fill(siv, "/byt-losenord", password="fel fel fel fel", new_password=PASSWORD + " igen")
    assert "Det är inte lösenordet till ditt konto" in answer.text


def test_a_session_ends_after_eight_hours_and_after_two_without_use(sign_in):
    for key, ago in (("fs_paa", 8 * 3600), ("seen", 2 * 3600)):
        client = sign_in("Siv")
        assert client.get("/mitt-konto/").status_code == 200
        with client.session_transaction() as cookie:
            cookie[key] = time.time() - ago - 1
        assert client.get("/mitt-konto/").location.startswith("/logga-in")


def test_a_sensitive_page_asks_for_the_password_again(siv, work):
    with work() as session:
        staff.change_roles(session, factories.staff(session, "Siv"), ["administrator"])
    sign_in(siv)
    with siv.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 16 * 60
    assert siv.get("/konton/").status_code == 200
    asked = siv.get("/konton/nytt")
    assert asked.location == "/bekrafta-losenord?next=/konton/nytt"
    assert "Det är inte lösenordet" in fill(siv, asked.location, password="fel fel fel fel", next="/konton/nytt").text
    assert fill(siv, asked.location, password=PASSWORD, next="/konton/nytt").location == "/konton/nytt"
    assert siv.get("/konton/nytt").status_code == 200


def test_what_is_sent_in_too_late_does_nothing_and_says_so(sign_in, work):
    ake = sign_in("Åke")
    with work() as session:
        number = factories.staff(session, "Per").id
    with ake.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 31 * 60
    answer = fill(ake, "/mitt-konto/", action=f"/konton/{number}/stang")
    assert answer.location == f"/bekrafta-losenord?next=/konton/{number}"
    assert "Inget har gjorts än" in ake.get(answer.location).text
    with work() as session:
        assert factories.staff(session, "Per").active


def test_an_administrator_adds_an_account_and_its_owner_gets_a_link(sign_in, work):
    answer = fill(sign_in("Åke"), "/konton/nytt", email="Ny@Example.se", name="Nils Ny", roles=["analytiker"])
    assert answer.location == "/konton/"
    with work() as session:
        person = session.query(Staff).filter_by(email="ny@example.se").one()
        assert [role.name for role in person.roles] == ["analytiker"]
        assert session.query(Message).filter_by(template="staff_password", staff_id=person.id).count() == 1


def test_an_account_that_is_there_or_can_not_be_is_refused_in_words(sign_in):
    ake = sign_in("Åke")
    for email, words in (("ake@example.se", "har redan ett konto"), ("inget", "är ingen e-postadress"), ("", "Skriv personens")):
        assert words in fill(ake, "/konton/nytt", email=email, name="X", roles=["analytiker"]).text
    assert "Välj" in fill(ake, "/konton/nytt", email="x@example.se", name="X").text
    assert "Välj" in fill(ake, "/konton/nytt", email="x@example.se", name="X", roles=["kung"]).text


def test_other_roles_end_the_sessions_of_the_account(sign_in, work):
    per, ake = sign_in("Per"), sign_in("Åke")
    with work() as session:
        number = factories.staff(session, "Per").id
    assert per.get("/mitt-konto/").status_code == 200
    assert fill(ake, f"/konton/{number}", roles=["analytiker", "presidium"]).location == "/konton/"
    assert per.get("/mitt-konto/").status_code == 302


def test_the_last_administrator_can_not_be_lost(sign_in, work):
    ake = sign_in("Åke")
    with work() as session:
        number = factories.staff(session, "Åke").id
    assert "Det måste finnas en administratör" in fill(ake, f"/konton/{number}", roles=["presidium"]).text
    answer = fill(ake, f"/konton/{number}", action=f"/konton/{number}/stang")
    assert "Det måste finnas en administratör" in ake.get(answer.location).text


def test_a_closed_account_opens_nothing_until_it_is_opened_again(siv, sign_in, work):
    ake = sign_in("Åke")
    with work() as session:
        number = factories.staff(session, "Siv").id
    fill(ake, f"/konton/{number}", action=f"/konton/{number}/stang")
    assert WRONG in fill(siv, "/logga-in", email="siv@example.se", password=PASSWORD).text
    fill(ake, f"/konton/{number}", action=f"/konton/{number}/oppna")
    with work() as session:
        assert factories.staff(session, "Siv").active
        assert session.query(Message).filter_by(template="staff_password", staff_id=number).count() == 1


@pytest.mark.parametrize("email", ["' OR 1=1 --", "a" * 100_000, "<script>@x.se", "a\r\nBcc: b@c.se", "😀@example.se", "\x00"])
def test_hostile_addresses_are_answered_like_any_other(siv, email):
    assert fill(siv, "/logga-in", email=email, password="x" * 100_000).status_code == 200
    assert fill(siv, "/glomt-losenord", email=email).status_code == 200
