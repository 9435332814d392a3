"""Files made by the worker: once each, step by step, also when a worker dies or something fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from surveys import jobs, making, releases
from surveys.clock import now, today
from surveys.db import db
from surveys.models import Job, JobState, Survey
from surveys.refusals import Refusal
from tests.conftest import Work
from tests.surveys.test_results import survey  # noqa: F401 (a fixture)

SETTINGS = {"MUNICIPALITY": "Krokoms kommun", "DATA_DIR": "nowhere"}


def asked(work: Work, key: int, kind: str = "tables", form: str = "json") -> int:
    with work() as session:
        return making.ask(session, session.get_one(Survey, key), kind, form, "sv").id


def test_a_file_is_made_by_the_worker_and_only_once(work: Work, survey: int) -> None:  # noqa: F811
    first, second = asked(work, survey), asked(work, survey)
    assert first == second
    with work():
        assert making.work_round(SETTINGS) == 1
        assert making.work_round(SETTINGS) == 0
    with work() as session:
        job = session.get_one(Job, first)
        assert (job.state, job.name, job.done, job.steps) == (JobState.DONE, f"resultat-{survey}.json", 2, 2)
        assert (job.content or b"").startswith(b"{")


def test_two_who_ask_at_once_get_the_same_file(
    app: Flask,
    work: Work,
    survey: int,  # noqa: F811
) -> None:
    def ask(_number: int) -> int:
        with app.app_context():
            key = making.ask(db.session(), db.session.get_one(Survey, survey), "tables", "json", "sv").id
            db.session.commit()
            return key

    with ThreadPoolExecutor(4) as many:
        assert len(set(many.map(ask, range(4)))) == 1


def test_another_language_is_another_file(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        of = session.get_one(Survey, survey)
        assert making.ask(session, of, "tables", "json", "sv").id != making.ask(session, of, "tables", "json", "en").id


def test_what_the_elected_want_is_asked_for_once_at_closing(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        wanted = [job.id for job in making.prepare(session, "sv")]
        assert len(wanted) == len(making.forms("brief")) + len(making.forms("report"))
        assert making.prepare(session, "sv") == []
    with work():
        making.work_round(SETTINGS)
    with work() as session:
        assert {session.get_one(Job, key).state for key in wanted} == {JobState.DONE}
        assert releases.told(session, session.get_one(Survey, survey))


def test_a_job_whose_worker_fell_silent_is_taken_over_and_given_up_in_the_end(work: Work, survey: int) -> None:  # noqa: F811
    key = asked(work, survey)
    with work() as session:
        moment = now()
        for _attempt in range(jobs.ATTEMPTS):
            job = jobs.claim(session, moment)
            assert job is not None
            assert job.id == key
            assert jobs.claim(session, moment) is None
            moment += jobs.LEASE + timedelta(seconds=1)
        given_up = jobs.claim(session, moment)
        assert given_up is not None
        assert (given_up.state, "half-way" in given_up.said) == (JobState.FAILED, True)


def test_a_fault_is_told_and_the_next_asking_tries_again(
    work: Work,
    survey: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_all: Any) -> Any:
        raise ZeroDivisionError

    key = asked(work, survey)
    with work(), monkeypatch.context() as patch:
        patch.setitem(making.KINDS, "tables", broken)
        making.work_round(SETTINGS)
    with work() as session:
        assert session.get_one(Job, key).state == JobState.FAILED
        assert "administrat" in session.get_one(Job, key).said
    assert asked(work, survey) == key
    with work():
        making.work_round(SETTINGS)
    with work() as session:
        assert session.get_one(Job, key).state == JobState.DONE


def test_old_files_are_thrown_away(work: Work, survey: int) -> None:  # noqa: F811
    asked(work, survey)
    with work():
        making.work_round(SETTINGS)
    with work() as session:
        assert jobs.purge(session, today() + jobs.KEPT) == 0
        assert jobs.purge(session, today() + jobs.KEPT + timedelta(days=1)) == 1


def test_an_unknown_format_is_refused(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session, pytest.raises(Refusal):
        making.ask(session, session.get_one(Survey, survey), "tables", "exe", "sv")
