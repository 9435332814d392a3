"""A report beside that of an earlier wave: what has changed, told from the safe tables of both."""

from collections.abc import Hashable, Iterator
from dataclasses import replace

from analysis import scales, summary
from analysis.report import Question, Report
from analysis.summary import QuestionTables


def follow(report: Report, earlier: Report, wave: str) -> Report:
    """The report with findings of change since an earlier one.

    Both reports are safe by themselves; whether they are so together is for the ledger of releases to say.

    Parameters
    ----------
    report, earlier
        Reports on waves of the same survey; questions of the same name and answers are set against each other.
    wave
        What the earlier wave is called in a sentence, such as "2024".
    """
    changed = summary.changes(tuple(_told(report)), tuple(_told(earlier)), wave, report.level)
    return replace(report, findings=(*report.findings, *changed))


def _told(report: Report) -> Iterator[QuestionTables]:
    for question in report.questions:
        scale = scales.named(question.item.scale)
        if getattr(scale, "TELLS", True):
            yield QuestionTables(question.item, {"": question.total.frame}, _Cells(question), {}, scale.ORDERED, scale.SEVERAL)


class _Cells:
    """The names of the cells of a question's table for everybody."""

    def __init__(self, question: Question) -> None:
        frame = question.total.frame
        codes = frame["category"] if "category" in frame else [None] * len(frame)
        self._names = dict(zip(codes, frame["id"], strict=True))

    def __call__(self, by: str, group: Hashable, category: Hashable) -> str:
        """The name of the cell of a category, or of the mean where it is None."""
        return str(self._names[category]) if category is not None else f"{self._names[None]}-mean"
