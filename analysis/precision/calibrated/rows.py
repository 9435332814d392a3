"""What a calibration leaves of linearised values, row by row."""

import numpy as np

from analysis.dataset import Dataset
from analysis.precision.calibrated.levels import base_weights, by_row, final_weights
from analysis.precision.calibrated.margins import ENTRIES, Numbers, summed


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
    margins, cells = by_row(dataset, calibration)
    base, weights = base_weights(dataset), final_weights(dataset)
    ratio = np.divide(base, weights, out=np.zeros(len(weights)), where=weights > 0)
    if cells is None:
        return influence - weights[:, None] * (margins.fitting @ margins.coefficients(influence * ratio[:, None]))
    found = np.empty_like(influence)
    step = max(1, ENTRIES // max(len(influence), 1))
    for start in range(0, influence.shape[1], step):
        part = influence[:, start : start + step]
        sums = np.stack([summed(cells, column * ratio, len(margins.base)) for column in part.T], axis=1)
        fit = margins.fitting @ margins.coefficients(sums)
        found[:, start : start + step] = part - weights[:, None] * fit[cells]
    return found
