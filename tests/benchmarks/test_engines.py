"""The cube of many millions of answers by DuckDB over Parquet: how long, and in how little memory."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import answers

pytestmark = pytest.mark.benchmark

QUESTIONS, MEMORY = 30, 200
"""MB that the whole process may take, Python and pandas among them."""
ROOM = 4 * 2**30
"""Bytes of disk that the long form needs."""


def measured(folder: Path, members: int) -> tuple[int, dict[str, float]]:
    """How many answers were made, and what a process of its own took to sum them."""
    count = answers.make(folder, members, QUESTIONS)
    command = [sys.executable, "-m", "tests.benchmarks.answers", str(folder), str(QUESTIONS)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    told = f"{found['seconds']:.1f} s ({found['processor']:.1f} of processors), peak {found['peak']:.0f} MB"
    print(f"\n{count:,} answers of {members:,}: {told}")
    return count, found


def test_three_million_answers_are_summed_in_200_megabytes(tmp_path: Path):
    count, found = measured(tmp_path, 100_000)
    assert (found["answers"], found["size"]) == (count, 100_000)
    assert count > 2_900_000
    assert found["peak"] < MEMORY


def test_291_million_answers_are_summed_in_200_megabytes(tmp_path: Path, pytestconfig: pytest.Config):
    if not pytestconfig.getoption("--long"):
        pytest.skip("the long form only (make bench)")
    if shutil.disk_usage(tmp_path).free < ROOM:
        pytest.skip(f"needs {ROOM // 2**30} GB of disk for a while")
    count, found = measured(tmp_path, 10_000_000)
    shutil.rmtree(tmp_path)
    assert (found["answers"], found["size"]) == (count, 10_000_000)
    assert count > 290_000_000
    assert found["peak"] < MEMORY
