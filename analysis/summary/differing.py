"""Groups that answer otherwise than the rest of the panel, where that is statistically assured."""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.comparison import CLEAR, cohens_h, size
from analysis.dataset import NOT_STATED
from analysis.words import N_, _, percent

from . import contrasts
from .contrasts import Contrast, Estimate
from .values import DIFFERENCE, Cells, Claim, Finding, QuestionTables, Share, amount, ends, measure, span_of, together

WHERE = {"age_group": N_("In the age group %(group)s"), "district": N_("In %(group)s")}


@dataclass(frozen=True)
class _Told:
    """A group's number with its interval, that of the whole panel, both in words, and the cells they stand in."""

    value: float
    low: float
    high: float
    whole: float
    words: dict[str, str]
    largest: Hashable
    overall: Hashable
    effect: float = 0.0


def differences(questions: Sequence[QuestionTables], level: float = 0.95) -> tuple[Finding, ...]:
    """Groups that answer otherwise than the rest, where that is statistically assured; the largest first."""
    tests = {question.item.name: list(tests_of(question)) for question in questions}
    tested = sum(bool(found) for found in tests.values())
    sure = contrasts.assured([test for found in tests.values() for test in found], tested, level)
    by_name = {question.item.name: question for question in questions}
    told: dict[tuple[str, str, Hashable], Finding] = {}
    for test in sorted(sure, key=lambda one: one.p):
        question = by_name[test.question]
        before = {group for name, by, group in told if (name, by) == (test.question, test.by)}
        stands = _stands(question, test, before, len(tests[test.question]))
        finding = _difference(question, test, level) if stands else None
        if finding:
            told.setdefault((test.question, test.by, test.group), finding)
    return tuple(sorted(told.values(), key=lambda finding: -finding.weight))


def tests_of(question: QuestionTables) -> Iterator[Contrast]:
    """Each group against the rest, in each breakdown, for each answer that is not the mirror of another."""
    for by in filter(None, question.tables):
        for categories, estimates in _estimates(question, by):
            for group, gap, p in contrasts.against_the_rest(estimates):
                yield Contrast(question.item.name, by, group, categories, gap, p)


def _stands(question: QuestionTables, test: Contrast, before: set[Hashable], tests: int) -> bool:
    """Whether a group differs also from those that have not been told of: Ås is not low because Föllinge is high."""
    if not before:
        return True
    for categories, estimates in _estimates(question, test.by):
        others = [one for one in estimates if one.group not in before]
        for group, gap, p in contrasts.against_the_rest(others) if categories == test.categories else ():
            if group == test.group:
                return p * tests <= test.limit and gap * test.difference > 0
    return False


def _estimates(question: QuestionTables, by: str) -> Iterator[tuple[tuple[Hashable, ...], list[Estimate]]]:
    question = question.tried or question
    table = question.tables[by]
    if measure(table) == "mean":
        rows = table[~table["hidden"].astype(bool) & (table[by] != NOT_STATED)]
        values = zip(rows[by], rows["mean"], rows["se"], rows["base"], strict=True)
        yield (), [Estimate(group, mean, se, base) for group, mean, se, base in values]
        return
    groups = {group: cells for group, cells in question.cells(by).items() if group != NOT_STATED}
    for categories in asked(question, groups):
        shares = {group: together(question, cells, categories) for group, cells in groups.items()}
        yield (
            categories,
            [
                Estimate(group, share.value, share.se, groups[group].base, share.effective)
                for group, share in shares.items()
                if share
            ],
        )


def asked(question: QuestionTables, groups: Mapping[Hashable, Cells]) -> list[tuple[Hashable, ...]]:
    """The answers to test: an end of a scale if groups with most of the answers show it, else each, and one of two."""
    codes = question.codes
    bases = {group: cells.base for group, cells in groups.items()}
    for end in ends(codes)[::-1] if question.ordered else ():
        shown = sum(base for group, base in bases.items() if together(question, groups[group], end))
        if shown and 2 * shown >= sum(bases.values()):
            return [end]
    return [codes[:1]] if len(codes) == 2 and not question.several else [(code,) for code in codes]


def _difference(question: QuestionTables, test: Contrast, level: float) -> Finding | None:
    """The sentence of a test, unless the whole panel's number lies within the group's own interval."""
    told = _shares(question, test, level) if test.categories else _means(question, test)
    if not told:
        return None
    if told.low <= told.whole <= told.high or (told.value > told.whole) != (test.difference > 0):
        return None
    text = _sentence(bool(test.categories), test.difference > 0) % (told.words | {"where": where(question, test.by, test.group)})
    if told.effect:
        text = f"{text} {_('It is %(size)s.') % {'size': size(told.effect)}}"
    cells = (question.cell_id(test.by, test.group, told.largest), question.cell_id("", "", told.overall))
    part = abs(told.value - told.whole) / (1.0 if test.categories else max(abs(told.whole), 1e-9))
    numbers = (told.value, told.low, told.high, told.whole)
    claim = Claim("above" if test.difference > 0 else "below", test.categories, (), numbers, told.effect)
    name, about, weight = question.item.name, question.item.label, 50.0 + 40 * min(part, 1.0)
    return Finding(text, DIFFERENCE, name, about, test.by, test.group, cells, weight, claim=claim)


def where(question: QuestionTables, by: str, group: Hashable) -> str:
    """The opening of a sentence about a group: In the age group 65–79 år."""
    return _(WHERE.get(by, N_("In the group %(group)s"))) % {"group": question.group(by, group)}


def _sentence(share: bool, more: bool) -> str:
    if share and more:
        return _("%(where)s, more people answer %(answer)s: %(share)s. In the whole panel it is %(whole)s.")
    if share:
        return _("%(where)s, fewer people answer %(answer)s: %(share)s. In the whole panel it is %(whole)s.")
    if more:
        return _("%(where)s, the average is higher: %(share)s. In the whole panel it is %(whole)s.")
    return _("%(where)s, the average is lower: %(share)s. In the whole panel it is %(whole)s.")


def _shares(question: QuestionTables, test: Contrast, level: float) -> _Told | None:
    here = together(question, question.cells(test.by).get(test.group, Cells()), test.categories, level)
    there = together(question, question.cells("").get("", Cells()), test.categories, level)
    if not here or not there:
        return None
    words = {"answer": question.answer(test.categories), "share": here.told(), "whole": percent(there.value)}
    overall = here.largest if here.largest in question.codes else there.largest
    return _Told(*here.numbers, there.value, words, here.largest, overall, _effect(here, there.value))


def _effect(here: Share, whole: float) -> float:
    """Cohen's h where the word for it holds at both ends of the group's interval, or at the end nearer to it; else 0.

    "Large" and "clear" are claimed of the end nearer to the whole panel, "small" of the farther one.
    """
    near, far = sorted(abs(cohens_h(end, whole)) for end in (here.low, here.high))
    held = near if near >= CLEAR else far if far < CLEAR else 0.0
    return math.copysign(held, here.value - whole) if held else 0.0


def _means(question: QuestionTables, test: Contrast) -> _Told | None:
    table, whole = question.tables[test.by], question.tables[""]
    here, there = table[table[test.by] == test.group].iloc[0], whole.iloc[0]
    if there["hidden"] or math.isnan(there["mean"]):
        return None
    item = question.item
    words = {"share": f"{amount(item, here['mean'], here)} ({span_of(here)})", "whole": amount(item, there["mean"], here)}
    return _Told(float(here["mean"]), float(here["low"]), float(here["high"]), float(there["mean"]), words, None, None)
