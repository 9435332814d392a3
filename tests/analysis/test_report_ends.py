"""The ends of a scale in a report: told as one where single steps are too few, the same in table, chart, sentence and file."""

import io
import json
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from matplotlib.text import Text

from analysis import Dataset, Item, build, exporters
from analysis.disclosure import Lattice, audit, protect
from analysis.report import Report, concealing, releasing, tables
from analysis.summary import DIFFERENCE
from analysis.words import percent, speak

PLACES = {"p": "Ås", "q": "Rödön", "r": "Offerdal"}
STEPS = {"1": "Mycket dåligt", "2": "Ganska dåligt", "3": "Varken eller", "4": "Ganska bra", "5": "Mycket bra"}
OF = {"1-2": ("1", "2"), "4-5": ("4", "5")}


def people(seed: int = 3, size: int = 110) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    place = rng.choice(list(PLACES), size, p=[0.4, 0.3, 0.3])
    low = rng.choice(list(STEPS), size, p=[0.05, 0.45, 0.2, 0.2, 0.1])
    high = rng.choice(list(STEPS), size, p=[0.03, 0.07, 0.2, 0.3, 0.4])
    return pd.DataFrame({"place": place, "q": np.where(place == "p", low, high), "w": rng.lognormal(0, 0.3, size)})


def dataset(frame: pd.DataFrame, weight: str | None = None) -> Dataset:
    item = Item("q", "Hur fungerar bussen?", "ordinal", STEPS)
    return Dataset(frame, [item], weight=weight, groups={"place": PLACES})


@pytest.fixture(scope="module")
def report() -> Report:
    with speak("en"):
        return build(dataset(people()), by=("place",))


def test_where_a_step_is_hidden_its_end_is_told_with_the_numbers_of_both_steps(report: Report):
    ends, frame = report.question("q").tables["place"].ends, people()
    told = ends[~ends["hidden"]]
    assert len(told) >= 3
    for row in told.to_dict("records"):
        answers = frame[frame["place"] == row["place"]]["q"]
        assert row["count"] == answers.isin(OF[row["category"]]).sum()
        assert row["share"] == pytest.approx(answers.isin(OF[row["category"]]).mean())
        assert row["low"] < row["share"] < row["high"]


def test_an_end_is_as_sure_as_the_same_answers_coded_as_one():
    frame = people()
    report = build(dataset(frame, "w"), by=("place",))
    ends = report.question("q").tables["place"].ends
    coded = frame.assign(q=frame["q"].map({"1": "1-2", "2": "1-2", "3": "3", "4": "4-5", "5": "4-5"}))
    items = [Item("q", "Q", "nominal", {"1-2": "", "3": "", "4-5": ""})]
    whole = build(Dataset(coded, items, weight="w", groups={"place": PLACES}), by=("place",), minimum=2)
    same = whole.question("q").tables["place"].frame.set_index(["place", "category"])
    for row in ends[~ends["hidden"]].to_dict("records"):
        other = same.loc[(row["place"], row["category"])]
        for name in ("share", "se", "low", "high", "design_effect", "effective_base"):
            assert row[name] == pytest.approx(other[name], rel=1e-12)


def test_the_net_is_told_where_both_ends_are(report: Report):
    table = report.question("q").tables["place"]
    ends = table.ends.set_index(["place", "category"])["share"]
    for code, part in table.frame.groupby("place", observed=True):
        net = part["net"].iloc[0]
        low, high = ends[code, "1-2"], ends[code, "4-5"]
        assert np.isnan(net) == np.isnan(low + high) or not part["hidden"].any()
        assert np.isnan(net) or not part["hidden"].any() or net == pytest.approx(high - low)


def test_the_score_stays_hidden_where_a_step_is(report: Report):
    frame = report.question("q").tables["place"].frame
    assert frame.loc[frame.groupby("place", observed=True)["hidden"].transform("any"), "score"].isna().all()


def test_no_ends_are_told_beside_steps_that_are_all_shown():
    frame = pd.concat([people(seed, 2000) for seed in range(2)], ignore_index=True)
    table = build(dataset(frame), by=("place",)).question("q").tables["place"]
    assert not table.hidden
    assert table.ends is None
    assert len(table.columns) == 5 + 3


@pytest.mark.parametrize("seed", range(5))
def test_a_reader_with_a_linear_program_finds_no_step_by_the_ends(seed: int):
    made = dataset(people(seed))
    counted = [tables.count(made, "q", by) for by in ((), ("place",))]
    sizes = {table.by: table.base for table in concealing.taking_part(made, counted)}
    lattice = Lattice(tuple(concealing.released(counted)), sizes)
    hidden = concealing.conceal(made, counted, 5)
    assert audit(lattice, lattice.mask(hidden), 5) == []
    without = [replace(table, bands=()) for table in lattice.tables]
    assert any(each.bands is not None and not each.bands.all() for each in hidden)
    assert all(each.bands is None for each in protect(without, lattice.sizes, 5))


def test_page_picture_workbook_and_json_say_the_same_ends(report: Report):
    question = report.question("q")
    table = question.tables["place"]
    cells = {cell.id: cell for row in table.rows for cell in row.cells}
    told = table.ends[~table.ends["hidden"]]
    drawn = {text.get_text() for text in question.chart("place").findobj(Text)}
    sheet = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))["q"]
    written = [value for row in sheet.values for value in row if isinstance(value, float)]
    for row in told.to_dict("records"):
        with speak("en"):
            assert cells[row["id"]].text == percent(row["share"])
        assert any(value == pytest.approx(row["share"], rel=1e-14) for value in written)
    hidden = set(table.frame.loc[table.frame["hidden"], "place"])
    for row in told[told["place"].isin(hidden)].to_dict("records"):
        single = table.frame[(table.frame["place"] == row["place"]) & table.frame["category"].isin(OF[row["category"]])]
        assert str(round(100 * row["share"])) in drawn or not single["hidden"].any()
    parts = json.loads(exporters.named("json").write(report))["questions"][0]["tables"][1]["ends"]
    assert [part["count"] for part in parts if not part["hidden"]] == told["count"].tolist()
    assert "Mycket dåligt or Ganska dåligt" in table.columns


def test_a_difference_is_told_by_the_ends_and_linked_to_them(report: Report):
    found = next(one for one in report.findings if one.kind == DIFFERENCE and one.group == "p")
    assert found.claim.categories in OF.values()
    ids = {cell.id for table in report.question("q").tables.values() for row in table.rows for cell in row.cells}
    assert set(found.cells) <= ids


def test_the_ledger_remembers_the_ends_and_the_next_release_keeps_what_it_hid(report: Report):
    shown = releasing.records(report)
    ends = next(record for record in shown if "together" in record)
    assert ends["together"] == [[0, 1], [3, 4]]
    again = build(dataset(people()), by=("place",), past=releasing.past([(shown, releasing.SAME)]))
    assert releasing.records(again) == shown


def test_when_one_more_answers_the_end_that_would_tell_it_is_hidden(report: Report):
    """One more who is pleased in a place whose single steps are hidden: nobody may subtract the one."""
    shown = releasing.records(report)
    ends = report.question("q").tables["place"].ends
    place = ends[(ends["category"] == "4-5") & ~ends["hidden"]]["place"].iloc[0]
    more = pd.concat([people(), pd.DataFrame({"place": [place], "q": ["5"], "w": [1.0]})], ignore_index=True)
    later = build(dataset(more), by=("place",), past=releasing.past([(shown, releasing.CHANGED)]))
    assert "q" not in releasing.differing(shown, releasing.records(later), dataset(more), 5)
    careless = build(dataset(more), by=("place",))
    assert "q" in releasing.differing(shown, releasing.records(careless), dataset(more), 5)


def test_an_analysts_filter_is_judged_beside_the_ends(report: Report):
    made = dataset(people())
    allowed = releasing.allowed(made, releasing.records(report))
    ends = [part for part in allowed.parts if part.together is not None]
    assert {part.together for part in ends} == {((0, 1), (3, 4))}
    told = {part.members.tobytes(): part.counts for part in ends}
    frame = report.question("q").tables["place"].ends
    assert sum(counts.sum() for counts in told.values()) == (~frame["hidden"]).sum()


@pytest.mark.parametrize("seed", range(6))
def test_what_has_been_told_stays_told_whatever_a_wave_would_ask_to_hide(seed: int):
    """The wave before was let out later than this one, so that this one could not heed it."""
    first, second = people(seed), pd.concat([people(seed).iloc[2:], people(seed + 50, 3)], ignore_index=True)
    shown = releasing.records(build(dataset(second), by=("place",)))
    before = releasing.records(build(dataset(first), by=("place",)))
    past = releasing.past([(shown, releasing.SAME), (before, releasing.WAVE)])
    assert releasing.records(build(dataset(second), by=("place",), past=past)) == shown
