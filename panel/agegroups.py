"""Age groups: cut points that a municipality may set, codes such as 15-19 and 80+, and labels."""

from collections.abc import Sequence
from datetime import date

from analysis.words import _

YOUNGEST = 15


def age_group(birth_year: int, on: date, groups: Sequence[str]) -> str:
    """The code of the group of somebody who turns ``on.year - birth_year`` that year; the nearest group if outside all."""
    age = on.year - birth_year
    for code in groups:
        if age <= _bounds(code)[1]:
            return code
    return groups[-1]


def label(code: str) -> str:
    """How a group is written: 15–19 years, 80 years and older."""
    low, high = _bounds(code)
    if code.endswith("+"):
        return _("%(age)s years and older") % {"age": low}
    return _("%(low)s–%(high)s years") % {"low": low, "high": high}


def _bounds(code: str) -> tuple[int, int]:
    if code.endswith("+"):
        return int(code[:-1]), 200
    low, high = code.split("-")
    return int(low), int(high)
