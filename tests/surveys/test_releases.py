"""The ledger of releases: no later one opens an earlier one."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import Dataset, Item, build, words
from analysis.report import Report, releasing
from surveys import releases
from surveys.models import Release, Survey
from tests import factories

ITEMS = [Item(name, f"Fråga {name}?", "nominal", {"a": "A", "b": "B", "c": "C"}) for name in ("q1", "q2")]
AGES, PLACES = "XYZ", "PQR"


def answers(size: int = 160, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"age_group": rng.choice(list(AGES), size), "district": rng.choice(list(PLACES), size)})
    return frame.assign(**{item.name: rng.choice(list("abc"), size, p=[0.55, 0.35, 0.1]) for item in ITEMS})


def dataset(frame: pd.DataFrame) -> Dataset:
    levels = {"age_group": dict.fromkeys(AGES, ""), "district": dict.fromkeys(PLACES, "")}
    return Dataset(frame.reset_index(drop=True), ITEMS, groups=levels)


def report(frame: pd.DataFrame, by: tuple[str, ...] = ("age_group", "district")) -> Report:
    return build(dataset(frame), by=by, who=True)


@pytest.fixture
def survey(house: Session) -> Survey:
    return factories.survey(house, {})


def release(house: Session, survey: Survey, frame: pd.DataFrame, **more: tuple[str, ...]) -> Release:
    return releases.register(house, survey, report(frame, **more), lambda: dataset(frame))


def count(house: Session) -> int:
    return house.scalar(select(func.count()).select_from(Release)) or 0


def test_the_same_release_is_written_down_once(house: Session, survey: Survey) -> None:
    frame = answers()
    assert release(house, survey, frame) is release(house, survey, frame)
    assert count(house) == 1


def test_what_looks_the_same_of_other_answers_is_written_down_anew(house: Session, survey: Survey) -> None:
    """A view of the older ones, from before and after a younger one was erased: the next view is judged beside both."""
    frame = answers()
    older, gone = frame[frame["age_group"] == "Z"], frame.drop(frame.index[frame["age_group"] != "Z"][0])
    for whole in (frame, gone):
        shown = {"age_group": ("Z",)}
        assert not releases.is_shown(house, survey, report(older, by=()), lambda whole=whole: dataset(whole), shown)
        releases.show(house, survey, report(older, by=()), lambda whole=whole: dataset(whole), shown)
    assert count(house) == 2


def test_what_was_hidden_is_not_in_the_ledger(house: Session, survey: Survey) -> None:
    frame = answers(60)
    made = release(house, survey, frame)
    hidden = [record for record in made.tables if None in record["base"] or any(None in row for row in record["counts"])]
    assert hidden
    told = [n for record in made.tables for row in record["counts"] for n in row if n is not None]
    assert not any(0 < n < 5 for n in told)


def test_a_release_after_two_answers_were_erased_is_refused_in_words(house: Session, survey: Survey) -> None:
    frame = answers()
    release(house, survey, frame)
    with pytest.raises(releases.Opens, match="come or gone since the release.*fewer than 5"):
        release(house, survey, frame.iloc[2:])
    assert count(house) == 1


def test_what_few_late_answers_would_tell_is_hidden_further(house: Session, survey: Survey) -> None:
    """Thirty came late; without looking back, tables of the two releases would differ by one to four in many places."""
    frame = answers()
    early = frame.iloc[:130]
    release(house, survey, early)
    with pytest.raises(releases.Opens):
        release(house, survey, frame)
    past = releases.past(house, survey, lambda: dataset(frame))
    careful = build(dataset(frame), past=past, who=True)
    releases.register(house, survey, careful, lambda: dataset(frame))
    assert count(house) == 2
    old, new = (releasing.records(each) for each in (report(early), careful))
    assert releasing.differing(old, new, dataset(frame), 5) == []
    assert any(careful.question(item.name).total.hidden is False for item in ITEMS)


def test_that_a_few_more_took_part_in_a_group_is_hidden(house: Session, survey: Survey) -> None:
    frame = answers()
    late = [row for place, count in (("P", 3), ("Q", 12), ("R", 15)) for row in frame.index[frame["district"] == place][:count]]
    release(house, survey, frame.drop(late))
    past = releases.past(house, survey, lambda: dataset(frame))
    careful = build(dataset(frame), past=past, who=True)
    assert report(frame).taking_part["district"]["P"] is not None
    assert careful.taking_part["district"]["P"] is None
    releases.register(house, survey, careful, lambda: dataset(frame))


def test_who_took_part_is_in_the_ledger_and_stays_as_it_was_told(house: Session, survey: Survey) -> None:
    frame = answers(90)
    frame.loc[frame.index[:86], "district"] = np.repeat(["P", "Q"], 43)
    frame.loc[frame.index[86:], "district"] = "R"
    made = release(house, survey, frame)
    [told] = [record for record in made.tables if (record["item"], record["by"]) == ("", "district")]
    assert told["groups"] == ["P", "Q", "R"]
    assert told["base"] == list(report(frame).taking_part["district"].values())
    assert told["base"][2] is None
    assert told["base"].count(None) == 2
    past = releases.past(house, survey, lambda: dataset(frame))
    again = build(dataset(frame), past=past, who=True)
    assert again.taking_part == report(frame).taking_part


def test_a_new_breakdown_that_keeps_what_was_hidden_is_released(house: Session, survey: Survey) -> None:
    frame = answers(90)
    release(house, survey, frame, by=("age_group",))
    past = releases.past(house, survey, lambda: dataset(frame))
    both = build(dataset(frame), by=("age_group", "district"), past=past, who=True)
    releases.register(house, survey, both, lambda: dataset(frame))
    first, second = (made.question("q1").tables["age_group"].frame for made in (report(frame, by=("age_group",)), both))
    assert first["hidden"].tolist() == second["hidden"].tolist()


def test_a_table_that_shows_what_an_earlier_one_hid_is_refused(house: Session, survey: Survey) -> None:
    """The same answers by the same groups with another cell hidden in its stead: one table opens the other."""
    frame = answers(90)
    made = report(frame)
    table = next(t for q in made.questions for t in q.tables.values() if t.by and t.hidden)
    opened = releasing.records(made)
    record = next(each for each in opened if (each["item"], each["by"]) == (table.item.name, table.by))
    truth = build(dataset(frame), minimum=2).question(table.item.name).tables[table.by].frame
    record["counts"] = [
        [int(n) if n > 0 else None for n in row] for row in truth["count"].to_numpy().reshape(len(table.rows), -1)
    ]
    ask = releasing.allowed(dataset(frame), releasing.records(made))
    assert not ask.may_show(releasing.parts([record], dataset(frame))).allowed


def test_filters_that_subtract_to_a_few_are_refused_and_what_was_refused_leaves_no_trace(house: Session, survey: Survey) -> None:
    frame = answers(200)
    frame.loc[(frame["age_group"] == "X") & (frame["district"] == "P"), "district"] = "Q"
    frame.loc[frame.index[:3], ["age_group", "district"]] = ["X", "P"]
    whole = dataset(frame)
    release(house, survey, frame)
    part = frame[(frame["age_group"] == "X") & (frame["district"] != "P")]
    filters = {"age_group": ["X"], "district": ["Q", "R"]}
    with pytest.raises(releases.Opens, match="single out a group of fewer than 5 people"):
        releases.show(house, survey, report(part, by=()), lambda: whole, filters)
    assert count(house) == 1


def test_what_one_analyst_saw_counts_against_what_the_next_one_asks(house: Session, survey: Survey) -> None:
    frame = answers(200)
    frame.loc[(frame["age_group"] == "Y") & (frame["district"] == "R"), "district"] = "Q"
    frame.loc[frame.index[:4], ["age_group", "district"]] = ["Y", "R"]
    release(house, survey, frame)
    there = frame[frame["district"] == "R"]
    alone, both = there[there["age_group"] == "X"], there[there["age_group"] != "Z"]

    def look(part: pd.DataFrame, ages: list[str]) -> None:
        filters = {"age_group": ages, "district": ["R"]}
        releases.show(house, survey, report(part, by=()), lambda: dataset(frame), filters)

    look(alone, ["X"])
    with pytest.raises(releases.Opens, match="single out"):
        look(both, ["X", "Y"])
    assert count(house) == 2


def look(frame: pd.DataFrame, by: str, **kept: str) -> tuple[Report, dict[str, list[str]]]:
    """The first question of some people, by a background or another question, as an analyst looks at it; and the filters."""
    whole, keep = dataset(frame), np.logical_and.reduce([frame[column] == code for column, code in kept.items()])
    groups = {by: ITEMS[1].categories} if by == "q2" else {}
    part = whole.asked(["q1"], keep, groups, dict.fromkeys(groups, ""))
    return build(part, by=(by,) if by else ()), {column: [code] for column, code in kept.items()}


Look = tuple[str, dict[str, str]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("q2", {"district": "P"})], ("", {"district": "P", "q2": "a"})),
        ([("", {"district": "P", "q2": code}) for code in "abc"], ("", {"district": "P"})),
        ([("", {"district": "P", "q2": "a"})], ("district", {"q2": "a"})),
    ],
    ids=["a row and a filter", "the parts and the sum", "a filter and a row"],
)
def test_who_was_erased_is_not_told_by_another_table_of_the_same_people(
    house: Session, survey: Survey, before: list[Look], after: Look
) -> None:
    """One member leaves between two looks: what she answered would be the difference, wherever the numbers stand."""
    frame = answers(900).assign(q1=answers(900, 5)["q2"].replace("c", "b"))
    left = frame.drop(frame.index[(frame["district"] == "P") & (frame["q2"] == "a")][0]).reset_index(drop=True)
    for by, kept in before:
        report, filters = look(frame, by, **kept)
        releases.show(house, survey, report, lambda: dataset(frame), filters)
    report, filters = look(left, after[0], **after[1])
    with pytest.raises(releases.Opens, match="come or gone"):
        releases.show(house, survey, report, lambda: dataset(left), filters)


@pytest.fixture
def wave(house: Session, survey: Survey) -> Survey:
    """The same asked again half a year later."""
    made = factories.survey(house, {}, survey.dialogue)
    made.follows = survey
    house.flush()
    return made


def test_two_who_join_between_waves_are_not_told_by_subtraction(house: Session, survey: Survey, wave: Survey) -> None:
    """Nobody else has changed an answer, so that each number tells of the two alone."""
    frame = answers()
    joined = pd.concat([frame, frame.iloc[:2]])
    release(house, survey, frame)
    with pytest.raises(releases.Opens):
        release(house, wave, joined)
    careful = build(dataset(joined), past=releases.past(house, wave, lambda: dataset(joined)))
    releases.register(house, wave, careful, lambda: dataset(joined))


def test_a_wave_in_which_answers_changed_is_released_as_it_is(house: Session, survey: Survey, wave: Survey) -> None:
    frame = answers()
    release(house, survey, frame)
    changed = pd.concat([frame.assign(q1=answers(seed=8)["q1"], q2=answers(seed=9)["q2"]), frame.iloc[:2]])
    release(house, wave, changed)
    assert count(house) == 2


def test_the_reasons_are_said_in_swedish(house: Session, survey: Survey) -> None:
    frame = answers()
    release(house, survey, frame)
    with words.speak("sv"), pytest.raises(releases.Opens, match="Svar har kommit till eller tagits bort"):
        release(house, survey, frame.iloc[2:])
