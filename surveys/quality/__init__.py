"""The panel's quality sheet: from those asked to join, by way of members and invited, to those who answered.

What the register knows stands in ``survey.composition``, put there when the survey was sent; this floor never looks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import scales
from analysis.dataset import Dataset
from analysis.report import Report
from analysis.weighting import Representativity, representativity
from analysis.words import _
from surveys import dataset, representativeness
from surveys.invitations import Count, Status, status
from surveys.models import Invitation, InvitationState, Survey
from surveys.quality.telling import figures, sentences
from surveys.quality.uneven import Uneven, counts, open_kinds, uneven
from surveys.quality.values import Mirror, Quality, Skipped
from surveys.representativeness import Told

__all__ = ["Mirror", "Quality", "Skipped", "Uneven", "sheet"]

LEAST = 30
"""With fewer invited no R-indicator is told: it would be noise."""


def sheet(session: Session, survey: Survey, results: Report | Dataset) -> Quality:
    """The sheet of a closed survey, in the language spoken now; raises `NotYet` while it is open."""
    stands, weighting = status(session, survey), dataset.weighing(session, survey)
    panel: Mapping[str, Any] = survey.composition.get("panel", {})
    chain = _chain(panel, stands)
    indicator = _indicator(session, survey)
    told = representativeness.told(stands, results if isinstance(results, Report) else None)
    apart = tuple(uneven(indicator, stands, told))
    skipped = tuple(_skipped(survey, results))
    norm = _("This is how a web panel is to be told of, by the norm of Surveyföreningen (2014).")
    honest = f"{representativeness.recruitment(survey)} {norm}"
    mirrored = representativeness.sentence(survey, stands, told)
    return Quality(
        recruitment=chain["recruitment"],
        retention=chain["retention"],
        left=chain["left"],
        response=chain["response"],
        cumulative=chain["cumulative"],
        indicator=indicator,
        uneven=apart,
        skipped=skipped,
        mirrors=_mirrors(survey, stands, panel, told),
        weighting=weighting,
        figures=tuple(figures(panel, chain, indicator, open_kinds(stands, told), weighting)),
        sentences=(*sentences(survey, mirrored, panel, chain, indicator, apart, skipped, weighting), honest),
        honest=honest,
    )


def _chain(panel: Mapping[str, Any], stands: Status) -> dict[str, Any]:
    """The parts by which those once asked became answers."""
    letters, drawn = panel.get("letters"), panel.get("recruited", {}).get("random")
    members, gone = panel.get("members"), panel.get("left")
    recruitment = drawn / letters if letters and drawn is not None else None
    retention = members / (members + gone) if members and gone is not None else None
    parts = (recruitment, retention, stands.response_rate)
    known = [part for part in parts if part is not None]
    cumulative = known[0] * known[1] * known[2] if len(known) == len(parts) else None
    return {
        "recruitment": recruitment,
        "retention": retention,
        "left": panel.get("left_last_year"),
        "response": stands.response_rate,
        "cumulative": cumulative,
    }


def _indicator(session: Session, survey: Survey) -> Representativity | None:
    """How alike the invited were in answering, by the groups they were invited in."""
    rows = session.execute(
        select(Invitation.age_group, Invitation.district, Invitation.state == InvitationState.ANSWERED, func.count())
        .where(Invitation.survey_id == survey.id, Invitation.state != InvitationState.WITHDRAWN)
        .group_by(Invitation.age_group, Invitation.district, Invitation.state)
    ).all()
    cells = pd.DataFrame(rows, columns=["age_group", "district", "answered", "count"])
    invited, answered = int(cells["count"].sum()), int(cells.loc[cells["answered"] == 1, "count"].sum())
    if invited < LEAST or answered in (0, invited):
        return None
    each = cells.loc[cells.index.repeat(cells["count"])].reset_index(drop=True)
    return representativity(each.astype({"answered": int}), "answered", ["age_group", "district"])


def _skipped(survey: Survey, results: Report | Dataset) -> list[Skipped]:
    """How many left each question out; don't know counts as left out, for it says nothing of the matter."""
    questions = survey.current.questionnaire.questions
    routed = {spec.name for q in questions if q.visible_if for spec in q.kind.items(q, "")}
    whole = results.base if isinstance(results, Report) else results.size
    return [
        Skipped(name, label, None if base is None or not whole else 1 - base / whole, name in routed)
        for name, label, base in _bases(results)
    ]


def _bases(results: Report | Dataset) -> list[tuple[str, str, int | None]]:
    if isinstance(results, Report):
        return [(q.name, q.label, q.total.base) for q in results.questions if not q.written]
    shown = [item for item in results.items if not scales.written(item.scale)]
    return [(item.name, item.label, int(_given(results, item.name))) for item in shown]


def _given(results: Dataset, name: str) -> int:
    item = results.item(name)
    if not item.categories:
        return int((~pd.isna(results.numbers(item))).sum())
    answers = results.answers(item)
    given = answers.codes < len(answers.categories) if answers.answered is None else answers.answered
    return int(given.sum())


def _mirrors(survey: Survey, stands: Status, panel: Mapping[str, Any], told: Told) -> dict[str, tuple[Mirror, ...]]:
    found = representativeness.mirrors(survey, stands)
    groups = counts(stands)
    return {kind: _mirrored(rows, groups[kind], panel.get(kind, {}), told[kind]) for kind, rows in found.items()}


def _mirrored(
    rows: Sequence[representativeness.Mirror],
    groups: Sequence[Count],
    panel: Mapping[str, float | None],
    told: Sequence[bool],
) -> tuple[Mirror, ...]:
    return tuple(
        Mirror(row.label, row.population, panel.get(count.code), row.invited, row.answered if tell else None)
        for row, count, tell in zip(rows, groups, told, strict=True)
    )
