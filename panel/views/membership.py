"""The member's own page: in by a mailed link, see, change, pause, leave, take one's data along."""

import json

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from analysis import words
from analysis.words import _
from panel import addresses, consents, languages, links, members, outreach, owndata
from panel.forms.joining import CHANNELS, GENDERS
from panel.forms.membership import (
    AddressForm,
    AddressLinkForm,
    AgreeForm,
    DetailsForm,
    EnterForm,
    LeaveForm,
    LinkForm,
)
from panel.humans import agreed
from panel.models import Member
from panel.views.member_session import for_members, forget, remember, signed_in
from panel.views.offering import districts, spoken, ways
from panel.views.posting import post
from surveys.db import db
from surveys.refusals import Refusal

blueprint = Blueprint("membership", __name__)


@blueprint.get("")
def start() -> ResponseReturnValue:
    """The member's page; for everybody else, the way in."""
    member = signed_in()
    return render_template("panel/membership/sign_in.html", form=LinkForm()) if member is None else _page(member)


def _page(member: Member) -> str:
    places = dict(districts())
    return render_template(
        "panel/membership/page.html",
        member=member,
        district=places.get(member.district, member.district),
        gender=_(dict(GENDERS).get(member.gender, member.gender)),
        tongue=languages.NAMES.get(member.language, member.language),
        channel=_(CHANNELS.get(member.channel, member.channel)),
        asked=consents.is_asked(member),
        invitations=outreach.taken_part(db.session(), member),
        shown=addresses.shown,
        choosing={"language": len(spoken()) > 1, "channel": len(_channels(member)) > 1},
        leave_url=url_for(".leave"),
    )


@blueprint.post("")
def send_link() -> ResponseReturnValue:
    """Send a link, if the address is a member's; the answer is always the same."""
    form = LinkForm()
    if not form.validate_on_submit():
        return render_template("panel/membership/sign_in.html", form=form), 422
    post(members.ask_to_sign_in(str(form.email.data)))
    return redirect(url_for(".link_sent"))


@blueprint.get("/skickat")
def link_sent() -> str:
    """What happens next: the same for everybody."""
    return render_template("panel/membership/link_sent.html")


@blueprint.route("/in/<token>", methods=["GET", "POST"])
def enter(token: str) -> ResponseReturnValue:
    """Ask the person who opened the link; only the answer yes opens the page."""
    form = EnterForm()
    try:
        link = links.find(token, links.SIGN_IN, hold=request.method == "POST")
    except links.DeadLink as dead:
        return _dead(dead.reason)
    if not form.validate_on_submit():
        return _ask("panel/membership/enter.html", form)
    if not agreed(form.enter):
        return render_template("panel/membership/nothing_done.html")
    remember(members.sign_in(link))
    return redirect(url_for(".start"))


@blueprint.post("/logga-ut")
def sign_out() -> ResponseReturnValue:
    """Sign out on this browser."""
    forget()
    flash(_("You have signed out."), "success")
    return redirect(url_for("public.start"))


@blueprint.route("/andra", methods=["GET", "POST"])
@for_members
def change(member: Member) -> ResponseReturnValue:
    """Change what a member may change at once."""
    form = DetailsForm(data=_details(member))
    form.offer(districts(), spoken(), _channels(member))
    if form.validate_on_submit():
        try:
            members.change(member, form.details())
        except Refusal as fault:
            form.form_errors.append(str(fault))
        else:
            flash(_("Your details have been changed."), "success")
            return redirect(url_for(".start"))
    return _ask("panel/membership/change.html", form)


def _channels(member: Member) -> list[str]:
    """The ways to choose from: those there are, and the one that the member has already."""
    return ways() if member.channel in ways() else [*ways(), member.channel]


def _details(member: Member) -> dict[str, object]:
    names = ("birth_year", "gender", "district", "language", "channel")
    return {name: getattr(member, name) for name in names} | {"stop_reminders": "yes" if member.stop_reminders else "no"}


@blueprint.route("/adress", methods=["GET", "POST"])
@for_members
def change_addresses(member: Member) -> ResponseReturnValue:
    """Change e-mail and mobile number; a new e-mail address is first to be confirmed from there."""
    form = AddressForm(data={"email": member.email, "mobile": member.mobile})
    if form.validate_on_submit():
        try:
            notes = members.change_addresses(member, form.email.data, form.mobile.data)
        except Refusal as fault:
            form.form_errors.append(str(fault))
        else:
            for note in notes:
                post(note)
            flash(_told(bool(notes)), "success")
            return redirect(url_for(".start"))
    return _ask("panel/membership/addresses.html", form)


def _told(asked: bool) -> str:
    if asked:
        return _("We have sent a message to the new address. It is changed when you have opened the link there.")
    return _("Your details have been changed.")


@blueprint.route("/adress/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """Ask the person who opened the link in the mail to a new address."""
    form = AddressLinkForm()
    try:
        link = links.find(token, links.CHANGE_ADDRESS, hold=request.method == "POST")
        if not form.validate_on_submit():
            return _ask("panel/membership/confirm_address.html", form)
        if not agreed(form.change):
            return render_template("panel/membership/nothing_done.html")
        members.confirm_address(link)
    except links.DeadLink as dead:
        return _dead(dead.reason)
    except members.AlreadyMember:
        return _dead(links.USED)
    flash(_("The new address is in use."), "success")
    return redirect(url_for(".start"))


@blueprint.post("/paus")
@for_members
def pause(member: Member) -> ResponseReturnValue:
    """Send no invitations for now."""
    members.pause(member)
    flash(_("You are taking a break. You get no invitations until you come back."), "success")
    return redirect(url_for(".start"))


@blueprint.post("/ateruppta")
@for_members
def resume(member: Member) -> ResponseReturnValue:
    """Send invitations again."""
    members.resume(member)
    flash(_("Welcome back. You get invitations again."), "success")
    return redirect(url_for(".start"))


@blueprint.route("/samtycke", methods=["GET", "POST"])
@for_members
def agree(member: Member) -> ResponseReturnValue:
    """Show the text in force, and let the member agree to it where it is new."""
    municipality = current_app.config["MUNICIPALITY"]
    text = consents.shown(municipality)
    form = AgreeForm()
    if form.validate_on_submit() and form.version.data == str(text.version):
        consents.give(member, consents.ensure_text(municipality))
        flash(_("Thank you. You have agreed to the text."), "success")
        return redirect(url_for(".start"))
    form.version.data, form.version.raw_data = str(text.version), None
    facts = {"paragraphs": consents.worded(text, words.current()), "asked": consents.is_asked(member), "member": member}
    return _ask("panel/membership/agree.html", form, **facts)


@blueprint.route("/lamna", methods=["GET", "POST"])
@for_members
def leave(member: Member) -> ResponseReturnValue:
    """Tell what is erased and what remains; erase at once if the member says yes."""
    form = LeaveForm()
    if not form.validate_on_submit():
        return _ask("panel/membership/leave.html", form)
    if not agreed(form.leave):
        return redirect(url_for(".start"))
    farewell = members.forget(member)
    outreach.withdraw(db.session(), farewell.references, current_app.config["LINK_SECRET"])
    post(farewell.note)
    forget()
    return redirect(url_for(".left"))


@blueprint.get("/lamnat")
def left() -> str:
    """What has been erased and what remains."""
    return render_template("panel/membership/left.html")


@blueprint.get("/mina-uppgifter.json")
@for_members
def take_along(member: Member) -> ResponseReturnValue:
    """Everything that is kept about the member, as a file."""
    invited = outreach.taken_part(db.session(), member)
    data = owndata.extract(member, [each._asdict() for each in invited])
    text = json.dumps(data, ensure_ascii=False, indent=2)
    name = _("my-data") + ".json"
    return Response(text, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _ask(template: str, form: FlaskForm, **more: object) -> ResponseReturnValue:
    status = 422 if form.is_submitted() else 200
    return render_template(template, form=form, **more), status


def _dead(reason: str) -> ResponseReturnValue:
    page = render_template("panel/membership/dead.html", reason=reason)
    return page, 404 if reason == links.UNKNOWN else 410
