"""A question over waves: what each said, what surely changed, nothing that a wave's own table hides."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, figures
from analysis.report import build, releasing
from analysis.report.trending import Trend, trending
from tests.analysis.test_attacker import ANSWERS, dataset, people

ITEM = Item("q", "Åker du buss?", "nominal", {"yes": "Ja", "no": "Nej", "dk": "Vet inte"}, frozenset({"dk"}))


def wave(yes: int, no: int, more: tuple[Item, ...] = ()) -> Dataset:
    frame = pd.DataFrame({"q": ["yes"] * yes + ["no"] * no, "n": np.arange(yes + no, dtype=float)})
    return Dataset(frame, (ITEM, Item("n", "Hur långt?", "numeric"), *more))


def followed(waves: Mapping[str, Dataset], name: str) -> Trend | None:
    """The question through waves that have been told each by itself."""
    return trending(waves, {wave: build(data, ()) for wave, data in waves.items()}, name)


def test_a_large_change_is_told_and_a_small_one_is_not() -> None:
    told = followed({"2024": wave(100, 300), "2025": wave(160, 240), "2026": wave(165, 235)}, "q")
    assert told is not None
    assert told.waves == ("2024", "2025", "2026")
    assert [row.sure for row in told.rows] == [False, False]
    told = followed({"2024": wave(100, 300), "2025": wave(200, 200)}, "q")
    assert told is not None
    assert [(row.label, row.change) for row in told.rows] == [
        ("Ja", "up by 25 percentage points"),
        ("Nej", "down by 25 percentage points"),
    ]


def test_the_shares_are_those_of_the_waves_own_tables() -> None:
    told = followed({"2024": wave(100, 300), "2025": wave(200, 200)}, "q")
    assert told is not None
    assert [cell.value for cell in told.rows[0].cells] == [0.25, 0.5]


def test_what_a_wave_hides_is_hidden_and_its_change_untold() -> None:
    told = followed({"2024": wave(3, 397), "2025": wave(200, 200)}, "q")
    assert told is not None
    assert told.rows[0].cells[0].hidden
    assert told.rows[0].cells[0].value is None
    assert told.rows[0].change == ""


def test_what_the_waves_own_reports_hide_is_hidden_whatever_else_could_be() -> None:
    """Made anew for everybody alone, the tables would hide other answers, and tell two of b's exactly."""
    both = people(np.random.default_rng(21))
    first = build(dataset(both[0]), ("age", "place"))
    past = releasing.past([(releasing.records(first), releasing.WAVE)])
    reports = {"a": first, "b": build(dataset(both[1]), ("age", "place"), past=past)}
    for name in ANSWERS:
        told = trending({"a": dataset(both[0]), "b": dataset(both[1])}, reports, name)
        assert told is not None
        own = [reports[wave].question(name).total.frame["share"] for wave in told.waves]
        np.testing.assert_array_equal(told.frame["share"], pd.concat(own))


def test_what_is_hidden_has_no_say_in_what_is_sure() -> None:
    """Tested together with d, a is surely more where one answered d, and not where four did."""
    item = Item("q", "Åker du buss?", "nominal", {code: code for code in "abcd"})

    def asked(*counts: int) -> Dataset:
        return Dataset(pd.DataFrame({"q": np.repeat(list("abcd"), counts)}), [item])

    before = asked(150, 200, 40, 12)
    told = [followed({"2024": before, "2025": asked(184, 172, 44 - few, few)}, "q") for few in (1, 4)]
    rows = [[(row.label, row.change, row.sure) for row in each.rows] for each in told if each is not None]
    assert rows[0] == rows[1]
    assert [row[1] != "" for row in rows[0]] == [True, True, False, False]


def test_the_change_of_a_scale_with_an_order_is_that_of_its_mean_score() -> None:
    scale = Item("s", "Hur nöjd?", "ordinal", {"1": "Inte", "2": "Ganska", "3": "Mycket"})

    def asked(*counts: int) -> Dataset:
        return Dataset(pd.DataFrame({"s": np.repeat(["1", "2", "3"], counts)}), (scale,))

    told = followed({"2024": asked(200, 100, 50), "2025": asked(50, 100, 200)}, "s")
    assert told is not None
    assert [(row.label, row.change, row.sure) for row in told.rows][-1] == ("Mean score", "up by 0.9", True)
    assert {row.change for row in told.rows[:-1]} == {""}
    assert told.summed == "Mean score"
    hidden = followed({"2024": asked(200, 100, 3), "2025": asked(50, 100, 200)}, "s")
    assert hidden is not None
    assert (hidden.rows[-1].cells[0].hidden, hidden.rows[-1].change) == (True, "")


def test_means_are_followed_too() -> None:
    told = followed({"2024": wave(10, 30), "2025": wave(100, 300)}, "n")
    assert told is not None
    assert told.rows[0].change == "up by 180.0"


def test_waves_that_asked_otherwise_are_left_out() -> None:
    other = Dataset(pd.DataFrame({"q": ["a"] * 50}), [Item("q", "Åker du?", "nominal", {"a": "A", "b": "B"})])
    assert followed({"2024": other, "2025": wave(50, 50)}, "q") is None
    assert followed({"2025": wave(50, 50)}, "q") is None
    assert followed({"2024": wave(50, 50), "2025": wave(50, 50)}, "nothing") is None


def test_the_picture_can_be_drawn_and_told() -> None:
    told = followed({"2024": wave(100, 300), "2025": wave(200, 200)}, "q")
    assert told is not None
    svg = figures.svg(told.chart(), told.words()).decode()
    assert "2024" in svg
    assert "25" in told.words().description


@pytest.mark.parametrize(("name", "own"), [("q", ["50\N{NO-BREAK SPACE}%", "50\N{NO-BREAK SPACE}%"]), ("n", ["49.5"])])
def test_a_wave_that_nobody_answered_has_no_numbers_and_no_change(name: str, own: list[str]) -> None:
    empty = Dataset(pd.DataFrame({"q": pd.Series([], dtype=object), "n": pd.Series([], dtype=float)}), wave(1, 1).items)
    told = followed({"2024": empty, "2025": wave(50, 50)}, name)
    assert told is not None
    assert told.waves == ("2024", "2025")
    assert [row.cells[0].value for row in told.rows] == [None] * len(own)
    assert [row.cells[1].text for row in told.rows] == own
    assert [(row.change, row.sure) for row in told.rows] == [("", False)] * len(own)
