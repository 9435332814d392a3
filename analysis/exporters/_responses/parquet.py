"""Parquet by DuckDB: each batch goes to a file of its own, and the files become one at the end.

DuckDB's Python interface can't be handed rows one batch after the other for one file; small row groups keep it small.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analysis import snapshot
from analysis.exporters._records import clean
from analysis.exporters._responses._columns import Code, Column, Text
from analysis.snapshot.columns import literal, quoted

VECTOR = 2_048
PARTS = 1
"""Row groups of a part."""
MANY = 4_096
"""The most different codes of a column that are kept as levels."""
CELLS = 2_100_000
"""About how many cells a row group has: what is in memory at a time; so is a kilobyte for each column of each at the end."""


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """Codes and texts as texts, all others as numbers; nothing where there is no answer."""
    size = max(1, round(min(CELLS / len(columns), 120_000) / VECTOR)) * VECTOR
    levels: list[dict[str, None]] = [{} for _column in columns]
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        parts: list[Path] = []
        with _database(len(columns), sum(isinstance(column, Text) for column in columns)) as database:
            for frame in _gathered(batches, PARTS * size):
                parts.append(Path(folder) / f"{len(parts):06}.parquet")
                made = _frame(frame, columns, labels, levels)
                database.register("part", made)
                database.execute(f"COPY ({_taken(made)} FROM part) TO {_to(parts[-1], 'snappy', size)}")
                database.unregister("part")
        texts = sum(isinstance(c, Text) or len(known) > MANY for c, known in zip(columns, levels, strict=True))
        with _database(len(columns), texts) as database:
            listed = ", ".join(literal(str(part)) for part in parts)
            database.execute(f"COPY ({_named(columns, levels)} FROM read_parquet([{listed}])) TO {_to(path, 'zstd', size)}")


def _gathered(batches: Iterable[pd.DataFrame], rows: int) -> Iterator[pd.DataFrame]:
    """Batches of at least so many rows: what is known of each part, and of its every column, is in memory at the end."""
    held: list[pd.DataFrame] = []
    for frame in batches:
        held.append(frame)
        if sum(map(len, held)) >= rows:
            yield pd.concat(held)
            held = []
    if held:
        yield pd.concat(held)


def _database(columns: int, texts: int) -> duckdb.DuckDBPyConnection:
    """A database that may take what it needs and little more: columns of levels next to nothing, of texts megabytes."""
    return snapshot.connect(f"{64 + columns // 16 + 4 * texts}MB", 1)


def _taken(made: pd.DataFrame) -> str:
    """The columns of a batch: levels as they are, numbers and other texts as what they are."""
    kinds = ["" if made[name].dtype == "category" else "DOUBLE" if made[name].dtype == float else "VARCHAR" for name in made]
    casts = (f"CAST({name} AS {kind}) AS {name}" if kind else name for name, kind in zip(made, kinds, strict=True))
    return f"SELECT {', '.join(casts)}"


def _named(columns: Sequence[Column], levels: Sequence[dict[str, None]]) -> str:
    """The columns under their names; few different texts as levels, which take a sixteenth of the memory of texts."""
    taken = [_level(f"c{at}", known) for at, known in enumerate(levels)]
    return "SELECT " + ", ".join(f"{one} AS {quoted(clean(column.name))}" for one, column in zip(taken, columns, strict=True))


def _level(name: str, known: Iterable[str]) -> str:
    listed = [literal(level) for level in known]
    return f"CAST({name} AS ENUM({', '.join(listed)}))" if 0 < len(listed) <= MANY else name


def _to(path: Path, compression: str, size: int) -> str:
    return f"{literal(str(path))} (FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {size})"


def _frame(frame: pd.DataFrame, columns: Sequence[Column], labels: bool, levels: Sequence[dict[str, None]]) -> pd.DataFrame:
    made = {f"c{at}": _values(frame, column, labels, levels[at]) for at, column in enumerate(columns)}
    return pd.DataFrame(made, copy=False)


def _values(frame: pd.DataFrame, column: Column, labels: bool, known: dict[str, None]) -> Any:
    if not isinstance(column, Code | Text):
        return column.numbers(frame)
    if isinstance(column, Text):
        return np.array(column.plain(frame, labels, lambda value: value), dtype=object)
    found = column.levels(frame, labels)
    known |= dict.fromkeys(found.categories)
    return found if len(found.categories) else np.full(len(frame), None, dtype=object)
