"""A question type is one file: drop it in, and it is asked, checked, stored, tabulated and drawn."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.text import Text

import surveys.questions
from analysis import Dataset, Item, tabulate
from analysis import build as build_report
from surveys.questionnaire import Questionnaire, check
from surveys.questionnaire.schema import build
from surveys.questions import names
from tests.surveys.questioning import answer, form, question

STARS = '''
"""Stars: one to five of them."""

from surveys import fields
from surveys.questions import Checked, ItemSpec, QuestionType, Refused, Setting


class Type(QuestionType):
    """One to five stars, or as many as the author says."""

    scale = "ordinal"
    settings = {"most": Setting("integer", 5, "How many stars there are.")}

    def codes(self, question):
        return [str(n) for n in range(1, question.settings["most"] + 1)]

    def field(self, question, language):
        choices = [(code, "*" * int(code)) for code in self.codes(question)]
        label = question.text.in_(language)
        return {question.name: fields.Radios(label, choices=choices, validators=[Checked(self, question)])}

    def parse(self, question, data):
        return data.get(question.name) or None

    def verify(self, question, value):
        if value not in self.codes(question):
            raise Refused("Choose some of the stars", question.name)

    def items(self, question, language):
        labels = {code: "*" * int(code) for code in self.codes(question)}
        return [ItemSpec(question.name, question.text.in_(language), self.scale, labels)]

    def fake(self, question, rng, lean=0.0):
        return rng.choice(self.codes(question))
'''


@pytest.fixture
def stars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of types, with one more file in it."""
    (tmp_path / "stars.py").write_text(STARS)
    monkeypatch.setattr(surveys.questions, "__path__", [*surveys.questions.__path__, str(tmp_path)])
    yield tmp_path
    sys.modules.pop("surveys.questions.stars", None)


def test_the_new_type_is_known_by_its_file_name(stars):
    assert "stars" in names()


def test_it_is_asked(stars):
    shown = form(question("stars", most=3), None, language="en")
    assert shown["q"].label.text == "How do you travel?"
    assert [item["text"] for item in shown["q"].items()] == ["*", "**", "***"]


def test_it_is_checked(stars):
    assert answer(question("stars"), q="6") == "Choose one of the alternatives."
    assert answer(question("stars", required=True)) == "Answer the question"
    assert answer(question("stars"), q="4") == "4"


def test_its_settings_are_checked_and_stored(stars):
    asked = {"name": "q", "type": "stars", "text": "Hur bra?", "most": 3}
    whole = Questionnaire.from_json({"format": 1, "title": "Betyg", "questions": [asked]})
    assert not check(whole)
    assert Questionnaire.from_json(whole.to_json()) == whole
    assert whole.to_json()["pages"][0]["questions"][0]["most"] == 3


def test_it_is_in_the_schema(stars):
    assert "stars" in str(build())


def test_it_is_tabulated_and_drawn(stars):
    asked = question("stars", most=3)
    rows = [asked.kind.columns(asked, value) for value in ["1", "2", "2", "3", "3", "3", None] * 5]
    items = [Item(i.name, i.label, i.scale, i.categories, i.missing) for i in asked.kind.items(asked, "sv")]
    data = Dataset(pd.DataFrame(rows), items)
    table = tabulate(data, "q", minimum=0)
    assert list(table["count"]) == [5, 10, 15]
    chart = build_report(data, by=()).question("q").chart()
    assert "***" in {text.get_text() for text in chart.findobj(Text)}
