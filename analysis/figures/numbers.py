"""How shares and margins are written beside what is drawn."""

import math

from analysis.words import _, decimal, percent


def margin(low: float, high: float) -> str:
    """Half the interval's width in whole percentage points, never nought."""
    return f"±{decimal(max(1, round(50 * (high - low))))}"


def estimate(share: float, low: float, high: float) -> str:
    """A share with its margin, such as 34 % ±6."""
    if math.isnan(low) or math.isnan(high):
        return percent(share)
    return f"{percent(share)} {margin(low, high)}"


def balance(share: float) -> str:
    """A difference of shares in whole points, with its sign."""
    points = round(100 * share)
    sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else ""
    return f"{sign}{decimal(abs(points))}"


def hidden() -> str:
    """What stands where a number is hidden."""
    return _("Hidden: too few answers")
