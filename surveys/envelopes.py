"""Envelopes: sealed answers wait until enough like them have come, and are then stored in a shuffled batch.

Web processes hold only an epoch's public key. The one worker that holds the private keys opens, mixes and stores. Its
steps commit one by one and may be repeated, so that a process killed anywhere loses nothing and doubles nothing: a
response's id is inside its seal.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from surveys.clock import today
from surveys.db import ANSWERS, db, reading_only
from surveys.keyring import Keyring
from surveys.mixing import Staged, leaving
from surveys.models import Draft, Envelope, Epoch, Response, Survey, SurveyState
from surveys.sealing import BLOCK, CannotUnseal, seal, unseal
from surveys.signals import tell

DRAFT_DAYS = 14
"""A draft that nobody has touched for so long is deleted."""
CLOSED = (SurveyState.CLOSED, SurveyState.PUBLISHED)

log = logging.getLogger(__name__)

# In a request: an epoch when a survey opens, an envelope when a person answers.


def ensure_epoch(session: Session, survey: Survey, key_dir: Path | None) -> Epoch | None:
    """The epoch that an open survey's answers are sealed to, made if there is none yet.

    ``key_dir`` is None where this process holds no keys: then the worker makes the epoch in its next round.
    """
    found = session.scalars(sa.select(Epoch).where(Epoch.survey_id == survey.id, Epoch.current)).first()
    if found or key_dir is None or waiting(session, survey):
        return found
    key_id, public_key = Keyring(key_dir).make()
    found = Epoch(key_id=key_id, survey_id=survey.id, public_key=public_key, current=True)
    session.add(found)
    session.flush()
    return found


def current_epoch(session: Session, survey_id: int) -> Epoch | None:
    """The survey's epoch, held so that it can't be retired before this transaction ends."""
    wanted = sa.select(Epoch).where(Epoch.survey_id == survey_id, Epoch.current).with_for_update(read=True)
    for _attempt in range(5):  # one that was just retired is passed over; its follower is seen by the next look
        if found := session.scalar(wanted.execution_options(populate_existing=True)):
            return found
    return None


def stage(session: Session, epoch: Epoch, response: Mapping[str, Any], block: int = BLOCK) -> None:
    """Put a response, whose final id is drawn here, into an envelope."""
    sealed = seal(epoch.public_key, {"id": secrets.token_hex(16), **response}, block)
    session.add(Envelope(id=secrets.token_hex(16), survey_id=epoch.survey_id, key_id=epoch.key_id, sealed=sealed))


def waiting(session: Session, survey: Survey) -> int:
    """How many answers are sent in but not yet mixed into the response store."""
    return session.scalar(sa.select(sa.func.count()).where(Envelope.survey_id == survey.id)) or 0


def stuck(session: Session) -> Sequence[int]:
    """Open surveys with no key to seal answers to, closed ones with answers not yet stored: an alarm, if it lasts."""
    has_key = sa.exists().where(Epoch.survey_id == Survey.id, Epoch.current)
    takes_none = sa.and_(Survey.state == SurveyState.OPEN, ~has_key)
    holds_some = sa.and_(Survey.state.in_(CLOSED), sa.exists().where(Envelope.survey_id == Survey.id))
    return session.scalars(sa.select(Survey.id).where(sa.or_(takes_none, holds_some)).order_by(Survey.id)).all()


# In the worker, which alone holds the private keys. The caller's session must not be inside a transaction.


def work_round(key_dir: Path, only: int | None = None) -> int:
    """Do what is due for every survey, or ``only`` one: epochs, batches, old drafts; gives how many were stored."""
    keys = Keyring(key_dir)
    with keys.alone() as alone:
        if not alone:  # the worker is at it already
            return 0
        moved = sum(_round(row.id, row.state, Survey(sensitive=row.sensitive).mix, keys) for row in _surveys(only))
        _destroy_used(keys)
        _drop_drafts()
        if moved:
            _tidy()
        return moved


def flush(survey_id: int, key_dir: Path) -> int:
    """Store what is due of one survey now: all of it, if the survey is closed."""
    return work_round(key_dir, survey_id)


def give_up_lost(session: Session, survey: Survey, key_dir: Path) -> int:
    """Throw away staged answers whose key is lost for good, so that the survey can go on; gives how many."""
    keys, lost = Keyring(key_dir), 0
    for one in session.scalars(sa.select(Envelope).where(Envelope.survey_id == survey.id)):
        if not keys.holds(one.key_id):
            session.delete(one)
            lost += 1
    tell("answers lost with their key", "survey", survey.id, count=lost)
    return lost


def _surveys(only: int | None) -> Sequence[Any]:
    touched = sa.union(sa.select(Epoch.survey_id), sa.select(Envelope.survey_id))
    wanted = sa.select(Survey.id, Survey.state, Survey.sensitive).where(
        sa.or_(Survey.state == SurveyState.OPEN, Survey.id.in_(touched)), Survey.id == only if only else sa.true()
    )
    with reading_only(), db.engine.connect() as connection:
        return connection.execute(wanted).all()


def _round(survey_id: int, state: SurveyState, mix: int, keys: Keyring) -> int:
    closing = state in CLOSED
    if state == SurveyState.OPEN:
        _keep_open(survey_id, keys)
    elif closing:
        _rotate(survey_id, None)  # from here on nobody answers, so that what is staged is all there will be
    staged = _forget_stored(_opened(survey_id, keys, at_least=1 if closing else 2 * mix))
    batch = leaving(staged, mix, closing)
    if not batch:
        return 0
    if not closing:
        _rotate(survey_id, keys)
    _store(batch)
    _remove(batch)
    return len(batch)


def _keep_open(survey_id: int, keys: Keyring) -> None:
    """See to it that an open survey has a key to seal to; where staged answers' keys are lost, stop taking more."""
    with db.engine.begin() as connection:
        lost = [key_id for key_id in _in_use(connection, survey_id) if not keys.holds(key_id)]
        if lost:
            stopped = connection.execute(_epochs(survey_id).where(Epoch.current).values(current=False)).rowcount
            if connection.scalar(sa.select(sa.func.count()).where(Envelope.key_id.in_(lost))):
                if stopped:
                    log.error("Survey %s takes no answers: keys are missing. Put them back.", survey_id)
                return
            connection.execute(sa.delete(Epoch).where(Epoch.key_id.in_(lost)))
        if not connection.scalar(sa.select(sa.func.count()).where(Epoch.survey_id == survey_id, Epoch.current)):
            _begin_epoch(connection, survey_id, keys)


def _in_use(connection: Connection, survey_id: int) -> set[str]:
    sealed_to = sa.select(Envelope.key_id).where(Envelope.survey_id == survey_id)
    current = sa.select(Epoch.key_id).where(Epoch.survey_id == survey_id, Epoch.current)
    return set(connection.scalars(sealed_to.union(current)))


def _epochs(survey_id: int) -> sa.Update:
    return sa.update(Epoch).where(Epoch.survey_id == survey_id)


def _begin_epoch(connection: Connection, survey_id: int, keys: Keyring) -> None:
    key_id, public_key = keys.make()
    connection.execute(sa.insert(Epoch).values(key_id=key_id, survey_id=survey_id, public_key=public_key, current=True))


def _rotate(survey_id: int, keys: Keyring | None) -> None:
    """Retire the epoch, which waits for those who are answering just now; ``keys`` make the next one."""
    with db.engine.begin() as connection:
        connection.execute(_epochs(survey_id).where(Epoch.current).values(current=False))
        if keys:
            _begin_epoch(connection, survey_id, keys)


def _opened(survey_id: int, keys: Keyring, at_least: int) -> list[Staged]:
    """The survey's staged answers, if there are so many; where the key is missing they stay sealed."""
    mine = sa.select(Envelope.id, Envelope.key_id, Envelope.sealed).where(Envelope.survey_id == survey_id)
    with reading_only(), db.engine.connect() as connection:
        rows = connection.execute(mine).all()
    if len(rows) < at_least:
        return []
    private = {key_id: keys.get(key_id) for key_id in {row.key_id for row in rows} if keys.holds(key_id)}
    found = []
    for row in rows:
        if row.key_id not in private:
            continue
        try:
            found.append(Staged(row.id, unseal(private[row.key_id], row.sealed)))
        except CannotUnseal:
            log.exception("An envelope of survey %s can't be opened.", survey_id)
    return found


def _forget_stored(staged: list[Staged]) -> list[Staged]:
    """Remove envelopes whose response was stored before a crash: a new batch is to be of new ones."""
    ids = [one.response["id"] for one in staged]
    with reading_only(), db.engines[ANSWERS].connect() as connection:
        stored = {
            found
            for at in range(0, len(ids), 500)
            for found in connection.scalars(sa.select(Response.id).where(Response.id.in_(ids[at : at + 500])))
        }
    _remove([one for one in staged if one.response["id"] in stored])
    return [one for one in staged if one.response["id"] not in stored]


def _store(batch: Sequence[Staged]) -> None:
    engine = db.engines[ANSWERS]
    insert = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(Response)
    with engine.begin() as connection:
        connection.execute(insert.on_conflict_do_nothing(), [one.response for one in batch])


def _remove(batch: Iterable[Staged]) -> None:
    names = [one.envelope for one in batch]
    if names:
        with db.engine.begin() as connection:
            mine = sa.delete(Envelope).where(Envelope.id == sa.bindparam("name"))
            connection.execute(mine, [{"name": name} for name in names])


def _destroy_used(keys: Keyring) -> None:
    """Destroy the keys of retired epochs that no envelope is sealed to: the key first, then its row."""
    unused = sa.select(Epoch.key_id).where(~Epoch.current, ~sa.exists().where(Envelope.key_id == Epoch.key_id))
    with reading_only(), db.engine.connect() as connection:
        done = connection.scalars(unused).all()
        wanted = set(connection.scalars(sa.select(Epoch.key_id).union(sa.select(Envelope.key_id))))
    for key_id in {*done, *(keys.old() - wanted)}:  # old ones that nothing knows were left by a process that was killed
        keys.destroy(key_id)
    if done:
        with db.engine.begin() as connection:
            connection.execute(sa.delete(Epoch).where(Epoch.key_id.in_(done), ~Epoch.current))


def _drop_drafts() -> None:
    closed = sa.select(Survey.id).where(Survey.state.in_(CLOSED))
    old = sa.or_(Draft.survey_id.in_(closed), Draft.used_on < today() - timedelta(days=DRAFT_DAYS))
    with reading_only(), db.engine.connect() as connection:
        if not connection.scalar(sa.select(sa.func.count()).where(old)):
            return
    with db.engine.begin() as connection:
        connection.execute(sa.delete(Draft).where(old))


def _tidy() -> None:
    """Leave no deleted rows behind: PostgreSQL keeps them until it is told to sweep; SQLite overwrites them at once."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM envelope, draft, epoch")
