"""The patient attacker who knows all weights: each weighted share is to him one more sum of the hidden counts."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, Report, build, tabulate
from analysis.report import Table
from tests.analysis.attack import Patient

AGES, PLACES, ANSWERS = "WXYZ", "PQRST", {"q1": "abcd", "q2": "abc", "q3": "abcde"}
ITEMS = [Item(name, name, "nominal" if name != "q3" else "ordinal", {c: c for c in codes}) for name, codes in ANSWERS.items()]
CROSS = pd.MultiIndex.from_product([[*AGES], [*PLACES]])
SURVEYS = range(6)


def survey(seed: int) -> Dataset:
    """Some 180 to 280 people, all of a cell of the cross with one weight, as they are weighted by their cells."""
    rng = np.random.default_rng([88, seed])
    size = int(rng.integers(180, 280))
    place = rng.choice(list(PLACES), size, p=[0.34, 0.26, 0.2, 0.12, 0.08])
    frame = pd.DataFrame({"age": rng.choice(list(AGES), size, p=[0.1, 0.18, 0.34, 0.38]), "place": place})
    for name, codes in ANSWERS.items():
        frame[name] = rng.choice(list(codes), size, p=rng.dirichlet(np.full(len(codes), 1.2)))
    weights = pd.Series(rng.lognormal(0, 0.4, len(CROSS)), CROSS)
    frame["w"] = weights[pd.MultiIndex.from_frame(frame[["age", "place"]])].to_numpy()
    return Dataset(frame, ITEMS, weight="w", groups={"age": dict.fromkeys(AGES, ""), "place": dict.fromkeys(PLACES, "")})


def rows(table: Table) -> Iterator[tuple[dict, tuple[int, ...]]]:
    """Each row of a table, and that of answers told together, with the places of the answers that it is of."""
    for frame, answers in ((table.frame, None), (table.ends, table.bands)):
        for at, row in enumerate([] if frame is None else frame.to_dict("records")):
            kinds = len(frame["category"].cat.categories)
            yield row, (at % kinds,) if answers is None else answers[at % kinds]


def cells(by: str, group: str) -> np.ndarray:
    return np.ones(len(CROSS), dtype=bool) if not by else CROSS.get_level_values(("age", "place").index(by)) == group


def found(data: Dataset, report: Report, exact: bool) -> list[str]:
    """What is found of hidden counts by whoever knows the weight and the size of each cell; shares ``exact`` or as told."""
    frame = data.frame
    cell = pd.MultiIndex.from_frame(frame[["age", "place"]])
    sizes = cell.value_counts().reindex(CROSS, fill_value=0)
    weights = frame.groupby(["age", "place"])["w"].first().reindex(CROSS, fill_value=0).to_numpy()
    reader, hidden = Patient([len(AGES), len(PLACES)], {n: len(c) for n, c in ANSWERS.items()}, len(frame)), {}
    for at, size in enumerate(sizes):
        reader.know(reader.people(np.arange(len(CROSS)) == at), size)
    for item, by, table in ((q.name, by, table) for q in report.questions for by, table in q.tables.items()):
        for row, answers in rows(table):
            inside = cells(by, row.get(by, ""))
            counted = np.sum([reader.row(item, inside, answer) for answer in answers], axis=0)
            of = frame[inside[CROSS.get_indexer(cell)]]
            chosen = of[item].isin([ANSWERS[item][answer] for answer in answers])
            if row["hidden"]:
                hidden[item, by, row.get(by, ""), answers] = counted, chosen.sum()
                continue
            reader.know(counted, row["count"])
            even = row["base"] < 100 or (by and table.frame.loc[table.frame[by] == row[by], "hidden"].any())
            weighted, total = reader.weighted(item, inside, answers, weights), of["w"].sum()
            if exact:
                share = (of["w"] * chosen).sum() / total
                reader.know(weighted, total * (share - 1e-9), total * (share + 1e-9))
            elif even:
                assert row["share"] == pytest.approx(row["count"] / row["base"], abs=1e-12)
            else:
                half = 0.005 * len(answers)
                reader.know(weighted, total * (row["share"] - half - 1e-9), total * (row["share"] + half + 1e-9))
    reader.solve()
    told = ((name, count, reader.tells(row)) for name, (row, count) in hidden.items() if count)
    return [f"{name}: {count} is in {tells}" for name, count, tells in told if tells]


@pytest.fixture(scope="module")
def reports() -> list[tuple[Dataset, Report]]:
    return [(data, build(data, by=("age", "place"))) for data in map(survey, SURVEYS)]


def test_exact_weighted_shares_would_tell_hidden_counts(reports: list[tuple[Dataset, Report]]):
    assert sum(len(found(data, report, exact=True)) for data, report in reports) >= 10


def test_weighted_shares_as_they_are_told_tell_none(reports: list[tuple[Dataset, Report]]):
    assert not [told for data, report in reports for told in found(data, report, exact=False)]


def test_how_sure_shares_are_stands_on_one_number_of_two_digits_for_all_answers_of_a_group(reports: list[tuple[Dataset, Report]]):
    for question in reports[0][1].questions:
        for by, table in question.tables.items():
            shown = table.frame[~table.frame["hidden"]]
            worth, spread = shown["effective_base"], shown["share"] * (1 - shown["share"])
            np.testing.assert_allclose(worth, [float(f"{one:.2g}") for one in worth])
            assert (worth.round(6).groupby(shown[by] if by else shown["base"], observed=True).nunique() <= 1).all()
            np.testing.assert_allclose(shown["se"] ** 2, (spread / worth).where(spread > 0))


def test_clusters_widen_what_is_told_of_groups_in_which_all_weigh_alike():
    rng = np.random.default_rng(3)
    place, cluster = rng.choice(list("PQ"), 240, p=[0.3, 0.7]), rng.integers(0, 12, 240)
    yes = rng.random(240) < rng.beta(1, 1, 12)[cluster]
    frame = pd.DataFrame({"q": np.where(yes, "a", "b"), "place": place, "c": cluster, "w": rng.lognormal(0, 0.3, 240)})
    item, groups = Item("q", "Q", "nominal", {"a": "A", "b": "B"}), {"place": {"P": "", "Q": ""}}
    data = Dataset(frame, [item], weight="w", cluster="c", groups=groups)
    told, exact = build(data, by=("place",)).question("q").tables["place"].frame, tabulate(data, "q", ["place"])
    assert (told["base"] < 100).any()
    assert (told["high"] - told["low"] > exact["high"] - exact["low"]).all()
