"""How sure the numbers of a table are, for those who want to know more than the word beside each."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from analysis.precision import reliability
from analysis.report import Table
from analysis.words import _, decimal

Line = list[str | None]


def head(table: Table) -> list[str]:
    """What stands over the columns of ``lines``."""
    if table.by:
        return [table.by_label, _("Answers"), _("Worth at least"), _("Design effect at most"), _("Least sure number")]
    return [_("Answer"), _("Answers"), _("Worth"), _("Design effect"), _("How sure")]


def lines(table: Table) -> list[Line]:
    """A line for each answer of everybody, or for each group by its least sure number; a hidden number is None.

    Empty where the scale has no shares or means.
    """
    frame = table.frame
    if "effective_base" not in frame:
        return []
    key = "group" if table.by else "label"
    parts = groupby(frame.to_dict("records"), key=lambda record: str(record[key]))
    return [_line(name or _("Mean"), list(part)) for name, part in parts]


def _line(name: str, part: Sequence[Mapping[Any, Any]]) -> Line:
    shown = [record for record in part if not record["hidden"]]
    if not shown:
        return [name, None, None, None, None]
    codes = [code for code in reliability.CODES if any(record["reliability"] == code for record in shown)]
    return [
        name,
        _number(shown[0]["base"], 0),
        _number(min(record["effective_base"] for record in shown), 0),
        _number(max(record["design_effect"] for record in shown), 2),
        reliability.words(codes[-1]) if codes else "–",
    ]


def _number(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else decimal(value, digits)
