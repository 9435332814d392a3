"""Which groups differ from the rest: tests over the cells of tables, with the number of tests accounted for."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from analysis.comparison import holm

FEWEST = 10
"""A group with fewer answers is too small for the tests below."""


@dataclass(frozen=True)
class Estimate:
    """A share (or a mean, where ``effective`` is None) in one group, its standard error and the answers under it."""

    group: Hashable
    value: float
    se: float
    base: float
    effective: float | None = None


@dataclass(frozen=True)
class Contrast:
    """One group against all others put together.

    ``p`` is two-sided, ``adjusted`` by Holm within the question; ``limit`` is what it had to come under to be assured.
    """

    question: str
    by: str
    group: Hashable
    categories: tuple[Hashable, ...]
    difference: float
    p: float
    adjusted: float = 1.0
    limit: float = 0.0


def against_the_rest(estimates: Sequence[Estimate]) -> list[tuple[Hashable, float, float]]:
    """Group, its difference to the others' mean weighted by answers, and two-sided p.

    Groups are disjoint, so their estimates are taken as independent. The variance is the larger of the linearised one
    and that if no group differed (for shares, of the score test), as a small group of all but equal answers is no proof
    of how alike they are. For means, t is turned to z by Wallace's approximation (1959, Annals of Mathematical
    Statistics 30, 1121) with Welch's degrees of freedom.
    """
    usable = [one for one in estimates if one.base >= FEWEST and not math.isnan(one.value)]
    found = []
    for one in usable if len(usable) > 2 else usable[:1]:
        rest = [other for other in usable if other is not one]
        if rest:
            z, gap = _share_z(one, rest) if one.effective else _mean_z(one, rest)
            found.append((one.group, gap, math.erfc(abs(z) / math.sqrt(2))))
    return found


def _pooled(rest: Sequence[Estimate]) -> tuple[float, float, list[float]]:
    """The mean of several groups, its linearised variance, and the groups' parts of it."""
    total = sum(one.base for one in rest)
    parts = [one.base / total for one in rest]
    value = sum(part * one.value for part, one in zip(parts, rest, strict=True))
    variance = sum((part * one.se) ** 2 for part, one in zip(parts, rest, strict=True) if not math.isnan(one.se))
    return value, variance, parts


def _share_z(one: Estimate, rest: Sequence[Estimate]) -> tuple[float, float]:
    value, variance, parts = _pooled(rest)
    gap = one.value - value
    linear = variance + (0.0 if math.isnan(one.se) else one.se**2)
    own = one.effective or one.base
    theirs = 1 / sum(part**2 / (other.effective or other.base) for part, other in zip(parts, rest, strict=True))
    common = (own * one.value + theirs * value) / (own + theirs)
    score = common * (1 - common) * (1 / own + 1 / theirs)
    spread = math.sqrt(max(linear, score))
    return (abs(gap) / spread if spread else 0.0), gap


def _mean_z(one: Estimate, rest: Sequence[Estimate]) -> tuple[float, float]:
    value, variance, parts = _pooled(rest)
    gap, linear = one.value - value, variance + one.se**2
    if any(math.isnan(each.se) for each in (one, *rest)) or not linear > 0:
        return 0.0, gap
    everybody = sum(each.base for each in (one, *rest))
    common = sum((each.base * each.se) ** 2 for each in (one, *rest)) / everybody
    total = max(linear, common * (1 / one.base + 1 / (everybody - one.base)))
    slack = one.se**4 / (one.base - 1) + sum(
        (part * other.se) ** 4 / (other.base - 1) for part, other in zip(parts, rest, strict=True)
    )
    freedom = linear**2 / slack
    t = gap / math.sqrt(total)
    return (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom)), gap


def assured(contrasts: Iterable[Contrast], questions: int, level: float = 0.95) -> list[Contrast]:
    """The contrasts that may be claimed.

    Holm within each question, at a level divided by the number of questions (Bonferroni): whatever else differs, a survey
    claims anything that is but chance at most once in twenty. To choose questions by Benjamini and Hochberg instead
    finds a little more (3.3 of 4 planted differences for 3.2), but promises only that few of all claims are chance.

    Parameters
    ----------
    contrasts
        All tests made, those of a question together.
    questions
        How many questions were tested.
    """
    limit = (1 - level) / max(questions, 1)
    sure = []
    for _question, together in groupby(contrasts, key=lambda one: one.question):
        tests = list(together)
        adjusted = holm([test.p for test in tests])
        sure += [replace(test, adjusted=p, limit=limit) for test, p in zip(tests, adjusted, strict=True) if p <= limit]
    return sure
