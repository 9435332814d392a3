"""Waves of anyone's data against each other from the command line: net change, and change in the same persons."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from analysis import Dataset, Item, change, paired
from analysis.cli import group

Q = Item("q", "Åker du buss?", "nominal", {"1": "Ja", "2": "Nej"})
N = Item("n", "Hur långt?", "numeric")
BOOK = {"items": [{"name": "q", "scale": "nominal", "categories": {"1": "Ja", "2": "Nej"}}, {"name": "n", "scale": "numeric"}]}


def wave(people: range, yes: float, seed: int) -> pd.DataFrame:
    """Responses of people of whom each leans the same way every time."""
    rng = np.random.default_rng(seed)
    lean = np.random.default_rng(99).random(1000)[people.start : people.stop]
    answers = np.where(lean + 0.1 * rng.normal(size=len(people)) < yes, "1", "2")
    far = np.round(10 * lean + rng.normal(size=len(lean)), 2)
    return pd.DataFrame({"id": [f"p{each}" for each in people], "q": answers, "n": far})


@pytest.fixture
def waves() -> list[pd.DataFrame]:
    return [wave(range(300), 0.4, 1), wave(range(100, 400), 0.5, 2), wave(range(200, 500), 0.5, 3)]


@pytest.fixture
def folder(tmp_path: Path, waves: list[pd.DataFrame]) -> Path:
    for year, frame in zip((2024, 2025, 2026), waves, strict=True):
        frame.assign(g=np.where(frame.index % 2, "a", "b")).to_csv(tmp_path / f"{year}.csv", index=False)
    years = pd.concat([frame.assign(year=year) for year, frame in zip((2024, 2025, 2026), waves, strict=True)])
    years.sample(frac=1, random_state=5).to_csv(tmp_path / "all.csv", index=False)
    (tmp_path / "book.json").write_text(json.dumps(BOOK), "utf-8")
    return tmp_path


def run(folder: Path, *more: str | Path) -> Result:
    return CliRunner().invoke(group, ["change", *map(str, more), "--codebook", str(folder / "book.json")])


def rows(folder: Path, *more: str | Path) -> list[dict[str, Any]]:
    done = run(folder, *more, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def data(waves: list[pd.DataFrame]) -> list[Dataset]:
    return [Dataset(frame, (Q, N)) for frame in waves]


def test_net_change_with_persons_is_that_of_the_library(folder: Path, waves: list[pd.DataFrame]):
    found = rows(folder, folder / "2024.csv", folder / "2025.csv", "--item", "q", "--category", "1", "--person", "id")
    first, second, _third = data(waves)
    told = change(first, second, "q", "id", "1").iloc[0]
    assert (found[0]["wave"], found[1]["wave"], found[1]["linked"]) == ("2024", "2025", True)
    assert found[1]["change"] == pytest.approx(told["change"])
    assert found[1]["change_se"] == pytest.approx(told["se"])


def test_who_answered_twice_is_not_counted_as_two(folder: Path):
    files = (folder / "2024.csv", folder / "2025.csv", "--item", "n")
    alone, linked = rows(folder, *files)[1], rows(folder, *files, "--person", "id")[1]
    assert (alone["linked"], alone["change"]) == (False, pytest.approx(linked["change"]))
    assert linked["change_se"] < 0.7 * alone["change_se"]


def test_change_in_the_same_persons_is_that_of_the_library_from_each_wave_to_the_next(
    folder: Path, waves: list[pd.DataFrame]
):
    found = rows(folder, *(folder / f"{year}.csv" for year in (2024, 2025, 2026)), "--item", "q", "--category", "1",
                 "--person", "id", "--paired")  # fmt: skip
    first, second, third = data(waves)
    assert [(row["start"], row["wave"]) for row in found] == [("2024", "2025"), ("2025", "2026")]
    for row, told in zip(found, (paired(first, second, "q", "id", "1"), paired(second, third, "q", "id", "1")), strict=True):
        expected = told.iloc[0]
        assert (row["base"], row["gained"]) == (200, pytest.approx(expected["gained"]))
        assert (row["change"], row["se"]) == (pytest.approx(expected["change"]), pytest.approx(expected["se"]))


def test_one_file_with_a_column_of_waves_says_the_same(folder: Path):
    files = [folder / f"{year}.csv" for year in (2024, 2025, 2026)]
    apart = rows(folder, *files, "--item", "n", "--person", "id")
    together = rows(folder, folder / "all.csv", "--wave", "year", "--item", "n", "--person", "id")
    assert [row["wave"] for row in together] == ["2024", "2025", "2026"]
    for one, other in zip(apart, together, strict=True):
        assert one == {name: pytest.approx(v) if isinstance(v, float) else v for name, v in other.items()}


def test_numbered_waves_come_in_the_order_of_numbers(folder: Path, waves: list[pd.DataFrame]):
    numbered = [frame.assign(wave=number) for number, frame in zip((2, 10, 9), waves, strict=True)]
    pd.concat(numbered).to_csv(folder / "numbered.csv", index=False)
    found = rows(folder, folder / "numbered.csv", "--wave", "wave", "--item", "n")
    assert [row["wave"] for row in found] == ["2", "9", "10"]


def test_each_group_has_its_change(folder: Path):
    found = rows(folder, folder / "2024.csv", folder / "2025.csv", "--item", "n", "--by", "g")
    assert [(row["g"], row["wave"]) for row in found] == [("a", "2024"), ("a", "2025"), ("b", "2024"), ("b", "2025")]


def test_csv_is_the_default(folder: Path):
    told = run(folder, folder / "2024.csv", folder / "2025.csv", "--item", "n")
    assert [row["wave"] for row in csv.DictReader(io.StringIO(told.stdout))] == ["2024", "2025"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("2024.csv",), "at least two files"),
        (("2024.csv", "2024.csv"), "at least two files"),
        (("2024.csv", "2025.csv", "--paired"), "Name it with --person"),
        (("2024.csv", "2025.csv", "--paired", "--person", "id", "--by", "g"), "Leave --by out"),
        (("2024.csv", "2025.csv", "--wave", "year"), "2 are named"),
        (("all.csv", "--wave", "month"), "no column 'month'"),
        (("2024.csv", "2025.csv", "--person", "name"), "no column 'name'"),
        (("twice.csv", "2025.csv", "--person", "id"), "more than one response of"),
        (("gap.csv", "--wave", "year"), "is empty in 1 rows"),
    ],
)
def test_what_can_not_be_followed_is_named_with_what_to_do(folder: Path, line: tuple[str, ...], words: str):
    pd.read_csv(folder / "2024.csv").assign(id="p1").to_csv(folder / "twice.csv", index=False)
    pd.read_csv(folder / "all.csv").assign(year=lambda each: each["year"].where(each.index > 0)).to_csv(folder / "gap.csv")
    done = run(folder, *(folder / part if part.endswith(".csv") else part for part in line), "--item", "n")
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
