"""YAML and JSON: what they carry, and how a bad file is told."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.words import speak
from surveys import formats
from surveys.formats import CannotRead
from surveys.questionnaire import errors
from surveys.questionnaire.schema import FILE, build
from tests.surveys.questioning import OPTIONS, questionnaire

PROJECT = Path(__file__).parents[2]
EXAMPLES = sorted((PROJECT / "surveys" / "examples").glob("*.yaml"))
GOOD = """\
format: 1
title: Resor
questions:
  - name: q1
    type: single
    text: Åker du buss?
    options: {yes: Ja, no: Nej}
  - name: q2
    type: text
    text: Varför?
    visible_if: {question: q1, is: yes}
"""


def told(data: bytes | str) -> str:
    with pytest.raises(CannotRead) as fault:
        formats.read(data.encode() if isinstance(data, str) else data, "fil.yaml")
    return str(fault.value)


def test_yes_and_no_are_codes_and_not_truth_values():
    question = formats.read(GOOD.encode()).questionnaire.question("q1")
    assert [option.code for option in question.options] == ["yes", "no"]


@pytest.mark.parametrize("name", ["yaml", "json"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_questionnaire_is_written_and_read_back_unchanged(example, name):
    loaded = formats.read(example.read_bytes())
    assert formats.read(formats.write(loaded.questionnaire, name)).questionnaire == loaded.questionnaire


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_faultless_in_both_languages(example):
    loaded = formats.read(example.read_bytes())
    assert loaded.warnings == ()
    assert loaded.losses == ()
    assert 7 <= len(loaded.questionnaire.questions) <= 10
    assert loaded.questionnaire.estimate_minutes() <= 5


def test_the_examples_have_every_type_between_them():
    from surveys.questions import names

    examples = [formats.read(example.read_bytes()).questionnaire for example in EXAMPLES]
    assert {question.type for example in examples for question in example.questions} == set(names())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff"), min_size=1))
def test_any_words_survive_yaml_and_json(words):
    whole = questionnaire({"name": "q", "type": "text", "text": {"sv": "x" + words, "en": words + "x"}})
    for name in formats.writable():
        assert formats.read(formats.write(whole, name)).questionnaire == whole


@pytest.mark.parametrize(
    ("change", "place", "cause"),
    [
        (("is: yes", "is: ja"), "line 11", "Its codes are yes, no"),
        (("type: text", "type: essay"), "line 9", 'no question type "essay"'),
        (("type: text", "typ: text"), "line 8", "has no type"),
        (("text: Varför?", "text: Varför?\n    text: Hur?"), "line 11", "stands twice"),
        (("text: Varför?", "text: !!python/object/apply:os.system [ls]"), "line 10", "Tags such as"),
        (("text: Varför?", "text: !include /etc/passwd"), "line 10", "Tags such as"),
        (("text: Varför?", "text: &a Varför?"), "line 10", "Anchors"),
        (("text: Varför?", "text: *a"), "line 10", "Anchors"),
        (("text: Varför?", "text: [Varför?"), "line 11", "not YAML"),
        (("name: q2", "name: q1"), "line 8", "Two questions"),
        (("  - name: q2", "  - name: q2\n    max_lenght: 5"), "line 9", 'Did you mean "max_length"'),
        (("format: 1\n", "format: 1\n---\n"), "line 2", "more than one document"),
        (("text: Varför?", "text: Varför?\n    image: {file: ../../a.png, alt: x}"), "line 11", "not the name of"),
    ],
)  # fmt: skip
def test_every_fault_in_yaml_is_told_with_its_line(change, place, cause):
    message = told(GOOD.replace(*change))
    assert place in message
    assert cause in message


def test_all_faults_are_told_at_once():
    bad = GOOD.replace("name: q2", "name: Q 2").replace("is: yes", "is: ja")
    assert len(told(bad).splitlines()) == 2


BOMB = "a: &a [x,x,x]\n" + "".join(
    f"{c}: &{c} [*{p},*{p},*{p},*{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"hej", "not a questionnaire"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a questionnaire"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not a questionnaire"),
        (bytes(range(256)) * 100, "not a questionnaire"),
        (BOMB, "Anchors"),
        ("a: " + "[" * 100_000, "nested too deeply"),
        ("a: " + "{b: " * 5_000, "nested too deeply"),
        ("title: " + "x" * 1_000_001, "larger than 1000 kB"),
        ("format: 1\ntitle: x\nquestions: {}", "a list"),
        ("format: 1\ntitle: x\nquestions: 7", "a list"),
        ("? [a, b]\n: c\nformat: 1", "plain word"),
        ("format: 1\ntitle: " + "x" * 20_000 + "\nquestions: []", "shorter text"),
        ('{"format": 1, "format": 1}', "stands twice"),
        ('{"format": NaN}', "NaN is not a number"),
        ('{"format": 1', "line 1"),
        ('{"a": ' * 100_000, "nested too deeply"),
        ("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "not a questionnaire"),
    ],
)
def test_a_bad_file_is_refused_with_its_cause(data, cause):
    assert cause in told(data)


def test_a_faulty_file_is_told_in_swedish_too():
    with speak("sv"):
        assert told("format: 1\ntitle: x\nquestions: 7").startswith("rad 3, pages: Här ska det stå en lista")


def test_windows_1252_is_read_and_told():
    loaded = formats.read(GOOD.encode("cp1252"))
    assert loaded.questionnaire.question("q1").text.in_("sv") == "Åker du buss?"
    assert "Windows-1252" in loaded.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_no_harm(encoding):
    assert formats.read(GOOD.encode(encoding)).questionnaire.question("q1").text.in_("sv") == "Åker du buss?"


def test_hostile_words_are_words_and_nothing_else():
    hostile = GOOD.replace("Varför?", "'=HYPERLINK(\"http://x\") <script>alert(1)</script>'")
    text = formats.read(hostile.encode()).questionnaire.question("q2").text.in_("sv")
    assert text == '=HYPERLINK("http://x") <script>alert(1)</script>'


def test_a_format_is_known_by_content_and_not_by_name():
    as_json = formats.write(formats.read(GOOD.encode()).questionnaire, "json")
    assert formats.read(as_json, "enkat.xlsx").questionnaire == formats.read(GOOD.encode(), "enkat.json").questionnaire


def test_the_schema_in_the_project_is_the_one_that_the_types_give():
    assert json.loads(FILE.read_text(encoding="utf-8")) == build(), "run python -m surveys.questionnaire.schema"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_follow_the_schema(example):
    jsonschema.Draft202012Validator.check_schema(build())
    whole = formats.read(example.read_bytes()).questionnaire
    assert list(jsonschema.Draft202012Validator(build()).iter_errors(whole.to_json())) == []
    assert list(jsonschema.Draft202012Validator(build()).iter_errors(whole.to_json() | {"pages": "none"})) != []


def test_the_schema_refuses_what_we_refuse():
    good = questionnaire({"name": "q", "type": "single", "text": "Hur?", "options": OPTIONS}).to_json()
    jsonschema.validate(good, build())
    for change in ({"type": "essay"}, {"name": "Q 1"}, {"max": 5}, {"options": [{"kod": 1}]}):
        bad = good | {"pages": [{"questions": [good["pages"][0]["questions"][0] | change]}]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, build())


MANUAL = PROJECT / "docs" / "questionnaire-format.md"


def test_the_example_in_the_manual_is_a_faultless_questionnaire():
    example = MANUAL.read_text(encoding="utf-8").split("```yaml complete\n")[1].split("```")[0]
    loaded = formats.read(example.encode())
    assert loaded.warnings == ()
    assert not errors([])
    jsonschema.validate(loaded.questionnaire.to_json(), build())


def test_the_manual_names_every_type_setting_condition_and_format():
    from surveys.conditions import VERBS
    from surveys.questions import names, question_type

    manual = MANUAL.read_text(encoding="utf-8")
    settings_of_types = {setting for name in names() for setting in question_type(name).settings}
    for word in {*names(), *settings_of_types, *VERBS}:
        assert f"`{word}`" in manual, word
    assert all(name in manual.lower() for name in formats.names())
