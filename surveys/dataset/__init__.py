"""The only bridge to the analysis: a closed survey's responses as a data set with its codebook."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from analysis.dataset import Dataset, Item
from analysis.words import _
from surveys import bands, envelopes
from surveys.dataset import columnar, weights
from surveys.dataset.weights import Weighting
from surveys.lifecycle import shows_results
from surveys.models import Survey
from surveys.refusals import Refusal

NOT_KEPT = ""
"""The code of a group that a response does not carry, since too few shared it."""


class NotYet(Refusal):
    """Results of an open survey are shown to nobody, and of a closed one when all of it is there."""


def load(session: Session, survey: Survey, language: str, weighted: bool = True) -> Dataset:
    """Every response of a closed survey: a row each, a column per item, age group and district.

    Weighted to the population by age group and district where ``weighing`` advises it, unless ``weighted`` is false.
    Raises `NotYet` while the survey is open.
    """
    check(session, survey)
    frame = columnar.frame(session, survey, survey.current.questionnaire)
    found = weights.weigh(survey, frame).used if weighted else None
    return Dataset(
        frame if found is None else frame.assign(**{weights.COLUMN: found.values}),
        weight=None if found is None else weights.COLUMN,
        calibration=None if found is None else found.calibration,
        **described(survey, language),
    )


def batches(session: Session, survey: Survey) -> tuple[str | None, Iterator[pd.DataFrame]]:
    """The rows of what ``load`` gives, some at a time, at least one batch; and the column of the weights, if there are any.

    Raises `NotYet` as ``load``.
    """
    check(session, survey)
    frames = columnar.batches(session, survey, survey.current.questionnaire)
    found = weights.weigh(survey, columnar.bands(session, survey)).used
    if found is None:
        return None, frames
    return weights.COLUMN, (frame.assign(**{weights.COLUMN: found.values.loc[frame.index]}) for frame in frames)


def described(survey: Survey, language: str) -> dict[str, Any]:
    """What a data set says of its columns in a language: items, groups and what groups are called."""
    questions = survey.current.questionnaire.questions
    specs = [spec for question in questions for spec in question.kind.items(question, language)]
    ages = {code: bands.label(code, survey.age_groups) for code in survey.age_groups}
    groups = {"age_group": ages, "district": survey.districts}
    return {
        "items": [Item(s.name, s.label, s.scale, s.categories, s.missing, unit=s.unit) for s in specs],
        "groups": {name: _levels(labels) for name, labels in groups.items()},
        "group_names": {"age_group": _("Age group"), "district": _("District")},
    }


def weighing(session: Session, survey: Survey) -> Weighting:
    """The weights of a closed survey's responses, whether `load` uses them, and why; raises `NotYet` as `load`."""
    check(session, survey)
    return weights.weigh(survey, columnar.bands(session, survey))


def _levels(labels: dict[str, str]) -> dict[str, str]:
    """The groups in order, and last those whose group is not kept."""
    return labels | {NOT_KEPT: _("Not kept, since too few shared it")}


def check(session: Session, survey: Survey) -> None:
    """Raise `NotYet` while the survey is open, and until its last answers are in: a half-full result, set against the
    whole one, would tell of those who came last."""
    if not shows_results(survey):
        raise NotYet(_("Results are shown when the survey is closed, to everybody at the same time."))
    if envelopes.waiting(session, survey):
        raise NotYet(_("Some answers are still being mixed. Try again in a minute."))
