"""Fields of the page kit: what they read, refuse, keep and say."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form

from analysis import words
from analysis.words import N_
from surveys import fields
from surveys.fields import (
    Checkboxes,
    DateInput,
    Drawn,
    FileUpload,
    Input,
    Matrix,
    Number,
    Radios,
    Required,
    Select,
    Spoken,
    TextArea,
    Tick,
    errors_in_order,
)

WAYS = [("email", "E-post"), ("sms", "Sms"), ("none", "Inget")]


def filled(field: Any, **written: Any) -> Any:
    """The one field ``q`` of a form that was sent with these values."""

    class One(Spoken, Form):
        class Meta:
            marked = False

        q = field

    form = One(MultiDict([(name.replace("__", "-"), v) for name, value in written.items() for v in _many(value)]))
    form.validate()
    return form.q


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_a_choice_is_its_code():
    assert filled(Radios("?", choices=WAYS), q="sms").data == "sms"


def test_a_voluntary_choice_may_be_left_out():
    field = filled(Radios("?", choices=WAYS), other="x")
    assert (field.data, list(field.errors)) == (None, [])


@pytest.mark.parametrize("kind", [Radios, Select])
def test_a_code_that_is_not_in_the_list_is_refused(kind):
    assert filled(kind("?", choices=WAYS), q="<script>").errors == ["Choose one of the alternatives."]


def test_several_choices_come_in_the_order_of_the_list():
    assert filled(Checkboxes("?", choices=WAYS), q=["sms", "email", "sms"]).data == ["email", "sms"]


def test_an_unknown_code_among_several_is_refused():
    assert filled(Checkboxes("?", choices=WAYS), q=["email", "fax"]).errors == ["Choose one of the alternatives."]


def test_an_exclusive_option_stands_alone():
    field = filled(Checkboxes("?", choices=WAYS, exclusive="none"), q=["email", "none"])
    assert field.errors == ["“Inget” can't be chosen together with others."]
    assert field.data == ["email", "none"]


def test_an_exclusive_option_comes_last_after_the_word_or():
    items = filled(Checkboxes("?", choices=[WAYS[2], *WAYS[:2]], exclusive="none")).items()
    assert [item.get("value", item.get("divider")) for item in items] == ["email", "sms", "or", "none"]


@pytest.mark.parametrize(
    "field",
    [
        Radios("?", [Required()], choices=WAYS),
        Checkboxes("?", [Required()], choices=WAYS),
        Select("?", [Required()], choices=WAYS),
        Input("?", [Required()]),
        TextArea("?", [Required()]),
        Number("?", [Required()]),
        DateInput("?", [Required()]),
        FileUpload("?", [Required()]),
        Tick("?", [Required()], legend="!"),
    ],
)
def test_what_is_required_and_missing_is_asked_for(field):
    assert len(filled(field, q="").errors) == 1


@pytest.mark.parametrize(
    ("written", "read"), [("12", 12), (" 1 234 ", 1234), ("1 234", 1234), ("-5", -5), ("−5", -5), ("0", 0), ("", None)]
)
def test_a_number_is_read_as_people_write_it(written, read):
    field = filled(Number("?"), q=written)
    assert (field.data, list(field.errors)) == (read, [])


@pytest.mark.parametrize("written", ["tolv", "1,5", "1e9", "nan", "inf", "9" * 400, "١٢", "1.2.3", "=1+1"])
def test_what_is_no_whole_number_is_told_and_kept(written):
    field = filled(Number("?", [Required()]), q=written)
    assert (field.data, len(field.errors), field.written()) == (None, 1, written)


def test_a_number_takes_a_decimal_comma():
    assert filled(Number("?", decimals=2), q="1 234,56").data == 1234.56
    assert filled(Number("?", decimals=1), q="1,25").errors == ["Write at most 1 decimal."]


def test_a_number_of_before_is_shown_as_the_reader_writes_it():
    class One(Spoken, Form):
        q = Number("?", decimals=2)

    with words.speak("sv"):
        assert One(data={"q": 1234.5}).q.written() == "1234,5"
    with words.speak("en"):
        assert One(data={"q": 1234.5}).q.written() == "1234.5"


def test_zero_is_an_answer():
    assert not filled(Number("?", [Required()]), q="0").errors


def test_a_date_is_read_and_a_wrong_one_is_kept():
    assert filled(DateInput("?"), q="2026-09-13").data == date(2026, 9, 13)
    wrong = filled(DateInput("?"), q="13/9 2026")
    assert (wrong.data, wrong.written(), len(wrong.errors)) == (None, "13/9 2026", 1)


def test_a_text_that_is_too_long_is_told_and_not_cut():
    field = filled(TextArea("?", maximum=10), q="ö" * 11)
    assert field.errors == ["The text has 11 characters. Write at most 10."]
    assert field.written() == "ö" * 11


def test_a_text_of_spaces_is_no_answer():
    field = filled(Input("?", [Required()]), q="  \n ")
    assert field.errors == ["Fill in this field."]
    assert filled(Input("?", [Required()]), q=" a ").errors == []


def test_a_file_without_a_name_is_no_file():
    assert filled(FileUpload("?"), q=FileStorage(filename="")).data is None
    assert filled(FileUpload("?"), q=FileStorage(filename="a.csv")).data.filename == "a.csv"


def matrix(*validators: Any) -> Matrix:
    """A matrix of two rows."""
    return Matrix("?", list(validators), rows=[("a", "Skola"), ("b", "Vägar")], choices=WAYS)


def test_each_row_of_a_matrix_has_its_code():
    assert filled(matrix(), q__a="sms").data == {"a": "sms", "b": None}


def test_a_required_matrix_names_the_rows_that_lack_an_answer():
    field = filled(matrix(Required()), q__a="sms")
    assert field.faults() == [("q-b", "Vägar: Choose one of the alternatives.")]


def test_a_matrix_takes_the_answers_of_before():
    class One(Spoken, Form):
        q = matrix()

    assert One(data={"q": {"b": "email"}}).q.data == {"a": None, "b": "email"}
    assert One(MultiDict({"q-a": "sms"}), data={"q": {"b": "email"}}).q.data == {"a": "sms", "b": None}


class Ordered(Spoken, Form):
    """Two fields with marked words."""

    email = Input(N_("Language"), [Required(N_("Write an answer."))])
    way = Radios(N_("Pages"), [Required()], N_("Back"), choices=[("y", N_("Done"))])


def test_faults_follow_the_page():
    form = Ordered(MultiDict({"x": "1"}))
    form.validate()
    assert [id_ for id_, _ in form.faults()] == ["email", "way"]
    assert [id_ for id_, _ in errors_in_order(form, ["way"])] == ["way", "email"]


def test_faults_of_the_whole_form_come_first():
    form = Ordered(MultiDict({"x": "1"}))
    form.validate()
    form.form_errors.append("Ojdå")
    assert form.faults()[0] == ("", "Ojdå")


@pytest.fixture
def swedish():
    """Swedish is spoken."""
    words.use(Path("panel/translations"))
    with words.speak("sv"):
        yield


@pytest.mark.usefixtures("swedish")
def test_marked_words_are_said_in_the_readers_language():
    form = Ordered(MultiDict({"x": "1"}))
    form.validate()
    assert (form.email.label.text, form.way.description, form.way.choices) == ("Språk", "Tillbaka", [("y", "Klart")])
    assert form.faults() == [("email", "Skriv ett svar."), ("way", "Sidor: Välj ett av alternativen.")]


@pytest.mark.usefixtures("swedish")
def test_a_questionnaires_own_words_are_left_alone():
    assert filled(Input("Language", [Required()]), q="").faults() == [("q", "Language: Fyll i det här fältet.")]


def test_every_field_has_a_template_of_its_own():
    kinds = [kind for name in fields.__all__ if isinstance(kind := getattr(fields, name), type)]
    for kind in kinds:
        template = getattr(kind, "template", "")
        assert not template or Path(f"surveys/templates/fields/{template}.html").exists()
    assert all(kind.template for kind in kinds if issubclass(kind, Drawn) and kind not in (Drawn, fields.Choosing))
