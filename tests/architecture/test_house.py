"""What holds for the whole house, and that no import contract can see."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from panel.__main__ import house
from panel.config import PREFIX, SETTINGS
from surveys.db import ANSWERS, db

OWN = Path(__file__).relative_to(Path.cwd())
FLOORS = ("panel", "surveys", "analysis")
SWEDISH = Path("panel/translations/sv/LC_MESSAGES")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def sources(ending: str) -> Iterator[Path]:
    for floor in FLOORS:
        yield from Path(floor).rglob(f"*.{ending}")


def said() -> Iterator[tuple[str, str]]:
    """Every message in code and templates, with its place."""
    for method, ending in (("python", "py"), ("jinja2.ext:babel_extract", "html")):
        for path in sources(ending):
            options = {"trimmed": "true"} if ending == "html" else {}
            for line, message, _comments, _context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
                first = message if isinstance(message, str) else message[0]
                if first:
                    yield f"{path}:{line}", first


def catalogue() -> dict[str, str]:
    found = {}
    for path in sorted(SWEDISH.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                found[message.id if isinstance(message.id, str) else message.id[0]] = (
                    "\n".join(map(str, texts)) if all(texts) else ""
                )
    return found


def test_every_message_has_its_swedish_words() -> None:
    swedish = catalogue()
    missing = [f"{place}: {message!r}" for place, message in said() if not swedish.get(message)]
    assert not missing, "\n".join(missing)


def test_swedish_words_keep_every_placeholder() -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    wrong = [message for message, text in catalogue().items() if not placeholders(text) <= placeholders(message) | {"num"}]
    assert not wrong


def test_a_message_is_worded_the_same_in_every_catalogue() -> None:
    seen: dict[str, tuple[str, str]] = {}
    twice = []
    for path in sorted(SWEDISH.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id:
                    continue
                earlier = seen.setdefault(str(message.id), (path.name, str(message.string)))
                if earlier[1] != str(message.string):
                    twice.append(f"{message.id!r}: {earlier} and {(path.name, message.string)}")
    assert not twice, "\n".join(twice)


def test_no_table_joins_a_response_to_an_invitation_or_a_member() -> None:
    answers = db.metadatas[ANSWERS].tables
    assert set(answers) == {"response"}
    response = answers["response"]
    assert not response.foreign_keys
    assert {c.name for c in response.columns} == {"id", "survey_id", "version", "language", "age_group", "district", "answers"}
    for name in ("envelope", "epoch", "draft"):
        assert {key.column.table.name for key in db.metadata.tables[name].foreign_keys} == {"survey"}


def test_nothing_that_answering_touches_keeps_a_time() -> None:
    tables = [*db.metadatas[ANSWERS].tables.values(), *(db.metadata.tables[n] for n in ("invitation", "envelope", "epoch"))]
    timed = [
        f"{t.name}.{c.name}"
        for t in tables
        for c in t.columns
        if isinstance(c.type, sa.Date | sa.DateTime | sa.types.TypeDecorator)
    ]
    assert timed == []


def test_the_response_store_keeps_no_running_number() -> None:
    response = db.metadatas[ANSWERS].tables["response"]
    assert response.dialect_options["sqlite"]["with_rowid"] is False
    assert isinstance(response.c.id.type, sa.String)


KIND = re.compile(r"\b(?:question|q|item|survey|message)\.(?:type|scale|channel)\s*(?:==|!=|in\b)")
FOLDERS = ("surveys/questions", "analysis/scales", "panel/channels", "surveys/formats", "analysis/exporters")


def test_nobody_outside_its_folder_branches_on_a_kind() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for ending in ("py", "html")
        for path in sources(ending)
        if not str(path).startswith(FOLDERS)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if KIND.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_setting_is_in_the_readme(setting: object) -> None:
    assert f"`{PREFIX}{setting.name}`" in Path("README.md").read_text(encoding="utf-8")  # type: ignore[attr-defined]


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


PROMISED = (
    "demo", "serve", "work", "db upgrade", "db check", "staff add", "panel import", "panel export", "panel extract",
    "panel forget", "panel purge", "districts import", "population import", "surveys import", "surveys export",
    "surveys list", "surveys show", "surveys links", "surveys open", "surveys invite", "surveys remind", "surveys close",
    "surveys status", "surveys fake-answers", "deliver", "results export", "results report", "results chart",
    "analysis tabulate",
)  # fmt: skip


def test_every_promised_command_is_there_with_its_help_and_in_the_readme_or_the_manual() -> None:
    found = dict(commands(house))
    prose = "".join(p.read_text(encoding="utf-8") for p in (Path("README.md"), *Path("docs").rglob("*.md")))
    assert [name for name in PROMISED if name not in found] == []
    assert [name for name, command in found.items() if not command.help] == []
    assert [name for name in found if f"medborgarpanel {name}" not in prose] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [p for p in sources("py") if p.stem in {"utils", "helpers", "common", "misc", "manager"}] == []


def test_no_import_hides_inside_a_function_without_its_reason() -> None:
    bare = []
    for path in sources("py"):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                bare += [f"{path}:{n.lineno}" for n in inner if "#" not in lines[n.lineno - 1]]
    assert bare == []


def test_the_project_names_no_machine_and_no_registry() -> None:
    wanted = re.compile(r"(?<![\w.])/(?:work|farm|root|home/\w+)/|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian")
    endings = {".py", ".md", ".cfg", ".toml", ".yaml", ".yml", ".html", ".txt", ".json", ".sh", ".scss", ""}
    skipped = {".git", ".venv", "node_modules", "instance", ".hypothesis", ".ruff_cache", ".mypy_cache", ".import_linter_cache"}
    files = [p for p in Path().rglob("*") if p.is_file() and not skipped & set(p.parts) and p.stat().st_size < 1_000_000]
    found = []
    for path in files:
        if path.suffix in endings and path != OWN:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [f"{path}: {match.group()}" for match in wanted.finditer(text)]
    assert found == []


HEAVY = ["docx", "matplotlib", "openpyxl", "pptx", "pyreadstat", "scipy.optimize", "sklearn", "typst"]


@pytest.mark.parametrize("library", HEAVY)
def test_the_application_starts_without_the_libraries_that_only_some_work_needs(library: str) -> None:
    assert library not in loaded_at_start()


@cache
def loaded_at_start() -> frozenset[str]:
    """The modules of a new process that has made ready to serve and to take commands."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, panel.__main__; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return frozenset(told.stdout.split())
