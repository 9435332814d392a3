"""One report, many files: page = CSV = XLSX = JSON = Parquet = PX = JSON-stat = SPSS = Stata, number by number."""

import csv
import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyreadstat
import pytest
from pyaxis import pyaxis
from pyjstat import pyjstat

from analysis import Dataset, Report, build, exporters, scales
from analysis.exporters._records import headed
from analysis.report import Cell, Question, Row, Table

HIDDEN, NONE = "hidden", "none"
Key = tuple[str, str, str, str]
"""Question, group column, group, and answer or measure."""
Told = dict[Key, float | str]
MEASURES = {column for scale in scales.registry().values() for column, _heading, _kind in scale.MEASURES}


@pytest.fixture(scope="module")
def report(survey: Dataset) -> Report:
    return build(survey)


def page(report: Report) -> Told:
    """What a reader of the page meets: every cell of every table and every base."""
    told: Told = {}
    for question in report.questions:
        for by, table in question.tables.items():
            for row in table.rows:
                told[question.name, by, row.code if by else "", "base"] = HIDDEN if row.base is None else row.base
                for place, cell in enumerate(row.cells):
                    told[question.name, by, row.code if by else "", name(question, table, row, place)] = said(cell)
    return told


def name(question: Question, table: Table, row: Row, place: int) -> str:
    """The code of an answer, or the column of a measure."""
    cell = row.cells[place]
    return cell.id.rsplit("-", 1)[-1] if cell.kind != "share" else str(list(question.item.shown)[place])


def said(cell: Cell) -> float | str:
    return HIDDEN if cell.hidden else NONE if cell.value is None else cell.value


def rows_of(rows: list[dict[str, Any]], hidden: Callable[[dict[str, Any]], bool]) -> Told:
    """What tidy rows say of what stands on the page; several rows of a group say one measure alike."""
    told: Told = {}
    for row in rows:
        place = (row["question"], row["by"], row["group"])
        concealed = hidden(row)
        told[*place, "base"] = HIDDEN if row["base"] is None else row["base"]
        if row["answer"]:
            told[*place, row["answer"]] = HIDDEN if concealed else NONE if row["share"] is None else row["share"]
        for measure in MEASURES:
            if row.get(measure) is not None and not (measure == "count" and row["answer"]):
                told[*place, measure] = row[measure]
    return told


def from_json(report: Report, folder: Path) -> Told:
    told = json.loads(exporters.named("json").write(report))
    rows = [
        row | {"question": question["name"], "by": table["by"], "group": row.get("code", ""), "answer": row.get("category")}
        for question in told["questions"]
        for table in question["tables"]
        for row in table["rows"]
    ]
    return rows_of([dict.fromkeys(("share", "base")) | row for row in rows], lambda row: row["hidden"])


def from_csv(report: Report, folder: Path) -> Told:
    """The file has words, not codes: they are looked up in the report."""
    text = exporters.named("csv").write(report).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    rows = [dict(zip(headed(report), line, strict=True)) for line in lines]
    numbers = [{key: value.replace(",", ".") if value else None for key, value in row.items()} for row in rows]
    return rows_of(worded(report, rows, numbers), lambda row: row["hidden"] is not None)


def from_xlsx(report: Report, folder: Path) -> Told:
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))
    rows = [dict(zip(headed(report), line, strict=True)) for line in list(book.worksheets[-1].values)[1:]]
    return rows_of(worded(report, rows, rows), lambda row: row["hidden"] is not None)


def worded(report: Report, rows: list[dict[str, Any]], numbers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of words as rows of codes; spreads of numbers, which the page draws, are left out."""
    found = []
    for words, row in zip(rows, numbers, strict=True):
        question = report.question(words["question"])
        table = next(t for t in question.tables.values() if (t.by_label if t.by else "") == (words["by"] or ""))
        labels = {label: str(code) for code, label in question.item.categories.items()}
        groups = {each.label: each.code for each in table.rows}
        if words["answer"] and not labels:
            continue
        codes = {"by": table.by, "group": groups[words["group"]] if table.by else "", "answer": labels.get(words["answer"] or "")}
        told = {key: value for key, value in row.items() if key not in ("text", "hidden", "reliability", *codes)}
        found.append({k: float(v) if k != "question" and v else v for k, v in told.items()} | codes | {"hidden": row["hidden"]})
    return found


def from_parquet(report: Report, folder: Path) -> Told:
    (folder / "t.parquet").write_bytes(exporters.named("parquet").write(report))
    result = duckdb.sql(f"SELECT * FROM '{folder / 't.parquet'}' WHERE low_edge IS NULL")
    names = result.columns
    return rows_of([dict(zip(names, row, strict=True)) for row in result.fetchall()], lambda row: row["hidden"])


def from_px(report: Report, folder: Path) -> Told:
    (folder / "t.px").write_bytes(exporters.named("px").write(report))
    read = pyaxis.parse(str(folder / "t.px"), encoding="utf-8")
    codes = [read["METADATA"][f"CODES({name})"] for name in ("Answer option", "Group", "Measure")]
    places = [(a, g, m) for a in codes[0] for g in codes[1] for m in codes[2]]
    values = ["hidden" if value != value else value for value in read["DATA"]["DATA"]]
    numbers = [HIDDEN if value == HIDDEN else NONE if value == "" else float(value) for value in values]
    return cube(dict(zip(places, numbers, strict=True)))


def from_jsonstat(report: Report, folder: Path) -> Told:
    text = exporters.named("jsonstat").write(report).decode()
    hidden = {int(place) for place in json.loads(text)["status"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library warns of itself
        frame = pyjstat.Dataset.read(text).write("dataframe", naming="id")
    told = {}
    for place, (answer, group, measure, value) in enumerate(frame.itertuples(index=False)):
        told[answer, group, measure] = HIDDEN if place in hidden else NONE if value != value else value
    return cube(told)


def cube(cells: dict[tuple[str, str, str], float | str]) -> Told:
    """What a cube of percentages says of what stands on the page."""
    told: Told = {}
    for (answer, group, measure), value in cells.items():
        question, _, code = answer.partition(":")
        by, _, level = ("", "", "") if group == "all" else group.partition(":")
        percent = measure in ("share", "net") and not isinstance(value, str)
        number = value / 100 if percent else value  # type: ignore[operator]
        if measure == "share" and code:
            told[question, by, level, code] = number
        elif not code:
            told[question, by, level, measure] = number
    return told


def labelled(reader: Callable[[str], Any], ending: str) -> Callable[[Report, Path], Told]:
    """What a file of a statistical program says."""

    def told(report: Report, folder: Path) -> Told:
        (folder / f"t.{ending}").write_bytes(exporters.named(ending).write(report))
        frame, _meta = reader(str(folder / f"t.{ending}"))
        frame = frame[frame["low_edge"].isna()].astype(object)
        frame = frame.where(frame.notna(), None)
        names = {"question": "question_code", "by": "grouping_code", "group": "group_code", "answer": "answer_code"}
        rows = [row | {key: row[column] for key, column in names.items()} for row in frame.to_dict("records")]
        return rows_of(rows, lambda row: row["hidden"] == 1)

    return told


FILES = {
    "json": from_json,
    "csv": from_csv,
    "xlsx": from_xlsx,
    "parquet": from_parquet,
    "px": from_px,
    "jsonstat": from_jsonstat,
    "sav": labelled(pyreadstat.read_sav, "sav"),
    "dta": labelled(pyreadstat.read_dta, "dta"),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_number_of_the_page_stands_in_the_file_and_no_hidden_one(report: Report, tmp_path: Path, kind: str):
    wanted, told = page(report), FILES[kind](report, tmp_path)
    assert sum(value == HIDDEN for value in wanted.values()) > 10
    for key, value in wanted.items():
        if kind in ("px", "jsonstat") and isinstance(value, str):
            assert told[key] == value, key
        elif isinstance(value, str):
            assert isinstance(told.get(key, value), str), key
        else:
            assert told[key] == pytest.approx(value, rel=1e-12, abs=1e-14), key
