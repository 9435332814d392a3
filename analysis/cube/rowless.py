"""A dataset whose responses are gone: a survey's cube where tables and reports expect a dataset."""

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from analysis.cube.cells import CellCube, NeedsRows
from analysis.dataset import Answers, Calibration, Dataset, Groups, Item, Weights

GONE = "This dataset is a cube of sums; what was asked for needs the responses. Use the Dataset."


class Rowless(Dataset):
    """What a survey's cube can tell, in the shape of a dataset: ``tabulate(Rowless(cube), "q1", ["district"])``.

    Its items are those the cube has counted. Quantiles, texts, clusters and the same person's change over time need
    the responses; whoever asks for them gets `NeedsRows`. After a calibration ``before`` is the cube with the weights
    that were there before, which standard errors need too.
    """

    def __init__(self, cube: CellCube, before: CellCube | None = None, calibration: Calibration | None = None) -> None:
        self.cube, self.before = cube, before
        self.items = tuple(item for item in cube.items if item.name in cube.counted)
        self.size = cube.size
        self.weight = self.strata = self.cluster = self.fpc = None
        self.calibration = calibration
        self.lonely = "adjust"
        self.kept = {}
        self.weights = Weights(np.ones(0)) if cube.weighted else None
        self._group_levels = {side.name: dict(zip(side.levels, side.labels, strict=True)) for side in cube.sides}
        self._group_names = {side.name: side.called for side in cube.sides}

    @property
    def frame(self) -> NoReturn:  # type: ignore[override]
        """There is none."""
        raise NeedsRows(GONE)

    @property
    def design(self) -> NoReturn:  # type: ignore[override]
        """None either: how the responses were drawn is told by them."""
        raise NeedsRows(GONE)

    def item(self, name: str) -> Item:
        """The item of that name; `NeedsRows` for one that has no categories."""
        return self.cube.of(name).item

    def answers(self, item: Item) -> Answers:
        """The categories of an item; nobody's answer."""
        found = self.cube.of(item.name)
        nobody = np.zeros(0, dtype=np.int8)
        if found.exclusive:
            return Answers(found.categories, nobody)
        return Answers(found.categories, nobody, np.zeros(0, dtype=np.intp), np.zeros(0, dtype=bool))

    def neighbours(self, item: Item) -> tuple[Item, ...]:
        """The item alone: nothing is left to count."""
        return (item,)

    def groups(self, by: Sequence[str]) -> Groups:
        """The cells of some of the cube's dimensions."""
        return self.cube.groups(tuple(by))
