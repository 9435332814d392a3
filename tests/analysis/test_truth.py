"""Whether findings are true: random surveys, an independent reader who doubts each sentence, and what should be found."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from analysis import build, tabulate
from analysis import words as language
from analysis.summary import CHANGE, DIFFERENCE, LEAD, Claim, Finding, QuestionTables, differences, differing, findings, lix
from tests.analysis import checker
from tests.analysis.random_surveys import AGES, KINDS, PLACES, Survey, again, survey

GROUPS = {"age_group": AGES, "district": PLACES}
SETS = {f"q{place}" for place, (scale, _steps) in enumerate(KINDS) if scale == "multiple"}
RISE = 0.3
"""How much more common the planted answer has become since the year before."""
language.use(Path(__file__).parents[2] / "panel" / "translations")


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    with language.speak("sv"):
        yield


def tables(made: Survey) -> list[QuestionTables]:
    """The tables of a survey as they may be shown."""
    dataset = made.dataset()
    return [
        QuestionTables(
            item,
            {"": tabulate(dataset, item.name)} | {by: tabulate(dataset, item.name, (by,)) for by in GROUPS},
            lambda by, group, category, name=item.name: "-".join(map(str, (name, by, group, category))),
            GROUPS,
            ordered=item.scale == "ordinal",
            several=item.scale == "multiple",
        )
        for item in made.items
    ]


@dataclass(frozen=True)
class Read:
    """A survey, the same a year before, what is found in both languages, tests by question, and the power to find."""

    now: Survey
    before: Survey
    found: tuple[Finding, ...]
    english: tuple[Finding, ...]
    tests: dict[str, int]
    power: float

    def different(self, planted: bool) -> bool:
        """Whether the planted difference is told, or any where there is none."""
        told = [one for one in self.found if one.kind == DIFFERENCE]
        if not planted:
            return any(one.question != "planted" for one in told)
        known = self.now.planted
        return ("planted", known.by, known.group) in {(one.question, one.by, one.group) for one in told}


def read(seed: int) -> Read:
    now = survey(seed)
    before = again(now, seed, RISE)
    questions, past = tables(now), tables(before)
    with language.speak("sv"):
        found = findings(questions, earlier=past, wave="2025")
    with language.speak("en"):
        english = findings(questions, earlier=past, wave="2025")
    tests = {question.item.name: len(list(differing.tests_of(question))) for question in questions}
    return Read(now, before, found, english, tests, power(now, tests))


def power(made: Survey, tests: dict[str, int]) -> float:
    """The chance that the planted difference comes under the limit: a level of 0.05 over questions and tests of each.

    The test is that of two shares on their effective bases (Kish's), whose spread if nothing differs is that of the common
    share, or the linearised one where that is larger.
    """
    known, weights = made.planted, checker.weights(made)
    column = made.frame[known.by]
    sizes = {group: (column == group).to_numpy() for group in column.unique() if (column == group).sum() >= 10}
    if known.group not in sizes:
        return 0.0
    kish = {group: weights[rows].sum() ** 2 / (weights[rows] ** 2).sum() for group, rows in sizes.items()}
    rest = {group: rows.sum() for group, rows in sizes.items() if group != known.group}
    own, theirs = kish[known.group], 1 / sum((n / sum(rest.values())) ** 2 / kish[group] for group, n in rest.items())
    common = (own * known.share + theirs * known.elsewhere) / (own + theirs)
    score = common * (1 - common) * (1 / own + 1 / theirs)
    linear = known.share * (1 - known.share) / own + known.elsewhere * (1 - known.elsewhere) / theirs
    limit = stats.norm.isf(0.025 / sum(n > 0 for n in tests.values()) / tests["planted"])
    gap = abs(known.share - known.elsewhere)
    return float(stats.norm.sf((limit * math.sqrt(max(score, linear)) - gap) / math.sqrt(linear)))


@pytest.fixture(scope="module")
def surveys(request: pytest.FixtureRequest) -> list[Read]:
    """Random surveys: 25, or 200 in the long form."""
    return [read(seed) for seed in range(200 if request.config.getoption("--long") else 25)]


def at_most(surveys: int) -> int:
    """Five per cent of some surveys; of a few, as many as chance gives once in a thousand."""
    return surveys // 20 if surveys >= 200 else int(stats.binom.isf(0.001, surveys, 0.05))


def test_no_sentence_is_false(surveys: list[Read]):
    wrong = [
        (place, finding.text, why)
        for place, one in enumerate(surveys)
        for finding in one.found
        for why in checker.false(one.now, finding, one.tests.get(finding.question, 0), one.before)
    ]
    assert not wrong
    assert sum(len(one.found) for one in surveys) > 20 * len(surveys)


def test_every_kind_of_sentence_was_doubted(surveys: list[Read]):
    assert {finding.claim.says for one in surveys for finding in one.found} >= {
        "", "average", "more", "as-many", "perhaps-more", "open", "majority", "commonest", "minority", "above", "risen",
    }  # fmt: skip


def test_no_sentence_contradicts_another(surveys: list[Read]):
    assert not [why for one in surveys for why in checker.contradicted(one.found)]


def test_planted_differences_are_found_as_often_as_their_power_allows(surveys: list[Read]):
    expected = sum(one.power for one in surveys)
    chance = math.sqrt(sum(one.power * (1 - one.power) for one in surveys))
    assert abs(sum(one.different(planted=True) for one in surveys) - expected) <= 3 * chance


def test_what_is_certain_to_be_found_is_found(surveys: list[Read]):
    sure = [one for one in surveys if one.power > 0.99]
    assert sure
    assert all(one.different(planted=True) for one in sure)


def test_planted_noise_is_claimed_in_at_most_one_survey_of_twenty(surveys: list[Read]):
    assert sum(one.different(planted=False) for one in surveys) <= at_most(len(surveys))


def test_changes_are_told_where_there_is_one_and_noise_of_any_kind_in_at_most_one_survey_of_twenty(surveys: list[Read]):
    changed = [{finding.question for finding in one.found if finding.kind == CHANGE} for one in surveys]
    assert sum("planted" in one for one in changed) >= 0.9 * len(surveys)
    noise = [bool(told - {"planted"}) or one.different(planted=False) for told, one in zip(changed, surveys, strict=True)]
    assert sum(noise) <= at_most(len(surveys))


def test_where_no_group_differs_that_is_claimed_in_at_most_one_survey_of_twenty(request: pytest.FixtureRequest):
    count = 200 if request.config.getoption("--long") else 25
    assert sum(bool(differences(tables(survey(10_000 + seed, 0.0)))) for seed in range(count)) <= at_most(count)


def test_what_is_said_to_be_sure_is_seldom_otherwise_among_all_people(surveys: list[Read]):
    sure = [
        (one.now.chances[finding.question], finding.claim)
        for one in surveys
        for finding in one.found
        if finding.kind == LEAD and finding.sure and finding.question not in SETS
        if finding.question in one.now.chances and one.now.chances[finding.question]
    ]
    false = sum(not holds(chances, claim) for chances, claim in sure)
    assert len(sure) > len(surveys)
    assert false <= 0.05 * len(sure)


def holds(chances: dict[str, float], claim: Claim) -> bool:
    """Whether a sentence that says to be sure is true of the chances that the answers were drawn with."""
    share = sum(chances[code] for code in claim.categories)
    if claim.says == "majority":
        return share > 0.5
    if claim.says == "more":
        return share > sum(chances[code] for code in claim.against)
    return share >= max(chances.values())


@pytest.mark.parametrize("language_", ["found", "english"])
def test_every_page_of_findings_is_easy_to_read(surveys: list[Read], language_: str):
    assert max(lix(" ".join(finding.text for finding in getattr(one, language_))) for one in surveys) <= 40


@pytest.mark.parametrize("place", range(4))
def test_the_findings_of_a_report_are_as_true(surveys: list[Read], place: int):
    one = sorted(surveys, key=lambda each: len(each.now.frame))[place]
    report = build(one.now.dataset())
    tables = [table for question in report.questions for table in question.tables.values()]
    cells = {cell.id for table in tables for row in table.rows for cell in row.cells}
    ends = {name for table in tables if table.ends is not None for name in table.ends["id"]}
    assert ends
    assert {cell for finding in report.findings for cell in finding.cells} <= cells
    hidden = frozenset(
        (table.item.name, by, row[by] if by else "", row["category"])
        for table in tables
        if "category" in table.frame
        for by in [table.by]
        for row in table.frame[table.frame["hidden"]].to_dict("records")
    )
    spreads = {question.name: question.total.distribution for question in report.questions}
    deviations = {name: checker.deviation(told) for name, told in spreads.items() if told is not None}
    now = replace(one.now, hidden=hidden, deviations=deviations)
    reasons = (checker.false(now, finding, one.tests.get(finding.question, 0), ends=ends) for finding in report.findings)
    assert not [why for found in reasons for why in found]


def lie(finding: Finding, says: str) -> Finding:
    return replace(finding, claim=replace(finding.claim, says=says))


def gap(finding: Finding) -> float:
    return finding.claim.numbers[0] - finding.claim.numbers[3]


def shift(finding: Finding) -> Finding:
    numbers = finding.claim.numbers
    return replace(finding, claim=replace(finding.claim, numbers=(numbers[0] + 0.01, *numbers[1:])))


LIES = {
    "numbers": shift,
    "words": lambda f: replace(f, text=f.text.replace("%", "procent")),
    "more": lambda f: lie(f, "more") if f.claim.says == "as-many" and gap(f) < 0.02 else None,
    "sure": lambda f: lie(f, "majority") if f.claim.says in ("open", "commonest") and f.claim.numbers[1] < 0.5 else None,
    "minority": lambda f: lie(f, "minority") if f.claim.says == "majority" else None,
    "chance": lambda f: lie(f, "perhaps-more") if f.claim.says == "more" and gap(f) > 0.25 else None,
    "below": lambda f: lie(f, "below") if f.claim.says == "above" else None,
    "fallen": lambda f: lie(f, "fallen") if f.claim.says == "risen" else None,
    "large": lambda f: replace(f, text=f"{f.text} Det är en stor skillnad.") if f.claim.says == "above" else None,
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_the_reader_sees_through_a_lie(surveys: list[Read], name: str):
    tried = 0
    for one in surveys[:15]:
        for finding in one.found:
            told = LIES[name](finding) if finding.claim.categories else None
            if told is not None:
                tried += 1
                assert list(checker.false(one.now, told, one.tests[finding.question], one.before)), told
    assert tried


def test_power_grows_with_the_difference():
    small, large = (survey(5, lift) for lift in (0.1, 0.4))
    tests = {"planted": 10, "q0": 5}
    assert 0 < power(small, tests) < power(large, tests) <= 1
    assert np.isfinite(power(large, tests))
