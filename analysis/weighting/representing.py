"""Whether those who answered mirror those who were asked: R-indicators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.weighting.cells import Cells, Numbers
from analysis.weighting.responding import crossed, design, logistic


@dataclass(frozen=True, eq=False)
class Representativity:
    """R-indicators of a response.

    Attributes
    ----------
    indicator
        1 - 2 S of the probabilities to answer, adjusted for their being estimated; 1 where all are equally likely to
        answer, 0 at worst.
    unadjusted
        The same without the adjustment, which is too low in small samples.
    rate
        Answered of invited.
    unconditional, conditional
        Column to how much it alone, and it beside the others, makes the probabilities differ; 0 is best, 0.5 worst.
    levels
        Column to (level to how far it is over- or underrepresented; -0.5 to 0.5). A level that is not known is None.
    converged
        Whether the regression behind it settled.
    """

    indicator: float
    unadjusted: float
    rate: float
    unconditional: Mapping[str, float]
    conditional: Mapping[str, float]
    levels: Mapping[str, Mapping[Any, float]]
    converged: bool


def representativity(
    frame: pd.DataFrame, answered: str, columns: Sequence[str], population: int | None = None
) -> Representativity:
    """The R-indicator of a response and its partial indicators.

    The probabilities ρ are those of the logistic model of main effects. With z = ρ(1 - ρ)x and n invited out of N::

        R = 1 - 2 √max(0, (1 + 1/n - 1/N) S² - Σ z'(Σ z x')⁻ z / n)

    Parameters
    ----------
    frame, answered, columns
        As for ``propensity``.
    population
        N, how many the invited were drawn from; all of them were invited where it is None.

    References
    ----------
    Schouten, B., Cobben, F. and Bethlehem, J. (2009), Indicators for the representativeness of survey response. Survey
    Methodology 35, 101–113. Schouten, B., Shlomo, N. and Skinner, C. (2011), Journal of Official Statistics 27, 231–253
    (partial indicators). Shlomo, N., Skinner, C. and Schouten, B. (2012), Journal of Statistical Planning and Inference
    142, 201–211 (the adjustment).
    """
    cells, yes = crossed(frame, answered, columns)
    chance, converged = logistic(cells, yes, columns)
    size, rate = float(cells.count.sum()), float(yes.sum() / cells.count.sum())
    mean = float(chance @ cells.count) / size
    spread = float(cells.count @ (chance - mean) ** 2) / max(size - 1, 1)
    drawn = 0.0 if population is None else 1 / size - 1 / population
    adjusted = (1 + drawn) * spread - _noise(cells, chance, columns)
    levels = {name: _levels(cells, chance, mean, name) for name in columns}
    return Representativity(
        1 - 2 * max(adjusted, 0.0) ** 0.5,
        1 - 2 * spread**0.5,
        rate,
        {name: float(np.sqrt(sum(part**2 for part in levels[name].values()))) for name in columns},
        {name: _within(cells, chance, [other for other in columns if other != name]) for name in columns},
        levels,
        converged,
    )


def _noise(cells: Cells, chance: Numbers, columns: Sequence[str]) -> float:
    """What of the spread of estimated probabilities is their estimation: Σ z'(Σ z x')⁻ z / n."""
    matrix, slope = design(cells, columns), chance * (1 - chance)
    inverse = np.linalg.pinv((matrix * (cells.count * slope)[:, None]).T @ matrix, rcond=1e-10, hermitian=True)
    each = np.einsum("cj,jk,ck->c", matrix, inverse, matrix) * slope**2
    return float(cells.count @ each) / float(cells.count.sum())


def _levels(cells: Cells, chance: Numbers, mean: float, name: str) -> dict[Any, float]:
    """√(N_k/N) (ρ̄_k - ρ̄) of each level that occurs."""
    place = cells.places[name] + 1
    count = np.bincount(place, cells.count)
    sums = np.bincount(place, cells.count * chance)
    values = [None, *cells.values[name]]
    return {
        values[at]: float(np.sqrt(count[at] / count.sum()) * (sums[at] / count[at] - mean))
        for at in np.flatnonzero(count).tolist()
    }


def _within(cells: Cells, chance: Numbers, others: Sequence[str]) -> float:
    """How far probabilities differ among those who are alike in the other columns."""
    joint = np.zeros(cells.size, dtype=np.intp)
    for name in others:
        joint = joint * (len(cells.values[name]) + 1) + cells.places[name] + 1
    _levels_, joint = np.unique(joint, return_inverse=True)
    count = np.bincount(joint, cells.count)
    means = np.divide(np.bincount(joint, cells.count * chance), count, out=np.zeros(len(count)), where=count > 0)
    return float(np.sqrt(cells.count @ (chance - means[joint]) ** 2 / cells.count.sum()))
