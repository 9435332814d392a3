"""The member's own page: in by a mailed link, see, change, pause, leave, take one's data along."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from panel import consents, links, members
from panel.models import Consent, Member, MemberState, Message, MessageState, Participation
from surveys import clock
from tests import factories
from tests.conftest import Work
from tests.panel.filling import fill, without_tokens
from tests.strict import StrictClient


@pytest.fixture
def anna(app: Flask, client: StrictClient, work: Work) -> StrictClient:
    """Anna's browser, signed in by a mailed link."""
    with work() as session:
        member = factories.anna(session)
        consents.give(member, consents.ensure_text("Krokoms kommun"))
    enter(app, client, work, "anna@example.se")
    return client


def enter(app: Flask, client: StrictClient, work: Work, address: str) -> None:
    """Ask for a link and follow it."""
    assert fill(client, "/min-sida", {"email": address}).status_code == 302
    token = mailed(app, work)
    assert fill(client, f"/min-sida/in/{token}", {"enter": "yes"}).location == "/min-sida"


def mailed(app: Flask, work: Work, template: str = "") -> str:
    """The token of the newest letter, made as the worker makes it."""
    with work() as session:
        query = select(Message).order_by(Message.id.desc())
        newest = session.scalars(query.where(Message.template == template) if template else query).first()
        assert newest is not None
        return links.issue(session, newest, app.config["LINK_SECRET"])


def test_the_page_shows_what_is_kept(anna: StrictClient) -> None:
    page = anna.get("/min-sida").text
    assert "anna@example.se" in page
    assert "Ås" in page
    assert "Version 1 av texten" in page


def test_a_stranger_is_asked_for_an_address(client: StrictClient) -> None:
    assert "Din e-postadress" in client.get("/min-sida").text
    for page in ("andra", "adress", "lamna", "samtycke", "mina-uppgifter.json"):
        assert client.get(f"/min-sida/{page}").location == "/min-sida"


def test_details_are_changed(anna: StrictClient, work: Work) -> None:
    data = {"birth_year": "1990", "gender": "other", "district": "offerdal", "language": "en", "stop_reminders": "yes"}
    assert fill(anna, "/min-sida/andra", data).status_code == 302
    with work() as session:
        member = session.scalars(select(Member)).one()
        assert (member.birth_year, member.gender, member.district) == (1990, "other", "offerdal")
        assert (member.language, member.stop_reminders) == ("en", True)
    assert "Offerdal" in anna.get("/min-sida").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_year", "2020"), ("birth_year", "1990-talet"), ("birth_year", ""), ("birth_year", "x" * 100_000),
        ("gender", "robot"), ("district", "nowhere"), ("language", "tlh"), ("stop_reminders", "maybe"),
    ],
)  # fmt: skip
def test_what_is_wrong_changes_nothing_and_stays_in_the_form(anna: StrictClient, work: Work, field: str, value: str) -> None:
    good = {"birth_year": "1990", "gender": "other", "district": "offerdal", "language": "en", "stop_reminders": "yes"}
    answer = fill(anna, "/min-sida/andra", good | {field: value})
    assert answer.status_code == 422
    assert field == "gender" or 'value="other" checked' in answer.text
    with work() as session:
        assert session.scalars(select(Member)).one().gender == "woman"


def test_a_new_email_counts_when_its_link_has_been_followed(app: Flask, anna: StrictClient, work: Work) -> None:
    assert fill(anna, "/min-sida/adress", {"email": "Anna@Ny.se", "mobile": "0701-234567"}).status_code == 302
    with work() as session:
        member = session.scalars(select(Member)).one()
        assert (member.email, member.mobile) == ("anna@example.se", "+46701234567")
        notes = [(m.template, m.address) for m in session.scalars(select(Message).order_by(Message.id))][-2:]
        assert notes == [("change_address", "anna@ny.se"), ("address_notice", "anna@example.se")]
    token = mailed(app, work, "change_address")
    assert fill(anna, f"/min-sida/adress/{token}", {"change": "yes"}).status_code == 302
    with work() as session:
        assert session.scalars(select(Member)).one().email == "anna@ny.se"
    assert anna.get(f"/min-sida/adress/{token}").status_code == 410


def test_nobody_learns_by_a_change_that_an_address_is_taken(anna: StrictClient, work: Work) -> None:
    with work() as session:
        factories.bo(session)
    free = fill(anna, "/min-sida/adress", {"email": "free@example.se", "mobile": ""})
    told = without_tokens(anna.get("/min-sida").text)
    taken = fill(anna, "/min-sida/adress", {"email": "bo@example.se", "mobile": ""})
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert without_tokens(anna.get("/min-sida").text) == told
    with work() as session:
        assert [m.template for m in session.scalars(select(Message).where(Message.address == "bo@example.se"))] == [
            "already_member"
        ]


def test_the_email_that_signs_in_cannot_be_taken_away(anna: StrictClient) -> None:
    answer = fill(anna, "/min-sida/adress", {"email": "", "mobile": "0701234567"})
    assert answer.status_code == 422
    assert "inte ta bort den" in answer.text


def test_a_break_begins_and_ends(anna: StrictClient, work: Work) -> None:
    fill(anna, "/min-sida", {}, action="/min-sida/paus")
    with work() as session:
        assert session.scalars(select(Member)).one().state == MemberState.PAUSED
    assert "Avsluta pausen" in anna.get("/min-sida").text
    fill(anna, "/min-sida", {}, action="/min-sida/ateruppta")
    with work() as session:
        assert session.scalars(select(Member)).one().state == MemberState.ACTIVE


def test_who_leaves_is_gone_from_every_table(anna: StrictClient, work: Work) -> None:
    with work() as session:
        member = session.scalars(select(Member)).one()
        member.participations.append(Participation(survey_id=1, reference="r" * 32, invited_on=clock.today()))
    page = anna.get("/min-sida/lamna").text
    assert "Det här tas bort genast" in page
    assert "Det här finns kvar" in page
    assert fill(anna, "/min-sida/lamna", {"leave": "yes"}).location == "/min-sida/lamnat"
    assert "Du har lämnat panelen" in anna.get("/min-sida/lamnat").text
    with work() as session:
        for table in (Member, Consent, Participation):
            assert session.scalars(select(table)).all() == []
        addresses = [(m.template, m.address) for m in session.scalars(select(Message).order_by(Message.id))]
        assert addresses == [("sign_in", ""), ("goodbye", "anna@example.se")]
    assert "Din e-postadress" in anna.get("/min-sida").text


def test_leaving_asks_first_and_no_keeps_all(anna: StrictClient, work: Work) -> None:
    assert fill(anna, "/min-sida/lamna", {}).status_code == 422
    assert fill(anna, "/min-sida/lamna", {"leave": "no"}).location == "/min-sida"
    with work() as session:
        assert session.scalars(select(Member)).one()


def test_a_message_on_its_way_to_somebody_who_left_is_stopped(work: Work) -> None:
    with work() as session:
        member = factories.anna(session)
        session.add(
            Message(campaign="survey:1", recipient=member.id, channel="email", address="anna@example.se",
                    template="invitation", message_id="m", next_at=clock.now(), reply="550 anna@example.se")
        )  # fmt: skip
        session.flush()
        members.forget(member)
        message = session.scalars(select(Message)).one()
        session.refresh(message)
        assert (message.state, message.address, message.reply) == (MessageState.CANCELLED, "", None)


def test_data_is_taken_along_as_json(anna: StrictClient, work: Work) -> None:
    with work() as session:
        member = session.scalars(select(Member)).one()
        member.participations.append(Participation(survey_id=7, reference="r" * 32, invited_on=clock.today()))
    answer = anna.get("/min-sida/mina-uppgifter.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mina-uppgifter.json"'
    data = answer.get_json()
    assert data["register"]["email"] == "anna@example.se"
    assert data["consents"][0]["version"] == 1
    assert data["invitations"][0]["survey"] == 7
    assert data["messages"][0]["template"] == "sign_in"
    assert "sparas skilt" in data["answers"]


def test_a_new_text_is_asked_about_and_agreed_to(anna: StrictClient, work: Work) -> None:
    with work() as session:
        session.add(consents.ConsentText(version=2, texts={"sv": "Ny text."}, in_force=clock.today()))
    assert "ny lydelse" in anna.get("/min-sida").text
    assert fill(anna, "/min-sida/samtycke", {"consent": "yes", "version": "1"}).status_code == 422
    assert fill(anna, "/min-sida/samtycke", {"consent": "yes", "version": "2"}).status_code == 302
    with work() as session:
        given = session.scalars(select(Consent).order_by(Consent.id)).all()
        assert [(c.text.version, c.withdrawn is None) for c in given] == [(1, False), (2, True)]
    assert "ny lydelse" not in anna.get("/min-sida").text


def test_a_sign_in_link_works_once_and_for_ten_minutes(app: Flask, client: StrictClient, work: Work) -> None:
    with work() as session:
        factories.anna(session)
    fill(client, "/min-sida", {"email": "anna@example.se"})
    token = mailed(app, work)
    with clock.hold(clock.now() + timedelta(minutes=11)):
        assert client.get(f"/min-sida/in/{token}").status_code == 410
    assert client.get(f"/min-sida/in/{token}").status_code == 200
    assert fill(client, f"/min-sida/in/{token}", {"enter": "yes"}).status_code == 302
    assert "redan använd" in client.get(f"/min-sida/in/{token}").text


def test_half_an_hour_of_nothing_signs_out(anna: StrictClient) -> None:
    with clock.hold(clock.now() + timedelta(minutes=29)):
        assert "Mina uppgifter" in anna.get("/min-sida").text
    with clock.hold(clock.now() + timedelta(minutes=60)):
        assert "Din e-postadress" in anna.get("/min-sida").text


def test_who_comes_back_too_late_is_told_why(anna: StrictClient) -> None:
    with clock.hold(clock.now() + timedelta(minutes=31)):
        assert anna.get("/min-sida/andra").location == "/min-sida"
        assert "Du har loggats ut" in anna.get("/min-sida").text


def test_signing_out_ends_the_session(anna: StrictClient) -> None:
    fill(anna, "/min-sida", {}, action="/min-sida/logga-ut")
    assert "Din e-postadress" in anna.get("/min-sida").text


def test_the_way_in_is_the_same_for_members_and_strangers(client: StrictClient, work: Work) -> None:
    with work() as session:
        factories.anna(session)
    known = fill(client, "/min-sida", {"email": "anna@example.se"})
    told = client.get("/min-sida/skickat").text
    unknown = fill(client, "/min-sida", {"email": "nobody@example.se"})
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert client.get("/min-sida/skickat").text == told
    with work() as session:
        states = [m.state for m in session.scalars(select(Message).order_by(Message.id))]
        assert states == [MessageState.QUEUED, MessageState.SUPPRESSED]


@pytest.mark.parametrize("address", ["", "anna", "@", "x" * 100_000, "a@b.se\r\nBcc: c@d.se", "<script>@x.se", "112"])
def test_no_address_is_no_way_in(client: StrictClient, work: Work, address: str) -> None:
    assert fill(client, "/min-sida", {"email": address}).status_code == 422
    with work() as session:
        assert session.scalars(select(Message)).all() == []
