"""Answering a survey: the personal link, one page of questions at a time, a look through, sending in."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from analysis.words import current
from surveys import answering, drafts, pictures
from surveys.answering import CannotAnswer
from surveys.db import db
from surveys.dialogues import PROMISES, SPECIAL_LAWS, STEPS
from surveys.drafts import Work
from surveys.forms import answering as forms
from surveys.views import holding
from surveys.views.answering.leading import after, onwards
from surveys.views.answering.showing import BUTTONS, asked_on, form_of, look_through, show, written
from surveys.views.holding import Holder

__all__ = ["BUTTONS", "blueprint"]

blueprint = Blueprint("answering", __name__)

LARGEST = 2 * 1024 * 1024
"""Bytes of a posted page: a text of a hundred thousand characters comes through and can be shown again."""
STATUS = {
    answering.UnknownLink: 404,
    answering.Withdrawn: 410,
    answering.Closed: 410,
    answering.NoKey: 503,
    holding.NoLink: 403,
    holding.AnotherLink: 409,
}


@blueprint.record_once
def _carry_own_proof(state: BlueprintSetupState) -> None:
    """Forms here carry a proof of their link (`holding.proof`) instead of one that ends with the session."""
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.before_request
def _bound() -> None:
    """No page of answers is longer than this; a draft could otherwise fill the disk."""
    request.max_content_length = LARGEST


@blueprint.errorhandler(CannotAnswer)
def turned_away(fault: CannotAnswer) -> ResponseReturnValue:
    """Say what stands in the way, and what to do about it."""
    status = STATUS.get(type(fault), 200)
    return render_template("surveys/answering/turned_away.html", fault=fault, survey=fault.survey), status


@blueprint.get("/")
def landing() -> str:
    """For those who come without a link."""
    return render_template("surveys/answering/turned_away.html", fault=holding.NoLink(), survey=None)


@blueprint.get("/<token>")
def link(token: str) -> ResponseReturnValue:
    """The personal link: swapped for a cookie of that survey, so that the address is clean from here on."""
    person = holding.read(token)
    work = drafts.load(db.session(), token) if person.open else Work()
    start_page = url_for(".start", survey_id=person.survey.id)
    response = redirect(onwards(Holder(token, person, work)) if work else start_page, 303)
    holding.remember(response, token, person)
    return response


@blueprint.get("/<int:survey_id>/")
def start(survey_id: int) -> str:
    """Who asks and why, what the answers can lead to, how they are kept secret."""
    holder = holding.holder(survey_id)
    survey, questionnaire = holder.person.survey, holder.person.questionnaire
    first = url_for(".question", survey_id=survey_id, number=(questionnaire.way({}) or (0,))[0] + 1)
    dialogue = survey.dialogue
    return render_template(
        "surveys/answering/start.html",
        survey=survey,
        questionnaire=questionnaire,
        dialogue=dialogue,
        step=STEPS.get(dialogue.ladder_step) if dialogue and dialogue.ladder_step else None,
        promise=PROMISES.get(dialogue.ladder_step) if dialogue and dialogue.ladder_step else None,
        law=SPECIAL_LAWS.get(dialogue.special_law) if dialogue and dialogue.special_law else None,
        begun=bool(holder.work),
        address=onwards(holder) if holder.work else first,
    )


@blueprint.get("/<int:survey_id>/fraga/<int:number>")
def question(survey_id: int, number: int) -> ResponseReturnValue:
    """One page of questions, with what has been answered or begun."""
    holder, page = holding.holder(survey_id), number - 1
    if page not in holder.person.questionnaire.way(holder.work.answers):
        return redirect(onwards(holder), 303)
    return show(holder, page, form_of(holder, page, holder.work.written.get(str(page))))


@blueprint.post("/<int:survey_id>/fraga/<int:number>")
def answer(survey_id: int, number: int) -> ResponseReturnValue:
    """Keep what stands on the page, right or wrong, and go where the reader wants to."""
    holder, page = holding.holder(survey_id, to_change=True), number - 1
    if page not in holder.person.questionnaire.way(holder.work.answers):
        return redirect(onwards(holder), 303)
    if "clear" in request.form:
        return _clear(holder, page)
    form = form_of(holder, page, written())
    leaving = "back" in request.form or "later" in request.form
    if valid := form.validate():
        given = forms.values(asked_on(holder, page), form)
        holder.work.answers |= {name: value for name, value in given.items() if value is not None or not leaving}
        holder.work.written.pop(str(page), None)
        _pass_over(holder, page)
    else:
        _set_aside(holder, page, form)
    drafts.save(db.session(), holder.token, survey_id, holder.work)
    return redirect(after(holder, page), 303) if valid or leaving else show(holder, page, form)


def _pass_over(holder: Holder, page: int) -> None:
    """Remember that the pages before were left blank: that is kept from the first answer on, see `drafts.save`."""
    questionnaire, answers = holder.person.questionnaire, holder.work.answers
    earlier = [each for at in questionnaire.way(answers) if at < page for each in asked_on(holder, at)]
    answers |= {each.name: answers.get(each.name) for each in earlier if each.asks and not each.required}


def _set_aside(holder: Holder, page: int, form: forms.Asking) -> None:
    """Keep a page with something wrong in it as it was written; what is wrong is not answered."""
    holder.work.written[str(page)] = written()
    asked = asked_on(holder, page)
    taken = forms.values(asked, form)
    for each in asked:
        if each.name not in taken:
            holder.work.answers.pop(each.name, None)


def _clear(holder: Holder, page: int) -> ResponseReturnValue:
    """Take back the answer to one question of the page; the others stay as they stand."""
    name = request.form["clear"]
    holder.work.answers.pop(name, None)
    holder.work.written[str(page)] = [(n, v) for n, v in written() if n != name and not n.startswith(f"{name}-")]
    drafts.save(db.session(), holder.token, holder.survey_id, holder.work)
    return redirect(request.full_path.rstrip("?"), 303)


@blueprint.post("/<int:survey_id>/spara/<int:number>")
def autosave(survey_id: int, number: int) -> ResponseReturnValue:
    """Keep a page while it is filled in: an answer given before is changed, one that is not given yet is set aside."""
    holder, page = holding.holder(survey_id, to_change=True), number - 1
    if page not in holder.person.questionnaire.way(holder.work.answers):
        abort(404)
    form = form_of(holder, page, written())
    if form.validate():
        given = forms.values(asked_on(holder, page), form)
        holder.work.answers |= {name: value for name, value in given.items() if name in holder.work.answers}
    holder.work.written[str(page)] = written()
    drafts.save(db.session(), holder.token, survey_id, holder.work)
    return "", 204


@blueprint.get("/<int:survey_id>/sparat")
def saved(survey_id: int) -> str:
    """It is saved; the same link goes on from here, on any device."""
    holder = holding.holder(survey_id)
    return render_template("surveys/answering/saved.html", survey=holder.person.survey, address=onwards(holder))


@blueprint.get("/<int:survey_id>/granska")
def review(survey_id: int) -> ResponseReturnValue:
    """All answers before they are sent in, each with its way back."""
    holder = holding.holder(survey_id)
    seen = holder.first_unanswered is None or holder.work.blank
    return look_through(holder) if seen else redirect(onwards(holder), 303)


@blueprint.post("/<int:survey_id>/skicka")
def send(survey_id: int) -> ResponseReturnValue:
    """Send in the answers: once, however often it is pressed."""
    holder = holding.holder(survey_id, to_change=True)
    if holder.first_unanswered is not None and not holder.work.blank:
        return redirect(onwards(holder), 303)
    try:
        answering.send_in(db.session(), holder.person.invitation.key, holder.work.answers, current())
    except answering.Unanswered as fault:
        return look_through(holder, fault.questions)
    drafts.drop(db.session(), holder.token)
    return redirect(url_for(".thanks", survey_id=survey_id), 303)


@blueprint.get("/<int:survey_id>/tack")
def thanks(survey_id: int) -> ResponseReturnValue:
    """Thanks, and what happens next."""
    person = holding.person(survey_id)
    if not person.answered:
        return redirect(url_for(".start", survey_id=survey_id), 303)
    return render_template("surveys/answering/thanks.html", survey=person.survey, questionnaire=person.questionnaire)


@blueprint.get("/<int:survey_id>/bild/<name>")
def picture(survey_id: int, name: str) -> Response:
    """An image that the questionnaire shows."""
    holding.person(survey_id)
    found = pictures.get(db.session(), survey_id, name) or abort(404)
    return Response(found.content, mimetype=found.mimetype)
