"""Limits on how often a door is tried, counted in the database so that all processes share them, or in Redis.

Kept is a keyed hash of the network address or of the address that was typed, never the address; a count lives as
long as its window.
"""

import hashlib
import hmac
import math
import random
import re
import time
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limit, Limiter, RateLimitExceeded
from limits.storage import Storage
from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from analysis.words import ngettext
from panel.models import RateCount


class Rate(NamedTuple):
    """How often a door, told by the pattern of its paths, may be tried from one network; other methods are free."""

    door: str
    methods: frozenset[str]
    limits: str


SENT_IN = frozenset({"POST"})
OPENED = frozenset({"GET", "HEAD", "POST"})
RATES = (
    Rate("/logga-in", SENT_IN, "20 per minute; 120 per hour"),
    Rate("/bekrafta-losenord", SENT_IN, "20 per minute; 120 per hour"),
    Rate("/byt-losenord", SENT_IN, "20 per minute; 120 per hour"),
    Rate("/glomt-losenord", SENT_IN, "10 per minute; 60 per hour"),
    Rate("/(aterstall|glomt-losenord)/.+", OPENED, "60 per minute; 300 per hour"),
    Rate("/ga-med(/.*)?", SENT_IN, "30 per minute; 300 per hour"),
    Rate("/min-sida(/.*)?", SENT_IN, "60 per minute; 600 per hour"),
    Rate("/(min-sida|bekrafta|avregistrera)/.+", OPENED, "120 per minute; 1200 per hour"),
    Rate("/svara/[^/]{20,}(/.*)?", OPENED, "300 per minute; 3000 per hour"),
)
"""The first that fits holds. Generous, for a school or a town hall is behind one network address."""

MAILING = ("/glomt-losenord", "/ga-med", "/min-sida")
MAILED = "5 per 15 minutes; 20 per day"
"""So often one address may be sent something by these doors, whoever asks."""


def set_up(app: Flask) -> None:
    """Count at every door of `RATES`, before the request's own transaction begins."""
    app.config["RATELIMIT_ENABLED"] = app.config["RATE_LIMITS"] != "off"
    options, where = {"url": app.config["SQLALCHEMY_DATABASE_URI"]}, "panel-database://"
    if app.config["REDIS_URL"]:
        options, where = {}, app.config["REDIS_URL"]
    per_network = Limit(limits, key_function=network, scope=door, shared=True,
                        exempt_when=lambda: rate() is None)  # fmt: skip
    per_address = Limit(MAILED, key_function=typed, scope="mailed", shared=True,
                        exempt_when=lambda: not typed())  # fmt: skip
    app.register_error_handler(RateLimitExceeded, too_often)
    app.extensions["panel-limiter"] = Limiter(
        network,
        app=app,
        default_limits=[per_network, per_address],
        storage_uri=where,
        storage_options=options,
        strategy="fixed-window",
        swallow_errors=True,
    )


def too_often(fault: RateLimitExceeded) -> ResponseReturnValue:
    """The page of somebody who tries too often: it says when to try again."""
    seconds = _wait()
    minutes = max(1, math.ceil(seconds / 60))
    remedy = ngettext("Try again in %(count)s minute.", "Try again in %(count)s minutes.", minutes) % {"count": minutes}
    page = render_template("error.html", code=429, remedy=remedy)
    return page, 429, {"Retry-After": str(seconds)}


def _wait() -> int:
    """Seconds until the window that was used up is over."""
    current = current_app.extensions["panel-limiter"].current_limit
    # reset_at is a second late, so that it may be a whole number
    return max(1, math.ceil(current.reset_at - 1 - time.time())) if current else 60


def rate() -> Rate | None:
    """The rate that holds for this request, if any."""
    path = request.path.rstrip("/") or "/"
    fits = (each for each in RATES if request.method in each.methods and re.fullmatch(each.door, path))
    return next(fits, None)


def limits() -> str:
    """The limits of the door that is tried."""
    found = rate()
    return found.limits if found else "1000000 per minute"


def door(endpoint: str) -> str:
    """The name under which tries are counted: pages of one door share their count."""
    found = rate()
    return found.door if found else endpoint


def network() -> str:
    """The hash of where the request comes from: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ip_address(request.remote_addr or "")
        prefix = 32 if address.version == 4 else 64
        return _hashed(str(ip_network(f"{address}/{prefix}", strict=False)))
    except ValueError:
        return _hashed(request.remote_addr or "")


def typed() -> str:
    """The hash of the address that was typed at a door that sends messages; empty elsewhere."""
    if request.method != "POST" or request.path.rstrip("/") not in MAILING:
        return ""
    address = request.form.get("email") or request.form.get("mobile") or ""
    return _hashed("".join(address.split()).casefold()) if address else ""


def _hashed(text: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"limits:" + text.encode(), hashlib.sha256).hexdigest()[:32]


class DatabaseStorage(Storage):  # type: ignore[misc]  # limits wraps its methods
    """Counts in the table `RateCount`, over connections of its own: a page that only reads must count all the same."""

    STORAGE_SCHEME = ["panel-database"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, *, url: str, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.engine = _engine(url)
        self.insert: Callable[..., Any] = (postgresql if self.engine.dialect.name == "postgresql" else sqlite).insert

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more in one statement; a window that is over begins anew."""
        now = time.time()
        new = self.insert(RateCount).values(key=key, count=amount, expires=now + expiry)
        over = RateCount.expires <= now
        count = sa.case((over, amount), else_=RateCount.count + amount)
        expires = sa.case((over, now + expiry), else_=RateCount.expires)
        statement = new.on_conflict_do_update(index_elements=["key"], set_={"count": count, "expires": expires})
        with self.engine.connect() as connection:
            found: int = connection.execute(statement.returning(RateCount.count)).scalar_one()
            if found == amount and random.random() < 0.02:  # noqa: S311 (no secret)
                connection.execute(sa.delete(RateCount).where(RateCount.expires <= now))
        return found

    def get(self, key: str) -> int:
        """The count of a window that is not over."""
        live = sa.select(RateCount.count).where(RateCount.key == key, RateCount.expires > time.time())
        with self.engine.connect() as connection:
            return connection.execute(live).scalar() or 0

    def get_expiry(self, key: str) -> float:
        """When the window is over, in seconds since the epoch."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(RateCount.expires).where(RateCount.key == key)).scalar()
        return found or time.time()

    def check(self) -> bool:
        """Whether the table can be read."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Forget every count."""
        with self.engine.connect() as connection:
            return connection.execute(sa.delete(RateCount)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self.engine.connect() as connection:
            connection.execute(sa.delete(RateCount).where(RateCount.key == key))


def _engine(url: str) -> Engine:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", pool_size=2, max_overflow=2)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle)
    return engine


def _settle(connection: Any, record: object) -> None:
    """A count need not survive a power cut, so it does not wait for the disk."""
    connection.execute("PRAGMA busy_timeout = 2000")
    connection.execute("PRAGMA synchronous = NORMAL")
