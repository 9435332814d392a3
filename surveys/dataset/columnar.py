"""Stored answers as columns: what is said often is read once, whatever the number of responses."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from analysis.snapshot import connect
from analysis.snapshot.columns import literal
from surveys.models import Response, Survey
from surveys.questionnaire import Question, Questionnaire

AT_ONCE = 20_000
"""Responses that are taken out of the database at a time."""
ABSENT = -1


class Said:
    """What was answered to one question: each different answer once, as JSON, and its place for every response."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.parts: list[NDArray[np.integer[Any]]] = []

    def add(self, texts: NDArray[Any]) -> None:
        """Take in the answers of some more responses; None where there is none."""
        codes, different = pd.factorize(texts)
        table = [self.places.setdefault(text, len(self.places)) for text in different]
        self.parts.append(np.array([*table, ABSENT], dtype=np.min_scalar_type(-len(self.places) - 1))[codes])

    @property
    def codes(self) -> NDArray[np.integer[Any]]:
        """The place of each response's answer among ``places``; -1 for none."""
        return np.concatenate(self.parts) if self.parts else np.zeros(0, dtype=np.int8)


def frame(session: Session, survey: Survey, questionnaire: Questionnaire) -> pd.DataFrame:
    """A row per response, a column per item, age group and district; in the order of random ids, which says nothing."""
    questions = questionnaire.questions
    groups, said = (Said(), Said()), [Said() for _question in questions]
    with connect() as database:
        for *bands, answers in _parts(session, survey):
            for found, texts in zip(groups, bands, strict=True):
                found.add(texts)
            for found, texts in zip(said, _taken_apart(database, answers, [q.name for q in questions]), strict=True):
                found.add(texts)
    columns = {name: _levels(found) for name, found in zip(("age_group", "district"), groups, strict=True)}
    for question, found in zip(questions, said, strict=True):
        columns |= _columns(question, found)
    return pd.DataFrame(columns, copy=False)


def _parts(session: Session, survey: Survey) -> Iterator[list[NDArray[Any]]]:
    """Age groups, districts and answers as JSON, some thousand at a time."""
    query = select(Response.age_group, Response.district, cast(Response.answers, Text))
    query = query.where(Response.survey_id == survey.id).order_by(Response.id)
    for rows in session.execute(query, execution_options={"yield_per": AT_ONCE}).partitions():
        yield [np.array(column, dtype=object) for column in zip(*rows, strict=True)]


def _taken_apart(database: duckdb.DuckDBPyConnection, answers: NDArray[Any], names: Sequence[str]) -> Iterable[NDArray[Any]]:
    """The answers to each question, as JSON, of objects with an answer to several."""
    if not names:
        return []
    database.register("part", pd.DataFrame({"answers": answers}))
    paths = ", ".join(literal("/" + name.replace("~", "~0").replace("/", "~1")) for name in names)
    columns = ", ".join(f"CAST(found[{place}] AS VARCHAR)" for place in range(1, len(names) + 1))
    query = f"SELECT {columns} FROM (SELECT json_extract(answers, [{paths}]) AS found FROM part)"  # noqa: S608  # quoted
    found = database.execute(query).fetchnumpy()
    return [_filled(column) for column in found.values()]


def _filled(column: NDArray[Any]) -> NDArray[Any]:
    """Texts, None where there is none."""
    texts = np.ma.getdata(column).copy()
    texts[np.ma.getmaskarray(column)] = None
    return texts


def _columns(question: Question, found: Said) -> dict[str, Any]:
    """The column of each of a question's items: its type tells what an answer means, once for each different one."""
    values = [json.loads(text) for text in found.places]
    cells = [question.kind.columns(question, value) for value in (*values, None)]
    return {name: _column([cell[name] for cell in cells], found.codes) for name in cells[-1]}


def _column(values: list[Any], codes: NDArray[np.integer[Any]]) -> Any:
    """A column of values by their places, the last of them for no answer."""
    if all(isinstance(value, str) for value in values[:-1]) and values[-1] is None and len(values) <= len(codes) // 4:
        different = list(dict.fromkeys(values[:-1]))
        table = np.array([*map(different.index, values[:-1]), -1])
        return pd.Categorical.from_codes(table[codes], pd.Index(different, dtype=object))
    return pd.Series([values[code] for code in codes.tolist()])


def _levels(found: Said) -> pd.Categorical:
    return pd.Categorical.from_codes(found.codes, pd.Index(list(found.places), dtype=object))
