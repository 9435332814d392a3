"""Register files that have been tried but not yet written: kept for whoever tried them, for a day."""

import re
import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from panel.models import PendingImport
from surveys.clock import now

LONGEST_NAME = 200


def keep(session: Session, staff: int, filename: str, data: bytes) -> str:
    """Keep a file in the place of what the same person tried before; gives the key that finds it."""
    session.execute(delete(PendingImport).where(PendingImport.staff_id == staff))
    name = re.sub(r"[\x00-\x1f\x7f]", "", filename.replace("\\", "/").rpartition("/")[2])
    kept = PendingImport(
        id=secrets.token_hex(16), staff_id=staff, at=now(), filename=name.lstrip(".")[:LONGEST_NAME], content=data
    )
    session.add(kept)
    session.flush()
    return kept.id


def kept(session: Session, staff: int, key: str) -> PendingImport | None:
    """The file of that key, if this person tried it."""
    found = session.get(PendingImport, key)
    return found if found and found.staff_id == staff else None


def throw_away(session: Session, found: PendingImport) -> None:
    """Keep a file no longer."""
    session.delete(found)
    session.flush()
