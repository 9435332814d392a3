"""What the scales with categories have in common: shares of the base."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis import precision
from analysis.cube import Hidden
from analysis.dataset import Dataset, Groups, Item
from analysis.precision import reliability
from analysis.scales import Columns, Tally


def tally(dataset: Dataset, item: Item, groups: Groups) -> Tally:
    """Count the answers of an item with categories."""
    return Tally(precision.cube_of(dataset, item, groups), dataset.answers(item))


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """Counts, bases and shares, one row per group × category; NaN where they are hidden."""
    found = precision.shares(tally.cube, level, interval)
    groups, categories = tally.cube.n.shape
    columns = {
        "count": tally.cube.n,
        "base": tally.cube.base_n[:, None],
        "share": found.share,
        "se": found.se,
        "low": found.low,
        "high": found.high,
        "design_effect": found.design_effect,
        "effective_base": found.effective_base,
    }
    numbers, flags = np.empty((len(columns), groups, categories)), found.reliability
    for row, column in zip(numbers, columns.values(), strict=True):
        row[:] = column
    if hidden.any:
        concealed = hidden.cells | hidden.groups[:, None]
        bases = numbers[1].copy()
        numbers[:, concealed] = np.nan
        numbers[1] = np.where(hidden.groups[:, None], np.nan, bases)
        flags = np.where(concealed, np.int8(-1), flags)
    return dict(zip(columns, numbers.reshape(len(columns), -1), strict=True)) | {
        "reliability": reliability.column(flags),
        "hidden": mask(hidden, groups, categories),
    }


def mask(hidden: Hidden, groups: int, categories: int) -> NDArray[np.bool_]:
    """Whether each row of the table is hidden."""
    if not hidden.any:
        return np.zeros(groups * categories, dtype=bool)
    return (hidden.cells | hidden.groups[:, None]).ravel()


def measure(values: NDArray[np.float64], hidden: Hidden, categories: int) -> NDArray[np.float64]:
    """One value per group, on each row of the group; NaN where anything it is made of is hidden."""
    return np.repeat(np.where(hidden.touched, np.nan, values), categories)


def measured(values: Mapping[str, NDArray[np.float64]], hidden: Hidden, categories: int) -> Columns:
    """Several of such columns at a time, which costs a fifth of one by one."""
    columns = np.array(list(values.values()))
    if hidden.any:
        columns[:, hidden.touched] = np.nan
    return dict(zip(values, np.repeat(columns, categories, axis=1), strict=True))
