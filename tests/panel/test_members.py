"""The rules of membership, and the commands about single members."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from panel import addresses, consents, links, members, retention
from panel.models import Event, MailedLink, Member, MemberState, Message, MessageState, Participation, Selection
from surveys import clock
from surveys.invitations import token
from surveys.models import Draft, Invitation, InvitationState
from surveys.sealing import draft_name
from tests import factories
from tests.conftest import Work

DETAILS: dict[str, Any] = {
    "email": "anna@example.se", "mobile": None, "birth_year": 1992, "gender": "woman", "district": "as",
    "language": "sv", "channel": "email",
}  # fmt: skip


def linked(app: Flask, session: Session, note: members.Note) -> MailedLink:
    """The link of a note, as if it had been mailed."""
    row = Message(campaign="c", channel="email", address=note.address, template=note.template, message_id=note.template,
                  recipient=note.recipient, fields=dict(note.fields), next_at=clock.now())  # fmt: skip
    session.add(row)
    session.flush()
    return links.find(links.issue(session, row, app.config["LINK_SECRET"]), note.template)


@pytest.fixture
def text_id(house: Session) -> int:
    """The consent text in force, and somewhere to live."""
    factories.districts(house)
    return consents.ensure_text("Krokoms kommun").id


def test_a_join_writes_nothing_in_the_register(house: Session, text_id: int) -> None:
    note = members.join(DETAILS, text_id)
    assert (note.template, note.address, note.recipient) == ("confirm", "anna@example.se", None)
    assert house.scalars(select(Member)).all() == []


def test_the_one_who_confirms_second_is_told(app: Flask, house: Session, text_id: int) -> None:
    link = linked(app, house, members.join(DETAILS, text_id))
    factories.anna(house)
    with pytest.raises(members.AlreadyMember):
        members.confirm(link)


def test_somebody_without_email_is_named_by_the_mobile_number(app: Flask, house: Session, text_id: int) -> None:
    own = DETAILS | {"email": None, "mobile": "+46701234567", "channel": "sms"}
    note = members.join(own, text_id)
    assert (note.channel, note.address) == ("sms", "+46701234567")
    member = members.confirm(linked(app, house, note))
    assert members.find("+46701234567") is member
    assert members.join(own, text_id).template == "already_member"


def test_a_number_that_a_household_shares_names_nobody(house: Session, text_id: int) -> None:
    factories.member(house, mobile="+46701234567")
    assert members.find("+46701234567") is None
    assert members.join(DETAILS | {"email": "bo@example.se", "mobile": "+46701234567"}, text_id).template == "confirm"


@pytest.mark.parametrize(("year", "allowed"), [(-14, False), (-15, True), (-120, True), (-121, False), (1, False)])
def test_members_turn_fifteen_or_more_this_year(house: Session, text_id: int, year: int, allowed: bool) -> None:
    details = DETAILS | {"birth_year": clock.today().year + year}
    if allowed:
        assert members.join(details, text_id)
    else:
        with pytest.raises(members.CannotJoin):
            members.join(details, text_id)


def test_who_signs_in_has_confirmed_the_address(app: Flask, house: Session) -> None:
    member = factories.member(house, state=MemberState.PENDING, confirmed_on=None)
    members.sign_in(linked(app, house, members.ask_to_sign_in("anna@example.se")))
    assert (member.state, member.confirmed_on) == (MemberState.ACTIVE, clock.today())


def test_a_new_address_that_is_taken_meanwhile_is_not_used(app: Flask, house: Session) -> None:
    anna = factories.anna(house)
    note = members.change_addresses(anna, "ny@example.se", None)[0]
    link = linked(app, house, note)
    factories.member(house, "ny@example.se")
    with pytest.raises(members.AlreadyMember):
        members.confirm_address(link)
    assert anna.email == "anna@example.se"


def test_who_is_forgotten_is_drawn_no_more_and_the_number_is_not_used_again(house: Session) -> None:
    anna = factories.anna(house)
    number = anna.id
    chosen = Selection(survey_id=1, wave=0, drawn=clock.now(), plan={}, members=[number, number + 5])
    house.add(chosen)
    house.flush()
    members.forget(anna)
    assert chosen.members == [number + 5]
    assert factories.bo(house).id > number


def test_addresses_are_shown_as_people_write_them() -> None:
    assert addresses.shown("anna@xn--rksmrgs-5wao1o.se") == "anna@räksmörgås.se"
    assert addresses.shown("+46701234567") == "070-123 45 67"
    assert addresses.shown("+4740612345") == "+47 40 61 23 45"
    assert addresses.shown(None) == ""


def test_consent_is_asked_for_again_when_the_text_is_new(house: Session) -> None:
    anna = factories.anna(house)
    assert not consents.is_asked(anna)
    first = consents.ensure_text("Krokoms kommun")
    assert consents.is_asked(anna)
    consents.give(anna, first)
    assert not consents.is_asked(anna)
    tomorrow = clock.today() + timedelta(days=1)
    house.add(consents.ConsentText(version=2, texts={"sv": "Ny."}, in_force=tomorrow))
    house.flush()
    assert not consents.is_asked(anna)
    with clock.hold(clock.now() + timedelta(days=1)):
        assert consents.is_asked(anna)
        consents.withdraw(anna)
        assert consents.standing(anna) is None


@pytest.fixture
def anna(work: Work) -> None:
    """Anna, invited to a survey and half done with it."""
    with work() as session:
        member = factories.anna(session)
        member.participations.append(Participation(survey_id=1, reference="r" * 32, invited_on=clock.today()))
        survey = factories.survey(session, {})
        assert survey.id == 1
        session.add(Invitation(key="ab" * 16, survey_id=1, reference="r" * 32, age_group="30-44", district="as",
                               band_age_group="", band_district=""))  # fmt: skip


def run(app: Flask, *arguments: str) -> Any:
    """Run a command of the group ``panel``."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["panel", *arguments])


@pytest.mark.usefixtures("anna")
def test_extract_prints_all_that_is_kept_and_no_answer(app: Flask) -> None:
    done = run(app, "extract", "Anna@Example.se")
    assert done.exit_code == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["register"]["email"] == "anna@example.se"
    assert data["invitations"] == [
        {"survey": 1, "title": "Hur vill du resa?", "state": "open", "invited_on": clock.today().isoformat(),
         "reference": "r" * 32}
    ]  # fmt: skip
    assert [event["action"] for event in data["events"]] == ["added"]


@pytest.mark.usefixtures("anna")
def test_forget_erases_and_closes_the_way_in(app: Flask, work: Work) -> None:
    name = draft_name(token("ab" * 16, app.config["LINK_SECRET"]))
    with work() as session:
        session.add(Draft(id=name, survey_id=1, sealed=b"x", used_on=clock.today()))
    assert run(app, "forget", "anna@example.se").exit_code == 0
    with work() as session:
        assert session.scalars(select(Member)).all() == []
        assert session.scalars(select(Draft)).all() == []
        assert session.scalars(select(Invitation)).one().state == InvitationState.WITHDRAWN
        message = session.scalars(select(Message)).one()
        assert (message.template, message.address, message.state) == ("goodbye", "anna@example.se", MessageState.QUEUED)
        assert "anna" not in json.dumps([event.detail for event in session.scalars(select(Event))])


@pytest.mark.parametrize("address", ["nobody@example.se", "112", "", "x" * 1000, "<script>"])
def test_a_command_about_nobody_says_so(app: Flask, address: str) -> None:
    for command in ("extract", "forget"):
        done = run(app, command, address)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "adress" in done.stderr or "Mobilnumret" in done.stderr


def test_purge_tells_what_it_did(app: Flask) -> None:
    done = run(app, "purge", "--dry-run")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == len(retention.RULES)
    assert all(line.endswith("\t0") for line in done.stdout.splitlines())
