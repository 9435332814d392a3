"""Raking a whole survey from its cube: no responses are needed, neither for the weights nor for standard errors."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.cube import CellCube, NeedsRows, Rowless
from analysis.dataset.calibration import Calibration
from analysis.weighting import margins as reading
from analysis.weighting.cells import Cells, Numbers
from analysis.weighting.raking import calibration, fitted


@dataclass(frozen=True, eq=False)
class RakedCube:
    """A survey's cube with raked weights.

    Attributes
    ----------
    cube, before
        With the new weights, and as it was.
    factors
        What the weights of each cell were multiplied with; shape (cells,).
    converged, iterations, gap, calibration
        As in ``Weights``.
    """

    cube: CellCube
    before: CellCube
    factors: Numbers
    converged: bool
    iterations: int
    gap: float
    calibration: Calibration

    @property
    def effective_size(self) -> float:
        """As many unweighted responses as these are worth (Kish)."""
        return float(self.cube.whole.w.sum() ** 2 / self.cube.whole.w2.sum())

    @property
    def design_effect(self) -> float:
        """What unequal weights multiply a variance with (Kish)."""
        return self.cube.size / self.effective_size

    @property
    def dataset(self) -> Rowless:
        """The cube where tables expect a dataset; standard errors are the calibration's own."""
        return Rowless(self.cube, self.before, self.calibration)


def rake_cube(
    cube: CellCube,
    margins: Mapping[Any, Any],
    lower: float | None = None,
    upper: float | None = None,
    tolerance: float = 1e-8,
    iterations: int = 200,
    collapse: Collection[str] = (),
) -> RakedCube:
    """Rake a survey's cube to margins of its dimensions; parameters and errors as ``rake``.

    Raises
    ------
    NeedsRows
        Bounds are given and responses had weights before: which of them stand at a bound only the responses tell.
    """
    if cube.weighted and (lower is not None or upper is not None):
        raise NeedsRows("The cube has weights already, so bounds need the responses. Rake those, or leave the bounds out.")
    found = reading.read(margins)
    names = list(dict.fromkeys(name for margin in found for name in margin.columns))
    groups = cube.groups(cube.by)
    places = {name: groups.places(cube.by.index(cube.side(name).name)) for name in names}
    values = {name: list(cube.side(name).levels) for name in names}
    cells = Cells(np.arange(groups.size), values, places, cube.whole.n.astype(float), cube.whole.w, None)
    solved, factors, _trimmed = fitted(cells, found, (lower, upper), tolerance, iterations, collapse)
    told = calibration(found, None)
    return RakedCube(cube.scaled(factors), cube, factors, solved.gap <= tolerance, solved.rounds, solved.gap, told)
