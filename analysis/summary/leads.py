"""The leading answer of a question, or that none leads."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from analysis.precision import quantile
from analysis.words import _, percent

from .values import LEAD, UNKNOWN, Finding, QuestionTables, Share, ends, number, shown, together


def lead(question: QuestionTables, weight: float, level: float) -> Iterator[Finding]:
    table = question.tables.get("")
    if table is None or table.empty:
        return
    if "mean" in table:
        text, cells = _average(question, table.iloc[0])
    else:
        rows = shown(table, question.item)
        text, cells = (_two_ends(question, rows, level) if question.ordered else None) or _most(question, rows, level)
    name, about = question.item.name, question.item.label
    if text:
        yield Finding(text, LEAD, name, about, cells=cells, weight=weight)
    else:
        yield Finding(_("Too few have answered to say anything."), UNKNOWN, name, about, weight=20.0)


def _average(question: QuestionTables, row: Any) -> tuple[str, tuple[str, ...]]:
    if row["hidden"] or math.isnan(row["mean"]) or math.isnan(row["low"]):
        return "", ()
    text = _("The average answer is %(mean)s (%(range)s).") % {
        "mean": number(row["mean"], row),
        "range": f"{number(row['low'], row)}–{number(row['high'], row)}",
    }
    return text, (question.cell_id("", "", None),)


def _two_ends(question: QuestionTables, rows: pd.DataFrame, level: float) -> tuple[str, tuple[str, ...]] | None:
    """The share at either end of an ordered scale."""
    low, high = (together(rows, end, level) for end in ends(question.item))
    if not low or not high:
        return None
    first, second = (low, high) if low.value > high.value else (high, low)
    if _leads(first, second, question.several, level):
        text = _("More people answer %(first)s than %(second)s: %(share)s against %(other)s.")
    else:
        text = _("About as many answer %(first)s as %(second)s: %(share)s against %(other)s.")
    names = {"first": question.answer(first.categories), "second": question.answer(second.categories)}
    cells = tuple(question.cell_id("", "", share.largest) for share in (first, second))
    return text % (names | {"share": first.told(), "other": second.told()}), cells


def _most(question: QuestionTables, rows: pd.DataFrame, level: float) -> tuple[str, tuple[str, ...]]:
    """The leading answer, or those of which none leads."""
    shares = [together(rows, [code], level) for code in rows["category"]]
    ranked = sorted((share for share in shares if share), key=lambda share: -share.value)
    if not ranked or _could_be_beaten(question, ranked):
        return "", ()
    first = ranked[0]
    level_with = [share for share in ranked[1:] if not _leads(first, share, question.several, level)]
    if not level_with:
        half = round(100 * first.low) > 50
        text = _("More than half answer %(answer)s: %(share)s.") if half else _("Most answer %(answer)s: %(share)s.")
        text %= {"answer": question.answer(first.categories), "share": first.told()}
        return text, (question.cell_id("", "", first.largest),)
    cells = tuple(question.cell_id("", "", share.largest) for share in [first, *level_with])
    if len(level_with) == 1:
        text = _("About as many answer %(first)s as %(second)s: %(share)s against %(other)s.") % {
            "first": question.answer(first.categories),
            "second": question.answer(level_with[0].categories),
            "share": first.told(),
            "other": level_with[0].told(),
        }
        return text, cells
    text = _("No answer clearly leads. %(answer)s comes first with %(share)s, but others are about as common.")
    return text % {"answer": question.answer(first.categories), "share": first.told()}, cells


def _could_be_beaten(question: QuestionTables, ranked: Sequence[Share]) -> bool:
    """Whether a hidden answer may be more common than all that are shown."""
    hidden = len(question.item.shown) - len(ranked)
    if hidden <= 0:
        return False
    return question.several or 1 - sum(share.value for share in ranked) >= ranked[0].value


def _leads(first: Share, second: Share, several: bool, level: float) -> bool:
    """Whether one answer is surely more common than another of the same people.

    Where a person gives one answer, the difference of two shares has variance (p + q - (p - q)²)/n (multinomial); where
    a person may give several, how they go together is not in the table, and the worst case is taken.
    """
    gap, base = first.value - second.value, min(first.effective, second.effective)
    if several:
        spread = sum(math.sqrt(max(one.value * (1 - one.value), 0.25 / base) / base) for one in (first, second))
    else:
        spread = math.sqrt(max(first.value + second.value - gap**2, 1 / base) / base)
    return gap > quantile(level) * spread and percent(first.value) != percent(second.value)
