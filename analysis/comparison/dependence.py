"""Whether answers hang together with a group at all: one test for a whole table, by the design."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.comparison.estimates import (
    Measure,
    Numbers,
    by_group,
    coded,
    freedom,
    means,
    measures,
    weights,
)
from analysis.dataset import NOT_STATED, Dataset, UnusableData
from analysis.precision.design import covariance

STATISTICS = ("F", "Chisq")


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
    Annals of Statistics 12, 46). "F" is of second order: X²/trΔ on (trΔ)²/tr(Δ²) degrees of freedom, and that times the
    design's (R: ``svychisq(statistic="F")``). "Chisq" is of first order: X² divided by the mean of Δ's eigenvalues; the
    number told is the one that p belongs to, where R prints the X² before the division beside the p after it.

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
    shares, influence, size = _cells(dataset, item_name, by)
    expected = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    pearson = size * float(((shares - expected) ** 2 / expected).sum())
    delta = _delta(shares, covariance(dataset, influence), size)
    trace = float(np.trace(delta))
    if not trace > 0:
        raise UnusableData(f"The design has too few sampling units to test {item_name!r} by {by!r}.")
    if statistic == "Chisq":
        value, count = pearson * len(delta) / trace, float(len(delta))
        return Test(value, (count,), float(scipy.special.chdtrc(count, value)), "Pearson's X², Rao–Scott, first order")
    value, first = pearson / trace, trace**2 / float(np.trace(delta @ delta))
    df = (first, first * freedom(dataset, weights(dataset) > 0))
    return Test(value, df, float(scipy.special.fdtrc(*df, value)), "Pearson's X², Rao–Scott, second order")


def _cells(dataset: Dataset, item_name: str, by: str) -> tuple[Numbers, Numbers, int]:
    """Shares of all answers, shape (groups, categories), each response's influence on them, and how many answered."""
    item, groups, weight = dataset.item(item_name), dataset.groups((by,)), weights(dataset)
    answers = coded(dataset, item)
    if answers.rows is not None:
        raise UnusableData(f"Item {item_name!r} takes several answers from each. Compare one category at a time.")
    assert groups.cells is not None
    known = len(groups.levels[0]) - (NOT_STATED in groups.levels[0])
    codes, places, answer = answers.categories, groups.cells, answers.codes
    members = (answer < len(codes)) & (places < known) & (weight > 0)
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
    return shares, influence, int(members.sum())


def _delta(shares: Numbers, variance: Numbers, size: int) -> Numbers:
    """Rao and Scott's matrix of generalised design effects; its eigenvalues are 1 in a simple random sample."""
    rows, columns = shares.shape
    contrasts = np.kron(_deviations(rows), _deviations(columns))
    flat = shares.ravel()
    scaled = contrasts * np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)[:, None]
    found = np.linalg.lstsq(contrasts.T @ scaled / size, scaled.T @ variance @ scaled, rcond=None)[0]
    return np.asarray(found, dtype=float)


def _deviations(levels: int) -> NDArray[np.float64]:
    """Contrasts of levels that sum to nought; shape (levels, levels - 1)."""
    found: NDArray[np.float64] = np.vstack([np.eye(levels - 1), -np.ones(levels - 1)])
    return found


def ranks(dataset: Dataset, item_name: str, by: str) -> Test:
    """Whether groups stand at different places of a scale: Kruskal and Wallis's test by the design.

    Each answer's estimated rank in the population, between 0 and 1, is compared between groups by a Wald test (Lumley
    and Scott 2013, Biometrika 100, 831; R: ``svyranktest(test="KruskalWallis")``, which for more than two groups returns
    the degrees of freedom as the statistic and the statistic as the degrees of freedom; here each is what it is called,
    and the statistic is the F that p belongs to).

    Parameters
    ----------
    dataset, by
        As ``independence``.
    item_name
        An item with numbers or scores.

    Raises
    ------
    UnusableData, UnknownName
        The item has no order, the column is not there, or fewer than two groups have answers.
    """
    (measure, *more) = measures(dataset, item_name)
    if measure.code is not None or more:
        raise UnusableData(f"The answers to {item_name!r} have no order. Use independence() instead.")
    there = by_group(dataset, measure, by).members
    inside = there[:, there.any(axis=0)]
    if inside.shape[1] < 2:
        raise UnusableData(f"A test of {item_name!r} by {by!r} takes answers in at least two groups.")
    given = np.asarray(inside.any(axis=1))
    scores = Measure(None, _ranked(measure.values, np.where(given, weights(dataset), 0.0)), given)
    found = means(dataset, scores, tuple(range(inside.shape[1])), inside)
    contrast = _deviations(inside.shape[1])
    gap, variance = contrast.T @ found.mean, contrast.T @ covariance(dataset, found.influence) @ contrast
    first = inside.shape[1] - 1
    df = (float(first), float(freedom(dataset, given) - first))
    value = float(gap @ np.linalg.solve(variance, gap)) / first
    return Test(value, df, float(scipy.special.fdtrc(*df, value)), "Kruskal–Wallis by the design")


def _ranked(values: Numbers, weight: Numbers) -> Numbers:
    """The mid-rank of each response in the population, as a part of it; ties share the mean of theirs."""
    inside = np.flatnonzero(weight > 0)
    order = inside[np.argsort(values[inside], kind="stable")]
    place = np.cumsum(weight[order]) - weight[order] / 2
    _values, tie = np.unique(values[order], return_inverse=True)
    found: Numbers = np.zeros(len(values))
    found[order] = (np.bincount(tie, place) / np.bincount(tie))[tie] / weight.sum()
    return found
