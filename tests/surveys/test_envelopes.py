"""Envelopes: epochs, batches, keys that are gone when they are done, and an alarm when one is missing."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveys import answering, drafts, envelopes
from surveys.clock import hold, now
from surveys.db import db
from surveys.drafts import Work as Draftwork
from surveys.invitations import Invitee
from surveys.models import Draft, Envelope, Epoch, Response, Survey, SurveyState
from surveys.sealing import CannotUnseal, lock, pack, unlock, unpack
from tests import factories
from tests.answerers import BODY, invite, open_survey
from tests.conftest import Work
from tests.surveys.questioning import questionnaire


@pytest.fixture
def keys(app: Flask) -> Path:
    return Path(app.config["KEY_DIR"])


def everyone(app: Flask, work: Work, count: int, **more: Any) -> list[str]:
    with work() as session:
        return [one.key for one in open_survey(session, app, people=count, **more)]


def send(work: Work, keys_: list[str], language: str = "sv") -> None:
    with work() as session:
        for key in keys_:
            answering.send_in(session, key, {"usual": "bus"}, language)


def close(work: Work) -> None:
    with work() as session:
        session.scalars(select(Survey)).one().state = SurveyState.CLOSED


def counts(work: Work) -> tuple[int, int]:
    with work() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Envelope, Response))  # type: ignore[return-value]


def test_answers_wait_until_twice_as_many_as_are_mixed_have_come(app: Flask, work: Work, keys: Path) -> None:
    invited = everyone(app, work, 61)
    send(work, invited[:39])
    with app.app_context():
        assert envelopes.work_round(keys) == 0
    send(work, invited[39:])
    with app.app_context():
        assert envelopes.work_round(keys) == 40
    assert counts(work) == (21, 40)
    close(work)
    with app.app_context():
        assert envelopes.work_round(keys) == 21
    assert counts(work) == (0, 61)


def test_a_sensitive_survey_mixes_fifty(app: Flask, work: Work, keys: Path) -> None:
    invited = everyone(app, work, 100, sensitive=True)
    send(work, invited[:99])
    with app.app_context():
        assert envelopes.work_round(keys) == 0
    send(work, invited[99:])
    with app.app_context():
        assert envelopes.work_round(keys) == 50


def test_each_band_is_mixed_on_its_own(app: Flask, work: Work, keys: Path) -> None:
    with work() as session:
        survey = factories.survey(session, BODY)
        people = [Invitee(f"{d}{n}", "30-44", d) for d in ("as", "krokom") for n in range(30)]
        invited = [one.key for one in invite(session, survey, people)]
        survey.state = SurveyState.OPEN
        envelopes.ensure_epoch(session, survey, keys)
    send(work, invited)
    with app.app_context():
        assert envelopes.work_round(keys) == 0
    close(work)
    with app.app_context():
        assert envelopes.work_round(keys) == 60


def test_keys_are_destroyed_with_the_last_envelope_sealed_to_them(app: Flask, work: Work, keys: Path) -> None:
    send(work, everyone(app, work, 3))
    assert len(key_files(keys)) == 1
    close(work)
    with app.app_context():
        envelopes.work_round(keys)
    assert key_files(keys) == []
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Epoch)) == 0


def key_files(keys: Path) -> list[Path]:
    return [path for path in keys.iterdir() if path.name != ".lock"]


def test_only_this_user_reads_the_keys(app: Flask, work: Work, keys: Path) -> None:
    everyone(app, work, 1)
    assert {path.stat().st_mode & 0o777 for path in key_files(keys)} == {0o600}
    assert keys.stat().st_mode & 0o077 == 0


def test_a_batch_that_was_stored_before_a_crash_is_not_stored_again(
    app: Flask, work: Work, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(work, everyone(app, work, 40))
    remove = envelopes._remove
    monkeypatch.setattr(envelopes, "_remove", lambda batch: remove([]) if not batch else crash())
    with app.app_context(), pytest.raises(PowerCut):
        envelopes.work_round(keys)
    assert counts(work) == (40, 20)
    monkeypatch.undo()
    with app.app_context():
        assert envelopes.work_round(keys) == 0
    assert counts(work) == (20, 20)


class PowerCut(Exception):
    """The process ends here."""


def crash() -> None:
    raise PowerCut


def test_a_missing_key_stops_answers_until_it_is_put_back(app: Flask, work: Work, keys: Path) -> None:
    invited = everyone(app, work, 3)
    send(work, invited[:1])
    kept = key_files(keys)[0]
    kept.rename(keys.parent / "elsewhere")
    with app.app_context():
        envelopes.work_round(keys)
    with work() as session:
        assert envelopes.stuck(session) == [1]
        with pytest.raises(answering.NoKey):
            answering.send_in(session, invited[1], {"usual": "bus"}, "sv")
        session.rollback()
    (keys.parent / "elsewhere").rename(kept)
    with app.app_context():
        envelopes.work_round(keys)
    send(work, invited[1:])
    close(work)
    with app.app_context():
        assert envelopes.work_round(keys) == 3


def test_a_key_lost_before_anything_was_sealed_to_it_is_replaced(app: Flask, work: Work, keys: Path) -> None:
    invited = everyone(app, work, 1)
    key_files(keys)[0].unlink()
    with app.app_context():
        envelopes.work_round(keys)
    send(work, invited)
    with work() as session:
        assert envelopes.stuck(session) == []


def test_lost_answers_can_be_given_up(app: Flask, work: Work, keys: Path) -> None:
    invited = everyone(app, work, 2)
    send(work, invited[:1])
    key_files(keys)[0].unlink()
    with app.app_context():
        envelopes.work_round(keys)
    with work() as session:
        assert envelopes.give_up_lost(session, session.get_one(Survey, 1), keys) == 1
    with app.app_context():
        envelopes.work_round(keys)
    send(work, invited[1:])


def test_the_worker_makes_the_epoch_of_a_survey_that_was_opened_elsewhere(app: Flask, work: Work, keys: Path) -> None:
    with work() as session:
        survey = factories.survey(session, BODY)
        invited = [one.key for one in invite(session, survey, [Invitee("r", "30-44", "as")])]
        survey.state = SurveyState.OPEN
        assert envelopes.ensure_epoch(session, survey, None) is None
    with app.app_context():
        envelopes.work_round(keys)
    send(work, invited)


def test_a_key_that_nothing_is_sealed_to_goes_after_an_hour(app: Flask, work: Work, keys: Path) -> None:
    everyone(app, work, 1)
    for name in ("0" * 32, "1" * 32 + ".new"):
        (keys / name).write_bytes(b"left by a process that was killed")
        os.utime(keys / name, (0, 0))
    with app.app_context():
        envelopes.work_round(keys)
    assert len(key_files(keys)) == 1


def test_one_worker_at_a_time(app: Flask, work: Work, keys: Path) -> None:
    send(work, everyone(app, work, 1))
    close(work)
    with app.app_context(), envelopes.Keyring(keys).alone():
        assert envelopes.work_round(keys) == 0


def test_an_envelope_that_can_not_be_opened_stops_no_other(app: Flask, work: Work, keys: Path) -> None:
    send(work, everyone(app, work, 2))
    with work() as session:
        session.scalars(select(Envelope)).first().sealed = b"junk"  # type: ignore[union-attr]
    close(work)
    with app.app_context():
        assert envelopes.work_round(keys) == 1
    with work() as session:
        assert envelopes.stuck(session) == [1]


def test_a_rare_language_is_left_out_of_its_batch(app: Flask, work: Work, keys: Path) -> None:
    invited = everyone(app, work, 22)
    send(work, invited[:21])
    send(work, invited[21:], "en")
    close(work)
    with app.app_context():
        envelopes.work_round(keys)
    with work() as session:
        assert set(session.scalars(select(Response.language))) == {""}


def test_all_envelopes_of_a_survey_are_of_one_size(app: Flask, work: Work) -> None:
    invited = everyone(app, work, 2)
    with work() as session:
        answering.send_in(session, invited[0], {"usual": "bus"}, "sv")
        answering.send_in(session, invited[1], {"usual": "walk", "wish": "ö" * 400}, "sv")
    with work() as session:
        assert len(set(session.scalars(select(func.length(Envelope.sealed))))) == 1


def test_old_drafts_are_deleted(app: Flask, work: Work, keys: Path) -> None:
    everyone(app, work, 1)
    with work() as session:
        drafts.save(session, "a", 1, Draftwork({"usual": "bus"}))
        with hold(now() - timedelta(days=15)):
            drafts.save(session, "b", 1, Draftwork({"usual": "bus"}))
    with app.app_context():
        envelopes.work_round(keys)
        assert not drafts.load(db.session(), "b")
        assert drafts.load(db.session(), "a").answers == {"usual": "bus"}
    close(work)
    with app.app_context():
        envelopes.work_round(keys)
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_draft_opens_with_its_own_link_only() -> None:
    sealed = lock("mine", {"answers": {"usual": "bus"}})
    assert b"bus" not in sealed
    with pytest.raises(CannotUnseal):
        unlock("yours", sealed)


@pytest.mark.parametrize("document", [{}, {"a": "🚌" * 5000}, {"a": '"\\'}])
def test_what_is_packed_comes_out_again(document: dict[str, str]) -> None:
    assert unpack(pack(document)) == document
    assert len(pack(document)) % 4096 == 0


@pytest.mark.parametrize("kind", ["multiple", "ranking", "budget"])
def test_the_longest_answer_fits_in_the_room_that_every_answer_gets(kind: str) -> None:
    codes = ["o" * 60 + str(number) for number in range(40)]
    asked = questionnaire({"name": "q", "type": kind, "text": "Vad?", "options": dict.fromkeys(codes, "Ett svar")})
    given: Any = dict.fromkeys(codes, 10**12) if kind == "budget" else codes
    assert len(json.dumps({"q": given})) + 512 <= answering.room(asked)
