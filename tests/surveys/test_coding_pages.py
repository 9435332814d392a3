"""The pages of open answers: find, name, sort, release; for analysts only."""

import csv
import io
import random
import re
from collections.abc import Callable

import pytest

from panel.models import Role, Staff
from surveys.models import Coding, Quote, Response, SurveyState, Theme
from tests import factories
from tests.analysis.test_text import BUS, SCHOOL
from tests.conftest import Work
from tests.strict import StrictClient
from tests.surveys.test_coding import BODY

SignIn = Callable[[str], StrictClient]


@pytest.fixture
def settings() -> dict[str, object]:
    return {"WTF_CSRF_ENABLED": False}


@pytest.fixture
def survey(work: Work) -> int:
    with work() as session:
        made = factories.survey(session, BODY, state=SurveyState.CLOSED, districts={"as": "Ås"})
        said = [*BUS * 6, *SCHOOL * 6]
        random.Random(3).shuffle(said)
        given = {"survey_id": made.id, "version": 1, "language": "sv", "age_group": "", "district": ""}
        session.add_all(Response(id=f"{n:032x}", answers={"more": words}, **given) for n, words in enumerate(said))
        return made.id


def test_an_analyst_finds_names_sorts_and_releases(sign_in: SignIn, work: Work, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    assert "Inga teman än" in ylva.get(home).text
    page = ylva.post(f"{home}/hitta", follow_redirects=True).text
    numbers = re.findall(rf"{home}/tema/(\d+)", page)
    assert len(set(numbers)) == 2
    theme = f"{home}/tema/{numbers[0]}"
    assert "30 svar" in ylva.get(theme).text
    ylva.post(theme, data={"name": "Bussar på kvällen", "description": ""})
    assert "Bussar på kvällen" in ylva.get(home).text
    sorting = ylva.get(f"{home}/sortera").text
    assert sorting.count("<fieldset") == 20
    shown = dict(re.findall(r'name="(shown-\d+)" value="([0-9a-f]+)"', sorting))
    data = shown | {"page": 1, "total": 3} | {f"themes-{key}": numbers[0] for key in shown.values()}
    assert ylva.post(f"{home}/sortera", data=data).location == f"{home}/sortera?sida=2"
    ylva.post(f"{theme}/citat", data={"text": "Kvällsbuss saknas i hela byn"})
    with work() as session:
        assert [quote.text for quote in session.query(Quote)] == ["Kvällsbuss saknas i hela byn"]
        assert session.get_one(Theme, int(numbers[0])).name == "Bussar på kvällen"
    assert "Kvällsbuss saknas i hela byn" in ylva.get(home).text


def test_themes_are_saved_with_no_more_than_the_report_tells(sign_in: SignIn, work: Work, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    page = ylva.post(f"{home}/hitta", follow_redirects=True).text
    number = re.findall(rf"{home}/tema/(\d+)", page)[0]
    ylva.post(f"{home}/tema/{number}", data={"name": "=Bussar", "description": "På kvällen"})
    ylva.post(f"{home}/tema/{number}/citat", data={"text": "Turer saknas sent i hela byn"})
    ylva.post(f"{home}/tema", data={"name": "Tåg"})
    assert f'href="{home}.csv"' in ylva.get(home).text
    rows = list(csv.reader(io.StringIO(ylva.get(f"{home}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert ["'=Bussar", "På kvällen", "30", "Turer saknas sent i hela byn"] in rows
    assert ["Tåg", "", "Färre än fem svar", ""] in rows
    assert not [words for words in (*BUS, *SCHOOL) if words in str(rows)]


def test_buttons_of_quotes_say_which(sign_in: SignIn, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    page = ylva.post(f"{home}/hitta", follow_redirects=True).text
    theme = re.search(rf"{home}/tema/\d+", page).group()  # type: ignore[union-attr]
    buttons = re.findall(r"<button[^>]*>(Godkänn det här citatet.*?)</button>", ylva.get(theme).text)
    assert len(buttons) > 1
    assert len(set(buttons)) == len(buttons)


def test_a_quote_with_a_name_is_refused_and_kept_in_the_form(sign_in: SignIn, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    page = ylva.post(f"{home}/tema", data={"name": "Grannar"}, follow_redirects=True).text
    theme = re.search(rf"{home}/tema/\d+", page).group()  # type: ignore[union-attr]
    refused = ylva.post(f"{theme}/citat", data={"text": "Kalle Bengtsson bor bredvid"}).text
    assert "ser ut som ett namn" in refused
    assert "Kalle Bengtsson bor bredvid" in refused


def test_themes_are_put_together_and_quotes_taken_back(sign_in: SignIn, work: Work, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    page = ylva.post(f"{home}/hitta", follow_redirects=True).text
    first, second = sorted(set(re.findall(rf"{home}/tema/(\d+)", page)))
    ylva.post(f"{home}/tema/{first}/citat", data={"text": "en buss till tack"})
    ylva.post(f"{home}/tema/{first}/ihop", data={"into": second})
    assert f"{home}/tema/{first}" not in ylva.get(home).text
    assert "en buss till tack" in ylva.get(f"{home}/tema/{second}").text
    ylva.post(f"{home}/tema/{second}/citat/1/ta-bort")
    with work() as session:
        assert session.query(Quote).count() == 0
    assert ylva.get(f"{home}/tema/{first}").status_code == 404


def test_two_people_sort_alone_see_how_well_they_agree_and_settle_the_rest(sign_in: SignIn, work: Work, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    page = ylva.post(f"{home}/hitta", follow_redirects=True).text
    first, second = sorted(set(re.findall(rf"{home}/tema/(\d+)", page)))
    sent = dict(re.findall(r'name="(shown-\d+)" value="([0-9a-f]+)"', ylva.get(f"{home}/sortera").text))
    shown = [*sent.values()]
    ylva.post(f"{home}/sortera", data=sent | {"page": 1, "total": 1} | {f"themes-{key}": first for key in shown})
    assert "När två personer har sorterat samma svar" in ylva.get(home).text
    other = another_analyst(sign_in, work)
    ticked = re.findall(rf'name="themes-{shown[0]}" value="(\d+)" checked', other.get(f"{home}/sortera").text)
    assert ticked == machine(work, shown[0])
    said = {f"themes-{key}": first for key in shown[:14]} | {f"themes-{key}": second for key in shown[14:19]}
    other.post(f"{home}/sortera", data=sent | {"page": 1, "total": 1} | said)
    page = ylva.get(home).text
    assert "20 svar är sorterade av två personer eller fler. De är för lite överens." in page
    assert "Avgör 6 svar som har sorterats olika" in page
    settling = ylva.get(f"{home}/skillnader").text
    assert settling.count("<fieldset") == 6
    assert settling.count("inget av temana") == 1
    for key in shown[14:]:
        assert ylva.post(f"{home}/skillnader", data={"answer": key, "themes": second}).location == f"{home}/skillnader"
    assert "0 svar är kvar att avgöra" in ylva.get(f"{home}/skillnader").text
    assert "som har sorterats olika" not in ylva.get(home).text
    theme = ylva.get(f"{home}/tema/{second}").text
    assert all(text in theme for text in texts(work, shown[14:]))


def another_analyst(sign_in: SignIn, work: Work) -> StrictClient:
    """A second person who may read open answers."""
    client = sign_in("Per")
    with work() as session:
        session.query(Staff).filter(Staff.name == "Per").one().roles = session.query(Role).filter(Role.name == "analytiker").all()
    return client


def machine(work: Work, answer: str) -> list[str]:
    with work() as session:
        return [str(one.theme_id) for one in session.query(Coding).filter_by(response_id=answer, coder="")]


def texts(work: Work, answers: list[str]) -> list[str]:
    with work() as session:
        return [session.get_one(Response, key).answers["more"] for key in answers]


def test_an_answer_that_was_not_sorted_differently_can_not_be_settled(sign_in: SignIn, survey: int) -> None:
    ylva, address = sign_in("Ylva"), f"/oppna-svar/{survey}/more/skillnader"
    assert "Det finns inget att avgöra" in ylva.get(address).text
    assert ylva.post(address, data={"answer": f"{0:032x}"}).status_code == 404


def test_every_theme_leads_to_all_of_its_answers(sign_in: SignIn, work: Work, survey: int) -> None:
    ylva, home = sign_in("Ylva"), f"/oppna-svar/{survey}/more"
    page = ylva.post(f"{home}/hitta", follow_redirects=True).text
    for number in set(re.findall(rf"{home}/tema/(\d+)", page)):
        with work() as session:
            under = session.query(Coding).filter_by(theme_id=int(number)).all()
            said = [session.get_one(Response, one.response_id).answers["more"] for one in under]
        listed = re.search(r'id="answers".*?<ol[^>]*>(.*?)</ol>', ylva.get(f"{home}/tema/{number}").text, re.DOTALL)
        assert listed
        assert sorted(re.findall(r"<li>(.*?)</li>", listed.group(1))) == sorted(said)


@pytest.mark.parametrize("name", ["Siv", "Per", "Åke"])
def test_nobody_but_analysts_reads_open_answers(sign_in: SignIn, survey: int, name: str) -> None:
    assert sign_in(name).get(f"/oppna-svar/{survey}/more").status_code == 403


@pytest.mark.parametrize("address", ["/oppna-svar/1/nothing", "/oppna-svar/9/more", "/oppna-svar/1/more/tema/9"])
def test_an_address_that_leads_nowhere_is_said_so(sign_in: SignIn, survey: int, address: str) -> None:
    assert sign_in("Ylva").get(address).status_code == 404
