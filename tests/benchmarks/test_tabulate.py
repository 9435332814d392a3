"""Tables of a whole survey, frame in and frames out, against NumPy's bare bincount over the same codes, in one run."""

import json
import subprocess
import sys

import pytest

from tests.benchmarks.million import QUESTIONS, bare, responses, tables

pytestmark = pytest.mark.benchmark

MOST, MEMORY = 1.5, 300
"""Times the bare bincount; MB, everything that was imported and the responses themselves among them."""
SMALL, SMALL_SECONDS, SMALL_TIMES = 10_000, 0.010, 7
"""Ten milliseconds for ten thousand; on a machine that is slow or busy, seven times the bare bincount of the same run."""


def measured(size: int, times: int) -> dict[str, float]:
    """What a process of its own says, so that no other test's memory counts."""
    command = [sys.executable, "-m", "tests.benchmarks.million", str(size), str(times)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    ratio = found["ours"] / found["floor"]
    told = f"bincount {found['floor'] * 1000:.1f} ms, ours {found['ours'] * 1000:.1f} ms, {ratio:.2f} times"
    print(f"\n{size:,} responses, {QUESTIONS} questions, 70 cells: {told}, peak {found['peak']:.0f} MB")
    return found | {"ratio": ratio}


def test_a_million_responses_take_at_most_half_as_long_again_as_bincount_and_300_megabytes(pytestconfig: pytest.Config):
    found = measured(1_000_000, 12 if pytestconfig.getoption("--long") else 6)
    assert found["ratio"] <= MOST
    assert found["peak"] <= MEMORY


def test_ten_thousand_responses_take_ten_milliseconds():
    tries = (measured(SMALL, 60) for _try in range(3))  # others on the machine can only make it slower
    assert any(found["ours"] <= max(SMALL_SECONDS, SMALL_TIMES * found["floor"]) for found in tries)


def test_both_count_the_same():
    frame = responses(5000)
    for (n, w, _w2), table in zip(bare(frame), tables(frame), strict=True):
        shown = table[~table["hidden"]]
        counts = n.reshape(70, 6)[:, 1:]
        shares = w.reshape(70, 6)[:, 1:] / w.reshape(70, 6)[:, 1:].sum(axis=1, keepdims=True)
        assert shown["count"].tolist() == counts.ravel()[shown.index].tolist()
        assert shown["share"].to_numpy() == pytest.approx(shares.ravel()[shown.index])
        assert len(shown) > 100
