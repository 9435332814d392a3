"""A score from 0 to 10 is asked in steps, kept as a number and measured with its net score."""

import pandas as pd
import pytest

from analysis import Dataset, Item, tabulate
from surveys.conditions import parse
from surveys.questionnaire import check
from surveys.questions import DONT_KNOW, Refused
from tests.surveys.questioning import answer, form, question, questionnaire

ENDS = {"low": {"sv": "inte alls", "en": "not at all"}, "high": {"sv": "mycket gärna", "en": "very gladly"}}
ASKED = {"name": "q", "type": "score", "text": "Hur gärna?", "low": "inte alls", "high": "mycket gärna"}


def score(**settings):
    return question("score", **(ENDS | settings))


def test_a_score_is_kept_as_a_number_and_said_with_its_words():
    assert answer(score(), q="7") == 7
    assert score().kind.words(score(), 0, "sv") == "0 – inte alls"
    assert score().kind.words(score(), 7, "sv") == "7"


def test_every_step_is_seen_as_a_number_and_heard_with_its_words():
    items = form(score(dont_know=True), None)["q"].items()
    assert len(items) == 12
    assert items[0]["html"] == '0<span class="govuk-visually-hidden"> – inte alls</span>'
    assert items[5]["html"] == "5"


@pytest.mark.parametrize("wrong", ["11", "-1", "07", "7.0", "x"])
def test_what_is_no_step_is_refused(wrong):
    assert answer(score(), q=wrong) == "Choose one of the alternatives."
    with pytest.raises(Refused, match="answers that are shown"):
        score().kind.check(score(), wrong)


@pytest.mark.parametrize("wrong", [11, -1, 7.5, True, DONT_KNOW])
def test_a_number_from_elsewhere_is_one_of_the_steps(wrong):
    with pytest.raises(Refused):
        score().kind.check(score(), wrong)
    score(dont_know=True).kind.check(score(dont_know=True), DONT_KNOW)


@pytest.mark.parametrize(("rule", "said"), [({"at_most": 6}, 6), ({"at_least": 9}, 10), ({"is": 7}, 7), ({"any_of": [0, 1]}, 0)])
def test_a_condition_compares_the_number(rule, said):
    assert not check(questionnaire(ASKED, ASKED | {"name": "p", "visible_if": {"question": "q"} | rule}))
    assert parse({"question": "q"} | rule).holds({"q": said})
    assert not parse({"question": "q"} | rule).holds({"q": 8})


def test_an_end_without_words_is_an_error():
    (fault,) = check(questionnaire(ASKED | {"high": ""}))
    assert 'Say under "low" and "high" what 0 and 10 mean.' in str(fault)


def test_the_net_score_is_of_those_who_know():
    asked = score(dont_know=True)
    rows = [asked.kind.columns(asked, value) for value in [10, 9, 9, 7, 0, DONT_KNOW, None] * 5]
    (spec,) = asked.kind.items(asked, "sv")
    item = Item(spec.name, spec.label, spec.scale, spec.categories, spec.missing)
    table = tabulate(Dataset(pd.DataFrame(rows), [item]), "q")
    assert list(table["count"]) == [5, 5, 15]
    assert table["net"].iloc[0] == pytest.approx(0.4)
