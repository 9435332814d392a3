"""How large a difference is, whatever its p: Cohen's h, in words."""

import math

from analysis.words import N_, _

CLEAR = 0.5
SIZES = ((0.8, N_("a large difference")), (CLEAR, N_("a clear difference")), (0.2, N_("a small difference")))
"""The least |h| of each word (Cohen 1988, Statistical Power Analysis, section 6.2)."""
TINY = N_("a very small difference")


def cohens_h(first: float, second: float) -> float:
    """The difference of two shares on the scale where chance is equally wide everywhere: 2·asin√p - 2·asin√q.

    Parameters
    ----------
    first, second
        Shares between 0 and 1.

    Returns
    -------
    float
        Between -π and π; NaN where a share is.
    """
    if math.isnan(first) or math.isnan(second):
        return math.nan
    return 2 * (math.asin(math.sqrt(min(max(first, 0.0), 1.0))) - math.asin(math.sqrt(min(max(second, 0.0), 1.0))))


def size(h: float) -> str:
    """An effect in words: large from 0.8, clear from 0.5, small from 0.2, else very small."""
    return _(next((words for least, words in SIZES if abs(h) >= least), TINY))
