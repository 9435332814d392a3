"""One cube from every engine: the same statement gives the same sums."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, UnusableData, cube, snapshot
from analysis.cube import CellCube
from analysis.engines import parquet
from analysis.engines.sql import joined, quoted, statement
from tests.analysis.test_cube_cells import BY, same
from tests.analysis.test_snapshot import odd

HOSTILE = """q"; DROP TABLE answers; --' %s"""


def long(dataset: Dataset, by: tuple[str, ...]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The long table (respondent, question, category) and the respondents, row by row: the plainest way there is."""
    answers, frame = [], dataset.frame
    for item in dataset.items:
        if not item.shown:
            continue
        for respondent, cell in enumerate(frame[item.name]):
            codes = [] if cell is None or cell != cell else list(cell) if isinstance(cell, tuple) else [cell]
            answers += [(respondent, item.name, code) for code in codes]
            if isinstance(cell, tuple) and set(codes) & set(item.shown):
                answers.append((respondent, item.name, None))
    columns = [[None if value != value else value for value in frame[name]] for name in (*by, "w")]
    return answers, list(zip(range(len(frame)), *columns, strict=True))


def ask(execute: Any, text: str) -> Iterable[tuple[Any, ...]]:
    return execute(text).fetchall()  # type: ignore[no-any-return]


def filled(execute: Any, many: Any, survey: Dataset, mark: str) -> Iterable[tuple[Any, ...]]:
    """The statement's rows from a database into which the survey was put."""
    answers, respondents = long(survey, BY)
    execute("CREATE TABLE answers (id integer, question text, category text)")
    execute("CREATE TABLE respondents (id integer, age_group text, district text, w double precision)")
    many(f"INSERT INTO answers VALUES ({mark}, {mark}, {mark})", answers)
    many(f"INSERT INTO respondents VALUES ({mark}, {mark}, {mark}, {mark})", respondents)
    return ask(execute, statement(joined("answers", "respondents", "id", BY, "w"), "respondents", BY, "w"))


def assembled(survey: Dataset, rows: Iterable[tuple[Any, ...]]) -> CellCube:
    return cube.assembled(rows, BY, survey.items, survey.group_levels, survey.group_names)


def test_sqlite_gives_the_cube(survey: Dataset):
    with sqlite3.connect(":memory:") as database:
        same(assembled(survey, filled(database.execute, database.executemany, survey, "?")), cube.cells(survey, BY))
    database.close()


def test_duckdb_gives_the_cube(survey: Dataset):
    with duckdb.connect() as database:
        same(assembled(survey, filled(database.execute, database.executemany, survey, "?")), cube.cells(survey, BY))


def test_postgresql_gives_the_cube(survey: Dataset, server: str | None):
    if server is None:
        pytest.skip("on PostgreSQL only")
    import psycopg

    from tests.postgres import fresh_database

    with psycopg.connect(fresh_database(server)) as database, database.cursor() as cursor:
        rows = filled(cursor.execute, cursor.executemany, survey, "%s")
        same(assembled(survey, rows), cube.cells(survey, BY))


@pytest.mark.parametrize("by", [(), ("district",), BY])
def test_a_snapshot_gives_the_cube(survey: Dataset, tmp_path: Path, by: tuple[str, ...]):
    snapshot.write(survey, tmp_path / "s")
    found = parquet.of_snapshot(tmp_path / "s", by)
    same(found, cube.cells(survey, by))
    assert (found.sides, found.items) == (cube.cells(survey, by).sides, survey.items)


def test_codes_of_every_type_are_found_in_a_snapshot(tmp_path: Path):
    dataset = odd()
    ticks = {"t/a": [1, 0, np.nan, 0, 1, 0], "t/b": [1, 1, np.nan, 0, 0, 0]}
    sums = {"s/a": [40, 0, np.nan, 0, 100, 30], "s/b": [60, 0, np.nan, 100, 0, np.nan]}
    frame = dataset.frame.assign(
        floats=[1.0, 2.5, np.nan, 1, 1, 2.5], yes2=dataset.frame["yes"], blank=["x", "", " ", None, "x", "y"], **ticks, **sums
    )
    items = [
        *dataset.items,
        Item("floats", "Floats", "nominal", {1: "One", 2.5: "More"}),
        Item("yes", "Yes", "nominal", {True: "Yes", False: "No"}),
        Item("yes2", "Yes", "nominal", {1: "Yes", 0: "No"}),
        Item("blank", "Blank", "nominal", {"x": "X", "y": "Y"}),
        Item("t", "Ticks", "multiple", {"a": "A", "b": "B"}),
        Item("s", "Sums", "budget", {"a": "A", "b": "B"}),
    ]
    whole = Dataset(frame, items, groups=dataset.group_levels)
    snapshot.write(whole, tmp_path / "s")
    same(parquet.of_snapshot(tmp_path / "s", ["own"]), cube.cells(whole, ["own"]))


def test_surveys_in_files_add_up(survey: Dataset, tmp_path: Path):
    halves = [
        Dataset(survey.frame[rows], survey.items, weight="w", groups=survey.group_levels)
        for rows in (slice(0, 150), slice(150, None))
    ]
    for number, half in enumerate(halves):
        snapshot.write(half, tmp_path / str(number))
        parquet.lay_out(tmp_path / str(number), tmp_path / "files", str(number), BY)
    found = parquet.of_files(tmp_path / "files", BY, survey.items, "w", survey.group_levels)
    same(found, cube.cells(survey, BY))
    assert (tmp_path / "files" / "answers" / "survey=1" / "question=q1").is_dir()
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "files").rglob("*.parquet")} == {0}


def hostile(survey: Dataset) -> Dataset:
    """Names of an item, a group and the weights that an engine may stumble over, and levels too."""
    frame = survey.frame[["q1", "district", "w"]].set_axis([HOSTILE, HOSTILE + "g", HOSTILE + "w"], axis=1)
    frame[HOSTILE + "g"] = frame[HOSTILE + "g"].replace({"as": "Å's \"/=%"})
    return Dataset(frame, [Item(HOSTILE, "Q", "nominal", {"yes": "Yes", "no": "No", "dk": "'"})], weight=HOSTILE + "w")


def test_hostile_names_are_only_names(survey: Dataset, tmp_path: Path):
    dataset, by = hostile(survey), [HOSTILE + "g"]
    snapshot.write(dataset, tmp_path / "s")
    parquet.lay_out(tmp_path / "s", tmp_path / "files", "a'b/c=d", by)
    expected = cube.cells(dataset, by)
    same(parquet.of_snapshot(tmp_path / "s", by), expected)
    same(parquet.of_files(tmp_path / "files", by, dataset.items, HOSTILE + "w"), expected)


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_is_no_name_is_refused(name: str):
    with pytest.raises(UnusableData, match="can't be the name of a column"):
        quoted(name)


def test_a_survey_without_answers_or_weights_has_a_cube_too(tmp_path: Path):
    frame = pd.DataFrame({"q": pd.Series([], dtype=object), "g": pd.Series([], dtype=object)})
    dataset = Dataset(frame, [Item("q", "Q", "nominal", {"a": "A"})], groups={"g": {"x": "X"}})
    snapshot.write(dataset, tmp_path / "s")
    for by in ([], ["g"]):
        same(parquet.of_snapshot(tmp_path / "s", by), cube.cells(dataset, by))


def test_a_column_that_a_snapshot_lacks_is_named(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "s")
    with pytest.raises(UnusableData, match="no column 'gender'.*'age_group'"):
        parquet.of_snapshot(tmp_path / "s", ["gender"])


def test_a_folder_without_files_is_named(survey: Dataset, tmp_path: Path):
    with pytest.raises(UnusableData, match="has no Parquet files"):
        parquet.of_files(tmp_path, BY, survey.items)


def test_a_level_and_a_code_that_nobody_declared_are_named(survey: Dataset):
    rows = [("15-29", "mars", None, None, 1, 1.0, 1.0)]
    with pytest.raises(UnusableData, match="'district' holds levels that are not listed: 'mars'"):
        assembled(survey, rows)
    with pytest.raises(UnusableData, match="'q1' has answers that are not in the codebook: 'maybe'"):
        assembled(survey, [("15-29", "as", "q1", "maybe", 1, 1.0, 1.0)])
