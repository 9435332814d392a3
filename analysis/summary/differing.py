"""Groups that answer otherwise than the rest of the panel, where that is statistically assured."""

import math
from collections.abc import Hashable, Iterator, Sequence

import pandas as pd

from analysis.dataset import NOT_STATED
from analysis.words import N_, _, percent

from . import contrasts
from .contrasts import Contrast, Estimate
from .values import DIFFERENCE, Finding, QuestionTables, Share, ends, number, shown, together

WHERE = {"age_group": N_("In the age group %(group)s"), "district": N_("In %(group)s")}
_Told = tuple[float, float, float, float, dict[str, str], Hashable]


def differences(questions: Sequence[QuestionTables], level: float = 0.95) -> tuple[Finding, ...]:
    """Groups that answer otherwise than the rest, where that is statistically assured; the largest first."""
    tests = {question.item.name: list(tests_of(question)) for question in questions}
    tested = sum(bool(found) for found in tests.values())
    sure = contrasts.assured([test for found in tests.values() for test in found], tested, level)
    by_name = {question.item.name: question for question in questions}
    told: dict[tuple[str, str, Hashable], Finding] = {}
    for test in sorted(sure, key=lambda one: one.adjusted):
        finding = _difference(by_name[test.question], test, level)
        if finding:
            told.setdefault((test.question, test.by, test.group), finding)
    return tuple(sorted(told.values(), key=lambda finding: -finding.weight))


def tests_of(question: QuestionTables) -> Iterator[Contrast]:
    """Each group against the rest, in each breakdown, for each answer that is not the mirror of another."""
    for by, table in question.tables.items():
        if not by or table.empty:
            continue
        stated = table[table[by] != NOT_STATED]
        for categories, estimates in _estimates(question, by, stated):
            for group, gap, p in contrasts.against_the_rest(estimates):
                yield Contrast(question.item.name, by, group, categories, gap, p)


def _estimates(
    question: QuestionTables, by: str, table: pd.DataFrame
) -> Iterator[tuple[tuple[Hashable, ...], list[Estimate]]]:
    if "mean" in table:
        rows = table[~table["hidden"].astype(bool)]
        yield (), [Estimate(row[by], row["mean"], row["se"], row["base"]) for _i, row in rows.iterrows()]
        return
    rows = shown(table, question.item)
    groups = dict(iter(rows.groupby(by, sort=False, observed=True)))
    for categories in _asked(question):
        estimates = []
        for code, part in groups.items():
            share = together(part, categories, 0.95)
            if share:
                estimates.append(Estimate(code, share.value, _se(part, share), part["base"].iloc[0], share.effective))
        yield categories, estimates


def _asked(question: QuestionTables) -> list[tuple[Hashable, ...]]:
    shown = question.item.shown
    if question.ordered:
        return [ends(question.item)[1]]
    return [shown[:1]] if len(shown) == 2 and not question.several else [(code,) for code in shown]


def _se(rows: pd.DataFrame, share: Share) -> float:
    """The linearised standard error of one answer; of several together, that of their effective base."""
    if len(share.categories) == 1:
        return float(rows.loc[rows["category"] == share.categories[0], "se"].iloc[0])
    return math.sqrt(share.value * (1 - share.value) / share.effective)


def _difference(question: QuestionTables, test: Contrast, level: float) -> Finding | None:
    """The sentence of a test, unless the whole panel's number lies within the group's own interval."""
    table, whole = question.tables[test.by], question.tables.get("")
    rows = table[table[test.by] == test.group]
    if whole is None or whole.empty:
        return None
    told = _means(rows, whole) if not test.categories else _shares(question, rows, whole, test.categories, level)
    if not told:
        return None
    value, low, high, all_of_them, words, largest = told
    if low <= all_of_them <= high or (value > all_of_them) != (test.difference > 0):
        return None
    opening = _(WHERE.get(test.by, N_("In the group %(group)s"))) % {"group": question.group(test.by, test.group)}
    text = _sentence(bool(test.categories), test.difference > 0) % (words | {"where": opening})
    cells = (question.cell_id(test.by, test.group, largest), question.cell_id("", "", largest))
    size = abs(value - all_of_them) / (1.0 if test.categories else max(abs(all_of_them), 1e-9))
    return Finding(
        text, DIFFERENCE, question.item.name, question.item.label, test.by, test.group, cells, 50.0 + min(size, 1) * 40
    )


def _sentence(share: bool, more: bool) -> str:
    if share and more:
        return _("%(where)s, more people answer %(answer)s: %(share)s. In the whole panel it is %(whole)s.")
    if share:
        return _("%(where)s, fewer people answer %(answer)s: %(share)s. In the whole panel it is %(whole)s.")
    if more:
        return _("%(where)s, the average is higher: %(share)s. In the whole panel it is %(whole)s.")
    return _("%(where)s, the average is lower: %(share)s. In the whole panel it is %(whole)s.")


def _shares(
    question: QuestionTables, rows: pd.DataFrame, whole: pd.DataFrame, categories: Sequence[Hashable], level: float
) -> _Told | None:
    here = together(shown(rows, question.item), categories, level)
    there = together(shown(whole, question.item), categories, level)
    if not here or not there:
        return None
    words = {"answer": question.answer(categories), "share": here.told(), "whole": percent(there.value)}
    return here.value, here.low, here.high, there.value, words, here.largest


def _means(rows: pd.DataFrame, whole: pd.DataFrame) -> _Told | None:
    here, there = rows.iloc[0], whole.iloc[0]
    if there["hidden"] or math.isnan(there["mean"]):
        return None
    span = f"{number(here['low'], here)}–{number(here['high'], here)}"
    words = {"share": f"{number(here['mean'], here)} ({span})", "whole": number(there["mean"], here)}
    return here["mean"], here["low"], here["high"], there["mean"], words, None
