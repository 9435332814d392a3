"""Stored answers as columns: what is said often is read once, whatever the number of responses."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from types import NoneType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Response, Survey
from surveys.questionnaire import Question, Questionnaire

CELLS = 30_000
"""About how many answers are taken out of the database at a time: each is an object of its own until it is told apart."""
AT_ONCE = 4_000
"""Responses of which only the groups are read at a time."""
ROWS = 1_000
"""The least responses of a batch, save the last."""
ABSENT = -1
GROUPS = ("age_group", "district")
BANDS = (Response.age_group, Response.district)
Part = Sequence[Sequence[Any]]
"""Age groups, districts and answers of some responses."""


class Said:
    """What was answered to one question: each different answer once, and its place for every response."""

    def __init__(self) -> None:
        self._places: dict[str | bytes, int] = {}
        self.values: list[Any] = []
        """Each different answer."""
        self._parts: list[NDArray[np.integer[Any]]] = []

    def add(self, answers: Sequence[Any]) -> None:
        """Take in the answers of some more responses; None where there is none."""
        keys = _keys(answers)
        codes, different = pd.factorize(np.array(keys, dtype=object))
        new = [key for key in different if key not in self._places]
        meant = dict(zip(keys, answers, strict=True)) if new else {}
        self._places |= {key: place for place, key in enumerate(new, len(self._places))}
        self.values += [meant[key] for key in new]
        table = [self._places[key] for key in different]
        self._parts.append(np.array([*table, ABSENT], dtype=np.min_scalar_type(-len(self._places) - 1))[codes])

    @property
    def codes(self) -> NDArray[np.integer[Any]]:
        """The place of each response's answer among ``values``; -1 for none."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0, dtype=np.int8)


def _keys(answers: Sequence[Any]) -> Sequence[str | bytes | None]:
    """What answers are told apart by: texts as they are, all else as Python spells it, in bytes: 1 is neither 1.0 nor "1"."""
    if set(map(type, answers)) <= {str, NoneType}:
        return answers
    return [each if each is None or isinstance(each, str) else repr(each).encode() for each in answers]


def frame(session: Session, survey: Survey, questionnaire: Questionnaire) -> pd.DataFrame:
    """A row per response, a column per item, age group and district; in the order of random ids, which says nothing."""
    return _frame(questionnaire.questions, _parts(session, survey, questionnaire.questions))


def batches(session: Session, survey: Survey, questionnaire: Questionnaire) -> Iterator[pd.DataFrame]:
    """The rows of ``frame``, some at a time and in the same order, for what doesn't fit in memory.

    The index goes on from batch to batch; each has the categories that its own responses need. Without responses there
    is one empty frame.
    """
    questions, start = questionnaire.questions, 0
    parts, several = _parts(session, survey, questions), -(-ROWS // _rows(questions))
    for first in parts:
        found = _frame(questions, chain([first], islice(parts, several - 1)))
        yield found.set_axis(pd.RangeIndex(start, start + len(found)), axis=0)
        start += len(found)
    if not start:
        yield _frame(questions, [])


def bands(session: Session, survey: Survey) -> pd.DataFrame:
    """The two columns of ``frame`` that tell groups; nothing of the answers is read."""
    groups = (Said(), Said())
    for part in _read(session, survey, BANDS, AT_ONCE):
        for found, codes in zip(groups, part, strict=True):
            found.add(codes)
    return pd.DataFrame(_levels(groups), copy=False)


def _frame(questions: Sequence[Question], parts: Iterable[Part]) -> pd.DataFrame:
    groups, said = (Said(), Said()), [Said() for _question in questions]
    for *told, answers in parts:
        for found, codes in zip(groups, told, strict=True):
            found.add(codes)
        for question, found in zip(questions, said, strict=True):
            found.add([each.get(question.name) for each in answers])
    columns = _levels(groups)
    for question in questions:
        columns |= _columns(question, said.pop(0))
    return pd.DataFrame(columns, copy=False)


def _parts(session: Session, survey: Survey, questions: Sequence[Question]) -> Iterator[Part]:
    return _read(session, survey, (*BANDS, Response.answers), _rows(questions))


def _rows(questions: Sequence[Question]) -> int:
    """How many responses are taken at a time: fewer the more questions there are."""
    return max(1, CELLS // max(1, len(questions)))


def _read(session: Session, survey: Survey, columns: Sequence[Any], size: int) -> Iterator[Part]:
    query = select(*columns).where(Response.survey_id == survey.id).order_by(Response.id)
    for rows in session.execute(query, execution_options={"yield_per": size}).partitions():
        yield list(zip(*rows, strict=True))


def _columns(question: Question, found: Said) -> dict[str, Any]:
    """The column of each of a question's items: its type tells what an answer means, once for each different one."""
    cells = [question.kind.columns(question, value) for value in (*found.values, None)]
    return {name: _column([cell[name] for cell in cells], found.codes) for name in cells[-1]}


def _column(values: list[Any], codes: NDArray[np.integer[Any]]) -> Any:
    """A column of values by their places, the last of them for no answer."""
    if all(isinstance(value, str) for value in values[:-1]) and values[-1] is None and len(values) <= len(codes) // 4:
        different = list(dict.fromkeys(values[:-1]))
        table = np.array([*map(different.index, values[:-1]), -1])
        return pd.Categorical.from_codes(table[codes], pd.Index(different, dtype=object))
    return pd.Series([values[code] for code in codes.tolist()])


def _levels(groups: Iterable[Said]) -> dict[str, Any]:
    """The columns of age group and district."""
    return {
        name: pd.Categorical.from_codes(found.codes, pd.Index(found.values, dtype=object))
        for name, found in zip(GROUPS, groups, strict=True)
    }
