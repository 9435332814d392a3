"""Responses as files: complete or not there, without names and, unless asked for, without free text."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from analysis import Dataset, Item, snapshot
from analysis.exporters import CannotExport, MissingLibrary, UnknownFormat, responses
from analysis.exporters._responses import parquet

KINDS = ("csv", "dta", "json", "parquet", "sav", "xlsx")


def written(survey: Dataset, folder: Path, kind: str, **options: Any) -> dict[str, Any]:
    batches = responses.batches(survey, 150)
    return responses.write(batches, survey, folder / f"r.{kind}", kind, survey.size, **options)


def read(folder: Path, kind: str) -> pd.DataFrame:
    """A file of responses as numbers and texts."""
    path = folder / f"r.{kind}"
    readers = {
        "csv": lambda: pd.read_csv(path, sep=";", decimal=",", keep_default_na=False, na_values=[""]),
        "json": lambda: pd.DataFrame(json.loads(path.read_text("utf-8"))),
        "xlsx": lambda: pd.DataFrame(list(openpyxl.load_workbook(path).worksheets[0].values)).pipe(headed),
        "parquet": lambda: duckdb.sql(f"SELECT * FROM '{path}'").df(),
        "sav": lambda: pyreadstat.read_sav(str(path))[0],
        "dta": lambda: pyreadstat.read_dta(str(path))[0],
    }
    return readers[kind]()


def headed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[1:].set_axis(list(frame.iloc[0]), axis=1).reset_index(drop=True)


def test_every_format_of_the_issue_is_there():
    assert set(responses.registry()) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_response_is_in_the_file_in_order(survey: Dataset, tmp_path: Path, kind: str):
    told = written(survey, tmp_path, kind)
    frame = read(tmp_path, kind)
    assert told["rows"] == len(frame) == 400
    assert frame["w"].astype(float).to_numpy() == pytest.approx(survey.frame["w"].to_numpy(), rel=1e-15)
    assert frame["q4"].astype(float).tolist() == survey.frame["q4"].tolist()
    column = "q3/bus" if "q3/bus" in frame else "q3_bus"
    chosen = [None if not cell else float("bus" in cell) for cell in survey.frame["q3"]]
    assert [None if pd.isna(x) else float(x) for x in frame[column]] == chosen


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
@pytest.mark.parametrize(("labels", "found"), [(False, {"yes", "no", "dk"}), (True, {"Ja", "Nej", "Vet inte"})])
def test_answers_are_codes_or_labels(survey: Dataset, tmp_path: Path, kind: str, labels: bool, found: set[str]):
    written(survey, tmp_path, kind, labels=labels)
    assert set(read(tmp_path, kind)["q1"]) == found


@pytest.mark.parametrize(("kind", "reader"), [("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)])
def test_statistical_programs_get_numbers_with_labels(survey: Dataset, tmp_path: Path, kind: str, reader: Any):
    written(survey, tmp_path, kind)
    frame, about = reader(str(tmp_path / f"r.{kind}"), apply_value_formats=True)
    assert frame["q1"].astype(str).tolist() == [{"yes": "Ja", "no": "Nej", "dk": "Vet inte"}[c] for c in survey.frame["q1"]]
    assert about.column_names_to_labels["q1"] == "Vad tycker du?"
    assert set(about.variable_value_labels["q2"]) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("kind", KINDS)
def test_free_text_is_there_only_when_asked_for(survey: Dataset, tmp_path: Path, kind: str):
    told = written(survey, tmp_path, kind)
    assert "q5" not in {column["name"] for column in told["columns"]}
    assert "q5" not in read(tmp_path, kind)
    written(survey, tmp_path, kind, with_text=True)
    assert "mer bussar" in set(read(tmp_path, kind)["q5"])


def test_a_column_that_no_codebook_names_never_leaves(survey: Dataset, tmp_path: Path):
    frame = survey.frame.assign(name="Anna", e_mail="anna@example.se")
    more = Dataset(frame, survey.items, weight="w", groups=survey.group_levels)
    written(more, tmp_path, "csv", with_text=True)
    assert "anna" not in (tmp_path / "r.csv").read_text("utf-8").casefold()


@pytest.mark.parametrize("kind", KINDS)
def test_the_manifest_tells_rows_columns_and_hash(survey: Dataset, tmp_path: Path, kind: str):
    told = written(survey, tmp_path, kind)
    assert json.loads((tmp_path / f"r.{kind}.manifest.json").read_text("utf-8")) == told
    content = (tmp_path / f"r.{kind}").read_bytes()
    assert (told["sha256"], told["bytes"], told["rows"]) == (sha256(content).hexdigest(), len(content), 400)
    assert told["columns"][0] == {"name": "age_group", "label": "Åldersgrupp"}


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_fault_nothing_is_left(survey: Dataset, tmp_path: Path, kind: str):
    def broken() -> Iterator[pd.DataFrame]:
        yield survey.frame.head(100)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        responses.write(broken(), survey, tmp_path / f"r.{kind}", kind, 400)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_after_an_interruption_the_earlier_file_is_still_whole(survey: Dataset, tmp_path: Path, kind: str):
    def interrupted() -> Iterator[pd.DataFrame]:
        yield survey.frame.head(100)
        raise KeyboardInterrupt

    told = written(survey, tmp_path, kind)
    with pytest.raises(KeyboardInterrupt):
        responses.write(interrupted(), survey, tmp_path / f"r.{kind}", kind, 400)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"r.{kind}", f"r.{kind}.manifest.json"]
    assert sha256((tmp_path / f"r.{kind}").read_bytes()).hexdigest() == told["sha256"]


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_responses_than_there_should_be_are_refused(survey: Dataset, tmp_path: Path, kind: str):
    with pytest.raises(CannotExport, match="100 of 400"):
        responses.write([survey.frame.head(100)], survey, tmp_path / f"r.{kind}", kind, 400)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_is_full_leaves_no_file_and_says_so_once(tmp_path: Path, kind: str):
    """A process that may write 100 kB, by the limit of the system, not by a fake."""
    script = (
        "import resource, signal, sys; import numpy as np, pandas as pd; from pathlib import Path\n"
        "from analysis import Dataset, Item, saving; from analysis.exporters import responses\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "rng = np.random.default_rng(1); frame = pd.DataFrame({'q': [rng.bytes(30).hex() for n in range(9000)]})\n"
        "book = Dataset(frame, [Item('q', 'Q', 'text')]); path = Path(sys.argv[1]) / 'r'\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    responses.write(responses.batches(book), book, path, sys.argv[2], len(frame), with_text=True)\n"
        "except OSError as fault:\n"
        "    sys.exit(saving.trouble(path, fault))\n"
    )
    line = [sys.executable, "-W", "error", "-c", script, str(tmp_path), kind]
    run = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, f"{tmp_path / 'r'} could not be written: File too large.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_its_owners_alone(survey: Dataset, tmp_path: Path, kind: str):
    written(survey, tmp_path, kind)
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0, 0]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_answer_no_label_and_no_heading_is_a_formula(tmp_path: Path, kind: str):
    evil = '=HYPERLINK("http://x")'
    frame = pd.DataFrame({evil: ["a", "b"], "t": [evil, "@SUM(1)"], "g": ["x", "x"]})
    items = [Item(evil, evil, "nominal", {"a": evil, "b": "+1+1"}), Item("t", "T", "text")]
    book = Dataset(frame, items, groups={"g": {"x": "-2+3"}})
    responses.write([frame], book, tmp_path / f"r.{kind}", kind, 2, labels=True, with_text=True)
    if kind == "xlsx":
        cells = [cell for sheet in openpyxl.load_workbook(tmp_path / "r.xlsx") for row in sheet.rows for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        return
    text = (tmp_path / "r.csv").read_text("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_what_excel_does_not_hold_is_refused_before_anything_is_written(survey: Dataset, tmp_path: Path):
    path = tmp_path / "r.xlsx"
    with pytest.raises(CannotExport, match="1,048,575 responses"):
        responses.write([], survey, path, "xlsx", 1_048_576)
    wide = pd.DataFrame(0, index=[0], columns=[f"q{n}" for n in range(16_385)])
    with pytest.raises(CannotExport, match="16,384 columns"):
        responses.write([wide], Dataset(wide, [Item(name, name, "numeric") for name in wide]), path, "xlsx", 1)
    long = pd.DataFrame({"q": ["x" * 32_768]})
    with pytest.raises(CannotExport, match="response 1"):
        responses.write([long], Dataset(long, [Item("q", "Q", "text")]), path, "xlsx", 1, with_text=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "reader"), [("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)])
def test_long_texts_come_back_whole_from_statistical_programs_or_are_refused(tmp_path: Path, kind: str, reader: Any):
    texts = ["", "å" * 127 + "x", "ö" * 128, "abc " * 500, "x" * 255, "y" * 256, "z" * 2000]
    frame = pd.DataFrame({"q": texts, "n": range(len(texts))})
    book = Dataset(frame, [Item("q", "Q", "text"), Item("n", "N", "numeric")])
    responses.write([frame], book, tmp_path / "r", kind, len(texts), with_text=True)
    found = reader(str(tmp_path / "r"))[0]
    assert [text.rstrip() for text in found["q"]] == [text.rstrip() for text in texts]
    assert found["n"].tolist() == list(range(len(texts)))
    long = frame.assign(q="x" * 2001)
    with pytest.raises(CannotExport, match="response 1"):
        responses.write([long], book, tmp_path / "s", kind, len(texts), with_text=True)


@pytest.mark.parametrize("kind", KINDS)
def test_no_responses_make_a_file_that_says_so(survey: Dataset, tmp_path: Path, kind: str):
    empty = Dataset(survey.frame.iloc[:0], survey.items, groups=survey.group_levels)
    assert written(empty, tmp_path, kind)["rows"] == 0
    assert len(read(tmp_path, kind)) == 0


def test_a_snapshot_is_written_batch_by_batch(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "frozen")
    batches = snapshot.batches(tmp_path / "frozen", 50)
    responses.write(batches, snapshot.read(tmp_path / "frozen"), tmp_path / "r.csv", "csv", 400, with_text=True)
    written(survey, tmp_path / "frozen", "csv", with_text=True)
    assert (tmp_path / "r.csv").read_bytes() == (tmp_path / "frozen" / "r.csv").read_bytes()


def test_a_format_that_is_not_there_is_refused(survey: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UnknownFormat, match="csv, dta, json"):
        written(survey, tmp_path, "px")
    monkeypatch.setattr(responses, "find_spec", lambda name: None)
    with pytest.raises(MissingLibrary, match="statistics"):
        written(survey, tmp_path, "sav")


def test_many_columns_of_different_numbers_become_parquet_with_the_memory_they_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    numbers = np.random.default_rng(1).random((4_096, 700))
    frame = pd.DataFrame(numbers, columns=[f"n{at}" for at in range(700)])
    book = Dataset(frame, [Item(name, name, "numeric") for name in frame])
    responses.write(responses.batches(book), book, tmp_path / "r.parquet", "parquet", len(frame))
    pd.testing.assert_frame_equal(read(tmp_path, "parquet"), frame)
    monkeypatch.setattr(parquet, "TIMES", (1,))
    with pytest.raises(CannotExport, match="Choose csv"):
        responses.write(responses.batches(book), book, tmp_path / "s.parquet", "parquet", len(frame))
    assert [file.name for file in tmp_path.iterdir() if "s.parquet" in file.name] == []


@pytest.mark.parametrize("scale", ["text", "nominal"])
def test_many_columns_of_different_texts_fit_into_parquet(tmp_path: Path, scale: str):
    frame = pd.DataFrame({f"t{i}": [f"text {i} {row} " * 5 for row in range(5_000)] for i in range(60)})
    book = Dataset(frame, [Item(name, name, scale) for name in frame])
    responses.write(responses.batches(book), book, tmp_path / "r.parquet", "parquet", len(frame), with_text=True)
    pd.testing.assert_frame_equal(read(tmp_path, "parquet"), frame)
