"""The coding frame of a question: themes found by the machine, added and put together by people."""


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


def find(session: Session, survey: Survey, question: str, language: str = "sv") -> list[Theme]:
    """Let the machine look for themes and code every answer; refused once people have begun to code."""
    if sorted_by(session, survey, question):
        raise Refusal(_("Somebody has begun to sort the answers. Themes are changed by hand from here on."))
    if not text.available():
        raise Refusal(_("To find themes, the administrator has to install the extra called text."))
    answers = written(session, survey, question)
    for old in themes(session, survey, question):
        session.delete(old)
    session.flush()
    for found in text.themes([answer.text for answer in answers], language=language):
        theme = Theme(survey_id=survey.id, question=question, name=found.name, words=list(found.words))
        session.add(theme)
        session.flush()
        session.add_all(Coding(response_id=answers[i].id, theme_id=theme.id, coder=MACHINE) for i in found.members)
    session.flush()
    tell("themes found", "survey", survey.id)
    return themes(session, survey, question)


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
