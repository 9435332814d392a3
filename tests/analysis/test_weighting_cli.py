"""Raking from the command line: weights into a file, what they cost on stderr, refusals with a reason."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from analysis.cli import group

DATA = "id;ålder;kön;svar\n" + "".join(
    f"{n};{'ung' if n % 5 == 0 else 'gammal'};{'k' if n % 3 else 'm'};=1+1\n" for n in range(60)
)
MARGINS = "variabel;nivå;befolkning\nålder;ung;4 000\nålder;gammal;6000\nkön;k;5000,5\nkön;m;4999,5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(DATA, "utf-8")
    (tmp_path / "margins.csv").write_text(MARGINS, "utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> Result:
    files = [str(folder / "data.csv"), "--margins", str(folder / "margins.csv"), "--output", str(folder / "out.csv")]
    return CliRunner().invoke(group, ["rake", *files, *more])


def written(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "out.csv", sep=";", dtype={"svar": str})


def test_a_file_gets_a_column_of_weights_that_meet_the_margins(folder: Path):
    done = run(folder)
    assert (done.exit_code, done.stdout) == (0, "")
    found = written(folder)
    assert found.groupby("ålder")["weight"].sum().to_dict() == pytest.approx({"ung": 4000, "gammal": 6000})
    assert found.groupby("kön")["weight"].sum().to_dict() == pytest.approx({"k": 5000.5, "m": 4999.5})


def test_the_rest_of_the_file_is_as_it_was(folder: Path):
    run(folder)
    before = list(csv.reader(io.StringIO(DATA), delimiter=";"))
    after = list(csv.reader(io.StringIO((folder / "out.csv").read_text("utf-8")), delimiter=";"))
    assert [row[:-1] for row in after] == before


def test_design_effect_and_effective_size_are_told_on_stderr(folder: Path):
    told = run(folder).stderr
    assert "60 rows weighted" in told
    assert "design effect 1.406" in told
    assert "effective size 42.7 of 60" in told


def test_bounds_hold_in_the_file(folder: Path):
    assert run(folder, "--lower", "0.4", "--upper", "2.4").exit_code == 0
    weights = written(folder)["weight"]
    assert (weights / weights.mean()).between(0.4 - 1e-9, 2.4 + 1e-9).all()


def test_margins_may_be_named_in_english(folder: Path):
    (folder / "margins.csv").write_text("Variable,Level,Population\nålder,ung,1\nålder,gammal,1\n", "utf-8")
    assert run(folder, "--name", "vikt").exit_code == 0
    assert written(folder).groupby("ålder")["vikt"].sum().tolist() == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ("variabel;nivå\nålder;ung\n", "has no column 'population'"),
        ("variabel;nivå;antal\nålder;ung;många\n", "row 2: the population of level 'ung' is 'många'"),
        ("variabel;nivå;antal\nålder;;4\n", "row 2: variable or level is empty"),
        ("variabel;nivå;antal\nålder;ung;4\nålder;ung;5\n", "row 3: level 'ung' of 'ålder' stands there already"),
        ("variabel;nivå;antal\nålder;ung;4\n", "lacks level 'gammal' of column 'ålder'"),
        ("variabel;nivå;antal\ninkomst;hög;4\n", "no column 'inkomst'"),
        ("", "is not a table"),
    ],
)
def test_a_bad_file_of_margins_is_refused_with_its_reason(folder: Path, margins: str, words: str):
    (folder / "margins.csv").write_text(margins, "utf-8")
    done = run(folder)
    assert done.exit_code == 1
    assert words in done.stderr
    assert not (folder / "out.csv").exists()


def test_bounds_that_cannot_be_held_write_nothing(folder: Path):
    done = run(folder, "--upper", "1.1")
    assert done.exit_code == 1
    assert "level 'ung' has 4000 residents" in done.stderr
    assert not (folder / "out.csv").exists()


def test_a_column_of_the_data_is_never_overwritten(folder: Path):
    done = run(folder, "--name", "svar")
    assert done.exit_code == 1
    assert "has a column 'svar' already" in done.stderr


@pytest.mark.parametrize(
    ("separator", "encoding", "written"),
    [(",", "utf-8", "utf-8"), (";", "utf-8-sig", "utf-8-sig"), ("\t", "utf-16", "utf-16"), (";", "cp1252", "utf-8-sig")],
)
def test_a_file_is_written_again_as_it_was_spelled(folder: Path, separator: str, encoding: str, written: str):
    (folder / "data.csv").write_text(DATA.replace(";", separator), encoding)
    assert run(folder).exit_code == 0
    found = pd.read_csv(folder / "out.csv", sep=separator, encoding=written)
    assert list(found.columns) == ["id", "ålder", "kön", "svar", "weight"]
    assert (folder / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf") == (written == "utf-8-sig")


def test_weights_have_the_decimal_comma_of_the_numbers_beside_them(folder: Path):
    (folder / "data.csv").write_text(DATA.replace("=1+1", "0,5"), "utf-8")
    assert run(folder).exit_code == 0
    weights = pd.read_csv(folder / "out.csv", sep=";", decimal=",")["weight"]
    assert weights.sum() == pytest.approx(10_000)


@pytest.mark.parametrize(("output", "said"), [("nowhere/out.csv", "the folder is not there"), ("data.csv/out.csv", "is a file")])
def test_where_nothing_can_be_written_the_place_and_the_remedy_are_told(folder: Path, output: str, said: str):
    done = run(folder, "--output", str(folder / output))
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert "ame a file in" in done.stderr
