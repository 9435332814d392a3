"""Whether a number may be built on, as a code and in words: "good", "uncertain", "too-uncertain".

The rule is that of the US National Center for Health Statistics for proportions, on Wilson's 95 % interval instead of
Korn and Graubard's, with one step of our own (a margin of more than ten percentage points is "uncertain"):

- "too-uncertain": fewer than 30 answers, or an effective base of fewer than 30; or the interval is 30 percentage points
  wide or more; or it is more than 5 points wide and wider than 130 % of the share.
- "uncertain": what NCHS leaves to a statistician (fewer than 8 degrees of freedom, a share of 0 or 1, more than 130 % of
  what is left of the share to 1), and intervals of more than 20 points.
- "good": all else.

A mean is "too-uncertain" by the first line alone, and "uncertain" below 8 degrees of freedom or where its margin is more
than a fifth of the answers' standard deviation (an effective base of fewer than 96), which is ten points of a share of
one half.

References
----------
Parker, J. D. et al. (2017), National Center for Health Statistics Data Presentation Standards for Proportions. Vital and
Health Statistics, series 2, number 175.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.words import N_, _

Numbers = NDArray[np.float64]
Flags = NDArray[np.int8]

CODES = ("good", "uncertain", "too-uncertain")
TELLING = {"good": N_("Reliable"), "uncertain": N_("Uncertain"), "too-uncertain": N_("Too uncertain to build on")}
SHORT = {"uncertain": N_("uncertain"), "too-uncertain": N_("very uncertain")}
"""Beside a number; one that is good bears no word."""
SIGN = {"uncertain": "*", "too-uncertain": "**"}
"""Instead of the word, where columns are narrow."""
MEANING = {
    "uncertain": N_("Uncertain: few answers or a wide margin. Read the number with care."),
    "too-uncertain": N_("Very uncertain: so few answers, or so wide a margin, that no decision should rest on it."),
}
LEAST_BASE, LEAST_DF = 30, 8
WIDE, NARROW, RELATIVE, OUR_WIDTH = 0.30, 0.05, 1.30, 0.20
MEAN_BASE = 96
DTYPE = pd.CategoricalDtype(pd.Index(CODES, dtype=object), ordered=True)


def of_shares(share: Numbers, low: Numbers, high: Numbers, base: Numbers, df: Numbers) -> Flags:
    """Place among ``CODES`` of shares with their default 95 % intervals; -1 where there is no share.

    Parameters
    ----------
    share, low, high
        Of one shape.
    base, df
        Effective base (never more than the number of answers) and degrees of freedom; broadcast to that shape.
    """
    width, rest = high - low, 1 - share
    bad = (base < LEAST_BASE) | (width >= WIDE) | (width > np.maximum(RELATIVE * share, NARROW))
    left = width > np.maximum(RELATIVE * rest, NARROW)
    doubt = left | (df < LEAST_DF) | (np.minimum(share, rest) <= 0) | (width > OUR_WIDTH)
    return _flags(bad, doubt, np.isnan(share))


def of_means(mean: Numbers, base: Numbers, df: Numbers) -> Flags:
    """Place among ``CODES`` of means; -1 where there is no mean."""
    return _flags(base < LEAST_BASE, (base < MEAN_BASE) | (df < LEAST_DF), np.isnan(mean))


def _flags(bad: NDArray[np.bool_], doubt: NDArray[np.bool_], none: NDArray[np.bool_]) -> Flags:
    found = doubt.astype(np.int8)
    np.copyto(found, 2, where=bad)
    np.copyto(found, -1, where=none)
    return found


def column(flags: Flags) -> pd.Categorical:
    """Codes as a column of a table, missing where there is nothing to tell."""
    return pd.Categorical.from_codes(flags.ravel(), dtype=DTYPE, validate=False)


def words(code: str) -> str:
    """The words of a code, in the reader's language; none for a number that is not there."""
    return _(TELLING[code]) if code in TELLING else ""


def mark(code: str) -> str:
    """The word that stands beside a number in a table; none where it is good."""
    return _(SHORT[code]) if code in SHORT else ""


def sign(code: str) -> str:
    """The sign that stands for the word in a narrow column; none where the number is good."""
    return SIGN.get(code, "")


def explained(codes: Iterable[str], signs: bool = False) -> str:
    """What the words beside some numbers mean, or the ``signs`` that stand for them; empty where there are none."""
    found = set(codes)
    told = [(f"{SIGN[code]} " * signs, meaning) for code, meaning in MEANING.items() if code in found]
    return " ".join(sign + _(meaning) for sign, meaning in told)
