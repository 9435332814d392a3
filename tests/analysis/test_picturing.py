"""Which picture a table gets, what it shows, and that words and picture say the table's own numbers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, Report, build, figures, words
from analysis.report import Question
from analysis.report.picturing import UnknownStyle
from tests.analysis.drawing import NAMES, SHAPES

STYLES = ("", "stacked", "diverging", "panels", "dots", "map")
ITEMS = (
    Item("one", "Vad vill du?", "nominal", {"out": "Bygg ut", "new": "Bygg nytt", "none": "Inget"}),
    Item("steps", "Hur nöjd är du?", "ordinal", {"1": "Mycket dåligt", "2": "Dåligt", "3": "Bra", "4": "Mycket bra"}),
    Item("some", "Vad använder du?", "multiple", {"bus": "Buss", "bike": "Cykel"}),
    Item("miles", "Hur långt?", "numeric"),
    Item("net", "Rekommenderar du?", "nps"),
    Item("words", "Något mer?", "text"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    """Reports speak Swedish here."""
    words.use(Path(__file__).parents[2] / "panel" / "translations")
    with words.speak("sv"):
        yield


def frame(size: int = 900) -> pd.DataFrame:
    """Krokom and Nälden are for building out; Offerdal has three answers."""
    rng = np.random.default_rng(7)
    codes = list(NAMES)
    district = np.array(codes)[rng.integers(0, len(codes) - 1, size)]
    district = np.where(district == codes[5], codes[6], district)
    district[:3] = codes[5]
    out = rng.random(size) < np.where(np.isin(district, codes[3:5]), 0.85, 0.3)
    return pd.DataFrame(
        {
            "district": district,
            "one": np.where(out, "out", rng.choice(["new", "none"], size)),
            "steps": rng.choice(list("1234"), size, p=[0.1, 0.2, 0.4, 0.3]),
            "some": pd.Series([("bus", "bike")[: 1 + i % 2] for i in range(size)], dtype=object),
            "miles": rng.gamma(2, 10, size).round(),
            "net": rng.integers(0, 11, size),
            "words": "mer buss",
        }
    )


class Reports:
    """A report of each item by itself, so that what one hides does not depend on the others."""

    def __init__(self) -> None:
        with words.speak("sv"):
            self.made = {item.name: self._of(item) for item in ITEMS}

    def _of(self, item: Item) -> Report:
        dataset = Dataset(frame(), [item], groups={"district": NAMES}, group_names={"district": "Kommundel"})
        return build(dataset, ("district",))

    def question(self, name: str) -> Question:
        return self.made[name].question(name)

    @property
    def questions(self) -> list[Question]:
        return [self.question(item.name) for item in ITEMS]


@pytest.fixture(scope="module")
def report() -> Reports:
    words.use(Path(__file__).parents[2] / "panel" / "translations")
    return Reports()


def texts(report: Reports, name: str, style: str, **more: object) -> list[str]:
    question = report.question(name)
    chart = question.chart("district", style=style, shapes=SHAPES, **more)
    drawing = figures.svg(chart, question.words("district", style))
    return [text.text or "" for text in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("name", "everybody", "groups"),
    [
        ("one", ("",), ("dots", "panels", "map")),
        ("steps", ("", "diverging"), ("stacked", "diverging", "panels", "dots", "map")),
        ("some", ("",), ("dots", "panels", "map")),
        ("miles", ("",), ("dots", "map")),
        ("net", ("", "diverging"), ("stacked", "diverging", "dots", "map")),
        ("words", (), ()),
    ],
)
def test_a_table_gets_the_pictures_that_suit_it(report: Reports, name: str, everybody: tuple[str, ...], groups: tuple[str, ...]):
    question = report.question(name)
    assert question.styles() == everybody
    assert question.styles("district", SHAPES) == groups
    assert question.styles("district") == groups[:-1]


def test_what_does_not_suit_is_refused_with_what_does(report: Reports):
    with pytest.raises(UnknownStyle, match=r"'stacked'.*'dots', 'panels'"):
        report.question("one").chart("district", style="stacked")


def test_the_usual_picture_is_the_first(report: Reports):
    for question in report.questions[:-1]:
        usual = question.styles("district")[0]
        drawn = [figures.svg(question.chart("district", style=style), question.words("district")) for style in ("", usual)]
        assert drawn[0] == drawn[1]


def test_title_is_the_finding_and_subtitle_the_question(report: Reports):
    question = report.question("one")
    everybody, districts = question.words(), question.words("district")
    assert everybody.title == report.made["one"].findings[0].text
    assert everybody.subtitle == "Vad vill du?"
    assert "Krokom" in districts.title or "Nälden" in districts.title
    assert districts.subtitle == "Vad vill du? Efter kommundel"
    stated = replace(question, item=replace(question.item, label="Hallarna är bra"))
    assert stated.words("district").subtitle == "Hallarna är bra. Efter kommundel"


def test_without_a_finding_the_question_is_the_title():
    plain = Dataset(frame().assign(one=np.tile(["out", "new", "none"], 300)), ITEMS[:1], groups={"district": NAMES})
    told = build(plain, ("district",)).question("one").words("district")
    assert (told.title, told.subtitle) == ("Vad vill du?", "Efter district")


def test_base_and_margin_stand_beneath(report: Reports):
    question = report.question("one")
    table = question.tables["district"].frame
    most = round(50 * (table["high"] - table["low"]).max())
    assert question.words().note.startswith("900 svar.")
    assert f"högst ±{most} procentenheter" in question.words("district").note


def test_margins_of_means_are_not_told_in_points(report: Reports):
    for style in ("dots", "map"):
        assert "procentenheter" not in report.question("miles").words("district", style).note
        assert "procentenheter" not in report.question("steps").words("district", style).note


@pytest.mark.parametrize(
    ("name", "style"), [("miles", "dots"), ("miles", "map"), ("net", "dots"), ("steps", "map"), ("one", "map")]
)
def test_the_description_says_what_the_picture_shows(report: Reports, name: str, style: str):
    told = report.question(name).words("district", style).description
    shown = [text for text in texts(report, name, style) if "±" in text and "högst" not in text]
    rows = report.question(name).tables["district"].rows
    assert len(shown) == sum(not any(cell.hidden for cell in row.cells) for row in rows) >= 2
    assert all(text in told for text in shown)
    assert "Offerdal: dold." in told


def test_a_map_shows_the_answer_that_is_asked_for(report: Reports):
    question = report.question("one")
    table = question.tables["district"].frame.query("~hidden").set_index(["category", "group"])["share"]
    for answer, label in (("new", "Bygg nytt"), ("none", "Inget")):
        assert f"Andel ”{label}”" in question.words("district", "map", answer).subtitle
        told = question.words("district", "map", answer).description
        assert all(f"{group}: {round(100 * share)}\xa0%" in told for group, share in table[answer].items())
        assert len(table[answer]) >= 4
    assert "Andel ”Bygg ut”" in question.words("district", "map").subtitle


def test_dots_have_a_line_for_everybody(report: Reports):
    assert "Alla tillsammans" in texts(report, "one", "dots")
    assert "Alla tillsammans" in texts(report, "miles", "dots")


@pytest.mark.parametrize("style", STYLES[1:])
def test_nothing_of_a_hidden_district_is_drawn_or_told(report: Reports, style: str):
    for question in report.questions:
        if style in question.styles("district", SHAPES):
            told = question.words("district", style).description
            assert "Offerdal: dold." in told
            assert any(text.startswith("Dold") for text in texts(report, question.name, style))


def test_a_net_of_a_group_has_its_interval_from_its_standard_error(report: Reports):
    table = report.question("net").tables["district"].frame
    row = table[table["group"] == "Ås"].iloc[0]
    told = report.question("net").words("district", "dots").description.split(". ")
    assert f"±{round(100 * 1.959964 * row['net_se'])}" in next(part for part in told if part.startswith("Ås"))


def test_many_groups_are_no_small_multiples():
    many = pd.DataFrame({"q": ["a", "b"] * 200, "g": np.repeat([f"G{i}" for i in range(20)], 20)})
    question = build(Dataset(many, [Item("q", "Q", "nominal", {"a": "A", "b": "B"})]), ("g",)).question("q")
    assert question.styles("g") == ("dots",)


def test_an_untitled_chart_says_neither_title_nor_question(report: Reports):
    question = report.question("one")
    drawn = figures.svg(question.chart("district", titled=False), figures.Words(""))
    assert b"Vad vill du?" not in drawn
    assert b"Felmarginalen" in drawn
