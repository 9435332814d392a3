"""Choosing whom to invite, seeing them, writing to them, sending, reminding, and following how it goes."""

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analysis.words import _, ngettext
from panel import agegroups, languages, messages, outreach, shown
from panel.forms.joining import GENDERS
from panel.forms.outreach import ChooseForm, WordsForm
from panel.models import MessageState, Selection
from panel.outreach import CannotSend, Person, Plan
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
        plan=_told(selection),
        people=named[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(people),
        protected=len(people) - len(named),
        groups=_groups(people),
        page=page,
        total=total,
        **_labels(),
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
        plan=_told(selection),
        count=len(people),
        by_language=outreach.to_send(people, config["LANGUAGES"]),
        **_previews(survey, selection.wave),
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
        waves=_waves(), states=_states(),
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
        waves=_waves(),
        plans=[(one, _told(one)) for one in sent],
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


def _previews(survey: Survey, wave: int) -> dict[str, Any]:
    """What the receiver will see, in each language, or why it can't be sent."""
    previews: list[tuple[str, str, Markup, Markup]] = []
    config = current_app.config
    house = messages.House(config["MAIL_FROM"], config["MUNICIPALITY"], config["SERVICE_NAME"], config["BASE_URL"] + "/")
    try:
        for code in _offered():
            draft = outreach.draft(db.session(), survey, wave, code, house)
            links = {"link": f"{config['BASE_URL']}/svara/…", "stop": f"{config['BASE_URL']}/avregistrera/…"}
            previews.append(
                (
                    code,
                    draft.subject,
                    shown.safe(draft.hypertext("#", "#")),
                    shown.linked(draft.text(**links), follow=False),
                )
            )
    except Refusal as fault:
        return {"previews": [], "fault": str(fault)}
    return {"previews": previews, "fault": ""}


def _offered() -> list[str]:
    found: list[str] = current_app.config["LANGUAGES"]
    return found


def _waves() -> dict[int, str]:
    return {0: _("Invitation"), 1: _("First reminder"), 2: _("Second reminder")}


def _states() -> dict[MessageState, str]:
    return {
        MessageState.FAILED_PERMANENT: _("The receiver's mail server said no"),
        MessageState.BOUNCED_HARD: _("Came back"),
        MessageState.DEAD: _("Given up after several tries"),
        MessageState.UNKNOWN: _("Not known"),
    }


def _told(selection: Selection) -> str:
    """How a selection was made, in words."""
    if selection.wave:
        return _("Those who have not answered")
    plan = Plan.from_json(selection.plan)
    if plan.size is None:
        return _("Everybody who can be invited")
    names = {"district": _("District"), "age_group": _("Age group"), "gender": _("Gender")}
    spread = ", ".join(names[name].lower() for name in plan.stratify)
    text = _("A random sample of %(size)s, seed %(seed)s") % {"size": plan.size, "seed": plan.seed}
    return f"{text} ({spread})" if spread else text


def _labels() -> dict[str, Any]:
    return {
        "districts": outreach.places(db.session()),
        "age_label": agegroups.label,
        "genders": {code: _(name) for code, name in GENDERS},
        "names": languages.NAMES,
    }


def _groups(people: Sequence[Person]) -> list[tuple[str, list[tuple[str, int]]]]:
    """How many there are of each district, age group and gender."""
    labels = _labels()
    kinds = (
        (_("District"), "district", lambda code: labels["districts"].get(code, code)),
        (_("Age group"), "age_group", agegroups.label),
        (_("Gender"), "gender", lambda code: labels["genders"].get(code, code)),
    )
    found = []
    for title, name, label in kinds:
        counts = Counter(getattr(one, name) for one in people)
        found.append((title, [(label(code), counts[code]) for code in sorted(counts)]))
    return found
