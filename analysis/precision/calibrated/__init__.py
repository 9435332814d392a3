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

from analysis.precision.calibrated.rows import residuals
from analysis.precision.calibrated.tables import Table, from_cells, from_cubes, table

__all__ = ["Table", "from_cells", "from_cubes", "residuals", "table"]
