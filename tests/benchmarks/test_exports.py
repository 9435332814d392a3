"""Responses as files: 200,000 × 500 streamed within 300 MB, each format in a process of its own."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark

COLUMNS = 500
MOST = 300
"""Megabytes that the whole process may take."""
SHORT, LONG = 4_000, 200_000
SLOW = {"xlsx": 20_000}
"""Formats for which the long form has fewer rows: a workbook of 100 million cells takes twenty minutes, and no more memory."""
SCRIPT = """
import json, re, sys
from pathlib import Path
import numpy as np, pandas as pd
from analysis import Dataset, Item
from analysis.exporters import responses

kind, rows, columns, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
labels = {str(step): f"Alternativ {step}" for step in range(6)}
codes, numbers = [f"q{n}" for n in range(columns - 10)], [f"n{n}" for n in range(10)]
items = [*(Item(n, f"Fråga {n}", "nominal", labels) for n in codes), *(Item(n, f"Tal {n}", "numeric") for n in numbers)]
rng = np.random.default_rng(1)

def frames():
    for start in range(0, rows, 1000):
        size = min(1000, rows - start)
        coded = {n: pd.Categorical.from_codes(rng.integers(-1, 6, size), list(labels)) for n in codes}
        yield pd.DataFrame(coded | {n: rng.random(size).round(3) for n in numbers}, copy=False)

book = Dataset(next(frames()), items)
made = responses.write(frames(), book, folder / f"r.{kind}", kind, rows)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # of this program, not its parent
print(json.dumps({"rows": made["rows"], "bytes": made["bytes"], "peak": peak}))
"""


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "sav", "dta", "xlsx"])
def test_many_responses_are_streamed_within_300_megabytes(kind: str, tmp_path: Path, pytestconfig: pytest.Config):
    rows = SLOW.get(kind, LONG) if pytestconfig.getoption("--long") else SHORT
    start = time.perf_counter()
    command = [sys.executable, "-c", SCRIPT, kind, str(rows), str(COLUMNS), str(tmp_path)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    seconds = time.perf_counter() - start
    print(f"\n{kind}: {rows:,} × {COLUMNS} in {seconds:.0f} s, {told['bytes'] / 1e6:.0f} MB, peak {told['peak']:.0f} MB")
    assert told["rows"] == rows
    assert told["peak"] < MOST
