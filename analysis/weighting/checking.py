"""What is asked of weights, checked before the work begins."""

from collections.abc import Collection, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from analysis.dataset import listed
from analysis.weighting.margins import Margin
from analysis.weighting.values import CannotWeight


def number(value: Any) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(float(value)))


def bounds(lower: float | None, upper: float | None) -> None:
    """Refuse bounds that no weights can hold: the mean lies between them."""
    for name, bound in (("lower", lower), ("upper", upper)):
        if bound is not None and not (number(bound) and bound >= 0):
            raise CannotWeight(f"{name} is {bound!r}. Give a part of the mean weight, such as 0.3 or 3.")
    if (lower is not None and lower > 1) or (upper is not None and upper < 1):
        raise CannotWeight(
            f"lower is {lower!r} and upper {upper!r}, but the mean weight, 1, has to lie between. "
            "Give a lower bound below 1 and an upper one above."
        )


def factors(lower: float | None, upper: float | None) -> None:
    """Refuse parts of the base weight that do not lie on either side of it."""
    wrong = [bound for bound in (lower, upper) if bound is not None and not number(bound)]
    if wrong or (lower is not None and lower >= 1) or (upper is not None and upper <= 1):
        raise CannotWeight(
            f"lower is {lower!r} and upper {upper!r}. Give parts of the base weight on either side of 1, such as 0.5 and 2."
        )


def rounds(tolerance: float, iterations: int) -> None:
    """Refuse a loop that could not end well."""
    if not number(tolerance) or tolerance < 0:
        raise CannotWeight(f"tolerance is {tolerance!r}. Give a small number that is 0 or more, such as 1e-8.")
    if not isinstance(iterations, Integral) or iterations < 1:
        raise CannotWeight(f"iterations is {iterations!r}. Give a whole number of rounds that is 1 or more, such as 200.")


def collapsing(collapse: Collection[str], margins: Sequence[Margin]) -> tuple[str, ...]:
    """The columns whose empty levels join a neighbour, each of which is a column of the margins."""
    asked = (collapse,) if isinstance(collapse, str) else tuple(collapse)
    known = dict.fromkeys(name for margin in margins for name in margin.columns)
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise CannotWeight(f"collapse names {listed(unknown)}, of which there is no margin. There are {listed(known)}.")
    return asked
