"""What the presidium reads of one survey: facts, findings and method, in plain words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis import figures
from analysis.briefing import Brief
from analysis.precision import quantile, wilson
from analysis.report import Finding, Report
from analysis.summary import DIFFERENCE, LEAD, NO_DIFFERENCE, UNKNOWN
from analysis.words import _, day, decimal, percent
from surveys import representativeness
from surveys.clock import today
from surveys.dialogues import overdue, promise, step
from surveys.invitations import Status, status
from surveys.models import Dialogue, Survey

MOST = 5
"""Findings told on the page; all of them are among the results."""


@dataclass(frozen=True)
class Page:
    """Everything on the presidium's page of one survey."""

    survey: Survey
    dialogue: Dialogue
    status: Status
    report: Report
    representativeness: str
    findings: tuple[Finding, ...]
    differences: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    method: tuple[str, ...]
    owed: str
    late: bool

    @property
    def margin(self) -> str:
        """Half the width of the widest interval of a share in the whole panel, such as ±6."""
        return margin(self.report.base, self.report.level)


def margin(base: int, level: float = 0.95) -> str:
    """The margin of error of a share of one half, in percentage points; empty without answers."""
    if not base:
        return ""
    low, high = wilson(0.5, float(base), quantile(level))  # type: ignore[arg-type]
    return "±" + decimal(round(100 * (float(high) - float(low)) / 2))


def page(session: Session, survey: Survey, report: Report, on: date) -> Page:
    """The page of a closed survey."""
    dialogue, stands = survey.dialogue, status(session, survey)
    assert dialogue is not None  # a survey opens only within a dialogue
    kinds: dict[str, tuple[Finding, ...]] = {
        kind: tuple(f for f in report.findings if f.kind == kind) for kind in (LEAD, DIFFERENCE, NO_DIFFERENCE, UNKNOWN)
    }
    return Page(
        survey,
        dialogue,
        stands,
        report,
        representativeness.sentence(survey, stands),
        tuple(sorted(kinds[LEAD], key=lambda finding: not finding.sure)[:MOST]),
        (kinds[DIFFERENCE] or kinds[NO_DIFFERENCE])[:MOST],
        kinds[UNKNOWN][:3],
        _method(survey, stands, report),
        _owed(dialogue),
        overdue(dialogue, on),
    )


def _method(survey: Survey, stands: Status, report: Report) -> tuple[str, ...]:
    counts = {"answered": decimal(stands.answered), "invited": decimal(stands.invited)}
    lines = [_("%(answered)s of %(invited)s invited answered.") % counts]
    if report.base:
        lines.append(
            _(
                "A share of the whole panel has a margin of at most %(margin)s percentage points, with %(level)s certainty. "
                "It is larger in groups."
            )
            % {"margin": margin(report.base, report.level), "level": percent(report.level)}
        )
    lines.append(representativeness.recruitment(survey))
    lines.append(
        _("Answers are weighted to the population.")
        if report.weighted
        else _("Answers are not weighted: each counts as one.")
    )
    lines.append(_("What fewer than %(count)s have answered is hidden.") % {"count": report.minimum})
    return tuple(lines)


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
    if not finding.about:
        return finding.text
    return f"{finding.about}{'' if finding.about.endswith(('?', '!', '.', ':')) else ':'} {finding.text}"


def printed(page: Page, municipality: str) -> Brief:
    """The page as the PDF takes it."""
    first = page.report.question(page.findings[0].question) if page.findings else None
    chart = first.chart("") if first else None
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
        findings=tuple(map(told, page.findings)),
        method=page.method,
        owed=page.owed,
        made=page.survey.closed_on or today(),
        chart=figures.svg(chart, words) if chart and words else b"",
        chart_description=words.description if words else "",
        differences=tuple(map(told, page.differences)),
        unknown=tuple(map(told, page.unknown)),
        made_up=page.dialogue.made_up,
    )
