"""Frozen snapshots: a dataset as Parquet with a manifest, so that results can be made again to the last digit.

A folder holds ``responses-00000.parquet`` and on (one row per response, in the order of the dataset, a column per
column of its frame) and ``snapshot.json`` (rows, columns, the SHA-256 of every file, codebook, design, versions). The
same data written by the same versions give the same bytes. It holds free texts: all of it is its owner's alone to read.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analysis.dataset import Dataset, UnusableData
from analysis.snapshot import columns, manifest
from analysis.snapshot.columns import Column, literal
from analysis.snapshot.manifest import DamagedSnapshot

__all__ = ["DamagedSnapshot", "Snapshot", "batches", "codebook", "connect", "load", "read", "write"]

CELLS = 2_000_000
"""About how many cells a file holds: what must be in memory at a time."""
AT_ONCE = 1_000_000
"""About how many cells a batch has, unless its size is told."""
SIDE_BY_SIDE = 50
"""Columns that are read at a time where all of them would take too much."""


@dataclass(frozen=True)
class Snapshot:
    """A folder with a dataset, checked to be whole when it was opened."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """The hash of everything in it: data, codebook, design and versions."""
        return str(self.manifest["sha256"])

    @property
    def rows(self) -> int:
        """Responses."""
        return int(self.manifest["rows"])

    @property
    def versions(self) -> dict[str, str]:
        """What made it, by name."""
        return dict(self.manifest["versions"])

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the frame, in order."""
        return tuple(manifest.columns(self.manifest))

    @property
    def files(self) -> list[str]:
        """The Parquet files, in the order of their rows."""
        return [str(self.folder / entry["name"]) for entry in self.manifest["files"]]

    @property
    def relation(self) -> str:
        """The files as a relation of DuckDB's SQL."""
        return f"read_parquet([{', '.join(map(literal, self.files))}])"


def connect(memory: str = "", threads: int = 0) -> duckdb.DuckDBPyConnection:
    """A database in memory that fetches nothing from outside and leaves no file behind.

    Parameters
    ----------
    memory
        The most it may use, such as "150MB"; as much as there is if empty.
    threads
        How many; as many as there are processors if 0.
    """
    settings: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": "",
        "enable_external_file_cache": "false",
    }
    settings |= {"memory_limit": memory} if memory else {}
    settings |= {"threads": threads} if threads else {}
    database = duckdb.connect(config=settings)
    with contextlib.suppress(duckdb.InvalidInputException):  # in a notebook without widgets it can neither be on nor off
        database.execute("SET enable_progress_bar = false")
    return database


def write(dataset: Dataset, folder: Path | str) -> Snapshot:
    """Freeze a dataset.

    Parameters
    ----------
    dataset
        What to freeze: its whole frame, its codebook and its design.
    folder
        Where; it is made, and must not be there or be empty. It appears whole or not at all.

    Raises
    ------
    UnusableData
        The folder holds something, or the frame holds what Parquet can't keep.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise UnusableData(f"The folder {folder} is not empty. Name a new one: a snapshot is never written over.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        body = _write(dataset, making)
        making.replace(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return Snapshot(folder, body)


def load(folder: Path | str) -> Snapshot:
    """The snapshot of a folder, when all of it is what it was; `DamagedSnapshot` otherwise."""
    folder = Path(folder)
    body = manifest.load(folder)
    manifest.whole(folder, body)
    return Snapshot(folder, body)


def read(folder: Path | str) -> Dataset:
    """The dataset of a snapshot, as it was frozen.

    Texts that are codes come back as categories, which takes an eighth of the memory; everything that is made of the
    dataset is the same.

    Raises
    ------
    DamagedSnapshot
        A file is gone or damaged; the message names it and the remedy.
    """
    snapshot = load(folder)
    with connect() as database:
        frame = _restored(_query(database, snapshot).df(), snapshot.columns)
    return _dataset(snapshot, frame)


def batches(folder: Path | str, size: int | None = None) -> Iterator[pd.DataFrame]:
    """The rows of a snapshot, some at a time, in order: for writers of files that don't fit in memory.

    Every batch is a frame with the columns of ``read(folder).frame``, of the same dtypes and the same categories, and
    an index that goes on from the last; the last batch may be shorter. A snapshot without rows gives one empty frame.

    Parameters
    ----------
    folder
        A snapshot; it is checked to be whole before the first batch.
    size
        Rows at a time, at least 1; a million cells if None.
    """
    snapshot = load(folder)
    width = len(snapshot.columns)
    size = max(1, AT_ONCE // width) if size is None else size
    if size < 1:
        raise ValueError(f"The size of a batch is {size!r}. Give at least 1.")
    start, held = 0, []
    with connect(threads=1) as database:
        for file in snapshot.files:
            held.append(_part(database, snapshot, file))
            if sum(map(len, held)) >= size:
                whole = pd.concat(held, ignore_index=True) if len(held) > 1 else held[0]
                full = len(whole) - len(whole) % size
                for at in range(0, full, size):
                    yield _placed(whole.iloc[at : at + size], start + at)
                start, held = start + full, [whole.iloc[full:]]
    rest = pd.concat(held, ignore_index=True)
    if len(rest) or not start:
        yield _placed(rest, start)


def codebook(folder: Path | str) -> Dataset:
    """What the columns of ``batches(folder)`` mean: the codebook, groups and weight, with one response that says nothing."""
    snapshot = Snapshot(Path(folder), manifest.load(Path(folder)))
    body, weight = snapshot.manifest, snapshot.manifest["design"]["weight"]
    frame = pd.DataFrame({column.name: columns.silent(column, column.name == weight) for column in snapshot.columns})
    groups, names = manifest.groups(body), body["group_names"]
    return Dataset(frame, manifest.items(body), weight=weight, groups=groups, group_names=names)


def _part(database: duckdb.DuckDBPyConnection, snapshot: Snapshot, file: str) -> pd.DataFrame:
    """The rows of one file; some columns at a time, since DuckDB takes memory for each."""
    found: dict[str, pd.Series] = {}
    for at in range(0, len(snapshot.columns), SIDE_BY_SIDE):
        some = snapshot.columns[at : at + SIDE_BY_SIDE]
        names = ", ".join(column.read() for column in some)
        frame = database.execute(f"SELECT {names} FROM read_parquet({literal(file)})").df()  # noqa: S608  # quoted
        found |= {column.name: columns.restored(frame.iloc[:, place], column) for place, column in enumerate(some)}
    return pd.DataFrame(found, copy=False)


def _placed(frame: pd.DataFrame, start: int) -> pd.DataFrame:
    return frame.set_axis(pd.RangeIndex(start, start + len(frame)), axis=0)


def _query(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    names = ", ".join(column.read() for column in snapshot.columns)
    return database.execute(f"SELECT {names} FROM {snapshot.relation}")  # noqa: S608  # every name is quoted


def _restored(frame: pd.DataFrame, how: tuple[Column, ...]) -> pd.DataFrame:
    series = {column.name: columns.restored(frame.iloc[:, at], column) for at, column in enumerate(how)}
    return pd.DataFrame(series, index=pd.RangeIndex(len(frame)), copy=False)


def _dataset(snapshot: Snapshot, frame: pd.DataFrame) -> Dataset:
    body = snapshot.manifest
    groups, names = manifest.groups(body), body["group_names"]
    return Dataset(frame, manifest.items(body), groups=groups, group_names=names, **manifest.design(body))


def _write(dataset: Dataset, folder: Path) -> dict[str, Any]:
    frame = dataset.frame
    _check(frame)
    levelled = {item.name for item in dataset.items if item.categories} | set(dataset.group_levels)
    pairs = [columns.kept(frame.iloc[:, at], str(name) in levelled) for at, name in enumerate(frame.columns)]
    files = []
    with connect(threads=1) as database:
        for part, start in enumerate(range(0, max(len(frame), 1), rows_each(len(pairs)))):
            end = min(start + rows_each(len(pairs)), len(frame))
            file = folder / f"responses-{part:05}.parquet"
            _copy(database, pairs, slice(start, end), file)
            files.append({"name": file.name, "rows": end - start, "sha256": manifest.hashed(file)})
    body = manifest.described(dataset, [how for how, _series in pairs], files)
    manifest.save(folder, body)
    return body


def rows_each(width: int) -> int:
    """Rows of each file of so many columns: whole vectors of DuckDB's."""
    return max(1, min(CELLS // max(width, 1), 250_000) // 2048) * 2048


def _copy(database: duckdb.DuckDBPyConnection, pairs: list[tuple[Column, pd.Series]], rows: slice, file: Path) -> None:
    part = pd.DataFrame({f"c{at}": series.iloc[rows].array for at, (_how, series) in enumerate(pairs)}, copy=False)
    database.register("part", part)
    expressions = ", ".join(how.written(f"c{at}") for at, (how, _series) in enumerate(pairs))
    size = min(max(len(part), 1), 122_880)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {size}"
    database.execute(f"COPY (SELECT {expressions} FROM part) TO {literal(str(file))} ({options})")  # noqa: S608  # quoted
    file.chmod(0o600)
    database.unregister("part")


def _check(frame: pd.DataFrame) -> None:
    """Names that Parquet's readers can tell apart."""
    if frame.shape[1] == 0:
        raise UnusableData("The frame has no columns. There is nothing to freeze.")
    seen: dict[str, Any] = {}
    for name in frame.columns:
        if not isinstance(name, str) or not name.strip() or "\0" in name:
            raise UnusableData(f"The frame has a column named {name!r}. Rename it: a snapshot takes texts of at least a letter.")
        if name.casefold() in seen:
            raise UnusableData(f"Columns {seen[name.casefold()]!r} and {name!r} differ in case only. Rename one of them.")
        seen[name.casefold()] = name
