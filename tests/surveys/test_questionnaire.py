"""A questionnaire as a value: to and from JSON, what is wrong with it, and the way through it."""

import dataclasses

import pytest

from surveys.forms.answering import Asking
from surveys.questionnaire import RESERVED, InvalidQuestionnaire, Page, Questionnaire, Text, check
from surveys.questionnaire.readability import lix
from surveys.views.answering import BUTTONS
from tests.surveys.questioning import OPTIONS, questionnaire

SINGLE = {"name": "q1", "type": "single", "text": "Hur?", "options": OPTIONS}
TEXT = {"name": "q2", "type": "text", "text": "Vad?"}
BUS = {"question": "q1", "is": "bus"}


def told(*questions, level="error", **more):
    return [str(problem) for problem in check(questionnaire(*questions, **more)) if problem.level == level]


def refused(document):
    with pytest.raises(InvalidQuestionnaire) as fault:
        Questionnaire.from_json(document)
    return [str(problem) for problem in fault.value.problems]


def test_a_questionnaire_goes_to_json_and_back_unchanged():
    whole = questionnaire(SINGLE, TEXT | {"visible_if": BUS}, languages=["sv", "en"], code="resor", thanks="Tack!")
    assert Questionnaire.from_json(whole.to_json()) == whole
    assert whole.to_json()["format"] == 1


def test_a_stored_question_keeps_the_defaults_of_its_day():
    assert questionnaire(TEXT).to_json()["pages"][0]["questions"][0]["max_length"] == 2000


def test_a_value_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        questionnaire(TEXT).title = Text()


def test_a_missing_translation_falls_back():
    text = Text.of({"en": "Yes", "sv": "Ja"}, "sv")
    assert [text.in_(language) for language in ("sv", "en", "sv-simple", "sma", "de")] == [
        "Ja",
        "Yes",
        "Ja",
        "Ja",
        "Ja",
    ]
    assert Text.of({"en": "Yes"}, "sv").in_("sv") == "Yes"
    assert Text().in_("sv") == ""


def test_every_fault_of_form_is_told_at_once_with_its_place():
    faults = refused(
        {
            "format": 2,
            "tilte": "x",
            "questions": [
                {"name": "a", "type": "sing"},
                {"name": "b", "type": "text", "required": "ja", "max_length": "lång"},
                {"name": "c", "type": "single", "options": [{"kod": "x"}], "visible_if": {"question": "a"}},
                "d",
            ],
        }
    )
    assert len(faults) == 8
    assert 'tilte: "tilte" is not known here. Did you mean "title"?' in faults
    assert any(fault.startswith('question "b", required: Here true or false was expected') for fault in faults)
    assert any(fault.startswith('question "c", option 1, kod') for fault in faults)


@pytest.mark.parametrize(
    "document", [None, [], "x", 3, {}, {"format": 1, "questions": {}}, {"format": 1, "pages": [{}]}]
)
def test_what_is_no_questionnaire_is_refused(document):
    assert refused(document)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"name": "Q-1"}, "cannot be a name"),
        ({"name": "weight"}, 'such as q_weight'),
        ({"name": "q1"}, 'Two questions are called "q1"'),
        ({"text": ""}, "has no text"),
        ({"type": "single"}, "fewer than two options"),
        ({"type": "single", "options": OPTIONS[:1]}, "fewer than two options"),
        ({"options": OPTIONS}, "takes no options"),
        ({"type": "single", "options": [*OPTIONS, OPTIONS[0]]}, 'Two options have the code "bus"'),
        ({"type": "single", "options": [*OPTIONS, {"code": "å/", "text": "x"}]}, "cannot be a code"),
        ({"type": "single", "options": [*OPTIONS, {"code": "x"}]}, "option has no text"),
        ({"type": "single", "options": [*OPTIONS, {"code": "dont_know", "text": "x"}]}, "dont_know: true"),
        ({"image": {"file": "karta.png"}}, "do not see it"),
        ({"image": {"file": "../../etc/passwd", "alt": "x"}}, "not the name of a picture"),
        ({"visible_if": {"question": "q9", "is": "x"}}, "there is no such question"),
        ({"visible_if": {"question": "q3", "is": "x"}}, "asked later"),
        ({"visible_if": {"question": "q1", "is": "boat"}}, "Its codes are bus, train, car"),
        ({"visible_if": {"question": "q1", "row": "x", "is": "bus"}}, "does not have"),
        ({"type": "number", "min": 5, "max": 1}, "Change one of them"),
        ({"type": "rating"}, "ends of the scale"),
        ({"type": "rating", "lowest": 1, "highest": 50, "low": "a", "high": "b"}, "between 2 and 11"),
        ({"type": "matrix", "options": OPTIONS}, "to be rated"),
        ({"max_length": 0}, "between 1 and"),
    ],
)  # fmt: skip
def test_each_error_is_told_with_place_and_remedy(question, message):
    found = told(SINGLE, TEXT | question, {"name": "q3", "type": "text", "text": "Mer?"})
    assert len(found) == 1
    assert message in found[0]
    assert found[0].startswith("question")


def test_no_question_can_be_called_as_a_button_or_a_part_of_its_form():
    parts = {name for name in dir(Asking) if name.islower() and not name.startswith("_")}
    assert parts | set(BUTTONS) <= RESERVED


def test_a_row_of_a_matrix_may_not_take_another_questions_column():
    matrix = {"name": "q1", "type": "matrix", "text": "Hur?", "options": OPTIONS, "rows": {"a": "A"}}
    assert "column" in told(matrix, TEXT | {"name": "q1_a"})[0]


def test_a_matrix_that_no_phone_takes_is_warned_of():
    rows = {f"r{i}": f"Rad {i}" for i in range(6)}
    assert "6 rows" in told(SINGLE | {"type": "matrix", "rows": rows}, level="warning")[0]


def test_a_missing_translation_is_warned_of():
    found = told(TEXT, level="warning", languages=["sv", "en"])
    assert 'question "q2", text: There are no words in en.' in " ".join(found)


def test_a_questionnaire_that_takes_too_long_is_warned_of():
    many = [TEXT | {"name": f"q{i}"} for i in range(40)]
    assert questionnaire(*many).estimate_minutes() > 15
    assert "minutes to answer" in told(*many, level="warning")[-1]


def test_officialese_is_warned_of():
    hard = "Kommunstyrelseförvaltningens verksamhetsutvecklingsprocesser förutsätter medborgardialoger " * 8
    assert lix("Jag bor här. Du bor där.") < 30 < 50 < lix(hard)
    assert any("LIX" in warning for warning in told(TEXT | {"text": hard}, level="warning"))


def test_nothing_asked_is_an_error():
    assert "Nothing is asked." in told({"name": "q", "type": "information", "text": "Hej"})[0]


def way():
    return questionnaire(
        {"name": "intro", "type": "information", "text": "Hej"},
        SINGLE,
        TEXT | {"visible_if": BUS},
        {"name": "q3", "type": "text", "text": "Mer?"},
    )


def test_the_way_leads_past_pages_that_have_nothing_to_show():
    assert way().way({}) == (0, 1, 3)
    assert way().next_page(1, {"q1": "bus"}) == 2
    assert way().next_page(1, {"q1": "car"}) == 3
    assert way().next_page(3, {}) is None
    assert way().previous_page(3, {}) == 1
    assert way().previous_page(0, {}) is None


def test_progress_counts_the_pages_on_the_way():
    assert way().progress(3, {}) == (3, 3)
    assert way().progress(3, {"q1": "bus"}) == (4, 4)


def test_one_goes_on_at_the_first_question_that_was_not_seen():
    assert way().first_unanswered({}) == 0
    assert way().first_unanswered({"q1": "bus"}) == 2
    assert way().first_unanswered({"q1": "car"}) == 3
    assert way().first_unanswered({"q1": None, "q3": None}) is None


def test_a_required_question_that_is_hidden_is_not_missed():
    whole = questionnaire(SINGLE | {"required": True}, TEXT | {"required": True, "visible_if": BUS})
    assert [q.name for q in whole.missing({})] == ["q1"]
    assert [q.name for q in whole.missing({"q1": "car"})] == []
    assert [q.name for q in whole.missing({"q1": "bus"})] == ["q2"]


def test_questions_may_share_a_page():
    pages = [{"title": "Resor", "questions": [SINGLE, TEXT | {"visible_if": BUS}]}]
    whole = Questionnaire.from_json({"format": 1, "title": "Resor", "pages": pages})
    assert isinstance(whole.pages[0], Page)
    assert [q.name for q in whole.shown(0, {})] == ["q1"]
    assert [q.name for q in whole.shown(0, {"q1": "bus"})] == ["q1", "q2"]
