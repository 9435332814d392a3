"""Open answers worked up: themes that lead to their answers, coded by people, quotes that point at nobody."""

import random

import pytest
from sqlalchemy.orm import Session

from surveys import coding
from surveys.models import Response, Survey, SurveyState, Theme
from surveys.refusals import Refusal
from tests import factories
from tests.analysis.test_text import BUS, SCHOOL

BODY = {
    "format": 1,
    "title": {"sv": "Byn"},
    "languages": ["sv"],
    "default_language": "sv",
    "pages": [{"questions": [{"name": "more", "type": "text", "text": {"sv": "Något mer?"}}]}],
}


@pytest.fixture
def survey(house: Session) -> Survey:
    """A closed survey of 70 responses: thirty about buses, thirty about the school, ten who wrote nothing."""
    made = factories.survey(house, BODY, state=SurveyState.CLOSED, districts={"as": "Ås"})
    said = [*BUS * 6, *SCHOOL * 6, *[None] * 10]
    random.Random(3).shuffle(said)
    for number, words in enumerate(said):
        answers = {} if words is None else {"more": words}
        given = {"survey_id": made.id, "version": 1, "language": "sv", "age_group": "", "district": ""}
        house.add(Response(id=f"{number:032x}", answers=answers, **given))
    house.flush()
    return made


def find(house: Session, survey: Survey) -> list[Theme]:
    """Let the machine look for themes."""
    return coding.put(house, survey, "more", coding.seek(house, survey, "more"))


def test_the_machine_finds_themes_and_every_theme_leads_to_its_answers(house: Session, survey: Survey) -> None:
    find(house, survey)
    told = coding.told(house, survey, "more")
    assert len(told) == 2
    assert sum(len(each.answers) for each in told) <= 60
    for each in told:
        assert len({"buss" in answer.text.lower() for answer in each.answers}) == 1
        assert each.count == len(each.answers)


def test_what_fewer_than_five_wrote_about_is_not_counted_aloud(house: Session, survey: Survey) -> None:
    theme = coding.add(house, survey, "more", "Tåg")
    few = coding.written(house, survey, "more")[:4]
    coding.code(house, survey, "more", "1", {answer.id: [theme.id] for answer in few})
    assert [each.count for each in coding.told(house, survey, "more")] == [None]


def test_what_people_say_goes_before_the_machine_and_can_not_be_overwritten_by_it(house: Session, survey: Survey) -> None:
    first, second = find(house, survey)
    answer = coding.told(house, survey, "more")[0].answers[0]
    mine, other = (first, second) if answer in _answers(house, survey, second) else (second, first)
    coding.code(house, survey, "more", "1", {answer.id: [mine.id]})
    assert answer in _answers(house, survey, mine)
    assert answer not in _answers(house, survey, other)
    with pytest.raises(Refusal, match="by hand"):
        find(house, survey)


def _answers(house: Session, survey: Survey, theme: Theme) -> tuple[coding.Written, ...]:
    return next(each.answers for each in coding.told(house, survey, "more") if each.theme.id == theme.id)


def test_two_themes_become_one_with_all_their_answers(house: Session, survey: Survey) -> None:
    first, second = find(house, survey)
    together = len(_answers(house, survey, first)) + len(_answers(house, survey, second))
    coding.release(house, first, "en buss till")
    coding.merge(house, first, second)
    (whole,) = coding.told(house, survey, "more")
    assert len(whole.answers) == together
    assert [quote.text for quote in whole.quotes] == ["en buss till"]
    with pytest.raises(Refusal):
        coding.merge(house, second, second)


def test_coders_who_agree_are_told_so(house: Session, survey: Survey) -> None:
    first, second = find(house, survey)
    some = coding.written(house, survey, "more")[:20]
    said = {answer.id: [first.id] if i % 2 else [second.id] for i, answer in enumerate(some)}
    assert coding.agreement(house, survey, "more") is None
    coding.code(house, survey, "more", "1", said)
    assert coding.agreement(house, survey, "more") is None
    coding.code(house, survey, "more", "2", said)
    assert coding.agreement(house, survey, "more") == (20, 1.0)
    coding.code(house, survey, "more", "2", {some[0].id: [first.id]})
    count, alpha = coding.agreement(house, survey, "more") or (0, 0.0)
    assert count == 20
    assert 0.8 < alpha < 1


def test_none_of_the_themes_is_an_answer_too(house: Session, survey: Survey) -> None:
    first, second = find(house, survey)
    answer = coding.told(house, survey, "more")[0].answers[0]
    coding.code(house, survey, "more", "1", {answer.id: []})
    assert all(answer not in each.answers for each in coding.told(house, survey, "more"))
    assert coding.of_coder(house, survey, "more", "1")[answer.id] == set()
    assert coding.of_coder(house, survey, "more", "2")[answer.id] in ({first.id}, {second.id})
    with pytest.raises(Refusal, match="by hand"):
        find(house, survey)


def test_one_who_says_none_and_one_who_names_a_theme_do_not_agree(house: Session, survey: Survey) -> None:
    theme = coding.add(house, survey, "more", "Tåg")
    some = coding.written(house, survey, "more")[:10]
    coding.code(house, survey, "more", "1", {answer.id: [theme.id] * (i < 5) for i, answer in enumerate(some)})
    coding.code(house, survey, "more", "2", {answer.id: [] for answer in some})
    count, alpha = coding.agreement(house, survey, "more") or (0, 1.0)
    assert count == 10
    assert alpha < 0
    assert len(coding.differences(house, survey, "more")) == 5


def test_what_was_sorted_differently_is_settled_and_the_agreement_stands(house: Session, survey: Survey) -> None:
    first, second, third = (coding.add(house, survey, "more", name) for name in ("Tåg", "Buss", "Skola"))
    one, other = coding.written(house, survey, "more")[:2]
    coding.code(house, survey, "more", "1", {one.id: [first.id, third.id], other.id: [second.id]})
    coding.code(house, survey, "more", "2", {one.id: [second.id, third.id], other.id: [second.id]})
    (found,) = coding.differences(house, survey, "more")
    assert (found.answer, found.settled, found.common) == (one, None, {third.id})
    assert set(found.said) == {frozenset({first.id, third.id}), frozenset({second.id, third.id})}
    before = coding.agreement(house, survey, "more")
    coding.settle(house, survey, "more", {one.id: [first.id]})
    assert [one in _answers(house, survey, theme) for theme in (first, second, third)] == [True, False, False]
    assert coding.agreement(house, survey, "more") == before
    assert [each.settled for each in coding.differences(house, survey, "more")] == [{first.id}]
    coding.settle(house, survey, "more", {one.id: []})
    assert not any(one in _answers(house, survey, theme) for theme in (first, second, third))


def test_only_what_was_sorted_differently_is_settled(house: Session, survey: Survey) -> None:
    theme = coding.add(house, survey, "more", "Tåg")
    answer = coding.written(house, survey, "more")[0]
    coding.code(house, survey, "more", "1", {answer.id: [theme.id]})
    with pytest.raises(Refusal, match="differently"):
        coding.settle(house, survey, "more", {answer.id: []})
    assert answer in _answers(house, survey, theme)


def test_what_is_settled_moves_with_a_theme_that_joins_another(house: Session, survey: Survey) -> None:
    first, second = (coding.add(house, survey, "more", name) for name in ("Tåg", "Järnväg"))
    answer = coding.written(house, survey, "more")[0]
    coding.code(house, survey, "more", "1", {answer.id: [first.id]})
    coding.code(house, survey, "more", "2", {answer.id: []})
    coding.settle(house, survey, "more", {answer.id: [first.id]})
    coding.merge(house, first, second)
    assert answer in _answers(house, survey, second)


def test_a_quote_with_a_name_is_not_released(house: Session, survey: Survey) -> None:
    theme = coding.add(house, survey, "more", "Grannar")
    with pytest.raises(Refusal, match="Bengtsson|name"):
        coding.release(house, theme, "Min granne Kalle Bengtsson kör för fort.")
    quote = coding.release(house, theme, "Fler bussar från Ås, tack.", ["Ås"])
    coding.withdraw(house, survey, quote.id)
    house.flush()
    assert coding.told(house, survey, "more")[0].quotes == ()


def test_quotes_are_suggested_but_not_those_released(house: Session, survey: Survey) -> None:
    find(house, survey)
    each = coding.told(house, survey, "more")[0]
    suggested = coding.suggested(survey, each)
    assert suggested
    coding.release(house, each.theme, suggested[0])
    assert suggested[0] not in coding.suggested(survey, coding.told(house, survey, "more")[0])


def test_codes_of_another_question_or_survey_are_refused(house: Session, survey: Survey) -> None:
    theme = coding.add(house, survey, "more", "Tåg")
    with pytest.raises(Refusal):
        coding.code(house, survey, "more", "1", {"f" * 32: [theme.id]})
    with pytest.raises(Refusal):
        coding.code(house, survey, "more", "1", {coding.written(house, survey, "more")[0].id: [theme.id + 99]})
    with pytest.raises(Refusal, match="already"):
        coding.add(house, survey, "more", "tåg")
