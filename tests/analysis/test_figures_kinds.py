"""Every kind of chart, easy and hard: it can be read on a phone and in grey, nothing overlaps, nothing hidden is told."""

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis import figures
from analysis import words as language
from analysis.figures import house, numbers, svg
from analysis.figures.house import BLUE, DASHES, EDGE, MARKS, PALETTE, WHITE, WIDTH, contrast, tints
from analysis.figures.lettering import width
from tests.analysis.drawing import ALL, EASY, NAMES, PLACES, SHAPES, WORDS, groups, one_number, squares, waves

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[2]
PHONE = 320
LEAST = 11.0
"""The least height of letters on a phone, in CSS pixels."""


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    """Charts speak Swedish here."""
    language.use(ROOT / "panel" / "translations")
    with language.speak("sv"):
        yield


@pytest.fixture(params=ALL)
def chart(request: pytest.FixtureRequest) -> Figure:
    return ALL[request.param](WORDS)


@pytest.fixture(params=EASY)
def easy(request: pytest.FixtureRequest) -> Figure:
    return EASY[request.param](WORDS)


Box = tuple[float, float, float, float]


def boxes(figure: Figure) -> list[tuple[str, Box]]:
    """Each text with the box it takes, in points from the left and downwards."""
    found = []
    for text in figure.findobj(Text):
        if not text.get_text():
            continue
        (x, y), size = text.get_position(), text.get_fontsize()
        wide = width(text.get_text(), size, text.get_fontweight() == "bold")
        left = x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[text.get_ha()]
        found.append((text.get_text(), (left, y - 0.74 * size, left + wide, y + 0.02 * size)))
    return found


def root_of(figure: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(svg(figure, WORDS))


def texts(figure: Figure) -> list[str]:
    return [element.text or "" for element in root_of(figure).iter(f"{SVG}text")]


# --- room ------------------------------------------------------------------------------------------------------------


def test_no_text_leaves_the_sheet(chart: Figure):
    height = chart.get_size_inches()[1] * 72
    outside = [text for text, (a, b, c, d) in boxes(chart) if a < 0 or c > WIDTH + 0.5 or b < 0 or d > height]
    assert outside == []


def test_no_two_texts_overlap(chart: Figure):
    found = boxes(chart)
    over = [
        (one, other)
        for (one, (a, b, c, d)), (other, (e, f, g, h)) in combinations(found, 2)
        if min(c, g) - max(a, e) > 1 and min(d, h) - max(b, f) > 1
    ]
    assert over == []


def test_letters_are_large_enough_on_a_phone(chart: Figure):
    root = root_of(chart)
    across = float((root.get("viewBox") or "").split()[2])
    sizes = {float(element.get("font-size", "0").removesuffix("px")) for element in root.iter(f"{SVG}text")}
    assert min(sizes) * PHONE / across >= LEAST


def test_letters_are_letters(chart: Figure):
    root = root_of(chart)
    assert "Fler i Ås än i Offerdal vill bygga ut" in texts(chart)
    assert root.get("role") == "img"
    assert not [path for path in root.iter(f"{SVG}path") if "DejaVu" in str(path.attrib)]


def test_a_chart_without_words_of_its_own_is_drawn_too(easy: Figure):
    bare = EASY["dots"](house.Words(""))
    assert bare.get_size_inches()[1] < EASY["dots"](WORDS).get_size_inches()[1]


# --- colours ---------------------------------------------------------------------------------------------------------


def colours(figure: Figure) -> set[str]:
    found = re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg(figure, WORDS).decode())
    return {colour.upper() for colour in found}


def hues(figure: Figure) -> set[str]:
    """The colours that are neither tints of blue nor grey."""
    plain = {BLUE, house.INK, house.GREY, house.RULE, house.PALE, WHITE, "#000000", "#9A9C9C"}
    tinted = {tint for count in range(1, 13) for tint in tints(count)}
    return colours(figure) - plain - tinted


def test_only_the_four_colours_tints_and_greys_are_used(chart: Figure):
    assert hues(chart) <= set(PALETTE)


def test_every_colour_of_the_palette_stands_out_from_paper():
    assert len(PALETTE) == 4
    assert all(contrast(colour, WHITE) >= 3 for colour in PALETTE)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_tints_are_steps_in_grey_too(count: int):
    assert all(contrast(one, other) >= 1.35 for one, other in pairwise(tints(count)))


def test_series_differ_in_line_and_mark_as_well_as_colour():
    assert len(set(PALETTE)) == len(set(DASHES)) == len(set(MARKS)) == 4
    lines = re.findall(r'stroke-dasharray="([^"]+)"', svg(EASY["trend"](WORDS), WORDS).decode())
    assert len(set(lines)) == 3


def test_a_hidden_district_is_striped_and_named_and_has_no_number():
    open_, closed = (figures.district_map(one_number(NAMES, gone), SHAPES, WORDS) for gone in ((), ["Offerdal"]))
    assert svg(closed, WORDS).count(b"<path") > svg(open_, WORDS).count(b"<path") + 10
    written = texts(closed)
    assert written.count("Dold") == 1
    assert "Offerdal" in written
    assert sum("±" in text for text in written) == len(NAMES) - 1 + 1  # and the margin in the note


# --- what is hidden --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [figures.stacked, figures.dots, figures.panels, figures.bars])
def test_a_hidden_group_has_no_number_in_any_chart(draw):
    shown = [text for text in texts(draw(groups(PLACES[:2], hidden=PLACES[:2]), WORDS)) if re.search(r"\d", text)]
    marks = {numbers.mark("share", mark) for mark in (0.0, 0.5, 1.0)}
    assert [text for text in shown if text not in marks] == [
        "280 svar. Viktat till befolkningen. Felmarginalen är", "högst ±6 procentenheter, med 95 % säkerhet."
    ]  # fmt: skip


def test_a_line_is_broken_where_it_is_hidden():
    whole, broken = (figures.trend(waves(["Ja"], hidden=hidden), WORDS) for hidden in (False, True))
    corners = [re.findall(r'd="([^"]*)"[^>]*stroke-width="2.2"', svg(each, WORDS).decode()) for each in (whole, broken)]
    assert [each[0].count("L") for each in corners] == [3, 1]


def test_a_whole_that_is_hidden_draws_no_line():
    table = one_number(NAMES, column="mean", scale=10)
    assert "Alla tillsammans" in texts(figures.dots(table.assign(whole=5.0), WORDS))
    assert "Alla tillsammans" not in texts(figures.dots(table.assign(whole=math.nan), WORDS))


# --- kinds -----------------------------------------------------------------------------------------------------------


def parts_of(figure: Figure, of: tuple[str, ...] = tints(4)) -> list[tuple[str, float, float]]:
    """The parts of bars, without the key: colour, left and right end."""
    root = root_of(figure)
    filled = {use.get("href", "")[1:]: use.get("fill", "") for use in root.iter(f"{SVG}use")}
    found = []
    for path in root.iter(f"{SVG}path"):
        colour = (path.get("fill") or filled.get(path.get("id", "")) or "").upper()
        xs = [float(x) for x in re.findall(r"[ML] ?(-?[\d.]+)", path.get("d", ""))]
        if colour in of and len(xs) == 4 and max(xs) - min(xs) > 15:
            found.append((colour, min(xs), max(xs)))
    return found


def test_diverging_bars_have_their_lower_half_to_the_left_of_one_line():
    table = groups(PLACES, ("Dåligt", "Ganska dåligt", "Ganska bra", "Bra"))
    found = parts_of(figures.stacked(table, WORDS, diverging=True))
    below = [right for colour, _left, right in found if colour == tints(4)[1]]
    above = [left for colour, left, _right in found if colour == tints(4)[2]]
    assert max(below) - min(below) < 0.1
    assert below[0] == pytest.approx(above[0], abs=0.1)


def test_stacked_bars_fill_a_hundred_per_cent():
    found = parts_of(figures.stacked(groups(PLACES[:1], ("A", "B", "C", "D")), WORDS))
    assert found[0][1] == pytest.approx(EDGE)
    assert found[-1][2] == pytest.approx(WIDTH - EDGE - 58)


def test_small_multiples_share_one_scale():
    table = groups(PLACES[:2], ("Ja",)).assign(share=[0.2, 0.4], low=math.nan, high=math.nan)
    bars = sorted(right - left for _colour, left, right in parts_of(figures.panels(table, WORDS), (BLUE,)))
    assert bars[1] == pytest.approx(2 * bars[0], rel=0.01)


def test_more_than_four_lines_get_a_panel_each():
    four, five = (figures.trend(waves([f"Svar {i}" for i in range(count)]), WORDS) for count in (4, 5))
    assert hues(four) == set(PALETTE) - {BLUE}
    assert hues(five) == set()
    assert svg(five, WORDS).count("Våren 2023".encode()) == 5 * svg(four, WORDS).count("Våren 2023".encode())


def test_districts_of_a_map_are_in_their_places():
    drawn = figures.district_map(one_number({"k0": "Syd", "k39": "Nord"}), squares(), WORDS)
    (south, north), _listed = ([box for text, box in boxes(drawn) if text in ("1", "2")][i : i + 2] for i in (0, 2))
    assert south[0] < north[0]
    assert south[1] > north[1]


def test_a_district_without_a_shape_is_listed():
    shapes = {code: shape for code, shape in SHAPES.items() if NAMES[code] != "Offerdal"}
    assert "Offerdal" in texts(figures.district_map(one_number(NAMES), shapes, WORDS))


@pytest.mark.parametrize("shape", [{"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[[1, 2]]]}])
def test_a_shape_that_is_no_area_is_refused(shape: dict[str, object]):
    with pytest.raises(ValueError, match="area"):
        figures.district_map(one_number({"a": "A"}), {"a": shape}, WORDS)


def test_too_many_answers_for_one_chart_leave_the_rarest_to_the_table():
    table = groups([f"Grupp {i}" for i in range(40)], [f"Svar {i}" for i in range(6)])
    common = table.groupby("label", sort=False)["share"].mean().nlargest(3).index
    written = texts(figures.dots(table, WORDS))
    assert {label for label in table["label"] if label in written} == set(common)
    assert "3 mindre vanliga svar finns bara i tabellen." in written


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("share", [0.34], (0.0, 0.2, 0.4)),
        ("share", [], (0.0, 0.5, 1.0)),
        ("mean", [5.1, 8.9], (4.0, 6.0, 8.0, 10.0)),
        ("mean", [3.0, 3.0], None),
        ("balance", [0.12, 0.4], (0.0, 0.2, 0.4)),
        ("balance", [-0.3, -0.1], (-0.3, -0.2, -0.1, 0.0)),
        ("mean", [1e9, 3e9], (1e9, 2e9, 3e9)),
    ],
)
def test_an_axis_has_few_round_marks_that_span_its_numbers(
    kind: str, values: list[float], expected: tuple[float, ...] | None
):
    marks = numbers.marks(kind, values)
    assert 2 <= len(marks) <= 6
    assert not values or marks[0] <= min(values) <= max(values) <= marks[-1] * (1 + 1e-9)
    assert expected is None or marks == pytest.approx(expected)


# --- the same every run ----------------------------------------------------------------------------------------------


def test_charts_are_the_same_bytes_in_two_processes_with_other_hash_seeds():
    made = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "tests.analysis.drawing"],
            capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed},
        )  # fmt: skip
        made.append(json.loads(done.stdout))
    assert set(made[0]) == {*ALL, "png"}
    assert made[0] == made[1]


def test_a_table_is_not_changed_by_being_drawn():
    table = groups(PLACES)
    before = table.copy()
    for draw in (figures.stacked, figures.dots, figures.panels, figures.bars):
        draw(table, WORDS)
    pd.testing.assert_frame_equal(table, before)
