"""The cube of sufficient statistics: n, Σw and Σw² per group cell × category; small, additive, the heart."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Answers, Dataset, Groups, Item, Weights

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
JOINT = 20_000
"""The most joint cells of two items; beyond that it pays to sum them one by one."""


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


def of(dataset: Dataset, item: Item, groups: Groups) -> Cube:
    """The cube of an item with categories, summed once and kept with the dataset.

    Two items are summed at a time, where their joint cells are few: what costs is to go through the responses. Which
    two is fixed by the codebook, so that a cube does not depend on which was asked for first.
    """
    if (groups.by, item.name) not in dataset.kept:
        for name, cube in _together(dataset, item, groups):
            dataset.kept[groups.by, name] = cube
    return dataset.kept[groups.by, item.name]  # type: ignore[no-any-return]


def _together(dataset: Dataset, item: Item, groups: Groups) -> Iterator[tuple[str, Cube]]:
    other = dataset.neighbour(item)
    answers = dataset.answers(item)
    if other is not None:
        pair = (dataset.answers(item), dataset.answers(other))
        shape = (groups.size, *(len(each.categories) + 1 for each in pair))
        if np.prod(shape) <= JOINT:
            yield from zip((item.name, other.name), _joint(pair, shape, groups, dataset), strict=True)
            return
    yield item.name, count(answers, groups, dataset.weights, dataset.size)


def _joint(pair: tuple[Answers, Answers], shape: tuple[int, ...], groups: Groups, dataset: Dataset) -> Iterator[Cube]:
    keys = np.multiply(pair[0].codes, shape[2], dtype=np.intp)
    keys += pair[1].codes
    offset = groups.scaled(shape[1] * shape[2])
    if offset is not None:
        keys += offset
    sums = _sums(keys, dataset.weights, shape)
    for axis in (2, 1):
        n, w, w2 = (each.sum(axis=axis)[:, :-1] for each in sums)
        yield Cube(n, w, w2, n.sum(axis=1), w.sum(axis=1), w2.sum(axis=1), dataset.size)


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
