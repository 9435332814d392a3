"""R's `survey` package is the judge: weights and their standard errors on its own published data, to a relative 1e-6.

R's ``rake`` takes residuals without base weights, so its standard errors are compared where base weights are equal;
with unequal ones the judge is ``calibrate(calfun="raking")``, which gives the same weights.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, tabulate
from analysis.precision import design
from analysis.weighting import Weights, calibrate, poststratify, rake
from tests import oracle

CLOSE = 1e-6
TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
ITEMS = (
    Item("api00", "API 2000", "numeric"),
    Item("growth", "Growth", "nominal", {"No": "No", "Yes": "Yes"}),
    Item("year", "Year-round", "nominal", {"No": "No", "Yes": "Yes"}),
)
R_TYPES = "data.frame(stype=c('E','H','M'), Freq=c(4421,755,1018))"
R_WIDE = "data.frame(sch.wide=c('No','Yes'), Freq=c(1072,5122))"
EXACT = "control=list(maxit=200, epsilon=1e-9)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


def read(folder: Path, name: str) -> pd.DataFrame:
    frame = oracle.published(name, folder)
    return frame.assign(growth=frame["comp.imp"], year=frame["yr.rnd"])


def data(frame: pd.DataFrame, weights: Weights, **more: Any) -> Dataset:
    """The data weighted, with the calibration that the weights come of."""
    return Dataset(frame.assign(w=weights.values), ITEMS, weight="w", calibration=weights.calibration, **more)


def mean(found: Dataset, by: tuple[str, ...] = ()) -> list[float]:
    table = tabulate(found, "api00", by, minimum=0)
    return [*table["mean"], *table["se"]]


def shares(found: Dataset, name: str = "growth", by: tuple[str, ...] = ()) -> list[float]:
    table = tabulate(found, name, by, minimum=0)
    return [*table["share"], *table["se"]]


def total(found: Dataset, column: str) -> tuple[float, float]:
    """A weighted total and its standard error: its linearised values are the values themselves."""
    values = (found.frame["w"] * found.frame[column]).to_numpy(dtype=float)
    return float(values.sum()), float(np.sqrt(design.variance(found, values[:, None])[0]))


def test_poststratified_enrolment_is_the_published_one(folder: Path):
    frame = read(folder, "apiclus1").assign(population=757)
    weights = poststratify(frame, pd.Series(TYPES).rename_axis("stype"), base="pw")
    found = data(frame, weights, cluster="dnum", fpc="population")
    assert [round(number) for number in total(found, "enroll")] == [3_680_893, 406_293]
    told = oracle.ask(f"""data(api); d <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
        p <- postStratify(d, ~stype, {R_TYPES}); t <- svytotal(~enroll, p); m <- svymean(~api00, p); s <- svymean(~comp.imp, p)
        say("w", weights(p)); say("total", c(coef(t), SE(t))); say("mean", c(coef(m), SE(m))); say("share", c(coef(s), SE(s)))""")
    assert weights.values.tolist() == pytest.approx(told["w"], rel=CLOSE)
    assert total(found, "enroll") == pytest.approx(told["total"], rel=CLOSE)
    assert mean(found) == pytest.approx(told["mean"], rel=CLOSE)
    assert shares(found) == pytest.approx(told["share"], rel=CLOSE)


def test_linear_calibration_is_the_published_one(folder: Path):
    frame = read(folder, "apiclus1").assign(population=757)
    weights = calibrate(frame, {"stype": TYPES}, {"api99": 3_914_069}, base="pw")
    found = data(frame, weights, cluster="dnum", fpc="population")
    assert mean(found) == pytest.approx([665.31, 3.4418], rel=1e-4)
    told = oracle.ask("""data(api); d <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
        g <- calibrate(d, ~stype+api99, c(`(Intercept)`=6194, stypeH=755, stypeM=1018, api99=3914069))
        say("w", weights(g)); m <- svymean(~api00, g); say("mean", c(coef(m), SE(m)))
        t <- svytotal(~enroll, g); say("total", c(coef(t), SE(t)))
        b <- svyby(~api00, ~yr.rnd, g, svymean); say("by", c(coef(b), SE(b)))""")
    assert weights.values.tolist() == pytest.approx(told["w"], rel=CLOSE)
    assert mean(found) == pytest.approx(told["mean"], rel=CLOSE)
    assert total(found, "enroll") == pytest.approx(told["total"], rel=CLOSE)
    assert mean(found, ("year",)) == pytest.approx(told["by"], rel=CLOSE)


def test_bounded_linear_calibration_is_r_s(folder: Path):
    frame = read(folder, "apiclus1")
    weights = calibrate(frame, {"stype": TYPES}, {"api99": 3_914_069}, base="pw", lower=0.6, upper=1.6)
    ratio = weights.values / (frame["pw"] * 6194 / frame["pw"].sum())
    assert ratio.between(0.6 - 1e-9, 1.6 + 1e-9).all()
    assert weights.trimmed > 0
    told = oracle.ask("""data(api); apiclus1$pw <- apiclus1$pw * 6194 / sum(apiclus1$pw)
        d <- svydesign(id=~dnum, weights=~pw, data=apiclus1)
        g <- calibrate(d, ~stype+api99, c(`(Intercept)`=6194, stypeH=755, stypeM=1018, api99=3914069),
                       bounds=c(0.6, 1.6), epsilon=1e-12, maxit=500)
        say("w", weights(g)); m <- svymean(~api00, g); say("mean", c(coef(m), SE(m)))""")
    assert weights.values.tolist() == pytest.approx(told["w"], rel=CLOSE)
    assert mean(data(frame, weights, cluster="dnum")) == pytest.approx(told["mean"], rel=CLOSE)


def test_raked_weights_are_r_s_whatever_the_base_weights(folder: Path):
    frame = read(folder, "apistrat")
    weights = rake(frame, {"stype": TYPES, "sch.wide": WIDE}, base="pw", tolerance=1e-12)
    told = oracle.ask(f"""data(api); d <- svydesign(id=~1, weights=~pw, data=apistrat)
        r <- rake(d, list(~stype, ~sch.wide), list({R_TYPES}, {R_WIDE}), {EXACT})
        say("w", weights(r)); say("deff", nrow(apistrat) * sum(weights(r)^2) / sum(weights(r))^2)""")
    assert weights.values.tolist() == pytest.approx(told["w"], rel=CLOSE)
    assert weights.design_effect == pytest.approx(told["deff"][0], rel=CLOSE)


def test_raked_standard_errors_are_r_s_with_equal_base_weights(folder: Path):
    frame = read(folder, "apisrs")
    found = data(frame, rake(frame, {"stype": TYPES, "sch.wide": WIDE}, base="pw", tolerance=1e-12))
    told = oracle.ask(f"""data(api); d <- svydesign(id=~1, weights=~pw, data=apisrs)
        r <- rake(d, list(~stype, ~sch.wide), list({R_TYPES}, {R_WIDE}), {EXACT})
        m <- svymean(~api00, r); say("mean", c(coef(m), SE(m))); s <- svymean(~comp.imp, r); say("share", c(coef(s), SE(s)))
        b <- svyby(~comp.imp, ~stype, r, svymean); say("by", c(t(as.matrix(coef(b)))))""")
    assert mean(found) == pytest.approx(told["mean"], rel=CLOSE)
    assert shares(found) == pytest.approx(told["share"], rel=CLOSE)


@pytest.mark.parametrize("strata", [None, "stype"])
def test_raked_standard_errors_are_those_of_r_s_calibration_with_unequal_base_weights(folder: Path, strata: str | None):
    frame = read(folder, "apistrat")
    found = data(frame, rake(frame, {"stype": TYPES, "sch.wide": WIDE}, base="pw", tolerance=1e-12), strata=strata)
    told = oracle.ask(f"""data(api); d <- svydesign(id=~1, {"strata=~stype, " if strata else ""}weights=~pw, data=apistrat)
        r <- calibrate(d, ~stype+sch.wide, c(`(Intercept)`=6194, stypeH=755, stypeM=1018, sch.wideYes=5122),
                       calfun="raking", epsilon=1e-13)
        m <- svymean(~api00, r); say("mean", c(coef(m), SE(m)))
        s <- svymean(~comp.imp, r); say("share", c(coef(s), SE(s)))
        b <- svyby(~comp.imp, ~yr.rnd, r, svymean); x <- as.data.frame(b)
        say("by", c(t(x[, 2:3]))); say("se", c(t(x[, 4:5])))""")
    assert mean(found) == pytest.approx(told["mean"], rel=CLOSE)
    assert shares(found) == pytest.approx(told["share"], rel=CLOSE)
    assert shares(found, by=("year",)) == pytest.approx([*told["by"], *told["se"]], rel=CLOSE)


def test_linear_calibration_to_two_margins_is_r_s_for_every_domain(folder: Path):
    frame = read(folder, "apistrat")
    found = data(frame, calibrate(frame, {"stype": TYPES, "sch.wide": WIDE}, base="pw"))
    told = oracle.ask("""data(api); d <- svydesign(id=~1, weights=~pw, data=apistrat)
        g <- calibrate(d, ~stype+sch.wide, c(`(Intercept)`=6194, stypeH=755, stypeM=1018, sch.wideYes=5122))
        say("w", weights(g)); b <- as.data.frame(svyby(~yr.rnd, ~stype, g, svymean))
        say("by", c(t(b[, 2:3]))); say("se", c(t(b[, 4:5])))""")
    assert found.frame["w"].tolist() == pytest.approx(told["w"], rel=CLOSE)
    assert shares(found, "year", ("stype",)) == pytest.approx([*told["by"], *told["se"]], rel=CLOSE)


def test_poststratified_crossed_cells_are_r_s(folder: Path):
    frame = read(folder, "apisrs")
    population = oracle.published("apipop", folder).groupby(["stype", "sch.wide"]).size()
    found = data(frame, poststratify(frame, population, base="pw"))
    told = oracle.ask("""data(api); d <- svydesign(id=~1, weights=~pw, data=apisrs)
        p <- postStratify(d, ~stype+sch.wide, xtabs(~stype+sch.wide, data=apipop))
        say("w", weights(p)); m <- svymean(~api00, p); say("mean", c(coef(m), SE(m)))
        s <- svymean(~comp.imp, p); say("share", c(coef(s), SE(s)))""")
    assert found.frame["w"].tolist() == pytest.approx(told["w"], rel=CLOSE)
    assert mean(found) == pytest.approx(told["mean"], rel=CLOSE)
    assert shares(found) == pytest.approx(told["share"], rel=CLOSE)


def test_weights_of_0_are_handled_where_r_fails(folder: Path):
    """R gives no standard error after raking with a weight of 0. Ours is that of R without the row, as one of n rows."""
    frame = read(folder, "apisrs")
    frame.loc[[3, 70, 150], "pw"] = 0.0
    weights = rake(frame, {"stype": TYPES, "sch.wide": WIDE}, base="pw", tolerance=1e-12)
    assert (weights.values[[3, 70, 150]] == 0).all()
    told = oracle.ask(f"""data(api); apisrs$pw[c(4, 71, 151)] <- 0; margins <- list(~stype, ~sch.wide)
        population <- list({R_TYPES}, {R_WIDE})
        all <- rake(svydesign(id=~1, weights=~pw, data=apisrs), margins, population, {EXACT})
        say("fails", as.numeric(SE(svymean(~api00, all))))
        some <- rake(svydesign(id=~1, weights=~pw, data=apisrs[apisrs$pw > 0,]), margins, population, {EXACT})
        m <- svymean(~api00, some); say("mean", coef(m)); say("se", SE(m)); say("w", weights(some))""")
    assert np.isnan(told["fails"][0])
    kept = weights.values[weights.values > 0]
    assert kept.tolist() == pytest.approx(told["w"], rel=CLOSE)
    value, se = mean(data(frame, weights))
    size, alive = len(frame), len(kept)
    assert value == pytest.approx(told["mean"][0], rel=CLOSE)
    assert se * np.sqrt((size - 1) / size * alive / (alive - 1)) == pytest.approx(told["se"][0], rel=CLOSE)


@pytest.mark.parametrize("lonely", ["average", "adjust", "remove"])
def test_a_lonely_stratum_beside_a_calibrated_group_counts_as_in_r(tmp_path: Path, lonely: str):
    """What the calibration leaves is spread over strata that hold nobody of the group."""
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"s": rng.integers(0, 6, 60), "a": rng.choice(["x", "y"], 60), "w": rng.lognormal(0, 0.4, 60)})
    frame["g"] = np.where(frame["s"] < 3, rng.choice(["in", "out"], 60), "out")
    frame["api00"] = rng.normal(600, 80, 60).round(1)
    frame.loc[0, "s"] = 9
    frame.to_csv(path := tmp_path / "rows.csv", index=False)
    told = oracle.ask(f"""f <- read.csv("{path}"); options(survey.lonely.psu="{lonely}")
        d <- postStratify(svydesign(id=~1, strata=~s, weights=~w, data=f), ~a, data.frame(a=c("x", "y"), Freq=c(400, 300)))
        for (one in c("in", "out")) {{ m <- svymean(~api00, subset(d, g == one)); say("mean", coef(m)); say("se", SE(m)) }}""")
    weights = poststratify(frame, pd.Series({"x": 400, "y": 300}).rename_axis("a"), base="w")
    made = frame.assign(v=weights.values)
    found = Dataset(made, ITEMS[:1], weight="v", calibration=weights.calibration, strata="s", lonely=lonely)
    assert mean(found, ("g",)) == pytest.approx([*told["mean"], *told["se"]], rel=CLOSE)
