"""An official sees everybody before anything is sent, and follows how it goes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from panel.models import Event, Member, Message, OutboxText, Selection
from surveys.models import Invitation, SurveyState
from tests import factories
from tests.conftest import Work
from tests.panel import sending
from tests.strict import StrictClient

SignIn = Callable[[str], StrictClient]


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"WTF_CSRF_ENABLED": False}


@pytest.fixture
def survey(work: Work) -> int:
    with work() as session:
        sending.panel(session, 60)
        return sending.open_survey(session).id


def count(work: Work, table: type) -> int:
    with work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def choose(client: StrictClient, survey: int, **form: object) -> str:
    answer = client.post(f"/utskick/{survey}", data={"who": "all", "seed": "7"} | form)
    assert answer.status_code == 302, answer.text
    return answer.location


def test_the_whole_way_from_choice_to_status(app: Flask, work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    assert "60" in siv.get(f"/utskick/{survey}").text
    place = choose(siv, survey)
    listed = siv.get(place).text
    assert "m0@example.se" in listed
    assert count(work, Message) == 0
    words = siv.get(place + "/texter").text
    assert "{länk}" in words
    assert siv.get(place + "/skicka").status_code == 200
    assert count(work, Message) == 0
    assert "60 utskick" in siv.post(place + "/skicka", follow_redirects=True).text
    assert count(work, Message) == count(work, Invitation) == 60
    sending.deliver(app)
    status = siv.get(f"/utskick/{survey}").text
    assert "Svarsfrekvens" in status
    assert "Offerdal" in status


def test_a_draft_survey_can_not_be_sent_and_the_page_leads_to_opening_it(work: Work, survey: int, sign_in: SignIn) -> None:
    with work() as session:
        key = factories.survey(session, sending.BODY, factories.dialogue(session, "utkast")).id
    siv = sign_in("Siv")
    assert f"/enkater/{key}" in siv.get(f"/utskick/{key}").text
    answer = siv.post(f"/utskick/{key}", data={"who": "all", "seed": "1"})
    assert answer.status_code == 422
    assert count(work, Selection) == 0


def test_a_protected_person_is_counted_and_never_listed(work: Work, survey: int, sign_in: SignIn) -> None:
    with work() as session:
        one = session.scalar(select(Member).where(Member.email == "m3@example.se"))
        assert one
        one.protected = True
    siv = sign_in("Siv")
    place = choose(siv, survey)
    pages = siv.get(place).text + siv.get(place + "?sida=2").text
    assert "m4@example.se" in pages
    assert "m3@example.se" not in pages
    assert "skyddad identitet" in pages


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"who": ""}, "Välj vilka"),
        ({"who": "sample"}, "hur många"),
        ({"who": "sample", "size": "61"}, "bara 60"),
        ({"who": "sample", "size": "0"}, "minst en"),
        ({"who": "sample", "size": "många"}, "siffror"),
        ({"who": "sample", "size": "9", "stratify": "email"}, "alternativen"),
        ({"who": "sample", "size": "9", "seed": "99999999999"}, "0 till"),
    ],
)
def test_a_choice_that_can_not_be_made_is_told(survey: int, sign_in: SignIn, form: dict[str, str], told: str) -> None:
    answer = sign_in("Siv").post(f"/utskick/{survey}", data={"seed": "1"} | form)
    assert answer.status_code == 422
    assert told in answer.text


def test_the_same_seed_draws_the_same_people_again(work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    for _again in range(2):
        choose(siv, survey, who="sample", size="12", stratify="district")
    with work() as session:
        first, second = session.scalars(select(Selection.members))
    assert first == second
    assert len(first) == 12


def test_an_officials_text_is_kept_only_if_it_can_be_sent(work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    place = choose(siv, survey)
    form = {"sv-subject": "Hej {titel}", "sv-body": "Svara här", "en-subject": "Hi", "en-body": "Go {länk}"}
    answer = siv.post(place + "/texter", data=form)
    assert answer.status_code == 422
    assert "{länk}" in answer.text
    assert count(work, OutboxText) == 0
    assert siv.post(place + "/texter", data=form | {"sv-body": "<b>Svara</b>\n\n{länk}"}).status_code == 302
    preview = siv.get(place + "/skicka").text
    assert "&lt;b&gt;Svara" in preview
    assert "Hej Hur vill du resa?" in preview


def test_sending_is_in_the_audit_log_with_who_and_how_many(work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    siv.post(choose(siv, survey) + "/skicka")
    with work() as session:
        event = session.scalars(select(Event).where(Event.action == "sent")).one()
        assert event.actor.startswith("staff:")
        assert event.detail == {"survey": survey, "reminder": None, "count": 60}


def test_pressing_send_twice_sends_once(work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    place = choose(siv, survey)
    siv.post(place + "/skicka")
    again = siv.post(place + "/skicka", follow_redirects=True)
    assert "redan" in again.text
    assert count(work, Message) == 60


def test_sending_asks_for_the_password_again_after_a_while(work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    place = choose(siv, survey)
    with siv.session_transaction() as cookie:
        cookie["fs_paa"] = cookie["fs_paa"] - 3600
    assert "/bekrafta-losenord" in siv.post(place + "/skicka").location
    assert count(work, Message) == 0


def test_a_closed_survey_sends_nothing(work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    place = choose(siv, survey)
    with work() as session:
        from surveys.models import Survey

        session.get_one(Survey, survey).state = SurveyState.CLOSED
    assert "stängd" in siv.post(place + "/skicka", follow_redirects=True).text
    assert count(work, Message) == 0


def test_a_selection_of_another_survey_is_not_found(work: Work, survey: int, sign_in: SignIn) -> None:
    with work() as session:
        other = factories.survey(session, sending.BODY, factories.dialogue(session, "annan"), state=SurveyState.OPEN).id
    siv = sign_in("Siv")
    place = choose(siv, survey)
    for path in ("", "/texter", "/skicka"):
        assert siv.get(place.replace(f"/utskick/{survey}", f"/utskick/{other}") + path).status_code == 404


def test_stopping_and_going_on_sends_to_each_once(app: Flask, work: Work, survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    siv.post(choose(siv, survey) + "/skicka")
    assert "60 utskick" in siv.post(f"/utskick/{survey}/stoppa/0", follow_redirects=True).text
    assert sending.deliver(app) == []
    assert "stoppat" in siv.get(f"/utskick/{survey}").text
    siv.post(f"/utskick/{survey}/fortsatt/0")
    assert len(sending.deliver(app)) == 60


HUGE = 10**20


@pytest.mark.parametrize(
    "path",
    ["/utskick/{huge}", "/utskick/1/urval/{huge}", "/utskick/1/urval/{huge}/skicka", "/utskick/ett", "/utskick/-1", "/utskick/2",
     "/utskick/1/urval/0/texter"],
)  # fmt: skip
def test_an_address_with_a_number_that_there_is_not_is_not_found(survey: int, sign_in: SignIn, path: str) -> None:
    assert sign_in("Siv").get(path.format(huge=HUGE)).status_code == 404


def test_pages_of_the_list_that_there_are_not_are_not_found(survey: int, sign_in: SignIn) -> None:
    siv = sign_in("Siv")
    place = choose(siv, survey)
    assert siv.get(f"{place}?sida={HUGE}").status_code == 404
    assert siv.get(f"{place}?sida=3").status_code == 404
    assert siv.get(f"{place}?sida=-1").status_code == 200
    assert siv.get(f"{place}?sida=två").status_code == 200


@pytest.mark.parametrize("text", ["{länk} \U0001f600", "{länk}\n\n" + "å" * 9_000, "{länk} {{ config }} {% x %}"])
def test_any_honest_text_can_be_written_and_looked_at(survey: int, sign_in: SignIn, text: str) -> None:
    siv = sign_in("Siv")
    place = choose(siv, survey)
    form = {"sv-subject": "Hej \U0001f600", "sv-body": text, "en-subject": "Hi", "en-body": "{länk}"}
    answer = siv.post(place + "/texter", data=form)
    if "{{" in text:
        assert answer.status_code == 422
        return
    assert answer.status_code == 302
    assert siv.get(place + "/skicka").status_code == 200


def test_a_list_of_invitations_leads_to_each_survey(survey: int, sign_in: SignIn) -> None:
    assert f"/utskick/{survey}" in sign_in("Siv").get("/utskick/").text


@pytest.mark.parametrize("name", ["Ylva", "Per", "Åke", "Främling"])
def test_nobody_but_a_process_leader_sends(survey: int, sign_in: SignIn, name: str) -> None:
    client = sign_in(name)
    assert client.get(f"/utskick/{survey}").status_code == 403
    assert client.post(f"/utskick/{survey}", data={"who": "all"}).status_code == 403
