"""Whether margins can be met at all, and which level stands in the way if not."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy

from analysis.weighting.cells import Numbers
from analysis.weighting.margins import Margin
from analysis.weighting.solving import Problem
from analysis.weighting.values import CannotWeight

REMEDY = "Widen the bounds, merge the level with a neighbour, or leave a margin out."
NEAR = 1e-7
Unit = tuple[float, float]


def reach(problem: Problem, margins: Sequence[Margin], targets: Sequence[Numbers]) -> None:
    """Raise where a level alone can't get its population within the bounds."""
    least = problem.matrix.T @ problem.sums(problem.low)
    most = problem.matrix.T @ problem.sums(np.minimum(problem.high, 1e300))
    start = 0
    for margin, wanted in zip(margins, targets, strict=True):
        for place in range(len(margin.levels)):
            low, high, want = least[start + place], most[start + place], wanted[place]
            if want > high * (1 + NEAR) or want < low * (1 - NEAR):
                bound, got = ("largest", high) if want > high else ("least", low)
                raise CannotWeight(
                    f"The margin of {margin.name} can't be met: level {margin.called(place)} has {want:.10g} residents, "
                    f"but its rows stand for {got:.10g} with the {bound} weight that is allowed. {REMEDY}"
                )
        start += len(margin.levels) + 1


def together(problem: Problem, names: Sequence[str], kept: int = 0, units: Mapping[int, Unit] | None = None) -> None:
    """Raise where no weights between the bounds meet all totals at once (a linear program).

    ``names`` tells each column of the problem's matrix in words; the one that is furthest from its total is named, with
    the first ``kept`` met. ``units`` tells how a column's total is read: times the second, plus the first number.
    """
    cells, columns = problem.matrix.shape
    low, high = problem.sums(np.maximum(problem.low, -1e300)), problem.sums(np.minimum(problem.high, 1e300))
    scale = float(np.abs(problem.totals).max())
    off = scipy.sparse.eye_array(columns)
    rows = scipy.sparse.hstack([scipy.sparse.csr_array(problem.matrix.T), off, -off])
    cost = np.concatenate([np.zeros(cells), np.ones(2 * columns)])
    least = np.concatenate([np.where(low > -1e200, low / scale, -np.inf), np.zeros(2 * columns)])
    most = np.concatenate([np.where(high < 1e200, high / scale, np.inf), np.full(2 * columns, np.inf)])
    most[cells : cells + kept] = most[cells + columns : cells + columns + kept] = 0.0
    bounds = np.column_stack([least, most])
    found = scipy.optimize.linprog(cost, A_eq=rows.tocsr(), b_eq=problem.totals / scale, bounds=bounds, method="highs")
    if found.status != 0 or found.fun <= NEAR:
        return
    short = found.x[cells : cells + columns] - found.x[cells + columns :]
    worst = int(np.abs(short).argmax())
    shift, factor = (units or {}).get(worst, (0.0, 1.0))
    wanted = float(problem.totals[worst])
    got, wanted = (number * factor + shift for number in (wanted - short[worst] * scale, wanted))
    raise CannotWeight(
        f"The margins can't be met together: with the others met, {names[worst]} comes to "
        f"{got:.10g} instead of {wanted:.10g} at best. {REMEDY}"
    )


def called(margins: Sequence[Margin]) -> list[str]:
    """Each level of each margin, the unknown one too, in words."""
    return [
        f"level {margin.called(place) if place < len(margin.levels) else 'not known'} of {margin.noun} {margin.name}"
        for margin in margins
        for place in range(len(margin.levels) + 1)
    ]
