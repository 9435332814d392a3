"""Answers sorted under themes: by each person alone, by the machine where nobody has, and settled where people differed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis import text
from analysis.words import _
from surveys.coding.reading import quotes, themes, written
from surveys.coding.values import MACHINE, SETTLED, Difference, Told, Written
from surveys.models import Coding, Sorting, Survey, Theme
from surveys.refusals import Refusal

Said = Mapping[tuple[str, str], set[int]]
"""By answer and coder, the themes that the coder held it to be about; none where it was held to be about none."""


def codings(session: Session, frame: Sequence[Theme]) -> Sequence[Coding]:
    """Everything that anybody, or the machine, has said of some themes."""
    keys = [theme.id for theme in frame]
    return session.scalars(sa.select(Coding).where(Coding.theme_id.in_(keys)).order_by(Coding.theme_id, Coding.response_id)).all()


def _said(session: Session, survey: Survey, question: str) -> Said:
    """What everybody has said, the machine too."""
    query = sa.select(Sorting).where(Sorting.survey_id == survey.id, Sorting.question == question)
    found: dict[tuple[str, str], set[int]] = {(one.response_id, one.coder): set() for one in session.scalars(query)}
    for one in codings(session, themes(session, survey, question)):
        found.setdefault((one.response_id, one.coder), set()).add(one.theme_id)
    return found


def _of_people(said: Said) -> dict[str, dict[str, set[int]]]:
    """By answer, what each person has said of it; what was settled is nobody's word."""
    found: dict[str, dict[str, set[int]]] = defaultdict(dict)
    for (response, coder), chosen in said.items():
        if coder not in (MACHINE, SETTLED):
            found[response][coder] = chosen
    return found


def sorted_by(session: Session, survey: Survey, question: str) -> list[str]:
    """The people who have sorted answers to the question."""
    return sorted({coder for _response, coder in _said(session, survey, question)} - {MACHINE, SETTLED})


def told(session: Session, survey: Survey, question: str, words: Sequence[Written] | None = None) -> list[Told]:
    """Every theme with its answers, the largest first: as settled, or else as people put them, or else the machine."""
    frame, said = themes(session, survey, question), _said(session, survey, question)
    people, chosen = _of_people(said), defaultdict[int, list[Written]](list)
    for answer in words or written(session, survey, question):
        human = set().union(*people[answer.id].values()) if answer.id in people else None
        machine = said.get((answer.id, MACHINE), set())
        for key in said.get((answer.id, SETTLED), machine if human is None else human):
            chosen[key].append(answer)
    released = quotes(session, frame)
    found = [Told(theme, tuple(chosen[theme.id]), tuple(released[theme.id])) for theme in frame]
    return sorted(found, key=lambda each: (-len(each.answers), each.theme.id))


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
        session.merge(Sorting(response_id=response, question=question, coder=coder, survey_id=survey.id))
    session.flush()


def of_coder(session: Session, survey: Survey, question: str, coder: str) -> Mapping[str, set[int]]:
    """What a coder has said so far; the machine's word where the coder has said nothing."""
    said = _said(session, survey, question)
    machine = {response: chosen for (response, by), chosen in said.items() if by == MACHINE}
    return machine | {response: chosen for (response, by), chosen in said.items() if by == coder}


def agreement(session: Session, survey: Survey, question: str) -> tuple[int, float] | None:
    """How many answers two people or more have coded, and Krippendorff's alpha over themes; None with none such.

    What was settled afterwards does not count: it says nothing of how well people agree who sort alone.
    """
    people = _of_people(_said(session, survey, question))
    coders = sorted({coder for each in people.values() for coder in each})
    twice = sorted(response for response, each in people.items() if len(each) > 1)
    if not twice:
        return None
    frame = [theme.id for theme in themes(session, survey, question)]
    units = [[key in people[r][c] if c in people[r] else None for c in coders] for r in twice for key in frame]
    return len(twice), text.alpha(units)


def differences(session: Session, survey: Survey, question: str) -> list[Difference]:
    """The answers that people have sorted differently, those that are not settled first."""
    said = _said(session, survey, question)
    people, found = _of_people(said), []
    for answer in written(session, survey, question):
        each = [frozenset(chosen) for _coder, chosen in sorted(people.get(answer.id, {}).items())]
        if len(set(each)) > 1:
            agreed = said.get((answer.id, SETTLED))
            found.append(Difference(answer, tuple(each), None if agreed is None else frozenset(agreed)))
    return sorted(found, key=lambda one: one.settled is not None)


def settle(session: Session, survey: Survey, question: str, chosen: Mapping[str, Iterable[int]]) -> None:
    """Keep what people agree on where they have sorted differently; refused for an answer that they have not."""
    if not set(chosen) <= {one.answer.id for one in differences(session, survey, question)}:
        raise Refusal(_("Only answers that people have sorted differently are settled."))
    code(session, survey, question, SETTLED, chosen)
