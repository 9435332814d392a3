"""What outside scripts rely on: every command, its options, its help, its exits, and what it says where."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from panel.__main__ import house

PROMISED = {
    "demo": ["--data", "--port", "--members", "--seed", "--build-only"],
    "serve": ["--host", "--port", "--workers"],
    "work": [],
    "db upgrade": [],
    "db check": [],
    "staff add": ["--role"],
    "panel import": ["--dry-run", "--json", "--skip-refused"],
    "panel export": ["--output"],
    "panel extract": [],
    "panel forget": [],
    "panel purge": ["--dry-run"],
    "districts import": [],
    "population import": [],
    "surveys import": ["--dialogue", "--json"],
    "surveys export": ["--format", "--output"],
    "surveys list": ["--json"],
    "surveys show": ["--json"],
    "surveys links": ["--output"],
    "surveys open": [],
    "surveys invite": ["--sample", "--seed", "--stratify"],
    "surveys remind": [],
    "surveys close": [],
    "surveys status": ["--json"],
    "surveys fake-answers": ["--count", "--seed"],
    "deliver": ["--once"],
    "results export": ["--format", "--output", "--what"],
    "results report": ["--format", "--output"],
    "results chart": ["--by", "--format", "--output"],
    "analysis tabulate": ["--codebook", "--by", "--weight", "--level", "--minimum", "--format"],
    "analysis rake": ["--margins", "--lower", "--upper", "--output"],
}
"""Commands and their options; what is added beside them is free."""


def commands(group: click.Group = house, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands())


def run(line: str) -> Result:
    return CliRunner().invoke(house, line.split())


@pytest.mark.parametrize("name", PROMISED)
def test_a_command_has_the_options_that_scripts_rely_on(name: str) -> None:
    given = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert set(PROMISED[name]) <= given


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_it_does(name: str) -> None:
    told = run(f"{name} --help")
    assert (told.exit_code, told.stderr) == (0, "")
    assert len(told.stdout.splitlines()) > 4


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_usage_is_2_and_told_on_stderr(name: str) -> None:
    told = run(f"{name} --no-such-option")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "No such option" in told.stderr


def test_a_full_disk_behind_stdout_is_told_in_a_line() -> None:
    with open("/dev/full", "w") as full:
        line = [sys.executable, "-m", "panel", "--help"]
        told = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (told.returncode, told.stderr.splitlines()) == (
        1,
        ["stdout could not be written: the disk is full. Make room, or name a file on another disk."],
    )


def test_a_reader_that_goes_away_is_no_fault_to_tell_of() -> None:
    line = f"{sys.executable} -m panel results export --help | true"
    told = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert told.stderr == ""
