"""A survey's doors, and the day it closes by itself."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys import answering, envelopes, formats, lifecycle
from surveys.clock import today
from surveys.models import Invitation, Survey, SurveyState
from surveys.refusals import Refusal
from tests import factories

EXAMPLE = Path("surveys/examples/fritid.yaml")


def draft(session: Session, closes: date | None) -> Survey:
    body = formats.read(EXAMPLE.read_bytes(), EXAMPLE.name).questionnaire.to_json()
    return factories.survey(session, body, closes=closes)


def test_opening_needs_a_last_day_that_has_not_passed(house: Session) -> None:
    assert "last day to answer is missing" in str(lifecycle.missing(draft(house, None), today(), []))
    late = factories.survey(house, {}, factories.dialogue(house, "annan"), closes=today() - timedelta(days=1))
    late.versions[0].body = draft_body()
    assert "has passed" in str(lifecycle.missing(late, today(), []))


def draft_body() -> dict[str, object]:
    return formats.read(EXAMPLE.read_bytes(), EXAMPLE.name).questionnaire.to_json()


def test_a_process_without_keys_opens_a_survey_and_the_worker_makes_the_key(house: Session, tmp_path: Path) -> None:
    survey = draft(house, today() + timedelta(days=9))
    lifecycle.open_(house, survey, today(), [], None)
    assert survey.state == SurveyState.OPEN
    assert envelopes.current_epoch(house, survey.id) is None
    key = survey.id
    house.commit()
    envelopes.work_round(tmp_path)
    assert envelopes.current_epoch(house, key) is not None


def test_nobody_answers_after_the_last_day_though_nobody_has_closed(house: Session, tmp_path: Path) -> None:
    survey = draft(house, today() + timedelta(days=1))
    lifecycle.open_(house, survey, today(), [], tmp_path)
    house.add(
        Invitation(
            key="a" * 32, survey_id=survey.id, reference="r" * 32, age_group="", district="", band_age_group="", band_district=""
        )
    )
    house.flush()
    answering.enter(house, "a" * 32).check()
    survey.closes = today() - timedelta(days=1)
    house.flush()
    with pytest.raises(answering.Closed):
        answering.enter(house, "a" * 32).check()


def test_an_overdue_survey_is_closed_by_itself_and_others_are_left(house: Session, tmp_path: Path) -> None:
    survey = draft(house, today() + timedelta(days=1))
    lifecycle.open_(house, survey, today(), [], tmp_path)
    assert lifecycle.close_overdue(house, today() + timedelta(days=1)) == []
    assert lifecycle.close_overdue(house, today() + timedelta(days=2)) == [survey.id]
    assert survey.state == SurveyState.CLOSED


def test_a_closed_survey_is_not_closed_again_and_a_draft_not_published(house: Session) -> None:
    survey = draft(house, today())
    with pytest.raises(Refusal, match="Only a closed survey"):
        lifecycle.publish(house, survey, today())
    with pytest.raises(Refusal, match="Only an open survey"):
        lifecycle.close(survey, today())
