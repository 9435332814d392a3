"""Raking and post-stratification on the cell table, with bounds that hold inside the loop."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.dataset.calibration import Calibration
from analysis.weighting import checking, feasibility, solving
from analysis.weighting import margins as reading
from analysis.weighting.cells import Cells, Numbers, Places, cross
from analysis.weighting.margins import Margin
from analysis.weighting.solving import Solved
from analysis.weighting.values import CannotWeight, Weights

Bounds = tuple[float | None, float | None]


def rake(
    frame: pd.DataFrame,
    margins: Mapping[Any, Any],
    base: str | None = None,
    lower: float | None = None,
    upper: float | None = None,
    tolerance: float = 1e-8,
    iterations: int = 200,
    collapse: Collection[str] = (),
) -> Weights:
    """Weights that reproduce the margins of a population and are otherwise as close to the base weights as can be.

    Close is in the sense of Kullback and Leibler: iterative proportional fitting (Deming and Stephan 1940, Annals of
    Mathematical Statistics 11, 427–444) and, where bounds are touched, its bounded form (Deville and Särndal 1992,
    JASA 87, 376–382): each weight is the base weight times one factor per level, cut at the bounds, with the factors
    found so that the *cut* weights meet the margins.

    Parameters
    ----------
    frame
        One row per response.
    margins
        ``{column: {level: population}}``; all sum to the same population. A tuple of columns has tuples of levels.
        Rows where a column is empty keep the share of the weight that they had; the others are adjusted so that among
        them the levels stand to each other as in the population.
    base
        Column of starting weights; 1 each without. A weight of 0 stays 0.
    lower, upper
        The least and the largest weight, as a part of the mean weight (of those that are not 0); both hold.
    tolerance
        The largest relative distance from any margin.
    iterations
        Rounds at most; ``Weights.converged`` tells whether they were enough.
    collapse
        Columns whose levels are in order: an empty level is taken together with the neighbour that has fewer rows.

    Raises
    ------
    CannotWeight
        A margin misses a level, has an empty one, does not add up or can't be met; column, level and remedy are named.
    """
    found = reading.read(margins)
    cells = cross(frame, (name for margin in found for name in margin.columns), base)
    solved, values, trimmed = fitted(cells, found, (lower, upper), tolerance, iterations, collapse)
    return Weights(
        pd.Series(values, index=frame.index, name="weight", copy=False),
        solved.gap <= tolerance,
        solved.rounds,
        solved.gap,
        calibration(found, base),
        trimmed,
        {m.columns: differences(m, cells) for m in found},
    )


def fitted(
    cells: Cells, found: list[Margin], bounds: Bounds, tolerance: float, iterations: int, collapse: Collection[str]
) -> tuple[Solved, Numbers, int]:
    """Rake a table of cells: how it went, a weight for each row, and how many rows stand at a bound."""
    checking.bounds(*bounds)
    checking.rounds(tolerance, iterations)
    collapsing = checking.collapsing(collapse, found)
    for margin in found:
        reading.fit(margin, cells, collapsing)
    return _fit(cells, found, [target(margin, cells) for margin in found], bounds, tolerance, iterations)


def calibration(found: Sequence[Margin], base: str | None, numbers: Sequence[str] = ()) -> Calibration:
    """What the weights reproduce, as a ``Dataset`` takes it."""
    merged = {margin.columns: dict(margin.merged) for margin in found if margin.merged}
    return Calibration(tuple(margin.columns for margin in found), base, tuple(numbers), merged)


def poststratify(
    frame: pd.DataFrame, population: pd.Series, base: str | None = None, collapse: Collection[str] = ()
) -> Weights:
    """Weights that reproduce the population in every cell: the base weight times residents over weighted rows.

    Parameters
    ----------
    frame
        One row per response.
    population
        Residents per cell, indexed by the cells' levels; the names of the index are columns of the frame.
    base, collapse
        As for ``rake``, with the same rule for rows whose cell is not known.

    Raises
    ------
    CannotWeight
        As for ``rake``; a cell with residents but no rows is named.

    References
    ----------
    Holt, D. and Smith, T. M. F. (1979), JRSS A 142, 33–46.
    """
    if not isinstance(population, pd.Series):
        raise CannotWeight("The population is not a Series. Give residents indexed by the levels of the cells.")
    names = list(population.index.names)
    if any(name is None for name in names):
        raise CannotWeight("The index of the population has no name. Name each level of it after its column.")
    if not population.index.is_unique:
        twice = population.index[population.index.duplicated()][0]
        raise CannotWeight(f"The population has the cell {twice!r} more than once. Give each cell once.")
    return rake(frame, {tuple(names) if len(names) > 1 else names[0]: population}, base, collapse=collapse)


def target(margin: Margin, cells: Cells) -> Numbers:
    """What each level is to weigh, those whose level is not known last: they keep their share."""
    sums = margin.sums(cells.base)
    share = sums[-1] / sums.sum()
    if share == 1:
        raise CannotWeight(f"{margin.noun.capitalize()} {margin.name} is empty in every row. Leave the margin out.")
    return np.append(margin.population * (1 - share), margin.population.sum() * share)


def differences(margin: Margin, cells: Cells) -> dict[tuple[Any, ...], float]:
    """How much more of the population than of the rows each level is, among those whose level is known."""
    rows = margin.sums(cells.count)[:-1]
    parts = margin.population / margin.population.sum() - rows / rows.sum()
    return dict(zip(margin.levels, parts.tolist(), strict=True))


def _fit(
    cells: Cells,
    margins: Sequence[Margin],
    targets: Sequence[Numbers],
    bounds: Bounds,
    tolerance: float,
    iterations: int,
) -> tuple[Solved, Numbers, int]:
    """Proportional fitting; where it breaks a bound, the bounded problem instead."""
    alive = cells.count > 0
    plain = _proportional(cells.base[alive], [m.code[alive] for m in margins], targets, tolerance, iterations)
    factors = np.zeros(cells.size)
    factors[alive] = plain.weights / cells.base[alive]
    low, high = _limits(bounds, float(targets[0].sum() / cells.count.sum()))
    free = bounds == (None, None)
    if plain.gap <= tolerance and (free or _between(cells, factors, low, high)):
        return plain, _rows(cells, factors), 0
    problem = solving.problem(cells, margins, targets, (low, high))
    feasibility.reach(problem, margins, targets)
    solved = plain if free else solving.solve(problem, solving.EXPONENTIAL, min(tolerance, solving.NEAR), iterations)
    if solved.gap > tolerance:
        feasibility.together(problem, feasibility.called(margins))
    if free:
        return solved, _rows(cells, factors), 0
    cut = (solved.weights <= low) | (solved.weights >= high)
    return solved, _spread(cells, solved.weights), int(problem.times[cut].sum())


def _rows(cells: Cells, factors: Numbers) -> Numbers:
    """The weight of each row: its base weight times the factor of its cell."""
    values: Numbers = factors.take(cells.key)
    return values if cells.rows is None else values * cells.rows


def _between(cells: Cells, factors: Numbers, low: float, high: float) -> bool:
    """Whether all weights that are not 0 lie between two limits."""
    weights = factors[cells.count > 0] if cells.rows is None else _rows(cells, factors)[cells.rows > 0]
    return bool(weights.min() >= low and weights.max() <= high)


def _proportional(
    sums: Numbers, codes: Sequence[Places], targets: Sequence[Numbers], tolerance: float, iterations: int
) -> Solved:
    """Fit the sums of cells to one margin after the other until all are met at once."""
    sums = sums.copy()
    kept = [np.unique(code, return_inverse=True) for code in codes]
    places = [place for _levels, place in kept]
    wanted = [t[levels] for (levels, _place), t in zip(kept, targets, strict=True)]
    gap, rounds = np.inf, 0
    while rounds < iterations and gap > tolerance:
        rounds, gap = rounds + 1, 0.0
        for place, want in zip(places, wanted, strict=True):
            ratio = want / np.bincount(place, sums, len(want))
            gap = max(gap, float(np.abs(1 / ratio - 1).max()))
            sums *= ratio[place]
    return Solved(sums, rounds, gap)


def _limits(bounds: Bounds, mean: float) -> tuple[float, float]:
    lower, upper = bounds
    return (lower or 0.0) * mean, np.inf if upper is None else upper * mean


def _spread(cells: Cells, weights: Numbers) -> Numbers:
    """One weight per row from one per unit."""
    if cells.rows is None:
        each = np.zeros(cells.size)
        each[cells.count > 0] = weights
        return each.take(cells.key)
    values = np.zeros(len(cells.rows))
    values[cells.rows > 0] = weights
    return values
