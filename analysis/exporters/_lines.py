"""A report as statistical offices keep tables: lines of measures, one for each group and answer.

A measure of a whole group (a mean, a net, the base) stands on a line of its own, whose answer is ``WHOLE``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis import scales
from analysis.exporters import _records
from analysis.report import Question, Report, Table
from analysis.words import N_, _

WHOLE = ""
"""The code of the line that is about everybody who answered in a group."""
NOT_NUMBERS = ("category", "group", "label", "id", "hidden", "reliability")


@dataclass(frozen=True)
class Measure:
    """What a number measures: its code, its heading, its unit ("answers", "percent" or "number") and decimals shown."""

    code: str
    heading: str
    unit: str
    decimals: int

    def told(self, value: float) -> float:
        """A number in the measure's unit: shares are told in percent."""
        return 100 * value if self.unit == "percent" else value


MEASURES = {
    one.code: one
    for one in (
        Measure("base", N_("Answers in the group"), "answers", 0),
        Measure("count", N_("Number of answers"), "answers", 0),
        Measure("share", N_("Share"), "percent", 1),
        Measure("se", N_("Standard error"), "percent", 2),
        Measure("low", N_("Lower limit"), "percent", 1),
        Measure("high", N_("Upper limit"), "percent", 1),
        Measure("mean", N_("Mean"), "number", 2),
        Measure("mean_se", N_("Standard error of the mean"), "number", 3),
        Measure("mean_low", N_("Lower limit of the mean"), "number", 2),
        Measure("mean_high", N_("Upper limit of the mean"), "number", 2),
        Measure("median", N_("Median"), "number", 2),
        Measure("score", N_("Mean score"), "number", 2),
        Measure("score_se", N_("Standard error of the mean score"), "number", 3),
        Measure("net", N_("Net"), "percent", 1),
        Measure("net_se", N_("Standard error of the net"), "percent", 2),
        Measure("top2", N_("Two highest steps"), "percent", 1),
        Measure("top2_se", N_("Standard error of the two highest steps"), "percent", 2),
        Measure("design_effect", N_("Design effect"), "number", 2),
        Measure("effective_base", N_("Effective base"), "number", 1),
    )
}
"""The measures that every report may have, in the order of the files; scales may bring more."""
UNITS = {"answers": N_("answers"), "percent": N_("percent"), "number": N_("value")}
KINDS = {"balance": ("percent", 1), "share": ("percent", 1), "count": ("answers", 0)}


@dataclass(frozen=True)
class Line:
    """The measures of one answer, or of the whole (``WHOLE``), in one group of one table.

    ``values`` holds the number, or None where there is none; ``hidden`` names the measures that may not be told.
    """

    question: Question
    table: Table
    group: str
    group_label: str
    answer: str
    answer_label: str
    values: dict[str, float | None]
    hidden: frozenset[str]


def lines(report: Report) -> Iterator[Line]:
    """Every line of every table, group after group."""
    for question in report.questions:
        for table in question.tables.values():
            yield from of(question, table)


def of(question: Question, table: Table) -> Iterator[Line]:
    """The lines of one table, and the spread of everybody's numbers where the scale has one."""
    frame = table.frame
    several = "category" in frame
    size = len(frame) // len(table.rows) if table.rows else 0
    records = frame.to_dict("records")
    ends, bands = [] if table.ends is None else table.ends.to_dict("records"), len(table.bands)
    for place, row in enumerate(table.rows):
        part = records[place * size : (place + 1) * size]
        label, concealed = row.label if table.by else _("All"), any(record["hidden"] for record in part)
        if several:
            for record in (*part, *ends[place * bands : (place + 1) * bands]):
                yield _answer(question, table, row.code, label, record, str(record["category"]), concealed)
        if part:
            yield _whole(question, table, row.code, label, part)
    if table.distribution is not None:
        for record in table.distribution.to_dict("records"):
            yield _answer(question, table, "", _("All"), record, f"{record['low_edge']:g}–{record['high_edge']:g}")


def _answer(
    question: Question, table: Table, group: str, label: str, record: dict[Any, Any], code: str, concealed: bool = False
) -> Line:
    """One answer; what answers have of their own hangs together, so all of it is ``concealed`` where any answer is."""
    details = getattr(scales.named(question.item.scale), "DETAILS", ()) if concealed else ()
    own = {column for column, _heading, _kind in details}
    own |= {f"{column}{end}" for column in own for end in _records.ENDS}
    measured = _of_groups(question)
    names = [n for n in record if n not in measured and n not in (*NOT_NUMBERS, "low_edge", "high_edge", table.by)]
    values = {name: _number(record[name]) for name in names}
    hidden = frozenset(n for n, value in values.items() if value is None and (record["hidden"] or n in own))
    return Line(question, table, group, label, code, str(record["label"]), values, hidden)


def _whole(question: Question, table: Table, group: str, label: str, part: list[dict[Any, Any]]) -> Line:
    record, measured = part[0], _of_groups(question)
    if "category" in record:
        names = {name: name for name in record if name in measured}
    else:
        names = {name: name for name in record if name not in (*NOT_NUMBERS, "base", table.by)}
        if "mean" in record:
            names |= {name: f"mean_{name}" for name in ("se", "low", "high") if name in record}
    values = {"base": _number(record["base"])} | {code: _number(record[name]) for name, code in names.items()}
    concealed = any(each["hidden"] for each in part)
    hidden = frozenset(code for code, value in values.items() if value is None and (concealed or code == "base"))
    return Line(question, table, group, label, WHOLE, _("All answers"), values, hidden)


def _of_groups(question: Question) -> frozenset[str]:
    """The columns that hold one value per group, with their standard errors."""
    own = [column for column, _heading, _kind in scales.named(question.item.scale).MEASURES]
    return frozenset((*own, *(f"{column}_se" for column in own), "top2"))


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def measures(found: list[Line]) -> list[Measure]:
    """The measures of some lines: those that every report may have first, then what scales bring of their own."""
    codes = {code: line.question for line in found for code in line.values}
    known = [measure for code, measure in MEASURES.items() if code in codes]
    return known + [_brought(code, question) for code, question in codes.items() if code not in MEASURES]


def _brought(code: str, question: Question) -> Measure:
    """A measure of a scale of its own, or how sure it is: the heading and the kind that the scale gives it."""
    scale = scales.named(question.item.scale)
    kinds = {column: kind for column, _heading, kind in (*scale.MEASURES, *getattr(scale, "DETAILS", ()))}
    called = _records.brought(question.item.scale) | {name: _(heading) for name, heading in _records.HEADINGS.items()}
    measured = next((code.removesuffix(end) for end in _records.ENDS if code.endswith(end)), code)
    return Measure(code, called.get(code, code), *KINDS.get(kinds.get(measured, ""), ("number", 2)))


def unique(codes: list[str], otherwise: str = "_") -> dict[str, str]:
    """Codes that are never empty and never alike, by the codes they stand for."""
    given: dict[str, str] = {}
    used: set[str] = set()
    for code in codes:
        name = wanted = _records.clean(code).strip() or otherwise
        number = 2
        while name in used:
            name, number = f"{wanted} ({number})", number + 1
        used.add(name)
        given[code] = name
    return given
