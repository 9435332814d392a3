"""Findings in plain words, made by rules from safe tables; none says more than its interval holds."""

from collections.abc import Sequence

from .differing import differences
from .leads import lead
from .reading import lix
from .unknown import no_differences, unknown
from .values import DIFFERENCE, LEAD, NO_DIFFERENCE, UNKNOWN, Finding, QuestionTables

__all__ = [
    "DIFFERENCE", "LEAD", "NO_DIFFERENCE", "UNKNOWN", "Finding", "QuestionTables", "differences", "findings", "lix",
]  # fmt: skip


def findings(questions: Sequence[QuestionTables], level: float = 0.95) -> tuple[Finding, ...]:
    """What the answers say, what differs between groups and what is not known, in that order."""
    leads = [told for i, question in enumerate(questions) for told in lead(question, 100.0 - i, level)]
    different = differences(questions, level)
    return (*leads, *different, *no_differences(questions, different), *unknown(questions))
