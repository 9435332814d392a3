"""The presidium's page as PDF: one A4, tagged, in Swedish, whatever is written on it."""

import json
import re
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.sax.saxutils import unescape

import pandas as pd
import pytest
import typst

from analysis import words as language
from analysis.briefing import LENGTHS, LISTS, Brief, brief_pdf
from analysis.figures import Words, bars, svg

A4 = (595, 842)


@pytest.fixture(autouse=True)
def swedish():
    """The page is Swedish here."""
    language.use(Path(__file__).parents[2] / "panel" / "translations")
    with language.speak("sv"):
        yield


@pytest.fixture
def brief() -> Brief:
    words = Words("Fler vill bygga ut", "Vad ska vi göra med skolan?", "280 svar.", "Bygg ut 38 %, bygg nytt 27 %.")
    shares = {"Bygg ut": 0.38, "Bygg nytt": 0.27}
    table = pd.DataFrame(
        [
            {"group": "", "label": k, "share": v, "low": v - 0.06, "high": v + 0.06, "base": 280, "hidden": False}
            for k, v in shares.items()
        ]
    )
    return Brief(
        municipality="Krokoms kommun",
        dialogue="Framtidens skolor",
        question="Vad ska vi göra med skolan?",
        asked="Vilket av två förslag som är bäst.",
        promise="Konsultation: du väljer mellan färdiga förslag.",
        invited=400,
        answered=280,
        response_rate=0.7,
        representativeness="De som svarade liknar invånarna.",
        findings=("Flest svarar ”Bygg ut”: 38 % (32–44 %).",),
        method=("Panelen är självrekryterad. Felmarginalen visar därför inte hela osäkerheten.",),
        owed="Senast den 15 februari 2027.",
        made=date(2026, 11, 23),
        chart=svg(bars(table, words), words),
        chart_description=words.description,
        made_up=True,
    )


def opened(pdf: bytes) -> str:
    """The file with its compressed parts unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    parts = [pdf]
    for stream in streams:
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts).decode("latin-1")


def pages(pdf: bytes) -> int:
    return len(re.findall(r"/Type\s*/Page\b(?!s)", opened(pdf)))


def title(pdf: bytes) -> str:
    """The title in the file's metadata, which are plain XML."""
    found = re.search(rb"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", pdf, re.DOTALL)
    return unescape(found.group(1).decode(), {"&quot;": '"', "&apos;": "'"})


def test_it_is_one_a4_of_few_bytes(brief):
    pdf = brief_pdf(brief)
    box = re.search(r"/MediaBox\s*\[([^]]*)]", opened(pdf)).group(1).split()
    assert pages(pdf) == 1
    assert tuple(round(float(side)) for side in box[2:]) == A4
    assert len(pdf) < 200_000


def test_it_is_tagged_for_screen_readers_in_swedish(brief):
    text = opened(brief_pdf(brief))
    assert "pdfuaid:part" in text
    assert re.search(r"/Lang\s*\(sv", text)
    for tag in ("/H1", "/H2", "/Figure", "/StructTreeRoot"):
        assert tag in text
    assert "/Alt" in text


def test_the_same_page_is_the_same_bytes(brief):
    assert brief_pdf(brief) == brief_pdf(brief)


def test_what_people_write_is_shown_and_never_run(brief):
    nasty = '#import "x" * $ " _a_ `b` \\ @ref [c] <script>alert(1)</script> //d'
    texts = dict.fromkeys(LENGTHS, nasty) | dict.fromkeys(LISTS, (nasty, nasty))
    pdf = brief_pdf(replace(brief, **texts))
    assert pages(pdf) == 1
    assert title(pdf) == nasty


def test_letters_that_no_font_has_become_boxes(brief):
    assert title(brief_pdf(replace(brief, dialogue="Fjäll 🏔 \x00och 日本"))) == "Fjäll □ och □□"


@pytest.mark.parametrize("word", ["Ordningsföreskrifter å ä ö ", "W"])
def test_ten_thousand_letters_are_shortened_to_one_page(brief, word):
    long = (word * 10_000)[:10_000]
    texts = dict.fromkeys(LENGTHS, long) | dict.fromkeys(LISTS, (long,) * 9)
    pdf = brief_pdf(replace(brief, **texts))
    assert pages(pdf) == 1
    assert title(pdf).endswith("…")


@pytest.mark.parametrize(("asked", "shortened"), [("Kort.", False), ("Vilket förslag är bäst? " * 100, True)])
def test_that_texts_were_shortened_is_said(brief, monkeypatch, asked, shortened):
    told = []
    compile_it = typst.compile
    monkeypatch.setattr(typst, "compile", lambda *args, **given: told.append(given) or compile_it(*args, **given))
    brief_pdf(replace(brief, asked=asked))
    assert json.loads(told[-1]["sys_inputs"]["brief"])["shortened"] is shortened


def test_a_page_without_chart_and_without_answers_still_comes(brief):
    empty = replace(brief, chart=b"", findings=(), answered=0, response_rate=None, question="", owed="")
    assert pages(brief_pdf(empty)) == 1


def test_it_can_be_written_in_english(brief):
    with language.speak("en"):
        assert re.search(r"/Lang\s*\(en", opened(brief_pdf(brief)))
