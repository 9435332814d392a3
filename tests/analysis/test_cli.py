"""The analysis from the command line."""

import csv
import io
import json
from pathlib import Path

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
