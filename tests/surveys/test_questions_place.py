"""A place is picked from a list, in which the municipality's districts may stand."""

import pytest
from sqlalchemy.orm import Session

from surveys import invitations
from surveys.fields import Checkboxes, Radios
from surveys.invitations import CannotAsk, Invitee
from surveys.questionnaire import check
from surveys.questions import Refused
from tests import factories
from tests.answerers import AGE_LABELS, invite
from tests.surveys.questioning import OPTIONS, answer, form, question, questionnaire

ASKED = {"name": "q", "type": "place", "text": "Var?", "options": OPTIONS}
LISTED = {"name": "q", "type": "place", "text": "Var?", "districts": True}
BODY = {"format": 1, "title": "Platser", "questions": [LISTED]}
PEOPLE = [Invitee(f"r{n}", "30-44", "as") for n in range(12)]


def place(**settings):
    return question("place", **settings)


def test_one_place_is_chosen_by_a_ring_and_several_by_boxes():
    assert isinstance(form(place(), None)["q"], Radios)
    assert isinstance(form(place(most=2), None)["q"], Checkboxes)
    assert place().kind.print_text(place(), "sv")[-1] == "○ Bil"
    assert place(most=2).kind.print_text(place(most=2), "sv")[-1] == "☐ Bil"


def test_one_or_several_places_are_kept_alike():
    assert answer(place(), q="bus") == ["bus"]
    assert place().kind.columns(place(), ["bus"]) == {"q": ("bus",)}
    with pytest.raises(Refused, match="at most 1"):
        place().kind.check(place(), ["bus", "car"])
    place(most=0).kind.check(place(most=0), ["bus", "train", "car"])


def test_the_districts_stand_before_the_questions_own_places():
    asked = place(districts=True).within({"as": "Ås", "": "uppgift saknas"})
    assert [option.code for option in asked.options] == ["as", "bus", "train", "car"]
    assert answer(asked, q="as") == ["as"]
    assert asked.kind.items(asked, "sv")[0].categories["as"] == "Ås"


def test_an_author_sees_that_the_districts_come_later():
    asked = place(districts=True, options=[])
    assert asked.kind.print_text(asked, "sv")[-1] == "Kommundelarna sätts in här när de första inbjudningarna görs."
    assert not check(questionnaire(LISTED))


def test_a_list_is_long_enough_and_not_too_long():
    assert "fewer than two options" in str(check(questionnaire(ASKED | {"options": OPTIONS[:1]}))[0])
    assert '"most" must be' in str(check(questionnaire(ASKED | {"most": 4}))[0])
    many = {f"o{n}": f"Plats {n}" for n in range(31)}
    assert "31 places are a long list on a phone" in str(check(questionnaire(ASKED | {"options": many}))[0])


def test_who_is_invited_is_asked_about_the_districts_of_that_day(house: Session) -> None:
    survey = factories.survey(house, BODY)
    assert not survey.current.questionnaire.question("q").options
    invite(house, survey, PEOPLE)
    assert [option.code for option in survey.current.questionnaire.question("q").options] == list(factories.DISTRICTS)
    assert "options" not in survey.current.body["questions"][0], "what the author wrote stands"


@pytest.mark.parametrize("districts", [{}, {"as": "Ås"}])
def test_districts_that_leave_no_choice_stop_the_invitation(house: Session, districts: dict[str, str]) -> None:
    people = [Invitee(f"r{n}", "30-44", next(iter(districts), "")) for n in range(12)]
    with pytest.raises(CannotAsk, match=r'districts do not fit the questionnaire: question "q".*fewer than two'):
        invitations.issue(house, factories.survey(house, BODY), people, AGE_LABELS, districts)


def test_a_place_with_the_code_of_a_district_stops_the_invitation(house: Session) -> None:
    own = [{"code": "as", "text": "Åsen"}]
    survey = factories.survey(house, {**BODY, "questions": [{**LISTED, "options": own}]})
    with pytest.raises(CannotAsk, match='Two options have the code "as"'):
        invite(house, survey, PEOPLE)
