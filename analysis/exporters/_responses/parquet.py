"""Parquet by DuckDB: each batch goes to a file of its own, and the files become one at the end.

DuckDB's Python interface can't be handed rows one batch after the other for one file; small row groups keep it small.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analysis.exporters._records import clean
from analysis.exporters._responses._columns import Code, Column, Text
from analysis.snapshot.columns import literal, quoted

VECTOR = 2_048
CELLS = 1_000_000
"""About how many cells a row group has: what is in memory at a time."""


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """Codes and texts as texts, all others as numbers; nothing where there is no answer."""
    size = max(1, min(CELLS // len(columns), 120_000) // VECTOR) * VECTOR
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        parts: list[Path] = []
        with _database(len(columns)) as database:
            for frame in batches:
                parts.append(Path(folder) / f"{len(parts):06}.parquet")
                database.register("part", _frame(frame, columns, labels))
                database.execute(f"COPY ({_select(columns)} FROM part) TO {_to(parts[-1], 'snappy', size)}")
                database.unregister("part")
        with _database(len(columns)) as database:
            listed = ", ".join(literal(str(part)) for part in parts)
            database.execute(f"COPY (FROM read_parquet([{listed}])) TO {_to(path, 'zstd', size)}")


def _database(columns: int) -> duckdb.DuckDBPyConnection:
    """A database that takes little memory: what a row group of so many columns needs."""
    settings: dict[str, Any] = {"memory_limit": f"{max(130, columns // 3)}MB", "threads": 1, "temp_directory": ""}
    return duckdb.connect(config=settings)


def _select(columns: Sequence[Column]) -> str:
    kinds = ("VARCHAR" if _is_text(column) else "DOUBLE" for column in columns)
    taken = (f"CAST(c{at} AS {kind}) AS " for at, kind in enumerate(kinds))
    return "SELECT " + ", ".join(one + quoted(clean(column.name)) for one, column in zip(taken, columns, strict=True))


def _to(path: Path, compression: str, size: int) -> str:
    return f"{literal(str(path))} (FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {size})"


def _is_text(column: Column) -> bool:
    return isinstance(column, Code | Text)


def _frame(frame: pd.DataFrame, columns: Sequence[Column], labels: bool) -> pd.DataFrame:
    made = {f"c{at}": _values(frame, column, labels) for at, column in enumerate(columns)}
    return pd.DataFrame(made, copy=False)


def _values(frame: pd.DataFrame, column: Column, labels: bool) -> Any:
    if not _is_text(column):
        return column.numbers(frame)
    found = column.levels(frame, labels)
    return found if len(found.categories) else np.full(len(frame), None, dtype=object)
