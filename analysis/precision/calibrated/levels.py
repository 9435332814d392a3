"""The margins of a dataset: each cell's place in them, over crossed cells or over rows; base weights and weights."""

import numpy as np
import pandas as pd

from analysis.dataset import NOT_STATED, Code, Dataset, Groups, columns
from analysis.dataset.calibration import Calibration
from analysis.precision.calibrated.margins import Margins, Numbers, Places, summed


def by_row(dataset: Dataset, calibration: Calibration) -> tuple[Margins, Places | None]:
    """The margins over their crossed cells, with each row's cell; over the rows where numbers were calibrated on."""
    key = (("calibration",), "rows")
    if key not in dataset.kept:
        groups = dataset.groups(calibration.columns)
        cells = np.zeros(dataset.size, dtype=np.intp) if groups.cells is None else groups.cells
        if calibration.numbers:
            dataset.kept[key] = _over_rows(dataset, calibration, groups, cells), None
        else:
            dataset.kept[key] = over_cells(dataset, calibration, groups), cells
    return dataset.kept[key]  # type: ignore[no-any-return]


def over_cells(dataset: Dataset, calibration: Calibration, groups: Groups) -> Margins:
    """The margins over crossed cells, with the sums of weights of the responses in them."""
    cells = np.zeros(dataset.size, dtype=np.intp) if groups.cells is None else groups.cells
    base, weight = (summed(cells, each, groups.size) for each in (base_weights(dataset), final_weights(dataset)))
    return margins_of(dataset, calibration, groups, base, weight)


def margins_of(dataset: Dataset, calibration: Calibration, groups: Groups, base: Numbers, weight: Numbers) -> Margins:
    """The margins over crossed cells of known sums of weights."""
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
    return Margins(codes, sizes, unknown, np.column_stack(numbers), base_weights(dataset), final_weights(dataset))


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


def base_weights(dataset: Dataset) -> Numbers:
    """The weights before the calibration; shape (responses,)."""
    assert dataset.calibration is not None
    name = dataset.calibration.base
    return np.ones(dataset.size) if name is None else columns.weights(dataset.frame[name], name)


def final_weights(dataset: Dataset) -> Numbers:
    """The weights after it; shape (responses,)."""
    return np.ones(dataset.size) if dataset.weights is None else dataset.weights.values
