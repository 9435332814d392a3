"""Choosing whom to invite, seeing them, writing to them, sending, reminding, and following how it goes."""

import secrets
from collections.abc import Sequence

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analysis.words import _, ngettext
from panel import languages, outreach
from panel.forms.outreach import ChooseForm, WordsForm
from panel.models import Selection
from panel.outreach import CannotSend, Plan
from panel.views import campaign
from surveys import drafting
from surveys.db import db
from surveys.models import Survey, SurveyState
from surveys.refusals import Refusal

blueprint = Blueprint("outreach", __name__)

PER_PAGE = 50
SEEDS = 1_000_000


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The surveys that can be sent, or have been."""
    found = [one for one in drafting.every(db.session()) if one.state != SurveyState.DRAFT]
    return render_template("panel/outreach/index.html", surveys=found)


@blueprint.get("/<int:key>")
def show(key: int) -> ResponseReturnValue:
    """How a campaign stands; before it has begun, whom to invite."""
    survey = _survey(key)
    sent = outreach.newest(db.session(), survey)
    if survey.state == SurveyState.DRAFT or not sent:
        return _choosing(survey, _form())
    return _following(survey, sent)


@blueprint.get("/<int:key>/fler")
def more(key: int) -> ResponseReturnValue:
    """Invite others to a survey that some are invited to already."""
    return _choosing(_survey(key), _form())


@blueprint.post("/<int:key>")
def choose(key: int) -> ResponseReturnValue:
    """Draw those to invite; nothing is sent."""
    survey, form = _survey(key), _form()
    if not form.validate_on_submit():
        return _choosing(survey, form), 422
    try:
        chosen = outreach.draw(db.session(), survey, _plan(form), current_app.config["AGE_GROUPS"])
    except Refusal as fault:
        form.form_errors.append(str(fault))
        return _choosing(survey, form), 422
    return redirect(url_for(".recipients", key=key, chosen=chosen.id))


@blueprint.get("/<int:key>/urval/<int:chosen>")
def recipients(key: int, chosen: int) -> ResponseReturnValue:
    """Everybody who will get the message, before it is sent."""
    survey, selection = _selection(key, chosen)
    people = outreach.recipients(db.session(), selection, survey, current_app.config["AGE_GROUPS"])
    named = [one for one in people if not one.protected]
    page = max(request.args.get("sida", 1, type=int) or 1, 1)
    total = max(1, -(-len(named) // PER_PAGE))
    if page > total:
        abort(404)
    return render_template(
        "panel/outreach/recipients.html",
        survey=survey,
        selection=selection,
        plan=campaign.told(selection),
        people=named[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(people),
        protected=len(people) - len(named),
        groups=campaign.groups(people),
        page=page,
        total=total,
        **campaign.labels(),
    )


@blueprint.route("/<int:key>/urval/<int:chosen>/texter", methods=["GET", "POST"])
def words(key: int, chosen: int) -> ResponseReturnValue:
    """Write the message in each language."""
    survey, selection = _selection(key, chosen)
    if selection.sent:
        flash(_("This has been sent already, so its text can't be changed."), "info")
        return redirect(url_for(".show", key=key))
    said = outreach.words(db.session(), survey, selection.wave, _offered())
    forms = {code: WordsForm(prefix=code).begin_with(said[code]) for code in _offered()}
    page = {"survey": survey, "selection": selection, "forms": forms, "names": languages.NAMES}
    valid = [form.validate_on_submit() for form in forms.values()]
    if request.method == "GET":
        return render_template("panel/outreach/words.html", **page)
    if not all(valid) or not _written(survey, selection.wave, forms):
        db.session.rollback()
        return render_template("panel/outreach/words.html", failed=True, **page), 422
    return redirect(url_for(".send", key=key, chosen=chosen))


@blueprint.route("/<int:key>/urval/<int:chosen>/skicka", methods=["GET", "POST"])
def send(key: int, chosen: int) -> ResponseReturnValue:
    """The last look: how many, and what they will read. The button sends."""
    survey, selection = _selection(key, chosen)
    config = current_app.config
    if request.method == "POST":
        try:
            count = outreach.send(db.session(), selection, survey, config["AGE_GROUPS"], config["LANGUAGES"])
        except Refusal as fault:
            flash(str(fault), "error")
            return redirect(url_for(".show", key=key)), 303
        flash(
            ngettext("%(n)s message is on its way.", "%(n)s messages are on their way.", count) % {"n": count},
            "success",
        )
        return redirect(url_for(".show", key=key))
    if selection.sent:
        flash(_("This has been sent already. Nothing was sent twice."), "info")
        return redirect(url_for(".show", key=key))
    people = outreach.recipients(db.session(), selection, survey, config["AGE_GROUPS"])
    return render_template(
        "panel/outreach/send.html",
        survey=survey,
        selection=selection,
        plan=campaign.told(selection),
        count=len(people),
        by_language=outreach.to_send(people, config["LANGUAGES"]),
        **campaign.previews(survey, selection.wave, _offered()),
        names=languages.NAMES,
    )


@blueprint.post("/<int:key>/paminn")
def remind(key: int) -> ResponseReturnValue:
    """Choose those who have not answered; they are shown before anything is sent."""
    survey = _survey(key)
    try:
        chosen = outreach.draw_reminder(db.session(), survey)
    except CannotSend as fault:
        flash(str(fault), "error")
        return redirect(url_for(".show", key=key))
    return redirect(url_for(".recipients", key=key, chosen=chosen.id))


@blueprint.post("/<int:key>/stoppa/<int:wave>")
def stop(key: int, wave: int) -> ResponseReturnValue:
    """Stop what has not gone yet."""
    count = outreach.stop(db.session(), _survey(key), wave)
    flash(
        ngettext("Stopped. %(n)s message was not sent.", "Stopped. %(n)s messages were not sent.", count) % {"n": count},
        "success",
    )
    return redirect(url_for(".show", key=key))


@blueprint.post("/<int:key>/fortsatt/<int:wave>")
def resume(key: int, wave: int) -> ResponseReturnValue:
    """Send the rest of what was stopped."""
    try:
        count = outreach.resume(db.session(), _survey(key), wave)
    except CannotSend as fault:
        flash(str(fault), "error")
        return redirect(url_for(".show", key=key))
    _tell_on_its_way(count)
    return redirect(url_for(".show", key=key))


@blueprint.get("/<int:key>/ej-fram")
def missed(key: int) -> ResponseReturnValue:
    """Who did not get a message, and why."""
    survey = _survey(key)
    return render_template(
        "panel/outreach/missed.html", survey=survey, missed=outreach.missed(db.session(), survey),
        waves=campaign.waves(), states=campaign.states(),
    )  # fmt: skip


def _tell_on_its_way(count: int) -> None:
    words = ngettext("%(n)s message is on its way.", "%(n)s messages are on their way.", count)
    flash(words % {"n": count}, "success")


def _survey(key: int) -> Survey:
    try:
        return drafting.get(db.session(), key)
    except Refusal:
        abort(404)


def _selection(key: int, chosen: int) -> tuple[Survey, Selection]:
    survey = _survey(key)
    found = outreach.selection(db.session(), survey, chosen)
    return survey, found or abort(404)


def _form() -> ChooseForm:
    form = ChooseForm()
    if not form.is_submitted():
        form.seed.data = secrets.randbelow(SEEDS)
    return form


def _plan(form: ChooseForm) -> Plan:
    if form.who.data == "all":
        return Plan()
    if form.size.data is None:
        raise Refusal(_("Write how many the sample is to hold."))
    return Plan(form.size.data, form.seed.data or 0, tuple(form.stratify.data or ()))


def _choosing(survey: Survey, form: ChooseForm) -> str:
    found = outreach.candidates(db.session(), survey, current_app.config["AGE_GROUPS"])
    left_out = [(_(outreach.REASONS[code]), count) for code, count in found.left_out.items()]
    return render_template("panel/outreach/choose.html", survey=survey, form=form, count=len(found.people), left_out=left_out)


def _following(survey: Survey, sent: Sequence[Selection]) -> str:
    standing = outreach.standing(db.session(), survey)
    stopped = {one.wave for one in sent if one.stopped}
    reminders = max(one.wave for one in sent)
    return render_template(
        "panel/outreach/show.html",
        survey=survey,
        standing=standing,
        stopped=stopped,
        waves=campaign.waves(),
        plans=[(one, campaign.told(one)) for one in sent],
        may_remind=survey.state == SurveyState.OPEN and reminders < outreach.MOST_REMINDERS,
        left=outreach.MOST_REMINDERS - reminders,
    )


def _written(survey: Survey, wave: int, forms: dict[str, WordsForm]) -> bool:
    """Keep what was written, or tell at each text what is wrong with it."""
    for form in forms.values():
        try:
            code = (form._prefix or "").rstrip("-")
            outreach.write(db.session(), survey, wave, code, str(form.subject.data), str(form.body.data))
        except Refusal as fault:
            form.body.errors = [*form.body.errors, str(fault)]
    return not any(form.body.errors for form in forms.values())


def _offered() -> list[str]:
    found: list[str] = current_app.config["LANGUAGES"]
    return found
