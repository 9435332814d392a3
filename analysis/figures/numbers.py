"""How shares, means and margins are written beside what is drawn, and where an axis has its marks."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.words import _, decimal, ngettext, percent


def margin(low: float, high: float) -> str:
    """Half the interval's width in whole percentage points, never nought."""
    return f"±{decimal(half(low, high))}"


def half(low: float, high: float) -> int:
    """Half the interval's width in whole percentage points, never nought."""
    return max(1, round(50 * (high - low)))


def points(count: int) -> str:
    """A margin in words: ±6 percentage points."""
    return ngettext("±%(count)s percentage point", "±%(count)s percentage points", count) % {"count": decimal(count)}


def estimate(share: float, low: float, high: float) -> str:
    """A share with its margin, such as 34 % ±6."""
    if math.isnan(low) or math.isnan(high):
        return percent(share)
    return f"{percent(share)} {margin(low, high)}"


def digits(value: float) -> int:
    """Decimals that a mean bears: none from a thousand up, two below one."""
    return 0 if abs(value) >= 1000 else 1 if abs(value) >= 1 else 2


def average(value: float, low: float, high: float) -> str:
    """A mean with its margin, such as 6,2 ±0,4."""
    places = digits(value)
    if math.isnan(low) or math.isnan(high):
        return decimal(value, places)
    return f"{decimal(value, places)} ±{decimal(max(10**-places, (high - low) / 2), places)}"


def balance(share: float) -> str:
    """A difference of shares in whole points, with its sign."""
    points = round(100 * share)
    sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else ""
    return f"{sign}{decimal(abs(points))}"


def told(kind: str, value: float, low: float, high: float) -> str:
    """A number of a kind ("share", "mean", "balance") with its margin, if that is known."""
    if kind == "share":
        return estimate(value, low, high)
    if kind == "balance":
        return balance(value) + ("" if math.isnan(low) else f" {margin(low, high)}")
    return average(value, low, high)


def mark(kind: str, value: float) -> str:
    """A number beside an axis."""
    if kind == "share":
        return percent(value)
    if kind == "balance":
        return balance(value)
    return decimal(value, 0 if float(value).is_integer() else 1 if float(round(value * 10, 6)).is_integer() else 2)


def marks(kind: str, values: NDArray[np.float64] | Sequence[float]) -> tuple[float, ...]:
    """Three to five round numbers that span the values: shares from nought, balances to both sides of it."""
    found = np.asarray(values, dtype=float)
    found = found[np.isfinite(found)]
    low, high = (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)
    if kind == "share":
        top = min(1.0, max(0.1, math.ceil(10 * high - 1e-9) / 10))
        return 0.0, top / 2, top
    if kind == "balance":
        low, high = min(low, 0.0), max(high, 0.0)
    step = _step(max(high - low, 1e-6 * max(abs(low), abs(high), 1.0)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def _step(span: float) -> float:
    """The round step (1, 2 or 5 times a power of ten) of which at most four span ``span``."""
    power = 10.0 ** math.floor(math.log10(span / 3))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= span / 3 * (1 - 1e-9))


def hidden() -> str:
    """What stands where a number is hidden."""
    return _("Hidden: too few answers")
