"""One report, many files: page = CSV = XLSX = JSON = Parquet = PX = JSON-stat = SPSS = Stata, number by number."""

import csv
import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from pyaxis import pyaxis
from pyjstat import pyjstat

from analysis import Dataset, Item, Report, build, exporters, scales
from analysis.exporters._records import headed
from analysis.report import Cell, Question, Table

HIDDEN, NONE = "hidden", "none"
Key = tuple[str, str, str, str]
"""Question, group column, group, and answer or measure."""
Told = dict[Key, float | str]
MEASURES = {column for scale in scales.registry().values() for column, _heading, _kind in scale.MEASURES}
DETAILS = {column for scale in scales.registry().values() for column, _heading, _kind in getattr(scale, "DETAILS", ())}


def everything(seed: int = 7, size: int = 300) -> Dataset:
    """Weighted answers on every scale there is, by two groupings with a small group each and some without age."""
    rng = np.random.default_rng(seed)
    options = {"a": "Skola", "b": "Väg", "c": "Bad"}
    said = {code: f"Steg {code}" for code in "12345"}
    sets = [tuple(code for code in options if rng.random() < 0.4) for _ in range(size)]
    frame = pd.DataFrame(
        {
            "w": rng.lognormal(0, 0.5, size),
            "age": rng.choice(["x", "y", "z", None], size, p=[0.5, 0.4, 0.04, 0.06]),
            "part": rng.choice(["n", "s", "ö"], size, p=[0.6, 0.34, 0.06]),
            "nominal": rng.choice([*options, "d"], size, p=[0.6, 0.3, 0.08, 0.02]),
            "ordinal": rng.choice([*said], size, p=[0.03, 0.12, 0.3, 0.35, 0.2]),
            "numeric": rng.gamma(2, 9, size).round(),
            "nps": rng.integers(0, 11, size),
            "text": rng.choice(["", "mer bussar", "fler träd"], size),
            "multiple": pd.Series(sets, dtype=object),
            "place": pd.Series(sets[::-1], dtype=object),
            "ranking": pd.Series([tuple(rng.permutation([*options])) for _ in range(size)], dtype=object),
        }
    )
    frame[[f"budget/{code}" for code in options]] = rng.dirichlet([4, 2, 1], size) * 100
    kinds = {"nominal": options | {"d": "Annat"}, "ordinal": said, "numeric": {}, "nps": {}, "text": {}}
    kinds |= dict.fromkeys(("multiple", "place", "ranking", "budget"), options)
    items = [Item(kind, f"Frågan {kind}?", kind, categories) for kind, categories in kinds.items()]
    groups = {"age": {"x": "Unga", "y": "Gamla", "z": "Äldst"}, "part": {"n": "Norr", "s": "Söder", "ö": "Öster"}}
    return Dataset(frame, items, weight="w", groups=groups, group_names={"age": "Ålder", "part": "Kommundel"})


REPORTS: dict[str, Callable[[Dataset], Report]] = {
    "the usual": build,
    "every scale": lambda _survey: build(everything(), by=("age", "part")),
    "every scale, more hidden": lambda _survey: build(everything(8), by=("part",), minimum=12),
    "few": lambda _survey: build(everything(10, 40), by=("age",)),
}


@pytest.fixture(scope="module", params=REPORTS)
def report(request: pytest.FixtureRequest, survey: Dataset) -> Report:
    return REPORTS[request.param](survey)


def test_every_scale_is_compared():
    assert {item.scale for item in everything().items} == set(scales.registry())


def page(report: Report) -> Told:
    """What a reader of the page meets: every cell of every table and every base."""
    told: Told = {}
    for question in report.questions:
        for by, table in question.tables.items():
            names = named(question, table)
            for row in table.rows:
                place = (question.name, by, row.code if by else "")
                told[*place, "base"] = HIDDEN if row.base is None else row.base
                told |= {(*place, name): said(cell) for name, cell in zip(names, row.cells, strict=True)}
    return told


def named(question: Question, table: Table) -> list[str]:
    """What the cells of a row are, in their order: answers, answers told together, what answers have of their own, measures."""
    scale, codes = scales.named(question.item.scale), []
    if "category" in table.frame:
        codes = [str(code) for code in table.frame["category"][: len(table.frame) // len(table.rows)]]
    together = [] if table.ends is None else [str(code) for code in table.ends["category"].cat.categories]
    details = [f"{code}:{column}" for column, _heading, _kind in getattr(scale, "DETAILS", ()) for code in codes]
    return [*(codes if "share" in table.frame else []), *together, *details, *(column for column, _h, _k in scale.MEASURES)]


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
            told |= {(*place, f"{row['answer']}:{one}"): row[one] for one in DETAILS if row.get(one) is not None}
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
        for row in (*table["rows"], *table.get("ends", ()))
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
        labels |= {} if table.ends is None else dict(zip(table.ends["label"], table.ends["category"].map(str), strict=True))
        if table.ends is not None:
            labels |= dict(zip(table.ends["label"], table.ends["category"].astype(str), strict=True))
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
        elif measure in DETAILS:
            told[question, by, level, f"{code}:{measure}"] = number
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
