"""Change over time: what surely changed, nothing that a wave's own results hide, and each chart as a file."""

import csv
import io
import random
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from analysis.words import speak
from surveys import waves
from surveys.models import Response, Survey
from tests import factories
from tests.conftest import Work
from tests.strict import StrictClient
from tests.surveys.test_results import settings, survey  # noqa: F401 (fixtures)

SignIn = Callable[[str], StrictClient]


@pytest.fixture
def later(work: Work, survey: int) -> int:  # noqa: F811
    """The survey asked again a year later: everybody is against the bus on call now, and likes the buses better."""
    with work() as session:
        first = session.get_one(Survey, survey)
        body, given = first.current.body, {"age_groups": first.age_groups, "districts": first.districts}
        again = factories.survey(session, body, first.dialogue, state=first.state, closed_on=date(2027, 11, 1), **given)
        population = first.composition["population"] | {"district": {"as": 0.5, "offerdal": 0.3, "krokom": 0.2}}
        again.follows_id, first.composition = first.id, first.composition | {"population": population}
        again.composition = first.composition
        for number, one in enumerate(session.query(Response).filter(Response.survey_id == first.id).all()):
            said = one.answers | {"on_call": "no", "pleased": str(min(5, int(one.answers.get("pleased") or 3) + 1))}
            session.add(Response(id=f"{number:032x}", survey_id=again.id, version=1, language="sv", answers=said,
                                 age_group=one.age_group, district=one.district))  # fmt: skip
        return again.id


def rows(page: str, name: str) -> dict[str, list[str]]:
    """The cells of one question's table on a page, by what stands before them, as text."""
    section = re.search(rf'<section [^>]*aria-labelledby="{name}".*?</section>', page, re.S)
    assert section
    found = re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', section.group(), re.S)
    return {
        label: [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line, re.S)]
        for label, line in found
    }


def test_waves_are_followed_over_time(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
    later: int,
) -> None:
    ylva = sign_in("Ylva")
    assert "ingen tidigare enkät" in ylva.get(f"/utforska/{survey}/over-tid").text
    page = ylva.get(f"/utforska/{later}/over-tid").text
    assert "2026-11" in page
    assert "2027-11" in page
    assert "procentenheter" in page
    assert f"/utforska/{later}/over-tid" in ylva.get(f"/resultat/{later}").text
    result = ylva.get(f"/utforska/{later}/on_call").text
    assert "än i mätningen 2026" in result
    with work() as session:
        for one in session.query(Response).filter(Response.survey_id == survey).all()[::2]:
            session.delete(one)
    assert ylva.get(f"/utforska/{later}/on_call").text != result, "an answer erased from the earlier wave still counts"
    assert ylva.get(f"/utforska/{later}/over-tid").text != page


def test_the_change_of_answers_that_have_an_order_is_told_by_what_sums_them_up(sign_in: SignIn, later: int) -> None:
    page = sign_in("Ylva").get(f"/utforska/{later}/over-tid").text
    told = rows(page, "pleased")
    assert re.fullmatch(r"upp \d,\d", told["Medelbetyg"][-1])
    assert {cells[-1] for label, cells in told.items() if label != "Medelbetyg"} == {"–"}
    assert "prövas för alla svar tillsammans: medelbetyg" in page
    assert re.search(r'href="#pleased">[^<]*</a> Medelbetyg: upp', page)


def test_nothing_is_told_over_time_that_the_results_of_a_wave_hide(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
    later: int,
) -> None:
    """A table made by itself would hide other cells than the same table among all others: both give the hidden ones away."""
    modes, often = ["bus", "train", "car", "bicycle", "walk"], [40, 25, 15, 10, 6]
    with work() as session:
        for key in (survey, later):
            rng = random.Random(0)
            for place, one in enumerate(session.query(Response).filter(Response.survey_id == key).order_by(Response.id).all()):
                usual, on_call = rng.choices(modes, often)[0], rng.choice(["yes", "no"])
                one.answers = {"usual": usual, "on_call": on_call} if place < 60 else {}
    ylva, hidden = sign_in("Ylva"), 0
    page = ylva.get(f"/utforska/{later}/over-tid").text
    names = re.findall(r'<section [^>]*aria-labelledby="(\w+)"', page)
    for place, key in enumerate((survey, later)):
        result = ylva.get(f"/resultat/{key}").text
        for name in names:
            told = rows(result, name)
            assert {label: cells[place] for label, cells in rows(page, name).items()}.items() <= {
                label: cells[0] for label, cells in told.items()
            }.items(), (key, name)
            hidden += sum(cells[0] == "dold" for cells in told.values())
    assert hidden > 2


@pytest.mark.parametrize(("ending", "start"), [("/pleased.svg", b"<svg"), ("/pleased.png", b"\x89PNG")])
def test_each_chart_of_a_change_is_a_file(sign_in: SignIn, later: int, ending: str, start: bytes) -> None:
    ylva, page = sign_in("Ylva"), f"/utforska/{later}/over-tid"
    assert f'href="{page}{ending}"' in ylva.get(page).text
    assert ylva.get(page + ending).data.startswith(start)


def test_all_changes_are_one_file_that_says_what_the_page_says(sign_in: SignIn, later: int) -> None:
    ylva, address = sign_in("Ylva"), f"/utforska/{later}/over-tid"
    page = ylva.get(address).text
    assert f'href="{address}.csv"' in page
    lines = list(csv.reader(io.StringIO(ylva.get(f"{address}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][3:] == ["2026-11", "2026-11, felmarginal", "2027-11", "2027-11, felmarginal", "Sedan förra gången"]
    for name, _question, label, *numbers, change in lines[1:]:
        first, second, told = rows(page, name)[label]
        assert told == (change or "–")
        for number, text in ((numbers[0], first), (numbers[2], second)):
            value = float(number.replace(",", "."))
            mean = Decimal(str(value)).quantize(Decimal("0.1"))
            assert text.startswith(f"{round(100 * value)} %" if "%" in text else str(mean).replace(".", ","))


def test_change_is_seen_without_weights_too(sign_in: SignIn, later: int) -> None:
    ylva, address = sign_in("Ylva"), f"/utforska/{later}/over-tid"
    weighted, plain = ylva.get(address).text, ylva.get(f"{address}?vikt=nej").text
    assert f'href="{address}?vikt=nej"' in weighted
    assert f'href="{address}/usual.svg?vikt=nej"' in plain
    assert rows(weighted, "usual") != rows(plain, "usual")


@pytest.mark.parametrize("ending", ["/nothing.svg", "/usual.gif", ".pdf", "/more.png"])
def test_what_is_not_followed_has_no_file(sign_in: SignIn, later: int, ending: str) -> None:
    assert sign_in("Ylva").get(f"/utforska/{later}/over-tid{ending}").status_code == 404


def test_a_first_survey_has_no_file_of_changes(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    assert sign_in("Ylva").get(f"/utforska/{survey}/over-tid.csv").status_code == 404


@pytest.mark.parametrize("name", ["Siv", "Per", "Åke"])
def test_only_analysts_follow_change(sign_in: SignIn, later: int, name: str) -> None:
    assert sign_in(name).get(f"/utforska/{later}/over-tid").status_code == 403


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (date(2025, 11, 12), "2025"),
        (date(2026, 3, 12), "mars 2026"),
        (date(2026, 11, 2), "2 november 2026"),
        (None, "Resor i våras"),
    ],
)
def test_an_earlier_wave_is_called_so_that_it_is_not_taken_for_the_later(before: date | None, wanted: str) -> None:
    earlier, later = Survey(title="Resor i våras", closed_on=before), Survey(title="Resor", closed_on=date(2026, 11, 30))
    with speak("sv"):
        assert waves.called(earlier, later) == wanted
