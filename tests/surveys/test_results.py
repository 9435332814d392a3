"""Results and the presidium's page: one number everywhere, nothing while the survey is open, three clicks to a file."""

import csv
import io
import json
import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.summary import lix
from panel.demo import answers
from surveys import drafting, formats
from surveys.models import Envelope, Invitation, InvitationState, Response, Survey, SurveyState
from tests import factories
from tests.conftest import Work
from tests.strict import StrictClient

SignIn = Callable[[str], StrictClient]
EXAMPLE = Path("surveys/examples/kollektivtrafik.yaml")
AGES = {"15-44": "15–44 år", "45-64": "45–64 år", "65+": "65 år och äldre"}
DISTRICTS = {"as": "Ås", "offerdal": "Offerdal", "krokom": "Krokom"}


@pytest.fixture
def settings() -> dict[str, object]:
    return {"WTF_CSRF_ENABLED": False}


@pytest.fixture
def survey(work: Work) -> int:
    """A closed survey of 180 invited, 150 of whom answered, with its answers in the response store."""
    rng = random.Random(7)
    with work() as session:
        body = formats.read(EXAMPLE.read_bytes(), EXAMPLE.name).questionnaire.to_json()
        made = factories.survey(
            session, body, age_groups=AGES, districts=DISTRICTS, state=SurveyState.CLOSED, closed_on=date(2026, 11, 1)
        )
        made.composition = {
            "recruited": {"self_chosen": 100, "random": 80},
            "population": {"age_group": {"15-44": 0.5, "45-64": 0.3, "65+": 0.2}},
        }
        questionnaire = drafting.questionnaire(made)
        for number in range(180):
            age, district = rng.choices(list(AGES), [2, 4, 3])[0], rng.choice(list(DISTRICTS))
            answered = number < 150
            state = InvitationState.ANSWERED if answered else InvitationState.OPEN
            bands = {"band_age_group": age, "band_district": district}
            session.add(
                Invitation(
                    key=f"{number:032x}",
                    survey_id=made.id,
                    reference=f"{number:032x}",
                    age_group=age,
                    district=district,
                    state=state,
                    **bands,
                )
            )
            if answered:
                said = answers.made_up(questionnaire, rng, "65-79" if age == "65+" else "30-44", DISTRICTS[district])
                session.add(
                    Response(
                        id=f"{rng.getrandbits(128):032x}",
                        survey_id=made.id,
                        version=1,
                        language="sv",
                        age_group=age,
                        district=district,
                        answers=said,
                    )
                )
        return made.id


def test_an_open_survey_shows_no_result_to_anybody(sign_in: SignIn, work: Work, survey: int) -> None:
    with work() as session:
        session.get_one(Survey, survey).state = SurveyState.OPEN
    for name in ("Siv", "Ylva", "Per"):
        for address in (
            f"/resultat/{survey}",
            f"/resultat/{survey}.csv",
            f"/presidiet/{survey}",
            f"/presidiet/{survey}.pdf",
            f"/resultat/{survey}/usual.svg",
        ):
            page = sign_in(name).get(address)
            assert page.status_code == 409
            assert "%" not in re.sub(r"<[^>]+>", "", page.text)


def test_a_survey_without_a_result_says_when_there_will_be_one(sign_in: SignIn, work: Work, survey: int) -> None:
    for state, said in ((SurveyState.OPEN, "sista dag att svara är 15 januari 2027"), (SurveyState.DRAFT, "inte öppnats än")):
        with work() as session:
            session.get_one(Survey, survey).state = state
        page = sign_in("Ylva").get(f"/resultat/{survey}").text
        assert said in page
        assert 'href="/resultat/"' in page


def test_surveys_of_one_title_are_told_apart_by_their_day(sign_in: SignIn, work: Work, survey: int) -> None:
    with work() as session:
        first = session.get_one(Survey, survey)
        factories.survey(session, first.current.body, first.dialogue, state=first.state, closed_on=date(2027, 11, 1))
    for address in ("/resultat/", "/presidiet/"):
        links = re.findall(r'<a class="govuk-link" href="[^"]*/\d+">(.*?)</a>', sign_in("Per").get(address).text)
        assert len(links) == len(set(links)) == 2


def test_the_largest_margin_is_the_largest_on_the_page(sign_in: SignIn, survey: int) -> None:
    page = sign_in("Ylva").get(f"/resultat/{survey}").text
    tile = re.search(r"<dt>Största felmarginal</dt><dd>±(\d+)", page)
    assert tile
    shares = [int(m) for m in re.findall(r'\d\N{NO-BREAK SPACE}% <span class="mp-margin">±(\d+)</span>', page)]
    assert int(tile.group(1)) == max(shares)


def test_every_question_has_its_small_chart_and_a_way_back_to_the_list(sign_in: SignIn, survey: int) -> None:
    page = sign_in("Ylva").get(f"/resultat/{survey}").text
    questions = page.count('<section class="mp-result"')
    assert page.count('href="#fragor"') == questions
    listed = re.findall(r'<li><a class="govuk-link" href="#(\w+)">[^<]*</a>(<svg class="mp-spark[^"]*")?', page)
    assert len(listed) == questions
    assert [name for name, small in listed if not small] == ["more"], "what is written has no chart"


def test_several_answers_are_no_parts_of_a_whole_in_the_small_chart(sign_in: SignIn, survey: int) -> None:
    page = sign_in("Ylva").get(f"/resultat/{survey}").text
    small = re.search(r'href="#why_car">[^<]*</a><svg [^>]*>(.*?)</svg>', page)
    assert small
    assert set(re.findall(r'<rect x="([^"]+)"', small.group(1))) == {"0.0"}


def test_what_is_owed_first_stands_first_and_nothing_is_owed_of_a_draft(sign_in: SignIn, work: Work, survey: int) -> None:
    with work() as session:
        body = session.get_one(Survey, survey).current.body
        closed, draft = SurveyState.CLOSED, SurveyState.DRAFT
        for slug, state, due in (("sen", closed, 3), ("utkast", draft, 2), ("snar", closed, 1)):
            of = factories.dialogue(session, slug, title=slug.title(), feedback_due=date(2027, 1, due))
            factories.survey(session, body, of, state=state, closed_on=date(2026, 11, 1))
    page = sign_in("Per").get("/presidiet/").text
    assert re.findall(r"(\w+) – återkoppling senast", page)[:2] == ["Snar", "Sen"]
    assert "Utkast – återkoppling" not in page


def test_nothing_is_shown_until_the_last_answers_are_mixed(sign_in: SignIn, work: Work, survey: int) -> None:
    with work() as session:
        session.add(Envelope(id="e" * 32, survey_id=survey, key_id="k" * 32, sealed=b"x"))
    page = sign_in("Ylva").get(f"/resultat/{survey}")
    assert page.status_code == 409
    assert "blandas fortfarande" in page.text


@pytest.mark.parametrize("by", ["", "age_group", "district"])
def test_page_csv_xlsx_json_and_chart_say_one_number(sign_in: SignIn, survey: int, by: str) -> None:
    ylva = sign_in("Ylva")
    page = ylva.get(f"/resultat/{survey}?by={by}").text
    document = ylva.get(f"/resultat/{survey}.json").get_json()
    rows = list(csv.DictReader(io.StringIO(ylva.get(f"/resultat/{survey}.csv").data.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(ylva.get(f"/resultat/{survey}.xlsx").data))
    shares = _shares(document, "on_call", by)
    assert shares
    for group, label, share in shares:
        wanted = f"{round(100 * share)}\N{NO-BREAK SPACE}%"
        assert wanted in page
        row = next(
            r for r in rows if r["Fråga"] == "on_call" and r["Grupp"] == group and r["Svarsalternativ"] == label and _by(r, by)
        )
        assert float(row["Andel"].replace(",", ".")) == pytest.approx(share, abs=1e-12)
    values = {
        round(cell.value, 12)
        for name in sheet.sheetnames
        for line in sheet[name].iter_rows()
        for cell in line
        if isinstance(cell.value, float)
    }
    assert {round(share, 12) for _g, _l, share in shares if share not in (0, 1)} <= values
    chart = ylva.get(f"/resultat/{survey}/on_call.svg?by={by}").text
    assert all(f"{round(100 * share)}" in chart for _g, _l, share in shares)


def _by(row: dict[str, str], by: str) -> bool:
    return row["Uppdelat på"] == {"": "", "age_group": "Åldersgrupp", "district": "Kommundel"}[by]


def _shares(document: Any, name: str, by: str) -> list[tuple[str, str, float]]:
    question = next(q for q in document["questions"] if q["name"] == name)
    table = next(t for t in question["tables"] if t["by"] == by)
    return [(r["group"], r["label"], r["share"]) for r in table["rows"] if r.get("share") is not None]


def test_every_finding_on_the_presidiums_page_leads_to_its_cell(sign_in: SignIn, survey: int) -> None:
    per = sign_in("Per")
    page = per.get(f"/presidiet/{survey}").text
    links = re.findall(r'href="(/resultat/\d+[^"#]*)#([^"]+)"', page)
    assert links
    for address, cell in set(links):
        assert f'id="{cell}"' in per.get(address.replace("&amp;", "&")).text, (address, cell)


def test_the_presidiums_page_says_count_promise_method_and_debt(sign_in: SignIn, survey: int) -> None:
    page = sign_in("Per").get(f"/presidiet/{survey}").text
    for words in (
        "150 av 180 inbjudna svarade",
        "Konsultation",
        "felmarginal",
        "osäkerheten större än felmarginalerna säger",
        "Samhällsbyggnadsnämnden ska senast",
        "15–44 år",
    ):
        assert words in page


def test_the_presidiums_sentences_are_easy_to_read(sign_in: SignIn, survey: int) -> None:
    page = sign_in("Per").get(f"/presidiet/{survey}").text
    main = re.search(r"<main.*</main>", page, re.S)
    text = re.sub(r"<(svg|style|script).*?</\1>", " ", main.group(), flags=re.S)  # type: ignore[union-attr]
    sentences = ". ".join(s.strip() for s in re.findall(r">([^<>]{25,})<", text))
    assert lix(sentences) <= 40


def test_the_pdf_is_one_tagged_page(sign_in: SignIn, survey: int) -> None:
    data = sign_in("Per").get(f"/presidiet/{survey}.pdf").data
    assert data.startswith(b"%PDF-")
    assert len(data) <= 200_000
    assert b"/MarkInfo" in data or b"/StructTreeRoot" in data


def test_three_clicks_lead_from_the_list_to_a_file(sign_in: SignIn, survey: int) -> None:
    ylva = sign_in("Ylva")
    assert f'href="/resultat/{survey}"' in ylva.get("/resultat/").text
    page = ylva.get(f"/resultat/{survey}").text
    for ending in ("csv", "xlsx", "json"):
        assert f'href="/resultat/{survey}.{ending}"' in page
    for kind, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        assert f'href="/resultat/{survey}/usual.{kind}"' in page
        assert ylva.get(f"/resultat/{survey}/usual.{kind}").data.startswith(start)


@pytest.mark.parametrize(
    "address",
    [
        "/resultat/99",
        "/resultat/1?by=gender",
        "/resultat/1.exe",
        "/resultat/1/nothing.svg",
        "/resultat/1/usual.gif",
        "/resultat/1/..%2f..%2fetc.svg",
        "/presidiet/99",
    ],
)
def test_an_address_that_leads_nowhere_is_said_so(sign_in: SignIn, survey: int, address: str) -> None:
    assert sign_in("Ylva").get(address).status_code == 404


def test_open_answers_are_in_no_public_output(sign_in: SignIn, survey: int) -> None:
    ylva = sign_in("Ylva")
    outputs = [ylva.get(f"/resultat/{survey}{end}").data for end in ("", ".csv", ".json")]
    assert not [c for c in answers.COMMENTS for data in outputs if c.encode() in data]


def test_the_public_reads_published_results_and_only_those(client: StrictClient, work: Work, survey: int) -> None:
    address = f"/dialoger/resor/resultat/{survey}"
    assert client.get(address).status_code == 404
    with work() as session:
        session.get_one(Survey, survey).state = SurveyState.PUBLISHED
    page = client.get(address)
    assert page.status_code == 200
    assert "/resultat/1.csv" not in page.text
    assert address in client.get("/dialoger/resor").text
    assert client.get("/dialoger/annat/resultat/1").status_code == 404


def test_a_hostile_option_is_text_everywhere(sign_in: SignIn, work: Work) -> None:
    evil = '=HYPERLINK("http://x","y")<script>alert(1)</script>'
    body = {
        "format": 1,
        "title": {"sv": evil},
        "languages": ["sv"],
        "default_language": "sv",
        "pages": [
            {
                "questions": [
                    {
                        "name": "q1",
                        "type": "single",
                        "text": {"sv": evil},
                        "options": [{"code": "a", "text": {"sv": evil}}, {"code": "b", "text": {"sv": "B"}}],
                    }
                ]
            }
        ],
    }
    with work() as session:
        made = factories.survey(session, body, title=evil, state=SurveyState.CLOSED, closed_on=date(2026, 11, 1))
        for number in range(30):
            session.add(
                Response(
                    id=f"{number:032x}",
                    survey_id=made.id,
                    version=1,
                    language="sv",
                    age_group="",
                    district="",
                    answers={"q1": "a" if number % 2 else "b"},
                )
            )
    ylva = sign_in("Ylva")
    assert "<script>alert" not in ylva.get("/resultat/1").text
    rows = list(csv.reader(io.StringIO(ylva.get("/resultat/1.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    book = openpyxl.load_workbook(io.BytesIO(ylva.get("/resultat/1.xlsx").data))
    assert not [c for sheet in book for line in sheet.iter_rows() for c in line if c.data_type == "f"]
    assert sign_in("Per").get("/presidiet/1.pdf").status_code == 200
    json.loads(ylva.get("/resultat/1.json").data)


def test_the_example_has_answers_for_every_scale() -> None:
    questionnaire = formats.read(EXAMPLE.read_bytes(), EXAMPLE.name).questionnaire
    assert {question.kind.scale for question in questionnaire.questions} >= {
        "nominal",
        "ordinal",
        "multiple",
        "numeric",
        "text",
        None,
    }
