"""Weighted shares with no more digits than what is hidden bears: counts are all that a report tells exactly.

Whoever knows how weights are made knows them. To him an exact weighted share is one more sum of the hidden counts, and its
standard error another of their squares. So a share is told in steps of at least one answer, and how sure it is by one
number for all answers of a group; where a step of one percent is less than an answer, or something is hidden, answers weigh
alike. What is made of shares (limits, nets, scores, ends) is made of these, for a cube of them takes the place of the exact one.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis import precision, scales
from analysis.cube import Cube, Hidden
from analysis.disclosure import Mask
from analysis.precision.proportions import rows_of
from analysis.report.tables import Counted

Numbers = NDArray[np.float64]
DECIMALS = 2
"""Of a share of the fewest answers that are weighted: whole percent."""
LEVEL = 0.95
"""The level at which few clusters widen intervals by Student's t (Korn and Graubard 1998, Survey Methodology 24(2), 193–201)."""


def coarsened(counted: Counted, hidden: Hidden) -> Counted:
    """An item as it was counted, with weighted shares as they may be told; as it is where its shares are not of answers."""
    if not of_answers(counted):
        return counted
    cube, even = counted.tally.cube, evened(counted, hidden)
    found = precision.shares(cube)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(even[:, None], cube.n / cube.base_n[:, None], rounded(found.share, cube.base_n[:, None]))
        worth = two_digits(_worth(cube, found, even))
        squares = 1 / worth / precision.correction(cube.size)
    told = np.nan_to_num(share)
    weight = (cube.base_w > 0).astype(float)
    sums = Cube(cube.n, told, told * squares[:, None], cube.base_n, weight, squares, cube.size, cube.exclusive)
    return replace(counted, tally=replace(counted.tally, cube=sums))


def evened(counted: Counted, hidden: Hidden) -> Mask:
    """The groups in which all answers weigh alike, so that their shares tell no more than their counts; texts have none."""
    base = counted.tally.cube.base_n
    if scales.written(counted.item.scale):
        return np.zeros(len(base), dtype=bool)
    few: Mask = base < 10**DECIMALS
    return few | hidden.touched if counted.groups.by else few


def told_even(counted: Counted, hidden: Hidden) -> Mask:
    """Those of them that are told of; a group that is hidden as a whole looks as if there were none."""
    return evened(counted, hidden) & ~hidden.groups & (counted.tally.cube.base_n > 0)


def of_answers(counted: Counted) -> bool:
    """Whether an item has shares of those who gave each answer, and not of numbers or of what they give."""
    return counted.tally.answers is not None and not hasattr(scales.named(counted.item.scale), "each")


def rounded(share: Numbers, base: NDArray[np.int64] | Numbers) -> Numbers:
    """Shares in the finest power of ten that is at least one answer of their base: whole percent of 100, tenths of 1,000."""
    steps = 10.0 ** np.fmax(np.floor(np.log10(base) + 1e-9), DECIMALS)
    found: Numbers = np.round(share * steps) / steps
    return found


def _worth(cube: Cube, found: precision.Shares, even: Mask) -> Numbers:
    """The effective base of each group; of clusters, that of the design everywhere, for few of them make nothing sure."""
    kish = _kish(cube)
    design = np.fmin(kish, _by_design(found))
    rows = rows_of(cube)
    if rows is None or rows.dataset.cluster is None:
        return np.where(even, kish, design)
    return design * (precision.quantile(LEVEL) / precision.t_quantile(LEVEL, precision.degrees(cube))) ** 2  # type: ignore[no-any-return]


def _kish(cube: Cube) -> Numbers:
    """Kish's effective base, which tells nothing of what was answered."""
    found: Numbers = cube.base_w**2 / cube.base_w2
    return np.fmin(found, cube.base_n)  # type: ignore[no-any-return]


def _by_design(found: precision.Shares) -> Numbers:
    """The effective base of all answers of a group taken together, by the design (Rao and Scott 1981: the mean design effect)."""
    base: Numbers = np.nansum(found.share * (1 - found.share), axis=1) / np.nansum(found.se**2, axis=1)
    return np.where(base > 0, base, np.nan)


def two_digits(numbers: Numbers) -> Numbers:
    """Numbers cut to their first two digits, so that nothing seems surer than it is."""
    unit = 10.0 ** np.fmax(np.floor(np.log10(numbers)) - 1, 0)
    found: Numbers = np.fmax(np.floor(numbers / unit) * unit, 1.0)
    return found
