"""Bands: the coarse age group and district that a response may carry, each pair shared by at least ten invited.

A pair that few share would point out its person. So neighbouring age groups are merged for the whole survey as long as
more than a tenth of the invited would lose something; whoever still stands in too small a pair keeps one, or neither.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from analysis.words import _

LEAST = 10
"""How many invited at least share a band."""
CROWD = 15
"""How many share one on average: whoever knows who answered, and all bands, links at most one answer in so many."""
FEWEST_GROUPS = 3
"""Age groups are merged down to this many, and no further."""
TOLERATED = 0.1
"""The share of the invited that may lose an attribute before age groups are merged."""
NOTHING = ""
"""The code of an attribute that is not kept."""

Cell = tuple[str, str]
"""Codes of an age group and a district."""


def settle(people: Iterable[Cell], ages: Sequence[str]) -> dict[Cell, Cell]:
    """The band of every pair that occurs among the invited; ``ages`` are the age groups in order."""
    counts = Counter(people)
    merged = merge(counts, ages)
    bands = _hide(Counter(_moved(counts, merged)))
    return {cell: bands[merged.get(cell[0], cell[0]), cell[1]] for cell in counts}


def merge(counts: Mapping[Cell, int], ages: Sequence[str]) -> dict[str, str]:
    """From each age group to the one it is merged into; adjacent groups with the smallest sum go first."""
    groups = [[code] for code in ages]
    found = {code: code for code in ages}
    while len(groups) > FEWEST_GROUPS and _losing(_moved(counts, found)) > TOLERATED * sum(counts.values()):
        in_age = Counter(age for age, _district in Counter(counts).elements())
        sums = [sum(in_age[code] for code in first + second) for first, second in pairwise(groups)]
        at = sums.index(min(sums))
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
        found = {code: joined(group[0], group[-1]) for group in groups for code in group}
    return found


def joined(first: str, last: str) -> str:
    """The code of age groups from ``first`` to ``last``: 15-19 and 20-29 make 15-29; 65-79 and 80+ make 65+."""
    if first == last:
        return first
    low = first.split("-")[0]
    return f"{low}+" if last.endswith("+") else f"{low}-{last.split('-')[-1]}"


def holds(band: str, code: str) -> bool:
    """Whether all years of an age group are in a band: 15-29 holds 20-29."""
    (low, high), (first, last) = _years(code), _years(band)
    return first <= low and high <= last


def first_year(code: str) -> float:
    """Where an age group begins; endlessly late for what is none."""
    return _years(code)[0]


def _years(code: str) -> tuple[float, float]:
    """The first and the last year of an age group: 15-29, 65+; none at all for what is none."""
    low, _dash, high = code.rstrip("+").partition("-")
    if not low.isdigit():
        return float("inf"), float("-inf")
    return float(low), float("inf") if code.endswith("+") else float(high) if high.isdigit() else float(low)


def label(code: str, labels: Mapping[str, str]) -> str:
    """How an age group is written in the language spoken now, merged or not; a code that tells no ages has its label."""
    ages = re.fullmatch(r"(\d+)(?:\+|-(\d+))", code)
    if ages is None:
        return labels.get(code, code)
    if ages[2] is None:
        return _("%(age)s years and older") % {"age": ages[1]}
    return _("%(low)s–%(high)s years") % {"low": ages[1], "high": ages[2]}


def place(cell: Cell, bands: Mapping[Cell, int], ages: Mapping[str, str]) -> Cell:
    """The band of a latecomer: the finest there is already that enough others share; ``ages`` as `merge` gives them."""
    age, district = ages.get(cell[0], cell[0]), cell[1]
    candidates = ((age, district), (age, NOTHING), (NOTHING, district))
    return next((band for band in candidates if bands.get(band, 0) >= LEAST), (NOTHING, NOTHING))


def _moved(counts: Mapping[Cell, int], merged: Mapping[str, str]) -> dict[Cell, int]:
    found: Counter[Cell] = Counter()
    for (age, district), n in counts.items():
        found[merged.get(age, age), district] += n
    return found


def _losing(counts: Mapping[Cell, int]) -> int:
    return sum(n for n in counts.values() if n < LEAST)


def _hide(counts: Counter[Cell]) -> dict[Cell, Cell]:
    """Take from those in small pairs what points them out, until every band is shared by enough."""
    bands = {cell: cell if n >= LEAST else _first_choice(cell, counts) for cell, n in counts.items()}
    while True:
        sizes: Counter[Cell] = Counter()
        for cell, band in bands.items():
            sizes[band] += counts[cell]
        fewest, small = min(((n, band) for band, n in sizes.items()), default=(0, (NOTHING, NOTHING)))
        if len(sizes) <= 1:
            return bands if fewest >= LEAST else dict.fromkeys(bands, (NOTHING, NOTHING))
        if fewest >= LEAST and len(sizes) * CROWD <= sizes.total():
            return bands
        if small == (NOTHING, NOTHING):  # those without a band are too few: the smallest band joins them
            small = min((n, band) for band, n in sizes.items() if band != small)[1]
            bands |= {cell: (NOTHING, NOTHING) for cell, band in bands.items() if band == small}
        elif fewest < LEAST and (sibling := _sibling(small, sizes)):  # one more keeps only what these keep
            bands |= {cell: small for cell, band in bands.items() if band == sibling}
        else:
            bands |= {cell: _second_choice(cell, small, sizes) for cell, band in bands.items() if band == small}


def _first_choice(cell: Cell, counts: Counter[Cell]) -> Cell:
    """Drop the attribute whose own group loses relatively least."""
    age, district = cell
    in_age = sum(n for (a, _d), n in counts.items() if a == age)
    in_district = sum(n for (_a, d), n in counts.items() if d == district)
    return (NOTHING, district) if in_age >= in_district else (age, NOTHING)


def _sibling(small: Cell, sizes: Mapping[Cell, int]) -> Cell | None:
    """The smallest band that has both attributes and shares the one that a small band keeps."""
    alike = [(n, band) for band, n in sizes.items() if all(band) and (band[0] == small[0] or band[1] == small[1])]
    return min(alike)[1] if alike else None


def _second_choice(cell: Cell, tried: Cell, sizes: Mapping[Cell, int]) -> Cell:
    """The other attribute if enough others keep only that one, or can be made to; else neither."""
    other = (cell[0], NOTHING) if tried[0] == NOTHING else (NOTHING, cell[1])
    enough = sizes.get(other, 0) >= LEAST or (not all(tried) and _sibling(other, sizes))
    return other if other != tried and enough else (NOTHING, NOTHING)
