"""What a report hides: its counted tables as the lattice that disclosure control protects all at once."""

from collections.abc import Sequence

import numpy as np

from analysis import disclosure
from analysis.cube import Hidden
from analysis.dataset import Dataset
from analysis.report import tables


def conceal(dataset: Dataset, counted: Sequence[tables.Counted], minimum: int) -> list[Hidden]:
    """What must be hidden in each table when all of them go out together."""
    return disclosure.protect(released(counted), taking_part(dataset, counted), minimum)


def released(counted: Sequence[tables.Counted]) -> list[disclosure.Counted]:
    """The tables as disclosure control knows them: counts and bases."""
    return [
        disclosure.Counted(
            each.item.name,
            each.groups.by,
            tuple(len(levels) for levels in each.groups.levels),
            each.tally.cube.n,
            each.tally.cube.base_n,
            each.tally.cube.exclusive,
        )
        for each in counted
    ]


def taking_part(dataset: Dataset, counted: Sequence[tables.Counted]) -> dict[disclosure.By, disclosure.Counts]:
    """How many responses there are in each group of each set of group columns."""
    groups = {each.groups.by: each.groups for each in counted}
    everybody = np.zeros(dataset.size, dtype=np.intp)
    return {
        by: np.bincount(everybody if each.cells is None else each.cells, minlength=each.size)
        for by, each in groups.items()
    }
