"""Variances of designs that no cube knows: lonely strata, weights of 0, sets, scores, domains across strata; R judges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import Dataset, Item, tabulate
from analysis.precision.design import covariance, variance
from tests import oracle

ITEMS = (
    Item("q", "Fråga", "nominal", {"a": "A", "b": "B", "c": "C", "dk": "Vet inte"}, frozenset({"dk"})),
    Item("o", "Skala", "ordinal", {str(step): str(step) for step in range(1, 6)}),
    Item("m", "Flera", "multiple", {"x": "X", "y": "Y", "z": "Z"}),
    Item("n", "Tal", "numeric"),
)
DESIGN = {"weight": "w", "strata": "s", "cluster": "c"}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Four strata of clusters, one of them of a single cluster; some answers and some weights are not there."""
    rng = np.random.default_rng(8)
    size = 160
    cluster = rng.integers(0, 25, size)
    stratum = np.where(cluster == 24, 3, cluster % 3)
    sets = rng.random((size, 3)) < [0.5, 0.3, 0.2]
    return pd.DataFrame(
        {
            "q": rng.choice(["a", "b", "c", "dk", None], size, p=[0.4, 0.25, 0.2, 0.1, 0.05]),
            "o": rng.choice(["1", "2", "3", "4", "5", None], size),
            **{f"m/{code}": sets[:, at].astype(int) for at, code in enumerate("xyz")},
            "n": np.where(rng.random(size) < 0.1, np.nan, rng.normal(40, 9, size).round(3)),
            "g": rng.choice(["k", "l"], size),
            "s": stratum.astype(str),
            "c": cluster.astype(str),
            "w": np.where(rng.random(size) < 0.05, 0.0, rng.lognormal(0, 0.6, size).round(4)),
            "fpc": np.select([stratum == 0, stratum == 1, stratum == 2], [20, 11, 30], 4),
        }
    )


@pytest.fixture(scope="module")
def told(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    """What R says of the same rows, in one run."""
    path: Path = tmp_path_factory.mktemp("design") / "rows.csv"
    frame.to_csv(path, index=False)
    return oracle.ask(f"""
    f <- read.csv("{path}", na.strings=""); f$q[f$q == "dk"] <- NA; f$any <- f$m.x + f$m.y + f$m.z > 0
    f$top <- as.numeric(f$o >= 4); f$net <- sign(f$o - 3)
    for (rule in c("adjust", "remove", "certainty", "average")) for (sizes in c(FALSE, TRUE)) {{
      options(survey.lonely.psu=rule)
      d <- if (sizes) svydesign(id=~c, strata=~s, weights=~w, fpc=~fpc, data=f)
           else svydesign(id=~c, strata=~s, weights=~w, data=f)
      at <- function(...) paste(rule, sizes, ...)
      say(at("total"), SE(svytotal(~n, subset(d, !is.na(n)))))
      for (g in c("k", "l")) {{
        e <- d[which(f$g == g), ]
        a <- e[which(!is.na(e$variables$q)), ]
        m <- svymean(~q, a, deff="replace")
        say(at("q", g), coef(m)); say(at("q se", g), SE(m)); say(at("q effect", g), deff(m)); say(at("df", g), degf(a))
        x <- svymean(~m.x + m.y + m.z, e[which(e$variables$any), ]); say(at("m", g), coef(x)); say(at("m se", g), SE(x))
        y <- svymean(~o + net + top, e[which(!is.na(e$variables$o)), ])
        say(at("o", g), coef(y)); say(at("o se", g), SE(y)[1:2])
        z <- svymean(~n, e[which(!is.na(e$variables$n)), ], deff="replace"); say(at("n", g), c(coef(z), SE(z), deff(z)))
      }}
    }}
    options(survey.lonely.psu="adjust"); d <- svydesign(id=~c, strata=~s, weights=~w, data=f)
    say("covariance", vcov(svyby(~q, ~g, d[which(!is.na(f$q)), ], svymean, covmat=TRUE)))
    say("covariance of totals", vcov(svytotal(~I(as.numeric(g == "k")) + w, d)))
    """)


@pytest.mark.parametrize("sizes", [False, True])
@pytest.mark.parametrize("rule", ["adjust", "remove", "certainty", "average"])
def test_every_rule_for_lonely_units_is_rs(frame: pd.DataFrame, told: dict[str, list[float]], rule: str, sizes: bool):
    dataset = Dataset(frame, ITEMS, **DESIGN, fpc="fpc" if sizes else None, lonely=rule)

    def same(ours: object, *name: str) -> None:
        theirs = told[" ".join((rule, str(sizes).upper(), *name))]
        np.testing.assert_allclose(np.asarray(ours, dtype=float), theirs, rtol=1e-6, err_msg=str(name))

    same(analysis.total(dataset, "n")["se"], "total")
    q, m, o, n = (tabulate(dataset, name, "g", minimum=0).set_index("g") for name in "qmon")
    df = analysis.shares(dataset, "q", "g").set_index("g")["df"]
    for g in ("k", "l"):
        same(q.loc[g, "share"], "q", g)
        same(q.loc[g, "se"], "q se", g)
        same(q.loc[g, "design_effect"], "q effect", g)
        same(df[g].iloc[:1], "df", g)
        same(m.loc[g, "share"], "m", g)
        same(m.loc[g, "se"], "m se", g)
        first = o.loc[g].iloc[0]
        same(first[["score", "net", "top2"]], "o", g)
        same(first[["score_se", "net_se"]], "o se", g)
        same(n.loc[[g], ["mean", "se", "design_effect"]].to_numpy().ravel(), "n", g)


def test_covariances_of_groups_that_cross_strata_are_rs(frame: pd.DataFrame, told: dict[str, list[float]]):
    ours = analysis.covariance(Dataset(frame, ITEMS, **DESIGN), "q", "g")
    order = [(g, code) for code in "abc" for g in "kl"]
    np.testing.assert_allclose(ours.loc[order, order].to_numpy().ravel(), told["covariance"], rtol=1e-6, atol=1e-15)


def test_influence_of_any_kind_gives_variances_and_covariances(frame: pd.DataFrame, told: dict[str, list[float]]):
    dataset = Dataset(frame, ITEMS, **DESIGN)
    values = np.stack([(frame["g"] == "k").astype(float), frame["w"]], axis=1) * frame["w"].to_numpy()[:, None]
    found = covariance(dataset, values)
    np.testing.assert_allclose(found.ravel(), told["covariance of totals"], rtol=1e-6)
    np.testing.assert_allclose(variance(dataset, values), np.diag(found), rtol=1e-12)


def test_average_where_every_stratum_is_lonely_says_nothing_and_still_has_an_interval():
    data = pd.DataFrame({"q": ["a", "b", "a"], "s": ["1", "2", "3"], "w": 1.0})
    table = tabulate(Dataset(data, ITEMS[:1], strata="s", lonely="average"), "q", minimum=0)
    assert table["se"].isna().all()
    assert table[["low", "high"]].notna().all().all()


def test_a_group_within_one_cluster_has_no_standard_error(frame: pd.DataFrame):
    """R prints one of about 1e-17."""
    inside = frame.assign(g=np.where(frame["c"] == "7", "one", "others"))
    table = tabulate(Dataset(inside, ITEMS, weight="w", cluster="c"), "q", "g", minimum=0).set_index("g")
    assert table.loc["one", "se"].isna().all()
    assert table.loc["one", ["share", "low", "high"]].notna().all().all()
    assert (table.loc["others", "se"] > 0).all()


def test_a_census_has_a_standard_error_of_nought():
    data = pd.DataFrame({"q": ["a", "b", "c", "a"], "n": [1.0, 2.0, 3.0, 5.0], "fpc": 4})
    dataset = Dataset(data, (ITEMS[0], ITEMS[3]), fpc="fpc")
    assert tabulate(dataset, "n", minimum=0)["se"].tolist() == [0]
    assert tabulate(dataset, "q", minimum=0)["se"].tolist() == pytest.approx([0, 0, 0])


def test_those_who_did_not_answer_keep_their_place_in_the_design(frame: pd.DataFrame):
    """Dropping them before the design is declared gives another, wrong, standard error."""
    whole = tabulate(Dataset(frame, ITEMS, **DESIGN), "n")["se"].iloc[0]
    dropped = tabulate(Dataset(frame[frame["n"] > 35], ITEMS, **DESIGN), "n")["se"].iloc[0]
    domain = tabulate(Dataset(frame.assign(n=frame["n"].where(frame["n"] > 35)), ITEMS, **DESIGN), "n")["se"].iloc[0]
    assert dropped != pytest.approx(domain, rel=1e-6)
    assert whole != pytest.approx(domain, rel=1e-6)


def test_weights_of_nought_count_in_no_design_effect():
    """R counts answers with a weight above 0; so do we."""
    data = pd.DataFrame({"q": ["a", "b"] * 20, "n": np.arange(40.0), "w": [1.0] * 30 + [0.0] * 10})
    with_, without = (Dataset(part, (ITEMS[0], ITEMS[3]), weight="w") for part in (data, data.iloc[:30]))
    ours, bare = (tabulate(each, "q", minimum=0) for each in (with_, without))
    np.testing.assert_allclose(ours["effective_base"], bare["effective_base"].clip(upper=30), rtol=0.02)
    assert ours["base"].tolist() == [40, 40, 40]
    np.testing.assert_allclose(ours["design_effect"][:2], ours["se"][:2] ** 2 / (0.25 / 29), rtol=1e-12)


@pytest.mark.parametrize("interval", ["wilson", "mean", "beta", "logit"])
def test_without_degrees_of_freedom_limits_are_wide_and_not_missing(interval: str):
    data = pd.DataFrame({"q": ["a", "b", "a"], "n": [1.0, 2.0, 6.0], "s": ["1", "2", "3"], "w": [1.0, 2.0, 4.0]})
    dataset = Dataset(data, (ITEMS[0], ITEMS[3]), weight="w", strata="s")
    for name in "qn":
        table = tabulate(dataset, name, minimum=0, interval=interval)
        known = table["se"].notna()
        assert known.any()
        assert table.loc[known, ["low", "high"]].notna().all().all()
    assert analysis.mean(dataset, "n")[["low", "high"]].notna().all().all()
