"""Making a survey's cube from its responses."""

from collections.abc import Sequence

import numpy as np

from analysis.cube import counting
from analysis.cube.cells import CellCube, Counted, NeedsRows, Side, Sums
from analysis.dataset import Dataset, Item, listed


def cells(dataset: Dataset, by: Sequence[str]) -> CellCube:
    """The cube of every item with categories.

    Parameters
    ----------
    dataset
        Responses with weights above 0 or none.
    by
        The columns that make the cells; any subset of them can be had from the cube.

    Raises
    ------
    NeedsRows
        The design declares strata, clusters or population sizes, or some weights are 0: standard errors then need the
        responses.
    """
    if dataset.declared:
        raise NeedsRows(
            f"The dataset declares {listed(dataset.declared)}: standard errors then need the responses. Tabulate the "
            "dataset itself, or leave the design out."
        )
    if dataset.weights is not None and not dataset.weights.positive:
        raise NeedsRows(
            f"Column {dataset.weight!r} (weight) is 0 in some rows: how sure a number is then needs the responses. "
            "Tabulate the dataset itself, or drop those rows."
        )
    groups = dataset.groups(tuple(by))
    found = {item.name: _counted(dataset, item, tuple(by)) for item in dataset.items if item.shown}
    called = [dataset.group_name(name) for name in groups.by]
    sides = tuple(Side(*side) for side in zip(groups.by, called, groups.levels, groups.labels, strict=True))
    places = np.zeros(dataset.size, dtype=np.intp) if groups.cells is None else groups.cells
    n, w, w2 = counting.sums(places, dataset.weights, (groups.size,))
    return CellCube(sides, Sums(n, w, w2), found, dataset.items, dataset.weighted)


def _counted(dataset: Dataset, item: Item, by: tuple[str, ...]) -> Counted:
    found = counting.of(dataset, item, dataset.groups(by))
    inside, base = Sums(found.n, found.w, found.w2), Sums(found.base_n, found.base_w, found.base_w2)
    return Counted(item, dataset.answers(item).categories, inside, base, found.exclusive)
