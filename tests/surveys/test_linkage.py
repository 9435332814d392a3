"""Nobody with every table, the log and the backups can tell who said what; nobody with the disk can read what waits."""

import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from panel.app import create_app
from surveys import drafts, envelopes, invitations, mixing
from surveys.db import db
from surveys.drafts import Work as Draftwork
from surveys.invitations import Invitee
from surveys.models import Invitation, Response, Survey, SurveyState
from surveys.views import holding
from tests import attack, factories, postgres
from tests.answerers import AGES, BODY, invite
from tests.conftest import create_tables, environ

K = 20
MOST = 1.5 / K
DISTRICTS = {"as": 80, "krokom": 70, "offerdal": 50}


class Scene:
    """An installation of its own whose every change can be stolen."""

    def __init__(self, app: Flask, folder: Path, server: str) -> None:
        self.app, self.folder, self.server = app, folder, server
        self.steps: list[tuple[int, int]] = []
        self.files = (folder / "panel.db", folder / "panel-answers.db")
        self.start = self._ask("SELECT pg_current_wal_insert_lsn()::text") if server else ""

    def step(self) -> None:
        """Something has happened."""
        if not self.server:
            self.steps.append(attack.log_sizes(*self.files))

    def steal(self) -> attack.Stolen:
        """All of it, as far as it has come."""
        if not self.server:
            return attack.steal_sqlite(self.steps, *self.files)
        with psycopg.connect(self.server) as connection:
            return attack.steal_postgresql(connection, self.start)

    def _ask(self, query: str) -> Any:
        with psycopg.connect(self.server, autocommit=True) as connection:
            return connection.execute(query).fetchone()[0]

    def disk(self) -> list[Path]:
        """Every file of the databases."""
        if not self.server:
            return [path for path in self.folder.rglob("panel*.db*") if path.is_file()]
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            return [p for p in Path(connection.execute("SHOW data_directory").fetchone()[0]).rglob("*") if p.is_file()]


@pytest.fixture(scope="module")
def whole_log(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL server that keeps its log whole, or nothing on SQLite."""
    if request.config.getoption("--database") == "sqlite":
        yield ""
        return
    try:
        with postgres.cluster(durable=True) as address:
            yield address
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture
def scene(whole_log: str, tmp_path: Path) -> Iterator[Scene]:
    """An installation on the database of this run, whose log is kept whole."""
    if not whole_log:
        yield from _scene(tmp_path, "")
        return
    name = "linkage_" + secrets.token_hex(4)
    with psycopg.connect(whole_log + "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield from _scene(tmp_path, whole_log + name)


def _scene(folder: Path, server: str) -> Iterator[Scene]:
    app = create_app(environ(folder, server), TESTING=True)
    with app.app_context():
        for engine in db.engines.values():
            if not server:
                sa.event.listen(engine, "connect", _keep_log)
    create_tables(app)
    yield Scene(app, folder, server)
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _keep_log(connection: Any, record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here


def invited(scene: Scene, people: list[Invitee]) -> list[str]:
    """An open survey with these people; gives the keys of their invitations."""
    with scene.app.app_context():
        survey = factories.survey(db.session(), BODY)
        keys = [one.key for one in invite(db.session(), survey, people)]
        survey.state = SurveyState.OPEN
        envelopes.ensure_epoch(db.session(), survey, scene.app.config["KEY_DIR"])
        db.session.commit()
    scene.step()
    return keys


def answer(scene: Scene, key: str) -> None:
    """Answer through the pages; what is written tells the answers apart."""
    token = invitations.token(key, scene.app.config["LINK_SECRET"])
    with scene.app.app_context():
        work = Draftwork({"usual": "bus", "safe": None, "wish": f"Jag är {key}"})
        drafts.save(db.session(), token, 1, work)
        db.session.commit()
    client = scene.app.test_client()
    client.get(f"/svara/{token}")
    assert client.post("/svara/1/skicka", data={"csrf_token": holding.proof(token)}).status_code == 303
    scene.step()


def work_round(scene: Scene) -> None:
    """One round of the worker."""
    with scene.app.app_context():
        envelopes.work_round(scene.app.config["KEY_DIR"])
    scene.step()


def close(scene: Scene) -> None:
    """Close the survey, and let the worker store what is left."""
    with scene.app.app_context():
        db.session.get_one(Survey, 1).state = SurveyState.CLOSED
        db.session.commit()
    scene.step()
    work_round(scene)


def truth(scene: Scene) -> dict[str, str]:
    """Who gave which response."""
    with scene.app.app_context():
        return {one.id: one.answers["wish"].removeprefix("Jag är ") for one in db.session.query(Response)}


def backup(scene: Scene) -> tuple[set[str], set[str]]:
    """The answered invitations and the responses of a backup taken now."""
    with scene.app.app_context():
        answered = db.session.scalars(sa.select(Invitation.key).where(Invitation.state == "answered")).all()
        return set(answered), set(db.session.scalars(sa.select(Response.id)).all())


@pytest.mark.slow
def test_two_hundred_answers_in_a_known_order_can_not_be_linked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixing, "chance", Random(2309))  # so that the order that is tried is the same in every run
    people = [Invitee(f"r{d}{n}", "30-44", d) for d, size in DISTRICTS.items() for n in range(size)]
    order = Random(7).sample(invited(scene, people), len(people))
    backups = []
    for number, key in enumerate(order, start=1):
        answer(scene, key)
        if number % 7 == 0:
            work_round(scene)
        if number == 100:
            backups.append(backup(scene))
    close(scene)
    backups.append(backup(scene))
    right, stolen = truth(scene), scene.steal()
    found = attack.candidates(stolen)
    assert set(found) == set(right)
    assert len(right) == 200
    assert [key for commit in stolen.history for key in commit.marked] == order
    narrowed = by_backups(found, *backups)
    assert attack.expected_share(narrowed, right) <= MOST
    assert attack.share_by_order(stolen, narrowed, right) <= MOST
    assert shared_transactions(scene) == 0


def by_backups(
    found: dict[str, list[str]], first: tuple[set[str], set[str]], second: tuple[set[str], set[str]]
) -> dict[str, list[str]]:
    """Candidates that two backups do not rule out."""
    return {
        response: [key for key in people if key in (first[0] if response in first[1] else second[0])]
        for response, people in found.items()
    }


def shared_transactions(scene: Scene) -> int:
    """Responses and invitations that PostgreSQL says were written by one transaction."""
    if not scene.server:
        return 0
    with psycopg.connect(scene.server) as connection:
        query = "SELECT count(*) FROM answers.response r JOIN invitation i ON r.xmin::text = i.xmin::text"
        return int(connection.execute(query).fetchone()[0])


@pytest.mark.parametrize("transactions", [1, 2])
def test_the_attack_links_every_answer_of_the_usual_design(scene: Scene, transactions: int) -> None:
    people = [secrets.token_hex(16) for _person in range(200)]
    write = _naive_sqlite if not scene.server else _naive_postgresql
    right, stolen = write(scene, people, transactions)
    found = attack.candidates(stolen)
    assert attack.expected_share(found, right) == 1
    assert attack.share_by_order(stolen, found, right) == 1


NAIVE = (
    "CREATE TABLE {0}invitation (key text PRIMARY KEY, state text, band_age_group text, band_district text)",
    "CREATE TABLE {0}response (id text PRIMARY KEY, age_group text, district text, answers text)",
    "INSERT INTO {0}invitation VALUES ({1}, 'open', '30-44', 'as')",
    "UPDATE {0}invitation SET state = 'answered' WHERE key = {1}",
    "INSERT INTO {0}response VALUES ({1}, '30-44', 'as', {1})",
)
"""Two tables, random keys, no times, no foreign key."""


def _naive(
    execute: Callable[..., Any], people: list[str], transactions: int, step: Callable[[], None]
) -> dict[str, str]:
    right = {}
    for person in Random(7).sample(people, len(people)):
        response = secrets.token_hex(16)
        right[response] = person
        execute("BEGIN")
        execute(3, person)
        if transactions == 2:
            execute("COMMIT")
            step()
            execute("BEGIN")
        execute(4, response, "bus")
        execute("COMMIT")
        step()
    return right


def _naive_sqlite(scene: Scene, people: list[str], transactions: int) -> tuple[dict[str, str], attack.Stolen]:
    path, steps = scene.folder / "naive.db", [(0, 0)]
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 0")
    statements = [text.format("", "?") for text in NAIVE]

    def execute(what: str | int, *values: str) -> None:
        database.execute(statements[what] if isinstance(what, int) else what, values)

    for number in (0, 1):
        execute(number)
    for person in people:
        execute(2, person)
    right = _naive(execute, people, transactions, lambda: steps.append(attack.log_sizes(path, path)))
    stolen = attack.steal_sqlite(steps, path, path)
    database.close()
    return right, stolen


def _naive_postgresql(scene: Scene, people: list[str], transactions: int) -> tuple[dict[str, str], attack.Stolen]:
    statements = [text.format("naive.", "%s") for text in NAIVE]
    with psycopg.connect(scene.server, autocommit=True) as connection:

        def execute(what: str | int, *values: str) -> None:
            connection.execute(statements[what] if isinstance(what, int) else what, values or None)

        execute("CREATE SCHEMA naive")
        for number in (0, 1):
            execute(number)
        for person in people:
            execute(2, person)
        right = _naive(execute, people, transactions, lambda: None)
        return right, attack.steal_postgresql(connection, scene.start, ("naive", "naive"))


def test_what_waits_can_not_be_read_from_the_disk(scene: Scene) -> None:
    secret = "Rodretsgatan"
    (key,) = invited(scene, [Invitee("r", "30-44", "as")])
    client, base = scene.app.test_client(), "/svara/1"
    token = invitations.token(key, scene.app.config["LINK_SECRET"])
    client.get(f"/svara/{token}")
    proof = {"csrf_token": holding.proof(token)}
    assert client.post(f"{base}/fraga/1", data={"usual": "walk", **proof}).status_code == 303
    assert client.post(f"{base}/fraga/3", data=proof).status_code == 303
    assert client.post(f"{base}/spara/4", data={"wish": secret, **proof}).status_code == 204
    assert client.post(f"{base}/fraga/4", data={"wish": secret, **proof}).status_code == 303
    assert leaks(scene, secret, token) == []
    assert client.post(f"{base}/skicka", data=proof).status_code == 303
    work_round(scene)
    assert leaks(scene, secret, token) == []
    close(scene)
    assert leaks(scene, secret) != []
    assert leaks(scene, token) == []


def leaks(scene: Scene, *secrets_: str) -> list[tuple[str, str]]:
    """Files of the databases that hold one of these words."""
    return [(path.name, word) for path in scene.disk() for word in secrets_ if word.encode() in path.read_bytes()]


def test_backups_hold_no_key(scene: Scene) -> None:
    (key,) = invited(scene, [Invitee("r", "30-44", "as")])
    answer(scene, key)
    private = [path.read_bytes() for path in Path(scene.app.config["KEY_DIR"]).iterdir() if path.name != ".lock"]
    assert private
    assert not [path for path in scene.disk() for each in private if each in path.read_bytes()]


def test_a_panel_of_four_hundred_has_no_band_of_fewer_than_ten(scene: Scene) -> None:
    chance = Random(2309)
    places = {f"d{n}": weight for n, weight in enumerate((45, 35, 20, 18, 15, 13, 10))}
    lived = chance.choices(list(places), list(places.values()), k=400)
    aged = chance.choices(AGES, (5, 10, 22, 33, 22, 8), k=400)
    invited(scene, [Invitee(f"r{n}", age, place) for n, (age, place) in enumerate(zip(aged, lived, strict=True))])
    with scene.app.app_context():
        sizes = Counter((one.band_age_group, one.band_district) for one in db.session.query(Invitation))
    assert min(sizes.values()) >= 10
    assert len(sizes) / 400 <= MOST
