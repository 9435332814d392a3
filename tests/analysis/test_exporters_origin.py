"""Every file says of which survey it is, who asked, when, and who tells more; in the language asked for."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyreadstat
import pytest
from jsonstat_validator import validate_jsonstat
from lxml import etree
from pyaxis import pyaxis

from analysis import Dataset, Report, build, exporters
from analysis.report import Origin
from analysis.words import speak
from tests.analysis.test_exporters import report_of
from tests.analysis.test_exporters_offices import DDI, EVIL

ORIGIN = Origin(
    "survey7", "Hur reser du?", "Krokoms kommun", "panel@example.org", date(2026, 10, 1), date(2026, 11, 1), made_up=True
)
ORDER = [
    "CHARSET", "AXIS-VERSION", "CODEPAGE", "LANGUAGE", "CREATION-DATE", "DECIMALS", "SHOWDECIMALS", "MATRIX", "AGGREGALLOWED",
    "SUBJECT-CODE", "SUBJECT-AREA", "COPYRIGHT", "DESCRIPTION", "TITLE", "CONTENTS", "UNITS", "STUB", "HEADING", "CONTVARIABLE",
    "VALUES", "CODES", "ELIMINATION", "PRECISION", "LAST-UPDATED", "CONTACT", "REFPERIOD", "SOURCE", "SURVEY",
    "OFFICIAL-STATISTICS", "NOTEX", "VALUENOTE", "DATASYMBOL1", "DATASYMBOL2", "DATA",
]  # fmt: skip
"""The keywords that we may write, in the order that the specification of 2013 recommends (its chapter 3.4)."""


@pytest.fixture(scope="module")
def report(survey: Dataset) -> Report:
    return replace(build(survey), origin=ORIGIN)


def written(report: Report, name: str, folder: Path, language: str = "sv") -> Path:
    path = folder / f"t.{name}"
    with speak(language):
        path.write_bytes(exporters.named(name).write(report))
    return path


def px(report: Report, folder: Path) -> dict[str, Any]:
    return pyaxis.parse(str(written(report, "px", folder)), encoding="utf-8")["METADATA"]  # type: ignore[no-any-return]


def test_px_says_it_for_every_measure(report: Report, tmp_path: Path):
    told = px(report, tmp_path)
    assert (told["MATRIX"], told["TITLE"], told["SOURCE"]) == (["survey7"], ["Hur reser du?"], ["Krokoms kommun"])
    for measure in told["VALUES(Mått)"]:
        assert told[f"LAST-UPDATED({measure})"] == ["20261101 00:00"]
        assert told[f"REFPERIOD({measure})"] == ["2026-10-01/2026-11-01"]
        assert told[f"CONTACT({measure})"] == ["Krokoms kommun, panel@example.org"]
        assert told[f"UNITS({measure})"][0] in ("svar", "procent", "värde")
    assert "påhittade" in "".join(told["NOTEX"])


def test_px_forbids_sums_of_shares_and_names_the_value_that_stands_for_all(report: Report, tmp_path: Path):
    told = px(report, tmp_path)
    assert told["AGGREGALLOWED"] == "NO"
    assert told["ELIMINATION(Grupp)"] == ["Alla"]
    assert told["OFFICIAL-STATISTICS"] == "NO"


@pytest.mark.parametrize("origin", [Origin(), ORIGIN])
def test_keywords_of_px_stand_in_the_order_that_the_specification_recommends(report: Report, origin: Origin):
    text = exporters.named("px").write(replace(report, origin=origin)).decode()
    found = [word for word, key in re.findall(r"^([A-Z0-9-]+)(\(.*?\))?=", text, re.M) if not (word == "UNITS" and key)]
    places = [ORDER.index(word) for word in found]
    both = {"LAST-UPDATED", "CONTACT", "REFPERIOD"}  # one measure after the other
    assert [p for p, word in zip(places, found, strict=True) if word not in both] == sorted(
        p for p, word in zip(places, found, strict=True) if word not in both
    )


def test_two_surveys_are_two_matrices_and_so_are_their_questions(report: Report, tmp_path: Path):
    with zipfile.ZipFile(written(report, "pxzip", tmp_path)) as archive:
        first = archive.read("001-q1.px").decode()
    assert 'MATRIX="survey7Q001";' in first
    assert 'SURVEY="Hur reser du?";' in first


def test_json_stat_says_it_and_is_valid(report: Report, tmp_path: Path):
    told = json.loads(written(report, "jsonstat", tmp_path).read_bytes())
    assert validate_jsonstat(told)
    assert (told["label"], told["source"], told["updated"]) == ("Hur reser du?", "Krokoms kommun", "2026-11-01")
    assert told["extension"]["contact"] == "panel@example.org"
    assert "Svarstid: 1 oktober 2026 – 1 november 2026" in told["note"]


def test_json_and_the_map_say_it(report: Report, tmp_path: Path):
    told = json.loads(written(report, "json", tmp_path).read_bytes())
    assert {name: told[name] for name in ("survey", "title", "producer", "opened", "closed")} == {
        "survey": "survey7", "title": "Hur reser du?", "producer": "Krokoms kommun",
        "opened": "2026-10-01", "closed": "2026-11-01",
    }  # fmt: skip
    mapped = replace(report, places={"district": {"as": {"type": "Point", "coordinates": [14, 63]}}})
    assert json.loads(written(mapped, "geojson", tmp_path).read_bytes())["about"]["title"] == "Hur reser du?"


def test_parquet_says_it_in_its_metadata(report: Report, tmp_path: Path):
    path = written(report, "parquet", tmp_path)
    about = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall())
    assert (about["title"], about["producer"], about["closed"]) == ("Hur reser du?", "Krokoms kommun", "2026-11-01")


def test_a_workbook_says_it_on_its_first_sheet_and_in_its_properties(report: Report, tmp_path: Path):
    book = openpyxl.load_workbook(written(report, "xlsx", tmp_path))
    assert book.worksheets[0]["A1"].value == "Hur reser du?"
    assert (book.properties.title, book.properties.creator) == ("Hur reser du?", "Krokoms kommun")
    rows = {row[0]: row[1] for row in book["Metod"].iter_rows(values_only=True)}
    assert rows["Kontakt"] == "panel@example.org"
    assert rows["Svarstid"] == "1 oktober 2026 – 1 november 2026"


def test_statistical_programs_say_it_in_label_and_notes(report: Report, tmp_path: Path):
    about = pyreadstat.read_sav(str(written(report, "sav", tmp_path)))[1]
    assert about.file_label == "Hur reser du?"
    assert {"Frågat av: Krokoms kommun", "Kontakt: panel@example.org"} <= {note.strip() for note in about.notes}
    assert pyreadstat.read_dta(str(written(report, "dta", tmp_path)))[1].file_label == "Hur reser du?"


def test_ddi_cites_the_survey_and_says_when_it_was_asked(report: Report, tmp_path: Path):
    root = etree.parse(written(report, "ddi", tmp_path)).getroot()
    DDI.assertValid(root)
    names = {"d": "ddi:codebook:2_5"}
    cited = root.xpath("d:stdyDscr/d:citation", namespaces=names)[0]
    assert [each.text for each in cited.iter() if each.text and each.text.strip()] == [
        "Hur reser du?", "survey7", "Krokoms kommun", "Krokoms kommun", "Krokoms kommun"
    ]  # fmt: skip
    assert cited.xpath(".//d:contact/@email", namespaces=names) == ["panel@example.org"]
    dates = root.xpath("//d:collDate", namespaces=names)
    assert [(each.get("event"), each.get("date")) for each in dates] == [("start", "2026-10-01"), ("end", "2026-11-01")]


def test_ddi_says_which_statistics_are_weighted(survey: Dataset, tmp_path: Path):
    root = etree.parse(written(build(survey), "ddi", tmp_path)).getroot()
    found = {(each.get("type"), each.get("wgtd")) for each in root.iter("{*}sumStat", "{*}catStat")}
    assert found == {("vald", "not-wgtd"), ("freq", "not-wgtd"), ("mean", "wgtd"), ("medn", "wgtd")}


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("name", ["px", "jsonstat", "ddi", "xlsx", "sav", "dta", "parquet", "json"])
def test_whatever_a_title_holds_the_file_can_be_read(report: Report, name: str, text: str, tmp_path: Path):
    path = written(replace(report, origin=replace(ORIGIN, title=text, producer=text, contact=text)), name, tmp_path)
    readers = {
        "px": lambda: pyaxis.parse(str(path), encoding="utf-8"),
        "jsonstat": lambda: validate_jsonstat(json.loads(path.read_bytes())),
        "json": lambda: json.loads(path.read_bytes()),
        "ddi": lambda: DDI.assertValid(etree.parse(path)),
        "xlsx": lambda: openpyxl.load_workbook(io.BytesIO(path.read_bytes())),
        "sav": lambda: pyreadstat.read_sav(str(path)),
        "dta": lambda: pyreadstat.read_dta(str(path)),
        "parquet": lambda: duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall(),
    }
    readers[name]()
    if name == "px":
        assert max(map(len, path.read_text("utf-8").split("\n"))) <= 256


def test_a_report_without_origin_is_called_what_it_is(survey: Dataset, tmp_path: Path):
    told = json.loads(written(build(survey), "jsonstat", tmp_path, "en").read_bytes())
    assert told["label"] == "Survey results"
    assert told["source"].startswith("medborgarpanel")
    assert "updated" not in told


@pytest.mark.parametrize("text", EVIL)
def test_whatever_a_question_is_called_its_sheet_can_be_read_and_printed(text: str):
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report_of(text))))
    assert max(len(sheet.oddFooter.left.text or "") for sheet in book) <= 255
