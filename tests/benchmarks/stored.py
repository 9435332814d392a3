"""A closed survey of many answers in a database of its own, frozen or not, and the whole command run on it; prints JSON.

``python -m tests.benchmarks.stored build ROWS COLUMNS``, perhaps ``… freeze``, and then ``… run results export 1 --what
responses …``, all with the settings of the environment.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from flask_migrate import upgrade
from sqlalchemy import insert

from panel.__main__ import house
from panel.app import create_app
from surveys import drafting, formats, making
from surveys.dataset import freezing
from surveys.db import db
from surveys.models import Response, SurveyState
from surveys.questionnaire import Questionnaire
from tests.benchmarks.memory import peak

STEPS, CODES = 6, 6
NUMBERS, SETS = 10, 10
"""Questions that are answered by a number, and those where one may choose several of six."""
AGES = {"15-44": "15–44 år", "45-64": "45–64 år", "65+": "65 år och äldre"}
DISTRICTS = {f"d{at}": f"Kommundel {at}" for at in range(7)}
AT_ONCE = 2_000


def questionnaire(columns: int) -> Questionnaire:
    """A questionnaire that makes a file of so many columns, with two for the groups and one for the weight."""
    single = columns - 3 - NUMBERS - SETS * CODES
    options = [{"code": f"c{at}", "text": f"Alternativ {at}"} for at in range(STEPS)]
    asked: list[dict[str, Any]] = [
        {"name": f"q{at}", "type": "single", "text": f"Fråga {at}", "options": options} for at in range(single)
    ]
    asked += [{"name": f"n{at}", "type": "number", "text": f"Tal {at}"} for at in range(NUMBERS)]
    asked += [{"name": f"s{at}", "type": "multiple", "text": f"Flera {at}", "options": options} for at in range(SETS)]
    return Questionnaire.from_json({"format": 1, "title": "Stor", "questions": asked})


def build(rows: int, columns: int) -> dict[str, Any]:
    """The survey, closed and answered by so many, 1 in 7 answers not given; weighted to a population."""
    app = create_app()
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        session = db.session()
        asked = questionnaire(columns)
        survey = drafting.create(session, formats.Loaded(asked, []))
        survey.state, survey.closed_on = SurveyState.CLOSED, date(2026, 11, 1)
        survey.age_groups, survey.districts = AGES, DISTRICTS
        ages = {code: 30.0 + 9 * at for at, code in enumerate(AGES)}
        places = {code: 14.0 + at for at, code in enumerate(DISTRICTS)}
        survey.composition = {"population": {"age_group": ages, "district": places}}
        session.flush()
        for part in _answers(survey.id, asked, rows):
            session.execute(insert(Response), part)
        session.commit()
        return {"rows": rows}


def freeze() -> dict[str, Any]:
    """The survey's snapshot, as the worker makes it when a survey is closed."""
    app = create_app()
    with app.app_context():
        return {"frozen": freezing.freeze_closed(db.session(), making.snapshots(app.config))}


def _answers(survey: int, asked: Questionnaire, rows: int) -> Iterator[list[dict[str, Any]]]:
    rng = np.random.default_rng(1)
    names, chosen = [question.name for question in asked.questions], [["c0"], ["c1", "c3"], ["c0", "c4", "c5"]]
    ages, places = list(AGES), list(DISTRICTS)
    for start in range(0, rows, AT_ONCE):
        size = min(AT_ONCE, rows - start)
        drawn, band = rng.integers(-1, STEPS, (size, len(names))).tolist(), rng.integers(0, 21, size).tolist()
        keys = [f"{high:016x}{start + at:016x}" for at, high in enumerate(rng.integers(0, 2**62, size).tolist())]
        values: dict[str, Any] = {"q": [f"c{at}" for at in range(STEPS)], "n": [1.5 * at for at in range(STEPS)], "s": chosen * 2}
        yield [
            {
                "id": key,
                "survey_id": survey,
                "version": 1,
                "language": "sv",
                "age_group": ages[at % 3],
                "district": places[at % 7],
                "answers": {name: values[name[0]][code] for name, code in zip(names, codes, strict=True) if code >= 0},
            }
            for key, codes, at in zip(keys, drawn, band, strict=True)
        ]


def run(arguments: list[str]) -> dict[str, Any]:
    """A command as an official gives it, from the start of the program; how long it took, and the most memory."""
    start = time.perf_counter()
    house(arguments, standalone_mode=False)
    return {"seconds": time.perf_counter() - start, "peak": peak()}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    told = build(*map(int, rest)) if what == "build" else freeze() if what == "freeze" else run(rest)
    print(json.dumps(told))
