"""Answering: the link, the pages, the review, sending in once."""

from datetime import date

from flask import Flask

from surveys import envelopes, pictures
from surveys.db import db
from surveys.models import Draft, Envelope, Epoch, Invitation, InvitationState, Response, Survey, SurveyState
from tests import factories
from tests.answerers import ANSWERS, BODY, Way, go, link, open_survey, post, sent_in, walk
from tests.conftest import Work
from tests.strict import StrictClient


def test_a_member_answers_from_link_to_thanks(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    key, survey = invited
    sent = walk(client, app, key, survey, ANSWERS)
    assert sent.headers["Location"] == f"/svara/{survey}/tack"
    assert "Nämnden läser svaren i mars." in client.get(sent.headers["Location"]).text
    with work() as session:
        session.get_one(Survey, survey).state = SurveyState.CLOSED
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


def test_a_double_click_sends_in_once(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    base = go(client, app, invited, 1, 3, 4)
    page = client.get(f"{base}/granska")
    assert post(client, f"{base}/skicka", page).status_code == 303
    again = post(client, f"{base}/skicka", page)
    assert (again.status_code, "Dina svar är redan inskickade" in again.text) == (200, True)
    assert sent_in(work) == (1, 1, 0)


def test_back_after_sending_leads_to_a_page_that_says_so(
    app: Flask, client: StrictClient, work: Work, invited: Way
) -> None:
    base = go(client, app, invited, 1, 3, 4)
    page = client.get(f"{base}/fraga/4")
    post(client, f"{base}/skicka", client.get(f"{base}/granska"))
    for address in ("/", "/fraga/1", "/granska", "/sparat"):
        assert "Dina svar är redan inskickade" in client.get(base + address).text
    assert "Dina svar är redan inskickade" in post(client, f"{base}/fraga/4", page, wish="Nej, vänta").text
    assert client.get(link(app, invited[0]), follow_redirects=True).text.count("redan inskickade")
    assert sent_in(work) == (1, 1, 0)


def test_two_tabs_keep_each_others_answers(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1)
    third, fourth = client.get(f"{base}/fraga/3"), client.get(f"{base}/fraga/4")
    post(client, f"{base}/fraga/4", fourth, wish="Fler bänkar")
    post(client, f"{base}/fraga/3", third, safe="no")
    review = client.get(f"{base}/granska").text
    assert "Fler bänkar" in review
    assert "Nej" in review


def test_two_surveys_in_two_tabs_do_not_mix(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    with work() as session:
        second = open_survey(session, app, of=factories.dialogue(session, "annan"))[0]
        other = (second.key, second.survey_id)
    first_base, other_base = go(client, app, invited, 1), go(client, app, other, 1, 3)
    assert post(client, f"{first_base}/fraga/3", safe="no").status_code == 303
    assert "Nej" not in client.get(f"{other_base}/fraga/4").text
    post(client, f"{other_base}/fraga/4", wish="")
    assert post(client, f"{other_base}/skicka", client.get(f"{other_base}/granska")).status_code == 303
    assert client.get(f"{first_base}/fraga/4").status_code == 200


def test_without_a_key_nothing_is_taken_and_nothing_lost(
    app: Flask, client: StrictClient, work: Work, invited: Way
) -> None:
    base = go(client, app, invited, 1, 3, 4)
    with work() as session:
        session.query(Epoch).delete()
    found = post(client, f"{base}/skicka", client.get(f"{base}/granska"))
    assert (found.status_code, "Allt du har svarat är sparat" in found.text) == (503, True)
    assert sent_in(work) == (0, 0, 1)
    assert "Fler turer" in client.get(f"{base}/granska").text


def test_a_matter_under_special_law_says_so_first(app: Flask, client: StrictClient, work: Work) -> None:
    law = {"special_law": "pbl-detailed", "statutory_from": date(2026, 12, 1), "statutory_to": date(2027, 1, 4)}
    with work() as session:
        about = factories.dialogue(session, **law, statutory_how="Skriv till kommunen, plan@example.se.")
        invited = open_survey(session, app, of=about)[0]
        key = invited.key
    page = client.get(link(app, key), follow_redirects=True).text
    assert "räknas inte som synpunkter" in page
    assert "1 december 2026 till 4 januari 2027. Skriv till kommunen" in page


def test_questions_grouped_on_a_page_are_answered_together(app: Flask, client: StrictClient, work: Work) -> None:
    asked = BODY["questions"]
    with work() as session:
        body = {**BODY, "pages": [{"questions": [asked[0], asked[2]]}, {"questions": [asked[3]]}]}
        del body["questions"]
        invited = open_survey(session, app, body)[0]
        way = (invited.key, invited.survey_id)
    base = go(client, app, way)
    refused = post(client, f"{base}/fraga/1", safe="yes")
    assert "<title>Fel: " in refused.text
    assert "Hur reser du oftast? – Välj ett svar" in refused.text
    assert 'value="yes" checked' in refused.text
    assert post(client, f"{base}/fraga/1", usual="bus", safe="yes").headers["Location"] == f"{base}/fraga/2"


def test_a_picture_is_shown_to_those_who_are_asked(app: Flask, client: StrictClient, work: Work) -> None:
    body = {**BODY, "questions": [{**BODY["questions"][2], "image": {"file": "karta.png", "alt": {"sv": "Karta"}}}]}
    with work() as session:
        invited = open_survey(session, app, body)[0]
        key, survey = invited.key, invited.survey_id
        pictures.add(session, session.get_one(Survey, survey), "karta.png", b"\x89PNG\r\n\x1a\n")
    address = f"/svara/{survey}/bild/karta.png"
    assert client.get(address).status_code == 403
    base = go(client, app, (key, survey))
    assert f'<img src="{address}" alt="Karta"' in client.get(f"{base}/fraga/1").text
    assert client.get(address).mimetype == "image/png"
    assert client.get(f"{base}/bild/annan.png").status_code == 404
