"""The report to the council and the parties: what was asked and promised, who answered, what they say, what is owed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from analysis import documents, figures
from analysis.documents import (
    Box,
    Document,
    Grid,
    GridCell,
    Paragraph,
    Part,
    Picture,
    Points,
    Quote,
    Said,
    Section,
    Sentence,
    Series,
)
from analysis.figures import Step, Words
from analysis.report import Report
from analysis.summary import CHANGE, DIFFERENCE, MINORITY, NO_CHANGE, NO_DIFFERENCE, UNKNOWN, Finding, gathered
from analysis.words import _, current, day, decimal, ngettext, percent, stopped
from surveys.briefs import Page
from surveys.dialogues import promise, step
from surveys.models import Dialogue
from surveys.quality import Mirror


@dataclass(frozen=True)
class Released:
    """What people may read that no rule can make: a released quote and its question, themes, proposals, file number."""

    quotes: Sequence[tuple[str, str]] = ()
    """The question, and what somebody answered to it."""
    themes: Sequence[tuple[str, str]] = ()
    """A theme of the open answers, and what is said of it."""
    proposals: str = ""
    reference: str = ""
    """The file number (diarienummer)."""
    officer: str = ""
    """The official who has prepared the report."""


def document(page: Page, municipality: str, released: Released = Released()) -> Document:
    """The whole report in the language spoken now; it is dated by the closing of the survey, never by the clock."""
    dialogue, report, found = page.dialogue, page.report, gathered(page.report.findings)
    assert page.survey.closed_on is not None  # results are shown of closed surveys only
    return Document(
        title=dialogue.title,
        kind=_("Report to the council and the parties"),
        author=municipality,
        language=current(),
        made=page.survey.closed_on,
        facts=_head(page, released),
        sections=tuple(
            Section(title, parts, slide)
            for title, parts, slide in (
                (_("Summary"), _summary(page), True),
                (_("Background"), _background(dialogue), False),
                (_("What was promised"), _promised(dialogue), True),
                (_("How it was done"), (page.how,), True),
                (_("Who answered"), tuple(_who(page)), True),
                (_("What the answers say"), documents.results(report, _some(page)), True),
                (_("What differs between groups"), _different(report, found), True),
                (_("What has changed"), _changed(found), True),
                (_("Views of minorities"), _of(found, MINORITY), True),
                (_("What we do not know"), _unknown(page, found), True),
                (_("In their own words"), tuple(_open(report, released)), False),
                (_("Proposals for decision"), (Paragraph(_proposals(dialogue, released)),), True),
                (_("What the municipality owes back"), _owed(page), True),
                (_("Appendix: tables by group"), tuple(documents.tables(report)), False),
            )
            if parts
        ),
        said=Said.now(),
        made_up=dialogue.made_up,
    )


def _head(page: Page, released: Released) -> tuple[tuple[str, str], ...]:
    dialogue, survey = page.dialogue, page.survey
    lines = (
        (_("To"), dialogue.body),
        (_("Survey"), survey.title if survey.title != dialogue.title else ""),
        (_("The survey closed"), day(survey.closed_on) if survey.closed_on else ""),
        (_("File number"), released.reference),
        (_("Prepared by"), released.officer),
        (_("Initiated by"), dialogue.initiated_by),
        (_("Governing document"), dialogue.governing_document),
    )
    return tuple((label, value) for label, value in lines if value)


def _summary(page: Page) -> tuple[Part, ...]:
    first = (page.headline,) if page.headline else ()
    points = [documents.sentence(one) for one in (*first, *page.findings[:3], *page.differences[:2], *page.unknown[:1])]
    opening = page.how.asked if not page.margin else f"{page.how.asked} {page.how.margin}"
    told = points if points and page.report.base else [Sentence(page.silence)]
    return Paragraph(opening), Points((*told, Sentence(page.owed)))


def _background(dialogue: Dialogue) -> tuple[Part, ...]:
    """What is to be decided, and why it was asked; a reason for having answered no tells nothing by itself."""
    texts = [
        dialogue.purpose,
        dialogue.needs_knowledge_reason if dialogue.needs_knowledge else "",
        dialogue.teaches_reason if dialogue.teaches else "",
    ]
    if dialogue.statutory_how.strip():
        texts.append(f"{_('How a written view is lodged')}: {dialogue.statutory_how}")
    return tuple(Paragraph(text) for text in texts if text.strip())


def _promised(dialogue: Dialogue) -> tuple[Part, ...]:
    lines = (
        (_("What can change"), dialogue.can_change),
        (_("What cannot change"), dialogue.cannot_change),
    )
    return (
        Paragraph(f"{_(step(dialogue))}. {_(promise(dialogue))}"),
        *(Paragraph(f"{label}: {text}") for label, text in lines if text.strip()),
    )


def _who(page: Page) -> Iterator[Part]:
    yield Paragraph(page.representativeness)
    for kind, rows in page.quality.mirrors.items():
        if kind == "age_group" and rows and all(row.answered is not None for row in rows):
            yield _pyramid(rows)
        if rows:
            yield _mirrored(page.report.by.get(kind, kind), rows)
    if page.quality.figures:
        lines = tuple(tuple(map(GridCell, figure)) for figure in page.quality.figures)
        yield Grid(_("How good the sample is"), (_("Measure"), _("Value"), _("What it tells")), lines)


def _mirrored(label: str, rows: Sequence[Mirror]) -> Grid:
    panel = any(row.panel is not None for row in rows)
    head = (label, _("Inhabitants"), *((_("The panel"),) if panel else ()), _("Invited"), _("Of the answers"))
    lines = [
        (
            GridCell(row.label),
            *(GridCell(_share(part)) for part in (row.population, *((row.panel,) if panel else ()), row.invited)),
            GridCell(_("hidden") if row.answered is None else percent(row.answered)),
        )
        for row in rows
    ]
    return Grid(_("Who answered: by %(group)s") % {"group": label.lower()}, head, tuple(lines))


def _share(part: float | None) -> str:
    return "–" if part is None else percent(part)


def _pyramid(rows: Sequence[Mirror]) -> Picture:
    told = "; ".join(
        _("%(group)s: %(invited)s of the invited, %(answered)s of the answers")
        % {"group": row.label, "invited": percent(row.invited), "answered": percent(row.answered or 0.0)}
        for row in rows
    )
    known = all(row.population is not None for row in rows)
    sides = [(_("Inhabitants"), tuple(row.population for row in rows))] if known else []
    sides += [(_("Invited"), tuple(row.invited for row in rows)), (_("Of the answers"), tuple(row.answered for row in rows))]
    words = Words(_("Invited and answers by age"), "", "", f"{told}.")
    return Picture(partial(_drawn, tuple(rows)), words, Series(tuple(row.label for row in rows), tuple(sides)))


def _drawn(rows: Sequence[Mirror]) -> Any:
    steps = [
        Step(row.label, (row.invited, row.answered or 0.0), None if row.population is None else (row.population, row.population))
        for row in rows
    ]
    return figures.pyramid(steps, (_("Invited"), _("Answered")), (_("The panel"), _("The inhabitants")), Words(""))


def _some(page: Page) -> set[str]:
    """The questions that were put only to those who had answered another in a certain way."""
    return {question.name for question in page.quality.skipped if question.routed}


def _different(report: Report, findings: Iterable[Finding]) -> tuple[Part, ...]:
    """Which groups differ, and below it what is sure in each question."""
    found, overview = _of(findings, DIFFERENCE, NO_DIFFERENCE), documents.overview(report)
    return (*found, overview) if found and overview else found


def _of(findings: Iterable[Finding], *kinds: str) -> tuple[Part, ...]:
    """The findings of some kinds as a list; nothing where there is none."""
    found = [documents.sentence(finding) for finding in findings if finding.kind in kinds]
    return (Points(tuple(found)),) if found else ()


def _changed(findings: Iterable[Finding]) -> tuple[Part, ...]:
    """What has changed since it was asked before, and what its margins are worth: answers are not tied to persons."""
    found = _of(findings, CHANGE, NO_CHANGE)
    told = _(
        "Answers of the same member are not linked. The margin of a change is counted as if others had answered each time, "
        "so it is rather too wide than too narrow."
    )
    return (*found, Paragraph(told)) if found else ()


def _unknown(page: Page, findings: Iterable[Finding]) -> tuple[Part, ...]:
    found = [documents.sentence(finding) for finding in findings if finding.kind == UNKNOWN]
    return (Points((*found, Sentence(page.how.recruitment))),)


def _open(report: Report, released: Released) -> Iterator[Part]:
    """How many have written, the themes, and the quotes that somebody has released."""
    written = [question for question in report.questions if question.total.drawn is None and question.total.base]
    for question in written:
        count = question.total.base or 0
        text = ngettext("%(count)s answer.", "%(count)s answers.", count) % {"count": decimal(count)}
        yield Paragraph(f"{stopped(question.label)} {text}")
    if released.themes:
        yield Points(tuple(Sentence(f"{theme}: {text}") for theme, text in released.themes))
    yield from (Quote(text, question) for question, text in released.quotes)
    if written and not released.quotes:
        yield Paragraph(_("The answers are not quoted here. They may be, once somebody has read and released them."))


def _proposals(dialogue: Dialogue, released: Released) -> str:
    if released.proposals.strip():
        return released.proposals
    if released.officer:
        return _("%(officer)s writes the proposals, and %(body)s decides.") % {
            "officer": released.officer,
            "body": dialogue.body,
        }
    return _("The official who prepares the matter writes the proposals, and %(body)s decides.") % {"body": dialogue.body}


def _owed(page: Page) -> tuple[Part, ...]:
    told = page.dialogue.feedback if page.dialogue.feedback_published else ""
    return (Box(_("What the municipality owes back"), (Sentence(page.owed),)), *((Paragraph(told),) if told.strip() else ()))
