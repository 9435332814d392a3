"""Answers and links that are refused: what stands in the way is said, and nothing is lost or mixed up."""


import pytest
from flask import Flask

from surveys import invitations
from surveys.models import Survey, SurveyState
from tests.answerers import Way, go, link, open_survey, post, sent_in
from tests.conftest import Work
from tests.strict import StrictClient


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
