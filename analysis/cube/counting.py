"""Counting responses: n, Σw and Σw² of one item by one set of groups, two items at a time where it pays."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cube.rowless import Rowless
from analysis.cube.sums import Counts, Cube, Numbers, Stack, Stacked
from analysis.dataset import Answers, Dataset, Groups, Item, Weights

Summed = tuple[Counts, Numbers, Numbers]
"""n, Σw and Σw², one row per category and one more for those outside the base."""
JOINT = 20_000
"""The most joint cells of two items; beyond that it pays to sum them one by one."""


def of(dataset: Dataset, item: Item, groups: Groups) -> Cube:
    """The cube of an item with categories, summed once and kept with the dataset; a `Rowless` one has it already.

    Two items are summed at a time, where their joint cells are few: what costs is to go through the responses. Of few
    responses several pairs are, for what costs then is to begin. Which ones is fixed by the codebook, so that a cube
    does not depend on which was asked for first.
    """
    if isinstance(dataset, Rowless):
        return dataset.cube.collapse(item.name, groups.by)
    if (groups.by, item.name) not in dataset.kept:
        for name, cube in _together(dataset, item, groups):
            dataset.kept[groups.by, name] = cube
    return dataset.kept[groups.by, item.name]  # type: ignore[no-any-return]


def _together(dataset: Dataset, item: Item, groups: Groups) -> Iterator[tuple[str, Cube]]:
    together = dataset.neighbours(item)
    if len(together) < 2:
        yield item.name, count(dataset.answers(item), groups, dataset.weights, dataset.size)
        return
    answers = [dataset.answers(each) for each in together]
    found: dict[int, list[tuple[str, Summed]]] = {}
    for at in range(0, len(together), 2):
        for each, sums in zip(together[at : at + 2], _pair(answers[at : at + 2], groups, dataset), strict=True):
            found.setdefault(len(sums[0]), []).append((each.name, sums))
    for alike in found.values():
        names, parts = zip(*alike, strict=True)
        yield from zip(names, _stacked(parts, dataset.size), strict=True)


def _stacked(parts: Sequence[Summed], size: int) -> Iterator[Cube]:
    """The cubes of sums of one shape, and all of them as one."""
    if len(parts) == 1:
        yield _cube(*parts[0], size)
        return
    n, w, w2 = (np.array(each) for each in zip(*parts, strict=True))
    whole = _cube(n, w, w2, size)
    stack, columns = Stack(whole), (whole.n, whole.w, whole.w2, whole.base_n, whole.base_w, whole.base_w2)
    for place, (n, w, w2, base_n, base_w, base_w2) in enumerate(zip(*columns, strict=True)):
        yield Stacked(n, w, w2, base_n, base_w, base_w2, size, stack=stack, place=place)


def _pair(pair: Sequence[Answers], groups: Groups, dataset: Dataset) -> Iterator[Summed]:
    """The sums of two items by category × group, in one go where they have few joint cells."""
    shape = (*(len(each.categories) + 1 for each in pair), groups.size)
    if len(pair) == 2 and np.prod(shape) <= JOINT:
        yield from _joint(pair, shape, groups, dataset)
        return
    for each in pair:
        yield _single(each, groups, dataset.weights)


def _single(answers: Answers, groups: Groups, weights: Weights | None) -> Summed:
    width = len(answers.categories) + 1
    return sums(_keys(answers.codes, width, groups), weights, (width, groups.size))


def _joint(pair: Sequence[Answers], shape: tuple[int, ...], groups: Groups, dataset: Dataset) -> Iterator[Summed]:
    """Both items' answers as one of few codes, in bytes, so that the responses are gone through as seldom as may be."""
    codes = pair[0].codes.astype(np.min_scalar_type(-shape[0] * shape[1]))
    codes *= shape[1]
    codes += pair[1].codes
    both = sums(_keys(codes, shape[0] * shape[1], groups), dataset.weights, shape)
    for axis in (1, 0):
        n, w, w2 = (each.sum(axis=axis) for each in both)
        yield n, w, w2


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
        return _cube(*_single(answers, groups, weights), size)
    return _overlapping(answers, groups, weights, size)


def _keys(codes: NDArray[np.integer[Any]], width: int, groups: Groups) -> NDArray[np.intp]:
    """``codes * groups.size`` + cell, ``codes`` being below ``width``; made in the smallest integers that hold it."""
    if groups.cells is None:
        return codes.astype(np.intp)
    narrow = np.min_scalar_type(-width * groups.size)
    keys = codes.astype(narrow)
    keys *= narrow.type(groups.size)
    keys += groups.narrow(narrow)
    return keys.astype(np.intp, copy=False)


def _cube(n: Counts, w: Numbers, w2: Numbers, size: int) -> Cube:
    """The cube (or several, behind each other) of sums by category × group, the last category being those outside the base.

    Groups lie beside each other in memory, as there are more of them than of categories: it is along them that NumPy
    is quick.
    """
    n = n[..., :-1, :].swapaxes(-1, -2)
    w, w2 = (each[..., :-1, :].swapaxes(-1, -2) for each in (w, w2))
    return Cube(n, w, w2, n.sum(axis=-1), w.sum(axis=-1), w2.sum(axis=-1), size)


def _overlapping(answers: Answers, groups: Groups, weights: Weights | None, size: int) -> Cube:
    assert answers.rows is not None
    assert answers.answered is not None
    categories = len(answers.categories)
    cells = np.zeros(len(answers.answered), dtype=np.intp) if groups.cells is None else groups.cells
    keys = cells[answers.rows] * categories + answers.codes
    picked = None if weights is None else weights.of(answers.rows)
    n, w, w2 = sums(keys, picked, (groups.size, categories))
    inside = None if weights is None else weights.of(answers.answered)
    base_n, base_w, base_w2 = sums(cells[answers.answered], inside, (groups.size,))
    return Cube(n, w, w2, base_n, base_w, base_w2, size, exclusive=False)


def sums(keys: NDArray[np.intp], weights: Weights | None, shape: tuple[int, ...]) -> Summed:
    """n, Σw and Σw² of the responses at each place, ``keys`` counting through ``shape``."""
    bins = int(np.prod(shape))
    n: Counts = np.bincount(keys, minlength=bins).astype(np.int64, copy=False).reshape(shape)
    if weights is None:
        return n, n.astype(float), n.astype(float)
    w = np.bincount(keys, weights.values, bins).astype(float, copy=False)
    w2 = np.bincount(keys, weights.squares, bins).astype(float, copy=False)
    return n, w.reshape(shape), w2.reshape(shape)
