"""Open answers worked up by people: themes found and edited, answers coded, agreement of coders, quotes released."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis import text
from analysis.words import _
from surveys.models import Coding, Quote, Response, Survey, Theme
from surveys.refusals import Refusal
from surveys.signals import tell

MACHINE = ""
"""The coder who is no person."""
FEWEST = 5
"""A theme is told of when at least so many have written about it."""


@dataclass(frozen=True)
class Written:
    """One open answer: its random id, which leads to nobody, and its words."""

    id: str
    text: str


@dataclass(frozen=True)
class Told:
    """A theme with its answers, most about it first, and the quotes released; ``count`` None where too few wrote of it."""

    theme: Theme
    answers: tuple[Written, ...]
    quotes: tuple[Quote, ...]

    @property
    def count(self) -> int | None:
        """How many wrote about it, if that may be told."""
        return len(self.answers) if len(self.answers) >= FEWEST else None


def written(session: Session, survey: Survey, question: str) -> list[Written]:
    """Everything that was written in answer to an open question, in an order that says nothing."""
    query = sa.select(Response.id, Response.answers).where(Response.survey_id == survey.id).order_by(Response.id)
    told = ((key, answers.get(question)) for key, answers in session.execute(query))
    return [Written(key, said.strip()) for key, said in told if isinstance(said, str) and said.strip()]


def themes(session: Session, survey: Survey, question: str) -> list[Theme]:
    """The coding frame of a question, in the order in which its themes came."""
    query = sa.select(Theme).where(Theme.survey_id == survey.id, Theme.question == question).order_by(Theme.id)
    return list(session.scalars(query))


def find(session: Session, survey: Survey, question: str, language: str = "sv") -> list[Theme]:
    """Let the machine look for themes and code every answer; refused once people have begun to code."""
    if set(_coders(session, themes(session, survey, question))) - {MACHINE}:
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


def told(session: Session, survey: Survey, question: str, words: Sequence[Written] | None = None) -> list[Told]:
    """Every theme with its answers: those that people put there, or where nobody has, the machine's; the largest first."""
    frame = themes(session, survey, question)
    by_key = {answer.id: answer for answer in words or written(session, survey, question)}
    human = _by_people(session, frame)
    chosen: dict[int, list[Written]] = defaultdict(list)
    for one in _codings(session, frame):
        if one.response_id in by_key and (one.coder != MACHINE or one.response_id not in human):
            answer = by_key[one.response_id]
            if answer not in chosen[one.theme_id]:
                chosen[one.theme_id].append(answer)
    quotes = _quotes(session, frame)
    found = [Told(theme, tuple(chosen[theme.id]), tuple(quotes[theme.id])) for theme in frame]
    return sorted(found, key=lambda each: (-len(each.answers), each.theme.id))


def _by_people(session: Session, frame: Sequence[Theme]) -> set[str]:
    """The answers that somebody has coded."""
    return {one.response_id for one in _codings(session, frame) if one.coder != MACHINE}


def _codings(session: Session, frame: Sequence[Theme]) -> Sequence[Coding]:
    keys = [theme.id for theme in frame]
    return session.scalars(sa.select(Coding).where(Coding.theme_id.in_(keys)).order_by(Coding.theme_id, Coding.response_id)).all()


def _coders(session: Session, frame: Sequence[Theme]) -> list[str]:
    return sorted({one.coder for one in _codings(session, frame)})


def _quotes(session: Session, frame: Sequence[Theme]) -> Mapping[int, list[Quote]]:
    found: dict[int, list[Quote]] = defaultdict(list)
    keys = [theme.id for theme in frame]
    for quote in session.scalars(sa.select(Quote).where(Quote.theme_id.in_(keys)).order_by(Quote.id)):
        found[quote.theme_id].append(quote)
    return found


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
    here = {(one.response_id, one.coder) for one in _codings(session, [into])}
    for one in _codings(session, [theme]):
        if (one.response_id, one.coder) not in here:
            session.add(Coding(response_id=one.response_id, theme_id=into.id, coder=one.coder))
    session.execute(sa.update(Quote).where(Quote.theme_id == theme.id).values(theme_id=into.id))
    session.flush()
    session.expire(into)
    session.delete(theme)
    session.flush()


def code(session: Session, survey: Survey, question: str, coder: str, chosen: Mapping[str, Iterable[int]]) -> None:
    """Keep what a person says that answers are about: the id of each answer, and its themes (none: about none of them)."""
    frame = {theme.id for theme in themes(session, survey, question)}
    known = {answer.id for answer in written(session, survey, question)}
    for response, keys in chosen.items():
        if response not in known or not set(keys) <= frame:
            raise Refusal(_("There is no such theme."))
        mine = sa.and_(Coding.response_id == response, Coding.coder == coder, Coding.theme_id.in_(frame))
        session.execute(sa.delete(Coding).where(mine))
        session.add_all(Coding(response_id=response, theme_id=key, coder=coder) for key in set(keys))
    session.flush()


def of_coder(session: Session, survey: Survey, question: str, coder: str) -> Mapping[str, set[int]]:
    """What a coder has said so far; the machine's word where a person has said nothing."""
    frame = themes(session, survey, question)
    mine: dict[str, set[int]] = defaultdict(set)
    theirs: dict[str, set[int]] = defaultdict(set)
    for one in _codings(session, frame):
        if one.coder == coder:
            mine[one.response_id].add(one.theme_id)
        elif one.coder == MACHINE:
            theirs[one.response_id].add(one.theme_id)
    return theirs | mine


def agreement(session: Session, survey: Survey, question: str) -> tuple[int, float] | None:
    """How many answers two people or more have coded, and Krippendorff's alpha over themes; None with none such."""
    frame = themes(session, survey, question)
    said: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in _codings(session, frame):
        if one.coder != MACHINE:
            said[one.response_id, one.coder].add(one.theme_id)
    coders = sorted({coder for _response, coder in said})
    twice = [r for r in sorted({r for r, _c in said}) if sum((r, c) in said for c in coders) > 1]
    if not twice:
        return None
    units = [[theme.id in said[r, c] if (r, c) in said else None for c in coders] for r in twice for theme in frame]
    return len(twice), text.alpha(units)


def suggested(survey: Survey, each: Told, language: str = "sv") -> list[str]:
    """Quotes that may be released when somebody has read them: cleared of names, numbers and addresses."""
    texts = [answer.text for answer in each.answers]
    whole = text.Theme(tuple(each.theme.words), tuple(range(len(texts))), (1.0,) * len(texts))
    places = [*survey.districts.values()]
    released = {quote.text.casefold() for quote in each.quotes}
    return [q.text for q in text.quotes(texts, whole, allowed=places, language=language) if q.text.casefold() not in released]


def release(session: Session, theme: Theme, said: str, allowed: Iterable[str] = (), language: str = "sv") -> Quote:
    """Let a quote be shown; refused where it still holds what looks like a name, a number or an address."""
    said = " ".join(said.split())
    if not said:
        raise Refusal(_("Write the quote."))
    if text.cleared(said, allowed, language) != said:
        raise Refusal(
            _("The quote holds what looks like a name, a number or an address: %(cleared)s")
            % {"cleared": text.cleared(said, allowed, language)}
        )
    quote = Quote(theme_id=theme.id, text=said)
    session.add(quote)
    session.flush()
    tell("quote released", "survey", theme.survey_id)
    return quote


def withdraw(session: Session, survey: Survey, key: int) -> None:
    """Take a quote back."""
    quote = session.get(Quote, key)
    if quote is None:
        raise Refusal(_("There is no such quote."))
    get(session, survey, quote.theme_id)
    session.delete(quote)
