"""Cookies, caching and logs: what leaves the house, and what is never written down."""

import io
import logging

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from panel import logs
from panel.app import create_app
from panel.models import District
from surveys.db import db
from tests import factories
from tests.conftest import SECRET, create_tables
from tests.panel.signing import fill
from tests.strict import StrictClient

TOKEN = "bXktc2VjcmV0LXRva2VuLW9mLWZvcnR5LXRocmVlLWNoYXI"


@pytest.fixture
def safe(tmp_path):
    """A stranger's browser at an installation under https."""
    environ = {
        "MEDBORGARPANEL_SECRET_KEY": SECRET,
        "MEDBORGARPANEL_DATA_DIR": str(tmp_path),
        "MEDBORGARPANEL_BASE_URL": "https://panel.example.se",
        "MEDBORGARPANEL_RATE_LIMITS": "off",
    }
    app = create_app(environ, TESTING=True)
    create_tables(app)
    yield StrictClient(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_under_https_the_cookie_is_bound_to_the_host_and_safe(safe):
    (cookie,) = safe.get("/logga-in", base_url="https://panel.example.se").headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_under_https_browsers_are_told_to_stay_there(safe):
    answer = safe.get("/logga-in", base_url="https://panel.example.se")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_under_http_the_demo_works_with_a_plain_cookie(client):
    answer = client.get("/logga-in")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "Strict-Transport-Security" not in answer.headers


def test_static_files_are_kept_for_a_year_under_names_that_change_with_them(client):
    name = client.get("/logga-in").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    with client.get(name) as named, client.get(name.partition("?")[0]) as plain:
        assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in plain.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("line", "struck"),
    [
        (f"GET /svara/{TOKEN} HTTP/1.1", "GET /svara/[…] HTTP/1.1"),
        (f"GET /bekrafta/{TOKEN}?lang=en HTTP/1.1", "GET /bekrafta/[…]?[…] HTTP/1.1"),
        (f"POST /avregistrera/{TOKEN} HTTP/1.1", "POST /avregistrera/[…] HTTP/1.1"),
        (f"GET /aterstall/WyI0Y2Y5.awRV0g.{TOKEN} HTTP/1.1", "GET /aterstall/[…] HTTP/1.1"),
        (f"GET /min-sida/in/{TOKEN} HTTP/1.1", "GET /min-sida/in/[…] HTTP/1.1"),
        (f"at http://panel.example.se/svara/{TOKEN}, sorry", "at http://panel.example.se/svara/[…] sorry"),
        ("GET /panelen?q=anna@example.se HTTP/1.1", "GET /panelen?[…] HTTP/1.1"),
        ("GET /svara/12/fraga/3 HTTP/1.1", "GET /svara/12/fraga/3 HTTP/1.1"),
        ("DETAIL: Key (email)=(anna.ek@panel.example.se) already exists.", "DETAIL: Key (email)=([…]) already exists."),
        ("sent to +46701234567", "sent to […]"),
        ("what now? nothing", "what now? nothing"),
    ],
)
def test_tokens_and_queries_are_struck_out(line, struck):
    assert logs.discreet(line) == struck


def test_no_log_line_holds_a_token_whoever_writes_it():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    for name in ("werkzeug", "gunicorn.access", "gunicorn.error", "panel", "anything"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.warning('"%(r)s" %(s)s', {"r": f"GET /svara/{TOKEN} HTTP/1.1", "s": 200})
        logger.warning("%s", f"/min-sida/in/{TOKEN}?x={TOKEN}")
        try:
            raise ValueError(f"/bekrafta/{TOKEN}")
        except ValueError:
            logger.exception("at /aterstall/%s", TOKEN)
        logger.removeHandler(handler)
    assert TOKEN not in written.getvalue()
    assert written.getvalue().count("Traceback") == 5


def test_a_fault_of_the_database_tells_no_values(app, work):
    with work() as session:
        factories.member(session, "anna@example.se")
        with pytest.raises(IntegrityError) as fault:
            factories.member(session, "anna@example.se")
        session.rollback()
    assert "parameters hidden" in str(fault.value)
    assert "1992" not in str(fault.value)


def test_a_form_without_its_token_is_told_what_to_do(client):
    answer = client.post("/logga-in", data={"email": "siv@example.se"})
    assert answer.status_code == 400
    assert "försök en gång till" in answer.text.lower()


@pytest.mark.parametrize(("path", "code"), [("/finns-inte", 404), ("/logga-ut", 405)])
def test_what_can_not_be_done_is_told_with_a_remedy(client, path, code):
    answer = client.get(path)
    assert answer.status_code == code
    assert "govuk-heading-l" in answer.text


def test_something_too_large_is_told_as_such(client, app):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/logga-in", data={"email": "x" * 5000})
    assert answer.status_code == 413
    assert "för stor" in answer.text.lower()


def test_a_fault_of_ours_shows_no_traceback_and_writes_nothing(app, work):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken():
        db.session.add(District(code="x", name="X"))
        db.session.flush()
        raise ZeroDivisionError("secret")

    app.view_functions["membership.send_link"] = broken
    answer = fill(StrictClient(app), "/min-sida")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "Felet är vårt" in answer.text
    with work() as session:
        assert session.get(District, "x") is None


def test_a_broken_database_still_gets_a_page(app, monkeypatch):
    def gone(*args, **options):
        raise OperationalError("SELECT", {}, Exception("gone"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    for way in ("execute", "scalar", "scalars", "get"):
        monkeypatch.setattr(Session, way, gone)
    answer = app.test_client().get("/dialoger/")
    assert answer.status_code == 500
    assert "Felet är vårt" in answer.text
