"""The audit log: who did what, when; read only."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select

from analysis.words import _
from panel.forms.events import ACTION_WORDS, DETAIL_WORDS, SUBJECT_WORDS, FilterForm
from panel.models import Event, Staff
from surveys.db import db

blueprint = Blueprint("events", __name__)
HERE = ZoneInfo("Europe/Stockholm")
PAGE = 50
FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)
"""Days that are asked for are drawn in to these."""


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """What has been done, newest first, a page at a time."""
    form = FilterForm(request.args)
    form.action.choices = _choices(Event.action, ACTION_WORDS)
    form.subject.choices = _choices(Event.subject, SUBJECT_WORDS)
    wanted = _wanted(form) if form.validate() else select(Event)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    total = max(1, -(-count // PAGE))
    number = min(max(1, request.args.get("sida", 1, type=int)), total)
    found = db.session.scalars(wanted.order_by(Event.id.desc()).limit(PAGE).offset((number - 1) * PAGE)).all()
    names = {f"staff:{person.id}": person.name or person.email for person in db.session.scalars(select(Staff))}
    rows = [_row(each, names) for each in found]
    return render_template("panel/events/index.html", form=form, rows=rows, count=count, page=number, total=total,
                           address=_address())  # fmt: skip


def _wanted(form: FilterForm) -> Select[Any]:
    query = select(Event)
    if form.action.data:
        query = query.where(Event.action == form.action.data)
    if form.subject.data:
        query = query.where(Event.subject == form.subject.data)
    if form.since.data:
        query = query.where(Event.at >= _midnight(form.since.data))
    if form.until.data:
        query = query.where(Event.at < _midnight(form.until.data) + timedelta(days=1))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(min(max(day, FIRST), LAST), time(), HERE)


def _choices(column: Any, words: dict[str, str]) -> list[tuple[str, ...]]:
    there = db.session.scalars(select(column).distinct()).all()
    return sorted(((code, _(words.get(code, code))) for code in there), key=lambda choice: choice[1].casefold())


def _row(event: Event, names: dict[str, str]) -> list[str]:
    """When, who, what, to what, and what else is known, in words."""
    actors = {"member": _("a member"), "command": _("a command"), "worker": _("the worker"), "somebody": _("a visitor")}
    known = {key: value for key, value in event.detail.items() if value not in (None, "", [])}
    detail = "; ".join(f"{_(DETAIL_WORDS.get(key, key))}: {_shown(value)}" for key, value in known.items())
    what = _(SUBJECT_WORDS.get(event.subject, event.subject)) + (f" {event.key}" if event.key else "")
    return [
        event.at.astimezone(HERE).strftime("%Y-%m-%d %H:%M:%S"),
        names.get(event.actor) or actors.get(event.actor, event.actor),
        _(ACTION_WORDS.get(event.action, event.action)),
        what,
        detail,
    ]


def _shown(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _address() -> str:
    """The address of another page of the same choice."""
    kept = {name: value for name in ("action", "subject", "since", "until") if (value := request.args.get(name))}
    return "?" + "".join(f"{part}&" for part in [urlencode(kept)] if part) + "sida={page}"
