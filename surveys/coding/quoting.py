"""Quotes that point at nobody: suggested by the machine, released by people, taken back."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from analysis import text
from analysis.words import _
from surveys.coding.framing import get
from surveys.coding.values import Told
from surveys.models import Quote, Survey, Theme
from surveys.refusals import Refusal
from surveys.signals import tell


def suggested(survey: Survey, each: Told, language: str = "sv") -> list[str]:
    """Quotes that may be released when somebody has read them: cleared of names, numbers and addresses."""
    texts = [answer.text for answer in each.answers]
    whole = text.Theme(tuple(each.theme.words), tuple(range(len(texts))), (1.0,) * len(texts))
    places = [*survey.districts.values()]
    released = {quote.text.casefold() for quote in each.quotes}
    return [q.text for q in text.quotes(texts, whole, allowed=places, language=language) if q.text.casefold() not in released]


def release(session: Session, theme: Theme, said: str, allowed: Iterable[str] = (), language: str = "sv") -> Quote:
    """Let a quote be shown; refused where it still holds what looks like a name, a number or an address."""
    said = " ".join(said.split())
    if not said:
        raise Refusal(_("Write the quote."))
    if text.cleared(said, allowed, language) != said:
        raise Refusal(
            _("The quote holds what looks like a name, a number or an address: %(cleared)s")
            % {"cleared": text.cleared(said, allowed, language)}
        )
    quote = Quote(theme_id=theme.id, text=said)
    session.add(quote)
    session.flush()
    tell("quote released", "survey", theme.survey_id)
    return quote


def withdraw(session: Session, survey: Survey, key: int) -> None:
    """Take a quote back."""
    quote = session.get(Quote, key)
    if quote is None:
        raise Refusal(_("There is no such quote."))
    get(session, survey, quote.theme_id)
    session.delete(quote)
