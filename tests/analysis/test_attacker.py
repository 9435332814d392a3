"""The patient attacker: random surveys with two waves, all their tables and fifty allowed queries, against a linear program."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations, product
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, build
from analysis.report import Report, concealing, releasing, tables
from tests.analysis.attack import Patient

AGES, PLACES, ANSWERS = "XYZ", "PQR", "abc"
ITEMS = [Item(name, name, "nominal", {code: code.upper() for code in ANSWERS}) for name in ("q1", "q2", "q3")]
LEVELS = {"age": dict.fromkeys(AGES, ""), "place": dict.fromkeys(PLACES, "")}
SILENT = {"q1": 0.07, "q2": 0.0, "q3": 0.0}
"""How many do not answer."""
QUERIES = 25
"""Allowed queries in each of the two waves, of 147 filters; in the smallest surveys fewer are allowed."""

Rows = np.ndarray


@dataclass
class Sheet:
    """Something shown: the item, the cells of the cross that it is of, base and counts (NaN where hidden)."""

    item: str
    cells: Rows
    base: float
    counts: Rows


def people(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two waves of a panel: most stay, a few join or leave, some change their minds; some do not answer the first question."""
    size = int(rng.integers(60, 400))
    age, place = rng.dirichlet(np.full(3, 1.5)), rng.dirichlet(np.full(3, 1.5))
    drawn = {item.name: rng.dirichlet(np.full(3, 1.2)) for item in ITEMS}
    minds = {name: [*(told * (1 - SILENT[name])), SILENT[name]] for name, told in drawn.items()}

    def draw(count: int) -> pd.DataFrame:
        frame = pd.DataFrame({"age": rng.choice(list(AGES), count, p=age), "place": rng.choice(list(PLACES), count, p=place)})
        return frame.assign(**{name: rng.choice([*ANSWERS, None], count, p=p) for name, p in minds.items()})

    first = draw(size)
    stay = first.iloc[int(rng.integers(0, 6)) :].copy()
    fresh = draw(len(stay))
    for name in minds:
        change = rng.random(len(stay)) < rng.choice([0.0, 0.3])
        stay[name] = np.where(change, fresh[name], stay[name])
    return first, pd.concat([stay, draw(int(rng.integers(0, 6)))], ignore_index=True)


def dataset(frame: pd.DataFrame, items: list[Item] = ITEMS) -> Dataset:
    return Dataset(frame.reset_index(drop=True), items, groups=LEVELS)


def cells(ages: list[str], places: list[str]) -> Rows:
    """The cells of the cross of both backgrounds that have one of these ages and one of these places."""
    return np.array([age in ages and place in places for age in AGES for place in PLACES])


def seen(report: Report, inside: Rows) -> Iterator[Sheet]:
    """What is read in a report, from the frames that pages and files are made of."""
    for question in report.questions:
        for by, table in question.tables.items():
            frame = table.frame
            for code, part in [("", frame)] if not by else list(frame.groupby(by, observed=False)):
                own = cells([code] if by == "age" else list(AGES), [code] if by == "place" else list(PLACES))
                yield Sheet(question.name, inside & own, part["base"].iloc[0], part["count"].to_numpy())


def answer(part: pd.DataFrame, item: Item, inside: Rows) -> Sheet:
    """The table of some of the people, concealed as ``build`` does; its sentences and pictures are left out."""
    data = dataset(part, [item])
    counted = tables.count(data, item.name, ())
    frame = tables.finish(counted, concealing.conceal(data, [counted], 5)[0], 0.95, "wilson").frame
    return Sheet(item.name, inside, frame["base"].iloc[0], frame["count"].to_numpy())


def inside(whole: Dataset, ages: list[str], places: list[str]) -> Rows:
    """Whom a selection holds, as the house takes it."""
    asked = {"item": "q1", "by": "", "filters": {"age": ages, "place": places}, "groups": [""], "base": [5], "counts": [[]]}
    return releasing.parts([asked], whole)[0].members


FILTERS = [[*levels] for size in (1, 2, 3) for levels in combinations(range(3), size)]


def asked(rng: np.random.Generator, frame: pd.DataFrame, report: Report) -> Iterator[Sheet]:
    """Filters that are allowed, as analysts see their answers; each is asked once, in any order."""
    whole, found = dataset(frame), 0
    allowed = releasing.allowed(whole, releasing.records(report))
    everything = list(product(ITEMS, FILTERS, FILTERS))
    for at in rng.permutation(len(everything)):
        item, *picked = everything[at]
        ages, places = ([levels[place] for place in chosen] for levels, chosen in zip((AGES, PLACES), picked, strict=True))
        part = frame[frame["age"].isin(ages) & frame["place"].isin(places)]
        if len(part) < 5 or not allowed.may_select([inside(whole, ages, places)]).allowed:
            continue
        sheet = answer(part, item, cells(ages, places))
        base, counts = (np.where(np.isnan(told), None, told).tolist() for told in (np.array([sheet.base]), sheet.counts[None, :]))
        filters = {"age": ages, "place": places}
        record = {"item": item.name, "by": "", "filters": filters, "groups": [""], "base": base, "counts": counts}
        if allowed.ask(releasing.parts([record], whole)).allowed:
            found += 1
            yield sheet
        if found == QUERIES:
            return


@dataclass
class Attack:
    """What the attacker finds in one wave, in words; ``numbers`` counts what was hidden from him."""

    frame: pd.DataFrame
    sheets: list[Sheet]

    def __post_init__(self) -> None:
        self.numbers = 0
        cross = self.frame["age"].map(AGES.index) * 3 + self.frame["place"].map(PLACES.index)
        self.truth = {
            name: np.array([np.bincount(cross[self.frame[name] == answer], minlength=9) for answer in ANSWERS]).T
            for name in SILENT
        }
        self.size = np.bincount(cross, minlength=9)
        self.reader = Patient([3, 3], {item.name: 3 for item in ITEMS}, len(self.frame))
        for sheet in self.sheets:
            for answer, value in [(None, sheet.base), *enumerate(sheet.counts)]:
                if not np.isnan(value):
                    self.reader.know(self.reader.row(sheet.item, sheet.cells, answer), value)
        self.reader.solve()

    def found(self) -> list[str]:
        return [*self._hidden(), *self._alone(), *self._subtracted()]

    def _hidden(self) -> Iterator[str]:
        """Hidden numbers that can have but one value, and those that can only be one to four."""
        done = set()
        for sheet in self.sheets:
            for answer, value in [(None, sheet.base), *enumerate(sheet.counts)]:
                true = self.truth[sheet.item][sheet.cells][:, slice(None) if answer is None else answer].sum()
                key = (sheet.item, sheet.cells.tobytes(), answer)
                if np.isnan(value) and true > 0 and key not in done:
                    done.add(key)
                    self.numbers += 1
                    told = self.reader.tells(self.reader.row(sheet.item, sheet.cells, answer))
                    if told:
                        yield f"{sheet.item} {sheet.cells.astype(int)} {answer}: {true} is in {told[0]}–{told[1]}"

    def _alone(self) -> Iterator[str]:
        """Cells of one to four people that can be told."""
        for cell in np.flatnonzero((self.size > 0) & (self.size < 5)):
            told = self.reader.tells(self.reader.people(np.eye(9)[cell]))
            if told:
                yield f"cell {cell}: {self.size[cell]} people are in {told[0]}–{told[1]}"

    def _subtracted(self) -> Iterator[str]:
        """One to four people in one set shown and not in another inside it, and what they answered."""
        shown = {(s.item, s.cells.tobytes()): s for s in self.sheets if not np.isnan(s.base)}
        for one, other in permutations(shown.values(), 2):
            if (one.cells >= other.cells).all() and (one.cells != other.cells).any():
                if 0 < self.size[one.cells & ~other.cells].sum() < 5:
                    yield f"{one.cells.astype(int)} less {other.cells.astype(int)} is {one.base - other.base}"
                if one.item == other.item and (((one.counts - other.counts) > 0) & ((one.counts - other.counts) < 5)).any():
                    yield f"{one.item} {one.cells.astype(int)} less {other.cells.astype(int)}: {one.counts - other.counts}"


def joined(first: Report, second: Report) -> Iterator[str]:
    """Groups that have grown or shrunk by one to four while nobody else seems to have changed an answer."""
    everywhere = np.ones(9, dtype=bool)
    for old, new in zip(seen(first, everywhere), seen(second, everywhere), strict=True):
        moved, size = new.counts - old.counts, new.base - old.base
        told = moved[~np.isnan(moved)]
        if 0 < abs(size) < 5 and told.any() and (told * np.sign(size) >= 0).all() and abs(told.sum()) <= abs(size):
            yield f"{old.item} {old.cells.astype(int)}: {size} more, {moved}"


def attacked(seed: int) -> tuple[list[str], int, int]:
    """What is found in one random survey, how many numbers were hidden, and how many queries were allowed."""
    rng = np.random.default_rng(seed)
    first, second = people(rng)
    reports = [build(dataset(first), by=("age", "place"))]
    past = releasing.past([(releasing.records(reports[0]), releasing.WAVE)])
    reports.append(build(dataset(second), by=("age", "place"), past=past))
    found, hidden, allowed = list(joined(*reports)), 0, 0
    for frame, report in zip((first, second), reports, strict=True):
        answers = list(asked(rng, frame, report))
        attack = Attack(frame, [*seen(report, np.ones(9, dtype=bool)), *answers])
        found += attack.found()
        hidden, allowed = hidden + attack.numbers, allowed + len(answers)
    return found, hidden, allowed


def campaign(surveys: int) -> Iterator[tuple[list[str], int, int]]:
    """What is found in each of many surveys, in order, on all processors; it is told how far it has come."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        hidden = allowed = found = 0
        for done, result in enumerate(pool.map(attacked, range(surveys)), start=1):
            found, hidden, allowed = found + len(result[0]), hidden + result[1], allowed + result[2]
            if done % 20 == 0:
                print(f"{done} surveys, {allowed} queries allowed, {hidden} numbers hidden, {found} found", flush=True)
            yield result


def spread(allowed: list[int]) -> str:
    """How many surveys had how many allowed queries."""
    steps = [0, 20, 30, 40, 50]
    counts = np.histogram(allowed, [*steps, np.inf])[0]
    named = [f"{low}–{high - 1}" for low, high in pairwise(steps)] + [f"{steps[-1]}"]
    return ", ".join(f"{name}: {count}" for name, count in zip(named, counts, strict=True))


@pytest.mark.slow
def test_a_linear_program_recovers_no_hidden_number_and_no_member(pytestconfig: pytest.Config):
    surveys, long = (1000, True) if pytestconfig.getoption("--long") else (4, False)
    results = list(campaign(surveys) if long else map(attacked, range(surveys)))
    hidden, allowed = sum(result[1] for result in results), [result[2] for result in results]
    print(f"\n{surveys} surveys, {sum(allowed)} queries allowed, {hidden} numbers hidden; surveys by queries: {spread(allowed)}")
    assert {seed: found for seed, (found, _hidden, _allowed) in enumerate(results) if found} == {}
    assert hidden > 20 * surveys
    assert sum(allowed) >= 45 * surveys


def test_the_attacker_finds_what_is_hidden_carelessly():
    """Hiding counts of one to four alone does not stop him."""
    rng = np.random.default_rng(3)
    first, _second = people(rng)
    sheets = list(seen(build(dataset(first), by=("age", "place"), minimum=2), np.ones(9, dtype=bool)))
    for sheet in sheets:
        sheet.counts = np.where((sheet.counts > 0) & (sheet.counts < 5), np.nan, sheet.counts)
    assert Attack(first, sheets).found()
