"""The tidy tables of a report as one list of records, and how texts are made harmless in a spreadsheet."""

import math
import re
from collections.abc import Iterator
from typing import Any

from analysis import scales
from analysis.precision import reliability
from analysis.report import Question, Report, Table
from analysis.words import N_, _

HEADINGS = {
    "question": N_("Question"),
    "text": N_("Text of the question"),
    "by": N_("Grouped by"),
    "group": N_("Group"),
    "answer": N_("Answer option"),
    "count": N_("Number of answers"),
    "base": N_("Answers in the group"),
    "share": N_("Share"),
    "se": N_("Standard error"),
    "low": N_("Lower limit"),
    "high": N_("Upper limit"),
    "mean": N_("Mean"),
    "median": N_("Median"),
    "score": N_("Mean score"),
    "net": N_("Net"),
    "top2": N_("Two highest steps"),
    "design_effect": N_("Design effect"),
    "effective_base": N_("Effective base"),
    "reliability": N_("Reliability"),
    "hidden": N_("Hidden"),
}
"""The columns, in order, and what the reader calls them."""
ENDS = {"_se": N_("Standard error"), "_low": N_("Lower limit"), "_high": N_("Upper limit")}
"""What ends the names of the columns that tell how sure a number is."""

Record = dict[str, Any]
_FORMULA = re.compile(r"^[\s\x00-\x1f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^ *[\t\r\n]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def records(report: Report) -> Iterator[Record]:
    """One record per row of every table, spreads of numbers too; None where there is no number or it is hidden."""
    columns = headed(report)
    for question in report.questions:
        for table in question.tables.values():
            yield from _of(question, table, columns)


def headed(report: Report) -> dict[str, str]:
    """The columns of a report's records and what the reader calls them: the usual ones, and those of its own scales."""
    more = {
        column: words
        for question in report.questions
        for column, words in brought(question.item.scale).items()
        if column not in HEADINGS and not column.endswith("_se")
    }
    last = ("reliability", "hidden")
    usual = {name: _(heading) for name, heading in HEADINGS.items() if name not in last}
    return usual | more | {name: _(HEADINGS[name]) for name in last}


def brought(scale: str) -> dict[str, str]:
    """The columns that a scale brings and what the reader calls them: measures with standard errors, and what answers have
    of their own, with limits too.
    """
    chosen = scales.named(scale)
    measures = {column: _(heading) for column, heading, _kind in chosen.MEASURES}
    details = {column: _(heading) for column, heading, _kind in getattr(chosen, "DETAILS", ())}
    sure = [(measures, ("_se",)), (details, ENDS)]
    told = {f"{c}{end}": f"{w}: {_(ENDS[end]).lower()}" for named, ends in sure for c, w in named.items() for end in ends}
    return measures | details | told


def _of(question: Question, table: Table, columns: dict[str, str]) -> Iterator[Record]:
    spread = None if table.distribution is None else table.distribution.assign(group=_("All"))
    for part in (part for part in (table.frame, table.ends, spread) if part is not None):
        for row in part.to_dict("records"):
            known = {name: value(row[name]) for name in columns if name in row}
            yield (
                dict.fromkeys(columns)
                | known
                | {
                    "question": question.name,
                    "text": question.label,
                    "by": table.by_label if table.by else "",
                    "answer": row["label"],
                    "reliability": reliability.words(row.get("reliability", "")),
                    "hidden": _("hidden") if row["hidden"] else "",
                }
            )


def value(number: Any) -> Any:
    """A number as it is, whole ones without decimals; None for one that is hidden or not there."""
    if isinstance(number, float):
        if not math.isfinite(number):
            return None
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return number


def headings(report: Report) -> list[str]:
    """The columns as the reader calls them."""
    return list(headed(report).values())


def clean(text: str) -> str:
    """A text without what no file can hold: half characters and control characters."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode())


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front."""
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
