"""Calibrated variances of one item's shares and scores from the cube alone."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis import cube
from analysis.cube import Cube, Rowless
from analysis.dataset import Answers, Dataset, Groups, Weights
from analysis.dataset.calibration import Calibration
from analysis.precision.calibrated.levels import base_weights, final_weights, margins_of, over_cells
from analysis.precision.calibrated.margins import ENTRIES, Margins, Numbers, Places, summed


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
            gaps = score[None, :] - means
            gaps[np.abs(gaps) <= 1e-13 * np.abs(score)] = 0.0  # answers all alike, but for rounding
            value = gaps * part
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
        found = [summed(key, column, levels * self.groups) for column in sums.T]
        return np.stack(found, axis=1).reshape(levels, -1)

    def _variance(self, own: Numbers, whole: Numbers, outside: tuple[Numbers, Numbers]) -> Numbers:
        """The variance between responses, centred; NaN where the residuals are nothing but rounding."""
        size = self.answered.size
        squares, before = self._grouped(own) + outside[0] - outside[1] ** 2 / max(size, 1), self._grouped(whole)
        factor = size / (size - 1) if size > 1 else np.nan
        return np.where((squares <= 1e-20 * before) | (before <= 0), np.nan, factor * squares)

    def _grouped(self, values: Numbers) -> Numbers:
        return np.stack([summed(self.group, column, self.groups) for column in values.T], axis=1)


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
        dataset.kept[key] = margins_of(dataset, calibration, joint, before.cells(by).w, whole.w), whole.w2
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
            before = cube.count(answers, joint, Weights(base_weights(dataset)), dataset.size)
        elif dataset.weights is not None:
            before = replace(answered, w=answered.n.astype(float), base_w=answered.base_n.astype(float))
        dataset.kept[key] = answers, (answered, before.w, before.base_w)
    return dataset.kept[key][1]  # type: ignore[no-any-return]


def _joint(dataset: Dataset, calibration: Calibration, joint: Groups) -> tuple[Margins, Numbers]:
    key = (("calibration", *joint.by), "cells")
    if key not in dataset.kept:
        cells = np.zeros(dataset.size, dtype=np.intp) if joint.cells is None else joint.cells
        squares = summed(cells, final_weights(dataset) ** 2, joint.size)
        dataset.kept[key] = over_cells(dataset, calibration, joint), squares
    return dataset.kept[key]  # type: ignore[no-any-return]


def _group(joint: Groups, groups: Groups) -> Places:
    """For each joint cell the group it belongs to."""
    found = np.zeros(joint.size, dtype=np.intp)
    for at, name in enumerate(groups.by):
        found = found * len(groups.levels[at]) + joint.places(joint.by.index(name))
    return found
