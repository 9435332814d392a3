"""Files that take a while: asked for on a page, made by the worker, kept for some days, told step by step."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.words import _
from surveys.models import Job, JobState
from surveys.refusals import Refusal

LEASE = timedelta(minutes=2)
"""How long a worker may be silent about a file before another takes over; each step told renews it."""
ATTEMPTS = 3
KEPT = timedelta(days=14)


class NotThere(Refusal):
    """A file was asked for that nobody has asked to be made, or that is not finished."""


def fingerprint(kind: str, asked: dict[str, Any], made_of: Sequence[object]) -> str:
    """The name of a file by its content: what was asked and everything that it is made from."""
    told = json.dumps([kind, asked, [str(part) for part in made_of]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def ask(session: Session, survey_id: int, kind: str, asked: dict[str, Any], made_of: Sequence[object]) -> Job:
    """The job that makes a file; the one there is, if the same was asked before. One that failed is tried again."""
    name = fingerprint(kind, {"survey": survey_id} | asked, made_of)
    job = session.scalar(sa.select(Job).where(Job.fingerprint == name))
    if job is None:
        job = _new(session, Job(survey_id=survey_id, kind=kind, asked=asked, fingerprint=name))
    elif job.state == JobState.FAILED:
        job.state, job.attempts, job.done, job.said = JobState.WAITING, 0, 0, ""
    session.flush()
    return job


def _new(session: Session, job: Job) -> Job:
    """The job, written down; the one that somebody else has written down just now where it is the same."""
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        return session.scalars(sa.select(Job).where(Job.fingerprint == job.fingerprint)).one()
    return job


def get(session: Session, survey_id: int, key: int) -> Job:
    """A job of that survey."""
    job = session.get(Job, key)
    if job is None or job.survey_id != survey_id:
        raise NotThere(_("There is no such file. Ask for it again."))
    return job


def of(session: Session, survey_id: int) -> Sequence[Job]:
    """Every file of a survey, made or not, the newest first."""
    return session.scalars(sa.select(Job).where(Job.survey_id == survey_id).order_by(Job.id.desc())).all()


def due(now: datetime) -> sa.ColumnElement[bool]:
    """Jobs that nobody works on: new ones, and those whose worker has fallen silent."""
    silent = sa.and_(Job.state == JobState.WORKING, Job.leased_until < now)
    return sa.or_(Job.state == JobState.WAITING, silent)


def claim(session: Session, now: datetime) -> Job | None:
    """Take the oldest job that is due, under a lease; None if there is none. The caller commits at once."""
    query = sa.select(Job.id).where(due(now)).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    key = session.scalar(query)
    if key is None:
        return None
    taken = session.execute(
        sa.update(Job)
        .where(Job.id == key, due(now))
        .values(state=JobState.WORKING, leased_until=now + LEASE, attempts=Job.attempts + 1, done=0)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]  # an update gives a cursor result
        return None
    job = session.get_one(Job, key, populate_existing=True)
    if job.attempts > ATTEMPTS:
        fail(job, _("It could not be made: the work stopped half-way several times. Tell the administrator."))
    return job


def step(session: Session, key: int, done: int, steps: int, now: datetime) -> None:
    """Tell how far a job has come, and stay its worker."""
    session.execute(sa.update(Job).where(Job.id == key).values(done=done, steps=steps, leased_until=now + LEASE))


def finish(job: Job, content: bytes, name: str, mimetype: str, on: date) -> None:
    """Keep the file."""
    job.content, job.name, job.mimetype, job.made_on = content, name, mimetype, on
    job.state, job.done, job.leased_until = JobState.DONE, job.steps, None


def fail(job: Job, reason: str) -> None:
    """Say why there is no file."""
    job.state, job.said, job.leased_until = JobState.FAILED, reason, None


def purge(session: Session, on: date) -> int:
    """Throw away files made long ago: they can be made again; gives how many."""
    gone = session.execute(sa.delete(Job).where(Job.made_on < on - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a delete gives a cursor result
