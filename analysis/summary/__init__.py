"""Findings in plain words, made by rules from safe tables; none says more than its interval holds."""

from collections.abc import Sequence

from .changing import changes
from .differing import differences
from .gathering import gathered
from .leads import lead
from .minorities import minorities
from .reading import lix
from .unknown import no_differences, unknown
from .values import (
    CHANGE,
    DIFFERENCE,
    LEAD,
    MINORITY,
    NO_CHANGE,
    NO_DIFFERENCE,
    UNKNOWN,
    Claim,
    Finding,
    QuestionTables,
)

__all__ = [
    "CHANGE", "DIFFERENCE", "LEAD", "MINORITY", "NO_CHANGE", "NO_DIFFERENCE", "UNKNOWN", "Claim", "Finding",
    "QuestionTables", "changes", "differences", "findings", "gathered", "lix",
]  # fmt: skip


def findings(
    questions: Sequence[QuestionTables],
    level: float = 0.95,
    earlier: Sequence[QuestionTables] = (),
    wave: str = "",
) -> tuple[Finding, ...]:
    """What the answers say, what differs between groups, what has changed, minority views and what is not known.

    Parameters
    ----------
    questions
        The tables of this wave, as they may be shown.
    level
        Confidence level.
    earlier, wave
        The tables of an earlier wave, and what it is called ("2024"); without them nothing is said of change.
    """
    leads = [told for i, question in enumerate(questions) for told in lead(question, 100.0 - i, level)]
    different = differences(questions, level)
    changed = changes(questions, earlier, wave, level)
    beside = minorities(questions, different, level)
    return (*leads, *different, *no_differences(questions, different), *changed, *beside, *unknown(questions))
