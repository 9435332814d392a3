"""An analyst's views of one question: any background, filters, letters; each with its address and its files."""

import csv
import gc
import io
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from analysis import Dataset, Item
from surveys import dataset, exploring, releases
from surveys.db import db, reading_only
from surveys.exploring import View
from surveys.models import Response, Survey
from surveys.releases import Judged, Reach
from tests.conftest import Work
from tests.strict import StrictClient
from tests.surveys.test_results import settings, survey  # noqa: F401 (fixtures)

SignIn = Callable[[str], StrictClient]


def test_an_address_leads_back_to_the_view_that_made_it() -> None:
    view = View("district", False, True, (("age_group", "65+"), ("on_call", "yes")))
    query = view.address()
    assert View.read(query["by"], query["vikt"], query["bokstaver"], query["filter"]) == view
    assert set(View().address().values()) == {None}


@pytest.mark.parametrize("by", ["", "age_group", "district", "on_call", "pleased"])
def test_every_question_is_split_by_every_background(sign_in: SignIn, survey: int, by: str) -> None:  # noqa: F811
    page = sign_in("Ylva").post(f"/utforska/{survey}/usual", data={"by": by}, follow_redirects=True)
    assert page.status_code == 200
    assert "<table" in page.text


def test_only_questions_whose_own_tables_tell_of_the_same_groups_are_backgrounds() -> None:
    """By the steps of a net score, people would be told apart that its own table puts together."""
    codes = {str(step): "" for step in range(11)}
    scales = {"pleased": "ordinal", "mode": "nominal", "advise": "nps", "first": "ranking", "modes": "multiple"}
    items = [Item(name, name, scale, codes) for name, scale in scales.items()]
    found = exploring.backgrounds(Dataset(pd.DataFrame(columns=list(scales), dtype=object), items))
    assert [background.name for background in found] == ["pleased", "mode"]


def test_a_filter_counts_only_those_who_are_in_it(sign_in: SignIn, work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        here = session.query(Response).filter(Response.age_group == "65+").all()
        count = sum(1 for one in here if one.answers.get("usual") is not None)
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    assert "Ingen har sett den här vyn än" in ylva.get(f"{address}?filter=age_group:65%2B&vikt=nej").text
    asked = ylva.post(address, data={"f-age_group": "65+", "vikt": "nej"})
    assert f">{count}<" in ylva.get(asked.location).text
    assert f">{count}<" in ylva.get(f"{address}?filter=age_group:65%2B&vikt=nej").text


def two_of_the_young_are_on_call(work: Work) -> None:
    with work() as session:
        young = session.query(Response).filter(Response.age_group == "15-44").order_by(Response.id).all()
        for number, one in enumerate(young):
            one.answers = one.answers | {"on_call": "yes" if number < 2 else "no"}


def test_a_filter_that_would_leave_a_few_is_refused_with_its_reason_and_keeps_what_was_chosen(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
) -> None:
    two_of_the_young_are_on_call(work)
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    assert ylva.post(address, data={"f-age_group": "15-44"}).status_code == 302
    page = ylva.post(address, data={"f-age_group": "15-44", "f-on_call": "no"})
    assert page.status_code == 409
    assert "Det här kan inte visas" in page.text
    assert 'value="15-44" selected' in page.text


def test_a_view_is_worked_up_once_and_judged_each_time(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built, judged = [], []
    build, judge = exploring.build, releases.judge
    monkeypatch.setattr(exploring, "build", lambda *given, **more: built.append(1) or build(*given, **more))
    monkeypatch.setattr(releases, "judge", lambda *given: judged.append(1) or judge(*given))
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    for _time in range(2):
        assert ylva.post(address, data={"f-age_group": "65+"}, follow_redirects=True).status_code == 200
    assert ylva.get(f"{address}?filter=age_group:65%2B").status_code == 200
    assert (len(built), len(judged)) == (1, 2)
    ylva.post(address, data={"f-age_group": "45-64"})
    ylva.post(address, data={"f-age_group": "65+", "vikt": "nej"})
    assert (len(built), len(judged)) == (3, 4)
    with work() as session:
        session.delete(session.query(Response).filter(Response.age_group == "15-44").first())
    ylva.get(f"{address}?filter=age_group:65%2B")
    assert len(built) == 4


def test_a_view_that_was_kept_is_refused_as_long_as_it_would_tell_of_a_few(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
) -> None:
    two_of_the_young_are_on_call(work)
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    refused = {"f-age_group": "15-44", "f-on_call": "no"}
    assert ylva.post(address, data={"f-age_group": "15-44"}).status_code == 302
    assert [ylva.post(address, data=refused).status_code for _time in range(3)] == [409, 409, 409]
    kept = ylva.get(f"{address}?filter=age_group:15-44&filter=on_call:no")
    assert "Ingen har sett den här vyn än" in kept.text


@pytest.mark.parametrize("ending", ["", "/fil.csv"])
def test_nobody_who_answers_waits_while_a_view_is_judged(
    sign_in: SignIn,
    survey: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    judge, written = releases.judge, []

    def judging(*given: Any) -> Judged:
        with reading_only(False), db.engine.begin() as other:
            written.append(other.execute(sa.update(Survey).values(sensitive=True)).rowcount)
        return judge(*given)

    monkeypatch.setattr(releases, "judge", judging)
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    assert ylva.post(f"{address}{ending}", data={"f-age_group": "65+"}).status_code < 400
    assert written == [1]


def test_a_view_is_judged_anew_when_another_has_been_told_in_between(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two_of_the_young_are_on_call(work)
    judge, ylva, address = releases.judge, sign_in("Ylva"), f"/utforska/{survey}/usual"
    another = sign_in("Ylva")

    def judging(*given: Any) -> Judged:
        made = judge(*given)
        monkeypatch.setattr(releases, "judge", judge)
        assert another.post(address, data={"f-age_group": "15-44", "f-on_call": "no"}).status_code == 302
        return made

    monkeypatch.setattr(releases, "judge", judging)
    assert ylva.post(address, data={"f-age_group": "15-44"}).status_code == 409


def test_views_go_with_the_answers_that_they_are_of(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        data = dataset.load(session, session.get_one(Survey, survey), "sv")
    before = len(exploring._LOOKS)
    exploring.look(data, "usual", View("district"))
    assert len(exploring._LOOKS) == before + 1
    del data
    gc.collect()
    assert len(exploring._LOOKS) <= before


def test_a_filtered_view_leaves_the_house_only_when_it_has_been_tried(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    assert ylva.get(f"{address}.csv?filter=age_group:65%2B").status_code == 404
    page = ylva.post(address, data={"f-age_group": "65+"}, follow_redirects=True).text
    assert f'formaction="{address}/fil.csv"' in page
    assert ylva.post(f"{address}/fil.csv", data={"f-age_group": "65+"}).data.startswith(b"\xef\xbb\xbf")


def test_a_view_that_may_not_leave_the_house_is_still_seen(
    sign_in: SignIn,
    survey: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_session: Any, _survey: Any, _report: Any, _load: Any, _filters: Any, reach: Reach) -> Judged:
        assert reach == Reach.PUBLIC
        raise releases.Opens("Så får det inte bli.")

    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    ylva.post(address, data={"f-age_group": "65+"})
    monkeypatch.setattr(releases, "judge", refuse)
    page = ylva.post(f"{address}/fil.csv", data={"f-age_group": "65+"})
    assert page.status_code == 409
    assert "Det här kan inte sparas som fil" in page.text
    assert "Så får det inte bli." in page.text
    assert "<table" in page.text


def test_whoever_must_sign_in_first_gets_no_file_of_everybody_instead(client: StrictClient, survey: int) -> None:  # noqa: F811
    sent = client.post(f"/utforska/{survey}/usual/fil.csv", data={"f-age_group": "65+"})
    assert sent.location.endswith(f"next=/utforska/{survey}/usual")


def test_the_way_back_keeps_how_the_answers_were_split_and_counted(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    assert f'href="/resultat/{survey}?by=district&amp;vikt=nej#usual"' in ylva.get(f"{address}?by=district&vikt=nej").text
    assert f'href="/resultat/{survey}#usual"' in ylva.post(address, data={"by": "on_call"}, follow_redirects=True).text


def test_a_view_says_what_it_shows_before_it_shows_it(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual"
    assert 'id="vy">Hela panelen</h2>' in ylva.get(address).text
    assert 'id="vy">Uppdelat på: Kommundel</h2>' in ylva.get(f"{address}?by=district").text
    asked = ylva.post(address, data={"f-on_call": "yes"})
    assert asked.location.endswith("#vy")
    page = ylva.get(asked.location).text
    assert 'id="vy">En del av panelen</h2>' in page
    assert "Skulle du åka med en buss som du ringer efter? Ja." in page


def test_letters_that_have_nothing_to_stand_at_are_told_of(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    told = "Bokstäver visas bara när andelar är uppdelade"
    ylva, address = sign_in("Ylva"), f"/utforska/{survey}/usual?bokstaver=ja"
    assert told in ylva.get(address).text
    assert told not in ylva.get(f"{address}&by=age_group").text


def test_letters_say_which_groups_stand_over_which(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        for one in session.query(Response):
            one.answers = one.answers | {"on_call": "yes" if one.age_group == "65+" or one.id < "3" else "no"}
        session.flush()
        data = dataset.load(session, session.get_one(Survey, survey), "sv")
        view = View("age_group", letters=True)
        own, above = exploring.lettered(exploring.look(data, "on_call", view), view)
    assert own == {"15-44": "A", "45-64": "B", "65+": "C"}
    assert "A" in above["on_call-age_group-65-yes"]
    assert exploring.lettered(exploring.look(data, "on_call", View("age_group")), View("age_group")) == ({}, {})


def test_page_and_file_of_a_view_say_the_same(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    ylva, query = sign_in("Ylva"), "?by=district&vikt=nej"
    page = ylva.get(f"/utforska/{survey}/on_call{query}").text
    text = ylva.get(f"/utforska/{survey}/on_call.csv{query}").data.decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(text), delimiter=";") if r["Andel"] and r["Svarsalternativ"]]
    assert rows
    for row in rows:
        assert f"{round(100 * float(row['Andel'].replace(',', '.')))}\N{NO-BREAK SPACE}%" in page


def test_three_clicks_lead_from_the_list_to_the_chart_of_a_view(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    ylva = sign_in("Ylva")
    page = ylva.get(f"/resultat/{survey}").text
    link = re.search(rf'href="(/utforska/{survey}/on_call[^"]*)"', page)
    assert link
    view = ylva.get(link.group(1).replace("&amp;", "&")).text
    chart = re.search(r'href="(/utforska/[^"]+\.svg[^"]*)"', view)
    assert chart
    assert ylva.get(chart.group(1).replace("&amp;", "&")).data.startswith(b"<svg")


@pytest.mark.parametrize("query", ["by=nothing", "filter=age_group:9", "filter=nothing:1", "by=usual"])
def test_a_view_that_is_not_there_is_not_found(sign_in: SignIn, survey: int, query: str) -> None:  # noqa: F811
    page = sign_in("Ylva").get(f"/utforska/{survey}/usual?{query}")
    assert page.status_code == 404
    assert "Den vyn finns inte" in page.text
    assert f'href="/resultat/{survey}"' in page.text


@pytest.mark.parametrize("name", ["Siv", "Per", "Åke"])
def test_only_analysts_explore(sign_in: SignIn, survey: int, name: str) -> None:  # noqa: F811
    assert sign_in(name).get(f"/utforska/{survey}/usual").status_code == 403


@pytest.mark.parametrize("by", ["age_group", "district"])
def test_a_published_table_hides_the_same_wherever_it_is_looked_at(sign_in: SignIn, survey: int, by: str) -> None:  # noqa: F811
    ylva = sign_in("Ylva")
    cell = re.compile(rf'id="(pleased-{by}-[^"]+)">(.*?)</td>')
    everybody = dict(cell.findall(ylva.get(f"/resultat/{survey}?by={by}").text))
    assert everybody
    assert dict(cell.findall(ylva.get(f"/utforska/{survey}/pleased?by={by}").text)) == everybody
