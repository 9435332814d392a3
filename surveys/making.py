"""What the worker makes of a closed survey: tables as files, reports; each told step by step and made once."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import parseaddr
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis import documents, exporters
from analysis.briefing import brief_pdf
from analysis.dataset import Dataset
from analysis.report import Origin, Report, build
from analysis.report.following import follow
from analysis.report.releasing import fingerprint
from analysis.words import _, current, decimal, ngettext, speak
from surveys import briefs, coding, dataset, envelopes, jobs, lifecycle, releases, reports, waves
from surveys.clock import now, today
from surveys.dataset import freezing
from surveys.db import db, reading_only, unlocked
from surveys.models import Dialogue, Job, JobState, Response, Survey, SurveyState
from surveys.refusals import Refusal
from surveys.remembering import Remembered
from surveys.reports import Released

log = logging.getLogger(__name__)

VERSION = metadata.version("medborgarpanel")
Found = TypeVar("Found")
Progress = Callable[[int, int], None]
"""Told how many steps of how many are done."""
REPORTS: Remembered[Report] = Remembered(16)
"""The reports made last in this process: every format tells the same, and so does each survey that follows another."""


class File(NamedTuple):
    """What has been made, and the results that it tells."""

    content: bytes
    name: str
    mimetype: str
    report: Report


def made_of(session: Session, survey: Survey) -> tuple[object, ...]:
    """What decides the content of a file: the answers, of which some may be erased, what is said around them, and our version."""
    count = session.scalar(sa.select(sa.func.count()).where(Response.survey_id == survey.id)) or 0
    around = {c.key: getattr(survey.dialogue, c.key) for c in sa.inspect(Dialogue).columns} if survey.dialogue else {}
    return (VERSION, survey.current.number, count, survey.title, survey.composition, around, released(session, survey))


def ask(session: Session, survey: Survey, kind: str, form: str, language: str, weighted: bool = True) -> Job:
    """The job of a file of a closed survey; raises `Refusal` where there is no such kind of file, or no result yet."""
    dataset.check(session, survey)
    if form not in forms(kind):
        raise Refusal(_("There is no such file. Ask for it again."))
    asked = {"form": form, "language": language, "weighted": weighted}
    return jobs.ask(session, survey.id, kind, asked, made_of(session, survey))


def forms(kind: str) -> tuple[str, ...]:
    """The formats of a kind of file."""
    known = {"brief": ("pdf",), "report": documents.names(), "tables": tuple(exporters.registry())}
    return known.get(kind, ())


def prepare(session: Session, language: str) -> list[Job]:
    """Ask for what the elected will want of every survey that is closed and of which nothing has been asked yet."""
    unasked = ~sa.exists().where(Job.survey_id == Survey.id)
    closed = session.scalars(sa.select(Survey).where(Survey.state == SurveyState.CLOSED, unasked)).all()
    ready = [survey for survey in closed if not envelopes.waiting(session, survey)]
    wanted = [(kind, form) for kind in ("brief", "report") for form in forms(kind)]
    return [ask(session, survey, kind, form, language) for survey in ready for kind, form in wanted]


# In the worker. The caller's session must not be inside a transaction.


def work_round(settings: Mapping[str, Any]) -> int:
    """Make every file that is asked for; gives how many were made or failed."""
    count = 0
    while True:
        job = jobs.claim(db.session(), now())
        taken = (job.id, job.state) if job else None
        db.session.commit()
        if taken is None:
            return count
        if taken[1] == JobState.WORKING:
            _perform(taken[0], settings)
        count += 1


def _perform(key: int, settings: Mapping[str, Any]) -> None:
    made = _made(key, settings)
    if isinstance(made, File):
        made = _let_out(key, made)
    job = db.session.get_one(Job, key)
    if isinstance(made, File):
        jobs.finish(job, made.content, made.name, made.mimetype, today())
    else:
        jobs.fail(job, made)
    db.session.commit()


def _let_out(key: int, made: File) -> File | str:
    """The file, once the ledger has it that its results are told; or why they may not be."""

    def find(session: Session) -> tuple[File, releases.Judged]:
        job = session.get_one(Job, key)
        survey, language = session.get_one(Survey, job.survey_id), job.asked["language"]
        with speak(language):
            return made, releases.judge(session, survey, made.report, lambda: dataset.load(session, survey, language))

    try:
        return let_out(find)
    except releases.Opens as reason:
        return str(reason)


def let_out(find: Callable[[Session], tuple[Found, releases.Judged | None]]) -> Found:
    """What is found, once the ledger has it that it is told; raises what ``find`` does, such as `releases.Opens`.

    It is found and judged while nothing is locked, so that nobody who answers has to wait for it, and once more where others
    have been told something in between. None for a verdict is for what needs none. The caller commits.
    """
    while True:
        with unlocked():
            found, judged = find(db.session())
        if judged is None or releases.keep(db.session(), judged) is not None:
            return found


def _made(key: int, settings: Mapping[str, Any]) -> File | str:
    """The file, or why there is none; nothing is locked while it is being made."""
    try:
        with reading_only():
            job = db.session.get_one(Job, key)
            with speak(job.asked["language"]):
                try:
                    return KINDS[job.kind](db.session(), job, settings, _telling(key))
                except Refusal as reason:
                    return str(reason)
                except Exception:
                    log.exception("job %s failed", key)
                    return _("It could not be made because of a fault. Tell the administrator.")
    finally:
        db.session.rollback()


def _telling(key: int) -> Progress:
    """Tells progress in transactions of its own, so that pages see it."""

    def tell(done: int, steps: int) -> None:
        with reading_only(False), Session(db.engine) as session:
            jobs.step(session, key, done, steps, now())
            session.commit()

    return tell


def told(session: Session, survey: Survey, data: Dataset, settings: Mapping[str, Any]) -> Report:
    """The results of a survey's answers with a map of the districts, and what has changed since it was asked before."""
    shapes = settings.get("SHAPES", dict)()
    places, origin = {"district": shapes} if shapes else {}, origin_of(survey, settings)
    made, before = replace(_safe(session, survey, data), places=places, origin=origin), survey.follows
    if before is None or not lifecycle.shows_results(before) or envelopes.waiting(session, before):
        return made
    earlier = _safe(session, before, dataset.load(session, before, current(), data.weighted))
    return follow(made, earlier, waves.called(before, survey))


def origin_of(survey: Survey, settings: Mapping[str, Any]) -> Origin:
    """Which survey its files come from, who asked, and when; in the language spoken, if it was asked in that."""
    dialogue, title = survey.dialogue, survey.current.questionnaire.title
    return Origin(
        f"survey{survey.id}",
        str(title.in_(current())) or survey.title,
        settings.get("MUNICIPALITY", ""),
        parseaddr(settings.get("MAIL_FROM", ""))[1],
        survey.opened_on,
        survey.closed_on,
        dialogue is not None and dialogue.made_up,
    )


def _safe(session: Session, survey: Survey, data: Dataset) -> Report:
    """The tables of a survey's answers, in which everything is hidden that would open an earlier release."""
    content = _content(data, releases.marks(session, survey))
    return REPORTS.get(content, lambda: build(data, past=releases.past(session, survey, lambda: data), who=True))


def _content(data: Dataset, marks: releases.Marks) -> str:
    """What decides a report: the answers and their weights, what is said of them in which language, and what has been told."""
    weights = b"" if data.weights is None else data.weights.values.tobytes()
    said = repr((current(), data.items, data.group_levels, data.group_names, data.calibration, marks))
    return hashlib.sha256(b"\n".join((fingerprint(data).encode(), said.encode(), weights))).hexdigest()


def results(session: Session, survey: Survey, asked: Mapping[str, Any], settings: Mapping[str, Any]) -> Report:
    """All results of a closed survey from its snapshot, in the language and with or without the weights asked for."""
    data = freezing.load(session, survey, asked["language"], snapshots(settings), asked["weighted"])
    return told(session, survey, data, settings)


def snapshots(settings: Mapping[str, Any]) -> Path:
    """Where closed surveys are kept frozen."""
    return Path(settings["DATA_DIR"]) / "snapshots"


def settle(key: int, language: str, settings: Mapping[str, Any]) -> None:
    """Let everybody see a survey's tables, as `let_out` does, unless the ledger has it already."""

    def find(session: Session) -> tuple[None, releases.Judged | None]:
        survey = session.get_one(Survey, key)
        if releases.told(session, survey):
            return None, None
        data = dataset.load(session, survey, language)
        return None, releases.judge(session, survey, told(session, survey, data, settings), lambda: data)

    let_out(find)


def released(session: Session, survey: Survey) -> Released:
    """What people have let out of the open answers."""
    quotes: list[tuple[str, str]] = []
    themes: list[tuple[str, str]] = []
    for question in survey.current.questionnaire.questions:
        for each in coding.told(session, survey, question.name) if coding.themes(session, survey, question.name) else ():
            if each.count is not None:
                told = ngettext("%(num)s answer", "%(num)s answers", each.count) % {"num": decimal(each.count)}
                themes.append((each.theme.name, each.theme.description or told))
            quotes += [(question.text.in_(current()), quote.text) for quote in each.quotes]
    return Released(quotes, themes)


def _report(session: Session, job: Job, settings: Mapping[str, Any], tell: Progress) -> File:
    survey, form = session.get_one(Survey, job.survey_id), documents.named(job.asked["form"])
    tell(0, 4)
    found = results(session, survey, job.asked, settings)
    tell(1, 4)
    page = briefs.page(session, survey, found, today())
    content = reports.document(page, settings["MUNICIPALITY"], released(session, survey))
    tell(3, 4)
    return File(form.write(content), f"rapport-{survey.id}.{form.extension}", form.mimetype, found)


def _tables(session: Session, job: Job, settings: Mapping[str, Any], tell: Progress) -> File:
    tell(0, 2)
    report = results(session, session.get_one(Survey, job.survey_id), job.asked, settings)
    tell(1, 2)
    exporter = exporters.offered(report).get(job.asked["form"])
    if exporter is None:
        raise Refusal(_("These results can't be written in that format."))
    return File(exporter.write(report), f"resultat-{job.survey_id}.{exporter.extension}", exporter.mimetype, report)


def _brief(session: Session, job: Job, settings: Mapping[str, Any], tell: Progress) -> File:
    survey = session.get_one(Survey, job.survey_id)
    tell(0, 2)
    found = results(session, survey, job.asked, settings)
    tell(1, 2)
    address = f"{settings.get('BASE_URL', '')}/resultat/{survey.id}"
    page = briefs.printed(briefs.page(session, survey, found, today()), settings["MUNICIPALITY"], address)
    return File(brief_pdf(page), f"presidiet-{survey.id}.pdf", "application/pdf", found)


KINDS: dict[str, Callable[[Session, Job, Mapping[str, Any], Progress], File]] = {
    "brief": _brief,
    "report": _report,
    "tables": _tables,
}
"""Kinds of files and who makes them."""
