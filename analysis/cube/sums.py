"""The cube of one item by one set of groups: n, Σw and Σw² per group × category."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Hidden:
    """What may not be shown: cells (groups, categories) and whole groups with their bases (groups,).

    ``bands`` is of categories put together, where these are told too; shape (groups, bands).
    """

    cells: NDArray[np.bool_]
    groups: NDArray[np.bool_]
    bands: NDArray[np.bool_] | None = None

    @cached_property
    def touched(self) -> NDArray[np.bool_]:
        """The groups in which anything is hidden; shape (groups,)."""
        return self.groups | self.cells.any(axis=1)

    @cached_property
    def any(self) -> bool:
        """Whether anything is hidden at all."""
        return bool(self.touched.any())


@dataclass(frozen=True, eq=False)
class Cube:
    """Sums over responses.

    Attributes
    ----------
    n, w, w2
        Number of answers, sum of weights, sum of squared weights; shape (groups, categories).
    base_n, base_w, base_w2
        The same for those who answered at all; shape (groups,).
    size
        Responses in the whole design, answered or not: the n of the n/(n - 1) of the linearised variance.
    exclusive
        Whether each who answered is in exactly one category.
    """

    n: Counts
    w: Numbers
    w2: Numbers
    base_n: Counts
    base_w: Numbers
    base_w2: Numbers
    size: int
    exclusive: bool = True

    def __add__(self, other: Self) -> "Cube":
        """The cube of both sets of responses together (partitions, databases, machines)."""
        return Cube(
            self.n + other.n,
            self.w + other.w,
            self.w2 + other.w2,
            self.base_n + other.base_n,
            self.base_w + other.base_w,
            self.base_w2 + other.base_w2,
            self.size + other.size,
            self.exclusive and other.exclusive,
        )

    @cached_property
    def total(self) -> "Cube":
        """The cube with all groups in one; every response is in exactly one group."""
        return Cube(
            self.n.sum(axis=0, keepdims=True),
            self.w.sum(axis=0, keepdims=True),
            self.w2.sum(axis=0, keepdims=True),
            self.base_n.sum(keepdims=True),
            self.base_w.sum(keepdims=True),
            self.base_w2.sum(keepdims=True),
            self.size,
            self.exclusive,
        )


@dataclass(frozen=True, eq=False)
class Stack:
    """Cubes of one shape that were counted together, as one with a further axis, the first.

    NumPy takes as long to begin as to go through a table, so that what is worked out for one is worked out for all.
    """

    whole: Cube
    _kept: dict[Any, Sequence[Any]] = field(default_factory=dict)

    def worked_out(self, key: Any, work: Callable[[Cube], Sequence[T]]) -> Sequence[T]:
        """What ``work`` makes of all cubes, one after the other; done once for each key."""
        if key not in self._kept:
            self._kept[key] = work(self.whole)
        return self._kept[key]


@dataclass(frozen=True, eq=False)
class Stacked(Cube):
    """A cube that was counted together with others: the one at ``place`` of a stack."""

    stack: Stack | None = None
    place: int = 0
