"""Sentences that tell nothing sure: said once for all the questions they are true of."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analysis import words as language
from analysis.summary import DIFFERENCE, NO_CHANGE, NO_DIFFERENCE, UNKNOWN, Finding, findings, gathered, lix
from tests.analysis.test_summary import ROADS, SCHOOL, TRIPS, counted, draw, of_kind, questions, survey

language.use(Path(__file__).parents[2] / "panel" / "translations")


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    with language.speak("sv"):
        yield


def quiet(name: str, *columns: str) -> Finding:
    return Finding("Vi ser inga säkra skillnader.", NO_DIFFERENCE, name, f"{name}?", columns[0], of=columns)


def unshown(name: str, *groups: str) -> Finding:
    return Finding("Svaren visas inte.", UNKNOWN, name, f"{name}?", "district", of=groups)


def test_where_several_questions_show_no_difference_that_is_said_once():
    (told,) = gathered([quiet("a", "age_group", "district"), quiet("b", "district")])
    assert told.text == (
        "I 2 frågor ser vi inga säkra skillnader mellan åldersgrupper eller kommundelar. Små skillnader kan ändå finnas."
    )
    assert (told.question, told.about, told.cells) == ("", "", ())


def test_a_question_in_which_some_group_differs_is_not_counted_among_the_quiet():
    differs = Finding("I Ås svarar fler ”Ja”.", DIFFERENCE, "a", "a?", "district")
    told = gathered([differs, quiet("a", "age_group"), quiet("b", "district"), quiet("c", "district")])
    assert [one.text.split(" ser vi")[0] for one in told] == [differs.text, "I 2 frågor"]


def test_a_single_sentence_stays_as_it_is():
    alone = (quiet("a", "age_group"), unshown("a", "Ås"))
    assert gathered(alone) == alone


def test_what_has_not_changed_is_said_once_for_each_wave():
    found = [Finding("Ingen säker förändring.", NO_CHANGE, name, of=(wave,)) for name, wave in ("a1", "b1", "c2", "d2")]
    assert [one.text.split(". ")[0] for one in gathered(found)] == [
        "I 2 frågor ser vi ingen säker förändring sedan mätningen 1",
        "I 2 frågor ser vi ingen säker förändring sedan mätningen 2",
    ]


def test_groups_are_named_with_how_often_they_are_not_shown_the_most_first():
    (told,) = gathered([unshown("a", "Alsen", "Föllinge"), unshown("b", "Föllinge"), unshown("c", "Föllinge")])
    assert told.text == (
        "Svar från några kommundelar saknas, så att ingen kan pekas ut: Föllinge (3 frågor) och Alsen (1 fråga)."
    )
    assert told.by == "district"


def test_few_and_hidden_are_told_apart():
    nothing = counted(ut=2, nytt=1, nej=1)
    frame = survey(skola=np.append(nothing, np.full(276, None)), vagar=np.full(280, None), buss=np.full(280, None))
    found = gathered(findings(questions(frame, SCHOOL, ROADS, TRIPS)))
    assert "I 3 frågor har för få svarat för att vi ska kunna säga något." in of_kind(UNKNOWN, found)


def test_nothing_is_told_of_groups_where_nobody_has_answered():
    told = findings(questions(survey(vagar=np.full(280, None)), ROADS))
    assert of_kind(UNKNOWN, told) == ["För få har svarat för att vi ska kunna säga något."]


@pytest.mark.parametrize("spoken", ["sv", "en"])
def test_what_is_gathered_is_easy_to_read(spoken: str):
    rng = np.random.default_rng(3)
    with language.speak(spoken):
        items = [TRIPS, SCHOOL, ROADS]
        answers = {item.name: draw(rng, item, [1 / len(item.categories)] * len(item.categories), 280) for item in items}
        told = questions(survey(3, **answers), *items)
        found = gathered(findings(told, earlier=told, wave="2024"))
    assert {NO_CHANGE, NO_DIFFERENCE} <= {one.kind for one in found}
    assert lix(" ".join(one.text for one in found)) <= 40
