"""Whether the service is well."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from panel.models import Message
from surveys.clock import now
from surveys.db import ANSWERS, db
from surveys.models import Survey, SurveyState
from tests import factories

BODY = {"pages": []}


@pytest.fixture(autouse=True)
def at_head(app):
    """Both databases stand at the newest migration."""
    head = (Path(str(app.extensions["migrate"].directory)) / "HEAD").read_text().strip()
    with app.app_context():
        for bind in (None, ANSWERS):
            with db.engines[bind].begin() as connection:
                connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    yield
    with app.app_context():
        db.session.remove()
        for bind in (None, ANSWERS):
            with db.engines[bind].begin() as connection:
                connection.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))


def test_all_is_well(client):
    answer = client.get("/halsa")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert set(answer.json.values()) == {"ok"}
    assert set(answer.json) == {"status", "database", "responses", "migrations", "queue", "keys"}


def test_a_database_behind_its_migrations_is_told(client, app):
    with app.app_context(), db.engines[ANSWERS].begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/halsa")
    assert answer.status_code == 503
    assert answer.json["migrations"] == "behind"
    assert answer.json["database"] == "ok"


def test_a_response_store_that_does_not_answer_is_told(client, app):
    with app.app_context():
        db.session.get_bind(Survey)
        engine = db.engines[ANSWERS]
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE response RENAME TO response_away"))
        try:
            answer = client.get("/halsa")
        finally:
            with engine.begin() as connection:
                connection.execute(sa.text("ALTER TABLE response_away RENAME TO response"))
    assert answer.status_code == 503
    assert answer.json["responses"] == "failing"


def test_messages_left_lying_are_told(client, work):
    with work() as session:
        session.add(Message(campaign="x", channel="email", address="a@example.se", template="confirm", message_id="m",
                            next_at=now() - timedelta(minutes=20)))  # fmt: skip
    assert client.get("/halsa").json["queue"] == "late"


def test_an_open_survey_without_a_key_is_an_alarm(client, work):
    with work() as session:
        factories.survey(session, BODY, state=SurveyState.OPEN)
    answer = client.get("/halsa")
    assert answer.status_code == 503
    assert answer.json["keys"] == "missing"


def test_nothing_about_people_is_told(client, work):
    with work() as session:
        factories.anna(session)
    assert client.get("/halsa").text.count(":") == 6
