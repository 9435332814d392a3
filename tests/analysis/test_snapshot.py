"""A snapshot: the same data back, the same bytes again, and a clear word when a file is damaged."""

import hashlib
import json
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analysis import Dataset, Item, UnusableData, snapshot, tabulate
from analysis.dataset import Calibration
from analysis.exporters._responses import _columns
from analysis.snapshot import DamagedSnapshot


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def odd() -> Dataset:
    """Columns of every kind: mixed numbers and codes, sets of numbers, own categories, whole numbers with holes."""
    frame = pd.DataFrame(
        {
            "mixed": pd.Series([12, "dk", None, 3.5, True, 12], dtype=object),
            "sets": pd.Series([(1, 2), (), None, (2,), (1,), (2, 1)], dtype=object),
            "words": pd.Series([("a'b",), ("å", "a'b"), None, (), ("å",), ("å",)], dtype=object),
            "own": pd.Categorical(["z", "a", None, "z", "z", "a"], categories=["z", "a", "never"], ordered=True),
            "numbers": pd.Categorical([3, 1, 3, None, 1, 1], categories=[3, 1]),
            "holes": pd.array([1, None, 3, 4, 5, 6], dtype="Int64"),
            "small": np.array([1, 2, 3, 4, 5, 6], dtype=np.int8),
            "yes": [True, False, True, True, False, True],
            "text": ['"; DROP', "", None, "  ", "å\nä", "=1+1"],
            'we"ird; name': [0.1, 0.2, float("nan"), 1e300, -0.0, 1 / 3],
            "nothing": pd.Series([None] * 6, dtype=object),
        }
    )
    items = [
        Item("mixed", "Mixed", "numeric", missing=frozenset({"dk"})),
        Item("sets", "Sets", "multiple", {1: "One", 2: "Two"}),
        Item("words", "Words", "multiple", {"a'b": "A", "å": "Å"}),
        Item("numbers", "Numbers", "nominal", {1: "One", 3: "Three", 9: "Nine"}, frozenset({9})),
        Item("text", "Text", "text"),
    ]
    return Dataset(frame, items, groups={"own": {"z": "Z", "a": "A", "never": "Never"}}, group_names={"own": "Own"})


def test_a_frozen_dataset_gives_the_same_tables(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "s")
    again = snapshot.read(tmp_path / "s")
    assert again.items == survey.items
    for item in survey.items:
        for by in ((), ("age_group",), ("district", "age_group")):
            assert_frame_equal(tabulate(again, item.name, by), tabulate(survey, item.name, by))


def test_every_kind_of_column_comes_back(tmp_path: Path):
    dataset = odd()
    snapshot.write(dataset, tmp_path / "s")
    again = snapshot.read(tmp_path / "s")
    for name, column in dataset.frame.items():
        back = again.frame[name]
        assert [type(v) for v in back.dropna()] == [type(v) for v in column.dropna()], name
        assert back.isna().tolist() == column.isna().tolist(), name
        assert back.dropna().tolist() == column.dropna().tolist(), name
    assert again.frame["own"].dtype == dataset.frame["own"].dtype
    assert again.frame["holes"].dtype == "Int64"
    assert again.frame["small"].dtype == np.int8
    assert (again.items, again.group_levels, again.group_names) == (dataset.items, dataset.group_levels, dataset.group_names)


def test_the_design_comes_back(survey: Dataset, tmp_path: Path):
    frame = survey.frame.assign(block=survey.frame["district"] + (np.arange(survey.size) // 4).astype(str))
    declared = Dataset(frame, survey.items, weight="w", strata="district", cluster="block")
    snapshot.write(declared, tmp_path / "s")
    again = snapshot.read(tmp_path / "s")
    assert (again.weight, again.strata, again.cluster, again.fpc) == ("w", "district", "block", None)
    assert again.lonely == declared.lonely


def test_what_the_weights_were_calibrated_to_comes_back(survey: Dataset, tmp_path: Path):
    merged = {("age_group", "district"): {("65+", "rodon"): ("65+", "as")}}
    told = Calibration((("age_group", "district"), ("district",)), "d", ("q4",), merged)
    frame = survey.frame.assign(d=1.0)
    snapshot.write(Dataset(frame, survey.items, weight="w", calibration=told), tmp_path / "s")
    assert snapshot.read(tmp_path / "s").calibration == told


def test_the_same_data_give_the_same_bytes(survey: Dataset, tmp_path: Path):
    first, second = snapshot.write(survey, tmp_path / "a"), snapshot.write(survey, tmp_path / "b")
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert first.sha256 == second.sha256
    changed = Dataset(survey.frame.assign(q4=survey.frame["q4"] + 1), survey.items, weight="w")
    assert snapshot.write(changed, tmp_path / "c").sha256 != first.sha256


def test_the_manifest_tells_rows_columns_hashes_and_versions(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "s")
    told = json.loads((tmp_path / "s" / "snapshot.json").read_text())
    assert told["rows"] == survey.size == sum(file["rows"] for file in told["files"])
    assert [column["name"] for column in told["columns"]] == list(survey.frame.columns)
    assert {file["name"]: file["sha256"] for file in told["files"]}.items() <= hashes(tmp_path / "s").items()
    assert {"medborgarpanel", "pandas", "numpy", "duckdb", "matplotlib", "typst", "python"} <= told["versions"].keys()
    assert told["design"]["weight"] == "w"


def test_only_its_owner_may_read_it(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "s")
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "s").iterdir()} == {0o600}


def test_a_large_one_is_written_in_parts_and_read_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(snapshot, "CELLS", 2 * 2048)
    frame = pd.DataFrame({"q": np.resize(["a", "b", None], 10_000), "at": np.arange(10_000)})
    written = snapshot.write(Dataset(frame, [Item("q", "Q", "nominal", {"a": "A", "b": "B"})]), tmp_path / "s")
    assert len(written.files) == 5
    assert snapshot.read(tmp_path / "s").frame["at"].tolist() == list(range(10_000))


@pytest.mark.parametrize("size", [1, 7, 400, 1000])
def test_batches_are_the_rows_in_order_and_of_the_size_asked_for(survey: Dataset, tmp_path: Path, size: int):
    snapshot.write(survey, tmp_path / "s")
    found = list(snapshot.batches(tmp_path / "s", size))
    assert {len(batch) for batch in found[:-1]} <= {size}
    assert_frame_equal(pd.concat(found), snapshot.read(tmp_path / "s").frame)


@pytest.mark.parametrize("size", [3000, 4096])
def test_batches_larger_than_a_vector_are_of_the_size_asked_for(tmp_path: Path, size: int):
    frame = pd.DataFrame({"at": np.arange(10_000), "odd": pd.Series([(str(i),) for i in range(10_000)], dtype=object)})
    snapshot.write(Dataset(frame, []), tmp_path / "s")
    found = list(snapshot.batches(tmp_path / "s", size))
    assert [len(batch) for batch in found] == [*[size] * (10_000 // size), 10_000 % size]
    assert_frame_equal(pd.concat(found), frame)


def test_a_dataset_without_rows_is_kept_too(survey: Dataset, tmp_path: Path):
    snapshot.write(Dataset(survey.frame.iloc[:0], survey.items, groups=survey.group_levels), tmp_path / "s")
    assert snapshot.read(tmp_path / "s").size == 0
    assert [len(batch) for batch in snapshot.batches(tmp_path / "s")] == [0]


def test_a_damaged_file_is_named_with_what_to_do(survey: Dataset, tmp_path: Path):
    file = Path(snapshot.write(survey, tmp_path / "s").files[0])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedSnapshot, match=r"responses-00000\.parquet is damaged.*backup"):
        snapshot.read(tmp_path / "s")


def test_a_lost_file_is_named(survey: Dataset, tmp_path: Path):
    Path(snapshot.write(survey, tmp_path / "s").files[0]).unlink()
    with pytest.raises(DamagedSnapshot, match=r"responses-00000\.parquet is not there"):
        snapshot.read(tmp_path / "s")


@pytest.mark.parametrize(
    ("content", "said"), [("{", "it is not JSON"), ("[]", "its sha256"), ('{"format": 1, "rows": 3}', "its sha256")]
)
def test_a_damaged_manifest_is_named(survey: Dataset, tmp_path: Path, content: str, said: str):
    snapshot.write(survey, tmp_path / "s")
    (tmp_path / "s" / "snapshot.json").write_text(content)
    with pytest.raises(DamagedSnapshot, match=rf"snapshot\.json is damaged: {said}.*backup"):
        snapshot.read(tmp_path / "s")


def test_a_changed_manifest_is_noticed(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "s")
    file = tmp_path / "s" / "snapshot.json"
    file.write_text(file.read_text().replace("Vad tycker du?", "Vad tyckte du?"))
    with pytest.raises(DamagedSnapshot, match="its sha256 is not that of what it says"):
        snapshot.read(tmp_path / "s")


def test_an_empty_folder_holds_no_snapshot(tmp_path: Path):
    with pytest.raises(DamagedSnapshot, match=r"snapshot\.json is not there"):
        snapshot.read(tmp_path)


def test_a_snapshot_is_never_written_over(survey: Dataset, tmp_path: Path):
    snapshot.write(survey, tmp_path / "s")
    with pytest.raises(UnusableData, match="not empty"):
        snapshot.write(survey, tmp_path / "s")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"Q": [1], "q": [2]}), "'Q' and 'q' differ in case only"),
        (pd.DataFrame({0: [1]}), "a column named 0"),
        (pd.DataFrame({"q": pd.to_datetime(["2026-11-23"])}), "'q' holds datetime64"),
        (pd.DataFrame({"q": pd.Series([{"a": 1}], dtype=object)}), "'q' holds"),
        (pd.DataFrame(index=range(3)), "no columns"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_and_leaves_nothing(frame: pd.DataFrame, said: str, tmp_path: Path):
    with pytest.raises(UnusableData, match=said):
        snapshot.write(Dataset(frame, []), tmp_path / "s")
    assert not list(tmp_path.iterdir())


def test_the_codebook_of_a_snapshot_has_the_columns_that_its_responses_have(tmp_path: Path):
    """A first batch need not hold a set, a weight above 0 or anything at all."""
    dataset = odd()
    snapshot.write(Dataset(dataset.frame, dataset.items, weight="small", groups=dataset.group_levels), tmp_path / "s")
    book = snapshot.codebook(tmp_path / "s")
    again = snapshot.read(tmp_path / "s")
    assert (book.size, list(book.frame.columns), book.weight) == (1, list(again.frame.columns), "small")
    assert (book.items, book.group_levels) == (again.items, again.group_levels)
    told = [[(column.name, column.label) for column in _columns.of(each, with_text=True)] for each in (book, again)]
    assert told[0] == told[1]
