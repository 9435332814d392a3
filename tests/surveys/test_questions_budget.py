"""A budget shares out the whole of a sum, tells what is left, and is measured in amounts."""

import pytest

from surveys.conditions import parse
from surveys.questionnaire import check
from surveys.questions import DONT_KNOW, Refused
from tests.surveys.questioning import answer, form, question, questionnaire

ASKED = {"name": "q", "type": "budget", "text": "Hur?", "options": {"bus": "Buss", "train": "Tåg", "car": "Bil"}}


def budget(**settings):
    return question("budget", **settings)


def test_a_box_left_blank_is_nothing_given():
    given = {"bus": 40, "train": 60, "car": 0}
    assert answer(budget(), q__bus="40", q__train=" 60 ", q__car="") == given
    assert budget().kind.columns(budget(), given) == {"q/bus": 40, "q/train": 60, "q/car": 0}
    assert budget().kind.words(budget(), given, "sv") == "Buss: 40 poäng; Tåg: 60 poäng"


def test_a_budget_left_blank_is_no_answer():
    assert answer(budget(), q__bus="", q__train="", q__car="") is None
    assert set(budget().kind.columns(budget(), None).values()) == {None}


@pytest.mark.parametrize(
    ("bus", "told"),
    [("110", "You have shared out 110 of 100 points. Take away 10 points."),
     ("0", "You have shared out 0 of 100 points. Share out 100 points more.")],
)  # fmt: skip
def test_a_sum_that_is_wrong_is_told_with_how_much(bus, told):
    filled = form(budget(), {"q-bus": bus}, "en")
    assert not filled.validate()
    assert filled["q"].faults() == [("q-bus", told)]
    assert filled["q"].rows["bus"].written() == bus


def test_every_box_that_is_wrong_is_named_and_kept():
    filled = form(budget(), {"q-bus": "fyrtio", "q-train": "-5", "q-car": "2,5"})
    assert not filled.validate()
    told = ["Buss: Write a number, in digits.", "Tåg: Write 0 or more", "Bil: Write a whole number."]
    assert [fault for _at, fault in filled["q"].faults()] == told
    assert [row.written() for row in filled["q"]] == ["fyrtio", "-5", "2,5"]


def test_a_sum_of_money_has_its_unit_in_the_language():
    asked = budget(total=2_000_000, unit={"sv": "kronor", "en": "kronor"})
    assert form(asked, None)["q"].description.startswith("Fördela 2\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000 kronor.")
    assert answer(asked, q__bus="2 000 000") == {"bus": 2_000_000, "train": 0, "car": 0}
    assert asked.kind.items(asked, "sv")[0].unit == "kronor"


def test_who_can_not_share_it_out_ticks_the_box_instead():
    asked = budget(dont_know=True, required=True)
    assert answer(asked, q__dont_know="yes") == DONT_KNOW
    assert answer(asked, q__bus="100", q__dont_know="yes") == "Share out the sum or tick the box, not both"
    assert answer(asked) == "Write how you share out the sum"
    assert asked.kind.words(asked, DONT_KNOW, "sv") == "Vet inte / vill inte svara"


@pytest.mark.parametrize(
    "wrong",
    [{"bus": 100}, {"bus": 50, "car": 50, "x": 0}, {"bus": 120, "train": -20, "car": 0}, {"bus": 99.5, "train": 0.5, "car": 0},
     {"bus": True, "train": 99, "car": 0}, {"bus": 40, "train": 40, "car": 0}, [100], DONT_KNOW],
)  # fmt: skip
def test_a_share_from_elsewhere_is_checked_as_strictly(wrong):
    with pytest.raises(Refused):
        budget().kind.check(budget(), wrong)


def test_a_condition_asks_how_much_an_option_was_given():
    rule = {"question": "q", "row": "bus", "at_least": 50}
    assert [parse(rule).holds({"q": {"bus": bus, "car": 100 - bus}}) for bus in (50, 49)] == [True, False]
    assert not check(questionnaire(ASKED, ASKED | {"name": "p", "visible_if": rule}))


@pytest.mark.parametrize("rule", [{"row": "boat", "at_least": 5}, {"row": "bus", "is": "5"}, {"is": "bus"}, {"at_least": 5}])
def test_what_can_not_be_asked_of_a_budget_is_told(rule):
    (fault,) = check(questionnaire(ASKED, ASKED | {"name": "p", "visible_if": {"question": "q"} | rule}))
    assert "Name one of its rows, use another word than" in str(fault)


@pytest.mark.parametrize("total", [0, -100, 10**14])
def test_a_sum_that_can_not_be_shared_out_is_an_error(total):
    (fault,) = check(questionnaire(ASKED | {"total": total}))
    assert '"total" must be between 1 and' in str(fault)
