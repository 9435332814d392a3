"""The settings: districts, population figures, consent texts."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

import panel.demo
from panel import consents, places
from panel.cli import in_the_house
from panel.commands import places as commands
from panel.models import ConsentText, District, Event, Member, MemberState, Message, Population
from panel.wordings import standard
from tests import factories
from tests.panel.filling import fill
from tests.strict import StrictClient

DEMO = Path(panel.demo.__file__).parent
TEXTS = {"text_sv": "Jag vill vara med.\n\nKommunen ansvarar.", "text_en": "I want to join."}


def send(client: StrictClient, page: str, data: bytes, name: str = "fil") -> Any:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    form = {"csrf_token": found[1], "file": (io.BytesIO(data), name)}
    return client.post(page, data=form, content_type="multipart/form-data")


@pytest.fixture
def demo(work) -> None:
    """The demo's districts and figures."""
    with work() as session:
        places.import_districts(session, (DEMO / "districts.geojson").read_bytes())
        groups = ["15-19", "20-29", "30-44", "45-64", "65-79", "80+"]
        places.import_population(session, (DEMO / "population.csv").read_bytes(), groups)


def test_the_settings_lead_on_from_an_empty_house(sign_in):
    client = sign_in("Åke")
    for page in ("/installningar", "/installningar/kommundelar", "/installningar/befolkning", "/installningar/samtycke"):
        assert client.get(page).status_code == 200
    assert sign_in("Siv").get("/installningar").status_code == 403


def test_districts_are_taken_over_and_drawn(sign_in, work):
    client = sign_in("Åke")
    done = send(client, "/installningar/kommundelar", (DEMO / "districts.geojson").read_bytes())
    assert done.status_code == 302
    page = client.get("/installningar/kommundelar").text
    assert "Offerdal" in page
    assert page.count("<path") == 7
    with work() as session:
        assert session.scalars(select(Event.detail).where(Event.action == "imported")).all() == [{"count": 7}]


def test_a_bad_file_of_districts_is_told_fault_by_fault_and_nothing_is_lost(sign_in, demo, work):
    bad = b'{"features": [{"properties": {"code": "a"}}, {"properties": {"code": "<script>", "name": "x"}}]}'
    done = send(sign_in("Åke"), "/installningar/kommundelar", bad)
    assert done.status_code == 422
    assert "Del 1: egenskaperna code och name behövs." in done.text
    assert "Del 2: geometrin måste vara" in done.text
    with work() as session:
        assert len(session.scalars(select(District)).all()) == 7


def test_figures_are_taken_over_and_marked_as_made_up(sign_in, demo):
    client = sign_in("Åke")
    done = send(client, "/installningar/befolkning", (DEMO / "population.csv").read_bytes())
    assert done.status_code == 302
    page = client.get("/installningar/befolkning").text
    assert "påhittade" in page
    assert "Offerdal, kvinnor" in page


def test_bad_figures_are_told_row_by_row_and_nothing_is_lost(sign_in, demo, work):
    head = "kommundel;åldersgrupp;kön;antal;källa;datum\n"
    bad = (head + "Ås;15-19;kvinna;x;SCB;2025-12-31\nKiruna;15-19;man;1;SCB;2025-12-31\n").encode("cp1252")
    done = send(sign_in("Åke"), "/installningar/befolkning", bad)
    assert done.status_code == 422
    assert "Rad 2: ”x” är inget heltal." in done.text
    assert "Rad 3: det finns ingen kommundel ”Kiruna”." in done.text
    with work() as session:
        assert session.scalars(select(Population)).first()


def test_a_new_consent_text_asks_active_members_again_once(sign_in, work):
    with work() as session:
        consents.give(factories.anna(session), consents.ensure_text("Krokoms kommun"))
        factories.member(session, "bo@example.se", state=MemberState.PAUSED)
    client = sign_in("Åke")
    assert "1 medlem får frågan" in client.get("/installningar/samtycke/ny").text
    assert fill(client, "/installningar/samtycke/ny", TEXTS).location == "/installningar/samtycke"
    assert "Jag vill vara med." in client.get("/installningar/samtycke").text
    with work() as session:
        assert [text.version for text in session.scalars(select(ConsentText).order_by(ConsentText.id))] == [1, 2]
        assert consents.is_asked(session.scalars(select(Member).where(Member.email == "anna@example.se")).one())
        assert [(m.template, m.address, m.lane) for m in session.scalars(select(Message))] == [
            ("new_consent", "anna@example.se", "bulk")
        ]


def test_the_same_text_again_is_no_new_version(sign_in, work):
    client = sign_in("Åke")
    fill(client, "/installningar/samtycke/ny", TEXTS)
    again = fill(client, "/installningar/samtycke/ny", TEXTS)
    assert again.status_code == 422
    assert "samma som den som gäller" in again.text
    with work() as session:
        assert len(session.scalars(select(ConsentText)).all()) == 1


def test_a_text_is_needed_in_every_language(sign_in, work):
    done = fill(sign_in("Åke"), "/installningar/samtycke/ny", {**TEXTS, "text_en": " "})
    assert done.status_code == 422
    assert "Kommunen ansvarar." in done.text
    with work() as session:
        assert session.scalars(select(ConsentText)).all() == []


def test_the_message_about_a_new_text_is_said_in_swedish():
    assert "ny lydelse" in standard("new_consent", "sv").subject


def test_the_commands_take_over_files_or_refuse(app, work):
    def run(command: Any, *arguments: str) -> Any:
        with app.app_context():
            return CliRunner().invoke(in_the_house(command, lambda: app), arguments)

    done = run(commands.districts, "import", str(DEMO / "districts.geojson"))
    assert (done.exit_code, done.stdout) == (0, "7\n")
    assert run(commands.population, "import", str(DEMO / "population.csv")).exit_code == 0
    refused = run(commands.districts, "import", str(DEMO / "population.csv"))
    assert refused.exit_code == 1
    assert "inte GeoJSON" in refused.stderr
    with work() as session:
        assert len(session.scalars(select(District)).all()) == 7
