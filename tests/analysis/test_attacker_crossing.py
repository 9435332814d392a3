"""The patient attacker among analysts: questions by questions, of everybody and of groups, beside all declared tables."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from analysis import build
from analysis.report import Report, releasing
from tests.analysis.attack import Census
from tests.analysis.test_attacker import AGES, ANSWERS, PLACES, dataset, people, read

LEVELS = {"age": [*AGES], "place": [*PLACES], **{name: [*codes, None] for name, codes in ANSWERS.items()}}
ALLOWED, FEW = 12, 5
"""Views that an analyst is shown in each survey, of 42 he asks for, and in the short form; fewer where no more may be."""
View = tuple[str, str, dict[str, str]]
Picked = dict[str, list[str | None]]


def views(rng: np.random.Generator) -> list[View]:
    """Each question by each other, of everybody first, then of each group, in any order."""
    pairs = list(permutations(ANSWERS, 2))
    of_groups = [(name, by, {column: code}) for name, by in pairs for column in ("age", "place") for code in LEVELS[column]]
    return [(*pairs[at], {}) for at in rng.permutation(len(pairs))] + [of_groups[at] for at in rng.permutation(len(of_groups))]


def look(frame: pd.DataFrame, view: View) -> Report:
    """One question by another, of some, as an analyst's page makes it."""
    name, by, kept = view
    whole = dataset(frame)
    keep = np.logical_and.reduce([np.ones(len(frame), dtype=bool), *(frame[column] == code for column, code in kept.items())])
    return build(whole.asked([name], keep, {by: whole.item(by).categories}, {by: by}), by=(by,))


def seen(report: Report, kept: dict[str, str]) -> Iterator[tuple[Picked, float]]:
    """Whom each number is of, and how many they are (NaN where it is hidden)."""
    for question in report.questions:
        codes = [*ANSWERS[question.name]]
        for by, table in question.tables.items():
            for frame, answers in read(question.name, table.frame, table.ends, table.bands):
                for at in range(0, len(frame), len(answers)):
                    part = frame.iloc[at : at + len(answers)]
                    group = {by: [part[by].astype(object).iloc[0] or None]} if by else {}
                    among = {column: [code] for column, code in kept.items()} | group
                    yield among | {question.name: codes}, part["base"].iloc[0]
                    for places, count in zip(answers, part["count"], strict=True):
                        yield among | {question.name: [codes[place] for place in places]}, count
    for by, groups in report.taking_part.items():
        for code, count in groups.items():
            yield {by: [code]}, np.nan if count is None else count


def attacked(seed: int, judged: bool = True, most: int = ALLOWED) -> tuple[list[str], int, int]:
    """What is found in one random survey, how many numbers were hidden, and how many views were allowed."""
    rng = np.random.default_rng(seed)
    frame, _second = people(rng)
    report, found = build(dataset(frame), by=("age", "place"), who=True), 0
    allowed, told = releasing.allowed(dataset(frame), releasing.records(report)), list(seen(report, {}))
    for view in views(rng):
        looked = look(frame, view)
        records = releasing.records(looked, {column: [code] for column, code in view[2].items()})
        if not judged or allowed.ask(releasing.parts(records, dataset(frame))).allowed:
            told += seen(looked, view[2])
            found += 1
        if found == most:
            break
    return [*_found(frame, told)], sum(np.isnan(value) for _picked, value in told), found


def _found(frame: pd.DataFrame, told: list[tuple[Picked, float]]) -> Iterator[str]:
    reader = Census(LEVELS, len(frame))
    for picked, value in told:
        if not np.isnan(value):
            reader.know(reader.row(picked), value)
    reader.solve()
    hidden = {repr(picked): picked for picked, value in told if np.isnan(value)}
    for name, picked in hidden.items():
        true = np.logical_and.reduce([frame[column].astype(object).isin(codes) for column, codes in picked.items()]).sum()
        low_high = reader.tells(reader.row(picked)) if true else None
        if low_high:
            yield f"{name}: {true} is in {low_high[0]}–{low_high[1]}"


@pytest.mark.slow
def test_no_hidden_number_is_recovered_from_questions_by_questions(pytestconfig: pytest.Config):
    surveys, most = (range(50), ALLOWED) if pytestconfig.getoption("--long") else ((0,), FEW)
    results = [attacked(seed, most=most) for seed in surveys]
    print(f"\n{len(results)} surveys, {sum(r[2] for r in results)} views allowed, {sum(r[1] for r in results)} numbers hidden")
    assert {seed: found for seed, (found, _hidden, _allowed) in zip(surveys, results, strict=True) if found} == {}
    assert sum(allowed for _found, _hidden, allowed in results) >= most * len(results) * 2 / 3


def test_views_that_nobody_judges_tell_what_the_tables_hide():
    """Each view hides its own small numbers well; together, and beside the declared tables, they tell each other's."""
    found, hidden, _allowed = attacked(0, judged=False)
    assert len(found) > 10
    assert hidden > 50
