"""Drafts: answers not yet sent in, kept under a name and locked with a key that only the personal link gives."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveys.clock import today
from surveys.models import Draft
from surveys.sealing import CannotUnseal, draft_name, lock, unlock

Written = list[tuple[str, str]]
"""Names and values as a form sent them."""


@dataclass
class Work:
    """What somebody has answered so far."""

    answers: dict[str, Any] = field(default_factory=dict)
    """Name of question to stored value; None is a question that was seen and left blank."""
    written: dict[str, Written] = field(default_factory=dict)
    """Page to what stands in its form, where that is no answer yet: half done, or refused."""

    def __bool__(self) -> bool:
        return bool(self.answers or self.written)

    @property
    def blank(self) -> bool:
        """Whether nothing has been chosen or written on any page: all that a mail scanner can leave behind."""
        written = [value for pairs in self.written.values() for _name, value in pairs]
        return not any([*written, *(value is not None for value in self.answers.values())])


def load(session: Session, token: str) -> Work:
    """The work behind a link; empty if there is none."""
    sealed = session.scalar(select(Draft.sealed).where(Draft.id == draft_name(token)))
    try:
        found = unlock(token, sealed) if sealed else {}
    except CannotUnseal:  # nobody but this link could have written it, so there is nothing to save
        found = {}
    written = {page: [(name, value) for name, value in pairs] for page, pairs in found.get("written", {}).items()}
    return Work(found.get("answers", {}), written)


def save(session: Session, token: str, survey_id: int, work: Work) -> None:
    """Keep the work, locked; blank work is not kept, so that a page sent in as it came changes nothing."""
    if work.blank:
        drop(session, token)
        return
    kind = sqlite if session.get_bind(Draft).dialect.name == "sqlite" else postgresql
    sealed = lock(token, {"answers": work.answers, "written": work.written})
    row = kind.insert(Draft).values(id=draft_name(token), survey_id=survey_id, sealed=sealed, used_on=today())
    session.execute(row.on_conflict_do_update(index_elements=[Draft.id], set_={"sealed": sealed, "used_on": today()}))


def drop(session: Session, token: str) -> None:
    """Delete the work: it has been sent in, or there is none."""
    session.execute(delete(Draft).where(Draft.id == draft_name(token)))
