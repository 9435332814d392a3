"""Pages left blank: a person may pass over a voluntary question, a scanner that sends them all leaves no trace."""

from surveys.models import Draft, Envelope
from tests.answerers import BODY, link, open_survey, post

VOLUNTARY = BODY | {"questions": [BODY["questions"][2] | {"name": f"safe{n}"} for n in (1, 2, 3)]}


def opened(app, work, client) -> str:
    """A survey of three voluntary questions, its link opened; gives the beginning of its addresses."""
    with work() as session:
        invitation = open_survey(session, app, VOLUNTARY)[0]
        key, survey = invitation.key, invitation.survey_id
    client.get(link(app, key))
    return f"/svara/{survey}"


def kept(work) -> tuple[int, int]:
    with work() as session:
        return session.query(Draft).count(), session.query(Envelope).count()


def test_pages_sent_in_blank_lead_on_and_are_not_kept(app, work, client):
    base = opened(app, work, client)
    assert [post(client, f"{base}/fraga/{n}").location for n in (1, 2, 3)] == [
        f"{base}/fraga/2",
        f"{base}/fraga/3",
        f"{base}/granska",
    ]
    assert kept(work) == (0, 0)


def test_a_survey_in_which_nothing_is_answered_is_not_taken(app, work, client):
    base = opened(app, work, client)
    answer = post(client, f"{base}/skicka", client.get(f"{base}/granska"))
    assert answer.status_code == 200
    assert "Fel:" in answer.text
    assert kept(work) == (0, 0)


def test_what_was_passed_over_is_not_asked_again_after_the_first_answer(app, work, client):
    base = opened(app, work, client)
    for number, values in ((1, {}), (2, {}), (3, {"safe3": "yes"})):
        post(client, f"{base}/fraga/{number}", **values)
    assert client.get(f"{base}/granska").status_code == 200
    assert post(client, f"{base}/skicka", client.get(f"{base}/granska")).location == f"{base}/tack"
    assert kept(work) == (0, 1)


def test_taking_back_the_only_answer_leaves_nothing(app, work, client):
    base = opened(app, work, client)
    post(client, f"{base}/fraga/1", safe1="yes")
    assert kept(work) == (1, 0)
    post(client, f"{base}/fraga/1", clear="safe1")
    assert kept(work) == (0, 0)
