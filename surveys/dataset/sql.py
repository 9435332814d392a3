"""A closed survey's cube by one SQL statement on the database that holds its responses, without reading them here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from analysis import cube
from analysis.cube import CellCube
from analysis.dataset import Item
from analysis.dataset.columns import spelled
from analysis.engines.sql import statement
from surveys import dataset
from surveys.models import Response, Survey

BY = ("age_group", "district")

RESPONSES = "(SELECT age_group, district, answers FROM {table} WHERE survey_id = :survey) AS r"
SINGLE = """
SELECT r.age_group, r.district, e.key AS question, {text} AS category
  FROM {responses} CROSS JOIN {members} AS e
 WHERE {kind} NOT IN ('array', 'object', 'null') AND e.key IN :items
"""
NAMED = """
SELECT r.age_group, r.district, e.key || '_' || i.key, {inner}
  FROM {responses} CROSS JOIN {members} AS e CROSS JOIN {parts} AS i
 WHERE {kind} = 'object' AND e.key NOT IN :items AND e.key || '_' || i.key IN :items
"""
CHOSEN = """
SELECT r.age_group, r.district, e.key, i.value
  FROM {responses} CROSS JOIN {members} AS e CROSS JOIN {elements} AS i
 WHERE {kind} = 'array' AND e.key IN :items
"""
GIVEN = """
SELECT r.age_group, r.district, e.key, i.key
  FROM {responses} CROSS JOIN {members} AS e CROSS JOIN {parts} AS i
 WHERE {kind} = 'object' AND e.key IN :items AND {inner} <> '0'
"""
ANSWERED = """
SELECT r.age_group, r.district, e.key, NULL
  FROM {responses} CROSS JOIN {members} AS e
 WHERE {kind} = 'array' AND e.key IN :items
   AND EXISTS (SELECT 1 FROM {elements} AS i WHERE e.key || '/' || i.value IN :shown)
    OR {kind} = 'object' AND e.key IN :items
   AND EXISTS (SELECT 1 FROM {parts} AS i WHERE {inner} <> '0')
"""

WAYS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "members": "json_each(r.answers)",
        "kind": "e.type",
        "text": "CAST(e.value AS TEXT)",
        "parts": "json_each(CASE WHEN e.type = 'object' THEN e.value ELSE '{}' END)",
        "inner": "CAST(i.value AS TEXT)",
        "elements": "json_each(CASE WHEN e.type = 'array' THEN e.value ELSE '[]' END)",
    },
    "postgresql": {
        "members": "json_each(r.answers)",
        "kind": "json_typeof(e.value)",
        "text": "e.value #>> '{}'",
        "parts": "json_each_text(CASE WHEN json_typeof(e.value) = 'object' THEN e.value ELSE '{}' END)",
        "inner": "i.value",
        "elements": "json_array_elements_text(CASE WHEN json_typeof(e.value) = 'array' THEN e.value ELSE '[]' END)",
    },
}
"""How each database takes JSON apart."""


def cells(session: Session, survey: Survey, language: str) -> CellCube:
    """The cube of a closed survey by age group and district, each response counted once: what `load` would give, summed.

    Weights that are the same for all of a cell are put on by ``CellCube.scaled``. Raises `NotYet` while the survey is
    open or answers are still being mixed.
    """
    dataset.check(session, survey)
    told = dataset.described(survey, language)
    items = [item for item in told["items"] if item.shown]
    connection = session.connection(bind_arguments={"mapper": Response})
    preparer = connection.dialect.identifier_preparer
    table = preparer.format_table(Response.__table__)
    way = WAYS[connection.dialect.name]
    respondents = RESPONSES.format(table=table)
    answers = "\nUNION ALL".join(part.format(responses=respondents, **way) for part in (SINGLE, NAMED, CHOSEN, GIVEN, ANSWERED))
    asked = text(statement(f"({answers})", f"(SELECT r.* FROM {respondents})", BY))  # noqa: S608  # our own names only
    asked = asked.bindparams(*(bindparam(name, expanding=True) for name in ("items", "shown")))
    values: dict[str, Any] = {"survey": survey.id, "items": [item.name for item in items], "shown": _shown(items)}
    rows = connection.execute(asked, values).all()
    return cube.assembled([tuple(row) for row in rows], BY, **told, weighted=False)


def _shown(items: Sequence[Item]) -> list[str]:
    """Every code inside the base of every item, as the statement spells it."""
    return [f"{item.name}/{spelled(code)}" for item in items for code in item.shown]
