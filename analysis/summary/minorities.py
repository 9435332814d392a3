"""What fewer than half say but many do: views that a council should hear of beside the leading one."""

from collections.abc import Iterator, Sequence

from analysis.words import _, percent

from .differing import where
from .leads import leading
from .values import DIFFERENCE, MINORITY, Cells, Claim, Finding, QuestionTables, Share, ends, together

LEAST = 0.15
"""A minority of a smaller share is not told of."""
SURELY = 0.1
"""Nor one that may be smaller than this."""


def minorities(questions: Sequence[QuestionTables], different: Sequence[Finding], level: float = 0.95) -> Iterator[Finding]:
    """Views against that of a sure majority, in the whole panel; then groups whose majority is of another mind.

    Only questions where each gives one answer have minorities. A group is told of if its difference to the others is
    among ``different``, that is, assured with all tests counted.
    """
    by_name = {question.item.name: question for question in questions}
    for question in questions:
        yield from _beside(question, level)
    for finding in different:
        yield from _otherwise(by_name[finding.question], finding, level)


def _beside(question: QuestionTables, level: float) -> Iterator[Finding]:
    """The answers, or the end of the scale, beside that of a sure majority."""
    majority = _majority(question, level)
    if majority is None:
        return
    for share in _others(question, majority, level):
        if share.value >= LEAST and share.low >= SURELY and round(100 * share.high) < 50:
            text = _("A minority answers %(answer)s: %(share)s.")
            said = {"answer": question.answer(share.categories), "share": share.told()}
            claim = Claim("minority", share.categories, majority.categories, share.numbers)
            cells = (question.cell_id("", "", share.largest), question.cell_id("", "", majority.largest))
            name, about = question.item.name, question.item.label
            yield Finding(text % said, MINORITY, name, about, cells=cells, weight=30 + 10 * share.value, claim=claim)


def _majority(question: QuestionTables, level: float) -> Share | None:
    """The answer or the end of the scale that surely more than half choose."""
    told = None if question.several or not question.cells("") else leading(question, level)
    if told is None or not told.sure or not told.claim.categories or round(100 * told.claim.numbers[1]) <= 50:
        return None
    return together(question, question.cells("").get("", Cells()), told.claim.categories, level)


def _others(question: QuestionTables, majority: Share, level: float) -> list[Share]:
    shown, codes = question.cells("").get("", Cells()), question.codes
    if question.ordered and len(majority.categories) > 1:
        sides = [end for end in ends(codes) if end != majority.categories]
    else:
        sides = [(code,) for code in codes if code not in majority.categories]
    return [share for side in sides if (share := together(question, shown, side, level))]


def _otherwise(question: QuestionTables, finding: Finding, level: float) -> Iterator[Finding]:
    """A group of which more than half answer what surely less than half of the whole panel does."""
    claim = finding.claim
    if finding.kind != DIFFERENCE or claim.says != "above" or question.several or not claim.categories:
        return
    here = together(question, question.cells(finding.by).get(finding.group, Cells()), claim.categories, level)
    there = together(question, question.cells("").get("", Cells()), claim.categories, level)
    if not here or not there or round(100 * here.low) <= 50 or round(100 * there.high) >= 50:
        return
    text = _("%(where)s, more than half answer %(answer)s: %(share)s. In the whole panel it is a minority: %(whole)s.")
    said = {"where": where(question, finding.by, finding.group), "answer": question.answer(claim.categories)}
    said |= {"share": here.told(), "whole": percent(there.value)}
    told = Claim("other-majority", claim.categories, (), (*here.numbers, there.value))
    name, about, weight = question.item.name, question.item.label, 40.0
    yield Finding(text % said, MINORITY, name, about, finding.by, finding.group, finding.cells, weight, claim=told)
