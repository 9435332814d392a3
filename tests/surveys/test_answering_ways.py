"""Ways through the pages: back, on, away and back again, changes from the review, another language."""


from flask import Flask

from surveys import envelopes
from surveys.db import db
from surveys.models import Response, Survey, SurveyState
from tests.answerers import Way, go, link, post, sent_in
from tests.conftest import Work
from tests.strict import StrictClient


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
