"""Standard errors of calibrated weights: of what the calibration leaves unexplained, by row or from the cube alone.

The linearised value z of an estimate is replaced by its residual from the regression, with base weights d, on what was
calibrated to (Deville and Särndal 1992, JASA 87, 376–382; R: ``svyrecvar`` after ``calibrate``)::

    e = z - x'B,   B = (Σ d x x')⁻ Σ d x z

With indicators of levels as x, all that the regression and the sum of squares need are Σd, Σw and Σw² per cell and
category, so that neither needs the rows. R's ``rake`` takes residuals without the base weights and by ten rounds of
alternating means; after ``postStratify`` and ``calibrate`` R agrees with us, and after ``rake`` of equal base weights.

Where a row's level is not known it kept its share m, which is no figure of the population but the sample's own, by base
weights: the totals of that margin, N m and N (1 - m) T for known levels of shares T, move with the sample. Their
linearisation is added (ours; the tests hold it against the jackknife)::

    e = z - x'B + (B_unknown - Σ T B) (1[unknown] - m) r,   r = d Σw / (w Σd)
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import cube
from analysis.cube import Cube, Rowless
from analysis.dataset import NOT_STATED, Answers, Code, Dataset, Groups, Weights, columns
from analysis.dataset.calibration import Calibration

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
ENTRIES = 4_000_000
"""The most numbers that are held at a time: 32 MB."""
RANK = 1e-9
"""Directions shorter than this part of the longest are not calibrated on."""


@dataclass(frozen=True, eq=False)
class Margins:
    """What the weights were calibrated to, over some cells (or rows).

    Attributes
    ----------
    codes, sizes, unknown
        For each margin the place of each cell's level, the number of levels, and whether the last of them stands for
        those whose level is not known.
    numbers
        Calibrated numbers by row; shape (rows, numbers), without columns where there are none.
    base, weight
        Sums of base weights and of weights; shape (cells,).
    """

    codes: tuple[Places, ...]
    sizes: tuple[int, ...]
    unknown: tuple[bool, ...]
    numbers: Numbers
    base: Numbers
    weight: Numbers

    @cached_property
    def starts(self) -> list[int]:
        """Where the columns of each margin begin, and where those of the numbers do."""
        return [0, *np.cumsum(self.sizes, dtype=int).tolist()]

    @cached_property
    def matrix(self) -> Numbers:
        """The regressors: indicators of levels, then numbers; shape (cells, columns)."""
        matrix = np.zeros((len(self.base), self.starts[-1] + self.numbers.shape[1]))
        for start, code in zip(self.starts, self.codes, strict=False):
            matrix[np.arange(len(code)), start + code] = 1.0
        if self.numbers.shape[1]:
            middle = np.average(self.numbers, axis=0, weights=self.base)
            matrix[:, self.starts[-1] :] = self.numbers - middle
        return matrix

    @cached_property
    def inverse(self) -> Numbers:
        """(Σ d x x')⁻; shape (columns, columns)."""
        scaled = self.matrix * np.sqrt(self.base)[:, None]
        size = np.sqrt((scaled**2).sum(axis=0))
        size[size == 0] = 1.0
        _left, values, right = np.linalg.svd(np.linalg.qr(scaled / size, mode="r"))
        kept = values > RANK * values.max(initial=0.0)
        shrunk = right[: len(values)][kept] / values[kept][:, None]
        return (shrunk.T @ shrunk) / size[:, None] / size[None, :]  # type: ignore[no-any-return]

    @cached_property
    def moving(self) -> tuple[Numbers, Numbers]:
        """For each margin with an unknown level (1[unknown] - m) r by cell, and what of B it is multiplied with.

        Shapes (cells, margins) and (margins, columns).
        """
        parts, effects = [], []
        for code, size, start, unknown in zip(self.codes, self.sizes, self.starts, self.unknown, strict=False):
            if unknown:
                missing = self.base[code == size - 1].sum() / self.base.sum()
                known = _summed(code, self.weight, size)[:-1]
                effect = np.zeros(self.matrix.shape[1])
                effect[start : start + size - 1], effect[start + size - 1] = -known / known.sum(), 1.0
                parts.append(((code == size - 1) - missing) * self._ratio)
                effects.append(effect)
        columns = self.matrix.shape[1]
        return np.array(parts).reshape(-1, len(self.base)).T, np.array(effects).reshape(-1, columns)

    @cached_property
    def _ratio(self) -> Numbers:
        """Base weights to weights, both as parts of their sums, in the calibration's own cells; shape (cells,)."""
        key = np.zeros(len(self.base), dtype=np.intp)
        for code, size in zip(self.codes, self.sizes, strict=True):
            key = np.unique(key * size + code, return_inverse=True)[1]
        base, weight = _summed(key, self.base, key.max() + 1), _summed(key, self.weight, key.max() + 1)
        ratio = np.divide(base, weight, out=np.zeros(len(base)), where=weight > 0)
        return ratio[key] * (self.weight.sum() / self.base.sum())  # type: ignore[no-any-return]

    @cached_property
    def fitting(self) -> Numbers:
        """What takes B to the fit of each cell: x', less what moves with the sample; shape (cells, columns)."""
        parts, effects = self.moving
        return self.matrix - parts @ effects  # type: ignore[no-any-return]

    def coefficients(self, sums: Numbers) -> Numbers:
        """B from the base-weighted sums of z by cell; ``sums`` (cells, k), result (columns, k)."""
        return self.inverse @ (self.matrix.T @ sums)  # type: ignore[no-any-return]


def residuals(dataset: Dataset, influence: Numbers) -> Numbers:
    """What the calibration leaves of linearised, weighted values.

    Parameters
    ----------
    dataset
        With a calibration.
    influence
        w z, one row per response and one column per estimate.

    Returns
    -------
    ndarray
        w (z - x'B), of the same shape.
    """
    calibration = dataset.calibration
    assert calibration is not None
    margins, cells = _by_row(dataset, calibration)
    base, weights = _base(dataset), _weights(dataset)
    ratio = np.divide(base, weights, out=np.zeros(len(weights)), where=weights > 0)
    if cells is None:
        return influence - weights[:, None] * (margins.fitting @ margins.coefficients(influence * ratio[:, None]))
    found = np.empty_like(influence)
    step = max(1, ENTRIES // max(len(influence), 1))
    for start in range(0, influence.shape[1], step):
        part = influence[:, start : start + step]
        sums = np.stack([_summed(cells, column * ratio, len(margins.base)) for column in part.T], axis=1)
        fit = margins.fitting @ margins.coefficients(sums)
        found[:, start : start + step] = part - weights[:, None] * fit[cells]
    return found


def _by_row(dataset: Dataset, calibration: Calibration) -> tuple[Margins, Places | None]:
    """The margins over their crossed cells, with each row's cell; over the rows where numbers were calibrated on."""
    key = (("calibration",), "rows")
    if key not in dataset.kept:
        groups = dataset.groups(calibration.columns)
        cells = np.zeros(dataset.size, dtype=np.intp) if groups.cells is None else groups.cells
        if calibration.numbers:
            dataset.kept[key] = _over_rows(dataset, calibration, groups, cells), None
        else:
            dataset.kept[key] = _over_cells(dataset, calibration, groups), cells
    return dataset.kept[key]  # type: ignore[no-any-return]


def _over_cells(dataset: Dataset, calibration: Calibration, groups: Groups) -> Margins:
    cells = np.zeros(dataset.size, dtype=np.intp) if groups.cells is None else groups.cells
    base, weight = (_summed(cells, each, groups.size) for each in (_base(dataset), _weights(dataset)))
    return _margins(dataset, calibration, groups, base, weight)


def _margins(dataset: Dataset, calibration: Calibration, groups: Groups, base: Numbers, weight: Numbers) -> Margins:
    coded = [_codes(dataset, calibration, margin, groups) for margin in calibration.margins]
    codes, sizes, unknown = zip(*coded, strict=True)
    return Margins(codes, sizes, unknown, np.zeros((groups.size, 0)), base, weight)


def _over_rows(dataset: Dataset, calibration: Calibration, groups: Groups, cells: Places) -> Margins:
    coded = [_codes(dataset, calibration, margin, groups) for margin in calibration.margins]
    numbers = [pd.to_numeric(dataset.frame[name]).to_numpy(dtype=float) for name in calibration.numbers]
    every = np.zeros(dataset.size, dtype=np.intp)
    codes = tuple(code[cells] for code, _size, _unknown in coded) or (every,)
    sizes = tuple(size for _code, size, _unknown in coded) or (1,)
    unknown = tuple(gone for _code, _size, gone in coded) or (False,)
    return Margins(codes, sizes, unknown, np.column_stack(numbers), _base(dataset), _weights(dataset))


def _codes(
    dataset: Dataset, calibration: Calibration, margin: tuple[str, ...], groups: Groups
) -> tuple[Places, int, bool]:
    """For each cell the place of its level in a margin, the number of levels, and whether the last is the unknown."""
    parts = [dataset.groups((name,)).levels[0] for name in margin]
    places = [groups.places(groups.by.index(name)) for name in margin]
    merged = calibration.merged.get(margin, {})
    into = {_spelled(level): _spelled(other) for level, other in merged.items()}
    found: dict[tuple[str, ...], int] = {}
    codes = np.empty(groups.size, dtype=np.intp)
    for cell, each in enumerate(zip(*(place.tolist() for place in places), strict=True)):
        level = tuple(part[at] for part, at in zip(parts, each, strict=True))
        if NOT_STATED in level:
            codes[cell] = -1
        else:
            spelled = _spelled(level)
            codes[cell] = found.setdefault(into.get(spelled, spelled), len(found))
    unknown = bool((codes < 0).any())
    codes[codes < 0] = len(found)
    return codes, len(found) + unknown, unknown


def _spelled(level: tuple[Code, ...]) -> tuple[str, ...]:
    return tuple(columns.spelled(part) for part in level)


def _base(dataset: Dataset) -> Numbers:
    assert dataset.calibration is not None
    name = dataset.calibration.base
    return np.ones(dataset.size) if name is None else columns.weights(dataset.frame[name], name)


def _weights(dataset: Dataset) -> Numbers:
    return np.ones(dataset.size) if dataset.weights is None else dataset.weights.values


@dataclass(frozen=True, eq=False)
class Table:
    """One item's sums over the cells of margins × groups: all that its calibrated variances need.

    Attributes
    ----------
    margins
        What was calibrated to, over the cells.
    group
        For each cell its group among ``groups``; shape (cells,).
    answered, base, base_all
        The item's cube by cell; base weights by cell and category, and of those who answered.
    squares
        Σw² of everybody in the cell, answered or not; shape (cells,).
    """

    margins: Margins
    group: Places
    groups: int
    answered: Cube
    base: Numbers
    base_all: Numbers
    squares: Numbers

    def shares(self, share: Numbers, weight: Numbers) -> Numbers:
        """Variances of shares; ``share`` (groups, categories), ``weight`` Σw of those who answered (groups,)."""
        share, part = share[self.group], _inverse(weight)[self.group][:, None]
        fit, outside = self._fit((self.base - share * self.base_all[:, None]) * part)
        inside, base = self.answered.w2, self.answered.base_w2[:, None]
        chosen, not_chosen = (1 - share) * part, -share * part
        others = np.maximum(base - inside, 0.0)
        own = inside * (chosen - fit) ** 2 + others * (not_chosen - fit) ** 2 + self._silent * fit**2
        return self._variance(own, inside * chosen**2 + others * not_chosen**2, outside)

    def scores(self, scores: Numbers, means: Numbers, weight: Numbers) -> Numbers:
        """Variances of mean scores; ``scores`` (categories, kinds), ``means`` (groups, kinds), result the same."""
        means, part = means[self.group], _inverse(weight)[self.group][:, None]
        fit, outside = self._fit((self.base @ scores - means * self.base_all[:, None]) * part)
        own, whole = self._silent * fit**2, np.zeros_like(fit)
        for category, score in enumerate(scores):
            value = (score[None, :] - means) * part
            squares = self.answered.w2[:, [category]]
            own += squares * (value - fit) ** 2
            whole += squares * value**2
        return self._variance(own, whole, outside)

    @cached_property
    def _silent(self) -> Numbers:
        """Σw² of those who did not answer; shape (cells, 1)."""
        return np.maximum(self.squares - self.answered.base_w2, 0.0)[:, None]

    def _fit(self, sums: Numbers) -> tuple[Numbers, tuple[Numbers, Numbers]]:
        """x'B in each cell for the estimates of its own group; and, by group, Σw²(x'B)² of all others and Σw x'B."""
        estimates, margins, size = sums.shape[1], self.margins, self.groups
        by_level = [self._by_level(code, levels, sums) for code, levels in zip(margins.codes, margins.sizes, strict=True)]
        found = margins.inverse @ np.concatenate(by_level)  # (columns, groups × estimates)
        own = np.empty_like(sums)
        outside, total = np.empty((size, estimates)), np.empty((size, estimates))
        step = max(1, ENTRIES // max(len(sums) * estimates, 1))
        for first in range(0, size, step):
            last = min(first + step, size)
            fit = margins.fitting @ found[:, first * estimates : last * estimates]
            total[first:last] = (margins.weight @ fit).reshape(-1, estimates)
            fit = fit.reshape(len(sums), last - first, estimates)
            inside = np.flatnonzero((self.group >= first) & (self.group < last))
            place = self.group[inside] - first
            own[inside] = fit[inside, place]
            fit[inside, place] = 0.0
            outside[first:last] = (self.squares @ (fit**2).reshape(len(sums), -1)).reshape(-1, estimates)
        return own, (outside, total)

    def _by_level(self, code: Places, levels: int, sums: Numbers) -> Numbers:
        """Sums by level and group; shape (levels, groups × estimates)."""
        key = code * self.groups + self.group
        found = [_summed(key, column, levels * self.groups) for column in sums.T]
        return np.stack(found, axis=1).reshape(levels, -1)

    def _variance(self, own: Numbers, whole: Numbers, outside: tuple[Numbers, Numbers]) -> Numbers:
        """The variance between responses, centred; NaN where the residuals are nothing but rounding."""
        size = self.answered.size
        squares = self._grouped(own) + outside[0] - outside[1] ** 2 / max(size, 1)
        factor = size / (size - 1) if size > 1 else np.nan
        return np.where(squares <= 1e-20 * self._grouped(whole), np.nan, factor * squares)

    def _grouped(self, values: Numbers) -> Numbers:
        return np.stack([_summed(self.group, column, self.groups) for column in values.T], axis=1)


def _summed(places: Places, numbers: Numbers, size: int) -> Numbers:
    """Sums of numbers by place; shape (size,)."""
    return np.bincount(places, numbers, size).astype(float, copy=False)


def _inverse(weight: Numbers) -> Numbers:
    with np.errstate(divide="ignore"):
        return np.where(weight > 0, 1 / weight, np.nan)


def from_cells(dataset: Dataset) -> bool:
    """Whether the cube tells all: calibrated on levels alone, with every response a unit of its own."""
    return dataset.calibration is not None and not dataset.calibration.numbers and not dataset.declared


def table(dataset: Dataset, answers: Answers, groups: Groups) -> Table:
    """The sums of one item over the cells of the calibration crossed with groups."""
    calibration = dataset.calibration
    assert calibration is not None
    joint = dataset.groups(_crossed(calibration, groups))
    margins, squares = _joint(dataset, calibration, joint)
    answered, base, base_all = _sums(dataset, calibration, answers, joint)
    return Table(margins, _group(joint, groups), groups.size, answered, base, base_all, squares)


def from_cubes(dataset: Rowless, name: str, groups: Groups) -> Table:
    """The same from a survey's cube before and after the calibration, without any rows."""
    calibration, before = dataset.calibration, dataset.before
    assert calibration is not None
    assert before is not None
    by = _crossed(calibration, groups)
    joint, key = dataset.groups(by), (("calibration", *by), "cells")
    if key not in dataset.kept:
        whole = dataset.cube.cells(by)
        dataset.kept[key] = _margins(dataset, calibration, joint, before.cells(by).w, whole.w), whole.w2
    margins, squares = dataset.kept[key]
    answered, base = dataset.cube.collapse(name, by), before.collapse(name, by)
    return Table(margins, _group(joint, groups), groups.size, answered, base.w, base.base_w, squares)


def _crossed(calibration: Calibration, groups: Groups) -> tuple[str, ...]:
    """The columns of a calibration, and of groups beside."""
    return (*calibration.columns, *(name for name in groups.by if name not in calibration.columns))


def _sums(dataset: Dataset, calibration: Calibration, answers: Answers, joint: Groups) -> tuple[Cube, Numbers, Numbers]:
    """An item's cube over the joint cells, and its base weights; summed once for all groups that need no more cells."""
    key = (("calibration", *joint.by), f"answers {id(answers)}")
    if key not in dataset.kept:
        answered = cube.count(answers, joint, dataset.weights, dataset.size)
        before = answered
        if calibration.base is not None:
            before = cube.count(answers, joint, Weights(_base(dataset)), dataset.size)
        elif dataset.weights is not None:
            before = replace(answered, w=answered.n.astype(float), base_w=answered.base_n.astype(float))
        dataset.kept[key] = answers, (answered, before.w, before.base_w)
    return dataset.kept[key][1]  # type: ignore[no-any-return]


def _joint(dataset: Dataset, calibration: Calibration, joint: Groups) -> tuple[Margins, Numbers]:
    key = (("calibration", *joint.by), "cells")
    if key not in dataset.kept:
        cells = np.zeros(dataset.size, dtype=np.intp) if joint.cells is None else joint.cells
        squares = _summed(cells, _weights(dataset) ** 2, joint.size)
        dataset.kept[key] = _over_cells(dataset, calibration, joint), squares
    return dataset.kept[key]  # type: ignore[no-any-return]


def _group(joint: Groups, groups: Groups) -> Places:
    """For each joint cell the group it belongs to."""
    found = np.zeros(joint.size, dtype=np.intp)
    for at, name in enumerate(groups.by):
        found = found * len(groups.levels[at]) + joint.places(joint.by.index(name))
    return found
