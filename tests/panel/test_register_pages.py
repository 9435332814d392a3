"""The pages of the register: list, search, one member, import, export, composition; and the commands."""

import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from panel import consents, delivery
from panel.cli import in_the_house
from panel.commands.register import group
from panel.models import Consent, Event, Member, MemberState, Message, PendingImport
from tests import factories
from tests.conftest import Work
from tests.panel.filling import fill
from tests.panel.registering import HEAD, csv_file, made_up, row, xlsx_file
from tests.strict import StrictClient


@pytest.fixture
def panel(work: Work) -> None:
    """Anna, Bo, and Cilla whose identity is protected."""
    with work() as session:
        factories.anna(session)
        factories.bo(session)
        factories.member(session, "cilla@example.se", protected=True, address="Hemliga vägen 1", mobile="+46701234567")


def number(work: Work, email: str) -> int:
    with work() as session:
        return session.scalars(select(Member.id).where(Member.email == email)).one()


def count(work: Work) -> int:
    with work() as session:
        return session.scalar(select(func.count()).select_from(Member)) or 0


def events(work: Work, action: str, subject: str) -> list[dict[str, Any]]:
    with work() as session:
        return list(session.scalars(select(Event.detail).where(Event.action == action, Event.subject == subject)))


def token(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    return found[1]


def send(client: StrictClient, data: bytes, name: str = "medlemmar.csv") -> Any:
    form = {"csrf_token": token(client.get("/panelen/import").text), "file": (io.BytesIO(data), name)}
    return client.post("/panelen/import", data=form, content_type="multipart/form-data")


def stale(client: StrictClient) -> None:
    """Let the password be an hour old."""
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 3600


# The list, and one member.


def test_the_list_shows_members_but_nobody_whose_identity_is_protected(panel, sign_in):
    for name in ("Siv", "Åke"):
        page = sign_in(name).get("/panelen").text
        assert "anna@example.se" in page
        assert "2 medlemmar" in page
        assert "cilla" not in page


def test_the_list_is_sifted(panel, sign_in):
    page = sign_in("Siv").get("/panelen?district=offerdal&age_group=65-79&gender=man&state=active&recruited=self_chosen").text
    assert "bo@example.se" in page
    assert "anna@" not in page


@pytest.mark.parametrize("query", ["state=%00", "district=zz", "sida=-5", "sida=99999999999", "sida=x", "age_group=<script>"])
def test_a_strange_choice_harms_nothing(panel, sign_in, query):
    assert sign_in("Siv").get(f"/panelen?{query}").status_code == 200


def test_the_list_is_paged(work, sign_in):
    with work() as session:
        for n in range(120):
            factories.member(session, f"m{n}@example.se")
    client = sign_in("Siv")
    first, last = client.get("/panelen").text, client.get("/panelen?sida=3").text
    assert "m119@example.se" in first
    assert "m0@example.se" not in first
    assert "m0@example.se" in last


def test_a_search_finds_a_part_of_an_address_and_is_not_in_the_pages_address(panel, sign_in):
    client = sign_in("Siv")
    done = fill(client, "/panelen", {"text": "anna@"})
    assert done.status_code == 200
    assert "anna@example.se" in done.text
    assert "bo@" not in done.text
    assert fill(client, "/panelen", {"text": ""}).status_code == 422
    assert "anna@" not in fill(client, "/panelen", {"text": "\0\0%_"}).text


def test_only_an_administrator_finds_a_protected_member_and_sees_no_details(panel, work, sign_in):
    key = number(work, "cilla@example.se")
    assert "0 medlemmar" in fill(sign_in("Siv"), "/panelen", {"text": "cilla@example.se"}).text
    assert sign_in("Siv").get(f"/panelen/{key}").status_code == 404
    administrator = sign_in("Åke")
    assert "0 medlemmar" in fill(administrator, "/panelen", {"text": "cilla"}).text
    listing = fill(administrator, "/panelen", {"text": "cilla@example.se"}).text
    page = administrator.get(f"/panelen/{key}").text
    for text in (listing, page):
        assert "c•••@example.se" in text
        assert not any(secret in text for secret in ("Hemliga", "070-123", "1992"))
    assert "Ås" not in page


def test_a_members_page_tells_invitations_but_not_answers_or_reminders(panel, work, sign_in):
    key = number(work, "anna@example.se")
    with work() as session:
        member = session.get_one(Member, key)
        consents.give(member, consents.ensure_text("Krokoms kommun"))
        for wave, template in enumerate(("invitation", "reminder_1")):
            line = delivery.row(template, "anna@example.se", campaign="survey:1", language="sv")
            delivery.plan(session, [line | {"recipient": key, "wave": wave, "fields": {}}])
    page = sign_in("Siv").get(f"/panelen/{key}").text
    assert "Inbjudan till enkät" in page
    assert "åminnelse 1" not in page
    assert "Version 1 av texten" in page


def test_a_member_is_paused_and_taken_up_again(panel, work, sign_in):
    key, client = number(work, "anna@example.se"), sign_in("Siv")
    for path, state in (("pausa", MemberState.PAUSED), ("ateruppta", MemberState.ACTIVE)):
        fill(client, f"/panelen/{key}", {}, f"/panelen/{key}/{path}")
        with work() as session:
            assert session.get_one(Member, key).state == state
    assert {"columns": ["state"]} in events(work, "changed", "member")


def test_only_an_administrator_marks_a_protected_identity(panel, work, sign_in):
    key = number(work, "anna@example.se")
    assert fill(sign_in("Siv"), f"/panelen/{key}", {"protected": "yes"}, f"/panelen/{key}/skydd").status_code == 404
    fill(sign_in("Åke"), f"/panelen/{key}", {"protected": "yes"}, f"/panelen/{key}/skydd")
    assert "anna@" not in sign_in("Åke").get("/panelen").text
    fill(sign_in("Åke"), f"/panelen/{key}", {"protected": "no"}, f"/panelen/{key}/skydd")
    assert "anna@" in sign_in("Åke").get("/panelen").text


def test_a_member_is_erased_after_a_yes_and_a_fresh_password(panel, work, sign_in):
    key, client = number(work, "anna@example.se"), sign_in("Siv")
    address = f"/panelen/{key}/radera"
    assert fill(client, address, {}).status_code == 422
    assert fill(client, address, {"erase": "no"}).location == f"/panelen/{key}"
    assert count(work) == 3
    stale(client)
    assert "/bekrafta-losenord" in client.get(address).location
    assert fill(sign_in("Siv"), address, {"erase": "yes"}).location == "/panelen"
    assert count(work) == 2
    assert events(work, "removed", "member")
    with work() as session:
        assert session.scalars(select(Message.template)).all() == ["goodbye"]


def test_what_is_not_there_is_not_found(sign_in):
    for path in ("/panelen/4711", "/panelen/4711/radera", "/panelen/import/deadbeef", "/panelen/sammansattning.exe"):
        assert sign_in("Åke").get(path).status_code == 404


# Import and export.


def test_a_file_is_tried_then_written(work, sign_in):
    with work() as session:
        factories.bo(session)
    client = sign_in("Siv")
    done = send(client, xlsx_file(row(), row("bo@example.se", kommundel="Krokom")), "medlemmar.xlsx")
    page = client.get(done.location).text
    assert "medlemmar.xlsx" in page
    assert "Importera 2 medlemmar" in page
    assert count(work) == 1
    assert fill(client, done.location, {}).status_code == 422
    assert fill(client, done.location, {"consented": "yes"}).location == "/panelen"
    assert count(work) == 2
    with work() as session:
        assert session.scalars(select(PendingImport)).all() == []
        assert session.scalar(select(func.count()).select_from(Consent)) == 1
    assert events(work, "imported", "register") == [{"new": 1, "changed": 1, "left_out": 0, "consent": 1}]


def test_every_fault_is_shown_and_fetched_as_a_workbook(work, sign_in):
    with work() as session:
        factories.districts(session)
    client = sign_in("Siv")
    done = send(
        client, csv_file(*made_up(120), row("anna", födelseår="1990-talet", kommundel="<script>x</script>"), delimiter="\t")
    )
    page = client.get(done.location).text
    for text in ("födelseår", "”1990-talet” är inget födelseår", "&lt;script&gt;", "122"):
        assert text in page
    book = load_workbook(io.BytesIO(client.get(done.location + "/fel.xlsx").data))
    rows = [[cell.value for cell in cells] for cells in book.active.iter_rows()]
    assert rows[0] == ["Rad", "Kolumn", "Orsak"]
    assert [line[:2] for line in rows[1:]] == [[122, "e-post"], [122, "födelseår"], [122, "kommundel"]]


def test_refused_rows_are_left_out_only_if_the_official_says_so(work, sign_in):
    with work() as session:
        factories.districts(session)
    client = sign_in("Siv")
    done = send(client, csv_file(row(), row("bo")))
    assert fill(client, done.location, {"consented": "yes"}).status_code == 422
    assert count(work) == 0
    fill(client, done.location, {"consented": "yes", "skip": "yes"})
    assert count(work) == 1


def test_a_file_in_which_everything_is_refused_can_not_be_written(work, sign_in):
    with work() as session:
        factories.districts(session)
    client = sign_in("Siv")
    done = send(client, csv_file(row("bo")))
    assert "Importera" not in re.findall(r"<button[^>]*>([^<]*)", client.get(done.location).text)
    fill(client, done.location, {"consented": "yes", "skip": "yes"})
    assert count(work) == 0


def test_a_file_that_can_not_be_read_is_refused_at_the_field(sign_in, work):
    page = send(sign_in("Siv"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "../../etc/<b>.xls")
    assert page.status_code == 422
    assert "gammal Excel-fil" in page.text
    with work() as session:
        assert session.scalars(select(PendingImport)).all() == []


def test_a_filename_is_only_a_name(work, sign_in):
    with work() as session:
        factories.districts(session)
    client = sign_in("Siv")
    page = client.get(send(client, csv_file(row()), "..\\..\\<img src=x>.csv").location).text
    assert "&lt;img src=x&gt;.csv" in page
    assert ".." not in re.findall(r'caption-l">([^<]*)', page)[0]


def test_a_tried_file_is_seen_by_nobody_else_and_can_be_thrown_away(work, sign_in):
    with work() as session:
        factories.districts(session)
    client = sign_in("Siv")
    address = send(client, csv_file(row())).location
    assert sign_in("Åke").get(address).status_code == 404
    fill(client, address, {}, address + "/bort")
    assert client.get(address).status_code == 404
    assert count(work) == 0


def test_importing_needs_a_fresh_password(sign_in):
    client = sign_in("Siv")
    stale(client)
    for path in ("/panelen/import", "/panelen/export"):
        assert "/bekrafta-losenord" in client.get(path).location


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_register_is_fetched_as_a_file_and_that_is_written_down(panel, work, sign_in, kind):
    client = sign_in("Siv")
    assert fill(client, "/panelen/export", {}).status_code == 422
    done = fill(client, "/panelen/export", {"kind": kind})
    assert done.headers["Content-Disposition"].startswith('attachment; filename="panelmedlemmar-')
    assert done.headers["Cache-Control"] == "no-store"
    assert b"cilla" not in done.data
    assert events(work, "exported", "register") == [{"members": 2, "left_out": 1}]


# Composition.


def test_the_composition_is_shown_with_chart_tables_and_files(panel, work, sign_in):
    client = sign_in("Siv")
    page = client.get("/panelen/sammansattning").text
    assert "Det går inte att säga vilka som saknas" in page
    assert "<svg" in page
    assert "30–44 år" in page
    for kind in ("csv", "xlsx"):
        assert client.get(f"/panelen/sammansattning.{kind}").status_code == 200


# Commands.


@pytest.fixture
def run(app: Flask) -> Any:
    def run(*arguments: str) -> Result:
        with app.app_context():
            return CliRunner().invoke(in_the_house(group, lambda: app), arguments)

    return run


def saved(folder: Path, data: bytes, name: str = "medlemmar.csv") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_the_command_imports_and_tells_in_json(run, work, tmp_path):
    with work() as session:
        factories.bo(session)
    path = saved(tmp_path, csv_file(row(), row("bo@example.se")))
    expected = {"rows": 2, "new": 1, "changed": 1, "refused": []}
    assert json.loads(run("import", path, "--dry-run", "--json").stdout) == expected
    assert count(work) == 1
    done = run("import", path, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, expected)
    assert count(work) == 2
    assert json.loads(run("import", path, "--json").stdout) == {"rows": 2, "new": 0, "changed": 0, "refused": []}


def test_the_command_refuses_and_writes_nothing(run, work, tmp_path):
    with work() as session:
        factories.districts(session)
    path = saved(tmp_path, csv_file(row(), row("bo@example.se", födelseår="1990-talet")))
    done = run("import", path, "--json")
    (fault,) = json.loads(done.stdout)["refused"]
    assert (done.exit_code, fault["row"], fault["column"]) == (1, 3, "födelseår")
    assert "1 rad avvisas" in done.stderr
    assert count(work) == 0
    assert run("import", path, "--skip-refused").exit_code == 0
    assert count(work) == 1


def test_the_command_tells_of_a_file_that_can_not_be_read(run, tmp_path):
    done = run("import", saved(tmp_path, b"\x89PNG\0\0\0"), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["refused"][0]["row"] is None
    assert run("import", str(tmp_path / "nowhere.csv")).exit_code == 2


def test_the_command_exports_what_it_takes_in(run, panel, work, tmp_path):
    for name in ("ut.csv", "ut.xlsx"):
        done = run("export", "--output", str(tmp_path / name))
        assert done.exit_code == 0
        assert "1 medlem med skyddad identitet" in done.stderr
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
        told = json.loads(run("import", str(tmp_path / name), "--json", "--dry-run").stdout)
        assert told == {"rows": 2, "new": 0, "changed": 0, "refused": []}
    assert run("export", "--output", str(tmp_path / "ut.txt")).exit_code == 1
    assert run("export", "--output", str(tmp_path / "nowhere" / "ut.csv")).exit_code == 1


def test_the_group_holds_the_commands_about_single_members_too():
    assert {"import", "export", "extract", "forget", "purge"} <= set(group.commands)


def test_heads_of_a_file_are_those_of_the_interface():
    assert HEAD == ["e-post", "mobil", "födelseår", "kön", "kommundel", "språk", "kanal", "adress"]
