"""Writing a register file that has been tried: all of it, or nothing."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.words import _, ngettext
from panel.models import Consent, ConsentText, Member, MemberState
from panel.register.trying import Trial
from surveys.clock import now, today
from surveys.refusals import Refusal

BATCH = 1_000


class CannotImport(Refusal):
    """A file that is not written as it is."""


def refused_words(count: int) -> str:
    """That so many rows keep a file from being written."""
    words = ngettext(
        "%(n)s row is refused. Nothing is written.",
        "%(n)s rows are refused. Nothing is written.",
        count,
    )
    return words % {"n": count}


def write(session: Session, trial: Trial, text: ConsentText, language: str, skip_refused: bool = False) -> None:
    """
    Take over what a trial found; refused if a row was, unless those are to be skipped.

    New members are active, and stand by the text in force: the municipality answers for having their consent. Members
    who were there already keep their state and the consent that they have given themselves.
    """
    if trial.refused and not (skip_refused and (trial.new or trial.changed or trial.same)):
        count = trial.refused_rows
        raise CannotImport(refused_words(count))
    try:
        _add(session, trial.new, text, language)
        _change(session, trial.changed)
    except IntegrityError:
        session.rollback()
        raise CannotImport(_("The register was changed at the same time. Nothing is written. Try again.")) from None


def _add(session: Session, rows: list[dict[str, Any]], text: ConsentText, language: str) -> None:
    standing = {"language": language, "state": MemberState.ACTIVE, "joined_on": today(), "confirmed_on": today()}
    for start in range(0, len(rows), BATCH):
        for values in rows[start : start + BATCH]:
            member = Member(**standing | values)
            member.consents.append(Consent(text_id=text.id, given=now()))
            session.add(member)
        session.flush()


def _change(session: Session, rows: list[tuple[int, dict[str, Any]]]) -> None:
    for start in range(0, len(rows), BATCH):
        part = dict(rows[start : start + BATCH])
        for member in session.scalars(select(Member).where(Member.id.in_(part))):
            for name, value in part[member.id].items():
                setattr(member, name, value)
        session.flush()
