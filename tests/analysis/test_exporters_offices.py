"""Files for statistical offices, archives and statistical programs: as their specifications say, whatever is in them."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonstat_validator import validate_jsonstat
from lxml import etree
from pyaxis import pyaxis

from analysis import Dataset, Item, Report, build, exporters
from analysis.exporters import _labelled, _px
from analysis.words import speak
from tests.analysis.test_exporters import HOSTILE, report_of

MANDATORY = ["CONTENTS", "DECIMALS", "MATRIX", "SUBJECT-AREA", "SUBJECT-CODE", "TITLE", "UNITS", "STUB", "HEADING", "DATA"]
DDI = etree.XMLSchema(etree.parse(Path(__file__).parent / "ddi" / "reduced.xsd"))
EVIL = [
    '"', "DATA=1;", "a;b=c", "x" * 3000, "😀" * 300, "\x00\ud800", "<b>&amp;", "]]>", "'); DROP TABLE x; --", "&" * 300,
    "\u202eعربي\u202c", *HOSTILE,
]  # fmt: skip
WRITERS = ("px", "pxzip", "jsonstat", "ddi", "parquet", "sav", "dta", "geojson", "gpkg")


@pytest.fixture(scope="module")
def report(survey: Dataset) -> Report:
    return build(survey)


def px(report: Report, folder: Path) -> dict[str, Any]:
    (folder / "t.px").write_bytes(exporters.named("px").write(report))
    return pyaxis.parse(str(folder / "t.px"), encoding="utf-8")  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_report_gives_the_same_bytes(report: Report, name: str):
    assert exporters.named(name).write(report) == exporters.named(name).write(report)


def test_a_px_file_has_every_keyword_that_must_be_there_and_its_numbers_last(report: Report):
    text = exporters.named("px").write(report).decode()
    keywords = re.findall(r"^([A-Z0-9-]+)[=(]", text, re.M)
    assert set(MANDATORY) <= set(keywords)
    assert keywords[0] == "CHARSET"
    assert keywords[-1] == "DATA"
    assert text.endswith(";\r\n")
    assert {"AXIS-VERSION", "CODEPAGE", "LANGUAGE", "VALUES", "CODES", "DATASYMBOL2", "SHOWDECIMALS", "SOURCE"} <= set(keywords)


def test_a_px_file_is_read_as_answers_by_groups_by_measures(report: Report, tmp_path: Path):
    with speak("sv"):
        read = px(report, tmp_path)
    about, frame = read["METADATA"], read["DATA"]
    assert (about["STUB"], about["HEADING"]) == (["Svarsalternativ", "Grupp"], ["Mått"])
    assert about["CODES(Grupp)"][:2] == ["all", "age_group:15-29"]
    assert about["VALUES(Grupp)"][:2] == ["Alla", "Åldersgrupp: 15–29 år"]
    row = frame[(frame["Svarsalternativ"] == "Vad tycker du? – Ja") & (frame["Grupp"] == "Alla") & (frame["Mått"] == "Andel")]
    assert float(row["DATA"].item()) == pytest.approx(100 * report.question("q1").total.rows[0].cells[0].value, rel=1e-14)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.one_of(st.sampled_from(EVIL), st.text(max_size=60), st.text('";=,.#\n\r\t DATA=()[]…', max_size=40)))
def test_whatever_a_label_holds_the_px_file_keeps_its_shape(tmp_path: Path, text: str):
    made = report_of(text)
    file = exporters.named("px").write(made).decode()
    assert max(len(line) for line in file.split("\r\n")) <= _px.LONGEST
    read = px(made, tmp_path)
    sizes = [len(read["METADATA"][f"VALUES({name})"]) for name in ("Answer option", "Group", "Measure")]
    assert len(read["DATA"]) == sizes[0] * sizes[1] * sizes[2]
    assert read["DATA"]["DATA"].notna().all()


def test_a_long_text_is_cut_in_px_and_told_whole_in_a_note():
    text = exporters.named("px").write(report_of("Vad tycker du om bussarna? " * 20)).decode()
    note = re.search(r"VALUENOTE.*?=\s*(.*?);", text, re.S)
    assert note is not None
    assert "".join(re.findall(r'"([^"]*)"', note.group(1))).startswith("Vad tycker du om bussarna? Vad")


def test_numbers_in_px_have_no_exponent_and_lose_no_digit():
    assert _px._cell(1e-7) == "0.0000001"
    assert _px._cell(46.12925802962643) == "46.12925802962643"
    assert _px._cell(-0.0) == "0"
    assert _px._cell(1e6) == "1000000"


def test_a_px_file_per_question_and_their_list_come_in_one_archive(report: Report, tmp_path: Path):
    with zipfile.ZipFile(io.BytesIO(exporters.named("pxzip").write(report))) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert names == [*(f"{n:03d}-q{n}.px" for n in range(1, 6)), "Contents.txt"]
    read = pyaxis.parse(str(tmp_path / "001-q1.px"), encoding="utf-8")
    assert read["METADATA"]["VALUES(Answer option)"] == ["Ja", "Nej", "All answers"]
    assert read["METADATA"]["TITLE"] == ["Vad tycker du?"]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.sampled_from(EVIL), st.text(max_size=60)))
def test_json_stat_and_ddi_are_valid_whatever_a_label_holds(text: str):
    made = report_of(text)
    assert validate_jsonstat(json.loads(exporters.named("jsonstat").write(made)))
    DDI.assertValid(etree.fromstring(exporters.named("ddi").write(made)))


def test_json_stat_says_which_numbers_are_hidden(report: Report):
    told = json.loads(exporters.named("jsonstat").write(report))
    assert validate_jsonstat(told)
    assert len(told["value"]) == told["size"][0] * told["size"][1] * told["size"][2]
    assert told["status"]
    assert {told["value"][int(place)] for place in told["status"]} == {None}


def test_ddi_names_the_columns_of_the_responses_and_tells_no_hidden_count(report: Report, survey: Dataset, tmp_path: Path):
    root = etree.fromstring(exporters.named("ddi").write(report))
    DDI.assertValid(root)
    named = {"d": "ddi:codebook:2_5"}
    names = root.xpath("//d:var/@name", namespaces=named)
    assert names[:3] == ["age_group", "district", "q1"]
    made = exporters.responses.write(
        exporters.responses.batches(survey), survey, tmp_path / "r.csv", "csv", survey.size, with_text=True
    )
    assert set(names) <= {column["name"] for column in made["columns"]}


def test_ddi_leaves_out_the_counts_that_the_report_hides():
    frame = pd.DataFrame({"q": ["a"] * 30 + ["b"] * 20 + ["c"] * 2, "age_group": "x", "district": "y"})
    made = build(Dataset(frame, [Item("q", "Q", "nominal", {"a": "A", "b": "B", "c": "C"})]))
    root = etree.fromstring(exporters.named("ddi").write(made))
    counts = root.xpath("//d:catStat/text()", namespaces={"d": "ddi:codebook:2_5"})
    assert counts == ["30"]
    assert b">2<" not in exporters.named("ddi").write(made)


def test_ddi_describes_no_category_that_the_responses_do_not_have():
    said = ["1"] * 2 + ["2"] * 10 + ["3"] * 30 + ["4"] * 12 + ["5"] * 9
    frame = pd.DataFrame({"q": said, "age_group": "x", "district": "y"})
    made = build(Dataset(frame, [Item("q", "Q", "ordinal", {code: code for code in "12345"})]))
    assert made.question("q").total.ends is not None
    root = etree.fromstring(exporters.named("ddi").write(made))
    path = "//d:var[@name='q']/d:catgry/d:catValu/text()"
    assert root.xpath(path, namespaces={"d": "ddi:codebook:2_5"}) == [*"12345"]


def test_the_schema_that_judges_ddi_finds_faults(report: Report):
    text = exporters.named("ddi").write(report).decode()
    for right, wrong in (('nature="ordinal"', 'nature="bold"'), ("labl>", "label>"), ("<titl>", "<labl/><titl>")):
        assert not DDI.validate(etree.fromstring(text.replace(right, wrong).encode()))


def test_parquet_has_plain_types_and_says_how_the_numbers_were_made(report: Report, tmp_path: Path):
    file = tmp_path / "t.parquet"
    file.write_bytes(exporters.named("parquet").write(report))
    types = dict(row[:2] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{file}'").fetchall())
    assert (types["question"], types["share"], types["hidden"]) == ("VARCHAR", "DOUBLE", "BOOLEAN")
    query = f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{file}')"
    about = dict(duckdb.sql(query).fetchall())
    assert (about["weighted"], about["level"], about["minimum"]) == ("True", "0.95", "5")


@pytest.mark.parametrize("ending", ["sav", "dta"])
@pytest.mark.parametrize("text", EVIL)
def test_statistical_programs_read_labels_of_variables_and_values(ending: str, text: str, tmp_path: Path):
    file = tmp_path / f"t.{ending}"
    file.write_bytes(exporters.named(ending).write(report_of(text)))
    frame, about = getattr(pyreadstat, f"read_{ending}")(str(file))
    assert set(about.variable_value_labels["hidden"].values()) == {"shown", "hidden"}
    assert about.column_names_to_labels["share"] == "Share"
    assert _labelled.label(text) in about.variable_value_labels["question"].values()
    assert len(frame) == 2 + 2 + 2


def test_names_of_variables_are_short_plain_and_never_alike():
    names = _labelled.names(["ålder", "Alder", "by", "1a", "", "x" * 80, "x" * 70, "q/1", "q 1", "ÅLDER"])
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", name) for name in names)


def test_a_format_without_its_library_is_not_offered_and_says_what_to_install(report: Report, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exporters, "find_spec", lambda name: None)
    assert "sav" not in exporters.offered(report)
    assert "px" in exporters.offered(report)
    with pytest.raises(exporters.MissingLibrary, match=r"medborgarpanel\[statistics\]"):
        exporters.named("sav")


def test_every_measure_has_words_and_its_standard_error_the_unit_of_the_measure(report: Report):
    measures = json.loads(exporters.named("jsonstat").write(report))["dimension"]["measure"]["category"]
    assert {"top2", "top2_se", "net_se", "index_se"} <= set(measures["index"])
    assert [code for code, words in measures["label"].items() if words == code or "_" in words] == []
    units = {code: unit["label"] for code, unit in measures["unit"].items()}
    assert {code: units[code] for code in units if code.endswith("_se")} == {
        code: units[code.removesuffix("_se")] for code in units if code.endswith("_se")
    }


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_every_column_of_statistical_programs_has_words(report: Report, ending: str, tmp_path: Path):
    file = tmp_path / f"t.{ending}"
    with speak("sv"):
        file.write_bytes(exporters.named(ending).write(report))
    labels = getattr(pyreadstat, f"read_{ending}")(str(file))[1].column_names_to_labels
    assert [name for name, words in labels.items() if words == name] == []
