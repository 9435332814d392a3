"""The analysis from the command line."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from analysis.cli import group

BOOK = {
    "items": [
        {"name": "q", "label": "Fråga", "scale": "nominal", "categories": {"1": "Ja", "2": "Nej"}, "missing": ["9"]},
        {"name": "n", "scale": "numeric"},
    ],
    "groups": {"ålder": {"u": "Ung", "g": "Gammal"}},
}
DATA = "q;n;ålder;vikt\n" + "1;2,5;u;1,5\n" * 10 + "2;3,5;g;0,5\n" * 10 + "9;;u;1\n" * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(DATA, "utf-8")
    (tmp_path / "book.json").write_text(json.dumps(BOOK), "utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> Result:
    command = ["tabulate", str(folder / "data.csv"), "--codebook", str(folder / "book.json"), *more]
    return CliRunner().invoke(group, command)


def test_tables_come_as_json(folder: Path):
    rows = json.loads(run(folder, "--format", "json", "--weight", "vikt").stdout)
    assert [(row["item"], row["count"]) for row in rows] == [("q", 10), ("q", 10), ("n", 20)]
    assert rows[0]["share"] == pytest.approx(0.75)
    assert rows[2]["mean"] == pytest.approx(2.75)


def test_a_design_and_an_interval_may_be_named(folder: Path):
    plain, drawn = (
        json.loads(run(folder, "--format", "json", *more).stdout)[0]
        for more in ((), ("--strata", "ålder", "--lonely", "average", "--interval", "logit"))
    )
    assert drawn["share"] == plain["share"]
    assert (drawn["se"], drawn["low"]) != (plain["se"], plain["low"])
    refused = run(folder, "--strata", "stratum")
    assert refused.exit_code == 1
    assert "no column 'stratum'" in refused.stderr
    assert run(folder, "--lonely", "ignore").exit_code == 2


def test_tables_come_as_csv_by_groups(folder: Path):
    rows = list(csv.DictReader(io.StringIO(run(folder, "--by", "ålder").stdout)))
    assert [(row["ålder"], row["category"], row["count"]) for row in rows[:2]] == [("u", "1", "10"), ("u", "2", "0")]
    assert rows[0]["hidden"] == "false"


def test_windows_1252_with_commas_is_read_too(folder: Path):
    text = "q,n,ålder,vikt\n" + "1,2,u,1\n" * 6
    (folder / "data.csv").write_bytes(text.encode("cp1252"))
    assert json.loads(run(folder, "--format", "json", "--by", "ålder").stdout)[0]["count"] == 6


@pytest.mark.parametrize(
    ("data", "book", "said"),
    [
        ("", "{}", "no items"),
        ("", json.dumps(BOOK), "not a table"),
        (DATA, "not json", "not JSON"),
        (DATA, "[1]", "item 1"),
        (DATA, '[{"name": "q", "scale": "nominal", "categories": ["1"]}]', "categories is an object"),
        (DATA, '[{"name": "q", "scale": "nominal", "categories": {"1": "Ja"}}]', "not in the codebook"),
        (DATA, '[{"name": "q", "scale": "colour"}]', "no scale 'colour'"),
        (DATA.replace("1,5", "mycket"), json.dumps(BOOK), "vikt"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(folder: Path, data: str, book: str, said: str):
    (folder / "data.csv").write_text(data, "utf-8")
    (folder / "book.json").write_text(book, "utf-8")
    result = run(folder, "--weight", "vikt")
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


def test_wrong_usage_is_two(folder: Path):
    assert run(folder, "--format", "exe").exit_code == 2
    assert CliRunner().invoke(group, ["tabulate", "nowhere.csv"]).exit_code == 2


def responses(folder: Path, ending: str) -> Path:
    """The data of these tests as a file of another format, with what it can say of itself."""
    frame = pd.DataFrame({"q": [1.0] * 10 + [2.0] * 10 + [9.0] * 3, "n": [2.5] * 10 + [3.5] * 10 + [None] * 3})
    frame["age"], frame["vikt"] = [1.0] * 10 + [2.0] * 10 + [1.0] * 3, [1.5] * 10 + [0.5] * 10 + [1.0] * 3
    path = folder / f"data.{ending}"
    labels = {"q": {1: "Ja", 2: "Nej", 9: "Vet inte"}, "age": {1: "Ung", 2: "Gammal"}}
    if ending == "parquet":
        duckdb.from_df(frame).write_parquet(str(path))
    elif ending == "sav":
        pyreadstat.write_sav(
            frame,
            str(path),
            column_labels=["Fråga", "Tal", "Ålder", "Vikt"],
            variable_value_labels=labels,
            missing_ranges={"q": [9]},
        )
    else:
        pyreadstat.write_dta(frame, str(path), variable_value_labels=labels)
    return path


def command(*parts: str | Path) -> Result:
    return CliRunner().invoke(group, [str(part) for part in parts])


@pytest.mark.parametrize("ending", ["parquet", "sav", "dta"])
def test_parquet_spss_and_stata_give_the_tables_that_csv_gives(folder: Path, ending: str):
    wanted = json.loads(run(folder, "--format", "json", "--weight", "vikt").stdout)
    path, book = responses(folder, ending), folder / "items.json"
    book.write_text(json.dumps(BOOK["items"]), "utf-8")
    found = json.loads(command("tabulate", path, "--codebook", book, "--weight", "vikt", "--format", "json").stdout)
    assert found == wanted


def test_a_file_of_spss_is_its_own_codebook(folder: Path):
    path = responses(folder, "sav")
    rows = json.loads(command("tabulate", path, "--weight", "vikt", "--by", "age", "--format", "json").stdout)
    assert [(row["item"], row["age"], row.get("category"), row["count"]) for row in rows] == [
        ("q", "1", "1", 10),
        ("q", "1", "2", 0),
        ("q", "2", "1", 0),
        ("q", "2", "2", 10),
        ("n", "1", None, 10),
        ("n", "2", None, 10),
    ]


@pytest.mark.parametrize("ending", ["parquet", "sav", "dta"])
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:40], lambda b: b"", lambda b: b"x" * 50])
def test_a_damaged_file_is_refused_by_name_with_a_remedy(folder: Path, ending: str, damage: Callable[[bytes], bytes]):
    path = responses(folder, ending)
    path.write_bytes(damage(path.read_bytes()))
    result = command("tabulate", path, "--codebook", folder / "book.json")
    assert result.exit_code == 1
    assert f"data.{ending}" in result.stderr
    assert "Export it again" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_data_without_labels_need_a_codebook(folder: Path):
    result = command("tabulate", folder / "data.csv")
    assert result.exit_code == 2
    assert "--codebook" in result.stderr


def test_groups_are_compared(folder: Path):
    line = ("compare", folder / "data.csv", "--codebook", folder / "book.json", "--item", "n", "--between", "ålder")
    row = json.loads(command(*line, "--format", "json").stdout)[0]
    assert (row["first"], row["second"], row["difference"]) == ("u", "g", pytest.approx(-1))
    assert command(*line, "--category", "nothing").exit_code == 1
    assert next(csv.DictReader(io.StringIO(command(*line).stdout)))["item"] == "n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_whatever_stands_between_columns_and_in_quotes_the_tables_are_the_same(folder: Path, separator: str, encoding: str):
    told = run(folder, "--by", "ålder", "--weight", "vikt").stdout
    rows = [*csv.reader(io.StringIO(DATA), delimiter=";")]
    rows = [["anm; ärkt,\n\t, x", *rows[0]], *(['rad "ett";\nrad, två\t', *row] for row in rows[1:])]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    (folder / "data.csv").write_bytes(text.getvalue().encode(encoding))
    assert run(folder, "--by", "ålder", "--weight", "vikt").stdout == told
