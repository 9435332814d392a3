"""What people have written, the themes of it, and what has been told of each theme."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from surveys.coding.values import Written
from surveys.models import Quote, Response, Survey, Theme


def written(session: Session, survey: Survey, question: str) -> list[Written]:
    """Everything that was written in answer to an open question, in an order that says nothing."""
    query = sa.select(Response.id, Response.answers).where(Response.survey_id == survey.id).order_by(Response.id)
    told = ((key, answers.get(question)) for key, answers in session.execute(query))
    return [Written(key, said.strip()) for key, said in told if isinstance(said, str) and said.strip()]


def themes(session: Session, survey: Survey, question: str) -> list[Theme]:
    """The coding frame of a question, in the order in which its themes came."""
    query = sa.select(Theme).where(Theme.survey_id == survey.id, Theme.question == question).order_by(Theme.id)
    return list(session.scalars(query))


def quotes(session: Session, frame: Sequence[Theme]) -> Mapping[int, list[Quote]]:
    """The quotes that are released, by theme."""
    found: dict[int, list[Quote]] = defaultdict(list)
    keys = [theme.id for theme in frame]
    for quote in session.scalars(sa.select(Quote).where(Quote.theme_id.in_(keys)).order_by(Quote.id)):
        found[quote.theme_id].append(quote)
    return found
