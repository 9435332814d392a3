"""The list of members, and one member's page; those with a protected identity are in no list."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from analysis.words import _
from panel import addresses, agegroups, languages, members, outreach, places, register
from panel.access import ADMINISTRATOR
from panel.forms.joining import CHANNELS, GENDERS
from panel.forms.register import (
    MESSAGE_STATES,
    MESSAGES,
    RECRUITED,
    STATES,
    EraseForm,
    SearchForm,
    SiftForm,
    masked,
)
from panel.models import Member, Message
from panel.register import PAGE, Wanted
from panel.views.posting import post
from panel.views.register.room import age_groups, blueprint
from panel.wordings import CAMPAIGN
from surveys.clock import HERE, today
from surveys.db import db

SIFTED = ("state", "district", "age_group", "gender", "recruited")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The members, sifted, a page at a time."""
    form = SiftForm(request.args).offer(list(places.names(db.session()).items()), age_groups())
    wanted = Wanted(**{name: form[name].data or "" for name in SIFTED}) if form.validate() else Wanted()
    page = max(1, min(request.args.get("sida", 1, type=int), 100_000))
    found, count = register.listed(db.session(), wanted, age_groups(), page)
    return _listing(SearchForm(), form, found, count, page=page, total=max(1, -(-count // PAGE)), address=_address())


@blueprint.post("")
def search() -> ResponseReturnValue:
    """Members whose address holds what was written."""
    search, form = SearchForm(), SiftForm().offer(list(places.names(db.session()).items()), age_groups())
    if not search.validate_on_submit():
        return _listing(search, form, [], 0, searched=True), 422
    found, count = register.search(db.session(), str(search.text.data), _is_administrator())
    return _listing(search, form, found, count, searched=True)


def _listing(search: SearchForm, form: SiftForm, found: Sequence[Member], count: int, **more: Any) -> str:
    rows = [(member, _shown(member)) for member in found]
    return render_template("panel/register/index.html", search=search, form=form, rows=rows, count=count, **more)


def _address() -> str:
    """The address of another page of the same choice."""
    kept = {name: value for name in SIFTED if (value := request.args.get(name))}
    return "?" + (urlencode(kept) + "&" if kept else "") + "sida={page}"


def _shown(member: Member) -> Mapping[str, str]:
    """A member in words; of a protected one hardly anything."""
    if member.protected:
        hidden = _("Hidden")
        shown = {"address": masked(member.email), "age": hidden, "district": hidden, "gender": hidden}
        return shown | {"recruited": hidden, "state": _(STATES[member.state])}
    return {
        "address": addresses.shown(member.email or member.mobile),
        "age": agegroups.label(agegroups.age_group(member.birth_year, today(), age_groups())),
        "district": places.names(db.session()).get(member.district, member.district),
        "gender": _(dict(GENDERS).get(member.gender, member.gender)),
        "recruited": _(RECRUITED.get(member.recruited, member.recruited)),
        "state": _(STATES[member.state]),
    }


@blueprint.get("/<int:number>")
def member(number: int) -> ResponseReturnValue:
    """One member: details, consents, what they were invited to, messages; never whether or when they answered."""
    found = _member(number)
    return render_template(
        "panel/register/member.html",
        member=found,
        shown=_shown(found),
        mobile=addresses.shown(found.mobile),
        speaks=languages.NAMES.get(found.language, found.language),
        channel=_(CHANNELS.get(found.channel, found.channel)),
        invitations=[] if found.protected else outreach.taken_part(db.session(), found),
        messages=[] if found.protected else [_told(each) for each in _messages(found)],
        is_administrator=_is_administrator(),
    )


def _messages(member: Member) -> Sequence[Message]:
    """The member's messages, the newest first; without reminders, since who gets none has answered."""
    rows = select(Message).where(Message.recipient == member.id, Message.template.not_in(CAMPAIGN[1:]))
    return db.session.scalars(rows.order_by(Message.id.desc()).limit(PAGE)).all()


def _told(message: Message) -> list[str]:
    """What it was, the day, and what became of it."""
    name = _(MESSAGES.get(message.template, message.template))
    return [name, message.next_at.astimezone(HERE).date().isoformat(), _(MESSAGE_STATES[message.state])]


@blueprint.post("/<int:number>/pausa")
def pause(number: int) -> ResponseReturnValue:
    """Send a member no invitations for now."""
    members.pause(_member(number))
    flash(_("The member gets no invitations until the break ends."), "success")
    return redirect(url_for("register.member", number=number))


@blueprint.post("/<int:number>/ateruppta")
def resume(number: int) -> ResponseReturnValue:
    """Send a member invitations again."""
    members.resume(_member(number))
    flash(_("The member gets invitations again."), "success")
    return redirect(url_for("register.member", number=number))


@blueprint.post("/<int:number>/skydd")
def protect(number: int) -> ResponseReturnValue:
    """Give or take away the mark of a protected identity; only an administrator may."""
    if not _is_administrator():
        abort(404)
    found = _member(number)
    found.protected = request.form.get("protected") == "yes"
    if found.protected:
        flash(_("The member is now hidden in lists and exports."), "success")
    else:
        flash(_("The member is shown in lists and exports again."), "success")
    return redirect(url_for("register.member", number=number))


@blueprint.route("/<int:number>/radera", methods=["GET", "POST"])
def erase(number: int) -> ResponseReturnValue:
    """Tell what is erased and what remains; erase at once if the answer is yes."""
    found, form = _member(number), EraseForm()
    if not form.validate_on_submit():
        page = render_template("panel/register/erase.html", form=form, member=found, shown=_shown(found))
        return page, 422 if form.is_submitted() else 200
    if form.erase.data != "yes":
        return redirect(url_for("register.member", number=number))
    farewell = members.forget(found)
    outreach.withdraw(db.session(), farewell.references, current_app.config["LINK_SECRET"])
    post(farewell.note)
    flash(_("The member has been erased."), "success")
    return redirect(url_for("register.index"))


def _member(number: int) -> Member:
    """The member of that number; one with a protected identity is there for administrators only."""
    found = db.session.get(Member, number)
    if found is None or (found.protected and not _is_administrator()):
        abort(404)
    return found


def _is_administrator() -> bool:
    return bool(current_user.has_role(ADMINISTRATOR))
