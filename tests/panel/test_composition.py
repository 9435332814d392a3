"""The panel against the population, and who is missing."""

import random
import re
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import speak
from panel import composition, installation, sheets
from panel.composition import AGE, DISTRICT, GENDER, Cell, Composition, Group
from panel.composition.missing import at_most, is_short
from panel.models import Member, MemberState, Participation, Population
from surveys.clock import today
from tests import factories
from tests.panel import sending

GROUPS = ["15-19", "20-29", "30-44", "45-64", "65-79", "80+"]
INHABITANTS = {"15-19": 8, "20-29": 12, "30-44": 22, "45-64": 30, "65-79": 20, "80+": 8}
AGES = {"15-19": 17, "20-29": 25, "30-44": 40, "45-64": 50, "65-79": 70, "80+": 85}


@pytest.fixture
def house(house: Session) -> Session:
    """A house whose inhabitants are known: as many in each district, as many women as men."""
    factories.districts(house)
    for district in factories.DISTRICTS:
        for group, count in INHABITANTS.items():
            for gender in ("woman", "man"):
                figures = {"count": count, "source": "SCB", "as_of": date(2025, 12, 31), "made_up": False}
                house.add(Population(district=district, age_group=group, gender=gender, **figures))
    house.flush()
    return house


def fill(house: Session, counts: dict[str, int]) -> None:
    """Members of each age group, spread over districts and genders."""
    for group, count in counts.items():
        for n in range(count):
            district, gender = list(factories.DISTRICTS)[n % 3], ("woman", "man")[n % 2]
            factories.member(house, f"{group}.{n}@example.se".replace("+", ""), AGES[group], district, gender=gender)


def test_a_group_is_told_beside_its_share_of_the_inhabitants(house: Session):
    fill(house, {"15-19": 6, "45-64": 18})
    young = composition.compose(house, GROUPS).groups(AGE)[0]
    assert (young.panel, young.population, young.panel_share) == (6, 48, 0.25)
    assert (young.population_share, young.difference, young.ratio) == (0.08, pytest.approx(0.17), 3.125)


def test_only_active_members_count(house: Session):
    factories.anna(house)
    factories.member(house, "bo@example.se", state=MemberState.PAUSED)
    assert composition.compose(house, GROUPS).size == 1


def test_every_cell_is_counted_once(house: Session):
    fill(house, {"15-19": 7, "80+": 6})
    whole = composition.compose(house, GROUPS)
    assert sum(group.panel for _cell, group in whole.cells()) == 13
    assert all(sum(group.panel for group in whole.groups(by)) == 13 for by in (AGE, DISTRICT, GENDER))


def test_genders_that_registers_do_not_know_are_counted_without_shares(house: Session):
    fill(house, {"45-64": 4})
    factories.member(house, "x@example.se", gender="other")
    women, men, other = composition.compose(house, GROUPS).groups(GENDER)
    assert (women.panel_share, men.panel_share) == (0.5, 0.5)
    assert (other.panel, other.panel_share, other.population) == (1, None, None)


def test_young_people_who_are_missing_side_by_side_are_told_in_one_sentence(house: Session):
    fill(house, {"15-19": 5, "20-29": 9, "30-44": 40, "45-64": 60, "65-79": 40, "80+": 16})
    with speak("sv"):
        told = composition.missing(composition.compose(house, GROUPS))
    assert told == ["Unga 15–29 år är färre än i kommunen: 8\N{NO-BREAK SPACE}% av panelen, 20\N{NO-BREAK SPACE}% av invånarna."]


def test_a_district_that_is_missing_is_named(house: Session):
    for n in range(60):
        factories.member(house, f"m{n}@example.se", AGES[GROUPS[n % 6]], "as", gender=("woman", "man")[n % 2])
    told = composition.missing(composition.compose(house, GROUPS))
    assert any("Offerdal" in each for each in told)
    assert not any("Ås" in each for each in told)


def test_noise_is_not_claimed():
    """Of panels drawn by lot among the inhabitants, at most 5 % are told that anybody is missing."""
    rng = random.Random(2309)
    cells = [Cell(age, place, gender) for age in GROUPS for place in factories.DISTRICTS for gender in ("woman", "man")]
    population = {cell: INHABITANTS[cell.age_group] for cell in cells}
    claimed = 0
    for _turn in range(400):
        drawn = Counter(rng.choices(cells, list(population.values()), k=300))
        told = composition.missing(Composition(drawn, population, GROUPS, factories.DISTRICTS))
        claimed += "No group is clearly smaller" not in told[0]
    assert claimed <= 20


def test_a_small_panel_claims_nothing_that_it_can_not_tell(house: Session):
    fill(house, {"45-64": 4, "65-79": 3})
    told = composition.missing(composition.compose(house, GROUPS))
    assert told == ["No group is clearly smaller in the panel than in the municipality, as far as 7 members can tell."]


def test_a_large_panel_is_not_told_of_trifles():
    assert not is_short(Group("15-19", 1900, 20_000, 10, 100), 1)
    assert is_short(Group("15-19", 1500, 20_000, 10, 100), 1)


@pytest.mark.parametrize(
    ("count", "size", "share", "expected"),
    [(0, 10, 0.5, 0.5**10), (2, 4, 0.5, 11 / 16), (5, 5, 0.3, 1.0), (4, 5, 1.0, 0.0)],
)
def test_the_binomial_tail_is_exact(count: int, size: int, share: float, expected: float):
    assert at_most(count, size, share) == pytest.approx(expected)


def test_it_says_so_where_nothing_is_known(house: Session):
    house.query(Population).delete()
    fill(house, {"45-64": 4})
    whole = composition.compose(house, GROUPS)
    assert "until population figures are loaded" in composition.missing(whole)[0]
    assert whole.groups(AGE)[0].population_share is None
    assert b"<svg" in composition.chart(whole)


def test_an_empty_panel_has_a_chart_and_a_sentence(house: Session):
    whole = composition.compose(house, GROUPS)
    assert composition.missing(whole) == ["The panel has no active members yet."]
    assert b"<svg" in composition.chart(whole)


def test_the_chart_tells_each_age_group_and_loads_nothing(house: Session):
    fill(house, {"15-19": 5, "45-64": 15})
    drawing = composition.chart(composition.compose(house, GROUPS)).decode()
    assert drawing.count("years</text>") == 5
    assert "style=" not in drawing
    assert not re.search(r'href="(?!#)', drawing)


def test_the_file_holds_every_group_and_cell(house: Session):
    fill(house, {"15-19": 6, "45-64": 18})
    lines = composition.table(composition.compose(house, GROUPS), sheets.CSV).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 6 + 3 + 2 + 36
    assert lines[1].startswith("15–19 years;All;All;6;48;0,25;0,08;0,17;3,125;SCB;2025-12-31")


def test_whoever_is_invited_is_told_of_on_the_survey(house: Session):
    sending.panel(house, 12)
    survey = sending.open_survey(house)
    sending.invite(house, survey)
    assert survey.composition["recruited"] == {"random": 0, "self_chosen": 12}
    assert survey.composition["population"]["source"] == "SCB"


def test_a_survey_is_told_of_the_population_and_of_how_the_invited_were_recruited(house: Session):
    for email, way in (("a@example.se", "random"), ("b@example.se", "self_chosen"), ("c@example.se", "random")):
        member = factories.member(house, email, recruited=way)
        if email != "c@example.se":
            house.add(Participation(member_id=member.id, survey_id=7, reference=email, invited_on=today()))
    house.flush()
    told = composition.facts(house, 7, GROUPS)
    assert told["recruited"] == {"random": 1, "self_chosen": 1}
    assert told["population"]["age_group"] == {code: pytest.approx(count / 100) for code, count in INHABITANTS.items()}
    assert told["population"]["district"]["as"] == pytest.approx(1 / 3)
    assert (told["population"]["source"], told["population"]["as_of"], told["population"]["made_up"]) == (
        "SCB",
        "2025-12-31",
        False,
    )


def test_a_survey_is_told_of_the_panel_its_letters_and_who_has_left(house: Session):
    for email, way in (("a@example.se", "random"), ("b@example.se", "self_chosen"), ("c@example.se", "random")):
        factories.member(house, email, recruited=way)
    house.delete(house.scalars(select(Member).where(Member.email == "c@example.se")).one())
    installation.put(composition.LETTERS, 50)
    house.flush()
    told = composition.facts(house, 7, GROUPS)["panel"]
    assert (told["members"], told["left"], told["left_last_year"], told["letters"]) == (2, 1, 1, 50)
    assert told["recruited"] == {"random": 1, "self_chosen": 1}
    assert told["district"]["as"] == 1
    assert told["age_group"]["30-44"] == 1
