"""Frozen responses and the files made of them, each in a process of its own: prints JSON.

``python -m tests.benchmarks.exporting freeze FOLDER ROWS COLUMNS`` and then ``… csv FOLDER FILE``.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import Dataset, Item, snapshot
from analysis.exporters import responses
from tests.benchmarks.memory import peak

STEPS = 6
NUMBERS, SETS = 10, 10
"""Columns that hold numbers, and questions where one may choose several, with a column for each of six codes."""


def freeze(folder: Path, rows: int, columns: int) -> dict[str, Any]:
    """Freeze a survey that makes a file of so many columns, 1 in 7 answers not given."""
    rng = np.random.default_rng(1)
    labels = {str(step): f"Alternativ {step}" for step in range(STEPS)}
    codes = [f"q{at}" for at in range(columns - NUMBERS - SETS * STEPS)]
    chosen = [(), ("0",), ("1", "3"), ("0", "4", "5")]
    sets = np.empty(len(chosen), dtype=object)
    sets[:] = chosen
    made: dict[str, Any] = {
        name: pd.Categorical.from_codes(rng.integers(-1, STEPS, rows, dtype=np.int8), list(labels)) for name in codes
    }
    made |= {f"n{at}": rng.random(rows).round(3) for at in range(NUMBERS)}
    made |= {f"s{at}": sets[rng.integers(0, len(chosen), rows)] for at in range(SETS)}
    kinds: dict[str, tuple[str, dict[str, str]]] = {"q": ("nominal", labels), "n": ("numeric", {}), "s": ("multiple", labels)}
    items = [Item(name, f"Fråga {name}", *kinds[name[0]]) for name in made]
    frozen = snapshot.write(Dataset(pd.DataFrame(made, copy=False), items), folder)
    return {"rows": frozen.rows, "bytes": sum(Path(file).stat().st_size for file in frozen.files)}


def export(kind: str, folder: Path, file: Path) -> dict[str, Any]:
    """From the snapshot's files to a file of another format, as ``results export --what responses`` does."""
    found = snapshot.load(folder)
    told = responses.write(snapshot.batches(folder), snapshot.codebook(folder), file, kind, found.rows)
    return {"rows": told["rows"], "columns": len(told["columns"]), "bytes": told["bytes"], "peak": peak()}


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    print(json.dumps(freeze(Path(folder), *map(int, rest)) if what == "freeze" else export(what, Path(folder), Path(rest[0]))))
