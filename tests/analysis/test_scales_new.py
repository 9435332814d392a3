"""Net scores, rankings, budgets, places and SCB's index: their formulas, R beside them, and what stays hidden."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import Dataset, Item, UnusableData, build, exporters, figures, tabulate, words
from analysis.scales import ranking
from tests import oracle

MODES = {"bus": "Buss", "bike": "Cykel", "car": "Bil", "walk": "Gång"}
SAME = {"rel": 1e-6, "nan_ok": True}
TWO_SQUARES = {
    code: {
        "type": "Polygon",
        "coordinates": [[[west, 63], [west + 1, 63], [west + 1, 64], [west, 64], [west, 63]]],
    }
    for code, west in (("west", 13), ("east", 14))
}


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    """Tables speak Swedish here."""
    words.use(Path(__file__).parents[2] / "panel" / "translations")
    with words.speak("sv"):
        yield


def asked(column: list[object], item: Item, **more: object) -> Dataset:
    return Dataset(pd.DataFrame({item.name: pd.Series(column, dtype=object), **more}), [item], weight=None)


def ranks_of(*orders: str) -> Dataset:
    return asked([tuple(order.split()) for order in orders], Item("r", "R", "ranking", {"a": "A", "b": "B", "c": "C"}))


# --- against R -------------------------------------------------------------------------------------------------------

DESIGNS = {
    "weights": ({}, "ids=~1"),
    "strata": ({"strata": "stratum"}, "ids=~1, strata=~stratum"),
    "clusters": ({"cluster": "household"}, "ids=~household"),
}
ITEMS = (
    Item("n", "Rekommenderar du?", "nps"),
    Item("o", "Betyg", "ordinal", {str(i): str(i) for i in range(1, 11)}),
    Item("r", "Rangordna", "ranking", MODES),
    Item("b", "Fördela", "budget", MODES),
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Path]:
    """Weighted answers of households in strata, some missing, some with not all options ranked."""
    rng = np.random.default_rng(18)
    household = rng.integers(0, 120, 360)
    taste = rng.normal(0, 1, 120)[household]
    frame = pd.DataFrame(
        {
            "g": rng.choice(["x", "y", "z"], 360, p=[0.5, 0.3, 0.2]),
            "n": np.where(rng.random(360) < 0.05, np.nan, np.clip(np.round(6 + 2 * taste + rng.normal(0, 2, 360)), 0, 10)),
            "o": np.clip(np.round(5.5 + 2 * taste + rng.normal(0, 2, 360)), 1, 10).astype(int).astype(str),
            "stratum": np.array(["s1", "s2"])[household % 2],
            "household": household,
            "w": rng.lognormal(0, 0.5, 360),
        }
    )
    orders = [tuple(rng.permutation(list(MODES))[: rng.integers(1, 5)]) for _ in range(360)]
    frame["r"] = pd.Series([order if rng.random() < 0.95 else () for order in orders], dtype=object)
    money = rng.dirichlet([4, 2, 1, 1], 360) * rng.choice([50, 100], 360)[:, None]
    money[rng.random(360) < 0.05] = np.nan
    for at, code in enumerate(MODES):
        frame[f"b/{code}"] = money[:, at].round()
    found = ranking.ranks(Dataset(frame, ITEMS[2:3]), ITEMS[2])
    wide = frame.drop(columns=["r", *(f"b/{code}" for code in MODES)])
    for at in range(4):
        wide[f"r{at + 1}"], wide[f"b{at + 1}"] = found[:, at], money[:, at].round()
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    wide.to_csv(path, index=False)
    return frame, path


@pytest.fixture(params=DESIGNS)
def both(request: pytest.FixtureRequest, answers: tuple[pd.DataFrame, Path]) -> tuple[Dataset, str]:
    """A dataset and the lines that make R's design of the same answers."""
    frame, path = answers
    ours, theirs = DESIGNS[request.param]
    return Dataset(frame, ITEMS, weight="w", **ours), f'd <- read.csv("{path}"); s <- svydesign({theirs}, weights=~w, data=d)\n'


def test_the_net_score_and_the_mean_are_those_of_r(both: tuple[Dataset, str]) -> None:
    dataset, design = both
    script = """
      d$net <- (d$n >= 9) - (d$n <= 6); s$variables <- d
      x <- svyby(~net, ~g, s, svymean, na.rm=TRUE); say("net", x$net); say("net_se", SE(x))
      x <- svyby(~n, ~g, s, svymean, na.rm=TRUE); say("score", x$n); say("score_se", SE(x))"""
    table = tabulate(dataset, "n", "g", minimum=0).groupby("g", observed=True).first()
    for name, numbers in oracle.ask(design + script).items():
        assert list(table[name]) == pytest.approx(numbers, **SAME), name


def test_the_index_and_the_two_highest_steps_are_those_of_r(both: tuple[Dataset, str]) -> None:
    dataset, design = both
    script = """
      d$i <- (d$o - 1) * 100 / 9; d$t <- as.numeric(d$o >= 9); s$variables <- d
      x <- svyby(~i, ~g, s, svymean); say("index", x$i); say("index_se", SE(x))
      x <- svyby(~t, ~g, s, svymean); say("top2", x$t); say("top2_se", SE(x))"""
    table = tabulate(dataset, "o", "g", minimum=0).groupby("g", observed=True).first()
    for name, numbers in oracle.ask(design + script).items():
        assert list(table[name]) == pytest.approx(numbers, **SAME), name


def test_mean_ranks_are_those_of_r(both: tuple[Dataset, str]) -> None:
    dataset, design = both
    script = """for (at in 1:4) {
      x <- svyby(as.formula(paste0("~r", at)), ~g, s, svymean, na.rm=TRUE)
      say(paste0("r", at), x[[2]]); say(paste0("se", at), SE(x)) }"""
    told = oracle.ask(design + script)
    table = tabulate(dataset, "r", "g", minimum=0)
    for at, code in enumerate(MODES, start=1):
        rows = table[table["category"] == code]
        assert list(rows["rank"]) == pytest.approx(told[f"r{at}"], **SAME)
        assert list(rows["rank_se"]) == pytest.approx(told[f"se{at}"], **SAME)
        assert list(rows["borda"]) == pytest.approx([4 - rank for rank in told[f"r{at}"]], **SAME)


def test_budgets_are_those_of_r_with_their_covariances(both: tuple[Dataset, str]) -> None:
    dataset, design = both
    script = """
      m <- svymean(~b1+b2+b3+b4, s, na.rm=TRUE); say("amount", coef(m)); say("covariance", vcov(m))
      d$t <- d$b1 + d$b2 + d$b3 + d$b4; s$variables <- d
      x <- svyratio(~b1+b2+b3+b4, ~t, s, na.rm=TRUE); say("share", coef(x)); say("se", SE(x))"""
    told = oracle.ask(design + script)
    table = tabulate(dataset, "b", minimum=0)
    for name in ("amount", "share", "se"):
        assert list(table[name]) == pytest.approx(told[name], **SAME), name
    assert list(table["amount_se"] ** 2) == pytest.approx(told["covariance"][::5], **SAME)
    found = analysis.covariance(dataset, "b")
    assert found.index.tolist() == list(MODES)
    assert found.to_numpy().ravel() == pytest.approx(told["covariance"], **SAME)


# --- net scores ------------------------------------------------------------------------------------------------------


def test_a_net_score_is_nines_and_tens_less_nought_to_six():
    table = tabulate(asked([0, 6, 7, 8, 9, 10, 10, 9, 10, 10], Item("n", "N", "nps")), "n", minimum=0)
    assert list(table["category"]) == ["0-6", "7-8", "9-10"]
    assert list(table["count"]) == [2, 2, 6]
    assert table["net"].iloc[0] == pytest.approx(0.4)
    assert table["score"].iloc[0] == pytest.approx(7.9)


def test_a_net_score_says_its_classes_in_the_readers_language():
    report = build(asked([9] * 30 + [3] * 12 + [8] * 9, Item("n", "Rekommenderar du?", "nps")), by=())
    question = report.question("n")
    assert question.total.columns == ("Negativa (0–6)", "Passiva (7–8)", "Positiva (9–10)", "Nettotal", "Medelbetyg")
    assert [cell.text for cell in question.total.rows[0].cells][3:] == ["+35", "7,4"]
    assert "Fler svarar ”Positiva (9–10)” än ”Negativa (0–6)”" in question.headline


@pytest.mark.parametrize("wrong", [11, -1, 4.5, "bra"])
def test_a_net_score_takes_whole_steps_from_0_to_10_only(wrong: object):
    with pytest.raises(UnusableData, match=r"'n'.*0 to 10"):
        tabulate(asked([5, wrong], Item("n", "N", "nps")), "n")


def test_a_net_score_leaves_out_those_who_do_not_know():
    item = Item("n", "N", "nps", {**{i: str(i) for i in range(11)}, 99: "Vet inte"}, frozenset({99}))
    assert set(tabulate(asked([10, 9, 99, 99, 0], item), "n", minimum=0)["base"]) == {3}


# --- rankings --------------------------------------------------------------------------------------------------------


def test_a_ranking_counts_first_choices_and_means_of_ranks():
    table = tabulate(ranks_of("a b c", "a c b", "b a c", "a b c"), "r", minimum=0).set_index("category")
    assert list(table["count"]) == [3, 1, 0]
    assert list(table["rank"]) == pytest.approx([1.25, 2.0, 2.75])
    assert list(table["borda"]) == pytest.approx([1.75, 1.0, 0.25])


def test_what_was_not_ranked_shares_the_ranks_that_are_left():
    table = tabulate(ranks_of("a", "c a"), "r", minimum=0).set_index("category")
    assert list(table["rank"]) == pytest.approx([1.5, 2.75, 1.75])
    assert table["rank"].sum() == pytest.approx(6)


def test_ranks_may_come_as_columns_or_as_texts():
    frame = pd.DataFrame({"r/a": ["1", "2", ""], "r/b": ["2", "1", ""], "r/c": ["3", "", ""]})
    item = Item("r", "R", "ranking", {"a": "A", "b": "B", "c": "C"})
    wide = tabulate(Dataset(frame, [item]), "r", minimum=0)
    texts = tabulate(asked(["a > b > c", "b>a", ""], item), "r", minimum=0)
    pd.testing.assert_frame_equal(wide, texts)
    assert list(wide["rank"]) == pytest.approx([1.5, 1.5, 3.0])


@pytest.mark.parametrize(
    ("cell", "message"),
    [(("a", "a"), "twice"), ({"a", "b"}, "no order"), (("a", "x"), "not in the codebook"), (({"k": 1},), "among codes")],
)
def test_what_is_no_ranking_is_refused_by_name(cell: object, message: str):
    with pytest.raises(UnusableData, match=rf"'r'.*{message}"):
        asked([cell], Item("r", "R", "ranking", {"a": "A", "b": "B"}))


def test_two_options_of_one_rank_are_refused():
    frame = pd.DataFrame({"r/a": [1, 1], "r/b": [1, 2]})
    with pytest.raises(UnusableData, match="'r'.*same rank"):
        Dataset(frame, [Item("r", "R", "ranking", {"a": "A", "b": "B"})])


def test_mean_ranks_are_hidden_with_the_first_choices():
    orders = ["a b"] * 20 + ["b a"] * 3 + ["a b"] * 15 + ["b a"] * 15
    item = Item("r", "R", "ranking", {"a": "A", "b": "B"})
    dataset = asked([tuple(order.split()) for order in orders], item, g=["x"] * 23 + ["y"] * 30)
    table = tabulate(dataset, "r", "g")
    concealed = table.groupby("g", observed=True)["hidden"].transform("any")
    assert concealed.any()
    assert table.loc[concealed, ["rank", "rank_se", "borda", "rank_low"]].isna().all(axis=None)
    cells = build(dataset, by=("g",)).question("r").tables["g"].rows[0].cells
    assert [cell.text for cell in cells if "medel" in cell.column] == ["dold", "dold"]


# --- budgets ---------------------------------------------------------------------------------------------------------

PURSE = Item("b", "B", "budget", {"school": "Skola", "road": "Väg"})


def spent(*gifts: tuple[object, object], **more: object) -> Dataset:
    columns = {"b/school": [one for one, _ in gifts], "b/road": [other for _, other in gifts]}
    return Dataset(pd.DataFrame(columns | more), [PURSE])


def test_a_budget_is_shared_by_what_was_given_not_by_who_gave():
    table = tabulate(spent((80, 20), (300, 0), (None, None), (0, 0), (20, 180)), "b", minimum=0).set_index("category")
    assert list(table["base"]) == [3, 3]
    assert list(table["count"]) == [3, 2]
    assert list(table["amount"]) == pytest.approx([400 / 3, 200 / 3])
    assert list(table["share"]) == pytest.approx([2 / 3, 1 / 3])


def test_an_empty_option_beside_a_filled_one_is_nought():
    assert list(tabulate(spent(("10", ""), ("5,5", None)), "b", minimum=0)["amount"]) == pytest.approx([7.75, 0])


@pytest.mark.parametrize(("cell", "message"), [(-1, "below 0"), ("mycket", "as a number"), (float("inf"), "as a number")])
def test_what_is_no_amount_is_refused_by_name(cell: object, message: str):
    with pytest.raises(UnusableData, match=rf"b/school.*{message}"):
        spent((cell, 1))


def test_a_budget_without_its_columns_is_refused():
    with pytest.raises(UnusableData, match="b/road"):
        Dataset(pd.DataFrame({"b/school": [1.0]}), [PURSE])


def test_amounts_are_hidden_where_a_few_gave():
    gifts = [(10, 0)] * 20 + [(5, 5)] * 3 + [(5, 5)] * 20
    table = tabulate(spent(*gifts, g=["x"] * 23 + ["y"] * 20), "b", "g")
    assert table.loc[table["g"] == "x", ["share", "amount", "amount_se"]].isna().all(axis=None)
    assert table.loc[table["g"] == "x", "hidden"].all()


def test_no_sentence_is_made_of_shares_that_are_not_of_people():
    report = build(spent(*[(90, 10)] * 40), by=())
    assert not [finding for finding in report.findings if finding.kind == "lead"]
    assert report.question("b").headline == ""


# --- places ----------------------------------------------------------------------------------------------------------

WHERE = Item("p", "Var?", "place", {"west": "Väst", "east": "Öst", "outside": "Utanför"}, areas=TWO_SQUARES)


def test_points_are_counted_once_per_person_and_area():
    column = [(13.5, 63.5), [(13.2, 63.1), (13.3, 63.2), (14.5, 63.5)], "14.1, 63.9", "POINT (20 63)", "west", None]
    table = tabulate(asked(column, WHERE), "p", minimum=0)
    assert list(table["count"]) == [3, 2, 1]
    assert set(table["base"]) == {5}


def test_points_outside_all_areas_are_outside_the_base_if_the_codebook_does_not_name_them():
    item = Item("p", "Var?", "place", {"west": "Väst", "east": "Öst"}, areas=TWO_SQUARES)
    assert set(tabulate(asked([(13.5, 63.5), (20, 63)], item), "p", minimum=0)["base"]) == {1}


def test_a_hole_is_outside():
    ring = [[13.4, 63.4], [13.6, 63.4], [13.6, 63.6], [13.4, 63.6], [13.4, 63.4]]
    pierced = {"type": "Polygon", "coordinates": [*TWO_SQUARES["west"]["coordinates"], ring]}
    item = Item("p", "Var?", "place", {"west": "Väst", "outside": "Utanför"}, areas={"west": pierced})
    assert list(tabulate(asked([(13.5, 63.5), (13.1, 63.1)], item), "p", minimum=0)["count"]) == [1, 1]


def test_points_without_areas_and_broken_areas_are_refused_by_name():
    with pytest.raises(UnusableData, match="'p'.*areas"):
        asked([(13.5, 63.5)], Item("p", "Var?", "place", {"west": "Väst"}))
    with pytest.raises(UnusableData, match="'west'.*'p'"):
        asked([(13.5, 63.5)], Item("p", "Var?", "place", {"west": "Väst"}, areas={"west": {"type": "Point"}}))


def test_a_density_shows_bands_and_no_square_of_a_few():
    crowd = [(13.5, 63.5)] * 12 + [(14.5, 63.5)] * 4 + [[(13.9, 63.1)] * 9]
    found = analysis.density(asked(crowd, WHERE), WHERE.name)
    assert list(found["least"]) == [10]
    assert found["west"].iloc[0] <= 13.5 < found["east"].iloc[0]
    assert found["south"].iloc[0] <= 63.5 < found["north"].iloc[0]


@pytest.mark.parametrize("cells", [[], [None], ["west"]])
def test_a_density_of_no_points_is_empty(cells: list[object]):
    assert analysis.density(asked(cells, WHERE), WHERE.name).empty


def test_only_places_have_a_density(answers: tuple[pd.DataFrame, Path]):
    with pytest.raises(UnusableData, match="'o' .* has no points on a map"):
        analysis.density(Dataset(answers[0], ITEMS), "o")


def test_squares_tell_nothing_of_the_outermost_point():
    rng = np.random.default_rng(3)
    points = [tuple(point) for point in rng.normal((13.5, 63.5), 0.1, (200, 2))]
    near = analysis.density(asked(points, WHERE), WHERE.name)
    far = analysis.density(asked([*points, (13.99, 63.99)], WHERE), WHERE.name)
    pd.testing.assert_frame_equal(near, far)


# --- all of them -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(answers: tuple[pd.DataFrame, Path]):
    """A report of every new scale by a group with a small level."""
    frame = answers[0].copy()
    rng = np.random.default_rng(4)
    frame["g"] = np.where(np.arange(len(frame)) < 3, "few", frame["g"])
    frame["p"] = pd.Series([tuple(point) for point in rng.normal((14, 63.5), 0.3, (len(frame), 2))], dtype=object)
    words.use(Path(__file__).parents[2] / "panel" / "translations")
    with words.speak("sv"):
        return build(Dataset(frame, [*ITEMS, WHERE], weight="w"), by=("g",))


def test_every_format_takes_every_new_scale(report):
    assert all(exporter.write(report) for exporter in exporters.registry().values())


@pytest.mark.parametrize("name", ["n", "r", "b", "p"])
def test_every_picture_of_a_new_scale_is_drawn_and_told(report, name: str):
    question = report.question(name)
    shapes = dict(zip(["few", "x", "y", "z"], [*TWO_SQUARES.values()] * 2, strict=True))
    for by in ("", "g"):
        assert question.styles(by, shapes)
        for style in question.styles(by, shapes):
            drawing = figures.svg(question.chart(by, style=style, shapes=shapes), question.words(by, style))
            assert b"<desc" in drawing
            assert "dold" in question.words(by, style).description or not by


def test_numbers_that_are_no_shares_of_answers_say_what_they_are():
    frame = pd.DataFrame({"b/bus": [60.0] * 9, "b/bike": [40.0] * 9, "b/car": 0.0, "b/walk": 0.0, "c": "bus"})
    items = [Item("b", "Fördela", "budget", MODES, unit="kronor"), Item("c", "Välj", "nominal", MODES)]
    found = build(Dataset(frame, items), by=())
    assert found.question("b").explained == "Andel av helheten. Medelvärden är i kronor."
    assert found.question("c").explained == ""
    head = exporters.registry()["csv"].write(found).decode("utf-8-sig").splitlines()[0].split(";")
    assert len(set(head)) == len(head)


@pytest.mark.parametrize("name", ["n", "r", "b", "p"])
def test_nothing_of_a_hidden_group_is_left(report, name: str):
    frame = report.question(name).tables["g"].frame
    few = frame[frame["group"] == "few"].select_dtypes("number")
    assert len(few)
    assert few.isna().all(axis=None)


@pytest.mark.parametrize("item", [*ITEMS, WHERE], ids=lambda item: item.scale)
def test_a_scale_without_any_answers_says_so_and_breaks_nothing(item: Item):
    frame = pd.DataFrame({name: pd.Series([None] * 6, dtype=object) for name in ["n", "o", "r", "p"]})
    frame = frame.assign(**{f"b/{code}": np.nan for code in MODES}, g="x")
    made = build(Dataset(frame, [item]), by=("g",)).question(item.name)
    assert made.total.base == 0
    assert made.styles("g") == ()
    assert made.chart("g") is None


def test_a_budget_of_one_purse_has_covariances_that_cancel(answers: tuple[pd.DataFrame, Path]):
    hundred = np.random.default_rng(1).dirichlet([1] * 4, 360).T * 100
    frame = answers[0].assign(**{f"b/{code}": given for code, given in zip(MODES, hundred, strict=True)})
    dataset = Dataset(frame, ITEMS, weight="w")
    found = analysis.covariance(dataset, "b", "g").to_numpy()
    assert np.abs(found.sum(axis=1)).max() < 1e-9 * np.abs(found).max()
