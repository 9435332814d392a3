"""Long work tells how far it has come on a terminal, and nothing on a pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def line(tmp_path: Path) -> list[str]:
    (tmp_path / "data.csv").write_text("q;r\n" + "1;2\n" * 30, "utf-8")
    items = [{"name": name, "scale": "nominal", "categories": {"1": "Ja", "2": "Nej"}} for name in "qr"]
    (tmp_path / "book.json").write_text(json.dumps(items), "utf-8")
    command = "from analysis.cli import group; group()"
    files = [str(tmp_path / "data.csv"), "--codebook", str(tmp_path / "book.json")]
    return [sys.executable, "-c", command, "tabulate", *files, "--format", "json"]


def test_nothing_is_told_on_a_pipe(line: list[str]):
    run = subprocess.run(line, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert len(json.loads(run.stdout)) == 4


def test_a_bar_is_drawn_on_a_terminal_and_the_data_stay_clean(line: list[str]):
    ours, theirs = os.openpty()
    run = subprocess.run(line, stdout=subprocess.PIPE, stderr=theirs, check=True)
    drawn = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "Tables" in drawn
    assert "100%" in drawn
    assert len(json.loads(run.stdout)) == 4
