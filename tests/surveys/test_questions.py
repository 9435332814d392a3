"""Each question type asks, checks, stores, measures and prints as it should."""

import json
from random import Random

import pytest

from surveys.questions import DONT_KNOW, Refused, names, question_type
from tests.surveys.questioning import OPTIONS, answer, form, question

ASKING = [name for name in names() if question_type(name).scale]
EXTRA = {kind: {"low": "dåligt", "high": "bra"} for kind in ("rating", "score")}


def of(kind, **settings):
    return question(kind, **(EXTRA.get(kind, {}) | settings))


def test_the_file_names_are_the_types():
    found = ("budget", "information", "matrix", "multiple", "number", "place", "ranking", "rating", "score", "single")
    assert names() == (*found, "text", "yes_no")


@pytest.mark.parametrize("kind", ASKING)
def test_a_blank_answer_is_none_when_the_question_is_voluntary(kind):
    asked = of(kind)
    assert answer(asked) is None
    assert asked.kind.words(asked, None, "sv") == ""


@pytest.mark.parametrize("kind", ASKING)
def test_a_required_question_refuses_a_blank_answer_and_says_what_to_do(kind):
    message = answer(of(kind, required=True))
    assert isinstance(message, str)
    assert message.split()[0] in ("Choose", "Write")


@pytest.mark.parametrize("kind", names())
def test_a_made_up_answer_is_one_that_the_question_takes(kind):
    asked = of(kind, required=kind != "information", dont_know=kind in ("single", "rating", "number"))
    rng = Random(1)
    made = [asked.kind.fake(asked, rng, lean) for lean in (-1, 0, 1) * 20]
    assert [value for value in made if asked.kind.check(asked, value) is not None] == []
    assert (kind == "information") == all(value is None for value in made)


@pytest.mark.parametrize("kind", ASKING)
def test_what_is_stored_is_plain_json_and_fills_the_form_again(kind):
    asked = of(kind)
    value = asked.kind.fake(asked, Random(2), 0.2) or "Hej"
    assert json.loads(json.dumps(value)) == value
    shown = form(asked, None, shown=value)
    assert asked.kind.read(asked, shown.data) == value


@pytest.mark.parametrize("kind", ASKING)
def test_every_item_has_its_column_whatever_was_answered(kind):
    asked = of(kind)
    items = {item.name for item in asked.kind.items(asked, "sv")}
    for value in (None, asked.kind.fake(asked, Random(3))):
        assert {column.partition("/")[0] for column in asked.kind.columns(asked, value)} == items


@pytest.mark.parametrize("kind", names())
def test_every_type_prints_its_question_first(kind):
    asked = of(kind)
    assert asked.kind.print_text(asked, "en")[0] == "How do you travel?"
    assert asked.kind.seconds(asked) > 0


@pytest.mark.parametrize("kind", ASKING)
@pytest.mark.parametrize("wrong", [["bus", "boat"], {"boat": "bus"}, {"work": "boat"}, True, object(), "x" * 3000])
def test_a_value_from_elsewhere_is_checked_as_strictly(kind, wrong):
    asked = of(kind)
    with pytest.raises(Refused):
        asked.kind.check(asked, wrong)


def test_a_single_choice_stores_the_code_and_shows_the_words():
    asked = question("single")
    assert answer(asked, q="train") == "train"
    assert asked.kind.words(asked, "train", "en") == "Train"
    assert answer(asked, q="boat") == "Choose one of the alternatives."


def test_do_not_know_is_an_option_outside_the_base():
    asked = question("single", dont_know=True)
    assert answer(asked, q=DONT_KNOW) == DONT_KNOW
    (item,) = asked.kind.items(asked, "en")
    assert list(item.categories) == ["bus", "train", "car", DONT_KNOW]
    assert item.missing == {DONT_KNOW}


def test_multiple_choice_keeps_the_order_of_the_options():
    asked = question("multiple")
    assert answer(asked, q=["car"]) == ["car"]
    filled = form(asked, None)
    assert asked.kind.read(asked, filled.data | {"q": ["car", "bus"]}) == ["bus", "car"]
    assert asked.kind.columns(asked, ["bus", "car"]) == {"q": ("bus", "car")}


def test_an_exclusive_option_stands_alone():
    none = {"code": "none", "text": "Inget", "exclusive": True}
    asked = question("multiple", options=[*OPTIONS, none], dont_know=True)
    for alone in ("none", DONT_KNOW):
        with pytest.raises(Refused, match="together"):
            asked.kind.check(asked, ["bus", alone])
        asked.kind.check(asked, [alone])


def test_multiple_choice_tells_the_most_that_may_be_chosen():
    asked = question("multiple", most=1)
    with pytest.raises(Refused, match="at most 1 answer"):
        asked.kind.check(asked, ["bus", "car"])


def test_a_rating_in_numbers_has_words_at_its_ends():
    asked = question("rating", lowest=0, highest=3, low={"sv": "dåligt", "en": "bad"}, high={"sv": "bra", "en": "good"})
    (item,) = asked.kind.items(asked, "en")
    assert item.categories == {"0": "0 – bad", "1": "1", "2": "2", "3": "3 – good"}
    assert item.scale == "ordinal"


def test_a_rating_may_have_words_for_every_step():
    asked = question("rating", options=OPTIONS)
    assert answer(asked, q="train") == "train"
    assert not asked.kind.check_settings(asked)


def test_yes_and_no_are_said_in_the_language_asked_for():
    asked = question("yes_no")
    assert answer(asked, q="yes") == "yes"
    assert asked.kind.labels(asked, "sv") == {"yes": "Ja", "no": "Nej"}


def test_a_matrix_is_one_item_a_row():
    asked = question("matrix")
    assert answer(asked, q__work="bus", q__shop="car") == {"work": "bus", "shop": "car"}
    assert [item.name for item in asked.kind.items(asked, "sv")] == ["q_work", "q_shop"]
    assert asked.kind.columns(asked, {"work": "bus"}) == {"q_work": "bus", "q_shop": None}
    assert asked.kind.words(asked, {"work": "bus"}, "sv") == "Till jobbet: Buss"


def test_a_required_matrix_wants_every_row():
    assert answer(question("matrix", required=True), q__work="bus") == "Choose an answer"


@pytest.mark.parametrize(
    ("written", "stored"), [("3", 3), ("2,5", 2.5), ("2.5", 2.5), ("1 200", 1200), ("", None), (" 7 ", 7)]
)
def test_a_number_is_read_as_people_write_it(written, stored):
    assert answer(question("number", decimals=1), q=written) == stored


@pytest.mark.parametrize(
    ("written", "told"),
    [("tre", "digits"), ("-1", "between 0 and 60"), ("61", "between 0 and 60"), ("2,5", "whole"), ("1e9", "digits"),
     ("nan", "digits")],
)  # fmt: skip
def test_a_number_that_is_wrong_is_told_and_kept_in_the_form(written, told):
    asked = question("number", min=0, max=60)
    filled = form(asked, {"q": written})
    assert not filled.validate()
    assert told in filled.errors["q"][0]
    assert filled["q"].written() == written


def test_one_may_say_that_one_does_not_know_the_number():
    asked = question("number", dont_know=True, required=True)
    assert answer(asked, q__dont_know="yes") == DONT_KNOW
    assert answer(asked, q="3", q__dont_know="yes") == "Write a number or tick the box, not both"
    assert asked.kind.items(asked, "sv")[0].missing == {DONT_KNOW}


def test_a_number_is_shown_with_its_unit_in_the_language():
    asked = question("number", decimals=1, unit={"sv": "km", "en": "km"})
    assert asked.kind.words(asked, 2.5, "sv") == "2,5 km"
    assert asked.kind.words(asked, 2, "en") == "2 km"


def test_a_text_of_emoji_and_four_byte_characters_is_kept():
    assert (
        answer(question("text"), q="  Bussen \U0001f68c och \U00020bb7\r\nimorgon ")
        == "Bussen \U0001f68c och \U00020bb7\nimorgon"
    )


@pytest.mark.parametrize("size", [2001, 100_000])
def test_a_text_that_is_too_long_is_refused_and_nothing_is_lost(size):
    filled = form(question("text"), {"q": "å" * size})
    assert not filled.validate()
    assert "2000" in filled.errors["q"][0]
    assert filled["q"].written() == "å" * size


def test_a_null_character_never_reaches_the_store():
    assert answer(question("text"), q="a\0b") == "ab"


def test_information_shows_safe_formatting_and_asks_nothing():
    body = "**Hej** <script>alert(1)</script>\n\n- ett\n- [länk](https://example.se/a?b=1&c=2)\n\n[ond](javascript:alert(1))"
    asked = question("information", body=body, hint="Läs först")
    html = str(asked.kind.prose(asked, "sv"))
    assert "<strong>Hej</strong> &lt;script&gt;" in html
    assert '<a class="govuk-link" href="https://example.se/a?b=1&amp;c=2">länk</a>' in html
    assert "href" not in html.split("ond")[1]
    assert "Läs först</p>" in html
    assert not asked.kind.field(asked, "sv")
    assert not asked.kind.items(asked, "sv")


def test_no_made_up_text_can_be_taken_for_a_real_one():
    asked = question("text", required=True)
    assert all(asked.kind.fake(asked, Random(seed)).startswith("Påhittat") for seed in range(20))
