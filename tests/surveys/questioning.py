"""Questionnaires and forms for the tests of questions."""

from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from analysis import words
from surveys.fields import Spoken
from surveys.questionnaire import Question, Questionnaire

words.use(Path("panel/translations"))

OPTIONS = [
    {"code": "bus", "text": {"sv": "Buss", "en": "Bus"}},
    {"code": "train", "text": {"sv": "Tåg", "en": "Train"}},
    {"code": "car", "text": {"sv": "Bil", "en": "Car"}},
]


def questionnaire(*questions: dict[str, Any], **more: Any) -> Questionnaire:
    """A questionnaire of one question a page."""
    return Questionnaire.from_json({"format": 1, "title": "Resor", "questions": list(questions)} | more)


def question(kind: str, **settings: Any) -> Question:
    """One question, called q, with options if its type needs them."""
    preset = {"name": "q", "type": kind, "text": {"sv": "Hur reser du?", "en": "How do you travel?"}}
    if kind in ("single", "multiple", "matrix", "ranking", "budget", "place"):
        preset["options"] = OPTIONS
    if kind == "matrix":
        preset["rows"] = [{"code": "work", "text": "Till jobbet"}, {"code": "shop", "text": "Till affären"}]
    return questionnaire(preset | settings).question("q")


def form(asked: Question, sent: dict[str, Any] | None, language: str = "sv", shown: Any = None) -> Form:
    """The form that asks it, with what a browser sent or with a stored answer to show."""

    class Asking(Spoken, Form):
        class Meta(Spoken.Meta):
            marked = False

    kind = type("Asking", (Asking,), asked.kind.field(asked, language))
    data = asked.kind.fill(asked, shown)
    return kind(MultiDict(sent) if sent is not None else None, data=data)


def answer(asked: Question, **sent: Any) -> Any:
    """What is stored when a browser sends this; the first fault instead, if there is one."""
    filled = form(asked, {name.replace("__", "-"): value for name, value in sent.items()})
    if not filled.validate():
        return next(iter(filled.errors.values()))[0]
    return asked.kind.read(asked, filled.data)
