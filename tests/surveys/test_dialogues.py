"""A dialogue's gates, as the strategy sets them."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import dialogues
from surveys.refusals import Refusal
from tests import factories


def lacks(session: Session, **values: Any) -> str:
    return "\n".join(dialogues.missing(factories.dialogue(session, **values)))


def test_a_complete_dialogue_lacks_nothing(house: Session) -> None:
    assert dialogues.missing(factories.dialogue(house)) == []


@pytest.mark.parametrize("name", [name for name, _label in dialogues.TOLD if name != "title"])
def test_every_field_that_must_be_told_is_asked_for_by_name(house: Session, name: str) -> None:
    empty = None if name in {"ladder_step", "starts", "ends", "feedback_due"} else ""
    assert f"“{dict(dialogues.TOLD)[name]}” is empty." in lacks(house, **{name: empty})


@pytest.mark.parametrize("name", [name for name, _question in dialogues.QUESTIONS])
def test_each_of_the_four_questions_needs_an_answer_and_a_reason(house: Session, name: str) -> None:
    assert "Not answered" in lacks(house, slug="a", **{name: None})
    assert "The reason is missing" in lacks(house, slug="b", **{f"{name}_reason": " "})


def test_one_yes_of_the_first_two_is_enough_but_two_noes_stop(house: Session) -> None:
    assert lacks(house, slug="a", needs_knowledge=False, teaches=True, teaches_reason="Ja.") == ""
    assert "worth" in lacks(house, slug="b", needs_knowledge=False, teaches=False, teaches_reason="Nej.")


def test_what_cannot_be_influenced_is_not_asked(house: Session) -> None:
    assert "informed, not asked" in lacks(house, slug="a", can_be_influenced=False)
    assert "should not ask" in lacks(house, slug="b", open_to_influence=False)


def test_a_decision_on_one_person_is_never_put_to_a_panel(house: Session) -> None:
    assert "never put to a panel" in lacks(house, about_individual=True)


def test_special_law_needs_its_dates_and_its_way_to_lodge_a_view(house: Session) -> None:
    said = lacks(house, special_law="pbl-detailed")
    assert "dates of the statutory consultation" in said
    assert "written view" in said


def test_the_frame_is_fixed_once_a_survey_has_been_open(house: Session) -> None:
    dialogue = factories.dialogue(house)
    factories.survey(house, {}, dialogue, state="open")
    with pytest.raises(Refusal, match="What can change"):
        dialogues.change(dialogue, {"can_change": "Allt."})
    dialogues.change(dialogue, {"body": "Kommunstyrelsen"})
    assert dialogue.body == "Kommunstyrelsen"


def test_two_dialogues_with_one_title_get_two_addresses(house: Session) -> None:
    first = dialogues.create(house, {"title": "Åk & res!"})
    second = dialogues.create(house, {"title": "Åk & res!"})
    assert (first.slug, second.slug) == ("ak-res", "ak-res-2")


def test_feedback_is_late_only_while_it_is_owed(house: Session) -> None:
    dialogue = factories.dialogue(house)
    due = dialogue.feedback_due
    assert due
    assert not dialogues.overdue(dialogue, due)
    assert dialogues.overdue(dialogue, due.replace(year=due.year + 1))
    dialogues.publish_feedback(dialogue, "Nämnden valde förslag A.", due)
    assert not dialogues.overdue(dialogue, due.replace(year=due.year + 1))
