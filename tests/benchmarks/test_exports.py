"""Frozen responses as files: 200,000 × 500 streamed within 300 MB, from snapshot to file in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from analysis.exporters import responses

pytestmark = pytest.mark.benchmark

COLUMNS = 500
MOST = 300
"""Megabytes that the whole process may take."""
SHORT, LONG = 6_000, 200_000
SLOW = {"xlsx": 20_000}
"""Formats for which the long form has fewer rows: a workbook of 100 million cells takes twenty minutes, and no more memory."""


def alone(*arguments: object, program: str = "exporting", **settings: str) -> dict[str, Any]:
    """What a process of its own says, so that no other test's memory counts."""
    command = [sys.executable, "-m", f"tests.benchmarks.{program}", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | settings)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """``frozen(rows)``: a snapshot of so many responses, made once."""
    return cache(lambda rows: _frozen(tmp_path_factory.mktemp("frozen") / "s", rows))


def _frozen(folder: Path, rows: int) -> Path:
    assert alone("freeze", folder, rows, COLUMNS)["rows"] == rows
    return folder


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "sav", "dta", "xlsx"])
def test_many_frozen_responses_become_a_file_within_300_megabytes(
    kind: str, frozen: Callable[[int], Path], tmp_path: Path, pytestconfig: pytest.Config
):
    rows = SLOW.get(kind, LONG) if pytestconfig.getoption("--long") else SHORT
    folder, start = frozen(rows), time.perf_counter()
    told = alone(kind, folder, tmp_path / f"r.{kind}")
    seconds = time.perf_counter() - start
    print(f"\n{kind}: {rows:,} × {COLUMNS} in {seconds:.0f} s, {told['bytes'] / 1e6:.0f} MB, peak {told['peak']:.0f} MB")
    assert told["rows"] == rows
    assert told["columns"] == COLUMNS
    assert told["peak"] < MOST


@pytest.mark.parametrize(("frozen", "kind"), [(True, "csv"), (True, "parquet"), (False, "csv"), (False, "parquet")])
def test_the_whole_command_that_exports_responses_stays_within_300_megabytes(
    frozen: bool, kind: str, tmp_path: Path, pytestconfig: pytest.Config
):
    rows = LONG if pytestconfig.getoption("--long") else SHORT
    house = {"MEDBORGARPANEL_DATA_DIR": str(tmp_path), "MEDBORGARPANEL_SECRET_KEY": "x" * 40}
    stored = partial(alone, program="stored", **house)
    stored("build", rows, COLUMNS)
    if frozen:
        assert stored("freeze")["frozen"] == [1]
    file = tmp_path / f"r.{kind}"
    told = stored("run", "results", "export", 1, "--what", "responses", "--format", kind, "--output", file)
    manifest = json.loads(responses.beside(file).read_text())
    print(f"\ncommand, {kind}, {'frozen' if frozen else 'stored'}: {rows:,} × {COLUMNS}, peak {told['peak']:.0f} MB")
    assert (manifest["rows"], len(manifest["columns"])) == (rows, COLUMNS)
    assert told["peak"] < MOST
