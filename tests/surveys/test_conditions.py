"""The rules language: what it understands, what it decides, what it refuses."""

import pytest

from surveys.conditions import CannotUnderstand, parse, visible
from tests.surveys.questioning import OPTIONS, questionnaire

ANSWERS = {"how": "bus", "which": ["bus", "car"], "age": 30, "grid": {"work": "bus"}}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"question": "how", "is": "bus"}, True),
        ({"question": "how", "is": "car"}, False),
        ({"question": "how", "is_not": "car"}, True),
        ({"question": "how", "any_of": ["car", "bus"]}, True),
        ({"question": "which", "is": "car"}, True),
        ({"question": "which", "is_not": "car"}, False),
        ({"question": "how", "answered": True}, True),
        ({"question": "how", "answered": False}, False),
        ({"question": "age", "at_least": 18, "at_most": 64}, True),
        ({"question": "age", "at_least": 31}, False),
        ({"question": "grid", "row": "work", "is": "bus"}, True),
        ({"question": "grid", "row": "shop", "is": "bus"}, False),
        ({"all": [{"question": "how", "is": "bus"}, {"question": "age", "at_most": 20}]}, False),
        ({"any": [{"question": "how", "is": "bus"}, {"question": "age", "at_most": 20}]}, True),
        ({"not": {"question": "how", "is": "bus"}}, False),
    ],
)
def test_a_rule_holds_as_it_reads(rule, holds):
    assert parse(rule).holds(ANSWERS) is holds
    assert parse(parse(rule).to_json()) == parse(rule)


@pytest.mark.parametrize("verb", ["is", "any_of", "at_least", "at_most", "answered"])
def test_a_blank_answer_fulfils_nothing_but_is_not(verb):
    value = {"any_of": ["a"], "at_least": 0, "at_most": 9, "answered": True}.get(verb, "a")
    assert not parse({"question": "q", verb: value}).holds({})
    assert parse({"question": "q", "is_not": "a"}).holds({})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("q1 == 'x'", "written as"),
        ([], "written as"),
        ({}, "written as"),
        ({"question": "q"}, "what the answer must be"),
        ({"is": "a"}, "which question"),
        ({"question": "q", "is": ["a"]}, '"is" takes one code'),
        ({"question": "q", "is": True}, '"is" takes one code'),
        ({"question": "q", "any_of": "a"}, '"any_of" takes a list'),
        ({"question": "q", "at_least": "5"}, '"at_least" takes a number'),
        ({"question": "q", "answered": "yes"}, "true or false"),
        ({"question": "q", "equals": "a"}, '"equals" does not belong'),
        ({"all": {"question": "q", "is": "a"}}, '"all" takes a list'),
        ({"all": [], "any": []}, '"any" does not belong'),
        ({"not": {"not": {"not": {"is": "a"}}}}, "which question"),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_a_reason(wrong, told):
    with pytest.raises(CannotUnderstand, match=told):
        parse(wrong)


def test_a_rule_may_not_be_nested_without_end():
    rule = {"question": "q", "is": "a"}
    for _level in range(2000):
        rule = {"not": rule}
    with pytest.raises(CannotUnderstand, match="ten levels"):
        parse(rule)


def test_the_fault_is_placed_inside_the_rule():
    with pytest.raises(CannotUnderstand) as fault:
        parse({"all": [{"question": "q", "is": "a"}, {"not": {"question": "q", "is": []}}]})
    assert fault.value.path == ("all", 1, "not", "is")


def chain():
    return questionnaire(
        {"name": "a", "type": "single", "text": "A?", "options": OPTIONS},
        {"name": "b", "type": "single", "text": "B?", "options": OPTIONS, "visible_if": {"question": "a", "is": "bus"}},
        {"name": "c", "type": "text", "text": "C?", "visible_if": {"question": "b", "is": "car"}},
    )


def test_a_question_is_hidden_until_its_rule_holds():
    assert visible(chain(), {}) == ("a",)
    assert visible(chain(), {"a": "bus"}) == ("a", "b")
    assert visible(chain(), {"a": "bus", "b": "car"}) == ("a", "b", "c")


def test_the_answer_to_a_hidden_question_counts_for_nothing():
    assert visible(chain(), {"a": "train", "b": "car", "c": "x"}) == ("a",)
    assert chain().kept({"a": "train", "b": "car", "c": "x"}) == {"a": "train"}
