"""How well people who code the same answers agree."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import permutations

Distance = Callable[[Hashable, Hashable, Mapping[Hashable, int]], float]


def _nominal(one: Hashable, other: Hashable, counts: Mapping[Hashable, int]) -> float:
    return float(one != other)


def _interval(one: Hashable, other: Hashable, counts: Mapping[Hashable, int]) -> float:
    return (float(one) - float(other)) ** 2  # type: ignore[arg-type]  # the codes of such a scale are numbers


def _ordinal(one: Hashable, other: Hashable, counts: Mapping[Hashable, int]) -> float:
    low, high = sorted((one, other))  # type: ignore[type-var]  # the codes of such a scale have an order
    between = sum(count for code, count in counts.items() if low <= code <= high)  # type: ignore[operator,misc]
    return (between - (counts[low] + counts[high]) / 2) ** 2


DISTANCES: Mapping[str, Distance] = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval}


def alpha(units: Sequence[Sequence[Hashable | None]], scale: str = "nominal") -> float:
    """Krippendorff's alpha of any number of coders, with gaps.

    Parameters
    ----------
    units
        For each answer, the code that each coder gave it; None where a coder did not.
    scale
        "nominal", "ordinal" or "interval".

    Returns
    -------
    float
        1 when all agree, 0 when no better than chance; NaN when no answer has two codes, or all codes are the same.

    References
    ----------
    Krippendorff, K. (2011), Computing Krippendorff's alpha-reliability.
    """
    if scale not in DISTANCES:
        raise ValueError(f"There is no scale {scale!r} for agreement. There are {', '.join(DISTANCES)}.")
    coded = [[code for code in unit if code is not None] for unit in units]
    coded = [unit for unit in coded if len(unit) > 1]
    counts = Counter(code for unit in coded for code in unit)
    total = sum(counts.values())
    apart = DISTANCES[scale]
    seen = sum(sum(apart(a, b, counts) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in coded)
    chance = sum(counts[a] * counts[b] * apart(a, b, counts) for a in counts for b in counts) / max(total - 1, 1)
    return 1 - seen / chance if chance else float("nan")
