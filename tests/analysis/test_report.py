"""A report is safe, frozen, and the only source of what page, files and charts say."""

import csv
import io
import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from analysis import Dataset, Item, Report, UnusableData, build, disclosure, exporters, tabulate
from analysis.exporters._records import headed
from analysis.report import concealing
from analysis.words import percent, speak
from tests.analysis.conftest import ITEMS


@pytest.fixture(scope="module")
def report(survey: Dataset) -> Report:
    with speak("sv"):
        return build(survey)


def test_every_item_has_a_table_for_everybody_and_by_each_group(report: Report, survey: Dataset):
    assert [question.name for question in report.questions] == [item.name for item in survey.items]
    for question in report.questions:
        assert list(question.tables) == ["", "age_group", "district"]
    assert report.weighted
    assert report.base == 400
    assert dict(report.by) == {"age_group": "Åldersgrupp", "district": "Kommundel"}


def test_its_tables_are_those_of_tabulate(survey: Dataset):
    both: list[bool] = []
    plain = Dataset(survey.frame, survey.items, groups=survey.group_levels)
    for question in build(plain).questions:
        for by, table in question.tables.items():
            expected = tabulate(plain, question.name, [by] if by else [])
            found = table.frame[list(expected)]
            shown = ~(found["hidden"] | expected["hidden"])
            told = [name for name in expected if name not in ("net", "net_se", "top2", "top2_se", "score", "score_se")]
            told = told if "share" in expected else ["count", "base", "hidden"]
            pd.testing.assert_frame_equal(found.loc[shown, told], expected.loc[shown, told])
            both += shown.tolist()
            assert found.loc[expected["count"].between(1, 4), "hidden"].all()
    assert sum(both) > len(both) / 2


def test_weighted_shares_are_those_of_tabulate_in_whole_percent_or_of_counts_in_small_groups(report: Report, survey: Dataset):
    asked = [question for question in report.questions if "share" in question.total.frame]
    for question, by in ((each, by) for each in asked for by in each.tables):
        expected, found = tabulate(survey, question.name, [by] if by else []), question.tables[by].frame
        touched = found["hidden"].groupby(found[by]).transform("any") if by else pd.Series(False, found.index)
        shown, even = ~(found["hidden"] | expected["hidden"]), touched | (found["base"] < 100)
        right = np.where(even, found["count"] / found["base"], expected["share"].round(2))
        np.testing.assert_allclose(found["share"][shown], right[shown], atol=1e-12)
        np.testing.assert_array_equal(found[["count", "base"]][shown], expected[["count", "base"]][shown])
        assert (found["low"] <= found["share"])[shown & found["share"].notna()].all()
        assert (found["effective_base"] <= found["base"])[shown & found["share"].notna()].all()


def test_a_table_says_that_some_of_its_groups_are_not_weighted(report: Report):
    assert "are not weighted" in report.question("q1").words("district").note
    assert "are not weighted" not in report.question("q1").words().note
    assert "are not weighted" in report.unweighted


def test_rows_are_the_groups_in_words(report: Report):
    table = report.question("q1").tables["age_group"]
    assert [row.label for row in table.rows][:3] == ["15–29 år", "30–64 år", "65 år och äldre"]
    assert table.rows[3].code == ""
    assert table.columns == ("Ja", "Nej")


def test_small_groups_are_hidden_in_rows_frames_and_texts(report: Report):
    frame = report.question("q1").tables["district"].frame
    hidden = frame[frame["hidden"]]
    assert len(hidden)
    assert hidden["share"].isna().all()
    cells = [cell for row in report.question("q1").tables["district"].rows for cell in row.cells if cell.hidden]
    assert len(cells) == len(hidden)
    assert {cell.value for cell in cells} == {None}
    assert not any(character.isdigit() for cell in cells for character in cell.text + cell.margin)


NUMBERS = ["count", "base", "share", "se", "low", "high", "mean", "median", "score", "net", "top2"]


def numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The numbers of a tidy table, those it has not as NaN."""
    return frame.reindex(columns=NUMBERS).astype(float).reset_index(drop=True)


def everything(report: Report) -> pd.DataFrame:
    """The numbers of all tables of a report, one below the other, ends of scales and spreads of numbers too."""
    tables = [table for question in report.questions for table in question.tables.values()]
    return pd.concat([numbers(part) for t in tables for part in (t.frame, t.ends, t.distribution) if part is not None])


def test_csv_says_the_numbers_of_the_tables(report: Report):
    lines = list(csv.reader(io.StringIO(exporters.named("csv").write(report).decode("utf-8-sig")), delimiter=";"))
    read = pd.DataFrame(lines[1:], columns=list(headed(report))).replace("", "nan")[NUMBERS]
    read = read.apply(lambda column: column.str.replace(",", ".").astype(float))
    pd.testing.assert_frame_equal(read, everything(report).reset_index(drop=True), check_exact=True)


def test_xlsx_says_the_numbers_of_the_tables(report: Report):
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))
    rows = list(book.worksheets[-1].values)[1:]
    read = pd.DataFrame(rows, columns=list(headed(report)))[NUMBERS].astype(float)
    pd.testing.assert_frame_equal(read, everything(report).reset_index(drop=True), rtol=1e-14)


def test_json_says_the_numbers_of_the_tables(report: Report):
    told = json.loads(exporters.named("json").write(report))
    tables = [table for question in told["questions"] for table in question["tables"]]
    parts = [part for table in tables for part in (table["rows"], table.get("ends"), table.get("distribution")) if part]
    read = pd.concat([numbers(pd.DataFrame(part)) for part in parts])
    pd.testing.assert_frame_equal(read, everything(report), check_exact=True)


@pytest.mark.parametrize("name", [item.name for item in ITEMS])
@pytest.mark.parametrize("by", ["", "age_group", "district"])
def test_page_workbook_and_chart_say_the_numbers_of_the_table(report: Report, name: str, by: str):
    question = report.question(name)
    table = question.tables[by]
    frame = pd.concat([part for part in (table.frame, table.ends) if part is not None]).set_index("id")
    book = openpyxl.load_workbook(io.BytesIO(exporters.named("xlsx").write(report)))
    sheet = [value for row in book[name].values for value in row if isinstance(value, int | float)]
    for row in table.rows:
        for cell in row.cells:
            here = (cell.id, "share") if cell.id in frame.index else cell.id.rsplit("-", 1)
            value = frame.loc[here[0], here[1]] if here[0] in frame.index else None
            if value is not None:
                assert cell.value == value or (cell.value is None and np.isnan(value))
            if cell.value is not None:
                assert any(number == pytest.approx(cell.value, rel=1e-14) for number in sheet)
            if cell.value is not None and cell.kind == "share":
                assert cell.text == percent(cell.value)
    if table.drawn is not None and table.distribution is None:
        pd.testing.assert_frame_equal(table.drawn, table.frame)
    chart = question.chart(by)
    if chart is not None and table.distribution is None:
        drawn, single = " ".join(text.get_text() for text in chart.findobj(Text)), set(table.frame["id"])
        shares = [cell for row in table.rows for cell in row.cells if cell.kind == "share" and cell.value is not None]
        for cell in shares:
            digits = cell.text.split("\xa0")[0]
            assert digits in drawn or cell.value < 0.06 or cell.id not in single


def test_every_cell_has_a_name_of_its_own_that_an_address_can_hold(report: Report):
    names = [
        cell.id for question in report.questions for table in question.tables.values() for row in table.rows
        for cell in row.cells
    ]  # fmt: skip
    assert len(names) == len(set(names))
    assert all(name.replace("-", "").replace("_", "").isalnum() and name.isascii() for name in names)
    assert "q1-age_group-15-29-yes" in names


def test_names_stay_apart_when_hostile_codes_become_alike():
    frame = pd.DataFrame({"q": ["a b", "a-b", "å b"] * 5, "age_group": ["x"] * 15, "district": ["y"] * 15})
    item = Item("q", "Q", "nominal", {"a b": "1", "a-b": "2", "å b": "3"})
    cells = build(Dataset(frame, [item])).question("q").total.rows[0].cells
    assert [cell.id for cell in cells] == ["q-a-b", "q-a-b-2", "q-a-b-3"]


def test_findings_point_at_cells_that_are_there(report: Report):
    names = {
        cell.id for question in report.questions for table in question.tables.values() for row in table.rows
        for cell in row.cells
    }  # fmt: skip
    assert any(finding.kind == "difference" and finding.question == "q1" for finding in report.findings)
    assert {cell for finding in report.findings for cell in finding.cells} <= names


def test_every_table_that_can_be_pictured_is(report: Report):
    for question in report.questions:
        for by, table in question.tables.items():
            assert (question.chart(by) is not None) == table.pictured
    assert report.question("q4").total.pictured
    assert not report.question("q5").total.pictured


def test_what_a_report_gives_away_cannot_change_it(report: Report):
    table = report.question("q1").total
    given = table.frame
    given.loc[:, "share"] = 1.0
    assert table.frame["share"].max() < 1
    with pytest.raises(TypeError):
        report.question("q1").tables[""] = table  # type: ignore[index]


def test_a_report_that_hides_nothing_is_refused(survey: Dataset):
    with pytest.raises(ValueError, match="for publishing"):
        build(survey, minimum=0)


def test_what_is_hidden_is_chosen_once_for_the_same_counts(survey: Dataset, monkeypatch: pytest.MonkeyPatch):
    protect, chosen = disclosure.protect, []
    monkeypatch.setattr(disclosure, "protect", lambda *given: chosen.append(1) or protect(*given))
    concealing._protected.cache_clear()
    with speak("sv"):
        swedish = build(survey)
    first = len(chosen)
    assert first
    assert [question.total.hidden for question in build(survey).questions] == [each.total.hidden for each in swedish.questions]
    assert len(chosen) == first
    build(survey, minimum=6)
    assert len(chosen) > first


def test_open_answers_are_nowhere_in_a_report(report: Report):
    with speak("sv"):
        files = [exporters.named(name).write(report) for name in ("csv", "json")]
    assert not any(b"mer bussar" in file or b"HYPERLINK" in file for file in files)


def test_no_responses_make_a_report_that_says_so(survey: Dataset):
    empty = Dataset(survey.frame.iloc[:0], survey.items, groups={"age_group": {"a": "A"}, "district": {"b": "B"}})
    report = build(empty)
    assert report.base == 0
    assert not any(table.pictured for question in report.questions for table in question.tables.values())
    assert all(exporter.write(report) for exporter in exporters.registry().values())


CELLS = [None, np.nan, pd.NA, "", " ", "a", "b", "1", 1, 1.5, True, "=1", ("a",), ("a", "b"), (), ["a"], {"k": 1}]
CELLS += [b"x", float("inf"), -1, 10**30, "\ud800", "\x00", pd.Timestamp("2026-01-01")]
SCALES = ["nominal", "ordinal", "multiple", "numeric", "text"]


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(CELLS), min_size=1, max_size=3).flatmap(
        lambda some: st.lists(st.tuples(*[st.sampled_from(some)] * 4), max_size=12)
    ),
    st.sampled_from(SCALES),
    st.sampled_from([{}, {"a": "A", "b": "B"}, {1: "x", "1.5": "y"}]),
    st.sampled_from([None, "w"]),
)
def test_whatever_a_frame_holds_it_is_refused_by_name_or_becomes_files(
    cells: list[tuple[object, ...]], scale: str, categories: dict[object, str], weight: str | None
):
    frame = pd.DataFrame(cells, columns=["q", "age_group", "district", "w"], dtype=object)
    try:
        report = build(Dataset(frame, [Item("q", "Q", scale, categories)], weight=weight))
    except UnusableData:
        return
    for exporter in exporters.registry().values():
        assert exporter.write(report)
    for by in report.question("q").tables:
        report.question("q").chart(by)


@pytest.mark.parametrize("name", ["q2", "q3"])
def test_an_uncertain_number_says_so_in_its_cell_its_table_and_its_chart(report: Report, name: str):
    with speak("sv"):
        question, said = report.question(name), {"good": "", "uncertain": "osäker", "too-uncertain": "mycket osäker"}
        table = question.tables["age_group"]
        parts = [part for part in (table.frame, table.ends) if part is not None]
        flags = {record["id"]: said.get(record["reliability"]) for part in parts for record in part.to_dict("records")}
        shown = [cell for row in table.rows for cell in row.cells if cell.value is not None and cell.kind == "share"]
        assert {cell.doubt for cell in shown} == set(said.values())
        assert [cell.doubt for cell in shown] == [flags[cell.id] for cell in shown]
        assert table.doubt.startswith("Osäker: ")
        assert "Mycket osäker: svaren är så få" in table.doubt
        assert "Några siffror är mycket osäkra." in question.words("age_group").note
        assert question.total.doubt == ""
        assert "osäkra" not in question.words("").note
