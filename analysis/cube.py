"""The cube of sufficient statistics: n, Σw and Σw² per group cell × category; small, additive, the heart."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Answers, Groups, Weights

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Hidden:
    """What may not be shown: cells (groups, categories) and whole groups with their bases (groups,)."""

    cells: NDArray[np.bool_]
    groups: NDArray[np.bool_]

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


def count(answers: Answers, groups: Groups, weights: Weights | None, size: int) -> Cube:
    """Sum one item's coded answers over group cells.

    Parameters
    ----------
    answers, groups
        Coded answers and cells of the same responses.
    weights
        One per response, or None for 1 each.
    size
        Number of responses in the whole design.
    """
    if answers.rows is None:
        return _exclusive(answers, groups, weights, size)
    return _overlapping(answers, groups, weights, size)


def _exclusive(answers: Answers, groups: Groups, weights: Weights | None, size: int) -> Cube:
    categories = len(answers.categories)
    width = categories + 1
    offset = groups.scaled(width)
    keys = answers.codes.astype(np.intp) if offset is None else np.add(offset, answers.codes, dtype=np.intp)
    n, w, w2 = _sums(keys, weights, (groups.size, width))
    n, w, w2 = n[:, :categories], w[:, :categories], w2[:, :categories]
    return Cube(n, w, w2, n.sum(axis=1), w.sum(axis=1), w2.sum(axis=1), size)


def _overlapping(answers: Answers, groups: Groups, weights: Weights | None, size: int) -> Cube:
    assert answers.rows is not None
    assert answers.answered is not None
    categories = len(answers.categories)
    cells = np.zeros(len(answers.answered), dtype=np.intp) if groups.cells is None else groups.cells
    keys = cells[answers.rows] * categories + answers.codes
    picked = None if weights is None else weights.of(answers.rows)
    n, w, w2 = _sums(keys, picked, (groups.size, categories))
    inside = None if weights is None else weights.of(answers.answered)
    base_n, base_w, base_w2 = _sums(cells[answers.answered], inside, (groups.size,))
    return Cube(n, w, w2, base_n, base_w, base_w2, size, exclusive=False)


def _sums(keys: NDArray[np.intp], weights: Weights | None, shape: tuple[int, ...]) -> tuple[Counts, Numbers, Numbers]:
    bins = int(np.prod(shape))
    n: Counts = np.bincount(keys, minlength=bins).astype(np.int64, copy=False).reshape(shape)
    if weights is None:
        return n, n.astype(float), n.astype(float)
    w = np.bincount(keys, weights.values, bins).astype(float, copy=False)
    w2 = np.bincount(keys, weights.squares, bins).astype(float, copy=False)
    return n, w.reshape(shape), w2.reshape(shape)
