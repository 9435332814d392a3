"""The form of one page of a questionnaire, put together by its questions' types."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from surveys.fields import Fault, Spoken
from surveys.questionnaire import Question
from surveys.questions import Refused

Written = Sequence[tuple[str, str]]


class Asking(Spoken, Form):
    """A page of questions, in the questionnaire's own words."""

    class Meta(Spoken.Meta):
        """Nothing here is looked up in catalogues."""

        marked = False

    def faults(self, order: Sequence[str] = ()) -> list[Fault]:
        """All that is wrong; where a page asks several things, each fault says which it is about."""
        if len({name.partition("-")[0] for name in self._fields}) == 1:
            return super().faults(order)
        return [(at, f"{field.label.text} – {fault}") for field in self for at, fault in field.faults()]


def form(
    questions: Iterable[Question], language: str, answers: Mapping[str, Any], written: Written | None = None
) -> Asking:
    """The page's form, filled with what was ``written`` in it, else with the answers there are."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for question in questions:
        fields |= question.kind.field(question, language)
        if answers.get(question.name) is not None:
            data |= question.kind.fill(question, answers[question.name])
    page: type[Asking] = type("Page", (Asking,), fields)
    return page(formdata=None if written is None else MultiDict(written), data=data)


def values(questions: Iterable[Question], form: Asking) -> dict[str, Any]:
    """What the form says in answer to each question; one whose answer can't be taken is left out."""
    found: dict[str, Any] = {}
    wrong = {field.name.partition("-")[0] for field in form if field.errors}
    for question in questions:
        if question.asks and question.name not in wrong:
            try:
                found[question.name] = question.kind.read(question, form.data)
            except Refused:
                continue
    return found

