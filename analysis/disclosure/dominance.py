"""Dominance: a mean that one answer makes up is that answer."""

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.lattice import Mask, Numbers, Places

CLOSE = 0.1
"""How close to the largest answer the second largest may come by subtracting its own from the sum."""


def dominated(values: Numbers, weights: Numbers, cells: Places, groups: int) -> Mask:
    """The groups whose sum tells its largest part to within a tenth to whoever gave the second largest.

    This is the p % rule with p = 10: the sum less the two largest parts is under a tenth of the largest (Hundepool and
    others 2012, Statistical Disclosure Control, section 4.2.2).

    Parameters
    ----------
    values
        One number per response; NaN where none was given.
    weights
        One per response.
    cells
        The group of each response.
    groups
        How many groups there are.
    """
    given = ~np.isnan(values)
    part, where = np.abs(values[given]) * weights[given], cells[given]
    first, second = np.zeros(groups), np.zeros(groups)
    order = np.lexsort((-part, where))
    ranked, sorted_cells = part[order], where[order]
    starts = np.searchsorted(sorted_cells, np.arange(groups + 1))
    for group, (start, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        first[group], second[group] = [*ranked[start : min(end, start + 2)], 0.0, 0.0][:2]
    rest: Numbers = np.bincount(where, part, groups) - first - second
    found: Mask = (first > 0) & (rest < CLOSE * first - 1e-9 * first)
    return found


def together(hidden: Mask, cells: Places) -> NDArray[np.intp]:
    """The hidden groups as one (0), all others left out (1): what subtraction from everybody's sum tells."""
    return np.where(hidden, 0, 1)[cells].astype(np.intp)
