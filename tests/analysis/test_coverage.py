"""How often the default interval holds what it should: small weighted cells, drawn again and again.

The 25 cases are those of the table in the decision on estimates: n = 10 to 150, p = 0.02 to 0.5, log-normal weights that
do not depend on the answer. Every draw is a group of one cube, so that a case is one call.
"""

import itertools
import math

import numpy as np
import pytest

from analysis import precision
from analysis.cube import Cube

SIZES, SHARES = (10, 20, 30, 60, 150), (0.02, 0.05, 0.1, 0.3, 0.5)
CASES = list(itertools.product(SIZES, SHARES))
LEAST = 0.935
SHORT, LONG = 4_000, 40_000
BLOCK = 10_000


def draws(rng: np.random.Generator, times: int, size: int, share: float) -> Cube:
    """A cube with a group for each draw of ``size`` responses and two categories; each draw is a whole sample."""
    weights = rng.lognormal(0, 0.5, (times, size))
    yes = rng.random((times, size)) < share
    chosen = np.stack([yes, ~yes], axis=1)
    n, w, w2 = (np.einsum("gcr,gr->gc", chosen, each) for each in (np.ones_like(weights), weights, weights**2))
    return Cube(n.astype(np.int64), w, w2, np.full(times, size), weights.sum(axis=1), (weights**2).sum(axis=1), size)


def coverage(size: int, share: float, times: int, interval: str = "wilson") -> tuple[float, int]:
    """The part of the draws whose interval holds the share, and how many limits are not there."""
    rng = np.random.default_rng([11, size, round(1000 * share)])
    hits = lost = 0
    for start in range(0, times, BLOCK):
        found = precision.shares(draws(rng, min(BLOCK, times - start), size, share), interval=interval)
        low, high = found.low[:, 0], found.high[:, 0]
        hits += int(((low <= share) & (share <= high)).sum())
        lost += int((np.isnan(low) | np.isnan(high)).sum())
    return hits / times, lost


def luck(times: int) -> float:
    """How far a case of exactly the least coverage may fall below it in a simulation: once in a thousand times."""
    return 3.09 * math.sqrt(LEAST * (1 - LEAST) / times)


@pytest.mark.parametrize(("size", "share"), CASES)
def test_the_default_interval_covers_in_small_weighted_cells(size: int, share: float):
    covered, lost = coverage(size, share, SHORT)
    assert lost == 0
    assert covered >= LEAST - luck(SHORT)


@pytest.mark.slow
def test_the_default_interval_covers_without_allowance_for_luck(pytestconfig: pytest.Config):
    if not pytestconfig.getoption("--long"):
        pytest.skip("the long form only")
    found = {case: coverage(*case, LONG) for case in CASES}
    shares = [covered for covered, _lost in found.values()]
    print(f"\ncoverage of 25 cases, {LONG:,} draws each: {min(shares):.4f} to {max(shares):.4f}")
    assert sum(lost for _covered, lost in found.values()) == 0
    assert min(shares) >= LEAST


def test_the_usual_logit_interval_would_not_do_without_what_stands_in_for_it():
    """R has no interval where all answers are alike; that the simulation sees such cells is why ours is another."""
    rng = np.random.default_rng(11)
    cube = draws(rng, SHORT, 10, 0.02)
    silent = np.isnan(precision.shares(cube, interval="logit").se[:, 0])
    assert silent.mean() > 0.7
    assert not np.isnan(precision.shares(cube, interval="logit").low).any()
