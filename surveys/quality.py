"""The panel's quality sheet: from those asked to join, by way of members and invited, to those who answered.

What the register knows stands in ``survey.composition``, put there when the survey was sent; this floor never looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import scales
from analysis.dataset import Dataset
from analysis.disclosure import MINIMUM
from analysis.report import Report
from analysis.weighting import Representativity, representativity
from analysis.words import _, decimal, ngettext, percent
from surveys import dataset, representativeness
from surveys.dataset.weights import Weighting
from surveys.invitations import Count, Status, status
from surveys.models import Invitation, InvitationState, Survey
from surveys.questionnaire import Questionnaire

GOOD, FAIR = 0.8, 0.6
"""R-indicators from which those who answered mirror the invited well, and fairly well; the limits are ours."""
SKIPPED = 0.1
"""A question is told of when more than this part of those who answered the survey left it out."""
LEAST = 30
"""With fewer invited no R-indicator is told: it would be noise."""


@dataclass(frozen=True)
class Mirror:
    """A group's share of the population, the panel, the invited and the answers; None where it is not known or hidden."""

    label: str
    population: float | None
    panel: float | None
    invited: float
    answered: float | None


@dataclass(frozen=True)
class Skipped:
    """A question, and the part of those who answered the survey that left it out; None where that is hidden.

    ``routed`` tells that it was not put to everybody, so that the part says nothing of its difficulty.
    """

    name: str
    label: str
    part: float | None
    routed: bool


@dataclass(frozen=True)
class Quality:
    """What is known of how the answers came about; parts from 0 to 1, None where they can't be known.

    Attributes
    ----------
    recruitment
        Joined of those who were asked to join by a random draw.
    retention
        Members still there of all who ever joined; ``left`` of them the last year.
    response
        Answered of invited.
    cumulative
        The product of the three: answers as a part of those who were once asked.
    indicator
        The R-indicator of the answers among the invited, by age group and district.
    skipped
        Every question that answers are counted of.
    mirrors
        "age_group" and "district", each group beside the population.
    weighting
        Whether answers are weighted, and why.
    figures
        What there is, as (label, number, note), for tiles and tables.
    sentences
        The same in words, the most important first; the last is ``honest``.
    honest
        What the margins of a self-recruited panel do not show (Surveyföreningen 2014).
    """

    recruitment: float | None
    retention: float | None
    left: int | None
    response: float | None
    cumulative: float | None
    indicator: Representativity | None
    skipped: tuple[Skipped, ...]
    mirrors: Mapping[str, tuple[Mirror, ...]]
    weighting: Weighting
    figures: tuple[tuple[str, str, str], ...]
    sentences: tuple[str, ...]
    honest: str


def sheet(session: Session, survey: Survey, results: Report | Dataset) -> Quality:
    """The sheet of a closed survey, in the language spoken now; raises `NotYet` while it is open."""
    stands, weighting = status(session, survey), dataset.weighing(session, survey)
    panel: Mapping[str, Any] = survey.composition.get("panel", {})
    chain = _chain(panel, stands)
    indicator = _indicator(session, survey)
    skipped = tuple(_skipped(survey, results))
    norm = _("This is how a web panel is to be told of, by the norm of Surveyföreningen (2014).")
    honest = f"{representativeness.recruitment(survey)} {norm}"
    return Quality(
        recruitment=chain["recruitment"],
        retention=chain["retention"],
        left=chain["left"],
        response=chain["response"],
        cumulative=chain["cumulative"],
        indicator=indicator,
        skipped=skipped,
        mirrors=_mirrors(survey, stands, panel),
        weighting=weighting,
        figures=tuple(_figures(panel, chain, indicator, weighting)),
        sentences=(*_sentences(survey, stands, panel, chain, indicator, skipped, weighting), honest),
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
    questions = Questionnaire.from_json(survey.current.body).questions
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


def _mirrors(survey: Survey, stands: Status, panel: Mapping[str, Any]) -> dict[str, tuple[Mirror, ...]]:
    found = representativeness.mirrors(survey, stands)
    counts = {"age_group": stands.by_age_group, "district": stands.by_district}
    return {kind: _mirrored(rows, counts[kind], panel.get(kind, {})) for kind, rows in found.items()}


def _mirrored(
    rows: Sequence[representativeness.Mirror], counts: Sequence[Count], panel: Mapping[str, float | None]
) -> tuple[Mirror, ...]:
    told = representativeness.shown([count.answered for count in counts], MINIMUM)
    return tuple(
        Mirror(row.label, row.population, panel.get(count.code), row.invited, row.answered if tell else None)
        for row, count, tell in zip(rows, counts, told, strict=True)
    )


def _figures(
    panel: Mapping[str, Any], chain: Mapping[str, Any], indicator: Representativity | None, weighting: Weighting
) -> list[tuple[str, str, str]]:
    parts = [
        (_("Members"), _number(panel.get("members")), ""),
        (_("Joined of those asked by letter"), _part(chain["recruitment"]), ""),
        (_("Members who stay"), _part(chain["retention"]), _("of all who ever joined")),
        (_("Response rate"), _part(chain["response"]), ""),
        (_("Answers of all once asked"), _part(chain["cumulative"]), _("cumulative participation")),
        (_("R-indicator"), decimal(indicator.indicator, 2) if indicator else "", _("1 is best")),
        (_("Answers are worth"), decimal(weighting.weights.effective_size) if weighting.used and weighting.weights else "", ""),
    ]
    return [(label, number, note) for label, number, note in parts if number]


def _number(count: int | None) -> str:
    return "" if count is None else decimal(count)


def _part(part: float | None) -> str:
    return "" if part is None else percent(part, 0 if part >= 0.1 else 1)


def _sentences(
    survey: Survey,
    stands: Status,
    panel: Mapping[str, Any],
    chain: Mapping[str, Any],
    indicator: Representativity | None,
    skipped: Sequence[Skipped],
    weighting: Weighting,
) -> list[str]:
    told = [*_recruited(panel, chain), _alike(indicator), representativeness.sentence(survey, stands)]
    told += _left_out(skipped)
    told.append(weighting.advice.sentence)
    if weighting.used:
        told.append(_("Both the weighted and the unweighted numbers can be read."))
    if weighting.left_out:
        names = ", ".join(survey.districts.get(code, code) for code in weighting.left_out)
        told.append(_("Nobody answered in %(districts)s. No weights can speak for those who live there.") % {"districts": names})
    return [sentence for sentence in told if sentence]


def _recruited(panel: Mapping[str, Any], chain: Mapping[str, Any]) -> list[str]:
    told = []
    if panel.get("members"):
        drawn = panel.get("recruited", {}).get("random", 0)
        said = ngettext("The panel has %(members)s member.", "The panel has %(members)s members.", panel["members"])
        told.append(said % {"members": decimal(panel["members"])})
        told.append(_("%(share)s of them were drawn at random.") % {"share": percent(drawn / panel["members"])})
    if chain["recruitment"] is not None:
        told.append(_("%(share)s of those asked by letter joined.") % {"share": _part(chain["recruitment"])})
    if chain["left"] is not None:
        left = ngettext("%(count)s member left in the last year.", "%(count)s members left in the last year.", chain["left"])
        told.append(left % {"count": decimal(chain["left"])})
    if chain["cumulative"] is not None:
        told.append(_("In all, %(share)s of those once asked have answered.") % {"share": _part(chain["cumulative"])})
    elif panel:
        told.append(_("How large a part of those once asked have answered is not known: letters have not been counted."))
    return told


def _alike(indicator: Representativity | None) -> str:
    if indicator is None:
        return ""
    number = {"number": decimal(indicator.indicator, 2)}
    if indicator.indicator >= GOOD:
        return _("Those who answered are much like those who were invited (R-indicator %(number)s of 1).") % number
    if indicator.indicator >= FAIR:
        return _("Those who answered are fairly like those who were invited (R-indicator %(number)s of 1).") % number
    return _("Those who answered differ from those who were invited (R-indicator %(number)s of 1).") % number


def _left_out(skipped: Sequence[Skipped]) -> list[str]:
    """What most left out, among the questions that were put to everybody."""
    known = [one for one in skipped if one.part is not None and not one.routed]
    if not known:
        return []
    most = max(known, key=lambda one: one.part or 0.0)
    if (most.part or 0.0) <= SKIPPED:
        return [_("No question was left out by more than one in ten.")]
    said = _("The question that most left out, or did not know, is “%(question)s” (%(share)s).")
    return [said % {"question": most.label, "share": percent(most.part or 0.0)}]
