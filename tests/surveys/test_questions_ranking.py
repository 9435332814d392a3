"""A ranking gives places in order, says which places clash, and is measured by place."""

import pytest

from surveys.conditions import parse
from surveys.questionnaire import check
from surveys.questions import DONT_KNOW, Refused
from tests.surveys.questioning import answer, form, question, questionnaire

ASKED = {"name": "q", "type": "ranking", "text": "Vad först?", "options": {"bus": "Buss", "train": "Tåg", "car": "Bil"}}


def ranking(**settings):
    return question("ranking", **settings)


def test_the_answer_is_the_codes_by_their_places():
    assert answer(ranking(), q__car="1", q__bus="2", q__train="") == ["car", "bus"]
    assert ranking().kind.columns(ranking(), ["car", "bus"]) == {"q": ("car", "bus")}
    assert ranking().kind.words(ranking(), ["car", "bus"], "sv") == "1.\N{NO-BREAK SPACE}Bil; 2.\N{NO-BREAK SPACE}Buss"


def test_there_are_as_many_places_as_the_author_says():
    (row, *_rest) = form(ranking(most=2), None)["q"]
    assert [item["text"] for item in row.items()] == ["Ingen plats", "Plats 1", "Plats 2"]
    assert "up to place 2" in form(ranking(most=2), None, "en")["q"].description
    assert answer(ranking(most=2), q__car="3") == "Choose one of the alternatives."


def test_two_with_one_place_are_named_and_nothing_is_lost():
    filled = form(ranking(), {"q-bus": "1", "q-train": "1", "q-car": "2"})
    assert not filled.validate()
    told = "“Bus” and “Train” have place 1. Give each place to one of them only."
    assert filled["q"].faults() == [("q-train", told)]
    assert filled["q"].data == {"bus": "1", "train": "1", "car": "2"}


def test_a_place_that_is_passed_over_is_named_at_the_next_one():
    filled = form(ranking(), {"q-bus": "1", "q-car": "3"})
    assert not filled.validate()
    assert filled["q"].faults() == [("q-car", "Nothing has place 2. Give the places in order, from 1.")]


def test_who_can_not_choose_ticks_the_box_instead():
    asked = ranking(dont_know=True, required=True)
    assert answer(asked, q__dont_know="yes") == [DONT_KNOW]
    assert answer(asked, q__bus="1", q__dont_know="yes") == "Give places or tick the box, not both"
    assert answer(asked) == "Choose at least what gets place 1"
    assert asked.kind.items(asked, "sv")[0].missing == {DONT_KNOW}
    assert form(asked, None, shown=[DONT_KNOW])["q-dont_know"].data


@pytest.mark.parametrize("wrong", [["bus", "bus"], ["boat"], [], ["bus", "train", "car"], ["bus", DONT_KNOW], [["bus"]]])
def test_an_order_from_elsewhere_is_checked_as_strictly(wrong):
    asked = ranking(most=2, dont_know=True)
    with pytest.raises(Refused):
        asked.kind.check(asked, wrong)


def test_a_condition_asks_what_came_first_or_what_has_a_place():
    first, placed = ({"question": "q", verb: "bus"} for verb in ("first", "is"))
    assert [parse(first).holds({"q": order}) for order in (["bus", "car"], ["car", "bus"], None)] == [True, False, False]
    assert parse(placed).holds({"q": ["car", "bus"]})
    assert not check(questionnaire(ASKED, ASKED | {"name": "p", "visible_if": first}))


@pytest.mark.parametrize(
    ("rule", "told"),
    [({"first": "boat"}, "codes are bus, train"), ({"at_least": 1}, "another word"), ({"row": "bus", "is": "1"}, "its rows")],
)
def test_what_can_not_be_asked_of_an_order_is_told(rule, told):
    (fault,) = check(questionnaire(ASKED, ASKED | {"name": "p", "visible_if": {"question": "q"} | rule}))
    assert told in str(fault)


def test_only_an_order_has_a_first():
    rule = {"question": "s", "first": "bus"}
    (fault,) = check(questionnaire(ASKED | {"name": "s", "type": "single"}, ASKED | {"visible_if": rule}))
    assert 'use another word than "first"' in str(fault)


def test_places_and_options_are_kept_few():
    (fault,) = check(questionnaire(ASKED | {"most": 4}))
    assert '"most" must be between 1 and the number of options' in str(fault)
    many = {f"o{n}": f"Val {n}" for n in range(8)}
    (advice,) = check(questionnaire(ASKED | {"options": many}))
    assert "8 options are many to put in order" in str(advice)
