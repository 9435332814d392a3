"""Files open where they should, and nothing in them runs."""

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from functools import cache

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import Dataset, Item, Report, build, exporters
from analysis.exporters._records import harmless
from analysis.words import speak

HOSTILE = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "﻿=1"]


def report_of(text: str) -> Report:
    """A report in which everything that has a name is called ``text``."""
    name = text.strip() and text or "q" + text
    frame = pd.DataFrame({name: ["a"] * 9 + ["b"] * 9, "age_group": ["x"] * 18, "district": ["y"] * 18})
    groups = {"age_group": {"x": text}, "district": {"y": text}}
    names = {"age_group": text, "district": text}
    return build(Dataset(frame, [Item(name, text, "nominal", {"a": text, "b": "B"})], groups=groups, group_names=names))


def lines(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_every_format_is_a_file_with_a_name_a_type_and_an_extension():
    assert {"csv", "xlsx", "json"} <= set(exporters.registry())
    for exporter in exporters.registry().values():
        assert exporter.name
        assert "/" in exporter.mimetype
        assert exporter.extension.isalnum()
    with pytest.raises(exporters.UnknownFormat, match="'exe'"):
        exporters.named("exe")


def test_csv_is_what_a_swedish_excel_opens(survey: Dataset):
    with speak("sv"):
        file = exporters.named("csv").write(build(survey))
    assert file.startswith(b"\xef\xbb\xbf")
    assert file.count(b"\r\n") == file.count(b"\n")
    assert lines(file)[0][:4] == ["Fråga", "Frågans text", "Uppdelat på", "Grupp"]
    share = lines(file)[1][7]
    assert "," in share
    assert "." not in share


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_begins_like_a_formula_is_made_a_text(text: str):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "-5,25", "Ja", "år 2026", "", "1=1", "a@b"])
def test_other_texts_and_plain_negative_numbers_stay(text: str):
    assert harmless(text) == text


@cache
def spreadsheet_starts() -> tuple[str, ...]:
    return ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.text("=+-@\t\r\n; '\"\\/[]:*?x1,", max_size=40)))
def test_no_cell_of_any_file_is_a_formula(text: str):
    report = report_of(text)
    for row in lines(exporters.named("csv").write(report)):
        for cell in row:
            number = cell.replace(",", "").replace("-", "", 1).isdigit()
            assert number or not cell.lstrip(" ").startswith(spreadsheet_starts())
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))
    assert {cell.data_type for sheet in book for row in sheet.rows for cell in row} <= {"s", "n"}
    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    json.loads(exporters.named("json").write(report))


def test_no_link_in_a_workbook_leads_out_of_it():
    file = exporters.named("xlsx").write(report_of("http://evil.example/"))
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert not any(b"TargetMode" in parts.read(name) for name in parts.namelist())


def test_sheets_whose_names_become_alike_stay_apart():
    names = ["a" * 40, "a" * 50, "A/b", "a:B", "History", "Contents", "All numbers", "'x'", "😀" * 30]
    frame = pd.DataFrame({name: ["x"] * 9 for name in names} | {"age_group": "a", "district": "b"})
    report = build(Dataset(frame, [Item(name, "L", "nominal", {"x": "X"}) for name in names]))
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))
    assert len(book.sheetnames) == len(names) + 3


def test_a_text_longer_than_a_cell_is_cut():
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report_of("x" * 40_000))))
    assert len(book.worksheets[1]["A1"].value) == 32_767


def test_hidden_cells_are_words_in_the_workbook_and_null_in_json(survey: Dataset):
    with speak("sv"):
        report = build(survey)
        book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))
        told = json.loads(exporters.named("json").write(report))
    assert "dold" in {cell.value for row in book["q1"].rows for cell in row}
    rows = [row for question in told["questions"] for table in question["tables"] for row in table["rows"]]
    assert {row["count"] for row in rows if row["hidden"]} == {None}
    assert {row["count"] for row in rows if not row["hidden"]} != {None}


def test_findings_are_in_json(survey: Dataset):
    report = build(survey)
    told = json.loads(exporters.named("json").write(report))
    assert [one["text"] for one in told["findings"]] == [one.text for one in report.findings]


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "0\r", "1e5", "２"])
def test_a_chart_takes_no_word_for_a_number(text: str):
    with zipfile.ZipFile(io.BytesIO(exporters.named("xlsx").write(report_of(text)))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert charts
    for chart in charts:
        assert "<c:strCache>" in chart.split("<c:cat>")[1].split("</c:cat>")[0]


def test_every_chart_of_a_workbook_has_its_words(survey: Dataset):
    with zipfile.ZipFile(io.BytesIO(exporters.named("xlsx").write(build(survey)))) as parts:
        drawings = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/drawings/drawing"))
    assert drawings.count("<xdr:graphicFrame") == drawings.count(' descr="') >= 9


def test_the_workbook_tells_its_method(survey: Dataset):
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(build(survey))))
    told = dict(row[:2] for row in book["Method"].values if row[0])
    assert told["Responses"] == "400"
    assert "weighted" in told["Weighting"]
    assert "95" in told["Certainty"]
    assert told["Made by"].startswith("medborgarpanel")


def test_the_contents_lead_to_every_sheet_and_each_question_leads_back(survey: Dataset):
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(build(survey))))
    contents, *sheets = book.worksheets
    leads = {cell.hyperlink.location.split("!")[0].strip("'") for row in contents.rows for cell in row if cell.hyperlink}
    assert leads == {sheet.title for sheet in sheets}
    for sheet in sheets[:-2]:
        assert sheet["A2"].hyperlink.location == f"'{contents.title}'!A1"


def test_every_sheet_is_set_for_a4_and_as_wide_as_it(survey: Dataset):
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(build(survey))))
    for sheet in book.worksheets:
        assert int(sheet.page_setup.paperSize) == 9
        assert int(sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "Page &P"
    assert {sheet.freeze_panes for sheet in book.worksheets[1:-2]} == {"B2"}
    assert book.worksheets[-1].freeze_panes == "A2"
    assert book.worksheets[-1].auto_filter.ref
    assert book.worksheets[-1].print_title_rows == "$1:$1"


def test_charts_of_parts_hold_the_groups_in_which_all_is_told_and_no_more(survey: Dataset):
    report = build(survey)
    table = report.question("q2").tables["district"]
    size = len(table.frame) // len(table.rows)
    whole = [row.label for row in table.rows if all(cell.value is not None for cell in row.cells[:size])]
    with zipfile.ZipFile(io.BytesIO(exporters.named("xlsx").write(report))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    told = [chart for chart in charts if "How satisfied" in chart or f"({table.by_label})" in chart]
    assert told
    shown = [set(re.findall(r"<c:cat>.*?</c:cat>", chart, re.S)) for chart in told if report.question("q2").label in chart]
    labels = {label for each in shown for one in each for label in re.findall(r"<c:v>(.*?)\N{ZERO WIDTH SPACE}?</c:v>", one)}
    assert labels >= set(whole)
    assert not labels & ({row.label for row in table.rows} - set(whole))


@pytest.mark.parametrize("name", ["parquet", "sav", "dta"])
def test_where_temporary_files_have_no_room_it_is_the_disk_that_says_so(name: str):
    """A process that may write 4 kB a file, by the limit of the system, not by a fake."""
    script = (
        "import resource, signal, sys; from tests.analysis.test_exporters import report_of; from analysis import exporters\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); report, writer = report_of('x' * 2000), exporters.named(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))\n"
        "try: writer.write(report)\n"
        "except OSError as fault: print(fault.filename)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, name], capture_output=True, text=True, check=False)
    assert (run.stderr, run.stdout.strip()) == ("", tempfile.gettempdir())
