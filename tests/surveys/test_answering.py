"""Answering: the link, the pages, the review, sending in once."""

import pytest
from flask import Flask

from surveys import envelopes
from surveys.db import db
from surveys.models import Draft, Envelope, Invitation, InvitationState, Response, Survey
from tests.answerers import link, open_survey, post, walk
from tests.conftest import Work
from tests.strict import StrictClient

Way = tuple[str, int]
ANSWERS = {1: {"usual": "bus"}, 3: {"safe": "yes"}, 4: {"wish": "Fler turer på kvällen 🚌"}}


@pytest.fixture
def invited(app: Flask, work: Work) -> Way:
    """The key of one invitation, and its survey's number."""
    with work() as session:
        invitation = open_survey(session, app)[0]
        return invitation.key, invitation.survey_id


def test_a_member_answers_from_link_to_thanks(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    key, survey = invited
    sent = walk(client, app, key, survey, ANSWERS)
    assert sent.headers["Location"] == f"/svara/{survey}/tack"
    assert "Nämnden läser svaren i mars." in client.get(sent.headers["Location"]).text
    with work() as session:
        session.get_one(Survey, survey).state = "closed"
    with app.app_context():
        assert envelopes.work_round(app.config["KEY_DIR"]) == 1
        found = db.session.query(Response).one()
        assert found.answers == {"usual": "bus", "safe": "yes", "wish": "Fler turer på kvällen 🚌"}
        assert (found.language, found.version, found.survey_id) == ("sv", 1, survey)
        assert db.session.get_one(Invitation, key).state == InvitationState.ANSWERED
        assert db.session.query(Draft).count() == db.session.query(Envelope).count() == 0


def test_the_link_leads_to_a_clean_address_and_a_get_uses_nothing_up(
    app: Flask, client: StrictClient, work: Work, invited: Way
) -> None:
    key, survey = invited
    for method in ("HEAD", "GET", "GET"):
        found = client.open(link(app, key), method=method)
        assert (found.status_code, found.headers["Location"]) == (303, f"/svara/{survey}/")
        assert "HttpOnly" in found.headers["Set-Cookie"]
    assert "Vem frågar" in client.get(f"/svara/{survey}/").text
    with work() as session:
        assert session.get_one(Invitation, key).state == InvitationState.OPEN
        assert session.query(Draft).count() == 0


def test_another_device_goes_on_where_the_first_stopped(app: Flask, client: StrictClient, invited: Way) -> None:
    key, survey = invited
    client.get(link(app, key))
    assert post(client, f"/svara/{survey}/fraga/1", usual="bus").headers["Location"] == f"/svara/{survey}/fraga/3"
    other = StrictClient(app)
    assert other.get(link(app, key)).headers["Location"] == f"/svara/{survey}/fraga/3?fortsatt=1"
    assert "Du fortsätter där du slutade" in other.get(f"/svara/{survey}/fraga/3?fortsatt=1").text
