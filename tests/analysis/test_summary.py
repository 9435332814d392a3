"""Findings: what is said, what is not, and how often chance is mistaken for a difference."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import tabulate
from analysis import words as language
from analysis.dataset import Dataset, Item
from analysis.summary import DIFFERENCE, LEAD, NO_DIFFERENCE, UNKNOWN, QuestionTables, differences, findings, lix
from analysis.summary.contrasts import Estimate, against_the_rest, holm

AGES = {
    "15": "15–19 år",
    "20": "20–29 år",
    "30": "30–44 år",
    "45": "45–64 år",
    "65": "65–79 år",
    "80": "80 år och äldre",
}
PLACES = {name: name for name in ("Krokom", "Ås", "Föllinge", "Offerdal", "Alsen", "Hotagen", "Laxsjö")}
GROUPS = {"age_group": AGES, "district": PLACES}
STEPS = {"1": "Mycket dåligt", "2": "Ganska dåligt", "3": "Varken eller", "4": "Ganska bra", "5": "Mycket bra"}
SCHOOL = Item("skola", "Vad ska vi göra med skolan?", "nominal", {"ut": "Bygg ut", "nytt": "Bygg nytt", "nej": "Inget"})
ROADS = Item("vagar", "Hur är vägarna?", "ordinal", STEPS)
TRIPS = Item("buss", "Hur ofta åker du buss?", "nominal", {"ja": "Varje vecka", "nej": "Mer sällan"})


@pytest.fixture(autouse=True)
def swedish():
    """Findings speak Swedish here."""
    language.use(Path(__file__).parents[2] / "panel" / "translations")
    with language.speak("sv"):
        yield


def people(rng: np.random.Generator, size: int = 280) -> pd.DataFrame:
    """A panel as they are: many in the middle of life, few in the small districts."""
    ages = rng.choice(list(AGES), size, p=[0.04, 0.08, 0.22, 0.34, 0.25, 0.07])
    places = rng.choice(list(PLACES), size, p=[0.33, 0.25, 0.12, 0.12, 0.1, 0.05, 0.03])
    return pd.DataFrame({"age_group": ages, "district": places, "weight": rng.lognormal(0, 0.3, size)})


def draw(rng: np.random.Generator, item: Item, shares: list[float], size: int) -> np.ndarray:
    return rng.choice(list(item.categories), size, p=shares)


def questions(frame: pd.DataFrame, *items: Item, weight: str | None = None) -> list[QuestionTables]:
    dataset = Dataset(frame, items, weight=weight, groups=GROUPS)
    return [
        QuestionTables(
            item,
            {"": tabulate(dataset, item.name)} | {by: tabulate(dataset, item.name, (by,)) for by in GROUPS},
            lambda by, group, category, name=item.name: "-".join(map(str, (name, by, group, category))),
            GROUPS,
            ordered=item.scale == "ordinal",
            several=item.scale == "multiple",
        )
        for item in items
    ]


def survey(seed: int = 1, **answers: np.ndarray) -> pd.DataFrame:
    return people(np.random.default_rng([9, seed])).assign(**answers)


def of_kind(kind: str, told) -> list[str]:
    return [finding.text for finding in told if finding.kind == kind]


def counted(**counts: int) -> np.ndarray:
    return np.repeat(list(counts), list(counts.values()))


def test_the_leading_answer_is_told_with_its_interval():
    told = findings(questions(survey(skola=counted(ut=174, nytt=60, nej=46)), SCHOOL))
    assert of_kind(LEAD, told) == ["Mer än hälften svarar ”Bygg ut”: 62\N{NO-BREAK SPACE}% (56–68\N{NO-BREAK SPACE}%)."]
    assert told[0].cell == "skola---ut"


def test_a_lead_that_may_be_chance_is_not_told_as_one():
    told = findings(questions(survey(skola=counted(ut=105, nytt=100, nej=75)), SCHOOL))
    assert of_kind(LEAD, told)[0].startswith("Ungefär lika många svarar ”Bygg ut” som ”Bygg nytt”")


def test_answers_that_look_as_common_come_first_together():
    told = findings(questions(survey(skola=counted(ut=94, nytt=93, nej=93)), SCHOOL))
    (text,) = of_kind(LEAD, told)
    assert text.startswith("Inget svar leder säkert. ”Bygg ut” kommer först med 34")
    (text,) = of_kind(LEAD, findings(questions(survey(skola=counted(ut=94, nytt=94, nej=92)), SCHOOL)))
    assert text.startswith("Inget svar leder säkert. ”Bygg ut” och ”Bygg nytt” kommer först med 34")
    assert text.endswith(" var, men det kan vara en slump.")


def test_no_lead_is_told_where_a_hidden_answer_may_be_greater():
    table = questions(survey(skola=counted(ut=174, nytt=60, nej=46)), SCHOOL)
    table[0].tables[""].loc[table[0].tables[""]["category"] == "ut", ["share", "low", "high", "se"]] = np.nan
    table[0].tables[""]["hidden"] = table[0].tables[""]["share"].isna()
    assert not of_kind(LEAD, findings(table))


def test_no_lead_is_told_over_a_hidden_answer_that_may_by_chance_be_behind():
    table = questions(survey(skola=counted(ut=145, nytt=130, nej=5)), SCHOOL)
    frame = table[0].tables[""]
    frame.loc[frame["category"] != "ut", ["share", "low", "high", "se"]] = np.nan
    frame["hidden"] = frame["share"].isna()
    told = findings(table)
    assert not of_kind(LEAD, told)
    assert "Det går inte att säga vilket svar som är vanligast: några svar är dolda." in of_kind(UNKNOWN, told)


def test_a_scale_is_told_by_its_two_ends():
    frame = survey(vagar=np.repeat(list(STEPS), [20, 30, 60, 100, 70]))
    (text,) = of_kind(LEAD, findings(questions(frame, ROADS)))
    assert text.startswith("Fler svarar ”Ganska bra” eller ”Mycket bra” än ”Mycket dåligt” eller ”Ganska dåligt”: 61")


def test_a_mean_is_told_with_its_interval():
    item = Item("km", "Hur långt har du till jobbet?", "numeric")
    frame = survey(km=np.random.default_rng(2).normal(12, 3, 280))
    (text,) = of_kind(LEAD, findings(questions(frame, item)))
    assert text.startswith("Medelvärdet är 1")


def test_the_middle_of_a_scale_is_told_where_it_is_surely_larger_than_both_ends():
    frame = survey(vagar=np.repeat(list(STEPS), [20, 30, 170, 30, 30]))
    (text,) = of_kind(LEAD, findings(questions(frame, ROADS)))
    assert text.startswith("Mer än hälften svarar ”Varken eller”: 61")
    frame = survey(vagar=np.repeat(list(STEPS), [30, 40, 80, 70, 60]))
    (text,) = of_kind(LEAD, findings(questions(frame, ROADS)))
    assert text.startswith("Fler svarar ”Ganska bra” eller ”Mycket bra”")


def test_what_nearly_all_say_is_told_as_that():
    leads = [
        of_kind(LEAD, findings(questions(survey(buss=counted(ja=yes, nej=280 - yes)), TRIPS)))[0] for yes in (245, 270, 280)
    ]
    assert [text.split(" svarar")[0] for text in leads] == ["Mer än hälften", "Nästan alla", "Nästan alla"]


def test_a_mean_is_told_with_what_it_counts():
    item = Item("km", "Hur långt har du till jobbet?", "numeric", unit="kilometer")
    frame = survey(km=np.random.default_rng(2).normal(12, 3, 280))
    (text,) = of_kind(LEAD, findings(questions(frame, item)))
    assert re.fullmatch(r"Medelvärdet är 1\d,\d\xa0kilometer \(1\d,\d–1\d,\d\)\.", text)


def test_a_mean_of_answers_all_alike_is_told_without_a_margin():
    item = Item("km", "Hur långt har du till jobbet?", "numeric")
    told = findings(questions(survey(km=np.full(280, 3.0)), item))
    wanted = "Medelvärdet är 3,0. Alla svar är så lika att ingen felmarginal går att räkna."
    assert of_kind(LEAD, told) == [wanted]
    assert not [text for text in of_kind(UNKNOWN, told) if "För få har svarat" in text]


def test_a_number_that_no_decision_should_rest_on_says_so_and_is_not_sure():
    km = Item("km", "Hur långt har du till jobbet?", "numeric")
    answers = {"buss": counted(ja=16, nej=0), "km": np.arange(16.0)}
    few = survey(**{name: np.append(given.astype(object), np.full(264, None)) for name, given in answers.items()})
    told = [one for one in findings(questions(few.assign(km=few["km"].astype(float)), TRIPS, km)) if one.kind == LEAD]
    assert [one.sure for one in told] == [False, False]
    assert all(one.text.endswith("Siffran är för osäker att bygga beslut på.") for one in told)
    many = findings(questions(survey(buss=counted(ja=180, nej=100)), TRIPS))
    assert not [text for text in of_kind(LEAD, many) if "osäker" in text]


def test_a_question_that_nobody_answered_is_told_as_unknown():
    told = findings(questions(survey(skola=np.full(280, None)), SCHOOL))
    assert "För få har svarat för att vi ska kunna säga något." in of_kind(UNKNOWN, told)


def test_a_planted_difference_is_found_and_linked_to_its_cell():
    rng = np.random.default_rng(4)
    frame = survey(3, buss=draw(rng, TRIPS, [0.3, 0.7], 280))
    frame.loc[frame["district"] == "Föllinge", "buss"] = "ja"
    (finding,) = differences(questions(frame, TRIPS))
    assert finding.text.startswith("I Föllinge svarar fler ”Varje vecka”: 100")
    assert (finding.kind, finding.cell) == (DIFFERENCE, "buss-district-Föllinge-ja")


def test_planted_differences_of_thirty_points_are_found_nine_times_of_ten():
    found = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        frame = survey(seed, buss=draw(rng, TRIPS, [0.3, 0.7], 280))
        old = frame["age_group"].isin(["65"])
        frame.loc[old, "buss"] = draw(rng, TRIPS, [0.65, 0.35], int(old.sum()))
        noise = {f"q{i}": draw(rng, SCHOOL, [0.5, 0.3, 0.2], 280) for i in range(5)}
        items = [Item(name, name, "nominal", SCHOOL.categories) for name in noise]
        found += "65" in [told.group for told in differences(questions(frame.assign(**noise), TRIPS, *items))]
    assert found >= 27


def claims(surveys: int) -> int:
    """In how many surveys of ten questions, where no group differs from any other, a difference is told."""
    wrong = 0
    for seed in range(surveys):
        rng = np.random.default_rng([7, seed])
        frame, items = people(rng), []
        for i in range(10):
            kind, steps = [("nominal", 3), ("ordinal", 5), ("nominal", 2), ("nominal", 5), ("numeric", 0)][i % 5]
            name, codes = f"q{i}", {str(step): str(step) for step in range(steps)}
            items.append(Item(name, name, kind, codes))
            shares = rng.dirichlet([2.0] * steps) if steps else None
            frame[name] = rng.choice(list(codes), len(frame), p=shares) if steps else rng.gamma(2, 5, len(frame))
        wrong += bool(differences(questions(frame, *items, weight="weight")))
    return wrong


def test_chance_is_seldom_mistaken_for_a_difference():
    assert claims(25) <= 3


@pytest.mark.slow
def test_chance_is_mistaken_for_a_difference_in_at_most_one_survey_of_twenty():
    assert claims(200) <= 10


def test_where_nothing_differs_that_is_said():
    rng = np.random.default_rng(5)
    told = findings(questions(survey(5, buss=draw(rng, TRIPS, [0.5, 0.5], 280)), TRIPS))
    assert of_kind(NO_DIFFERENCE, told) == [
        "Vi ser inga säkra skillnader mellan åldersgrupper eller kommundelar. Små skillnader kan ändå finnas."
    ]


def test_groups_that_are_not_shown_are_named_once():
    frame = survey(6, buss=counted(ja=140, nej=140), skola=counted(ut=100, nytt=100, nej=80))
    frame.loc[frame["district"] == "Laxsjö", "district"] = "Hotagen"
    told = of_kind(UNKNOWN, findings(questions(frame, TRIPS, SCHOOL)))
    assert [text for text in told if "Laxsjö" in text] == ["Svaren från Laxsjö visas inte, så att ingen kan pekas ut."]


def test_free_text_says_nothing():
    item = Item("fritt", "Något mer?", "text")
    assert not findings(questions(survey(fritt=np.full(280, "Hej")), item))


def test_one_group_of_two_is_tested_but_not_its_mirror():
    two = [Estimate("a", 0.8, 0.04, 100, 100.0), Estimate("b", 0.4, 0.05, 100, 100.0)]
    ((group, gap, p),) = against_the_rest(two)
    assert (group, round(gap, 2)) == ("a", 0.4)
    assert p < 1e-6


def test_a_group_of_all_alike_is_not_infinitely_sure():
    few = [Estimate("a", 1.0, float("nan"), 10, 10.0), Estimate("b", 0.7, 0.05, 90, 90.0)]
    assert against_the_rest(few)[0][2] > 0.04  # 2e-9 if the ten were taken to show that all are alike


def test_holm_as_in_its_paper():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_every_sentence_is_easy_to_read():
    rng = np.random.default_rng(8)
    frame = survey(
        8, buss=draw(rng, TRIPS, [0.3, 0.7], 280), skola=draw(rng, SCHOOL, [0.4, 0.38, 0.22], 280),
        vagar=draw(rng, ROADS, [0.1, 0.2, 0.2, 0.3, 0.2], 280), km=rng.normal(12, 3, 280),
    )  # fmt: skip
    frame.loc[frame["district"] == "Föllinge", "buss"] = "ja"
    km = Item("km", "Hur långt har du till jobbet?", "numeric")
    told = findings(questions(frame, TRIPS, SCHOOL, ROADS, km))
    assert {LEAD, DIFFERENCE, NO_DIFFERENCE} <= {finding.kind for finding in told}
    assert lix(" ".join(finding.text for finding in told)) <= 40


def test_lix_counts_words_sentences_and_long_words():
    assert lix("Katten sov. Kommunstyrelsen sammanträder idag.") == pytest.approx(5 / 2 + 100 * 2 / 5)
    assert lix("") == 0
