"""The only composition root: rooms, doors, guards, languages, transactions, headers."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flask import Blueprint, Flask, Response, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

import migrations
from panel import access, config, headers, installation, languages, logs, navigation, ratelimits
from panel.access import ADMINISTRATOR, ANALYST, PRESIDIUM, PROCESS_LEADER, ROLES, Guard, everyone, staff
from panel.cli import add_commands
from panel.places import districts
from panel.views import (
    accounts,
    events,
    health,
    joining,
    membership,
    outbox,
    outreach,
    public,
    register,
    settings,
    unsubscribe,
)
from surveys.db import db, prepare, read_only
from surveys.views import answering, coding, dialogues, exploring, files, planning, presidium, results, waves
from surveys.views import surveys as survey_pages


class Door(NamedTuple):
    """A row of the access table."""

    blueprint: Blueprint
    address: str
    guard: Guard


ACCESS = (
    Door(public.blueprint, "/", everyone),
    Door(health.blueprint, "/halsa", everyone),
    Door(joining.blueprint, "/", everyone),
    Door(membership.blueprint, "/min-sida", everyone),
    Door(dialogues.blueprint, "/dialoger", everyone),
    Door(answering.blueprint, "/svara", everyone),
    Door(accounts.blueprint, "/konton", staff(ADMINISTRATOR)),
    Door(accounts.own, "/mitt-konto", staff(*ROLES)),
    Door(settings.blueprint, "/installningar", staff(ADMINISTRATOR)),
    Door(events.blueprint, "/handelser", staff(ADMINISTRATOR)),
    Door(register.blueprint, "/panelen", staff(ADMINISTRATOR, PROCESS_LEADER)),
    Door(planning.blueprint, "/dialogarbete", staff(PROCESS_LEADER)),
    Door(survey_pages.blueprint, "/enkater", staff(PROCESS_LEADER)),
    Door(outreach.blueprint, "/utskick", staff(PROCESS_LEADER)),
    Door(results.blueprint, "/resultat", staff(ANALYST, PROCESS_LEADER, PRESIDIUM)),
    Door(coding.blueprint, "/oppna-svar", staff(ANALYST)),
    Door(exploring.blueprint, "/utforska", staff(ANALYST)),
    Door(waves.blueprint, "/utforska", staff(ANALYST)),
    Door(files.blueprint, "/filer", staff(ANALYST, PROCESS_LEADER, PRESIDIUM)),
    Door(presidium.blueprint, "/presidiet", staff(PRESIDIUM, PROCESS_LEADER, ANALYST)),
    Door(outbox.blueprint, "/utkorg", access.demo_only),
    Door(unsubscribe.blueprint, "/avregistrera", everyone),
)
"""Who may enter where. A page whose blueprint is not here is refused."""

GUARDS = {door.blueprint.name: door.guard for door in ACCESS} | {"security": access.signing}
LARGEST = 2**31 - 1
"""Of the numbers that a database takes; an address with a larger one is not found."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

csrf = CSRFProtect()


def create_app(environ: Mapping[str, str] | None = None, **overrides: Any) -> Flask:
    """The application, from environment variables; ``overrides`` are Flask settings for tests."""
    logs.set_up()
    app = Flask("panel")
    app.config.from_mapping(config.flask_config(config.read(os.environ if environ is None else environ)))
    app.config.update(overrides)
    app.config["DATA_DIR"].mkdir(parents=True, exist_ok=True)
    _set_up_templates(app)
    languages.set_up(app)
    app.extensions["speak"] = languages.speak
    app.config["SHAPES"] = lambda: districts.shapes(db.session())
    headers.set_up(app)
    Compress(app)
    app.after_request(headers.hold_whole)
    ratelimits.set_up(app)
    csrf.init_app(app)
    csrf.exempt(unsubscribe.blueprint)  # a mail program's one click carries no token; the link is the proof
    _set_up_databases(app)
    accounts.set_up(app)
    app.url_map.converters["int"] = partial(IntegerConverter, max=LARGEST)  # type: ignore[assignment]
    for door in ACCESS:
        app.register_blueprint(door.blueprint, url_prefix=door.address)
    app.before_request(guard)
    app.context_processor(page_words)
    app.register_error_handler(HTTPException, refused)
    add_commands(app)
    if app.config["PROXIES"]:
        count = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _set_up_templates(app: Flask) -> None:
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_options = {
        "loader": ChoiceLoader([PackageLoader("panel"), PackageLoader("surveys"), govuk]),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"]
    app.config["COMPRESS_LEVEL"] = 9


def _set_up_databases(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(Path(migrations.__file__).parent))
    with app.app_context():
        for engine in db.engines.values():
            prepare(engine)
    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(lambda fault: read_only(False))


def begin() -> None:
    """A page that is only looked at can't change anything: the databases themselves refuse it."""
    read_only(request.method in SAFE_METHODS)


def end(response: Response) -> Response:
    """Commit under 400, roll back otherwise: the one place where a request's transaction ends."""
    if response.status_code < 400 and not g.get("rolled_back"):
        db.session.commit()
    else:
        db.session.rollback()
    return response


def guard() -> ResponseReturnValue | None:
    """Ask the guard of the door; a page without one is refused."""
    if request.endpoint in (None, "static"):
        return None
    found = GUARDS.get(request.blueprint or "")
    if found is None:
        abort(403)
    return found.check()


def page_words() -> dict[str, Any]:
    """What every page's frame needs."""
    return {
        "service_name": current_app.config["SERVICE_NAME"],
        "municipality": current_app.config["MUNICIPALITY"],
        "navigation": navigation.entries(current_user, request.path),
        "footer_links": navigation.footer(),
        "may": _may,
        "made_up": _made_up(),
    }


def _may(blueprint: str) -> bool:
    """Whether a door for staff would let this visitor in, so that a page shows a way to it."""
    roles = {role.name for role in getattr(current_user, "roles", ())}
    return bool(GUARDS[blueprint].allowed & roles)


def _made_up() -> bool:
    try:
        return installation.is_demo()
    except SQLAlchemyError:  # a page that tells of a broken database must itself work
        db.session.rollback()
        return False


def refused(fault: HTTPException) -> ResponseReturnValue:
    """The page of an error, in the reader's language, with what to do."""
    if fault.response is not None:
        return fault.response
    return render_template("error.html", code=fault.code, description=fault.description), fault.code or 500
