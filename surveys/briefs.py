"""What the presidium reads of one survey: facts, findings and method, in plain words."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis import figures, scales
from analysis.briefing import Brief
from analysis.documents import Method, sentence
from analysis.figures import Words, numbers
from analysis.precision import quantile, wilson
from analysis.report import Finding, Report, picturing
from analysis.summary import CHANGE, DIFFERENCE, LEAD, NO_DIFFERENCE, UNKNOWN, gathered
from analysis.words import N_, _, day, decimal, percent
from surveys import quality, representativeness
from surveys.clock import today
from surveys.dialogues import overdue, promise, step
from surveys.invitations import Status, status
from surveys.models import Dialogue, Survey
from surveys.quality import Quality

MOST = 3
"""Findings told on the page below the headline; all of them are among the results."""
UNWEIGHTED = {
    "converged": N_("Answers are not weighted: weights that meet the population figures could not be found."),
    "costly": N_("Answers are not weighted: the weights would make too many of them worth too little."),
    "few": N_("Answers are not weighted: they are so few that single persons would decide."),
    "bounds": N_("Answers are not weighted: to match the population, some would count too much and others too little."),
    "alike": N_("Answers are not weighted: all groups are close to their share of the population."),
}
"""Why results have no weights, by the reason of the advice; for other reasons the advice says it well."""


@dataclass(frozen=True)
class Page:
    """Everything on the presidium's page of one survey."""

    survey: Survey
    dialogue: Dialogue
    status: Status
    report: Report
    representativeness: str
    headline: Finding | None
    findings: tuple[Finding, ...]
    differences: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    how: Method
    quality: Quality
    owed: str
    late: bool

    @property
    def method(self) -> tuple[str, ...]:
        """How the numbers came about, as short as may be; whom they mirror stands by itself on the page."""
        return (self.how.asked, self.how.margin, self.how.weighting, self.how.recruitment, self.how.hiding)

    @property
    def margin(self) -> str:
        """The margin of a share of all who have answered, such as ±6; questions that fewer have answered have a wider one."""
        return _told(_widest(self.report))

    @property
    def silence(self) -> str:
        """Why nothing leads, where that is so."""
        if not self.report.base:
            return _("Nobody has answered.")
        if self.report.findings:
            return _("Too few have answered to say anything.")
        return _("The questions are of a kind that no sentences are made of. The numbers are among the results.")


def margin(base: int, level: float = 0.95) -> str:
    """The margin of error of a share of one half, in percentage points; empty without answers."""
    return _told(_half(base, level))


def _told(points: int) -> str:
    return f"±{decimal(points)}" if points else ""


def _half(base: int, level: float) -> int:
    """Half the interval of a share of one half, in percentage points; 0 without answers."""
    if not base:
        return 0
    low, high = wilson(0.5, float(base), quantile(level))  # type: ignore[arg-type]
    return numbers.half(float(low), float(high))


def _widest(report: Report) -> int:
    """The margin of a share of all who answered; weights make answers tell less, by the worst of the questions."""
    frames = [question.total.frame for question in report.questions] if report.weighted else []
    kept = [(frame["effective_base"] / frame["base"]).min() for frame in frames if "effective_base" in frame]
    return _half(math.floor(report.base * min([1.0, *(part for part in kept if part > 0)])), report.level)


def page(session: Session, survey: Survey, report: Report, on: date) -> Page:
    """The page of a closed survey."""
    dialogue, stands = survey.dialogue, status(session, survey)
    assert dialogue is not None  # a survey opens only within a dialogue
    found = gathered(report.findings)
    kinds: dict[str, tuple[Finding, ...]] = {
        kind: tuple(f for f in found if f.kind == kind) for kind in (LEAD, CHANGE, DIFFERENCE, NO_DIFFERENCE, UNKNOWN)
    }
    known = quality.sheet(session, survey, report)
    mirrored = representativeness.sentence(survey, stands, representativeness.told(stands, report))
    leads = sorted(kinds[LEAD], key=lambda finding: not finding.sure)
    return Page(
        survey,
        dialogue,
        stands,
        report,
        mirrored,
        leads[0] if leads else None,
        tuple(leads[1 : MOST + 1]),
        (*kinds[CHANGE][:1], *(kinds[DIFFERENCE] or kinds[NO_DIFFERENCE]))[:MOST],
        tuple(sorted(kinds[UNKNOWN], key=lambda finding: -finding.weight))[: MOST + 1],
        _method(survey, stands, report, mirrored, known),
        known,
        _owed(dialogue),
        overdue(dialogue, on),
    )


def _method(survey: Survey, stands: Status, report: Report, mirrored: str, known: Quality) -> Method:
    counts = {"answered": decimal(stands.answered), "invited": decimal(stands.invited)}
    rate = "–" if stands.response_rate is None else percent(stands.response_rate)
    weighting = _weighting(report, known)
    return Method(
        title=_("How sure this is"),
        asked=f"{_('%(answered)s of %(invited)s invited answered.') % counts} "
        + _("The response rate is %(rate)s.") % {"rate": rate},
        margin=_(
            "A share of all who answered has a margin of at most %(margin)s, with %(level)s certainty. "
            "It is larger in groups, and in questions that fewer have answered."
        )
        % {"margin": numbers.points(_widest(report)), "level": percent(report.level)}
        if report.base
        else _("Nobody has answered, so there is no margin to tell."),
        weighting=weighting,
        recruitment=known.honest,
        mirrored=mirrored,
        hiding=_("What fewer than %(count)s have answered is hidden.") % {"count": report.minimum},
        more=(*_opened(survey), *_quality(known, (mirrored, weighting)), *scales.explained(q.item for q in report.questions)),
    )


def _opened(survey: Survey) -> tuple[str, ...]:
    """Between which days one could answer."""
    if survey.opened_on is None or survey.closed_on is None:
        return ()
    days = {"first": day(survey.opened_on), "last": day(survey.closed_on)}
    return (_("The survey was open from %(first)s to %(last)s.") % days,)


def _quality(known: Quality, told: tuple[str, ...]) -> Iterator[str]:
    """The quality sheet, but for what is told already and for advice to whoever chooses weights."""
    apart = (*told, known.honest, known.weighting.advice.sentence)
    return (line for line in known.sentences if line not in apart)


def _weighting(report: Report, known: Quality) -> str:
    """Whether these numbers are weighted: what it costs if they are, why not if nothing could be weighted by."""
    weights = known.weighting.weights
    if report.weighted:
        told = f"{_('Answers are weighted to the population.')} {report.unweighted}".strip()
        worth = {"size": decimal(report.base), "effective": decimal(weights.effective_size) if weights else ""}
        return f"{told} {_('%(size)s answers are then worth %(effective)s.') % worth}" if weights else told
    advice = known.weighting.advice
    if advice.weight:
        return _("Answers are not weighted: each counts as one.")
    return _(UNWEIGHTED[advice.reason]) if report.base and advice.reason in UNWEIGHTED else str(advice.sentence)


def _owed(dialogue: Dialogue) -> str:
    if dialogue.feedback_published:
        return _("Feedback was published on %(day)s.") % {"day": day(dialogue.feedback_published)}
    assert dialogue.feedback_due is not None  # a gate of the opening
    return _("%(body)s owes participants, parties and public an account of what came of it, by %(day)s at the latest.") % {
        "body": dialogue.body,
        "day": day(dialogue.feedback_due),
    }


def told(finding: Finding) -> str:
    """A sentence with the question that it answers, so that it can stand by itself."""
    return sentence(finding).text


def chart(page: Page, alone: bool = True) -> bytes:
    """The chart of the headline's question as SVG, with the question and the base where it stands ``alone``; or nothing."""
    question = page.report.question(page.headline.question) if page.headline else None
    if question is None or not question.total.pictured:
        return b""
    told = question.words("")
    drawn = Words(question.label, "", told.note) if alone else Words("")
    return figures.svg(picturing.draw(question, question.total, drawn, ""), Words(question.label, "", "", told.description))


def printed(page: Page, municipality: str, address: str = "") -> Brief:
    """The page as the PDF takes it; its sentences lead to their cells where the ``address`` of the results is told."""
    first = page.report.question(page.headline.question) if page.headline else None
    words = first.words("") if first else None
    return Brief(
        municipality=municipality,
        dialogue=page.dialogue.title,
        question=first.label if first else page.survey.title,
        asked=page.dialogue.purpose,
        promise=f"{_(step(page.dialogue))}. {_(promise(page.dialogue))}",
        invited=page.status.invited,
        answered=page.status.answered,
        response_rate=page.status.response_rate,
        representativeness=page.representativeness,
        headline=told(page.headline) if page.headline else "",
        margin=page.margin,
        findings=tuple(map(told, page.findings)),
        method=page.method,
        owed=page.owed,
        made=page.survey.closed_on or today(),
        chart=chart(page),
        chart_description=words.description if words else "",
        differences=tuple(map(told, page.differences)),
        unknown=tuple(map(told, page.unknown)),
        made_up=page.dialogue.made_up,
        links=_links(page, address) if address else {},
    )


def _links(page: Page, address: str) -> dict[str, tuple[str, ...]]:
    """Where each sentence's cell is, by the part of the page that the sentences stand in."""
    parts = {
        "headline": (page.headline,) if page.headline else (),
        "findings": page.findings,
        "differences": page.differences,
        "unknown": page.unknown,
    }
    return {name: tuple(_place(finding, address) for finding in found) for name, found in parts.items()}


def _place(finding: Finding, address: str) -> str:
    group = f"?by={finding.by}" if finding.by else ""
    return f"{address}{group}#{finding.cell}" if finding.cell else f"{address}{group}"
