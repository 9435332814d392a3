"""What members agree to: versions of a text, who has agreed to which, and when it was taken back."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from analysis.words import _
from panel.models import Consent, ConsentText, Member
from surveys.clock import now, today
from surveys.db import db
from surveys.refusals import Refusal


class SameText(Refusal):
    """A new version that says nothing new."""


DEFAULT = {
    "sv": """\
Jag vill vara med i medborgarpanelen i {municipality}.

Kommunen sparar mina kontaktuppgifter, mitt födelseår, mitt kön, min kommundel, mitt språk och hur jag vill få \
inbjudningar. Uppgifterna används för att bjuda in mig till enkäter och för att se om panelen liknar \
invånarna i kommunen.

Det är frivilligt att svara. Svar sparas skilt från mina kontaktuppgifter. Kommunen kan se om jag har \
svarat, men inte vad.

Jag kan när som helst ändra mina uppgifter, ta en paus eller lämna panelen på Min sida. Då tas mina uppgifter bort \
genast. Svar som jag redan har skickat kan inte tas bort, för ingen kan se vilka som är mina.

Kommunen ansvarar för uppgifterna. Jag kan klaga hos Integritetsskyddsmyndigheten, imy.se.""",
    "en": """\
I want to be a member of the citizen panel of {municipality}.

The municipality keeps my contact details, my year of birth, my gender, my district, my language and how I want to get \
invitations. They are used to invite me to surveys and to see whether the panel is like the people of the municipality.

Answering is voluntary. Answers are kept apart from my contact details. The municipality can see whether I have \
answered, but not what.

I can change my details, take a break or leave the panel at any time on My page. My details are then erased at once. \
Answers that I have already sent can't be erased, because nobody can see which are mine.

The municipality is responsible for the data. I can complain to the Swedish Authority for Privacy Protection, \
imy.se.""",
}
"""A text to begin with, to be confirmed by the municipality's jurist; a new wording is a new version."""


def in_force() -> ConsentText | None:
    """The newest text that has come into force."""
    return db.session.scalar(
        select(ConsentText).where(ConsentText.in_force <= today()).order_by(ConsentText.version.desc()).limit(1)
    )


def shown(municipality: str) -> ConsentText:
    """The text that a page shows: the one in force, else the default, which is not yet written down."""
    texts = {language: text.format(municipality=municipality) for language, text in DEFAULT.items()}
    return in_force() or ConsentText(version=1, texts=texts, in_force=today())


def ensure_text(municipality: str) -> ConsentText:
    """The text in force; the default becomes version 1 where there is none."""
    text = shown(municipality)
    try:
        with db.session.begin_nested():
            db.session.add(text)
    except IntegrityError:  # somebody else was first, a moment ago
        text = shown(municipality)
    return text


def worded(text: ConsentText, language: str) -> list[str]:
    """The paragraphs of a text in a language, in Swedish where it lacks that one."""
    words = text.texts.get(language) or text.texts.get("sv") or next(iter(text.texts.values()))
    return [part for part in words.split("\n\n") if part.strip()]


def standing(member: Member) -> Consent | None:
    """The member's newest consent that has not been taken back."""
    return next((consent for consent in reversed(member.consents) if consent.withdrawn is None), None)


def is_asked(member: Member) -> bool:
    """Whether there is a newer text than the one the member has agreed to."""
    newest, given = in_force(), standing(member)
    return newest is not None and (given is None or given.text.version < newest.version)


def give(member: Member, text: ConsentText) -> None:
    """Agree to a text; an older consent is replaced by it."""
    withdraw(member)
    member.consents.append(Consent(text_id=text.id, text=text, given=now()))


def withdraw(member: Member) -> None:
    """Take back what the member has agreed to."""
    for consent in member.consents:
        if consent.withdrawn is None:
            consent.withdrawn = now()


def versions() -> list[tuple[ConsentText, int]]:
    """Every version, the newest first, and how many stand by it."""
    standing_by = select(Consent.text_id, func.count()).where(Consent.withdrawn.is_(None)).group_by(Consent.text_id)
    counts = {row[0]: row[1] for row in db.session.execute(standing_by)}
    texts = db.session.scalars(select(ConsentText).order_by(ConsentText.version.desc()))
    return [(text, counts.get(text.id, 0)) for text in texts]


def new_version(texts: dict[str, str]) -> ConsentText:
    """Put a new wording in force from today; one that says what the text in force says is refused."""
    newest = in_force()
    if newest is not None and newest.texts == texts:
        raise SameText(_("The text is the same as the one in force, so members are not asked again."))
    last = db.session.scalar(select(func.max(ConsentText.version))) or 0
    text = ConsentText(version=last + 1, texts=texts, in_force=today())
    db.session.add(text)
    db.session.flush()
    return text
