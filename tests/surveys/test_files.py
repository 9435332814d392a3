"""Files made by the worker, as officials meet them: asked for once, followed, fetched."""

import base64
import hashlib
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analysis import documents, exporters
from surveys import making
from surveys.clock import today
from surveys.models import Job, JobState
from tests.conftest import Work
from tests.strict import StrictClient
from tests.surveys.test_results import settings, survey  # noqa: F401 (fixtures)

SignIn = Callable[[str], StrictClient]
SETTINGS = {"MUNICIPALITY": "Krokoms kommun", "DATA_DIR": "nowhere"}
MAPS = {"geojson", "gpkg"}


def test_a_report_is_asked_for_followed_and_fetched(sign_in: SignIn, work: Work, survey: int) -> None:  # noqa: F811
    per, home = sign_in("Per"), f"/filer/{survey}"
    assert per.get(home).text.count('name="kind"') == len(documents.names()) + len(exporters.registry()) - len(MAPS) + 1
    address = per.post(home, data={"kind": "report", "form": "html"}).location
    waiting = per.get(address)
    assert "Väntar på sin tur" in waiting.text
    assert 'id="following" data-following role="status"' in waiting.text
    assert "Titta igen nu" in waiting.text
    assert per.get(f"{address}/fil").status_code == 404
    with work():
        making.work_round(SETTINGS)
    ready = per.get(address)
    assert "data-following" not in ready.text
    link = re.search(rf'href="({address}/fil)"', ready.text)
    assert link
    assert b"Krokoms kommun" in per.get(link.group(1)).data
    assert per.post(home, data={"kind": "report", "form": "html"}).location == address


def test_a_report_is_read_as_the_page_that_the_file_is(sign_in: SignIn, work: Work, survey: int) -> None:  # noqa: F811
    per, home = sign_in("Per"), f"/filer/{survey}"
    address = per.post(home, data={"kind": "report", "form": "html"}).location
    other = per.post(home, data={"kind": "report", "form": "docx"}).location
    assert per.get(f"{address}/las").status_code == 404
    with work():
        making.work_round(SETTINGS)
    assert f'href="{address}/las"' in per.get(address).text
    assert f'href="{other}/las"' not in per.get(other).text
    assert per.get(f"{other}/las").status_code == 404
    with pytest.raises(AssertionError, match="/las:\nan inline <style>$"):  # all else that a page must be, it is
        per.get(f"{address}/las")
    page, file = FlaskClient.open(per, f"{address}/las"), per.get(f"{address}/fil")
    assert page.data == file.data
    assert "Content-Disposition" not in page.headers
    style = re.search(rb"<style>(.*?)</style>", page.data, re.S)
    assert style is not None
    told = base64.b64encode(hashlib.sha256(style.group(1)).digest()).decode()
    assert f"style-src 'sha256-{told}'" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert b"style=" not in page.data


@pytest.mark.parametrize(("kind", "form"), [("report", "exe"), ("nothing", "pdf"), ("", "")])
def test_what_can_not_be_made_is_not_found(sign_in: SignIn, survey: int, kind: str, form: str) -> None:  # noqa: F811
    assert sign_in("Per").post(f"/filer/{survey}", data={"kind": kind, "form": form}).status_code == 404


def test_a_file_that_failed_says_why_and_can_be_tried_again(sign_in: SignIn, work: Work, survey: int) -> None:  # noqa: F811
    per = sign_in("Per")
    address = per.post(f"/filer/{survey}", data={"kind": "brief", "form": "pdf"}).location
    with work() as session:
        job = session.query(Job).one()
        job.state, job.said = JobState.FAILED, "Det gick inte."
    page = per.get(address).text
    assert "Det gick inte." in page
    assert "Försök igen" in page


def test_files_of_another_survey_are_not_found(sign_in: SignIn, work: Work, survey: int) -> None:  # noqa: F811
    address = sign_in("Per").post(f"/filer/{survey}", data={"kind": "brief", "form": "pdf"}).location
    number = address.rpartition("/")[2]
    assert sign_in("Per").get(f"/filer/99/{number}").status_code == 404
    assert sign_in("Per").get(f"/filer/{survey}/99").status_code == 404


SQUARES = {
    code: {"type": "Polygon", "coordinates": [[[14 + n, 63], [15 + n, 63], [15 + n, 64], [14 + n, 63]]]}
    for n, code in enumerate(("as", "offerdal", "krokom"))
}


def test_maps_are_offered_only_where_a_map_is_loaded(app: Flask, sign_in: SignIn, survey: int) -> None:  # noqa: F811
    per, home = sign_in("Per"), f"/filer/{survey}"
    assert not _forms(per.get(home).text) & MAPS
    app.config["SHAPES"] = lambda: SQUARES
    app.extensions["reports"].cache_clear()
    assert _forms(per.get(home).text) >= MAPS


def _forms(page: str) -> set[str]:
    return set(re.findall(r'name="form" value="([^"]+)"', page))


def test_every_button_says_what_it_makes(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    page = sign_in("Per").get(f"/filer/{survey}").text
    called = re.findall(r'<button type="submit" class="govuk-button govuk-button--secondary">(.*?)</button>', page)
    assert len(called) > 10
    assert len(set(called)) == len(called)


def test_files_without_weights_are_asked_for_and_tried_again_without_them(
    sign_in: SignIn,
    work: Work,
    survey: int,  # noqa: F811
) -> None:
    with work() as session:
        of = session.get_one(making.Survey, survey)
        districts = {"district": {"as": 0.5, "offerdal": 0.3, "krokom": 0.2}}
        of.composition = of.composition | {"population": of.composition["population"] | districts}
    per = sign_in("Per")
    page = per.get(f"/filer/{survey}?vikt=nej").text
    assert "Filer med vikter" in page
    assert 'name="vikt" value="nej"' in page
    address = per.post(f"/filer/{survey}", data={"kind": "brief", "form": "pdf", "vikt": "nej"}).location
    with work() as session:
        session.query(Job).one().state = JobState.FAILED
    page = per.get(address).text
    again = dict(re.findall(r'<input type="hidden" name="(kind|form|vikt)" value="([^"]*)">', page))
    assert per.post(f"/filer/{survey}", data=again).location == address


def test_one_name_takes_one_library(
    sign_in: SignIn,
    survey: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    per, read = sign_in("Per"), []
    address = per.post(f"/filer/{survey}", data={"kind": "report", "form": "html"}).location
    named = documents.named
    monkeypatch.setattr(documents, "named", lambda name: read.append(name) or named(name))
    assert per.get(address).status_code == 200
    assert set(read) == {"html"}


def test_a_ready_page_is_read_from_the_list(sign_in: SignIn, work: Work, survey: int) -> None:  # noqa: F811
    per = sign_in("Per")
    address = per.post(f"/filer/{survey}", data={"kind": "report", "form": "html"}).location
    assert f'href="{address}/las"' not in per.get(f"/filer/{survey}").text
    with work() as session:
        job = session.query(Job).one()
        job.state, job.content, job.made_on = JobState.DONE, b"<p>", today()
    assert f'href="{address}/las"' in per.get(f"/filer/{survey}").text


def test_a_map_that_is_not_loaded_is_told_of(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        key = making.ask(session, session.get_one(making.Survey, survey), "tables", "geojson", "sv").id
    with work():
        making.work_round(SETTINGS)
    with work() as session:
        assert "kan inte skrivas i det formatet" in session.get_one(Job, key).said


def test_every_format_can_be_made(work: Work, survey: int) -> None:  # noqa: F811
    with work() as session:
        from_ = session.get_one(making.Survey, survey)
        wanted = [making.ask(session, from_, kind, form, "sv").id for kind in making.KINDS for form in making.forms(kind)]
    with work():
        making.work_round(SETTINGS | {"SHAPES": lambda: SQUARES})
    with work() as session:
        jobs = [session.get_one(Job, key) for key in wanted]
        assert {(job.kind, job.asked["form"], job.said) for job in jobs if job.state != JobState.DONE} == set()
