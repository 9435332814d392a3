"""What weights were calibrated to, as a regression over cells: its columns, its inverse, and what moves with the sample."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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
                known = summed(code, self.weight, size)[:-1]
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
        base, weight = summed(key, self.base, key.max() + 1), summed(key, self.weight, key.max() + 1)
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


def summed(places: Places, numbers: Numbers, size: int) -> Numbers:
    """Sums of numbers by place; shape (size,)."""
    return np.bincount(places, numbers, size).astype(float, copy=False)
