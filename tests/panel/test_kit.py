"""The page kit: its frame, its fields and its parts, read by a strict reader."""

import re
from pathlib import Path

import pytest

from tests.kit import create_kit
from tests.strict import StrictClient

CODES = (400, 403, 404, 405, 409, 410, 413, 429, 500)
PAGES = ["/", "/alla", "/fraga", "/resultat", *(f"/fel/{code}" for code in CODES)]


@pytest.fixture
def kit() -> StrictClient:
    """A strict reader of the demonstration."""
    app = create_kit()
    app.config["WTF_CSRF_ENABLED"] = False
    return StrictClient(app)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["sv", "en", "sv-simple", "sma"])
def test_every_page_of_the_kit_passes_the_strict_reader(kit, path, language):
    assert kit.get(path, query_string={"lang": language}).text


def test_faults_are_told_in_the_title_the_summary_and_at_the_field(kit):
    page = kit.post("/alla").text
    assert "<title>Fel: Alla fält – Krokoms medborgarpanel</title>" in page
    assert 'href="#village">Vilken by eller ort bor du i?: Fyll i det här fältet.' in page
    assert 'id="village-error"' in page
    assert "Error" not in page


def test_faults_stand_in_page_order(kit):
    summary = re.findall(r'<a href="#([\w-]+)">', kit.post("/alla").text)
    assert summary == [
        "listens", "ways", "pleased-school", "pleased-roads", "pleased-culture", "village", "email", "years",
        "district", "day", "best", "secret", "register", "consent",
    ]  # fmt: skip


def test_what_was_written_survives_a_fault(kit):
    chosen = {"listens": "3", "ways": ["email", "none"], "pleased-roads": "2", "district": "offerdal"}
    written = {
        "village": "<b>Änge</b> 🏔",
        "years": "tolv",
        "best": "rad 1\nrad 2",
        "day": "i morgon",
        "secret": "hemligt",
    }
    page = kit.post("/alla", data=chosen | written).text
    for kept in ("&lt;b&gt;Änge&lt;/b&gt; 🏔", 'value="tolv"', "rad 1\nrad 2", 'value="i morgon"'):
        assert kept in page
    assert len(re.findall(r'value="(?:3|email|none|2)" checked', page)) == 4
    assert 'value="offerdal" selected' in page
    assert "hemligt" not in page


def test_the_only_question_of_a_page_is_its_heading(kit):
    assert re.search(r'<legend[^>]*>\s*<h1 class="govuk-fieldset__heading">', kit.get("/fraga").text)


def test_languages_are_named_in_their_own_tongue(kit):
    page = kit.get("/").text
    assert '<span aria-current="true" lang="sv">Svenska</span>' in page
    assert '<a href="/?lang=en" lang="en" hreflang="en" rel="alternate">English</a>' in page
    assert '<html lang="sv"' in kit.get("/?lang=sv-simple").text
    assert '<html lang="sma"' in kit.get("/?lang=sma").text


def test_a_hidden_cell_says_why(kit):
    assert kit.get("/resultat").text.count("dold (för få svar)") == 4


def test_every_class_in_the_templates_is_in_the_style_sheet():
    sheet = Path("panel/static/panel.css").read_text(encoding="utf-8")
    known = {name.replace("\\", "") for name in re.findall(r"\.((?:\\!|[\w-])+)", sheet)}
    templates = [*Path("panel/templates").rglob("*.html"), *Path("surveys/templates").rglob("*.html")]
    used = {
        name: path
        for path in templates
        for value in re.findall(r'class="([^"{]*)"', path.read_text(encoding="utf-8"))
        for name in value.split()
    }
    bare = {"govuk-panel__body", "govuk-table__body", "govuk-table__head", "govuk-table__row"}
    assert {name: str(path) for name, path in used.items() if name not in known | bare} == {}


def test_the_script_that_saves_drafts_is_small():
    assert Path("panel/static/autosave.js").stat().st_size <= 700
