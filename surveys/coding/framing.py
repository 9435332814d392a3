"""The coding frame of a question: themes found by the machine, added and put together by people."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis import text
from analysis.words import _
from surveys.coding.reading import themes, written
from surveys.coding.sorting import codings, sorted_by
from surveys.coding.values import MACHINE
from surveys.models import Coding, Quote, Survey, Theme
from surveys.refusals import Refusal
from surveys.signals import tell

Seen = Sequence[tuple[str, Sequence[str], Sequence[str]]]
"""Of each theme that the machine has seen its name, its strongest words, and the answers that it is in."""


def seek(session: Session, survey: Survey, question: str, language: str = "sv") -> Seen:
    """The themes that the machine sees, which takes a while and writes nothing; refused once people have begun to code."""
    _check_unsorted(session, survey, question)
    if not text.available():
        raise Refusal(_("To find themes, the administrator has to install the extra called text."))
    answers = written(session, survey, question)
    found = text.themes([answer.text for answer in answers], language=language)
    return [(theme.name, theme.words, [answers[i].id for i in theme.members]) for theme in found]


def put(session: Session, survey: Survey, question: str, seen: Seen) -> list[Theme]:
    """Make what the machine has seen the themes of a question, in place of those there were; refused as `seek` is."""
    _check_unsorted(session, survey, question)
    for old in themes(session, survey, question):
        session.delete(old)
    session.flush()
    for name, words, members in seen:
        theme = Theme(survey_id=survey.id, question=question, name=name, words=list(words))
        session.add(theme)
        session.flush()
        session.add_all(Coding(response_id=response, theme_id=theme.id, coder=MACHINE) for response in members)
    session.flush()
    tell("themes found", "survey", survey.id)
    return themes(session, survey, question)


def _check_unsorted(session: Session, survey: Survey, question: str) -> None:
    if sorted_by(session, survey, question):
        raise Refusal(_("Somebody has begun to sort the answers. Themes are changed by hand from here on."))


def get(session: Session, survey: Survey, key: int) -> Theme:
    """A theme of that survey."""
    theme = session.get(Theme, key)
    if theme is None or theme.survey_id != survey.id:
        raise Refusal(_("There is no such theme."))
    return theme


def add(session: Session, survey: Survey, question: str, name: str, description: str = "") -> Theme:
    """A theme that the machine did not see."""
    if any(theme.name.casefold() == name.casefold() for theme in themes(session, survey, question)):
        raise Refusal(_("There is already a theme called “%(name)s”.") % {"name": name})
    theme = Theme(survey_id=survey.id, question=question, name=name, description=description)
    session.add(theme)
    session.flush()
    return theme


def merge(session: Session, theme: Theme, into: Theme) -> None:
    """Put two themes together; the answers and quotes of the first go to the second."""
    if theme.id == into.id or (theme.survey_id, theme.question) != (into.survey_id, into.question):
        raise Refusal(_("Choose another theme of the same question."))
    here = {(one.response_id, one.coder) for one in codings(session, [into])}
    for one in codings(session, [theme]):
        if (one.response_id, one.coder) not in here:
            session.add(Coding(response_id=one.response_id, theme_id=into.id, coder=one.coder))
    session.execute(sa.update(Quote).where(Quote.theme_id == theme.id).values(theme_id=into.id))
    session.flush()
    session.expire(into)
    session.delete(theme)
    session.flush()
