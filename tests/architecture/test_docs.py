"""The documents: what they point at is there, and nothing of one machine is in them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from PIL import Image

from panel import __version__
from surveys.questionnaire.readability import lix

ROOT = Path(__file__).parent.parent.parent
MANUAL = sorted((ROOT / "docs" / "manual").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = sorted((ROOT / "docs" / "images").glob("*.png"))
ROLES = {"medlem", "processledare", "analytiker", "presidium", "administrator"}

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)
LINK = re.compile(r"\]\(([^)\s]+)\)")
IMAGE = re.compile(r"<img\s[^>]*>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
DECISION_PARTS = ("Context", "Decision", "Consequence")
ONE_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|farm|root|home/\w+|Users)/|pypi\.org|pythonhosted|npmjs|deb\.debian|10\.\d+\.\d+\.\d+|192\.168\."
)


def prose(path: Path) -> str:
    return CODE.sub("", path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(path: Path) -> Iterator[str]:
    yield from LINK.findall(prose(path))
    yield from (attributes["src"] for attributes in images(path))


def images(path: Path) -> list[dict[str, str]]:
    return [dict(ATTRIBUTE.findall(tag)) for tag in IMAGE.findall(prose(path))]


def anchors(path: Path) -> set[str]:
    """The addresses of a page's headings, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith(("https://", "http://")):
            continue
        file, _hash, heading = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not heading or heading in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_picture_has_words_for_those_who_do_not_see_it(page: Path) -> None:
    assert "![" not in prose(page)  # pictures are written with their width
    for attributes in images(page):
        assert len(attributes["alt"]) >= 40, attributes
        assert attributes["width"].isdecimal()


@pytest.mark.parametrize("picture", PICTURES, ids=name)
def test_a_picture_is_shown_somewhere_and_is_small(picture: Path) -> None:
    shown = {(page.parent / attributes["src"]).resolve() for page in PAGES for attributes in images(page)}
    assert picture in shown
    assert picture.stat().st_size <= 150_000


def test_a_members_pictures_are_those_of_a_phone() -> None:
    for picture in PICTURES:
        with Image.open(picture) as opened:
            assert opened.width == (2 * 390 if picture.stem.startswith("medlem-") else 1280), picture


def test_every_role_has_a_page_and_the_readme_leads_to_it() -> None:
    assert {page.stem for page in MANUAL} >= ROLES
    assert {f"docs/manual/{page.name}" for page in MANUAL} <= set(links(ROOT / "README.md"))


@pytest.mark.parametrize("page", MANUAL, ids=name)
def test_the_manual_is_plain_swedish(page: Path) -> None:
    running = [line for line in prose(page).splitlines() if not line.startswith(("|", "#", "<"))]
    whole = re.sub(r"\n(?=\S)(?!- |\d)", " ", "\n".join(running))  # a sentence may go on in the next line
    text = re.sub(r"[*\[\]]|\(\S+\)", "", whole)
    assert lix(text) <= 40


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_says_why_what_and_what_follows(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    places = [re.search(rf"^(?:## {part}$|\*\*{part}\.\*\*)", text, re.M) for part in DECISION_PARTS]
    assert all(places), DECISION_PARTS
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "publiccode.yml"], ids=name)
def test_no_document_names_a_machine_or_a_registry(page: Path) -> None:
    assert not ONE_MACHINE.search(page.read_text(encoding="utf-8"))


def test_publiccode_says_what_the_rest_says() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert told["softwareVersion"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert told["legal"]["license"] == "EUPL-1.2"
    assert set(told["localisation"]["availableLanguages"]) == set(told["description"]) == {"sv", "en"}
    for words in told["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
