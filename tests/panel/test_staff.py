"""The rules of accounts, of passwords, and the command."""

import pytest
from click.testing import CliRunner, Result

from panel import passwords, staff
from panel.cli import in_the_house
from panel.commands.staff import group
from panel.models import Staff
from tests import factories
from tests.panel.signing import fill


@pytest.mark.parametrize(
    "password",
    ["kort", "password2026", "P4ssw0rd!2026!", "lösenord123456", "sommaren 2026", "aaaaaaaaaaaaaa", "123456789012",
     "abcabcabcabcabc", "qwerty123456", "Medborgarpanelen1", "siv.persson2026"],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(password):
    assert passwords.faults(password, ("siv.persson",))


@pytest.mark.parametrize(
    "password", ["fyra ord utan samband", "kxvqpwzrtnbm", "漢字漢字かなかなカナハ漢語", "83 apor cyklade hem", "a b c d e f g h"]
)
def test_a_long_password_of_any_kind_is_taken(password):
    assert passwords.faults(password, ("siv.persson",)) == []


def test_no_password_is_kept_in_plain(house):
    person = factories.staff(house, "Siv")
    person.password = None
    assert staff.with_password(house, person.email, "fyra ord utan samband") is None


def test_the_command_prints_a_link_and_needs_a_role_that_exists(app):
    def run(*arguments: str) -> Result:
        with app.app_context():
            return CliRunner().invoke(in_the_house(group, lambda: app), arguments)

    done = run("add", "ny@example.se", "--role", "analytiker", "--role", "presidium")
    assert done.exit_code == 0
    assert done.stdout.startswith("http://localhost/aterstall/")
    assert done.stdout.count("\n") == 1
    again = run("add", "NY@example.se", "--role", "analytiker")
    assert again.exit_code == 1
    assert "har redan ett konto" in again.stderr
    assert again.stdout == ""
    assert run("add", "x@example.se", "--role", "kung").exit_code == 2
    assert run("add", "x@example.se").exit_code == 2
    assert run("add", "inget", "--role", "analytiker").exit_code == 1


def test_the_command_lists_accounts_and_makes_new_links(app):
    def run(*arguments: str) -> Result:
        with app.app_context():
            return CliRunner().invoke(in_the_house(group, lambda: app), arguments)

    run("add", "ny@example.se", "--role", "analytiker")
    assert run("list").stdout == "ny@example.se\tanalytiker\topen\n"
    assert run("link", "ny@example.se").stdout.startswith("http://localhost/aterstall/")
    assert run("link", "ingen@example.se").exit_code == 1


def test_a_password_is_hashed_by_argon2id(app, client, work):
    with work() as session:
        link = staff.password_link(factories.staff(session, "Siv").id, "")
    fill(client, link, password="fyra ord utan samband")
    with work() as session:
        assert session.query(Staff.password).scalar().startswith("$argon2id$")
