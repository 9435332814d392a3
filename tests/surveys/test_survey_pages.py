"""A survey's way from a file to published results, as the process leader walks it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from surveys.models import Dialogue, Survey, SurveyState
from tests import factories
from tests.conftest import Work
from tests.strict import StrictClient

FRITID = Path("surveys/examples/fritid.yaml").read_bytes()
SignIn = Callable[[str], StrictClient]


def upload(client: StrictClient, data: bytes, name: str = "fritid.yaml", address: str = "/enkater/ny"):
    return client.post(address, data={"file": (io.BytesIO(data), name), "dialogue_id": ""}, follow_redirects=True)


@pytest.fixture
def settings() -> dict[str, object]:
    return {"WTF_CSRF_ENABLED": False}


def test_a_file_becomes_a_survey_in_draft_whose_page_says_what_is_missing(sign_in: SignIn) -> None:
    page = upload(sign_in("Siv"), FRITID)
    assert "Din fritid i kommunen" in page.text
    assert "Enkäten hör inte till någon dialog" in page.text
    assert "Sista dag att svara saknas" in page.text


def test_a_survey_cannot_open_before_all_is_said_and_nothing_changes(sign_in: SignIn, work: Work) -> None:
    siv = sign_in("Siv")
    upload(siv, FRITID)
    page = siv.post("/enkater/1/oppna", follow_redirects=True)
    assert "Enkäten kan inte öppnas än" in page.text
    with work() as session:
        assert session.get_one(Survey, 1).state == SurveyState.DRAFT


def test_a_survey_opens_closes_and_is_published_each_once(sign_in: SignIn, work: Work) -> None:
    siv = sign_in("Siv")
    upload(siv, FRITID)
    with work() as session:
        factories.dialogue(session)
    siv.post("/enkater/1/andra", data={"dialogue_id": "1", "closes": "2099-01-15", "sensitive": "no"})
    for door, state in (("oppna", "open"), ("stang", "closed"), ("publicera", "published")):
        siv.post(f"/enkater/1/{door}")
        with work() as session:
            assert session.get_one(Survey, 1).state == state
    assert "öppnas en gång" in siv.post("/enkater/1/oppna", follow_redirects=True).text


def test_an_open_survey_keeps_its_questions(sign_in: SignIn, work: Work) -> None:
    siv = sign_in("Siv")
    upload(siv, FRITID)
    with work() as session:
        session.get_one(Survey, 1).state = SurveyState.OPEN
    assert "kan inte ändras" in upload(siv, FRITID, address="/enkater/1/fragor").text
    with work() as session:
        assert len(session.get_one(Survey, 1).versions) == 1


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"!!python/object/apply:os.system [ls]", b"a: 1\n", b"<script>alert(1)</script>", b"%PDF-1.4"]
)
def test_a_file_that_is_no_questionnaire_is_refused_in_words_at_its_field(sign_in: SignIn, work: Work, data: bytes) -> None:
    page = upload(sign_in("Siv"), data, "fil.yaml")
    assert page.status_code == 200
    assert 'id="file-error"' in page.text
    with work() as session:
        assert session.scalars(select(Survey)).all() == []


def test_every_page_of_a_survey_and_its_dialogue_can_be_read(sign_in: SignIn, work: Work, client: StrictClient) -> None:
    siv = sign_in("Siv")
    upload(siv, FRITID)
    with work() as session:
        factories.dialogue(session, special_law="pbl-detailed")
        session.get_one(Survey, 1).dialogue_id = 1
    for address in (
        "/enkater/",
        "/enkater/1",
        "/enkater/1/andra",
        "/enkater/1/granska",
        "/enkater/1/fragor",
        "/enkater/1/bild",
        "/enkater/1/fragor.yaml",
        "/dialogarbete/",
        "/dialogarbete/1",
        "/dialogarbete/1/andra",
        "/dialogarbete/1/aterkoppling",
        "/dialogarbete/ny",
    ):
        assert siv.get(address).status_code == 200, address
    assert client.get("/dialoger/resor").status_code == 404


def test_a_dialogue_can_be_begun_with_a_title_and_filled_in_later(sign_in: SignIn, work: Work) -> None:
    siv = sign_in("Siv")
    siv.post("/dialogarbete/ny", data={"title": "Var ska biblioteket ligga?"})
    siv.post(
        "/dialogarbete/1/andra", data={"title": "Var ska biblioteket ligga?", "can_be_influenced": "yes", "ends": "2027-05-01"}
    )
    with work() as session:
        dialogue = session.get_one(Dialogue, 1)
        assert (dialogue.can_be_influenced, str(dialogue.ends), dialogue.teaches) == (True, "2027-05-01", None)


def test_a_title_is_needed_and_what_was_written_is_kept(sign_in: SignIn) -> None:
    page = sign_in("Siv").post("/dialogarbete/ny", data={"title": "", "purpose": "Vi vill veta."})
    assert "Skriv en rubrik" in page.text
    assert "Vi vill veta." in page.text


def test_the_public_sees_a_dialogue_once_its_survey_has_been_open(sign_in: SignIn, work: Work, client: StrictClient) -> None:
    upload(sign_in("Siv"), FRITID)
    with work() as session:
        factories.dialogue(session)
        survey = session.get_one(Survey, 1)
        survey.dialogue_id, survey.state, survey.closes = 1, SurveyState.OPEN, factories.date(2099, 1, 1)
    page = client.get("/dialoger/resor").text
    assert "Du väljer mellan färdiga förslag" in page
    assert "Priset, som regionen bestämmer" in page
    assert "Hur vill du resa?" in client.get("/dialoger/").text
