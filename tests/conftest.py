"""What every test may use: an application on an empty database, a strict client, a signed-in cast."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from analysis import words
from panel.app import create_app
from surveys.db import db
from tests import factories, postgres
from tests.browser import browser_type_launch_args  # noqa: F401 (a fixture)
from tests.strict import StrictClient

SECRET = "a secret for tests only, of more than 32 characters"
SERVERS = {"server", "whole_log"}
"""Fixtures that start a PostgreSQL server."""
Work = Callable[[], AbstractContextManager[Session]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one run use one database, and the long form of proofs and benchmarks."""
    parser.addoption("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.addoption("--long", action="store_true", help="run proofs and benchmarks in their long form")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Long forms take as long as they take."""
    if config.getoption("--long"):
        config.option.timeout = 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run only what touches a database: the rest is the same on both."""
    if config.getoption("--database") == "postgresql":
        touching = [item for item in items if SERVERS & set(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(touching)])
        items[:] = touching


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of a PostgreSQL server of the tests' own, or None on SQLite."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    try:
        with postgres.cluster() as address:
            yield address
    except postgres.NoPostgres as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))


def environ(folder: Path, url: str = "") -> dict[str, str]:
    """Settings of an application for tests."""
    return {
        "MEDBORGARPANEL_SECRET_KEY": SECRET,
        "MEDBORGARPANEL_DATA_DIR": str(folder),
        "MEDBORGARPANEL_DATABASE_URL": url,
        "MEDBORGARPANEL_MUNICIPALITY": "Krokoms kommun",
        "MEDBORGARPANEL_BASE_URL": "http://localhost",
        "MEDBORGARPANEL_LANGUAGES": "sv,en",
        "MEDBORGARPANEL_RATE_LIMITS": "off",
    }


def create_tables(app: Flask) -> None:
    """Make the tables of both databases, and the schema of answers where there are schemas."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS answers"))
        db.create_all()


@pytest.fixture(scope="session")
def empty(server: str | None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An empty database with all tables, made once: a folder to copy, or a PostgreSQL database to empty."""
    folder = tmp_path_factory.mktemp("empty")
    url = postgres.fresh_database(server) if server else ""
    app = create_app(environ(folder, url))
    create_tables(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return {"folder": folder, "url": url}


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Every test starts in English; the language that a page was asked in does not leak into the next."""
    with words.speak("en"):
        yield


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests of a run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def settings() -> dict[str, Any]:
    """Flask settings a test module may override by a fixture of the same name."""
    return {}


@pytest.fixture
def app(
    empty: dict[str, Any], compiled: FileSystemBytecodeCache, tmp_path: Path, settings: dict[str, Any]
) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    folder = tmp_path / "data"
    if empty["url"]:
        folder.mkdir()
    else:
        shutil.copytree(empty["folder"], folder)
    app = create_app(environ(folder, empty["url"]), TESTING=True, **settings)
    app.jinja_env.bytecode_cache = compiled
    if empty["url"]:
        _truncate(app)
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _truncate(app: Flask) -> None:
    with app.app_context():
        for bind, engine in db.engines.items():
            names = ", ".join(f'"{t.name}"' for t in db.metadatas[bind].sorted_tables)
            with engine.begin() as connection:
                connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def work(app: Flask) -> Work:
    """``with work() as session:`` a transaction of its own, committed at the end."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        with app.app_context():
            yield db.session  # type: ignore[misc]
            db.session.commit()

    return transaction


@pytest.fixture
def house(app: Flask) -> Iterator[Session]:
    """The session of one transaction that lasts the whole test: for rules that need no pages."""
    with app.app_context():
        yield db.session  # type: ignore[misc]
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A stranger with a browser that checks every page."""
    return StrictClient(app)


@pytest.fixture
def sign_in(app: Flask, work: Work) -> Callable[[str], StrictClient]:
    """``sign_in("Siv")``: a strict client of one of the cast, signed in."""

    def signed_in(name: str) -> StrictClient:
        with work() as session:
            uniquifier = factories.staff(session, name).fs_uniquifier
        client = StrictClient(app)
        factories.put_in_session(client, uniquifier)
        return client

    return signed_in
