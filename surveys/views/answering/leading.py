"""Where a page of questions leads: back, on, to the review, or away for now."""

from flask import request, url_for

from surveys.views.holding import Holder


def changing() -> bool:
    """Whether the reader came from the review, and goes back to it."""
    return request.args.get("fran") == "granska"


def onwards(holder: Holder) -> str:
    """The first unanswered question, or the review if there is none; with a note that work goes on."""
    if holder.first_unanswered is None:
        return url_for(".review", survey_id=holder.survey_id, fortsatt=1)
    return url_for(".question", survey_id=holder.survey_id, number=holder.first_unanswered + 1, fortsatt=1)


def after(holder: Holder, page: int) -> str:
    """Where a page's button leads."""
    if "later" in request.form:
        return url_for(".saved", survey_id=holder.survey_id)
    questionnaire, answers = holder.person.questionnaire, holder.work.answers
    back = "back" in request.form
    if back:
        at = questionnaire.previous_page(page, answers)
    else:
        at = holder.first_unanswered if changing() else questionnaire.next_page(page, answers)
    if at is None:
        return url_for(".start" if back else ".review", survey_id=holder.survey_id)
    return url_for(".question", survey_id=holder.survey_id, number=at + 1)
