"""Parquet by DuckDB: some megabytes of responses go to a file of their own, and the files become one at the end.

DuckDB's Python interface can't be handed rows one batch after the other for one file; small row groups keep it small.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import snapshot
from analysis.exporters._records import clean
from analysis.exporters._refusals import CannotExport
from analysis.exporters._responses._columns import Code, Column, Text
from analysis.snapshot.columns import literal, quoted
from analysis.words import _

VECTOR = 2_048
MANY = 4_096
"""The most different codes of a column that are kept as levels."""
CELLS = 2_100_000
"""About how many cells a row group has: what is in memory at a time; so is a kilobyte for each column of each at the end."""
FEWER = 3
"""How many row groups of the file make one of a part: of each something is known in memory at the end."""
TIMES = (1, 2, 4, 8, 16)
"""How many times the memory that most files take is tried."""
BYTES = 10_000_000
"""How many bytes of codes, numbers and references to texts make a part: at the end something is known of each in memory."""


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """Codes and texts as texts, all others as numbers; nothing where there is no answer.

    Raises
    ------
    CannotExport
        DuckDB needs more memory than it may take here.
    """
    size = max(1, round(min(CELLS / len(columns), 120_000) / VECTOR)) * VECTOR
    kept = [_Kept(column, labels) for column in columns]
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        _write(kept, batches, Path(folder), size).replace(path)


class _Kept:
    """What a column has said since the last part: codes as places among its levels, else numbers or texts."""

    def __init__(self, column: Column, labels: bool) -> None:
        self.column, self.labels = column, labels
        self.levels: dict[str, int] = {}
        self.values: list[NDArray[Any]] = []

    def add(self, frame: pd.DataFrame) -> int:
        """Take in a batch; gives the bytes it takes."""
        self.values.append(self._values(frame))
        return self.values[-1].nbytes

    def _values(self, frame: pd.DataFrame) -> NDArray[Any]:
        if isinstance(self.column, Text):
            return np.array(self.column.plain(frame, self.labels, lambda value: value), dtype=object)
        if not isinstance(self.column, Code):
            return self.column.numbers(frame)
        found = self.column.levels(frame, self.labels)
        places = [self.levels.setdefault(text, len(self.levels)) for text in found.categories]
        table: NDArray[Any] = np.array([*places, -1], dtype=np.min_scalar_type(-len(self.levels) - 1))
        codes: NDArray[Any] = table[found.codes]
        return codes

    def taken(self) -> Any:
        """All that has been taken in, which is then forgotten."""
        values, self.values = np.concatenate(self.values), []
        if not isinstance(self.column, Code):
            return values
        return pd.Categorical.from_codes(values, pd.Index(self.levels, dtype=object)) if self.levels else [None] * len(values)

    @property
    def texts(self) -> bool:
        """Whether it is written as texts and not as levels, which take a sixteenth of the memory."""
        return isinstance(self.column, Text) or len(self.levels) > MANY

    def selected(self, name: str) -> str:
        """The expression for the column, which is called ``name`` in the parts, under its own name."""
        listed = [literal(level) for level in self.levels]
        value = f"CAST({name} AS ENUM({', '.join(listed)}))" if 0 < len(listed) <= MANY else name
        return f"{value} AS {quoted(clean(self.column.name))}"


def _write(kept: Sequence[_Kept], batches: Iterable[pd.DataFrame], folder: Path, size: int) -> Path:
    """A file in the folder, which is its owner's alone."""
    listed = ", ".join(literal(str(part)) for part in _parts(kept, batches, folder, size))
    named = ", ".join(column.selected(f"c{at}") for at, column in enumerate(kept))
    whole = folder / "whole.parquet"
    rows = f"SELECT {named} FROM read_parquet([{listed}])"  # noqa: S608  # every name and text is quoted
    _in_little(kept, lambda database: database.execute(f"COPY ({rows}) TO {_to(whole, 'zstd', size)}"))
    return whole


def _parts(kept: Sequence[_Kept], batches: Iterable[pd.DataFrame], folder: Path, size: int) -> list[Path]:
    parts: list[Path] = []
    for made in _gathered(kept, batches):
        parts.append(folder / f"{len(parts):06}.parquet")
        _in_little(kept, partial(_copy, made=made, to=_to(parts[-1], "snappy", FEWER * size)))
    return parts


def _copy(database: duckdb.DuckDBPyConnection, made: pd.DataFrame, to: str) -> None:
    database.register("part", made)
    database.execute(f"COPY ({_taken(made)} FROM part) TO {to}")
    database.unregister("part")


def _in_little(kept: Sequence[_Kept], written: Callable[[duckdb.DuckDBPyConnection], object]) -> None:
    """Have something written in as little memory as will do; what can't be told beforehand."""
    for times in TIMES:
        with contextlib.suppress(duckdb.OutOfMemoryException), _database(kept, times) as database:
            written(database)
            return
    raise CannotExport(_("These responses are too wide to be written as Parquet here. Choose csv."))


def _gathered(kept: Sequence[_Kept], batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Frames of at least so many bytes, save the last."""
    held = 0
    for frame in batches:
        held += sum(column.add(frame) for column in kept)
        if held >= BYTES:
            yield _frame(kept)
            held = 0
    if kept[0].values:
        yield _frame(kept)


def _frame(kept: Sequence[_Kept]) -> pd.DataFrame:
    return pd.DataFrame({f"c{at}": column.taken() for at, column in enumerate(kept)}, copy=False)


def _database(kept: Sequence[_Kept], times: int) -> duckdb.DuckDBPyConnection:
    """A database that may take so many times what most need: columns of levels next to nothing, of texts megabytes."""
    return snapshot.connect(f"{times * (48 + len(kept) // 24 + 4 * sum(column.texts for column in kept))}MB", 1)


def _taken(made: pd.DataFrame) -> str:
    """The columns of a part: levels as they are, numbers and other texts as what they are."""
    kinds = ["" if made[name].dtype == "category" else "DOUBLE" if made[name].dtype == float else "VARCHAR" for name in made]
    casts = (f"CAST({name} AS {kind}) AS {name}" if kind else name for name, kind in zip(made, kinds, strict=True))
    return f"SELECT {', '.join(casts)}"


def _to(path: Path, compression: str, size: int) -> str:
    return f"{literal(str(path))} (FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {size})"
