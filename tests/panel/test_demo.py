"""The demo municipality: what is planted is found, what is noise is not claimed, and all of it is labelled as made up."""

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import func, select

from analysis.report import Report, build
from panel import demo, installation
from panel.app import create_app
from panel.models import District, Member, Message, MessageState
from surveys import dataset
from surveys.db import db
from surveys.models import Dialogue, Invitation, Response, Survey
from tests import factories
from tests.conftest import environ

pytestmark = pytest.mark.slow
NOISE = ("important_evening", "important_weekend", "important_near", "important_light")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory):
    """The demo with its own seed, on SQLite: it is what `make run` shows."""
    app = create_app(environ(tmp_path_factory.mktemp("demo")), TESTING=True)
    with app.app_context():
        demo.build(app, 400, 2309)
        yield app


@pytest.fixture(scope="module")
def report(built) -> Report:  # type: ignore[no-untyped-def]
    return build(dataset.load(db.session(), db.session.get_one(Survey, 1), "sv"))


def test_there_are_seven_districts_four_hundred_members_and_three_surveys(built) -> None:  # type: ignore[no-untyped-def]
    assert db.session.scalar(select(func.count()).select_from(District)) == 7
    assert db.session.scalar(select(func.count()).select_from(Member)) == 400
    assert [s.state for s in db.session.scalars(select(Survey).order_by(Survey.id))] == ["closed", "open", "closed"]
    assert db.session.get_one(Survey, 1).follows_id == 3


def test_the_open_survey_has_its_invitations_in_the_outbox(built) -> None:  # type: ignore[no-untyped-def]
    waiting = select(func.count()).where(Message.campaign == "survey:2", Message.state == MessageState.QUEUED)
    assert db.session.scalar(waiting) == 400


def test_everything_made_up_is_labelled_so(built) -> None:  # type: ignore[no-untyped-def]
    assert installation.is_demo()
    assert all(dialogue.made_up for dialogue in db.session.scalars(select(Dialogue)))
    assert "Påhittade" in (Path(demo.__file__).parent / "population.csv").read_text(encoding="utf-8")


def test_every_answer_that_was_sent_in_is_in_the_response_store_once(built) -> None:  # type: ignore[no-untyped-def]
    for survey in (1, 3):
        answered = select(func.count()).where(Invitation.survey_id == survey, Invitation.state == "answered")
        stored = db.session.scalar(select(func.count()).where(Response.survey_id == survey))
        assert stored == db.session.scalar(answered)
        assert stored > 250


def differing(report: Report) -> set[tuple[str, str]]:
    return {(f.question, f.by) for f in report.findings if f.kind == "difference"}


def test_the_planted_differences_by_district_and_by_age_are_found(report: Report) -> None:
    assert ("on_call", "district") in differing(report)
    assert ("choose", "age_group") in differing(report)


def test_noise_is_not_claimed_though_groups_do_differ_by_chance(report: Report) -> None:
    assert not {name for name, _by in differing(report)} & set(NOISE)
    frame = report.question("important_evening").tables["district"].frame
    shown = frame[(frame["category"] == "very") & ~frame["hidden"]]["share"]
    assert shown.max() - shown.min() > 0.1


def test_no_group_in_the_stored_answers_is_shared_by_fewer_than_ten_invited(built) -> None:  # type: ignore[no-untyped-def]
    bands = select(Invitation.band_age_group, Invitation.band_district, func.count()).where(Invitation.survey_id == 1)
    counts = db.session.execute(bands.group_by(Invitation.band_age_group, Invitation.band_district)).all()
    assert min(count for _age, _district, count in counts) >= 10


def test_a_demo_is_never_built_in_a_database_that_is_used(tmp_path: Path) -> None:
    app = create_app(environ(tmp_path))
    with app.app_context():
        flask_migrate.upgrade(directory=str(app.extensions["migrate"].directory))
        factories.anna(db.session())
        db.session.commit()
        with pytest.raises(demo.NotEmpty, match="empty database"):
            demo.build(app, 10, 1)
        assert not installation.is_demo()
