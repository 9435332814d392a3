"""Answering: the link, the pages, the review, sending in once."""

from datetime import date

import pytest
from flask import Flask

from surveys import envelopes, invitations, pictures
from surveys.db import db
from surveys.models import Draft, Envelope, Epoch, Invitation, InvitationState, Response, Survey, SurveyState
from tests import factories
from tests.answerers import BODY, link, open_survey, post, walk
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


def go(client: StrictClient, app: Flask, invited: Way, *pages: int) -> str:
    """Open the link and answer these pages; gives the address that all pages of the survey begin with."""
    client.get(link(app, invited[0]))
    for number in pages:
        post(client, f"/svara/{invited[1]}/fraga/{number}", **ANSWERS[number])
    return f"/svara/{invited[1]}"


def sent_in(work: Work) -> tuple[int, int, int]:
    """Envelopes, answered invitations and drafts."""
    with work() as session:
        answered = session.query(Invitation).filter_by(state=InvitationState.ANSWERED).count()
        return session.query(Envelope).count(), answered, session.query(Draft).count()


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


@pytest.mark.parametrize("token", ["A" * 43, "x", "12345", "%00", "å" * 43, "<script>alert(1)</script>", "a" * 999])
def test_a_garbled_link_has_its_page(client: StrictClient, token: str) -> None:
    found = client.get(f"/svara/{token}", follow_redirects=True)
    assert found.status_code in (403, 404)
    assert "länk" in found.text.lower()


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [("closed", 410, "Enkäten är stängd"), ("published", 410, "Enkäten är stängd"), ("draft", 200, "inte öppnat än")],
)
def test_a_survey_that_is_not_open_has_its_page(
    app: Flask, client: StrictClient, work: Work, invited: Way, state: str, status: int, words: str
) -> None:
    base = go(client, app, invited, 1, 3, 4)
    page = client.get(f"{base}/granska")
    with work() as session:
        session.get_one(Survey, invited[1]).state = SurveyState(state)
    for found in (client.get(f"{base}/fraga/3"), post(client, f"{base}/skicka", page)):
        assert (found.status_code, words in found.text) == (status, True)
    assert sent_in(work)[:2] == (0, 0)


def test_a_withdrawn_link_has_its_page(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    with work() as session:
        invitations.withdraw(session, "r0")
    found = client.get(link(app, invited[0]), follow_redirects=True)
    assert (found.status_code, "Inbjudan gäller inte längre" in found.text) == (410, True)


def test_a_device_without_the_link_is_told_to_open_it(app: Flask, client: StrictClient, invited: Way) -> None:
    for address in (f"/svara/{invited[1]}/", f"/svara/{invited[1]}/fraga/1", "/svara/999/granska"):
        found = client.get(address)
        assert (found.status_code, "Öppna länken i din inbjudan" in found.text) == (403, True)
    assert client.get("/svara/").status_code == 200


def test_a_very_long_answer_is_refused_and_not_lost(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    base, text = go(client, app, invited, 1, 3), "lång " * 20_000
    refused = post(client, f"{base}/fraga/4", wish=text)
    assert refused.status_code == 200
    assert "<title>Fel: " in refused.text
    assert text.strip() in refused.text
    other = StrictClient(app)
    address = other.get(link(app, invited[0])).headers["Location"]
    assert address == f"{base}/fraga/4?fortsatt=1"
    assert text.strip() in other.get(address).text
    assert post(other, f"{base}/skicka", other.get(address)).headers["Location"] == address
    assert post(other, f"{base}/fraga/4", wish="kort").headers["Location"] == f"{base}/granska"


def test_an_answer_of_more_than_two_megabytes_is_refused(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3)
    assert post(client, f"{base}/fraga/4", wish="x" * 3_000_000).status_code == 413
    assert client.get(f"{base}/fraga/4").status_code == 200


def test_a_code_that_is_not_offered_is_refused(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    base = go(client, app, invited)
    for hostile in ("plane", "<script>", "=HYPERLINK(1)", "'; DROP TABLE response; --", "\0"):
        found = post(client, f"{base}/fraga/1", usual=hostile)
        assert (found.status_code, "<title>Fel: " in found.text, "<script>" in found.text) == (200, True, False)


def test_what_a_member_writes_is_shown_as_text(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3)
    post(client, f"{base}/fraga/4", wish="<img src=x onerror=alert(1)>")
    assert "&lt;img src=x" in client.get(f"{base}/granska").text


def test_anothers_link_on_the_same_device_mixes_nothing(app: Flask, client: StrictClient, work: Work) -> None:
    with work() as session:
        mine, yours = ((one.key, one.survey_id) for one in open_survey(session, app, people=2))
    base = go(client, app, mine, 1)
    page = client.get(f"{base}/fraga/3")
    client.get(link(app, yours[0]))
    found = post(client, f"{base}/fraga/3", page, safe="no")
    assert (found.status_code, "En annan länk har öppnats" in found.text) == (409, True)
    assert client.get(link(app, yours[0])).headers["Location"] == f"{base}/"
    assert client.get(link(app, mine[0])).headers["Location"] == f"{base}/fraga/3?fortsatt=1"


def test_a_form_from_elsewhere_is_refused(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    base = go(client, app, invited, 1, 3, 4)
    for values in ({}, {"csrf_token": ""}, {"csrf_token": "å"}, {"csrf_token": "0" * 64}):
        assert client.post(f"{base}/skicka", data=values).status_code == 409
    assert sent_in(work)[:2] == (0, 0)


def test_a_voluntary_choice_can_be_taken_back(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3)
    assert "checked" in client.get(f"{base}/fraga/3").text
    assert post(client, f"{base}/fraga/3", safe="yes", clear="safe").headers["Location"] == f"{base}/fraga/3"
    page = client.get(f"{base}/fraga/3")
    assert "checked" not in page.text
    assert post(client, f"{base}/fraga/3", page).headers["Location"] == f"{base}/fraga/4"


def test_save_for_later_keeps_the_page_and_says_how_to_go_on(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1)
    assert post(client, f"{base}/fraga/3", safe="no", later="1").headers["Location"] == f"{base}/sparat"
    assert "Dina svar är sparade" in client.get(f"{base}/sparat").text
    assert client.get(link(app, invited[0])).headers["Location"] == f"{base}/fraga/4?fortsatt=1"


def test_back_keeps_what_stands_on_the_page(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3)
    assert post(client, f"{base}/fraga/4", wish="x" * 501, back="1").headers["Location"] == f"{base}/fraga/3"
    assert "x" * 501 in client.get(f"{base}/fraga/4").text
    assert post(client, f"{base}/fraga/1", usual="bus", back="1").headers["Location"] == f"{base}/"


def test_a_page_is_kept_while_it_is_filled_in(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3)
    page = client.get(f"{base}/fraga/4")
    assert post(client, f"{base}/spara/4", page, wish="Halvvägs").status_code == 204
    other = StrictClient(app)
    assert other.get(link(app, invited[0])).headers["Location"] == f"{base}/fraga/4?fortsatt=1"
    assert "Halvvägs" in other.get(f"{base}/fraga/4").text


def test_an_answer_given_before_is_changed_while_it_is_filled_in(
    app: Flask, client: StrictClient, invited: Way
) -> None:
    base = go(client, app, invited, 1, 3, 4)
    post(client, f"{base}/spara/4", client.get(f"{base}/fraga/4"), wish="Ändrat")
    assert "Ändrat" in client.get(f"{base}/granska").text


def test_another_language_keeps_place_and_answers(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3)
    page = client.get(f"{base}/fraga/3?lang=en").text
    assert "Do you feel safe on the way?" in page
    assert "checked" in page
    post(client, f"{base}/fraga/4", wish="More benches")
    assert "On foot" not in client.get(f"{base}/granska").text
    assert "By bus" in client.get(f"{base}/granska").text


def test_a_change_goes_back_to_the_review(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3, 4)
    change = f"{base}/fraga/3?fran=granska"
    assert change in client.get(f"{base}/granska").text
    assert post(client, change, safe="no").headers["Location"] == f"{base}/granska"


def test_a_change_that_opens_a_question_leads_to_it(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1, 3, 4)
    assert post(client, f"{base}/fraga/1?fran=granska", usual="car").headers["Location"] == f"{base}/fraga/2"


def test_answers_to_questions_no_longer_asked_are_not_sent(
    app: Flask, client: StrictClient, work: Work, invited: Way
) -> None:
    base = go(client, app, invited)
    post(client, f"{base}/fraga/1", usual="car")
    post(client, f"{base}/fraga/2", why_car="slow")
    post(client, f"{base}/fraga/1", usual="walk")
    post(client, f"{base}/fraga/3")
    post(client, f"{base}/fraga/4")
    post(client, f"{base}/skicka", client.get(f"{base}/granska"))
    with work() as session:
        session.get_one(Survey, invited[1]).state = SurveyState.CLOSED
    with app.app_context():
        envelopes.work_round(app.config["KEY_DIR"])
        assert db.session.query(Response).one().answers == {"usual": "walk"}


def test_a_page_that_is_not_asked_leads_to_one_that_is(app: Flask, client: StrictClient, invited: Way) -> None:
    base = go(client, app, invited, 1)
    for number in (2, 0, 99):
        assert client.get(f"{base}/fraga/{number}").headers["Location"] == f"{base}/fraga/3?fortsatt=1"


def test_nothing_is_sent_before_all_has_been_seen(app: Flask, client: StrictClient, work: Work, invited: Way) -> None:
    base = go(client, app, invited, 1)
    assert client.get(f"{base}/granska").headers["Location"] == f"{base}/fraga/3?fortsatt=1"
    sent = post(client, f"{base}/skicka", client.get(f"{base}/fraga/3"))
    assert sent.headers["Location"] == f"{base}/fraga/3?fortsatt=1"
    assert sent_in(work)[:2] == (0, 0)


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
