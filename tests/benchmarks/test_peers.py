"""All peers that are here, one after the other, as the table of ``docs/benchmarks.md``: ``make bench`` prints it."""

import json
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

import pytest

from tests.benchmarks.peers import PEERS, svyby

pytestmark = pytest.mark.benchmark

WANTS = {"polars, group_by": "polars"}
"""Peers that are no libraries of ours, and what must be here for them."""
SLOW = ("pandas crosstab, categorical", "pandas groupby, texts")


def measured(name: str, size: int) -> dict[str, float]:
    """What a peer's own process says."""
    times = 2 if name in SLOW else 5
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.peers", name, str(size), str(times)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def row(name: str, found: dict[str, float] | None, why: str = "") -> str:
    """A line of the table."""
    if found is None:
        return f"| {name} | {why} | | |"
    return f"| {name} | {found['seconds']:.4f} | {found['processors']:.4f} | {found['peak']:.0f} |"


def versions() -> str:
    """What was measured, on what."""
    told = [f"Python {platform.python_version()}"]
    for name in ("numpy", "pandas", "duckdb", "polars"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; " + ", ".join(told)


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_no_peer_that_gives_as_much_is_as_fast(size: int, pytestconfig: pytest.Config) -> None:
    if not pytestconfig.getoption("--long"):
        pytest.skip("the long form only (make bench)")
    found, lines = {}, []
    for name in PEERS:
        if name in WANTS and not find_spec(WANTS[name]):
            lines.append(row(name, None, f"{WANTS[name]} is not here"))
            continue
        found[name] = measured(name, size)
        lines.append(row(name, found[name]))
    questions = 30 if size <= 10_000 else 1
    if shutil.which("Rscript"):
        seconds = svyby(size, questions)
        note = "" if questions == 30 else f" (from {questions} question)"
        lines.append(f"| R survey, svyby(svymean){note} | {seconds:.1f} | | |")
        assert found["ours, with errors, intervals, suppression"]["seconds"] < seconds / 50
    else:
        lines.append(row("R survey, svyby(svymean)", None, "R is not here"))
    print(f"\n{size:,} responses × 30 questions × 70 cells; {versions()}")
    print("\n".join(["| engine | s | processors' s | peak MB |", "|---|---|---|---|", *lines]))
    assert found["ours, with errors, intervals, suppression"]["processors"] < found["pandas groupby, categorical"]["processors"]
