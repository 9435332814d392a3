"""The tables of a report as one frame for programs: codes and words beside each other, numbers as numbers."""

import pandas as pd

from analysis.report import Question, Report, Table
from analysis.words import _

TEXTS = ("question", "text", "scale", "by", "by_label", "group", "group_label", "answer", "answer_label", "id", "reliability")
FIRST = ("count", "base", "share", "se", "low", "high", "mean", "median", "score", "net", "top2", "design_effect")


def frame(report: Report) -> pd.DataFrame:
    """One row per group and answer of every table, spreads of numbers too; what is hidden or not there is missing."""
    parts = [part for question in report.questions for table in question.tables.values() for part in _of(question, table)]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    numbers = [name for name in whole.columns if name not in (*TEXTS, "hidden")]
    order = [name for name in FIRST if name in numbers]
    whole = whole.reindex(columns=[*TEXTS, *order, *(name for name in numbers if name not in order), "hidden"])
    whole["reliability"] = whole["reliability"].astype(object).where(whole["reliability"].notna(), "")
    whole[list(TEXTS)] = whole[list(TEXTS)].astype(object).where(whole[list(TEXTS)].notna(), "")
    kinds = dict.fromkeys(TEXTS, object) | dict.fromkeys(numbers, float) | {"hidden": bool}
    return whole.astype(kinds)


def _of(question: Question, table: Table) -> list[pd.DataFrame]:
    parts = [_plain(frame, table.by) for frame in (table.frame, table.ends) if frame is not None]
    if table.distribution is not None:
        parts.append(table.distribution.assign(group_label=_("All"), group="", answer="", id=""))
    told = {
        "question": question.name,
        "text": question.label,
        "scale": question.item.scale,
        "by": table.by,
        "by_label": table.by_label if table.by else "",
    }
    return [part.rename(columns={"label": "answer_label"}).assign(**told) for part in parts]


def _plain(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """A tidy table with codes as texts."""
    codes = frame["category"].astype(object).map(str) if "category" in frame else ""
    made = frame.drop(columns=[name for name in ("category", by) if name in frame])
    groups = frame[by].astype(object).map(str) if by else ""
    return made.assign(group_label=frame["group"] if by else _("All"), group=groups, answer=codes)
