"""The leading answer of a question, or that none leads."""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.precision import quantile
from analysis.words import _, percent

from .values import (
    FEW,
    HIDDEN,
    LEAD,
    UNKNOWN,
    Cells,
    Claim,
    Finding,
    QuestionTables,
    Share,
    amount,
    both,
    ends,
    measure,
    middle,
    span_of,
    together,
)  # fmt: skip

CLOSE = 0.05
"""Shares no further apart, where neither surely leads, are about as many."""
NEARLY = 0.9
"""Where surely more than this part answers alike, nearly all do."""


def lead(question: QuestionTables, weight: float, level: float) -> Iterator[Finding]:
    """What the whole panel answers to a question; nothing for one that has neither shares nor a mean."""
    table = question.tables.get("")
    if table is None or table.empty or not measure(table):
        return
    told = average(question, table.iloc[0]) if measure(table) == "mean" else leading(question, level)
    name, about = question.item.name, question.item.label
    if told:
        text = f"{told.text} {_('The number is too uncertain to decide by.')}" if told.shaky else told.text
        yield Finding(text, LEAD, name, about, "", "", told.cells, weight, told.sure and not told.shaky, told.claim)
    elif question.cells(""):
        text = _("It can't be told which answer is the most common: some answers are hidden.")
        yield Finding(text, UNKNOWN, name, about, weight=20.0, of=(HIDDEN,))
    else:
        yield Finding(_("Too few have answered to say anything."), UNKNOWN, name, about, weight=20.0, of=(FEW,))


@dataclass(frozen=True)
class Lead:
    """A sentence, the cells it rests on, whether chance is ruled out, and what it claims.

    ``shaky`` says that no decision should rest on its first number.
    """

    text: str
    cells: tuple[str, ...]
    sure: bool
    claim: Claim
    shaky: bool = False


def leading(question: QuestionTables, level: float) -> Lead | None:
    """The leading answer, or end of a scale; None where too little is shown."""
    return (_two_ends(question, level) if question.ordered else None) or _most(question, level)


def average(question: QuestionTables, row: Any) -> Lead | None:
    """The mean of the whole panel."""
    if row["hidden"] or math.isnan(row["mean"]):
        return None
    said = {"mean": amount(question.item, row["mean"], row), "range": span_of(row)}
    if math.isnan(row["low"]):
        text = _("The average answer is %(mean)s. All are so alike that no margin can be told.") % said
    else:
        text = _("The average answer is %(mean)s (%(range)s).") % said
    claim = Claim("average", numbers=(float(row["mean"]), float(row["low"]), float(row["high"])))
    return Lead(text, (question.cell_id("", "", None),), True, claim, row.get("reliability") == "too-uncertain")


def _two_ends(question: QuestionTables, level: float) -> Lead | None:
    """The share at either end of an ordered scale, or its middle where that is surely larger than both."""
    low, high = (_share(question, end, level) for end in ends(question.codes))
    if not low or not high:
        return None
    between = _share(question, middle(question.codes), level)
    if between and all(_leads(between, end, False, level) for end in (low, high)):
        return _alone(question, between)
    first, second = (low, high) if low.value > high.value else (high, low)
    return _pair(question, first, second, level)


def _share(question: QuestionTables, categories: tuple[Hashable, ...], level: float) -> Share | None:
    """The share of some answers in the whole panel, with that which is tried where fewer digits are told."""
    told = together(question, question.cells("").get("", Cells()), categories, level)
    return replace(told, tried=_share(question.tried, categories, level)) if told and question.tried else told


def _pair(question: QuestionTables, first: Share, second: Share, level: float) -> Lead:
    """One share set against a smaller one of the same people."""
    sure = _leads(first, second, question.several, level)
    if sure:
        says, text = "more", _("More people answer %(first)s than %(second)s: %(share)s against %(other)s.")
    elif first.value - second.value <= CLOSE:
        says, text = "as-many", _("About as many answer %(first)s as %(second)s: %(share)s against %(other)s.")
    else:
        says = "perhaps-more"
        text = _("More have answered %(first)s than %(second)s, but it may be chance: %(share)s against %(other)s.")
    names = {"first": question.answer(first.categories), "second": question.answer(second.categories)}
    cells = tuple(question.cell_id("", "", share.largest) for share in (first, second))
    claim = Claim(says, first.categories, second.categories, (*first.numbers, *second.numbers))
    return Lead(text % (names | {"share": first.told(), "other": second.told()}), cells, sure, claim, first.shaky)


def _alone(question: QuestionTables, first: Share) -> Lead:
    """An answer that is surely more common than every other."""
    if first.low >= NEARLY:
        says, text = "majority", _("Nearly all answer %(answer)s: %(share)s.")
    elif round(100 * first.low) > 50:
        says, text = "majority", _("More than half answer %(answer)s: %(share)s.")
    else:
        says, text = "commonest", _("The most common answer is %(answer)s: %(share)s.")
    told = text % {"answer": question.answer(first.categories), "share": first.told()}
    claim = Claim(says, first.categories, (), first.numbers)
    return Lead(told, (question.cell_id("", "", first.largest),), True, claim, first.shaky)


def _most(question: QuestionTables, level: float) -> Lead | None:
    """The leading answer, or those of which none leads."""
    shown = question.cells("").get("", Cells())
    shares = [_share(question, (code,), level) for code in shown]
    ranked = sorted((share for share in shares if share), key=lambda share: -share.value)
    if not ranked or _could_be_beaten(question, ranked, level):
        return None
    first = ranked[0]
    level_with = [share for share in ranked[1:] if not _leads(first, share, question.several, level)]
    if not level_with:
        return _alone(question, first)
    if len(level_with) == 1:
        return _pair(question, first, level_with[0], level)
    alike = [share for share in level_with if share.told() == first.told()]
    text = (
        _("No answer surely leads. %(answers)s come first with %(share)s each, but it may be chance.")
        if alike
        else _("No answer surely leads. %(answer)s comes first with %(share)s, but it may be chance.")
    )
    cells = tuple(question.cell_id("", "", share.largest) for share in [first, *level_with])
    claim = Claim("open", first.categories, tuple(share.largest for share in level_with), first.numbers)
    names = [question.answer(share.categories) for share in (first, *alike)]
    said = {"answer": names[0], "answers": both(names), "share": first.told()}
    return Lead(text % said, cells, False, claim, first.shaky)


def _could_be_beaten(question: QuestionTables, ranked: Sequence[Share], level: float) -> bool:
    """Whether a hidden answer may be as common as the first that is shown: all that is left may be that one's."""
    if len(question.codes) <= len(ranked):
        return False
    first, left = ranked[0], max(1 - sum(share.value for share in ranked), 0.0)
    return question.several or not _leads(replace(first, tried=None), replace(first, value=left, tried=None), False, level)


def _leads(first: Share, second: Share, several: bool, level: float) -> bool:
    """Whether one answer is surely more common than another of the same people.

    Where a person gives one answer, the difference of two shares has variance (p + q - (p - q)²)/n (multinomial); where
    a person may give several, how they go together is not in the table, and the worst case is taken.
    """
    alike = percent(first.value) == percent(second.value)
    first, second = first.tried or first, second.tried or second
    gap, base = first.value - second.value, min(first.effective, second.effective)
    if several:
        spread = sum(math.sqrt(max(one.value * (1 - one.value), 0.25 / base) / base) for one in (first, second))
    else:
        spread = math.sqrt(max(first.value + second.value - gap**2, 1 / base) / base)
    return gap > quantile(level) * spread and not alike
