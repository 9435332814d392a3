"""Open answers: words in their base form, themes that lead to their answers, quotes that point at nobody, coders who agree."""

import math
import random

import pytest

from analysis import text, words

BUS = (
    "Bussen går för sällan på kvällen",
    "Fler bussar på helgen och kvällen",
    "Bussarna passar inte tåget om kvällen",
    "Kvällsbuss saknas",
    "En senare buss på kvällarna",
)
SCHOOL = (
    "Skolan i byn måste vara kvar",
    "Behåll byskolan och lärarna",
    "Läraren och skolan är byns hjärta",
    "Små skolor ger trygga barn",
    "Barnen behöver sin skola i byn",
)


def test_words_are_told_in_a_form_that_one_can_read() -> None:
    assert text.words_of("Lärarna och böckerna i skolorna är bra") == ["lärare", "bok", "skola"]


def test_words_that_few_have_written_are_not_told() -> None:
    found = dict(text.keywords([*BUS, *SCHOOL, *SCHOOL[:2]]))
    assert found == {"skola": 5}
    assert ("hjärta", 1) in text.keywords(SCHOOL, fewest=1)


def test_themes_hold_together_and_every_theme_leads_to_its_answers() -> None:
    texts = list(BUS * 6 + SCHOOL * 6 + ("",) * 5)
    random.Random(1).shuffle(texts)
    found = text.themes(texts, count=2)
    assert len(found) == 2
    for theme in found:
        kinds = {"buss" in texts[i].lower() for i in theme.members}
        assert len(kinds) == 1, theme
    assert {i for theme in found for i in theme.members} <= {i for i, told in enumerate(texts) if told}


def test_themes_are_the_same_every_run() -> None:
    texts = [*BUS, *SCHOOL] * 4
    assert text.themes(texts) == text.themes(texts)


def test_few_answers_have_no_themes() -> None:
    assert text.themes(["Bussen", "Skolan"]) == []
    assert text.themes([]) == []
    assert text.themes(["..."] * 40) == []


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("Ring mig på 070-123 45 67 så berättar jag.", "123"),
        ("Min granne Kalle Bengtsson kör för fort.", "Bengtsson"),
        ("Anna på skolan är bäst.", "Anna"),
        ("Skriv till anna.berg@example.se!", "anna.berg"),
        ("Jag bor på Storgatan 12 B och hör allt.", "Storgatan 12"),
        ("Mitt nummer är 19850312-1234.", "19850312"),
        ("Bilen ABC 123 står alltid där.", "ABC 123"),
        ("Se www.example.se/mig för bilder.", "example"),
        ("Det var rektorn Lindkvist som sa nej.", "Lindkvist"),
        ("Björn plogar aldrig hos oss.", "Björn"),
        ("Huset på Offerdalsvägen 4 läcker.", "vägen 4"),
    ],
)
def test_nothing_that_points_at_a_person_is_left(written: str, gone: str) -> None:
    with words.speak("sv"):
        assert gone not in text.cleared(written)
        assert "[" in text.cleared(written)


def test_ordinary_words_and_allowed_places_stay() -> None:
    said = "Bussen från Ås till Krokom går sällan. Vi vill ha fler turer. "
    said += "Kommunen borde lyssna på Offerdals byar. Kvällsbuss saknas."
    assert text.cleared(said, ["Ås", "Krokom", "Offerdal"]) == said


def test_quotes_are_about_the_theme_and_cleared() -> None:
    texts = list(BUS * 6 + SCHOOL * 6)
    texts[0] = "Bussen på kvällen körs av Kalle Bengtsson varje dag"
    for theme in text.themes(texts, count=2):
        picked = text.quotes(texts, theme)
        assert picked
        assert all(quote.place in theme.members for quote in picked)
        assert not any("Bengtsson" in quote.text for quote in picked)
        assert len({quote.text for quote in picked}) == len(picked)


CODERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


@pytest.mark.parametrize(("scale", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_krippendorffs_own_example(scale: str, published: float) -> None:
    assert text.alpha(list(zip(*CODERS, strict=True)), scale) == pytest.approx(published, abs=0.0006)


def test_alpha_of_coders_who_agree_is_one_and_of_nothing_is_nothing() -> None:
    assert text.alpha([("a", "a"), ("b", "b")]) == 1
    assert math.isnan(text.alpha([("a", None), (None, "b")]))
    with pytest.raises(ValueError, match="no scale 'ratio'"):
        text.alpha([], "ratio")
