"""XLSForm: what is carried over, what is listed as lost, and how a bad file is refused."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from surveys import formats
from surveys.formats import CannotRead
from surveys.formats._xpath import TooHard, tree
from tests.surveys.sheets import ABC, HEAD, YES_NO, repacked, xlsx

SHARED = Path(__file__).parents[3] / "shared" / "data" / "xlsform"
REFUSED = {"duplicate_columns.xlsx": 'sheet "survey", row 1, column E: Two columns are called "label".'}


def loaded(survey, choices=(), settings=(), **more):
    return formats.read(xlsx(survey, choices, settings, **more), "form.xlsx")


def losses(found):
    return [str(loss) for loss in found.losses]


def told(data, name="form.xlsx"):
    with pytest.raises(CannotRead) as fault:
        formats.read(data, name)
    return str(fault.value)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sheets that others wrote are not beside the project")
def test_ten_sheets_that_others_wrote_load_with_their_losses_or_are_refused_in_one_line():
    files = sorted(SHARED.glob("*.xls*"))
    assert len(files) == 10
    for file in files:
        if file.name in REFUSED:
            assert told(file.read_bytes(), file.name).startswith(REFUSED[file.name])
            continue
        found = formats.read(file.read_bytes(), file.name)
        assert found.questionnaire.questions
        assert formats.read(formats.write(found.questionnaire, "yaml")).questionnaire == found.questionnaire


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sheets that others wrote are not beside the project")
def test_nothing_in_those_sheets_is_silently_dropped():
    found = formats.read((SHARED / "xlsform_spec_test.xlsx").read_bytes())
    lost = {loss.question for loss in found.losses}
    kept = {question.name for question in found.questionnaire.questions}
    rows = {row.code for q in found.questionnaire.questions if q.type == "matrix" for row in q.settings["rows"]}
    asked = (
        "date_test geopoint_test calculate_test start deviceid repeat_test launch my_name a_decimal acknowledge_test"
    )
    for name in asked.split():
        assert name in lost | kept, name
    assert {"label_test", "list_nolabel_test", "table_list_question"} & rows


def test_the_common_types_are_carried_over():
    survey = [
        HEAD,
        ("select_one yn", "bus", "Åker du buss?"),
        ("select_multiple abc", "several", "Vilka?"),
        ("integer", "age", "Ålder?"),
        ("decimal", "far", "Hur långt?"),
        ("text", "why", "Varför?"),
        ("note", "info", "Läs detta"),
        ("acknowledge", "ok", "Godkänner du?"),
    ]
    found = loaded(survey, YES_NO + ABC[1:], [("form_title", "form_id", "default_language"), ("Resor", "resor", "sv")])
    kinds = [question.type for question in found.questionnaire.questions]
    assert kinds == ["single", "multiple", "number", "number", "text", "information", "yes_no"]
    assert found.questionnaire.title.in_("sv") == "Resor"
    assert found.questionnaire.code == "resor"
    assert losses(found) == ["ok: acknowledge: it is asked as yes or no"]
    assert found.warnings == ()


def test_a_rank_becomes_an_order_of_its_options():
    survey = [(*HEAD, "relevant"), ("rank abc", "r", "Vad först?", ""), ("text", "why", "Varför?", "selected(${r}, 'a')")]
    found = loaded(survey, ABC)
    asked = found.questionnaire.question("r")
    assert (asked.type, [option.code for option in asked.options]) == ("ranking", ["a", "b", "c"])
    assert found.questionnaire.question("why").visible_if.to_json() == {"question": "r", "is": "a"}
    assert losses(found) == []


def test_a_range_becomes_a_number_between_its_ends():
    survey = [(*HEAD, "parameters"), ("range", "r", "Hur många?", "start=0 end=10 step=2")]
    found = loaded(survey)
    question = found.questionnaire.question("r")
    assert (question.settings["min"], question.settings["max"]) == (0, 10)
    assert losses(found)[0].startswith("r: step=2")


def test_required_hints_and_languages_are_carried_over():
    survey = [
        ("type", "name", "label::Svenska (sv)", "label::English (en)", "hint::sv", "required"),
        ("text", "q", "Hur?", "How?", "Skriv kort.", "yes"),
    ]
    found = loaded(survey, settings=[("default_language",), ("Svenska (sv)",)])
    question = found.questionnaire.question("q")
    assert found.questionnaire.languages == ("sv", "en")
    assert (question.text.in_("en"), question.hint.in_("sv"), question.required) == ("How?", "Skriv kort.", True)


def test_a_language_without_a_code_is_listed_and_not_guessed():
    found = loaded([("type", "name", "label", "label::Elvish of Ås"), ("text", "q", "Hur?", "nuq?")])
    assert "q: words in Elvish of Ås: nuq?: write the language with its code, such as Svenska (sv)" in losses(found)


@pytest.mark.parametrize(
    ("relevant", "rule"),
    [
        ("${bus} = 'yes'", {"question": "bus", "is": "yes"}),
        ("${bus} != 'yes'", {"question": "bus", "is_not": "yes"}),
        ("selected(${several}, 'a')", {"question": "several", "is": "a"}),
        ("${age} >= 18 and ${age} <= 64",
         {"all": [{"question": "age", "at_least": 18}, {"question": "age", "at_most": 64}]}),
        ("18 <= ${age}", {"question": "age", "at_least": 18}),
        ("${age} > 18", {"all": [{"question": "age", "answered": True}, {"not": {"question": "age", "at_most": 18}}]}),
        ("${bus} = 'yes' or not(${bus} = 'no')",
         {"any": [{"question": "bus", "is": "yes"}, {"not": {"question": "bus", "is": "no"}}]}),
        ("(${bus}='yes' or ${age}=5) and ${why} != ''",
         {"all": [{"any": [{"question": "bus", "is": "yes"}, {"all": [{"question": "age", "at_least": 5},
                                                                      {"question": "age", "at_most": 5}]}]},
                  {"question": "why", "answered": True}]}),
        ("string-length(${why}) > 0", {"question": "why", "answered": True}),
        ("${why} = ''", {"question": "why", "answered": False}),
    ],
)  # fmt: skip
def test_a_simple_rule_is_translated(relevant, rule):
    survey = [
        (*HEAD, "relevant"),
        ("select_one yn", "bus", "Buss?", ""),
        ("select_multiple abc", "several", "Vilka?", ""),
        ("integer", "age", "Ålder?", ""),
        ("text", "why", "Varför?", ""),
        ("text", "q", "Mer?", relevant),
    ]
    found = loaded(survey, YES_NO + ABC[1:])
    assert found.questionnaire.question("q").visible_if.to_json() == rule
    assert losses(found) == []


@pytest.mark.parametrize(
    "relevant",
    ["regex(${why}, '[a-z]+')", "${age} * 2 > 10", "${bus} = 'maybe'", "${nobody} = 'yes'", "count(${age}) > 1",
     "${age} > ${age}", "((((((", "${several} = 'a'", "(" * 500, "'a' = 'a'", "today() > '2026-01-01'", "${age} >"],
)  # fmt: skip
def test_a_rule_that_cannot_be_said_is_listed_and_the_question_asked(relevant):
    survey = [
        (*HEAD, "relevant"),
        ("select_one yn", "bus", "Buss?", ""),
        ("select_multiple abc", "several", "Vilka?", ""),
        ("integer", "age", "Ålder?", ""),
        ("text", "why", "Varför?", ""),
        ("text", "q", "Mer?", relevant),
    ]
    try:
        found = loaded(survey, YES_NO + ABC[1:])
    except CannotRead as fault:
        found = str(fault)
    if isinstance(found, str):  # pyxform refuses some of them itself
        assert len(found.splitlines()) == 1
        return
    assert found.questionnaire.question("q").visible_if is None
    assert any(loss.startswith("q: relevant:") for loss in losses(found))


def test_an_expression_is_bounded():
    for expression in ("(" * 100 + "${a}=1" + ")" * 100, "${a}=1 or " * 500 + "${a}=1"):
        with pytest.raises(TooHard):
            tree(expression)


@pytest.mark.parametrize(
    ("kind", "constraint", "setting", "value"),
    [
        ("integer", ". >= 0 and . <= 120", "max", 120),
        ("integer", ". > 17", "min", 18),
        ("decimal", ". <= 2.5", "max", 2.5),
        ("text", "string-length(.) < 100", "max_length", 99),
        ("select_multiple abc", "count-selected(.) <= 2", "most", 2),
    ],
)
def test_a_simple_constraint_becomes_a_setting(kind, constraint, setting, value):
    found = loaded([(*HEAD, "constraint"), (kind, "q", "Hur?", constraint)], ABC)
    assert found.questionnaire.question("q").settings[setting] == value
    assert losses(found) == []


def test_an_option_that_stands_alone_is_recognised():
    rule = "not(selected(., 'c') and count-selected(.) > 1)"
    found = loaded([(*HEAD, "constraint"), ("select_multiple abc", "q", "Vilka?", rule)], ABC)
    assert [option.exclusive for option in found.questionnaire.question("q").options] == [False, False, True]


def test_a_group_shown_together_is_a_page_and_passes_its_rule_on():
    survey = [
        (*HEAD, "appearance", "relevant"),
        ("select_one yn", "bus", "Buss?", "", ""),
        ("begin group", "g", "Om bussen", "field-list", "${bus} = 'yes'"),
        ("text", "a", "A?", "", ""),
        ("text", "b", "B?", "", "${a} != ''"),
        ("end group", "", "", "", ""),
    ]
    whole = loaded(survey, YES_NO).questionnaire
    assert [[q.name for q in page.questions] for page in whole.pages] == [["bus"], ["a", "b"]]
    assert whole.pages[1].title.in_("sv") == "Om bussen"
    assert len(list(whole.question("b").visible_if.tests())) == 2


def test_a_table_list_is_a_matrix():
    survey = [
        (*HEAD, "appearance"),
        ("begin group", "grid", "Hur viktigt?", "table-list"),
        ("select_one abc", "evening", "Kvällar", ""),
        ("select_one abc", "weekend", "Helger", ""),
        ("end group", "", "", ""),
    ]
    found = loaded(survey, ABC)
    (matrix,) = found.questionnaire.questions
    assert (matrix.name, matrix.type) == ("grid", "matrix")
    assert [row.code for row in matrix.settings["rows"]] == ["evening", "weekend"]
    assert matrix.text.in_("sv") == "Hur viktigt?"
    assert losses(found) == []


def test_or_other_asks_what_in_the_forms_own_language():
    found = loaded([HEAD, ("select_one abc or_other", "q", "Vilken?")], ABC)
    other = found.questionnaire.question("q_other")
    assert other.visible_if.to_json() == {"question": "q", "is": "other"}
    assert other.text.in_("sv") == "Skriv vad."


def test_a_picture_needs_words_for_those_who_do_not_see_it():
    head = (*HEAD, "media::image", "alt")
    with_words = loaded([head, ("text", "q", "Vad?", "karta.png", "En karta")])
    assert with_words.questionnaire.question("q").image.file == "karta.png"
    without = loaded([head, ("text", "q", "Vad?", "karta.png", "")])
    assert without.questionnaire.question("q").image is None
    assert losses(without)[0].startswith("q: picture karta.png")


def test_a_picture_whose_name_points_elsewhere_is_refused_with_its_row():
    message = told(xlsx([(*HEAD, "image", "alt"), ("text", "q", "Vad?", "../../etc/passwd.png", "x")]))
    assert message.startswith('sheet "survey", row 2, question "q", image:')


def test_everything_that_is_left_is_listed_question_by_question():
    survey = [
        (*HEAD, "appearance", "default", "choice_filter", "calculation", "constraint", "required"),
        ("select_one abc", "q1", "Vilken?", "minimal", "a", "cf = 'x'", "", "", "${q1} = 'a'"),
        ("begin repeat", "r", "Igen", "", "", "", "", "", ""),
        ("text", "Q-2", "Hej ${q1}", "", "", "", "", "regex(., 'x')", ""),
        ("end repeat", "", "", "", "", "", "", "", ""),
        ("calculate", "c", "", "", "", "", "1+1", "", ""),
        ("geopoint", "place", "Var?", "", "", "", "", "", ""),
    ]
    found = " | ".join(losses(loaded(survey, [(*ABC[0], "cf"), *((*row, "x") for row in ABC[1:])], extra=[("hej",)])))
    for part in ("q1: appearance: minimal", "q1: default: a", "q1: choice_filter", "q1: columns of the options: cf",
                 "q1: required:", "r: repeat", "Q-2: name Q-2", "Q-2: an earlier answer", "Q-2: constraint: regex",
                 "c: question of type calculate", "place: question of type geopoint", 'sheet "extra"'):  # fmt: skip
        assert part in found, part


def test_names_that_are_taken_are_changed_and_told():
    found = loaded([HEAD, ("text", "weight", "Vikt?"), ("text", "A-lder", "Ålder?"), ("text", "_1", "Ett?")])
    assert [question.name for question in found.questionnaire.questions] == ["q_weight", "a_lder", "q_1"]
    assert "weight: name weight: it is called q_weight here" in losses(found)


def test_a_form_in_csv_or_markdown_is_the_same_form():
    csv = 'survey,,,\n,type,name,label\n,select_one yn,bus,"Åker du, ofta?"\n'
    csv += "choices,,,\n,list_name,name,label\n,yn,yes,Ja\n,yn,no,Nej\n"
    table = "| survey |\n| | type | name | label |\n| | select_one yn | bus | Åker du, ofta? |\n| choices |\n" \
            "| | list_name | name | label |\n| | yn | yes | Ja |\n| | yn | no | Nej |\n"  # fmt: skip
    expected = loaded([HEAD, ("select_one yn", "bus", "Åker du, ofta?")], YES_NO).questionnaire
    swedish = csv.replace('"Åker du, ofta?"', "Åker du; ofta?").replace(",", ";").replace("du; o", "du, o")
    for text in (csv, table, swedish):
        assert formats.read(text.encode()).questionnaire == expected
    guessed = formats.read(swedish.encode("cp1252"))
    assert guessed.questionnaire == expected
    assert "Windows-1252" in guessed.warnings[0]


@pytest.mark.parametrize(
    ("survey", "choices", "place", "cause"),
    [
        ([(*HEAD, "label"), ("text", "q", "a", "b")], (), 'sheet "survey", row 1, column D', "Two columns"),
        ([("type", "label"), ("text", "a")], (), 'sheet "survey", row 1', 'no column "name"'),
        ([("sort", "name"), ("text", "a")], (), 'sheet "survey", row 1', 'no column "type"'),
        ([HEAD], (), 'sheet "survey", row 1', "no questions"),
        ([HEAD, ("text", "q", "A"), ("text", "q", "B")], (), 'sheet "survey", row 3, column B', "unique"),
        ([HEAD, ("select_one nolist", "q", "A")], ABC, 'sheet "survey", row 2', "nolist"),
        ([HEAD, ("begin group", "g", "A"), ("text", "q", "B")], (), 'sheet "survey", row 2', "end"),
        ([HEAD, ("fritext", "q", "A")], (), 'sheet "survey", row 2, column A', 'no question type "fritext"'),
        ([HEAD, ("", "q", "A")], (), 'sheet "survey", row 2, column A', "no type"),
        ([HEAD, ("text", "q q", "A")], (), 'sheet "survey", row 2', "name"),
        ([HEAD, ("select_one abc", "q", "A")], [*ABC, ("abc", "", "D")], 'sheet "choices", row 5', "name"),
        ([HEAD, ("select_one abc", "q", "A")], [*ABC, ("abc", "a", "D")], 'sheet "choices"', "unique"),
        ([HEAD, ("note", "q", "A")], (), "pages", "Nothing is asked"),
        ([HEAD, ("text", "q", "x" * 10_001)], (), 'sheet "survey", row 2, column C', "more than 10000"),
    ],
)  # fmt: skip
def test_a_faulty_form_is_told_in_one_line_with_sheet_row_column_and_cause(survey, choices, place, cause):
    message = told(xlsx(survey, choices))
    assert len(message.splitlines()) == 1
    assert message.startswith(place)
    assert cause in message


def test_a_workbook_without_a_survey_sheet_says_which_sheets_it_has():
    assert 'the file has "Blad1", "Blad2"' in told(xlsx((), Blad1=[("a",)], Blad2=[("b",)]))


def test_a_formula_is_never_read_as_text_and_is_listed():
    found = loaded([HEAD, ("text", "q", '=HYPERLINK("http://x.se","klicka")')])
    assert "HYPERLINK" not in str(found.questionnaire.to_json())
    assert 'sheet "survey", row 2, column C: formula =HYPERLINK' in losses(found)[0]


GOOD = xlsx([HEAD, ("text", "q", "Hur?")])
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "macros"),
        (repacked(GOOD, {"../../evil.xml": b"x"}), "points outside"),
        (repacked(GOOD, {"xl/sharedStrings.xml": ENTITY}), "declares entities"),
        (repacked(GOOD, {"xl/media/x.bin": b"\0" * 30_000_000}), "far too large"),
        (repacked(GOOD, {"xl/worksheets/sheet1.xml": b"<x>" * 10}), "cannot be opened"),
        (repacked(GOOD, {f"xl/media/{i}": b"x" for i in range(1001)}), "far too large"),
        (GOOD[:-200], "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"PK\x03\x04" + b"\0" * 11_000_000, "larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be opened"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        (b"survey,type,name\n" + b'"' + b"x" * 200_000, "CSV"),
        (b"survey;;\n;type;name\n;text;" + b"q" * 20_000, "more than 10000"),
    ],
)
def test_a_hostile_or_broken_workbook_is_refused_with_its_cause(data, cause):
    message = told(data)
    assert cause in message
    assert len(message.splitlines()) == 1


def test_a_zip_that_lies_about_its_size_is_refused():
    file = BytesIO(repacked(GOOD, {"xl/media/x.bin": b"\0" * 5_000_000}))
    raw = bytearray(file.getvalue())
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/media/x.bin"))
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    assert "damaged" in told(bytes(raw))


def circular() -> bytes:
    """An old workbook whose short stream is a chain of sectors that bites its own tail."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    header[24:34] = struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    header[44:52] = struct.pack("<2I", 1, 1)
    header[56:76] = struct.pack("<I4i", 4096, 2, 1, -2, 0)
    header[76:512] = struct.pack("<109i", 0, *[-1] * 108)
    table = struct.pack("<128i", -3, -2, -2, -2, *[-1] * 124)
    short = struct.pack("<128i", 0, *[-1] * 127)  # the sector after 0 is 0
    folder = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<H2B3i36x3i", 2 * len(name) + 2, kind, 1, -1, -1, child, first, size, 0)
        for name, kind, child, first, size in (("Root Entry", 5, 1, 3, 512), ("Workbook", 2, -1, 0, 100))
    ).ljust(512, b"\0")
    return bytes(header) + table + folder + short + b"\0" * 512


@pytest.mark.slow
def test_an_old_workbook_that_would_take_all_memory_is_refused():
    assert "cannot be opened" in told(circular())


def test_a_zip_that_is_no_workbook_is_refused():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hej.txt", "hej")
    assert "not an Excel workbook" in told(file.getvalue())


def test_a_sheet_that_claims_a_million_rows_is_read_in_no_time():
    with zipfile.ZipFile(BytesIO(GOOD)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = sheet.replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    )
    found = formats.read(repacked(GOOD, {"xl/worksheets/sheet1.xml": far}))
    assert [question.name for question in found.questionnaire.questions] == ["q"]


def test_a_survey_of_too_many_rows_is_refused():
    rows = [HEAD, *(("text", f"q{i}", "Hur?") for i in range(3001))]
    assert "more than 3000 rows" in told(xlsx(rows))


def test_hostile_words_stay_words():
    found = loaded([HEAD, ("text", "q", "<script>alert(1)</script>")])
    assert found.questionnaire.question("q").text.in_("sv") == "<script>alert(1)</script>"
