"""A frozen survey read in a process of its own: as a dataset, as a cube, in batches, and plainly by DuckDB; prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import Dataset, Item, snapshot
from analysis.engines import parquet
from tests.benchmarks.memory import peak
from tests.benchmarks.million import BY, items, responses


def freeze(folder: Path, size: int) -> None:
    """Thirty questions by age group and district."""
    snapshot.write(Dataset(responses(size), items(), weight="w"), folder)


def freeze_wide(folder: Path, size: int, width: int) -> None:
    """As many questions as nobody would ask, every tenth of them answered in free words."""
    rng, columns, codebook = np.random.default_rng(2), {}, []
    words = np.array([f"Svar {number} i egna ord, å ena sidan." for number in range(1000)], dtype=object)
    for at in range(width):
        name, free = f"q{at}", at % 10 == 9
        codes = rng.integers(-1, 5, size, dtype=np.int8)
        columns[name] = words[rng.integers(0, 1000, size)] if free else pd.Categorical.from_codes(codes, list("abcde"))
        codebook.append(Item(name, name, "text") if free else Item(name, name, "nominal", {c: c for c in "abcde"}))
    snapshot.write(Dataset(pd.DataFrame(columns, copy=False), codebook), folder)


def plainly(folder: Path) -> pd.DataFrame:
    """The same files by DuckDB into a frame, as anybody would."""
    with snapshot.connect() as database:
        return database.execute(f"SELECT * FROM '{folder}/*.parquet'").df()


def busy(run: Callable[[], object], times: int) -> float:
    """The least of the processor's time that several runs took, of all threads."""
    found = []
    for _time in range(times):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def measure(folder: Path, times: int) -> dict[str, float]:
    """The processor's seconds of each way to read."""
    ways = {
        "plain": lambda: plainly(folder),
        "dataset": lambda: snapshot.read(folder),
        "cube": lambda: parquet.of_snapshot(folder, BY),
    }
    return {name: busy(run, times) for name, run in ways.items()}


def stream(folder: Path) -> dict[str, float]:
    """Go through a snapshot in batches: rows, cells, and the most memory it took."""
    rows = cells = 0
    for batch in snapshot.batches(folder):
        rows += len(batch)
        cells += int(batch.notna().to_numpy().sum())
    return {"rows": rows, "cells": cells, "peak": peak()}


if __name__ == "__main__":
    task, path, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(stream(path) if task == "stream" else measure(path, number)))
