"""A question over waves: what each said, what surely changed, nothing that a wave's own table hides."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, build, figures
from analysis.report.trending import trending

ITEM = Item("q", "Åker du buss?", "nominal", {"yes": "Ja", "no": "Nej", "dk": "Vet inte"}, frozenset({"dk"}))


def wave(yes: int, no: int, more: tuple[Item, ...] = ()) -> Dataset:
    frame = pd.DataFrame({"q": ["yes"] * yes + ["no"] * no, "n": np.arange(yes + no, dtype=float)})
    return Dataset(frame, (ITEM, Item("n", "Hur långt?", "numeric"), *more))


def test_a_large_change_is_told_and_a_small_one_is_not() -> None:
    told = trending({"2024": wave(100, 300), "2025": wave(160, 240), "2026": wave(165, 235)}, "q")
    assert told is not None
    assert told.waves == ("2024", "2025", "2026")
    assert [row.sure for row in told.rows] == [False, False]
    told = trending({"2024": wave(100, 300), "2025": wave(200, 200)}, "q")
    assert told is not None
    assert [(row.label, row.change) for row in told.rows] == [
        ("Ja", "up by 25 percentage points"),
        ("Nej", "down by 25 percentage points"),
    ]


def test_the_shares_are_those_of_the_waves_own_tables() -> None:
    told = trending({"2024": wave(100, 300), "2025": wave(200, 200)}, "q")
    assert told is not None
    assert [cell.value for cell in told.rows[0].cells] == [0.25, 0.5]


def test_what_a_wave_hides_is_hidden_and_its_change_untold() -> None:
    told = trending({"2024": wave(3, 397), "2025": wave(200, 200)}, "q")
    assert told is not None
    assert told.rows[0].cells[0].hidden
    assert told.rows[0].cells[0].value is None
    assert told.rows[0].change == ""


def test_what_is_hidden_elsewhere_is_hidden_here() -> None:
    waves = {"2024": wave(100, 300), "2025": wave(200, 200)}
    reports = {name: build(data, ()) for name, data in waves.items()}
    hiding = build(wave(3, 397), ())
    told = trending(waves, "q", reports=reports | {"2024": hiding})
    assert told is not None
    assert all(row.cells[0].hidden and row.change == "" for row in told.rows)


def test_the_change_of_a_scale_with_an_order_is_that_of_its_mean_score() -> None:
    scale = Item("s", "Hur nöjd?", "ordinal", {"1": "Inte", "2": "Ganska", "3": "Mycket"})

    def asked(*counts: int) -> Dataset:
        return Dataset(pd.DataFrame({"s": np.repeat(["1", "2", "3"], counts)}), (scale,))

    told = trending({"2024": asked(200, 100, 50), "2025": asked(50, 100, 200)}, "s")
    assert told is not None
    assert [(row.label, row.change, row.sure) for row in told.rows][-1] == ("Mean score", "up by 0.9", True)
    assert {row.change for row in told.rows[:-1]} == {""}
    assert told.summed == "Mean score"


def test_means_are_followed_too() -> None:
    told = trending({"2024": wave(10, 30), "2025": wave(100, 300)}, "n")
    assert told is not None
    assert told.rows[0].change == "up by 180.0"


def test_waves_that_asked_otherwise_are_left_out() -> None:
    other = Dataset(pd.DataFrame({"q": ["a"] * 50}), [Item("q", "Åker du?", "nominal", {"a": "A", "b": "B"})])
    assert trending({"2024": other, "2025": wave(50, 50)}, "q") is None
    assert trending({"2025": wave(50, 50)}, "q") is None
    assert trending({"2024": wave(50, 50), "2025": wave(50, 50)}, "nothing") is None


def test_the_picture_can_be_drawn_and_told() -> None:
    told = trending({"2024": wave(100, 300), "2025": wave(200, 200)}, "q")
    assert told is not None
    svg = figures.svg(told.chart(), told.words()).decode()
    assert "2024" in svg
    assert "25" in told.words().description


@pytest.mark.parametrize(("name", "own"), [("q", ["50\N{NO-BREAK SPACE}%", "50\N{NO-BREAK SPACE}%"]), ("n", ["49.5"])])
def test_a_wave_that_nobody_answered_has_no_numbers_and_no_change(name: str, own: list[str]) -> None:
    empty = Dataset(pd.DataFrame({"q": pd.Series([], dtype=object), "n": pd.Series([], dtype=float)}), wave(1, 1).items)
    told = trending({"2024": empty, "2025": wave(50, 50)}, name)
    assert told is not None
    assert told.waves == ("2024", "2025")
    assert [row.cells[0].value for row in told.rows] == [None] * len(own)
    assert [row.cells[1].text for row in told.rows] == own
    assert [(row.change, row.sure) for row in told.rows] == [("", False)] * len(own)
