"""Change over waves: beside R with the person as cluster, with what overlaps and what does not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, UnusableData, change, mean, paired, rake, trend
from tests import oracle

SAME = {"rel": 1e-6}
YES_NO = Item("q", "Q", "nominal", {"yes": "Ja", "no": "Nej"})
MEAN = Item("m", "M", "numeric")
STRATA = ["s1", "s2", "s3"]


def wave(seed: int, people: range, lift: float) -> pd.DataFrame:
    """Answers of some people, each with a leaning of their own, so that those who answer twice answer alike."""
    leaning = np.random.default_rng(99).normal(0, 1, 1000)[list(people)]
    rng = np.random.default_rng(seed)
    size = len(people)
    said = leaning + rng.normal(0, 0.7, size) + lift > 0
    return pd.DataFrame(
        {
            "person": [f"p{one}" for one in people],
            "q": np.where(rng.random(size) < 0.05, None, np.where(said, "yes", "no")),
            "m": 10 + 3 * leaning + rng.normal(0, 2, size) + lift,
            "g": rng.choice(["x", "y"], size),
            "stratum": [STRATA[one % 3] for one in people],
            "w": rng.lognormal(0, 0.4, size),
        }
    )


WAVES = {"2024": wave(1, range(300), 0.0), "2025": wave(2, range(100, 420), 0.3), "2026": wave(3, range(150, 500), 0.4)}


def datasets(**design: str) -> dict[str, Dataset]:
    return {name: Dataset(frame, [YES_NO, MEAN], weight="w", **design) for name, frame in WAVES.items()}


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The line with which R reads all waves, stacked."""
    frame = pd.concat([frame.assign(wave=name) for name, frame in WAVES.items()])
    path: Path = tmp_path_factory.mktemp("waves") / "waves.csv"
    frame.assign(yes=np.where(frame["q"].isna(), None, frame["q"] == "yes")).to_csv(path, index=False)
    return f'f <- read.csv("{path}", na.strings=""); f$yes <- as.numeric(f$yes == "True"); f$wave <- factor(f$wave);'


LINKED = [({}, "ids=~person"), ({"strata": "stratum"}, "ids=~person, strata=~stratum")]
APART = [({}, "ids=~1, strata=~wave"), ({"strata": "stratum"}, "ids=~1, strata=~interaction(wave, stratum)")]


@pytest.mark.parametrize(("design", "theirs", "person"), [(*one, "person") for one in LINKED] + [(*one, None) for one in APART])
@pytest.mark.parametrize(("item", "y", "category"), [("q", "yes", "yes"), ("m", "m", None)])
def test_net_change_is_that_of_r(load, design, theirs, person, item, y, category):
    told = oracle.ask(
        f"""{load} d <- svydesign({theirs}, weights=~w, data=subset(f, wave != "2026"))
        t <- svyttest({y} ~ I(wave == "2025"), d)
        say("t", c(t$estimate, t$estimate / t$statistic, confint(t), t$p.value, t$parameter))"""
    )
    before, after, _latest = datasets(**design).values()
    row = change(before, after, item, person, category).iloc[0]
    assert row[["change", "se", "low", "high", "p", "df"]].tolist() == pytest.approx(told["t"], **SAME)
    assert row["linked"] == (person is not None)


def test_a_trend_is_that_of_r_over_all_waves_at_once(load):
    told = oracle.ask(
        f"""{load} d <- subset(svydesign(ids=~person, weights=~w, data=f), !is.na(yes))
        for (group in c("x", "y")) {{
          b <- svyby(~yes, ~wave, subset(d, g == group), svymean, covmat=TRUE)
          say("share", coef(b)); say("se", SE(b))
          for (k in list(c("2024"=-1, "2025"=1), c("2025"=-1, "2026"=1))) {{
            s <- svycontrast(b, list(d=k)); say("change", coef(s)); say("change_se", SE(s)) }} }}"""
    )
    table = trend(datasets(), "q", "g", "person", "yes")
    assert [*zip(table["g"], table["wave"], strict=True)] == [(g, name) for g in "xy" for name in WAVES]
    assert table["estimate"].tolist() == pytest.approx(told["share"], **SAME)
    assert table["se"].tolist() == pytest.approx(told["se"], **SAME)
    for column in ("change", "change_se"):
        assert table[column].dropna().tolist() == pytest.approx(told[column], **SAME)


def test_change_in_the_same_persons_is_that_of_r(load):
    told = oracle.ask(
        f"""{load} a <- subset(f, wave == "2024"); b <- subset(f, wave == "2025")
        b$was <- a$yes[match(b$person, a$person)]
        d <- svydesign(ids=~1, strata=~stratum, weights=~w, data=b)
        two <- subset(d, !is.na(yes) & !is.na(was))
        m <- svymean(~I(yes - was), two); say("m", c(coef(m), SE(m), confint(m, df=degf(two)), degf(two)))
        say("flow", c(coef(svymean(~I(yes * (1 - was)), two)), coef(svymean(~I(was * (1 - yes)), two))))"""
    )
    before, after, _latest = datasets(strata="stratum").values()
    row = paired(before, after, "q", "person", "yes").iloc[0]
    assert row[["change", "se", "low", "high", "df"]].tolist() == pytest.approx(told["m"], **SAME)
    assert row[["gained", "lost"]].tolist() == pytest.approx(told["flow"], **SAME)
    assert row["change"] == pytest.approx(row["gained"] - row["lost"])


def test_the_same_people_are_told_apart_more_surely_than_strangers():
    before, after, _latest = datasets().values()
    apart, net, same = (
        change(before, after, "m")["se"][0],
        change(before, after, "m", "person")["se"][0],
        paired(before, after, "m", "person")["se"][0],
    )
    assert same < net < apart


def test_all_changes_of_a_question_are_one_family():
    table = trend(datasets(), "q", person="person")
    tests = table.dropna(subset="p")
    assert len(tests) == 4
    assert (tests["p_adjusted"] >= tests["p"]).all()
    assert tests["p_adjusted"].min() == pytest.approx(min(1, 4 * tests["p"].min()))


def test_one_who_moves_to_another_stratum_stays_in_the_first():
    before, after = WAVES["2024"], WAVES["2025"].assign(stratum=lambda frame: frame["stratum"].replace("s1", "s2"))
    made = [Dataset(frame, [YES_NO], weight="w", strata="stratum") for frame in (before, after)]
    assert change(*made, "q", "person", "yes")["se"].notna().all()


def test_a_group_that_only_one_wave_has_gives_no_change():
    before, after = WAVES["2024"].assign(g="x"), WAVES["2025"]
    table = trend({"a": Dataset(before, [YES_NO]), "b": Dataset(after, [YES_NO])}, "q", "g", category="yes")
    assert table.loc[table["g"] == "y", "estimate"].isna().tolist() == [True, False]
    assert table.loc[table["g"] == "y", "change"].isna().all()


MORE = Item("q", "Q", "nominal", {"yes": "Ja", "no": "Nej", "both": "Både och"})
TWICE = pd.concat([WAVES["2025"], WAVES["2025"].head(2)], ignore_index=True)


@pytest.mark.parametrize(
    ("after", "item", "design", "message"),
    [
        (WAVES["2025"], MORE, {}, "'q' has other categories in wave 'second'"),
        (TWICE, YES_NO, {}, "'person' has more than one response of 'p100', 'p101' in wave 2"),
        (WAVES["2025"].drop(columns="person"), YES_NO, {}, "Wave 2 has no column 'person'"),
        (WAVES["2025"], YES_NO, {"strata": "stratum"}, "Only some of the waves declare strata"),
    ],
)
def test_waves_that_do_not_fit_together_are_refused(after, item, design, message):
    before, later = Dataset(WAVES["2024"], [YES_NO]), Dataset(after, [item], **design)
    with pytest.raises(UnusableData, match=message):
        change(before, later, "q", "person")


def test_a_trend_takes_two_waves():
    with pytest.raises(UnusableData, match="at least two waves"):
        trend({"2024": Dataset(WAVES["2024"], [YES_NO])}, "q")


def test_weights_that_were_calibrated_make_changes_surer_as_they_make_shares():
    population = {"stratum": {"s1": 900, "s2": 1100, "s3": 1000}}
    made = {}
    for name, frame in WAVES.items():
        told = rake(frame, population, base="w")
        made[name] = Dataset(frame.assign(raked=told.values), [YES_NO, MEAN], weight="raked", calibration=told.calibration)
    table = trend(made, "m")
    alone = [float(mean(dataset, "m")["se"].iloc[0]) for dataset in made.values()]
    assert table["se"].tolist() == pytest.approx(alone, **SAME)
    assert table["change_se"].tolist()[1:] == pytest.approx([np.hypot(*alone[:2]), np.hypot(*alone[1:])], **SAME)
