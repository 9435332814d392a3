"""Means, shares, totals, ratios, quantiles, effects and intervals against R's survey package on its own published data."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import Dataset, Item, tabulate
from tests import oracle

LEAST = 60
"""Estimates that R judges, at the least; each has its standard error, and most an interval and a design effect."""
YES_NO = {"No": "Nej", "Yes": "Ja"}
LEVELS = {"E": "Låg", "M": "Mellan", "H": "Hög"}
ITEMS = (
    Item("api00", "API", "numeric"),
    Item("api.stu", "Provade", "numeric"),
    Item("enroll", "Elever", "numeric"),
    Item("acs.core", "Klass", "numeric"),
    Item("awards", "Pris", "nominal", YES_NO),
    Item("stype", "Skola", "nominal", LEVELS),
)
DESIGNS = {
    "srs": ("apisrs", {"fpc": "fpc"}, "svydesign(id=~1, fpc=~fpc, data=apisrs)"),
    "strat": (
        "apistrat",
        {"weight": "pw", "strata": "stype", "fpc": "fpc"},
        "svydesign(id=~1, strata=~stype, weights=~pw, fpc=~fpc, data=apistrat)",
    ),
    "strat_wr": (
        "apistrat",
        {"weight": "pw", "strata": "stype"},
        "svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat)",
    ),
    "clus": (
        "apiclus1",
        {"weight": "pw", "cluster": "dnum", "fpc": "fpc"},
        "svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=apiclus1)",
    ),
    "two": (
        "apiclus2",
        {"weight": "pw", "cluster": "dnum", "fpc": "fpc1"},
        "svydesign(id=~dnum, weights=~pw, fpc=~fpc1, data=apiclus2)",
    ),
    "two_wr": ("apiclus2", {"weight": "pw", "cluster": "dnum"}, "svydesign(id=~dnum, weights=~pw, data=apiclus2)"),
}
"""Name to published data, the design as we declare it, and as R does. Of apiclus2 one stage is taken, the districts."""

SCRIPT = """
data(api)
tell <- function(name, x, d, df = degf(d)) {
  e <- deff(x); if (is.matrix(e)) e <- diag(e)
  say(paste(name, "value"), coef(x)); say(paste(name, "se"), SE(x)); say(paste(name, "effect"), e)
  say(paste(name, "df"), df)
}
all <- function(name, d) {
  for (how in c("replace", "without")) {
    k <- if (how == "replace") "replace" else TRUE
    tell(paste(name, "mean", how), svymean(~api00, d, deff=k), d)
    tell(paste(name, "missing", how), svymean(~acs.core, d, deff=k, na.rm=TRUE), subset(d, !is.na(acs.core)))
    tell(paste(name, "total", how), svytotal(~enroll, subset(d, !is.na(enroll)), deff=k), subset(d, !is.na(enroll)))
    tell(paste(name, "count", how), svytotal(~awards, d, deff=k), d)
    tell(paste(name, "shares", how), svymean(~stype, d, deff=k), d)
    tell(paste(name, "ratio", how), svyratio(~api.stu, ~enroll, d, deff=k, na.rm=TRUE), subset(d, !is.na(enroll)))
  }
  say(paste(name, "mean ci"), confint(svymean(~api00, d), df=degf(d)))
  q <- svyquantile(~api00, d, c(.1, .25, .5, .9))[[1]]
  for (i in 1:4) say(paste(name, "quantile", i), q[i, ])
  q <- svyquantile(~api00, d, c(.25, .5), qrule="hf7")[[1]]
  for (i in 1:2) say(paste(name, "hf7", i), q[i, ])
  for (m in c("logit", "beta", "mean")) say(paste(name, m), attr(svyciprop(~I(awards=="Yes"), d, method=m), "ci"))
  say(paste(name, "covariance"), vcov(svymean(~stype, d)))
  for (g in c("No", "Yes")) {
    e <- subset(d, sch.wide == g)
    tell(paste(name, "domain mean", g), svymean(~api00, e, deff="replace"), e)
    tell(paste(name, "domain shares", g), svymean(~awards, e, deff="replace"), e)
    tell(paste(name, "domain total", g), svytotal(~api.stu, e, deff="replace"), e)
    say(paste(name, "domain median", g), svyquantile(~api00, e, .5)[[1]][1, ])
    for (m in c("logit", "beta", "mean"))
      say(paste(name, "domain", m, g), attr(svyciprop(~I(stype=="E"), e, method=m), "ci"))
  }
}
"""


@pytest.fixture(scope="module")
def told() -> dict[str, list[float]]:
    """What R says of every design, in one run."""
    return oracle.ask(SCRIPT + "\n".join(f'all("{name}", {made})' for name, (_data, _design, made) in DESIGNS.items()))


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    """The same data as ours."""
    frames = {name: oracle.published(name, tmp_path_factory.mktemp(name)) for name in {d for d, *_ in DESIGNS.values()}}
    return {name: Dataset(frames[data], ITEMS, **design) for name, (data, design, _made) in DESIGNS.items()}


def near(ours: object, theirs: object) -> bool:
    """Within a relative 1e-6; where R has no number, ours may have one."""
    mine = np.asarray(ours, dtype=float).ravel()
    judge = np.asarray(theirs, dtype=float)
    known = ~np.isnan(judge)
    return len(mine) == len(judge) and np.allclose(mine[known], judge[known], rtol=1e-6, atol=1e-12)


def check(table: pd.DataFrame, column: str, name: str, told: dict[str, list[float]], effect: str) -> int:
    """Compare a table with what R says under a name; the number of estimates compared."""
    assert near(table[column], told[f"{name} value"]), name
    theirs = np.array(told[f"{name} se"])
    sure = theirs > 1e-12  # R says 0, but for rounding, where units that do not differ are silent; there we say nothing
    assert table["se"][~sure].isna().all(), name
    assert near(table["se"][sure], theirs[sure]), name
    assert near(table[effect][sure], np.array(told[f"{name} effect"])[sure]), name
    assert (table["df"] == told[f"{name} df"][0]).all(), name
    return len(table)


ESTIMATES: dict[str, tuple[Callable[..., pd.DataFrame], tuple[str, ...], str]] = {
    "mean": (analysis.mean, ("api00",), "mean"),
    "missing": (analysis.mean, ("acs.core",), "mean"),
    "total": (analysis.total, ("enroll",), "total"),
    "count": (analysis.total, ("awards",), "total"),
    "ratio": (analysis.ratio, ("api.stu", "enroll"), "ratio"),
}


def whole(dataset: Dataset, name: str, told: dict[str, list[float]]) -> int:
    """Everybody together: with both design effects."""
    checked = 0
    for how, effect in (("replace", "design_effect"), ("without", "design_effect_without")):
        for kind, (function, items, column) in ESTIMATES.items():
            checked += check(function(dataset, *items), column, f"{name} {kind} {how}", told, effect)
        table = analysis.shares(dataset, "stype").set_index("category").loc[["E", "H", "M"]]
        checked += check(table, "share", f"{name} shares {how}", told, effect)
    return checked // 2


def intervals(dataset: Dataset, name: str, told: dict[str, list[float]]) -> int:
    """Limits: of the mean, of quantiles, and of a share in three ways."""
    table = analysis.mean(dataset, "api00")
    assert near(table[["low", "high"]], told[f"{name} mean ci"])
    for rule, kind, at in (("math", "quantile", [0.1, 0.25, 0.5, 0.9]), ("hf7", "hf7", [0.25, 0.5])):
        table = analysis.quantile(dataset, "api00", at, rule=rule)
        for place, row in enumerate(table.itertuples()):
            assert near([row.quantile, row.low, row.high, row.se], told[f"{name} {kind} {place + 1}"]), (name, kind, place)
    for method in ("logit", "beta", "mean"):
        row = tabulate(dataset, "awards", interval=method).iloc[1]
        assert near(row[["low", "high"]], told[f"{name} {method}"]), (name, method)
    order = ["E", "H", "M"]
    assert near(analysis.covariance(dataset, "stype").loc[order, order], told[f"{name} covariance"])
    return 6


def domains(dataset: Dataset, name: str, told: dict[str, list[float]]) -> int:
    """Groups as domains of the whole design."""
    checked = 0
    for group in ("No", "Yes"):
        for kind, column, function, item in (
            ("mean", "mean", analysis.mean, "api00"),
            ("shares", "share", analysis.shares, "awards"),
            ("total", "total", analysis.total, "api.stu"),
        ):
            table = function(dataset, item, "sch.wide")
            part = table[table["sch.wide"] == group]
            checked += check(part, column, f"{name} domain {kind} {group}", told, "design_effect")
        table = analysis.quantile(dataset, "api00", by="sch.wide")
        row = table[table["sch.wide"] == group][["quantile", "low", "high", "se"]]
        assert near(row, told[f"{name} domain median {group}"])
        for method in ("logit", "beta", "mean"):
            table = tabulate(dataset, "stype", "sch.wide", interval=method, minimum=0)
            row = table[(table["sch.wide"] == group) & (table["category"] == "E")].iloc[0]
            assert near(row[["low", "high"]], told[f"{name} domain {method} {group}"])
        checked += 1
    return checked


def test_estimates_of_every_design_are_those_of_r(datasets: dict[str, Dataset], told: dict[str, list[float]]):
    parts = (whole, intervals, domains)
    checked = sum(part(dataset, name, told) for name, dataset in datasets.items() for part in parts)
    print(f"\n{checked} estimates agree with R")
    assert checked >= LEAST


PUBLISHED = (("strat", 662.29, 9.4089), ("clus", 644.17, 23.542))


@pytest.mark.parametrize(("design", "mean", "se"), PUBLISHED)
def test_means_are_those_that_the_package_publishes(datasets: dict[str, Dataset], design: str, mean: float, se: float):
    row = tabulate(datasets[design], "api00").iloc[0]
    assert (round(row["mean"], 2), float(f"{row['se']:.5g}")) == (mean, se)


@pytest.mark.parametrize("name", DESIGNS)
def test_tables_and_estimates_from_rows_are_one(datasets: dict[str, Dataset], name: str):
    dataset = datasets[name]
    table, rows = tabulate(dataset, "stype", "awards", minimum=0), analysis.shares(dataset, "stype", "awards")
    for column in ("share", "se", "low", "high", "design_effect", "effective_base"):
        np.testing.assert_allclose(table[column], rows[column], rtol=1e-12)
    np.testing.assert_allclose(tabulate(dataset, "api00")["se"], analysis.mean(dataset, "api00")["se"], rtol=1e-12)
