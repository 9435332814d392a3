"""Files that are damaged, cut off or not what they say: refused in words that name the place, with 1, and nothing on stdout."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from analysis.cli import group

HEADING = "q;n;ålder;vikt\n"
ROWS = "1;2,5;u;1\n" * 10 + "2;3,5;g;2\n" * 10
ITEM = {"name": "q", "scale": "nominal", "categories": {"1": "Ja", "2": "Nej"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(HEADING + ROWS, "utf-8")
    (tmp_path / "book.json").write_text(json.dumps([ITEM, {"name": "n", "scale": "numeric"}]), "utf-8")
    (tmp_path / "margins.csv").write_text("variabel;nivå;antal\nålder;u;30\nålder;g;10\n", "utf-8")
    return tmp_path


def command(*parts: str | Path) -> Result:
    return CliRunner().invoke(group, [str(part) for part in parts])


def tables(folder: Path, *more: str) -> Result:
    return command("tabulate", folder / "data.csv", "--codebook", folder / "book.json", "--format", "json", *more)


def refused(result: Result, said: str) -> None:
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert isinstance(result.exception, SystemExit)  # any other was not foreseen


CSV: tuple[tuple[bytes, str], ...] = (
    ((HEADING + ROWS + "1;2\n").encode(), "data.csv, row 22: it has 2 of 4 cells. The file may be cut off"),
    ((HEADING + ROWS + "1;2;u;1;9\n").encode(), "data.csv, row 22: it has 5 cells, and the heading 4"),
    ((HEADING + ROWS.replace("\n", ";9\n")).encode(), "data.csv, row 2: it has 5 cells, and the heading 4"),
    ((HEADING + '1;"2;u;1\n' + ROWS).encode(), "row 2: it has 2 of 4 cells. The file may be cut off, a sep"),
    (("q;q;n;vikt\n" + ROWS).encode(), "more than one column named 'q'. Rename all but one"),
    (("q;n;;\n" + ROWS).encode(), "more than one column named ''"),
    ((HEADING + ROWS.replace("1;", "1\0;", 1)).encode(), "is no text: it holds characters of nought"),
    ((HEADING + ROWS).encode("utf-16-le"), "is no text"),
    (b"PK\x03\x04" + bytes(90), "is a workbook or another archive, not CSV"),
    ((HEADING + ROWS).encode() + b"1;2;\xff;1\n", "is in two encodings: line 22 is not UTF-8"),
    (b"", "is not a table: it has no heading"),
    (b"\n\n", "is not a table: it has no heading"),
)


@pytest.mark.parametrize(("content", "said"), CSV)
def test_a_damaged_csv_file_names_the_row_or_what_it_is(folder: Path, content: bytes, said: str):
    (folder / "data.csv").write_bytes(content)
    refused(tables(folder), said)
    output = folder / "out.csv"
    refused(command("rake", folder / "data.csv", "--margins", folder / "margins.csv", "--output", output), said)
    assert not output.exists()


WHOLE: tuple[Callable[[str], bytes], ...] = (
    lambda text: text.encode("utf-8-sig"),
    lambda text: text.encode("utf-16"),
    lambda text: text.encode("cp1252"),
    lambda text: text.replace(";", "\t").encode(),
    lambda text: text.replace("\n", "\r\n").encode(),
    lambda text: text.replace("\n", ";\n").encode(),
    lambda text: text.replace("1;2,5", '"1";"2,5"').encode(),
    lambda text: text.replace("vikt", '"vikt, i tusental, av kommunens invånare, ungefär"').encode(),
    lambda text: ("\n" + text + "\n\n").encode(),
    lambda text: HEADING.encode() + text.removeprefix(HEADING).replace("\n", ";\n").encode(),
)


@pytest.mark.parametrize("written", WHOLE)
def test_however_a_whole_file_is_written_its_tables_are_the_same(folder: Path, written: Callable[[str], bytes]):
    wanted = tables(folder, "--by", "ålder").stdout
    (folder / "data.csv").write_bytes(written(HEADING + ROWS))
    found = tables(folder, "--by", "ålder")
    assert (found.exit_code, found.stdout) == (0, wanted)


def test_rows_in_messages_are_those_of_the_file(folder: Path):
    (folder / "data.csv").write_text(HEADING + ROWS + "1;2;u;-1\n", "utf-8")
    refused(tables(folder, "--weight", "vikt"), "'vikt' (weight) is negative in 1 rows, first in row 22")


BOOKS: tuple[tuple[str, str], ...] = (
    ("[" * 100_000, "is nested too deep"),
    ('[{"name": "q", "scale": "nominal", "categories": {"1": "Ja", "1": "Jo", "2": "Nej"}}]', "names '1' twice in one object"),
    ('[{"name": "q", "scale": "nominal", "catgories": {"1": "Ja"}}]', "item 1: it has 'catgories'. If 'categories' is meant"),
    ('[{"name": "q", "scale": "nominal", "categories": {"1": null, "2": "Nej"}}]', "item 1: the label of code '1' is None"),
    ('[{"name": "q", "scale": "nominal", "categories": {"1": "Ja"}, "missing": [[2]]}]', "item 1: missing holds [2]"),
    ('[{"name": "q", "scale": "nominal", "categories": {"1": "Ja"}, "missing": ["1"]}]', "all its categories are in missing"),
    ('[{"name": "q", "scale": "nominal", "label": {"sv": "Fråga"}}]', "item 1: its label is {'sv': 'Fråga'}"),
    ('{"items": [{"name": "n", "scale": "numeric"}], "groups": {"ålder": {"u": []}}}', "groups, 'ålder': the label of code 'u'"),
    ('[{"name": "x", "scale": "numeric"}]', "no column 'x'. Add it, or take the item out of the codebook. There are 'q', 'n'"),
    ('[{"name": "q", "scale": "budget"}]', "'q' (budget) has no categories"),
)


@pytest.mark.parametrize(("book", "said"), BOOKS)
def test_a_codebook_that_says_two_things_or_none_is_refused(folder: Path, book: str, said: str):
    (folder / "book.json").write_text(book, "utf-8")
    refused(tables(folder), said)


def test_codes_that_are_numbers_are_those_of_the_file(folder: Path):
    (folder / "book.json").write_text(json.dumps([ITEM | {"categories": {"1": "Ja"}, "missing": [2.0]}]), "utf-8")
    assert [row["count"] for row in json.loads(tables(folder).stdout)] == [10]


def test_points_are_counted_in_the_areas_of_the_codebook(folder: Path):
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    item = {"name": "p", "scale": "place", "categories": {"ås": "Ås", "outside": "Utanför"}, "areas": {"ås": square}}
    (folder / "book.json").write_text(json.dumps([item]), "utf-8")
    (folder / "data.csv").write_text("p\n" + '"1.0, 1.0"\n' * 6 + '"9.0, 9.0"\n' * 7, "utf-8")
    assert [row["count"] for row in json.loads(tables(folder).stdout)] == [6, 7]


def test_what_has_no_categories_and_no_answers_is_told_of(folder: Path):
    (folder / "data.csv").write_text("q;n\n" + ";3\n" * 9, "utf-8")
    (folder / "book.json").write_text('[{"name": "q", "scale": "nominal"}, {"name": "n", "scale": "numeric"}]', "utf-8")
    result = tables(folder)
    assert (result.exit_code, [row["item"] for row in json.loads(result.stdout)]) == (0, ["n"])
    assert "'q' has no categories in the codebook and no answers" in result.stderr


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_file_of_another_program_damaged_anywhere_is_refused(folder: Path, ending: str):
    frame = pd.DataFrame({"q": [1.0, 2.0] * 9, "d": pd.to_datetime(["2024-01-01"] * 18), "t": ["a", "b"] * 9})
    path = folder / f"data.{ending}"
    getattr(pyreadstat, f"write_{ending}")(frame, str(path), variable_value_labels={"q": {1: "Ja", 2: "Nej"}})
    whole = path.read_bytes()
    for at in range(40, len(whole), 61):
        path.write_bytes(whole[:at] + b"\xff\x7f\xfe" + whole[at + 3 :])
        result = command("tabulate", path)
        assert result.exception is None or isinstance(result.exception, SystemExit), at
        assert result.exit_code == 0 or result.stdout == ""


def test_sets_of_sets_are_no_codes(folder: Path):
    path = folder / "data.parquet"
    duckdb.sql("SELECT [[1], [2]] AS q, 1 AS n").write_parquet(str(path))
    refused(command("tabulate", path, "--codebook", folder / "book.json"), "'q' holds")


def test_a_group_column_called_item_is_not_lost(folder: Path):
    (folder / "data.csv").write_text((HEADING + ROWS).replace("ålder", "item"), "utf-8")
    refused(tables(folder, "--by", "item"), "can't be called 'item'")


def test_weights_take_a_name_and_a_folder_that_is_there(folder: Path):
    line = ("rake", folder / "data.csv", "--margins", folder / "margins.csv", "--output")
    refused(command(*line, folder / "out.csv", "--name", " "), "a column without a name")
    refused(command(*line, folder / "nowhere" / "out.csv"), "the folder is not there")
    refused(command(*line, folder / "out.csv", "--collapse", "kön"), "collapse names 'kön'")
    assert [path.name for path in folder.glob("*out*")] == []


def test_the_least_count_is_nought_or_more(folder: Path):
    assert tables(folder, "--minimum", "-1").exit_code == 2
