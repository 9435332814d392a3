"""From an empty database to head and down again; what the migrations make is what the models say."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from panel.app import create_app
from panel.commands.database import head, migrations, revisions
from surveys.db import ANSWERS, db
from tests import postgres
from tests.conftest import environ

VERSIONS = Path("migrations/versions")


@pytest.fixture
def bare(server: str | None, tmp_path: Path) -> Iterator[Flask]:
    """An application on databases without a single table."""
    url = postgres.fresh_database(server) if server else ""
    app = create_app(environ(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def tables(bind: str | None) -> set[str]:
    return set(sa.inspect(db.engines[bind]).get_table_names()) - {"alembic_version"}


def test_up_from_nothing_to_head_gives_what_the_models_say(bare: Flask) -> None:
    flask_migrate.upgrade(directory=migrations())
    for bind in (None, ANSWERS):
        with db.engines[bind].connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _known(bind)})
            assert compare_metadata(context, db.metadatas[bind]) == []
    assert set(revisions().values()) == {head()}


def _known(bind: str | None):
    return lambda name, kind, parents: kind != "table" or name in db.metadatas[bind].tables


def test_down_again_leaves_nothing(bare: Flask) -> None:
    flask_migrate.upgrade(directory=migrations())
    assert tables(ANSWERS) == {"response"}
    flask_migrate.downgrade(directory=migrations(), revision="base")
    assert (tables(None), tables(ANSWERS)) == (set(), set())


def test_migrations_are_numbered_without_a_gap_and_the_head_file_names_the_last() -> None:
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert numbers == [f"{i + 1:04}" for i in range(len(numbers))]
    assert (VERSIONS.parent / "HEAD").read_text().strip() == numbers[-1]


def test_going_up_and_down_keeps_what_there_is(bare: Flask) -> None:
    flask_migrate.upgrade(directory=migrations(), revision="0001")
    with db.engine.begin() as connection:
        survey = "INSERT INTO survey (id, title, state, sensitive, age_groups, districts, composition) "
        connection.execute(sa.text(survey + "VALUES (1, 'Bussen', 'closed', :no, '{}', '{}', '{}')"), {"no": False})
        picture = sa.text("INSERT INTO picture (survey_id, name, mimetype, content) VALUES (1, 'a', 'image/png', :content)")
        connection.execute(picture, {"content": b"x"})
    for _round in range(2):
        flask_migrate.upgrade(directory=migrations())
        with db.engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM picture")) == 1
            assert connection.scalar(sa.text("SELECT follows_id FROM survey")) is None
        flask_migrate.downgrade(directory=migrations(), revision="0001")
