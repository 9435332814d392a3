"""Whether answers hang together with a group at all: one test for a whole table, by the design."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.comparison.estimates import (
    Mask,
    Measure,
    Numbers,
    by_group,
    coded,
    freedom,
    means,
    measures,
    weights,
)
from analysis.dataset import NOT_STATED, Code, Dataset, UnusableData, listed
from analysis.precision.design import covariance

STATISTICS = ("F", "Chisq")
NOTHING = 1e-10
"""A sum of design effects that is less is none, rounded; each is 1 in a simple random sample."""


@dataclass(frozen=True)
class Test:
    """A test: ``statistic`` has, if nothing hangs together, the distribution with ``df`` (one number, or two for F).

    ``p`` is the probability of a statistic at least as large; ``method`` says which test it is.
    """

    __test__ = False  # pytest: not a class of tests

    statistic: float
    df: tuple[float, ...]
    p: float
    method: str


def independence(dataset: Dataset, item_name: str, by: str, statistic: str = "F") -> Test:
    """Rao and Scott's test of a table of answers by groups.

    Pearson's X² is divided by what the design makes of it: Δ = (CᵀD⁻¹C/n)⁻¹ · CᵀD⁻¹VD⁻¹C with V the linearised
    covariance of the cells' shares, D these on a diagonal and C the contrasts of the interaction (Rao and Scott 1984,
    Annals of Statistics 12, 46). Where so many cells are empty that CᵀD⁻¹C has no inverse (R stops there), D holds the
    shares that are expected of the margins, which finds too little rather than too much. "F" is of second order:
    X²/trΔ on (trΔ)²/tr(Δ²) degrees of freedom, and that times the design's (R: ``svychisq(statistic="F")``). "Chisq" is
    of first order: X² divided by the mean of Δ's eigenvalues; the number told is the one that p belongs to, where R
    prints the X² before the division beside the p after it.

    Parameters
    ----------
    dataset
        Responses, codebook and design.
    item_name
        An item where each gives one answer.
    by
        The group column; those whose group is not known are left out.
    statistic
        "F" or "Chisq".

    Raises
    ------
    UnusableData, UnknownName
        The item, column or statistic is not to be had, or fewer than two categories or groups have answers.
    """
    if statistic not in STATISTICS:
        raise UnusableData(f"There is no statistic {statistic!r}. There are {', '.join(STATISTICS)}.")
    shares, influence, domain, size = _cells(dataset, item_name, by)
    expected = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    pearson = size * float(((shares - expected) ** 2 / expected).sum())
    delta = _delta(shares, expected, covariance(dataset, influence, domain), size)
    trace, units = float(np.trace(delta)), freedom(dataset, weights(dataset) > 0)
    if not trace > NOTHING or (statistic == "F" and units < 1):
        raise UnusableData(
            f"The design has too few sampling units to test {item_name!r} by {by!r}, or holds all of the population. "
            "Leave the test out."
        )
    if statistic == "Chisq":
        value, count = pearson * len(delta) / trace, float(len(delta))
        return Test(value, (count,), float(scipy.special.chdtrc(count, value)), "Pearson's X², Rao–Scott, first order")
    value, first = pearson / trace, trace**2 / float(np.trace(delta @ delta))
    df = (first, first * units)
    return Test(value, df, float(scipy.special.fdtrc(*df, value)), "Pearson's X², Rao–Scott, second order")


def _cells(dataset: Dataset, item_name: str, by: str) -> tuple[Numbers, Numbers, Mask, int]:
    """Shares of all answers, shape (groups, categories); each response's influence on them; their domain; how many answered."""
    item, groups, weight = dataset.item(item_name), dataset.groups((by,)), weights(dataset)
    answers = coded(dataset, item)
    if answers.rows is not None:
        raise UnusableData(f"Item {item_name!r} takes several answers from each. Compare one category at a time.")
    assert groups.cells is not None
    known = len(groups.levels[0]) - (NOT_STATED in groups.levels[0])
    codes, places, answer = answers.categories, groups.cells, answers.codes
    domain = (answer < len(codes)) & (places < known)
    members = domain & (weight > 0)
    total = weight[members].sum()
    keys = places * len(codes) + answer
    table = np.bincount(keys[members], weight[members], known * len(codes)).reshape(known, len(codes))
    rows, columns = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    if rows.sum() < 2 or columns.sum() < 2:
        raise UnusableData(
            f"A test of {item_name!r} by {by!r} takes answers in at least two groups and two categories. "
            "Take another column, or leave the test out."
        )
    shares = table[rows][:, columns] / total
    kept = np.flatnonzero(np.outer(rows, columns))
    inside = (keys[:, None] == kept) & members[:, None]
    influence = np.where(members, weight, 0.0)[:, None] * (inside - shares.ravel()) / total
    return shares, influence, np.repeat(domain[:, None], len(kept), axis=1), int(members.sum())


def _delta(shares: Numbers, expected: Numbers, variance: Numbers, size: int) -> Numbers:
    """Rao and Scott's matrix of generalised design effects; its eigenvalues are 1 in a simple random sample."""
    rows, columns = shares.shape
    contrasts = np.kron(_deviations(rows), _deviations(columns))
    flat = shares.ravel()
    scaled = contrasts * np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)[:, None]
    if np.linalg.matrix_rank(contrasts.T @ scaled, hermitian=True) < contrasts.shape[1]:
        scaled = contrasts / expected.reshape(-1, 1)
    return np.asarray(np.linalg.solve(contrasts.T @ scaled / size, scaled.T @ variance @ scaled), dtype=float)


def _deviations(levels: int) -> NDArray[np.float64]:
    """Contrasts of levels that sum to nought; shape (levels, levels - 1)."""
    found: NDArray[np.float64] = np.vstack([np.eye(levels - 1), -np.ones(levels - 1)])
    return found


def ranks(dataset: Dataset, item_name: str, by: str) -> Test:
    """Whether groups stand at different places of a scale: Kruskal and Wallis's test by the design.

    Each answer's estimated rank in the population, between 0 and 1, is compared between groups by a Wald test (Lumley
    and Scott 2013, Biometrika 100, 831; R: ``svyranktest(test="KruskalWallis")``, which for more than two groups returns
    the degrees of freedom as the statistic and the statistic as the degrees of freedom; here each is what it is called,
    and the statistic is the F that p belongs to). Answers that are equal share the rank in their middle; R's share a mean
    of places that, where weights differ, hangs on the order of the rows.

    Parameters
    ----------
    dataset, by
        As ``independence``.
    item_name
        An item with numbers or scores.

    Raises
    ------
    UnusableData, UnknownName
        The item has no order, the column is not there, fewer than two groups have answers, a group has a single one, or
        the answers do not vary enough.
    """
    (measure, *more) = measures(dataset, item_name)
    if measure.code is not None or more:
        raise UnusableData(f"The answers to {item_name!r} have no order. Use independence() instead.")
    groups = by_group(dataset, measure, by)
    there = np.flatnonzero(groups.members.any(axis=0))
    inside, names = groups.members[:, there], tuple(groups.codes[at] for at in there)
    _enough(dict(zip(names, inside.sum(axis=0).tolist(), strict=True)), item_name, by)
    given, first = inside.any(axis=1), len(there) - 1
    scores = Measure(None, _ranked(measure.values, np.where(given, weights(dataset), 0.0)), np.asarray(given))
    found, contrast = means(dataset, scores, names, inside), _deviations(len(there))
    domain = np.repeat(groups.domain[:, there].any(axis=1, keepdims=True), first, axis=1)
    gap, variance = contrast.T @ found.mean, covariance(dataset, found.influence @ contrast, domain)
    df = (float(first), float(freedom(dataset, np.asarray(given)) - first))
    if df[1] < 1 or not _invertible(variance):
        raise UnusableData(
            f"The answers to {item_name!r} vary too little, or come from too few sampling units, for a test by {by!r}. "
            "Merge groups, or leave the test out."
        )
    value = float(gap @ np.linalg.solve(variance, gap)) / first
    return Test(value, df, float(scipy.special.fdtrc(*df, value)), "Kruskal–Wallis by the design")


def _enough(bases: dict[Code, int], item_name: str, by: str) -> None:
    """Refuse fewer than two groups, or a group that a single answer makes sure of."""
    if len(bases) < 2:
        raise UnusableData(f"A test of {item_name!r} by {by!r} takes answers in at least two groups.")
    single = [code for code, base in bases.items() if base < 2]
    if single:
        raise UnusableData(
            f"A test of {item_name!r} by {by!r} takes two answers or more in each group, and {listed(single)} has one. "
            "Merge it with another group, or leave those answers out."
        )


def _invertible(variance: Numbers) -> bool:
    """Whether a covariance matrix tells something in every direction."""
    size = np.sqrt(np.diag(variance))
    if not np.isfinite(size).all() or not (size > 0).all():
        return False
    return bool(np.linalg.matrix_rank(variance / size / size[:, None], tol=1e-10, hermitian=True) == len(variance))


def _ranked(values: Numbers, weight: Numbers) -> Numbers:
    """The mid-rank of each response in the population, as a part of it: what weighs less, and half of what is equal."""
    inside = np.flatnonzero(weight > 0)
    _values, tie = np.unique(values[inside], return_inverse=True)
    heaps = np.bincount(tie, weight[inside])
    found: Numbers = np.zeros(len(values))
    found[inside] = ((np.cumsum(heaps) - heaps / 2) / heaps.sum())[tie]
    return found
