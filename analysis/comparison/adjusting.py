"""p values of several tests together, so that many questions to chance are not taken for many answers."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray


class UnknownAdjustment(ValueError):
    """A way to adjust p values was asked for that is not to be had."""


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p values (Holm 1979, Scandinavian Journal of Statistics 6, 65; R: ``p.adjust(method="holm")``)."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted, highest = [1.0] * len(ps), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[i]))
        adjusted[i] = highest
    return adjusted


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """Adjusted p values (Benjamini and Hochberg 1995, JRSS B 57, 289; R: ``p.adjust(method="BH")``)."""
    order = sorted(range(len(ps)), key=lambda i: -ps[i])
    adjusted, lowest = [1.0] * len(ps), 1.0
    for passed, i in enumerate(order):
        lowest = min(lowest, ps[i] * len(ps) / (len(ps) - passed))
        adjusted[i] = lowest
    return adjusted


ADJUSTMENTS: dict[str, Callable[[Sequence[float]], list[float]]] = {
    "holm": holm,
    "bh": benjamini_hochberg,
    "none": list,
}


def adjusted(ps: NDArray[np.float64], how: str) -> NDArray[np.float64]:
    """p values adjusted for being together; NaN, which is no test, stays NaN and does not count.

    Parameters
    ----------
    ps
        Between 0 and 1, or NaN; any shape, all of them one family.
    how
        One of ``ADJUSTMENTS``.

    Raises
    ------
    UnknownAdjustment
        There is no such way.
    """
    if how not in ADJUSTMENTS:
        raise UnknownAdjustment(f"There is no adjustment {how!r}. There are {', '.join(ADJUSTMENTS)}.")
    found, there = np.full(ps.shape, np.nan), ~np.isnan(ps)
    found[there] = ADJUSTMENTS[how](ps[there].tolist())
    return found
