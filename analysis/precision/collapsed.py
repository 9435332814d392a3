"""Categories put together, such as the ends of a scale, with the variances that the single ones have."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from analysis.cube import Cube
from analysis.precision.rows import Numbers, Rows, Sampled


@dataclass(frozen=True, eq=False)
class Together(Rows):
    """The rows of a cube whose categories are put together; ``inside`` tells which is in which, 1 or 0."""

    single: Rows
    inside: Numbers

    @property
    def positive(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:  # type: ignore[override]
        """How many answered with a weight above 0; shape (groups,)."""
        return self.single.positive

    def df(self) -> Numbers:
        """Degrees of freedom of each group."""
        return self.single.df()

    def shares(self, share: Numbers, weight: Numbers) -> Numbers:
        """Variances of the shares: each is the mean of a score of 1 inside and 0 outside."""
        return self.single.scores(self.inside, share, weight)

    def scores(self, scores: Numbers, means: Numbers, weight: Numbers) -> Numbers:
        """Variances of mean scores: each single category has the score of the set that it is in."""
        return self.single.scores(self.inside @ scores, means, weight)


def collapsed(cube: Cube, sets: Sequence[Sequence[int]]) -> Cube:
    """The cube of some sets of categories; all others are the rest of the base.

    Parameters
    ----------
    cube
        Of an item whose categories exclude each other.
    sets
        Places of categories, those of each set together.
    """
    inside = np.zeros((cube.n.shape[1], len(sets)))
    for at, places in enumerate(sets):
        inside[list(places), at] = 1.0
    n = cube.n @ inside.astype(np.int64)
    made = Cube(n, cube.w @ inside, cube.w2 @ inside, cube.base_n, cube.base_w, cube.base_w2, cube.size)
    if not isinstance(cube, Sampled) or cube.rows is None:
        return made
    rows = Together(cube.rows.dataset, cube.rows.answers, cube.rows.groups, cube.rows, inside)
    return Sampled(**{each.name: getattr(made, each.name) for each in fields(Cube)}, rows=rows)
