"""Every setting, its default and its meaning, read from MEDBORGARPANEL_* environment variables."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "MEDBORGARPANEL_"


class BadSetting(Exception):
    """A setting is missing or can't be used; the message names it and the remedy."""


@dataclass(frozen=True)
class Setting:
    """One environment variable, without its prefix."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("DATA_DIR", "instance", "folder of databases and uploaded files"),
    Setting("DATABASE_URL", "", "SQLAlchemy address of the database; empty: an SQLite file in DATA_DIR"),
    Setting(
        "ANSWERS_DATABASE_URL",
        "",
        "address of the response store, with a role of its own; empty: a file of its own beside the SQLite database, "
        "or the schema `answers` in PostgreSQL",
    ),
    Setting("KEY_DIR", "", "folder of the keys that open sealed answers, outside every backup; empty: `keys` in DATA_DIR"),
    Setting("SECRET_KEY", "", "secret of the installation, at least 32 characters, outside database and backups; must be set"),
    Setting("BASE_URL", "http://127.0.0.1:5000", "the address that members see, used in links"),
    Setting("SMTP_URL", "", "smtp://user:password@host:port or smtps://…; empty: the development outbox"),
    Setting("SMTP_CONNECTIONS", "4", "connections to the mail relay at a time, 1 to 32"),
    Setting("MAIL_FROM", "Medborgarpanelen <panel@example.invalid>", "sender of every message"),
    Setting("SMS_URL", "", "address of an SMS gateway; empty: the development outbox"),
    Setting("LANGUAGES", "sv,en", "languages offered, the first is the default"),
    Setting("MUNICIPALITY", "Kommunen", "the municipality's name, as members read it"),
    Setting("SERVICE_NAME", "Medborgarpanelen", "the service's name, as members read it"),
    Setting("AGE_GROUPS", "15-19,20-29,30-44,45-64,65-79,80+", "age groups, in order"),
    Setting("PROXIES", "0", "number of proxies in front whose forwarded headers are trusted"),
    Setting("RATE_LIMITS", "on", "off switches the limits on join, sign-in and token pages off (trials only)"),
    Setting("REDIS_URL", "", "redis://host:port/0, keeps the counts of the limits instead of the database (extra `redis`)"),
    Setting("MAX_UPLOAD_MB", "10", "largest file that can be uploaded"),
)


def read(environ: Mapping[str, str]) -> dict[str, str]:
    """The value of every setting, by name without the prefix; an unknown name is refused."""
    known = {setting.name for setting in SETTINGS}
    for name in environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            raise BadSetting(f"{name} is not a setting; known are {', '.join(sorted(known))}")
    return {s.name: environ.get(PREFIX + s.name, "") or s.default for s in SETTINGS}


def flask_config(values: Mapping[str, str]) -> dict[str, Any]:
    """Flask's configuration from our settings; raises `BadSetting` where one can't be used."""
    data = Path(values["DATA_DIR"]).absolute()
    secret = values["SECRET_KEY"]
    if len(secret) < 32:
        raise BadSetting(
            f"{PREFIX}SECRET_KEY must be set to a secret of at least 32 characters, "
            'for instance from: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    work, answers = _databases(values, data)
    https = values["BASE_URL"].startswith("https://")
    return dict(values) | {
        "DATA_DIR": data,
        "KEY_DIR": Path(values["KEY_DIR"] or data / "keys").absolute(),
        "SECRET_KEY": subkey(secret, "sessions").hex(),
        "LINK_SECRET": subkey(secret, "links"),
        "BASE_URL": values["BASE_URL"].rstrip("/"),
        "LANGUAGES": _list(values["LANGUAGES"]),
        "AGE_GROUPS": _list(values["AGE_GROUPS"]),
        "PROXIES": _number(values, "PROXIES", 0, 5),
        "SMTP_CONNECTIONS": _number(values, "SMTP_CONNECTIONS", 1, 32),
        "MAX_CONTENT_LENGTH": _number(values, "MAX_UPLOAD_MB", 1, 1000) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "SQLALCHEMY_DATABASE_URI": work,
        "SQLALCHEMY_BINDS": {"answers": answers},
        "SECURITY_PASSWORD_SALT": subkey(secret, "passwords").hex(),
        "HTTPS": https,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
    }


def subkey(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose only, derived from the installation's secret (HMAC-SHA-256)."""
    return hmac.new(secret.encode(), b"medborgarpanel:" + purpose.encode(), hashlib.sha256).digest()


def _databases(values: Mapping[str, str], data: Path) -> tuple[str, Any]:
    work = values["DATABASE_URL"] or f"sqlite:///{data / 'panel.db'}"
    work = _driver(work)
    if values["ANSWERS_DATABASE_URL"]:
        answers: Any = _driver(values["ANSWERS_DATABASE_URL"])
        if answers.startswith("postgresql"):
            answers = {"url": answers, "connect_args": {"options": "-csearch_path=answers"}}
    elif work.startswith("sqlite"):
        path = Path(work.removeprefix("sqlite:///"))
        answers = f"sqlite:///{path.with_name(path.stem + '-answers' + path.suffix)}"
    else:
        answers = {"url": work, "connect_args": {"options": "-csearch_path=answers"}}
    return work, answers


def _driver(url: str) -> str:
    """Name the driver that we ship for PostgreSQL; refuse what we don't run on."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://, not {url.split(':')[0]}:")
    return url


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(values: Mapping[str, str], name: str, low: int, high: int) -> int:
    try:
        number = int(values[name])
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise BadSetting(f"{PREFIX}{name} must be a whole number from {low} to {high}, not {values[name]!r}")
    return number
