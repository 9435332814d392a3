"""Charts: what they say, what they hide, and what a strict page lets through."""

import io
import math
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

from analysis import words as language
from analysis.figures import Words, bars, histogram, png, stacked, svg
from analysis.figures.house import INK, WHITE, contrast, ink_on, tints
from analysis.figures.lettering import width, wrap

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words(
    "Fler vill bygga ut än bygga nytt", "Vad ska vi göra med skolan?", "280 svar.", "Bygg ut 38 %, bygg nytt 27 %."
)


@pytest.fixture(autouse=True)
def swedish():
    """Charts speak Swedish here."""
    language.use(Path(__file__).parents[2] / "panel" / "translations")
    with language.speak("sv"):
        yield


def row(label: str, share: float, group: str = "Hela panelen", **other: object) -> dict:
    hidden = math.isnan(share)
    return {
        "group": group, "label": label, "share": share, "low": share - 0.06, "high": share + 0.06, "base": 280,
        "hidden": hidden,
    } | other  # fmt: skip


def two_answers() -> pd.DataFrame:
    return pd.DataFrame([row("Bygg ut", 0.38), row("Bygg nytt", 0.27), row("Annat", math.nan)])


def scale(groups: int = 10) -> pd.DataFrame:
    shares = {"Mycket dåligt": 0.1, "Ganska dåligt": 0.2, "Varken": 0.3, "Ganska bra": 0.35, "Mycket bra": 0.05}
    return pd.DataFrame(
        [row(label, share, f"Kommundel {i}", net=0.1) for i in range(groups) for label, share in shares.items()]
    )


def columns() -> pd.DataFrame:
    return pd.DataFrame([{"low_edge": 5 * i, "high_edge": 5 * i + 5, "share": 0.25, "hidden": False} for i in range(4)])


CHARTS = {
    "bars": (bars, two_answers),
    "dots": (bars, scale),
    "stacked": (stacked, scale),
    "histogram": (histogram, columns),
}


@pytest.fixture(params=CHARTS)
def chart(request):
    draw, table = CHARTS[request.param]
    return lambda words=WORDS: draw(table(), words)


def texts(drawing: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def test_a_drawing_has_a_role_a_title_and_a_description(chart):
    root = ElementTree.fromstring(svg(chart(), WORDS))
    by_id = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    assert [by_id[name] for name in root.get("aria-labelledby").split()] == [WORDS.title, WORDS.description]


def test_a_drawing_has_no_style_no_script_and_nothing_from_outside(chart):
    drawing = svg(chart(), WORDS)
    for unwanted in (b"style", b"<script", b"http://", b"https://", b"url(", b"DOCTYPE", b"<?xml", b"<metadata"):
        assert unwanted not in drawing.replace(b'xmlns="http://www.w3.org/2000/svg"', b"")


def test_the_same_chart_is_the_same_bytes_every_time(chart):
    assert svg(chart(), WORDS) == svg(chart(), WORDS)
    assert png(chart(), WORDS) == png(chart(), WORDS)


def test_two_charts_on_a_page_share_no_names():
    one, other = svg(bars(two_answers(), WORDS), WORDS), svg(stacked(scale(), WORDS), WORDS)
    names = [{e.get("id") for e in ElementTree.fromstring(d).iter() if e.get("id")} for d in (one, other)]
    assert names[0]
    assert names[1]
    assert not names[0] & names[1]


def test_a_bar_has_its_number_and_margin_beside_it():
    assert "38\N{NO-BREAK SPACE}% ±6" in texts(svg(bars(two_answers(), WORDS), WORDS))


def test_a_hidden_answer_is_told_and_not_guessed():
    written = texts(svg(bars(two_answers(), WORDS), WORDS))
    assert "Dold: för få svar" in written
    assert sum("%" in text for text in written) == 2


def test_a_hidden_group_has_no_numbers():
    table = scale(2)
    table.loc[table["group"] == "Kommundel 1", ["share", "low", "high", "net"]] = math.nan
    table["hidden"] = table["share"].isna()
    written = texts(svg(stacked(table, WORDS), WORDS))
    assert written.count("+10") == 1
    assert written.count("Dold: för få svar") == 1
    assert written.count("35") == 1


def test_a_margin_is_never_nought():
    table = pd.DataFrame([row("Ja", 0.5, low=0.499, high=0.501)])
    assert "50\N{NO-BREAK SPACE}% ±1" in texts(svg(bars(table, WORDS), WORDS))


def test_a_chart_where_all_is_hidden_is_still_a_chart():
    table = pd.DataFrame([row("Ja", math.nan), row("Nej", math.nan)])
    assert texts(svg(bars(table, WORDS), WORDS)).count("Dold: för få svar") == 2
    assert b"<svg" in svg(stacked(table, WORDS), WORDS)


def test_numbers_stand_only_in_parts_that_hold_them():
    table = pd.DataFrame([row("Bra", 0.98), row("Dåligt", 0.02)])
    written = texts(svg(stacked(table, WORDS), WORDS))
    assert "98" in written
    assert "2" not in written


def test_letters_on_tints_can_be_read():
    assert all(contrast(ink_on(tint), tint) >= 4.5 for count in range(1, 12) for tint in tints(count))
    assert contrast(INK, WHITE) > 18


def test_hostile_words_are_only_letters(chart):
    nasty = '<script>alert(1)</script> $x^2$ & "å" \x00\ud800 🏔'
    words = Words(nasty, nasty, nasty, nasty)
    root = ElementTree.fromstring(svg(chart(words), words))
    assert not [element for element in root.iter() if "script" in element.tag]
    assert root.find(f"{SVG}title").text == '<script>alert(1)</script> $x^2$ & "å" 🏔'


def test_a_picture_is_a_picture(chart):
    picture = png(chart(), WORDS)
    assert picture.startswith(b"\x89PNG")
    assert Image.open(io.BytesIO(picture)).text["Title"] == WORDS.title


def test_lines_are_broken_where_they_fit():
    lines = wrap("Bygg ut den befintliga skolan i stället för att bygga nytt", 200, 16)
    assert len(lines) == 3
    assert all(width(line, 16) <= 200 for line in lines)
    assert (
        "".join(wrap("Kommunstyrelseordföranden" * 3, 200, 16, most=9)).replace("-", "")
        == "Kommunstyrelseordföranden" * 3
    )
    assert wrap("ord " * 500, 200, 16, most=2)[-1].endswith("…")


STRICT = "default-src 'none'; style-src 'self'"
PAGE = '<!doctype html><html lang="sv"><head><title>t</title></head><body>%s</body></html>'


@pytest.mark.browser
def test_a_strict_page_shows_every_chart_as_it_was_drawn(page):
    drawings = [svg(draw(table(), WORDS), WORDS).decode() for draw, table in CHARTS.values()]
    blocked = []
    page.on("console", lambda message: blocked.append(message.text))
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=PAGE % "".join(drawings),
            headers={"content-type": "text/html; charset=utf-8", "content-security-policy": STRICT},
        ),
    )
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("http://panel.test/")
    fills = page.eval_on_selector_all("svg path", "all => all.map(one => getComputedStyle(one).fill)")
    assert blocked == []
    assert "rgb(18, 67, 109)" in fills
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    names = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(names) == len(set(names))
    for drawing in page.get_by_role("img", name=WORDS.title).all():
        assert drawing.bounding_box()["width"] <= 320
