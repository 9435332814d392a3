"""The patient attacker: random surveys with two waves, all their tables and fifty allowed queries, against a linear program."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, combinations, pairwise, permutations, product
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, build
from analysis.report import Report, concealing, releasing, tables
from tests.analysis.attack import Patient

AGES, PLACES = "XYZ", "PQR"
ANSWERS = {"q1": "abc", "q2": "abc", "q3": "abcd"}
SCALES = {"q1": "nominal", "q2": "nominal", "q3": "ordinal"}
ITEMS = [Item(name, name, SCALES[name], {code: code.upper() for code in codes}) for name, codes in ANSWERS.items()]
LEVELS = {"age": dict.fromkeys(AGES, ""), "place": dict.fromkeys(PLACES, "")}
SILENT = {"q1": 0.07, "q2": 0.0, "q3": 0.0}
"""How many do not answer."""
ROUTED = "q2"
"""In every third survey this is put only to some of those of one answer to the question before."""
WHO = ""
"""Not a question: how many took part."""
QUERIES = 25
"""Allowed queries in each of the two waves, of 147 filters; in the smallest surveys fewer are allowed."""

Rows = np.ndarray
Answers = tuple[int, ...]
"""One answer or several together, by their places; none stands for those who answered."""


@dataclass
class Sheet:
    """Something shown: the item, the cells of the cross that it is of, base and counts of answers (NaN where hidden)."""

    item: str
    cells: Rows
    base: float
    counts: Rows
    answers: tuple[Answers, ...]

    @property
    def numbers(self) -> list[tuple[Answers, float]]:
        """What each number is of."""
        return [((), self.base), *zip(self.answers, self.counts, strict=True)]

    @property
    def key(self) -> tuple[str, bytes, tuple[Answers, ...]]:
        return self.item, self.cells.tobytes(), self.answers


def people(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two waves of a panel: most stay, a few join or leave, some change their minds; some do not answer the first question."""
    size = int(rng.integers(60, 400))
    age, place = rng.dirichlet(np.full(3, 1.5)), rng.dirichlet(np.full(3, 1.5))
    drawn = {name: rng.dirichlet(np.full(len(codes), 1.2)) for name, codes in ANSWERS.items()}
    [chance] = rng.spawn(1)
    asked = chance.choice([1.0, 1.0, chance.uniform(0.1, 0.5)])
    silent = SILENT | {ROUTED: 1 - asked}
    minds = {name: [*(told * (1 - silent[name])), silent[name]] for name, told in drawn.items()}

    def draw(count: int) -> pd.DataFrame:
        frame = pd.DataFrame({"age": rng.choice(list(AGES), count, p=age), "place": rng.choice(list(PLACES), count, p=place)})
        return frame.assign(**{name: rng.choice([*ANSWERS[name], None], count, p=p) for name, p in minds.items()})

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
            for frame, answers in read(question.name, table.frame, table.ends, table.bands):
                for code, part in [("", frame)] if not by else list(frame.groupby(by, observed=False)):
                    own = cells([code] if by == "age" else list(AGES), [code] if by == "place" else list(PLACES))
                    yield Sheet(question.name, inside & own, part["base"].iloc[0], part["count"].to_numpy(), answers)
    for by, groups in report.taking_part.items():
        for code, count in groups.items():
            own = cells([code] if by == "age" else list(AGES), [code] if by == "place" else list(PLACES))
            yield Sheet(WHO, inside & own, np.nan if count is None else count, np.zeros(0), ())


def read(name: str, frame: pd.DataFrame, ends: pd.DataFrame | None, bands: tuple[Answers, ...]) -> Iterator[tuple]:
    """A table, and that of answers told together, each with the answers that it counts."""
    yield frame, tuple((place,) for place in range(len(ANSWERS[name])))
    if ends is not None:
        yield ends, bands


def answer(part: pd.DataFrame, item: Item, inside: Rows) -> list[Sheet]:
    """The table of some of the people, concealed as ``build`` does; its sentences and pictures are left out."""
    data = dataset(part, [item])
    counted = tables.count(data, item.name, ())
    made = tables.finish(counted, concealing.conceal(data, [counted], 5)[0], 0.95, "wilson")
    return [
        Sheet(item.name, inside, frame["base"].iloc[0], frame["count"].to_numpy(), answers)
        for frame, answers in read(item.name, made.frame, made.ends, made.bands)
    ]


def recorded(sheet: Sheet, filters: dict[str, list[str]]) -> dict[str, object]:
    """A sheet as the ledger keeps it."""
    base, counts = (np.where(np.isnan(told), None, told).tolist() for told in (np.array([sheet.base]), sheet.counts[None, :]))
    record = {"item": sheet.item, "by": "", "filters": filters, "groups": [""], "base": base, "counts": counts}
    return record if len(sheet.answers) == len(ANSWERS[sheet.item]) else record | {"together": sheet.answers}


def inside(whole: Dataset, ages: list[str], places: list[str]) -> Rows:
    """Whom a selection holds, as the house takes it."""
    asked = {"item": "q1", "by": "", "filters": {"age": ages, "place": places}, "groups": [""], "base": [5], "counts": [[]]}
    return releasing.parts([asked], whole)[0].members


FILTERS = [[*levels] for size in (1, 2, 3) for levels in combinations(range(3), size)]


def asked(rng: np.random.Generator, frame: pd.DataFrame, report: Report) -> Iterator[list[Sheet]]:
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
        sheets = answer(part, item, cells(ages, places))
        records = [recorded(sheet, {"age": ages, "place": places}) for sheet in sheets]
        if allowed.ask(releasing.parts(records, whole)).allowed:
            found += 1
            yield sheets
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
            name: np.array([np.bincount(cross[self.frame[name] == answer], minlength=9) for answer in codes]).T
            for name, codes in ANSWERS.items()
        }
        self.size = np.bincount(cross, minlength=9)
        self.truth[WHO] = self.size[:, None]
        self.reader = Patient([3, 3], {name: len(codes) for name, codes in ANSWERS.items()}, len(self.frame))
        for sheet in self.sheets:
            for answers, value in sheet.numbers:
                if not np.isnan(value):
                    self.reader.know(self._row(sheet, answers), value)
        self.reader.solve()

    def _row(self, sheet: Sheet, answers: Answers) -> Rows:
        if sheet.item == WHO:
            return self.reader.people(sheet.cells)
        row: Rows = sum(self.reader.row(sheet.item, sheet.cells, answer) for answer in answers or (None,))
        return row

    def found(self) -> list[str]:
        return [*self._hidden(), *self._alone(), *self._subtracted()]

    def _hidden(self) -> Iterator[str]:
        """Hidden numbers that can have but one value, and those that can only be one to four."""
        done = set()
        for sheet in self.sheets:
            for answers, value in sheet.numbers:
                true = self.truth[sheet.item][sheet.cells][:, list(answers) or slice(None)].sum()
                key = (sheet.item, sheet.cells.tobytes(), answers)
                if np.isnan(value) and true > 0 and key not in done:
                    done.add(key)
                    self.numbers += 1
                    told = self.reader.tells(self._row(sheet, answers))
                    if told:
                        yield f"{sheet.item} {sheet.cells.astype(int)} {answers}: {true} is in {told[0]}–{told[1]}"

    def _alone(self) -> Iterator[str]:
        """Cells of one to four people that can be told."""
        for cell in np.flatnonzero((self.size > 0) & (self.size < 5)):
            told = self.reader.tells(self.reader.people(np.eye(9)[cell]))
            if told:
                yield f"cell {cell}: {self.size[cell]} people are in {told[0]}–{told[1]}"

    def _subtracted(self) -> Iterator[str]:
        """One to four people in one set shown and not in another inside it, and what they answered."""
        shown = {sheet.key: sheet for sheet in self.sheets if not np.isnan(sheet.base)}
        for one, other in permutations(shown.values(), 2):
            if (one.cells >= other.cells).all() and (one.cells != other.cells).any():
                if 0 < self.size[one.cells & ~other.cells].sum() < 5:
                    yield f"{one.cells.astype(int)} less {other.cells.astype(int)} is {one.base - other.base}"
                if (one.item, one.answers) == (other.item, other.answers):
                    apart = one.counts - other.counts
                    if ((apart > 0) & (apart < 5)).any():
                        yield f"{one.item} {one.cells.astype(int)} less {other.cells.astype(int)}: {apart}"


def joined(first: Report, second: Report) -> Iterator[str]:
    """Groups that have grown or shrunk by one to four while nobody else seems to have changed an answer."""
    everywhere = np.ones(9, dtype=bool)
    later = {sheet.key: sheet for sheet in seen(second, everywhere)}
    for old in seen(first, everywhere):
        new = later.get(old.key)
        if new is None:
            continue
        moved, size = new.counts - old.counts, new.base - old.base
        told = moved[~np.isnan(moved)]
        if 0 < abs(size) < 5 and told.any() and (told * np.sign(size) >= 0).all() and abs(told.sum()) <= abs(size):
            yield f"{old.item} {old.cells.astype(int)}: {size} more, {moved}"


def attacked(seed: int) -> tuple[list[str], int, int]:
    """What is found in one random survey, how many numbers were hidden, and how many queries were allowed."""
    rng = np.random.default_rng(seed)
    first, second = people(rng)
    reports = [build(dataset(first), by=("age", "place"), who=True)]
    past = releasing.past([(releasing.records(reports[0]), releasing.WAVE)])
    reports.append(build(dataset(second), by=("age", "place"), past=past, who=True))
    found, hidden, allowed = list(joined(*reports)), 0, 0
    for frame, report in zip((first, second), reports, strict=True):
        answers = list(asked(rng, frame, report))
        attack = Attack(frame, [*seen(report, np.ones(9, dtype=bool)), *chain.from_iterable(answers)])
        found += attack.found()
        hidden, allowed = hidden + attack.numbers, allowed + len(answers)
    return found, hidden, allowed


def campaign(surveys: int) -> Iterator[tuple[list[str], int, int]]:
    """What is found in each of many surveys, in order, on all processors; it is told how far it has come."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one processor each; threads of theirs would only stand in each other's way
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


SHORT = (0, 1, 2, 939)
"""The surveys of the short form; in the last, how many answered one question nearly told how many three people are."""


@pytest.mark.slow
def test_a_linear_program_recovers_no_hidden_number_and_no_member(pytestconfig: pytest.Config):
    surveys, long = (1000, True) if pytestconfig.getoption("--long") else (len(SHORT), False)
    results = list(campaign(surveys) if long else map(attacked, SHORT))
    hidden, allowed = sum(result[1] for result in results), [result[2] for result in results]
    print(f"\n{surveys} surveys, {sum(allowed)} queries allowed, {hidden} numbers hidden; surveys by queries: {spread(allowed)}")
    assert {seed: found for seed, (found, _hidden, _allowed) in enumerate(results) if found} == {}
    assert hidden > 20 * surveys
    assert sum(allowed) >= 45 * surveys


def test_the_attacker_finds_what_is_hidden_carelessly():
    """Hiding counts of one to four alone does not stop him."""
    rng = np.random.default_rng(3)
    first, _second = people(rng)
    sheets = list(seen(build(dataset(first), by=("age", "place"), minimum=2, who=True), np.ones(9, dtype=bool)))
    for sheet in sheets:
        sheet.counts = np.where((sheet.counts > 0) & (sheet.counts < 5), np.nan, sheet.counts)
        sheet.base = np.nan if 0 < sheet.base < 5 else sheet.base
    assert Attack(first, sheets).found()
