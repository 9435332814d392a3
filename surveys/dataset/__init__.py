"""The only bridge to the analysis: a closed survey's responses as a data set with its codebook."""

from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.dataset import Dataset, Item
from analysis.words import _
from surveys import envelopes
from surveys.lifecycle import shows_results
from surveys.models import Response, Survey
from surveys.questionnaire import Questionnaire
from surveys.refusals import Refusal

NOT_KEPT = ""
"""The code of a group that a response does not carry, since too few shared it."""


class NotYet(Refusal):
    """Results of an open survey are shown to nobody, and of a closed one when all of it is there."""


def load(session: Session, survey: Survey, language: str) -> Dataset:
    """Every response of a closed survey: a row each, a column per item, age group and district.

    Raises `NotYet` while the survey is open.
    """
    check(session, survey)
    questionnaire = Questionnaire.from_json(survey.current.body)
    specs = [spec for question in questionnaire.questions for spec in question.kind.items(question, language)]
    items = [Item(s.name, s.label, s.scale, s.categories, s.missing) for s in specs]
    groups = {"age_group": survey.age_groups, "district": survey.districts}
    return Dataset(
        _frame(session, survey, questionnaire, [item.name for item in items]),
        items,
        groups={name: _levels(labels) for name, labels in groups.items()},
        group_names={"age_group": _("Age group"), "district": _("District")},
    )


def _levels(labels: dict[str, str]) -> dict[str, str]:
    """The groups in order, and last those whose group is not kept."""
    return labels | {NOT_KEPT: _("Not kept, since too few shared it")}


def _frame(session: Session, survey: Survey, questionnaire: Questionnaire, names: list[str]) -> pd.DataFrame:
    """Rows in the order of their random ids, which says nothing."""
    query = select(Response.age_group, Response.district, Response.answers)
    rows = session.execute(query.where(Response.survey_id == survey.id).order_by(Response.id)).all()
    records = []
    for age_group, district, answers in rows:
        record = {"age_group": age_group, "district": district}
        for question in questionnaire.questions:
            record |= question.kind.columns(question, answers.get(question.name))
        records.append(record)
    return pd.DataFrame(records, columns=["age_group", "district", *names])


def rows(session: Session, survey: Survey) -> list[dict[str, Any]]:
    """One plain record per response, in no order that means anything; raises `NotYet` while the survey is open."""
    check(session, survey)
    query = select(Response.version, Response.language, Response.age_group, Response.district, Response.answers)
    found = session.execute(query.where(Response.survey_id == survey.id).order_by(Response.id)).all()
    return [dict(row._mapping) for row in found]


def check(session: Session, survey: Survey) -> None:
    """Raise `NotYet` while the survey is open, and until its last answers are in: a half-full result, set against the
    whole one, would tell of those who came last."""
    if not shows_results(survey):
        raise NotYet(_("Results are shown when the survey is closed, to everybody at the same time."))
    if envelopes.waiting(session, survey):
        raise NotYet(_("Some answers are still being mixed. Try again in a minute."))
