"""How sure a number is: linearised standard errors, effective bases and intervals for small numbers."""

from analysis.precision.collapsed import collapsed
from analysis.precision.intervals import BY_T, INTERVALS, UnknownInterval, quantile, t_quantile, wilson
from analysis.precision.moments import critical, difference, effective_base, means, score, standard_error
from analysis.precision.proportions import Shares, correction, degrees, shares
from analysis.precision.rows import attached, cube_of

__all__ = [
    "BY_T", "INTERVALS", "Shares", "UnknownInterval", "attached", "collapsed", "correction", "critical", "cube_of", "degrees",
    "difference", "effective_base", "means", "quantile", "score", "shares", "standard_error", "t_quantile", "wilson",
]  # fmt: skip
