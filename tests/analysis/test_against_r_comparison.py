"""Differences and tests beside R's survey package, on its own published data and on made-up answers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, compare, independence, rake, ranks
from analysis.comparison import holm
from analysis.comparison.adjusting import benjamini_hochberg
from tests import oracle

SAME = {"rel": 1e-6}
TYPES = {"E": "Elementary", "M": "Middle", "H": "High"}
YES = {"No": "No", "Yes": "Yes"}
ITEMS = (Item("api00", "api00", "numeric"), Item("sch.wide", "Target met", "nominal", YES))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Path]:
    """Weighted answers with missing ones, in strata and in clusters that have members in several groups."""
    rng = np.random.default_rng(5)
    household = rng.integers(0, 150, 400)
    taste = rng.normal(0, 1, 150)[household]
    opinion = np.digitize(taste + rng.normal(0, 1, 400), [-0.5, 0.7])
    frame = pd.DataFrame(
        {
            "q": np.where(rng.random(400) < 0.06, None, np.array(list("abc"))[opinion]),
            "o": rng.choice([*"12345", None], 400, p=[0.1, 0.15, 0.3, 0.25, 0.15, 0.05]),
            "m": np.where(rng.random(400) < 0.05, np.nan, 30 + 5 * taste + rng.normal(0, 5, 400)),
            "g": rng.choice(["x", "y", "z"], 400, p=[0.5, 0.3, 0.2]),
            "stratum": np.array(["s1", "s2", "s3"])[household % 3],
            "household": household,
            "w": rng.lognormal(0, 0.5, 400),
        }
    )  # fmt: skip
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    frame.to_csv(path, index=False)
    return frame, path


CODEBOOK = (
    Item("q", "Q", "nominal", {"a": "A", "b": "B", "c": "C"}),
    Item("o", "O", "ordinal", {c: c for c in "12345"}),
    Item("m", "M", "numeric"),
)
DESIGNS = {
    "weights": ({}, "ids=~1"),
    "strata": ({"strata": "stratum"}, "ids=~1, strata=~stratum"),
    "clusters": ({"cluster": "household"}, "ids=~household"),
    "clusters in strata": ({"strata": "stratum", "cluster": "household"}, "ids=~household, strata=~stratum"),
}


@pytest.fixture(params=DESIGNS)
def both(request, answers) -> tuple[Dataset, str]:
    """A dataset and the lines that make R's design of the same answers."""
    frame, path = answers
    ours, theirs = DESIGNS[request.param]
    script = f"""f <- read.csv("{path}", na.strings=""); f$is_b <- as.numeric(f$q == "b")
      d <- svydesign({theirs}, weights=~w, data=f);"""
    return Dataset(frame, CODEBOOK, weight="w", **ours), script


def contrasts(y: str) -> str:
    """All pairs of the groups x, y, z: by the covariance of all three, and by a t test of the two as a domain."""
    return f"""
      d <- subset(d, !is.na({y}))  # svyby with covmat stops at missing answers
      b <- svyby(~{y}, ~g, d, svymean, covmat=TRUE)
      for (pair in list(c("x", "y"), c("x", "z"), c("y", "z"))) {{
        k <- setNames(list(c(1, -1)), "d"); names(k[[1]]) <- pair
        s <- svycontrast(b, k); say("gap", coef(s)); say("se", SE(s))
        two <- subset(d, g %in% pair)
        t <- svyttest(as.formula(paste0("{y} ~ I(g == '", pair[1], "')")), two)
        say("df", t$parameter); say("p", t$p.value); say("low", confint(t)[1]); say("high", confint(t)[2])
      }}
    """


def agrees(table: pd.DataFrame, told: dict[str, list[float]]) -> None:
    assert table["difference"].tolist() == pytest.approx(told["gap"], **SAME)
    for column in ("se", "low", "high", "p", "df"):
        assert table[column].tolist() == pytest.approx(told[column], **SAME)


def test_differences_of_shares_are_those_of_r(both):
    dataset, script = both
    agrees(compare(dataset, "q", "g", category="b"), oracle.ask(script + contrasts("is_b")))


@pytest.mark.parametrize("item", ["m", "o"])
def test_differences_of_means_and_of_scores_are_those_of_r(both, item):
    dataset, script = both
    agrees(compare(dataset, item, "g"), oracle.ask(script + contrasts(item)))


def test_independence_is_that_of_r(both):
    dataset, script = both
    told = oracle.ask(script + 't <- svychisq(~q+g, d); say("F", c(t$statistic, t$parameter, t$p.value))')
    test = independence(dataset, "q", "g")
    assert [test.statistic, *test.df, test.p] == pytest.approx(told["F"], **SAME)


def test_the_first_order_test_has_the_p_of_r_and_the_statistic_that_gives_it(both):
    dataset, script = both
    told = oracle.ask(script + 't <- svychisq(~q+g, d, statistic="Chisq"); say("t", c(t$parameter, t$p.value))')
    test = independence(dataset, "q", "g", "Chisq")
    assert [*test.df, test.p] == pytest.approx(told["t"], **SAME)
    back = oracle.ask(f'say("p", pchisq({test.statistic!r}, {test.df[0]!r}, lower.tail=FALSE))')
    assert test.p == pytest.approx(back["p"][0], **SAME)


def test_ranks_are_compared_as_in_r_with_statistic_and_freedom_in_their_own_places(both):
    dataset, script = both
    told = oracle.ask(
        script + 't <- svyranktest(m~g, d, test="KruskalWallis"); say("swapped", c(t$parameter, t$statistic, t$ddf, t$p.value))'
    )
    chisq, first, second, p = told["swapped"]
    test = ranks(dataset, "m", "g")
    assert [test.statistic, *test.df, test.p] == pytest.approx([chisq / first, first, second, p], **SAME)


def test_equal_answers_share_the_middle_rank_whatever_the_order_of_the_rows(both):
    """R's own test of them changes when rows are shuffled; its Wald test of the ranks in the middle is that of ours."""
    dataset, script = both
    told = oracle.ask(
        script
        + """e <- subset(d, !is.na(o)); w <- weights(e, "sampling"); y <- e$variables$o
        r <- sapply(y, function(v) sum(w[y < v]) + sum(w[y == v]) / 2) / sum(w)
        t <- regTermTest(svyglm(r~g, update(e, r=r)), ~g); k <- length(unique(e$variables$g)) - 1
        say("t", c(t$Ftest, k, degf(e) - k, pf(t$Ftest, k, degf(e) - k, lower.tail=FALSE)))"""
    )
    test = ranks(dataset, "o", "g")
    assert [test.statistic, *test.df, test.p] == pytest.approx(told["t"], **SAME)
    design = {"strata": dataset.strata, "cluster": dataset.cluster}
    shuffled = Dataset(dataset.frame.sample(frac=1, random_state=4), CODEBOOK, weight="w", **design)
    assert ranks(shuffled, "o", "g").p == pytest.approx(test.p, rel=1e-9)


LONELY = ("adjust", "remove", "certainty", "average")


@pytest.mark.parametrize("lonely", LONELY)
def test_differences_beside_lonely_units_are_those_of_r(answers, tmp_path, lonely):
    """Two groups are one domain of the design: by the "average" rule, of the strata that hold either."""
    frame, _path = answers
    frame = frame[frame["household"] < 40].assign(stratum=lambda part: part["household"] // 3)
    frame.to_csv(path := tmp_path / "lonely.csv", index=False)
    script = f"""f <- read.csv("{path}", na.strings=""); options(survey.lonely.psu="{lonely}")
      d <- svydesign(ids=~household, strata=~stratum, weights=~w, data=f)
      for (pair in list(c("x", "y"), c("x", "z"), c("y", "z"))) {{
        t <- svyttest(as.formula(paste0("m ~ I(g == '", pair[1], "')")), subset(d, g %in% pair & !is.na(m)))
        say("gap", t$estimate); say("se", t$estimate / t$statistic); say("df", t$parameter); say("p", t$p.value) }}
      c <- svychisq(~q+g, d); say("F", c(c$statistic, c$parameter, c$p.value))"""
    told = oracle.ask(script)
    dataset = Dataset(frame, CODEBOOK, weight="w", strata="stratum", cluster="household", lonely=lonely)
    table = compare(dataset, "m", "g")
    assert dataset.design.alone.any()
    for column, name in (("difference", "gap"), ("se", "se"), ("df", "df"), ("p", "p")):
        assert table[column].tolist() == pytest.approx(told[name], **SAME)
    test = independence(dataset, "q", "g")
    assert [test.statistic, *test.df, test.p] == pytest.approx(told["F"], **SAME)


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("apistrat", {"strata": "stype", "fpc": "fpc"}, "ids=~1, strata=~stype, fpc=~fpc"),
        ("apiclus1", {"cluster": "dnum", "fpc": "fpc"}, "ids=~dnum, fpc=~fpc"),
    ],
)
def test_the_published_samples_of_schools_compare_as_in_r(tmp_path, name, ours, theirs):
    dataset = Dataset(oracle.published(name, tmp_path), ITEMS, weight="pw", groups={"stype": TYPES}, **ours)
    told = oracle.ask(
        f"""data(api); d <- svydesign({theirs}, weights=~pw, data={name})
        b <- svyby(~api00, ~stype, d, svymean, covmat=TRUE)
        for (k in list(c(E=1, M=-1), c(E=1, H=-1), c(M=1, H=-1))) {{
          s <- svycontrast(b, list(d=k)); say("gap", coef(s)); say("se", SE(s)) }}
        t <- svyttest(api00 ~ sch.wide, d); say("t", c(-t$estimate, t$p.value, t$parameter))
        x <- svychisq(~sch.wide+stype, d); say("F", c(x$statistic, x$parameter, x$p.value))"""
    )
    pairs = compare(dataset, "api00", "stype")
    assert [*pairs["difference"], *pairs["se"]] == pytest.approx([*told["gap"], *told["se"]], **SAME)
    two = compare(dataset, "api00", "sch.wide").iloc[0]
    assert [two["difference"], two["p"], two["df"]] == pytest.approx(told["t"], **SAME)
    test = independence(dataset, "sch.wide", "stype")
    assert [test.statistic, *test.df, test.p] == pytest.approx(told["F"], **SAME)


def test_p_values_are_adjusted_as_in_r():
    ps = np.random.default_rng(1).random(12).round(3).tolist()
    listed = ", ".join(map(str, ps))
    told = oracle.ask(f'p <- c({listed}); say("holm", p.adjust(p, "holm")); say("bh", p.adjust(p, "BH"))')
    assert holm(ps) == pytest.approx(told["holm"], **SAME)
    assert benjamini_hochberg(ps) == pytest.approx(told["bh"], **SAME)


def test_groups_of_raked_answers_differ_as_in_r(answers):
    frame, path = answers
    told = oracle.ask(
        f"""f <- read.csv("{path}", na.strings=""); f$side <- ifelse(f$household < 60, "west", "east")
        d <- calibrate(svydesign(ids=~household, weights=~w, data=f), ~stratum + side,
          c(`(Intercept)`=1050, stratums2=400, stratums3=350, sidewest=450), calfun="raking", epsilon=1e-12)
        s <- svycontrast(svyratio(~I(ifelse(is.na(m), 0, m) * (g == "x")) + I(ifelse(is.na(m), 0, m) * (g == "y")),
          ~I(!is.na(m) & g == "x") + I(!is.na(m) & g == "y"), d, covmat=TRUE), c(1, 0, 0, -1))
        say("d", c(coef(s), SE(s)))"""
    )
    sided = frame.assign(side=np.where(frame["household"] < 60, "west", "east"))
    margins = {"stratum": {"s1": 300, "s2": 400, "s3": 350}, "side": {"east": 600, "west": 450}}
    raked = rake(sided, margins, base="w", tolerance=1e-13)
    dataset = Dataset(
        sided.assign(raked=raked.values), CODEBOOK, weight="raked", cluster="household", calibration=raked.calibration
    )
    row = compare(dataset, "m", "g").iloc[0]
    assert row[["difference", "se"]].tolist() == pytest.approx(told["d"], **SAME)
