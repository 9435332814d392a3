"""Linear calibration: the regression estimator's weights, with bounds that hold inside the loop."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.dataset.columns import LARGEST
from analysis.weighting import checking, feasibility, solving
from analysis.weighting import margins as reading
from analysis.weighting.cells import Cells, Numbers, cross, present
from analysis.weighting.feasibility import Unit
from analysis.weighting.margins import Margin
from analysis.weighting.raking import Bounds, calibration, differences, target
from analysis.weighting.solving import LINEAR, Problem
from analysis.weighting.values import CannotWeight, Weights


def calibrate(
    frame: pd.DataFrame,
    margins: Mapping[Any, Any] | None = None,
    totals: Mapping[str, float] | None = None,
    size: float | None = None,
    base: str | None = None,
    lower: float | None = None,
    upper: float | None = None,
    tolerance: float = 1e-8,
    iterations: int = 200,
    collapse: Collection[str] = (),
) -> Weights:
    """Weights nearest to the base weights, by Σ (w - d)²/d, that reproduce margins and totals of a population.

    The generalised regression estimator (Deville and Särndal 1992, JASA 87, 376–382, case 1 and, with bounds, case 7;
    R: ``calibrate(calfun="linear", bounds=)``).

    Parameters
    ----------
    frame, base, tolerance, iterations, collapse
        As for ``rake``.
    margins
        As for ``rake``; may be left out.
    totals
        Column of numbers to its total in the population, in the unit of the column.
    size
        How many the population holds; needed without margins.
    lower, upper
        The least and the largest weight as a part of the base weight, the base weights having been scaled to the
        population's size. Without a lower bound weights may come out negative; 0 prevents it.

    Raises
    ------
    CannotWeight
        As for ``rake``; and a number is missing, or a total can't be met.
    """
    found = reading.read(margins) if margins else []
    numbers = _numbers(frame, totals or {})
    whole = _size(found, size, bool(numbers))
    checking.factors(lower, upper)
    checking.rounds(tolerance, iterations)
    collapsing = checking.collapsing(collapse, found)
    cells = cross(frame, (name for margin in found for name in margin.columns), base)
    for margin in found:
        reading.fit(margin, cells, collapsing)
    targets = [target(margin, cells) for margin in found]
    rows = bool(numbers) or not found
    problem, units = _problem(frame, cells, found, targets, numbers, totals or {}, whole, (lower, upper), rows)
    solved = solving.solve(problem, LINEAR, min(tolerance, solving.NEAR), iterations)
    if solved.gap > tolerance:
        names = feasibility.called(found) or ["the whole population"]
        names += [f"the total of column {name!r}" for name in numbers]
        feasibility.together(problem, names, 0 if found else 1, units)
    values = _values(cells, problem, solved.weights, rows)
    return Weights(
        pd.Series(values, index=frame.index, name="weight"),
        solved.gap <= tolerance,
        solved.rounds,
        solved.gap,
        calibration(found, base, tuple(numbers)),
        int((problem.times * ((solved.weights <= problem.low) | (solved.weights >= problem.high))).sum()),
        {m.columns: differences(m, cells) for m in found},
    )


def _size(margins: Sequence[Margin], size: float | None, numbers: bool) -> float:
    if margins:
        whole = float(margins[0].population.sum())
        if size is not None and abs(size - whole) > reading.SAME * whole:
            raise CannotWeight(f"size is {size!r}, but the margins sum to {whole:.10g}. Leave size out.")
        return whole
    if not numbers:
        raise CannotWeight("There are neither margins nor totals. Give at least one.")
    if size is None or not checking.number(size) or not reading.LEAST <= size <= LARGEST:
        raise CannotWeight(f"size is {size!r}. Without margins, say how many the population holds.")
    return float(size)


def _numbers(frame: pd.DataFrame, totals: Mapping[str, float]) -> dict[str, Numbers]:
    found = {}
    for name, total in totals.items():
        if not checking.number(total):
            raise CannotWeight(f"The total of column {name!r} is {total!r}. Give a number.")
        column = pd.to_numeric(present(frame, name), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if not np.isfinite(column).all():
            gone = int((~np.isfinite(column)).sum())
            raise CannotWeight(f"Column {name!r} holds no number in {gone} rows. Fill it in, or drop those rows.")
        found[name] = column
    return found


def _problem(
    frame: pd.DataFrame,
    cells: Cells,
    margins: Sequence[Margin],
    targets: Sequence[Numbers],
    numbers: Mapping[str, Numbers],
    totals: Mapping[str, float],
    whole: float,
    bounds: Bounds,
    rows: bool,
) -> tuple[Problem, dict[int, Unit]]:
    """Units that are cells where only margins count, else rows; numbers are set against their mean, and scaled.

    Gives also what takes the scaled total of a number back to its own unit, by the place of its column.
    """
    every = np.ones(len(frame)) if cells.rows is None else cells.rows
    weight = every if rows else cells.base
    alive = np.flatnonzero((every > 0) if rows else (cells.count > 0))
    codes = [(margin.code[cells.key] if rows else margin.code)[alive] for margin in margins]
    parts = [solving.indicators(margins, codes)] if margins else [np.ones((len(alive), 1))]
    wanted = list(targets) if margins else [np.array([whole])]
    units: dict[int, Unit] = {}
    for name, column in numbers.items():
        middle = float(np.average(column, weights=every))
        spread = float(np.abs(column - middle).max()) or 1.0
        parts.append(((column - middle) / spread)[alive, None])
        units[sum(part.shape[1] for part in parts) - 1] = (middle * whole, spread)
        wanted.append(np.array([(totals[name] - middle * whole) / spread]))
    base = weight[alive] * (whole / weight[alive].sum())
    lower, upper = bounds
    low = base * (-np.inf if lower is None else lower)
    high = base * (np.inf if upper is None else upper)
    unit = np.arange(len(alive))
    return Problem(np.hstack(parts), np.concatenate(wanted), unit, base, np.ones(len(alive)), low, high), units


def _values(cells: Cells, problem: Problem, weights: Numbers, rows: bool) -> Numbers:
    """One weight per row."""
    if rows:
        values = np.zeros(len(weights) if cells.rows is None else len(cells.rows))
        values[slice(None) if cells.rows is None else cells.rows > 0] = weights
        return values
    factors = np.zeros(cells.size)
    alive = cells.count > 0
    factors[alive] = weights / cells.base[alive]
    each: Numbers = factors[cells.key]
    return each if cells.rows is None else each * cells.rows
