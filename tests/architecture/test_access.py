"""The access table is the truth: every address, every role, signed out, and signed in without a role."""

from itertools import groupby

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from panel import navigation
from panel.access import ROLES, SENSITIVE
from panel.app import ACCESS, GUARDS, create_app
from surveys.db import db
from tests import factories, furniture, tables
from tests.conftest import Work, environ

STRANGER = "Ingen"
PEOPLE = (STRANGER, *factories.CAST)
NOT_WALKED = {"static"}


@pytest.fixture
def settings() -> dict:
    """Forms without their token, so that it is the guard that answers."""
    return {"WTF_CSRF_ENABLED": False}


@pytest.fixture
def rooms(app: Flask, work: Work) -> furniture.Furniture:
    """Something in every room."""
    with work() as session:
        return furniture.furnish(app, session)


def rules(app: Flask) -> list[Rule]:
    """Every rule but static files', those that only look first."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_WALKED]
    return sorted(found, key=lambda rule: ("GET" not in rule.methods, rule.rule))


def browser(app: Flask, name: str):
    """A new browser of somebody, signed in unless a stranger."""
    client = app.test_client()
    if name != STRANGER:
        factories.put_in_session(client, _uniquifier(app, name))
    return client


def _uniquifier(app: Flask, name: str) -> str:
    with app.app_context():
        found = factories.staff(db.session, name).fs_uniquifier
        db.session.commit()
        return found


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_enter_where(app, rooms, name):
    wrong = []
    for rule in rules(app):
        for method in sorted(rule.methods & {"GET", "HEAD", "POST"}):
            told = verdict(browser(app, name).open(rooms.address(rule), method=method))
            if (wanted := expected(rule, name)) and told != wanted:
                wrong.append(f"{method} {rule.rule}: {told}, not {wanted}")
    assert wrong == []


def expected(rule: Rule, name: str) -> str:
    """What the table says; nothing where a link, a cookie or a password has the say."""
    allowed = GUARDS[rule.endpoint.split(".")[0]].allowed
    if not allowed:
        return "" if {"token", "survey_id"} & rule.arguments or rule.endpoint.startswith("security.") else "in"
    if name == STRANGER:
        return "sign in"
    return "in" if factories.CAST[name] in allowed else "refused"


def verdict(answer) -> str:
    """Whether somebody was let in, asked to sign in, or refused."""
    if answer.status_code == 302 and answer.location.startswith("/logga-in"):
        return "sign in"
    return "refused" if answer.status_code == 403 else "in"


@pytest.mark.parametrize("name", PEOPLE)
def test_the_outbox_is_shown_only_in_a_demo(app, rooms, name):
    assert browser(app, name).get("/utkorg").status_code == 404


def test_the_own_password_is_changed_only_by_somebody_signed_in(app, rooms):
    for path in ("/byt-losenord", "/bekrafta-losenord"):
        for method in ("GET", "POST"):
            assert verdict(browser(app, STRANGER).open(path, method=method)) == "sign in"


def test_every_page_stands_in_the_table(app):
    assert {rule.endpoint.split(".")[0] for rule in rules(app)} <= set(GUARDS)
    assert all("." in rule.endpoint for rule in rules(app))


def test_a_page_outside_the_table_is_refused(app):
    house = create_app(environ(app.config["DATA_DIR"], app.config["DATABASE_URL"]), TESTING=True)
    house.register_blueprint(_secret_room(), url_prefix="/hemligt")
    house.add_url_rule("/bakdorr", "backdoor", lambda: "in")
    for name in PEOPLE:
        for path in ("/hemligt/", "/bakdorr"):
            assert browser(house, name).get(path).status_code == 403
    with house.app_context():
        for engine in db.engines.values():
            engine.dispose()


def _secret_room() -> Blueprint:
    room = Blueprint("secret_room", __name__)
    room.get("/")(lambda: "in")
    return room


def test_the_table_names_only_roles_that_exist_and_each_door_once():
    assert all(door.guard.allowed <= set(ROLES) for door in ACCESS)
    names = sorted(door.blueprint.name for door in ACCESS)
    assert [name for name, group in groupby(names) if len(list(group)) > 1] == []


def test_the_menu_shows_exactly_the_doors_that_open():
    doors = {door.address: door.guard.allowed for door in ACCESS if door.guard.allowed}
    for _text, address, roles in navigation.ROWS:
        assert roles == doors[address], address


def test_every_sensitive_page_is_there_and_behind_a_guard(app):
    endpoints = {rule.endpoint for rule in rules(app)}
    assert endpoints >= SENSITIVE
    assert all(GUARDS[endpoint.split(".")[0]].allowed for endpoint in SENSITIVE)


@pytest.mark.parametrize("name", PEOPLE)
def test_looking_changes_nothing(app, rooms, name):
    before = tables.dump(app)
    for rule in rules(app):
        for method in rule.methods & {"GET", "HEAD", "OPTIONS"}:
            browser(app, name).open(rooms.address(rule), method=method)
    assert tables.changes(before, tables.dump(app)) == []


def test_looking_changes_nothing_for_a_member_and_somebody_who_answers(app, rooms):
    client = app.test_client()
    client.get("/svara/" + rooms.tokens["answering.link"])
    client.post("/min-sida/in/" + rooms.tokens["membership.enter"], data={"enter": "yes"})
    assert "Min sida" in client.get("/min-sida").text
    before = tables.dump(app)
    for rule in rules(app):
        for method in rule.methods & {"GET", "HEAD"}:
            client.open(rooms.address(rule), method=method)
    assert tables.changes(before, tables.dump(app)) == []
