"""Who holds a personal link: it is swapped for a cookie of its survey, and its forms carry a proof that follows it."""

import hashlib
import hmac
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from flask import current_app, request
from werkzeug.wrappers import Response

from analysis.words import N_
from surveys import answering, drafts, invitations
from surveys.answering import CannotAnswer, Respondent
from surveys.clock import HERE, now
from surveys.db import db
from surveys.drafts import Work

LONGEST = timedelta(days=120)
"""How long a device remembers the link into a survey without a last day."""
PROOF = "csrf_token"


class NoLink(CannotAnswer):
    """This device has not opened the personal link, or has forgotten it."""

    title = N_("Open the link in your invitation")
    text = N_("It opens your survey where you left it. What you have answered is saved.")


class AnotherLink(CannotAnswer):
    """Somebody else's link has been opened on this device since the page was shown."""

    title = N_("Another link has been opened on this device")
    text = N_(
        "So that answers are not mixed up, nothing on that page was saved. Open your own link again to go on."
    )  # fmt: skip


class Holder(NamedTuple):
    """Somebody with a personal link: the token, whom it lets in, and the work so far."""

    token: str
    person: Respondent
    work: Work

    @property
    def survey_id(self) -> int:
        """The number of the survey."""
        return self.person.survey.id

    @property
    def first_unanswered(self) -> int | None:
        """The page to go on at; None when all have been seen."""
        return self.person.questionnaire.first_unanswered(self.work.answers)


def read(token: str, to_change: bool = False) -> Respondent:
    """Whom a token lets in; `UnknownLink` if nobody."""
    key = invitations.read_token(token, current_app.config["LINK_SECRET"])
    return answering.enter(db.session(), key, to_change)


def person(survey_id: int, to_change: bool = False) -> Respondent:
    """Who opened their link into this survey on this device; a form's proof must be of the same link."""
    token = request.cookies.get(_cookie(survey_id), "")
    if not token:
        raise NoLink
    found = read(token, to_change)
    if found.survey.id != survey_id:
        raise NoLink
    current_app.extensions["speak"](list(found.questionnaire.languages))
    if to_change and not hmac.compare_digest(request.form.get(PROOF, "").encode(), proof(token).encode()):
        raise AnotherLink(found.survey)
    return found


def holder(survey_id: int, to_change: bool = False) -> Holder:
    """The same, where there are questions for this person now; else `CannotAnswer` says why not."""
    found = person(survey_id, to_change)
    found.check()
    token = request.cookies[_cookie(survey_id)]
    return Holder(token, found, drafts.load(db.session(), token))


def remember(response: Response, token: str, found: Respondent) -> None:
    """Let this device remember the link until the survey closes."""
    response.set_cookie(
        _cookie(found.survey.id), token, max_age=_lasting(found), path="/",
        secure=current_app.config["HTTPS"], httponly=True, samesite="Lax",
    )  # fmt: skip


def proof(token: str) -> str:
    """What a page of this link's holder sends along with its form; it never grows old, as a session's would."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def _cookie(survey_id: int) -> str:
    return f"{'__Host-' if current_app.config['HTTPS'] else ''}svar-{survey_id}"


def _lasting(found: Respondent) -> timedelta:
    if found.survey.closes is None:
        return LONGEST
    end = datetime.combine(found.survey.closes, time.max, HERE).astimezone(UTC)
    return max(end - now(), timedelta(hours=1))
