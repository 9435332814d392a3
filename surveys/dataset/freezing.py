"""Closed surveys, frozen: all their answers as Parquet with a manifest, so that results can be made again, and fast.

A snapshot holds what the response store holds, and less: answers, age group and district as responses carry them, and
weights; not the responses' keys, and nothing of who was invited. It is its owner's alone to read, as the store is.
"""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import snapshot
from analysis.dataset import Dataset
from analysis.snapshot import DamagedSnapshot, Snapshot
from analysis.words import _, speak
from surveys import dataset, envelopes
from surveys.lifecycle import shows_results
from surveys.models import Response, Survey, SurveyState
from surveys.questionnaire import Questionnaire
from surveys.refusals import Refusal


class Damaged(Refusal):
    """A file of a snapshot is gone or has changed."""


def place(folder: Path, survey: Survey) -> Path:
    """Where a survey's snapshot is, or will be, in the folder of all."""
    return folder / f"survey-{survey.id}"


def freeze(session: Session, survey: Survey, folder: Path) -> Snapshot:
    """The snapshot of a closed survey, made if it is not there.

    It is made anew when responses have been erased since: what is gone from the store is gone from here. Raises
    `NotYet` while the survey is open or answers are still being mixed, and `Damaged`.
    """
    dataset.check(session, survey)
    at = place(folder, survey)
    if at.exists():
        found = _opened(at)
        if found.rows == _count(session, survey):
            return found
        shutil.rmtree(at)
    language = Questionnaire.from_json(survey.current.body).default_language
    with speak(language):
        return snapshot.write(dataset.load(session, survey, language), at)


def freeze_closed(session: Session, folder: Path) -> list[int]:
    """Freeze every closed survey whose answers are all in and that has no snapshot yet; gives their numbers."""
    found = session.scalars(select(Survey).where(Survey.state.in_((SurveyState.CLOSED, SurveyState.PUBLISHED)))).all()
    new = [survey for survey in found if not place(folder, survey).exists() and not envelopes.waiting(session, survey)]
    for survey in new:
        freeze(session, survey, folder)
    return [survey.id for survey in new]


def forget_erased(session: Session, folder: Path) -> list[int]:
    """Freeze anew the surveys of which responses have been erased since they were frozen; gives their numbers."""
    found = [survey for survey in session.scalars(select(Survey)) if place(folder, survey).exists()]
    stale = [s for s in found if not shows_results(s) or _opened(place(folder, s)).rows != _count(session, s)]
    for survey in stale:
        shutil.rmtree(place(folder, survey))
    return [survey.id for survey in stale if shows_results(survey) and freeze(session, survey, folder)]


def load(session: Session, survey: Survey, language: str, folder: Path, weighted: bool = True) -> Dataset:
    """What ``surveys.dataset.load`` gives, from the survey's snapshot if there is one that holds all its responses.

    Raises `NotYet` as that does, and `Damaged`.
    """
    dataset.check(session, survey)
    at = place(folder, survey)
    if not at.exists() or _opened(at).rows != _count(session, survey):
        return dataset.load(session, survey, language, weighted)
    found = snapshot.read(at)
    return Dataset(
        found.frame,
        weight=found.weight if weighted else None,
        calibration=found.calibration if weighted else None,
        **dataset.described(survey, language),
    )


class Streamed(NamedTuple):
    """Responses some at a time, what their columns mean, and how many they are."""

    batches: Iterator[pd.DataFrame]
    codebook: Dataset
    rows: int


def stream(session: Session, survey: Survey, language: str, folder: Path) -> Streamed:
    """What ``load`` gives, some thousand rows at a time and never more of them in memory, for files of any size.

    They come from the survey's snapshot if there is one that holds all its responses, else from the store. Raises as
    ``load`` does.
    """
    dataset.check(session, survey)
    at, count = place(folder, survey), _count(session, survey)
    if at.exists() and _opened(at).rows == count:
        book = snapshot.codebook(at)
        told = Dataset(book.frame, weight=book.weight, **dataset.described(survey, language))
        return Streamed(snapshot.batches(at), told, count)
    weight, batches = dataset.batches(session, survey)
    first = next(batches)
    told = Dataset(first, weight=weight, **dataset.described(survey, language))
    return Streamed(itertools.chain([first], batches), told, count)


def _opened(at: Path) -> Snapshot:
    try:
        return snapshot.load(at)
    except DamagedSnapshot as reason:
        words = _("The frozen answers are damaged. Take the folder from a backup, or remove it: it is then made anew. %(reason)s")
        raise Damaged(words % {"reason": reason}) from None


def _count(session: Session, survey: Survey) -> int:
    return session.scalar(select(func.count()).where(Response.survey_id == survey.id)) or 0
