"""Findings over waves, and of minorities: told where they are sure, and not where they may be chance."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import build
from analysis import words as language
from analysis.dataset import Dataset, Item
from analysis.report.following import follow
from analysis.summary import CHANGE, DIFFERENCE, MINORITY, NO_CHANGE, Finding

SCHOOL = Item("skola", "Vad ska vi göra med skolan?", "nominal", {"ut": "Bygg ut", "nytt": "Bygg nytt", "nej": "Inget"})
ROADS = Item("vagar", "Hur är vägarna?", "ordinal", {str(i): f"Steg {i}" for i in range(1, 6)})
TRIPS = Item("buss", "Hur ofta åker du buss?", "nominal", {"ja": "Varje vecka", "nej": "Mer sällan"})
WAYS = Item("satt", "Hur reser du?", "multiple", {"bil": "Bil", "buss": "Buss"})
KM = Item("km", "Hur långt har du till jobbet?", "numeric")
PLACES = {name: name for name in ("Krokom", "Ås", "Föllinge")}
language.use(Path(__file__).parents[2] / "panel" / "translations")


@pytest.fixture(autouse=True)
def swedish():
    with language.speak("sv"):
        yield


def report(item: Item, answers, district=None):
    frame = pd.DataFrame({item.name: pd.Series(list(answers))})
    frame["district"] = np.resize(list(PLACES), len(frame)) if district is None else district
    return build(Dataset(frame, [item], groups={"district": PLACES}), by=("district",))


def counted(**counts: int) -> list[str]:
    return [code for code, count in counts.items() for _ in range(count)]


def of_kind(kind: str, findings: tuple[Finding, ...]) -> list[str]:
    return [finding.text.replace("\N{NO-BREAK SPACE}", " ") for finding in findings if finding.kind == kind]


def test_a_sure_change_of_a_share_is_told_with_both_waves():
    now, before = report(TRIPS, counted(ja=180, nej=120)), report(TRIPS, counted(ja=120, nej=180))
    told = follow(now, before, "2024").findings
    assert of_kind(CHANGE, told) == ["Fler svarar ”Varje vecka” än i mätningen 2024: 60 % (54–65 %) mot 40 % (35–46 %)."]
    (finding,) = [one for one in told if one.kind == CHANGE]
    assert (finding.cell, finding.claim.says) == ("buss-ja", "risen")


def test_a_fall_is_told_as_one():
    now, before = report(TRIPS, counted(ja=120, nej=180)), report(TRIPS, counted(ja=180, nej=120))
    assert of_kind(CHANGE, follow(now, before, "2024").findings)[0].startswith("Färre svarar ”Varje vecka”")


def test_what_may_be_chance_is_told_as_no_sure_change():
    now, before = report(TRIPS, counted(ja=155, nej=145)), report(TRIPS, counted(ja=145, nej=155))
    told = follow(now, before, "2024").findings
    assert not of_kind(CHANGE, told)
    assert of_kind(NO_CHANGE, told) == ["Vi ser ingen säker förändring sedan mätningen 2024. En liten kan ändå finnas."]


def test_a_scale_changes_at_its_upper_end_and_a_number_in_its_mean():
    rng = np.random.default_rng(4)
    low, high = (rng.choice(list("12345"), 300, p=shares) for shares in ([0.3, 0.3, 0.2, 0.1, 0.1], [0.1, 0.1, 0.2, 0.3, 0.3]))
    (text,) = of_kind(CHANGE, follow(report(ROADS, high), report(ROADS, low), "2024").findings)
    assert text.startswith("Fler svarar ”Steg 4” eller ”Steg 5” än i mätningen 2024")
    near, far = rng.normal(10, 3, 300), rng.normal(14, 3, 300)
    (text,) = of_kind(CHANGE, follow(report(KM, near), report(KM, far), "2024").findings)
    assert text.startswith("Medelvärdet är lägre än i mätningen 2024: 9,9 (")


def test_a_question_that_was_not_asked_or_had_other_answers_has_not_changed():
    now = report(TRIPS, counted(ja=180, nej=120))
    for before in (
        report(SCHOOL, counted(ut=100, nytt=100, nej=100)),
        report(Item("buss", "Buss?", "nominal", {"ja": "Ja"}), ["ja"] * 300),
    ):
        assert follow(now, before, "2024").findings == now.findings


def test_a_hidden_answer_tells_of_no_change():
    now, before = report(TRIPS, counted(ja=60, nej=60)), report(TRIPS, counted(ja=3, nej=117))
    assert before.question("buss").total.hidden
    assert not of_kind(CHANGE, follow(now, before, "2024").findings)


def test_a_minority_is_told_beside_a_sure_majority():
    told = report(SCHOOL, counted(ut=190, nytt=70, nej=20)).findings
    assert of_kind(MINORITY, told) == ["En minoritet svarar ”Bygg nytt”: 25 % (20–30 %)."]


@pytest.mark.parametrize("counts", [{"ut": 110, "nytt": 90, "nej": 80}, {"ut": 150, "nytt": 80, "nej": 50}])
def test_without_a_sure_majority_there_is_no_minority(counts):
    assert not of_kind(MINORITY, report(SCHOOL, counted(**counts)).findings)


def test_the_other_end_of_a_scale_is_a_minority():
    told = report(ROADS, np.repeat(list("12345"), [30, 40, 30, 100, 100])).findings
    assert of_kind(MINORITY, told) == ["En minoritet svarar ”Steg 1” eller ”Steg 2”: 23 % (19–28 %)."]


def test_those_who_may_choose_several_are_no_minorities():
    assert not of_kind(MINORITY, report(WAYS, [("bil",)] * 200 + [("bil", "buss")] * 100).findings)


def test_a_group_of_another_mind_than_the_panel_is_told_of():
    answers = np.where(np.repeat([True, False, False], 200), "ja", "nej")
    answers[[*range(40), *range(200, 260)]] = ["nej"] * 40 + ["ja"] * 60
    told = report(TRIPS, answers, np.repeat(list(PLACES), 200)).findings
    wanted = "I Krokom svarar mer än hälften ”Varje vecka”: 80 % (74–85 %). I hela panelen är det en minoritet: 37 %."
    assert wanted in of_kind(MINORITY, told)
    (first, *_more) = of_kind(DIFFERENCE, told)
    assert first.endswith("Det är en tydlig skillnad.")


def test_how_large_a_difference_is_goes_unsaid_where_it_may_be_of_two_sizes():
    answers = counted(ja=33, nej=17) + counted(ja=100, nej=250)
    (text,) = of_kind(DIFFERENCE, report(TRIPS, answers, ["Föllinge"] * 50 + ["Krokom", "Ås"] * 175).findings)[:1]
    assert text.startswith("I Föllinge svarar fler ”Varje vecka”: 66 %")
    assert "Det är" not in text
