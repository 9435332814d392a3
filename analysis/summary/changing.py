"""What has changed since an earlier wave, made from the tables of both; nothing where chance may have made it."""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from analysis.words import _

from . import contrasts
from .contrasts import Contrast, Estimate
from .differing import asked
from .values import CHANGE, NO_CHANGE, Cells, Claim, Finding, QuestionTables, amount, measure, number, span_of, together

NOW, BEFORE = "now", "before"


@dataclass(frozen=True)
class _Pair:
    """A question as it was answered now and in the earlier wave."""

    now: QuestionTables
    before: QuestionTables


def changes(
    questions: Sequence[QuestionTables], earlier: Sequence[QuestionTables], wave: str, level: float = 0.95
) -> tuple[Finding, ...]:
    """Changes of the whole panel since the wave called ``wave``, and the questions in which none is assured.

    The waves are compared as if they were independent samples: where the same people answered both, what is told is
    surer than it says. As many tests are accounted for as are made, as in ``contrasts.assured``, at half the risk: groups
    take the other half, so that a page with both still has a sentence of mere chance at most once in twenty (measured:
    groups use less than half of what they may).
    """
    past = {question.item.name: question for question in earlier}
    pairs = {
        question.item.name: _Pair(question, past[question.item.name])
        for question in questions
        if question.item.name in past and _alike(question, past[question.item.name])
    }
    tests = {name: list(_tests(pair)) for name, pair in pairs.items()}
    tests = {name: found for name, found in tests.items() if found}
    every = [test for found in tests.values() for test in found]
    sure = contrasts.assured(every, len(tests), (1 + level) / 2) if tests else []
    told = [finding for test in sure if (finding := _change(pairs[test.question], test, wave, level))]
    changed = {finding.question for finding in told}
    return (*sorted(told, key=lambda one: -one.weight), *(_none(pairs[name].now, wave) for name in tests if name not in changed))


def _alike(now: QuestionTables, before: QuestionTables) -> bool:
    """Whether both waves can be set against each other: the same answers, told in the same way."""
    tables = (now.tables.get(""), before.tables.get(""))
    if any(table is None or table.empty for table in tables):
        return False
    return now.codes == before.codes and len({measure(table) for table in tables if table is not None}) == 1


def _tests(pair: _Pair) -> Iterator[Contrast]:
    for categories, estimates in _estimates(pair):
        for _group, gap, p in contrasts.against_the_rest(estimates):
            yield Contrast(pair.now.item.name, "", NOW, categories, gap, p)


def _estimates(pair: _Pair) -> Iterator[tuple[tuple[Hashable, ...], list[Estimate]]]:
    sides = ((NOW, pair.now), (BEFORE, pair.before))
    if measure(pair.now.tables[""]) == "mean":
        rows = [(name, side.tables[""].iloc[0]) for name, side in sides]
        if not any(row["hidden"] or math.isnan(row["mean"]) for _name, row in rows):
            yield (), [Estimate(name, row["mean"], row["se"], row["base"]) for name, row in rows]
        return
    shown: dict[Hashable, Cells] = {name: side.cells("").get("", Cells()) for name, side in sides}
    known = all(cells or cells.ends for cells in shown.values())
    for categories in asked(pair.now, shown) if known else ():
        shares = {name: together(side, shown[name], categories) for name, side in sides}
        yield (
            categories,
            [
                Estimate(name, share.value, share.se, shown[name].base, share.effective)
                for name, share in shares.items()
                if share
            ],
        )


def _change(pair: _Pair, test: Contrast, wave: str, level: float) -> Finding | None:
    told = _shares(pair, test, level) if test.categories else _means(pair)
    if told is None:
        return None
    numbers, words, cell = told
    text = _sentence(bool(test.categories), test.difference > 0) % (words | {"wave": wave})
    claim = Claim("risen" if test.difference > 0 else "fallen", test.categories, (), numbers)
    part = abs(numbers[0] - numbers[3]) / (1.0 if test.categories else max(abs(numbers[3]), 1e-9))
    name, about, weight = pair.now.item.name, pair.now.item.label, 45.0 + 40 * min(part, 1.0)
    return Finding(text, CHANGE, name, about, cells=(cell,), weight=weight, claim=claim)


_Words = tuple[tuple[float, ...], dict[str, str], str]


def _shares(pair: _Pair, test: Contrast, level: float) -> _Words | None:
    now = together(pair.now, pair.now.cells("").get("", {}), test.categories, level)
    before = together(pair.before, pair.before.cells("").get("", {}), test.categories, level)
    if not now or not before or round(100 * now.value) == round(100 * before.value):
        return None
    words = {"answer": pair.now.answer(test.categories), "share": now.told(), "before": before.told()}
    return (*now.numbers, *before.numbers), words, pair.now.cell_id("", "", now.largest)


def _means(pair: _Pair) -> _Words | None:
    now, before = pair.now.tables[""].iloc[0], pair.before.tables[""].iloc[0]
    told = [f"{amount(pair.now.item, row['mean'], row)} ({span_of(row)})" for row in (now, before)]
    if number(now["mean"], now) == number(before["mean"], before):
        return None
    numbers = tuple(float(row[name]) for row in (now, before) for name in ("mean", "low", "high"))
    return numbers, {"share": told[0], "before": told[1]}, pair.now.cell_id("", "", None)


def _sentence(share: bool, more: bool) -> str:
    if share and more:
        return _("More people answer %(answer)s than in the wave %(wave)s: %(share)s against %(before)s.")
    if share:
        return _("Fewer people answer %(answer)s than in the wave %(wave)s: %(share)s against %(before)s.")
    if more:
        return _("The average is higher than in the wave %(wave)s: %(share)s against %(before)s.")
    return _("The average is lower than in the wave %(wave)s: %(share)s against %(before)s.")


def _none(question: QuestionTables, wave: str) -> Finding:
    text = _("We see no sure change since the wave %(wave)s. A small one may still be there.") % {"wave": wave}
    return Finding(text, NO_CHANGE, question.item.name, question.item.label, weight=4.0, of=(wave,))
