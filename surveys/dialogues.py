"""Dialogues: what must be said before one may go to the citizens, and what is owed back."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import N_, _
from surveys.models import Dialogue, LadderStep, SurveyState
from surveys.refusals import Refusal
from surveys.signals import tell

STEPS = {
    LadderStep.INFORMATION: N_("Information"),
    LadderStep.CONSULTATION: N_("Consultation"),
    LadderStep.DIALOGUE: N_("Dialogue"),
    LadderStep.INFLUENCE: N_("Influence"),
    LadderStep.CO_DECISION: N_("Shared decision"),
}
"""The steps of the ladder of participation, from the lowest."""

PROMISES = {
    LadderStep.INFORMATION: N_("We tell you what is going on. The decision is already made."),
    LadderStep.CONSULTATION: N_(
        "You choose between alternatives that officials have prepared. The elected read the result before they decide, "
        "but are not bound by it."
    ),
    LadderStep.DIALOGUE: N_("You and the elected exchange views. What is said is weighed when they decide."),
    LadderStep.INFLUENCE: N_("You take part in shaping the proposals that the elected decide on."),
    LadderStep.CO_DECISION: N_("The elected have handed over a part of the decision to those who take part."),
}
"""What each step promises, in words to the participant."""

TOLD = (
    ("title", N_("Title")),
    ("purpose", N_("Purpose")),
    ("can_change", N_("What can change")),
    ("cannot_change", N_("What cannot change")),
    ("ladder_step", N_("Step on the ladder of participation")),
    ("body", N_("Board or committee")),
    ("initiated_by", N_("Chair who initiates")),
    ("governing_document", N_("Governing document")),
    ("starts", N_("First day")),
    ("ends", N_("Last day")),
    ("feedback_due", N_("Last day for feedback")),
)
"""What every dialogue must tell, in the order of its page."""

QUESTIONS = (
    ("needs_knowledge", N_("Do the elected need more knowledge of what citizens think, to decide well?")),
    (
        "teaches",
        N_("Can the dialogue teach citizens how a decision can be influenced, and why the municipality must prioritise?"),
    ),
    ("can_be_influenced", N_("Can the question be influenced?")),
    ("open_to_influence", N_("Are we who ask open to being influenced?")),
)
"""The four questions of the strategy; each is answered with yes or no and a reason."""

SPECIAL_LAWS = {
    "": N_("None"),
    "pbl-comprehensive": N_("Comprehensive plan (Planning and Building Act 3:9)"),
    "pbl-detailed": N_("Detailed plan (Planning and Building Act 5:11)"),
}


class NotFound(Refusal):
    """There is no such dialogue."""


def get(session: Session, key: int) -> Dialogue:
    """The dialogue with number ``key``."""
    found = session.get(Dialogue, key)
    if found is None:
        raise NotFound(_("There is no dialogue with number %(number)s.") % {"number": key})
    return found


def by_slug(session: Session, slug: str) -> Dialogue:
    """The dialogue at a public address."""
    found = session.scalar(select(Dialogue).where(Dialogue.slug == slug))
    if found is None:
        raise NotFound(_("There is no dialogue at this address."))
    return found


def every(session: Session) -> Sequence[Dialogue]:
    """All dialogues, the newest first."""
    return session.scalars(select(Dialogue).order_by(Dialogue.id.desc())).all()


def public(session: Session) -> list[Dialogue]:
    """Dialogues that the public sees: those with a survey that has been open."""
    return [d for d in every(session) if any(s.state != SurveyState.DRAFT for s in d.surveys)]


def create(session: Session, values: Mapping[str, Any]) -> Dialogue:
    """A new dialogue, which may be filled in little by little."""
    dialogue = Dialogue(**values, slug=_free_slug(session, values["title"]))
    session.add(dialogue)
    session.flush()
    tell("dialogue created", "dialogue", dialogue.id)
    return dialogue


def change(dialogue: Dialogue, values: Mapping[str, Any]) -> None:
    """New values; the frame can't change once a survey has been open, since answers were given under it."""
    opened = any(s.state != SurveyState.DRAFT for s in dialogue.surveys)
    fixed = {"ladder_step", "can_change", "cannot_change", "purpose"} if opened else set()
    for name, value in values.items():
        if name in fixed and value != getattr(dialogue, name):
            raise Refusal(
                _("“%(field)s” can't be changed: a survey has been open under these terms.") % {"field": _label(name)}
            )
    for name, value in values.items():
        setattr(dialogue, name, value)
    tell("dialogue changed", "dialogue", dialogue.id)


def step(dialogue: Dialogue) -> str:
    """The message that names the dialogue's step; empty while none is chosen."""
    return STEPS[dialogue.ladder_step] if dialogue.ladder_step else ""


def promise(dialogue: Dialogue) -> str:
    """The message that says what the step promises; empty while none is chosen."""
    return PROMISES[dialogue.ladder_step] if dialogue.ladder_step else ""


def missing(dialogue: Dialogue | None) -> list[str]:
    """What must be said before a survey of the dialogue may open, each in words; empty when all is well (rules 1–6)."""
    if dialogue is None:
        return [_("The survey belongs to no dialogue. Choose one.")]
    lines = [
        _("“%(field)s” is empty.") % {"field": _(label)} for name, label in TOLD if not getattr(dialogue, name)
    ]
    return lines + _gates(dialogue) + _dates(dialogue) + _special(dialogue)


def _gates(dialogue: Dialogue) -> list[str]:
    lines = []
    for name, question in QUESTIONS:
        if getattr(dialogue, name) is None:
            lines.append(_("Not answered: %(question)s") % {"question": _(question)})
        elif not getattr(dialogue, f"{name}_reason").strip():
            lines.append(_("The reason is missing: %(question)s") % {"question": _(question)})
    if dialogue.needs_knowledge is False and dialogue.teaches is False:
        lines.append(_("Neither of the first two questions is a yes, so the dialogue is not worth the citizens' time."))
    if dialogue.can_be_influenced is False:
        lines.append(_("The question can't be influenced. Then citizens should be informed, not asked."))
    if dialogue.open_to_influence is False:
        lines.append(_("We who ask are not open to being influenced. Then we should not ask."))
    if dialogue.about_individual is None:
        lines.append(_("Say whether the dialogue is about a decision on one person."))
    elif dialogue.about_individual:
        lines.append(_("The dialogue is about a decision on one person. Such matters are never put to a panel."))
    return lines


def _dates(dialogue: Dialogue) -> list[str]:
    lines = []
    if dialogue.starts and dialogue.ends and dialogue.starts > dialogue.ends:
        lines.append(_("The first day comes after the last day."))
    if dialogue.ends and dialogue.feedback_due and dialogue.feedback_due < (dialogue.starts or dialogue.ends):
        lines.append(_("Feedback is due before the dialogue begins."))
    return lines


def _special(dialogue: Dialogue) -> list[str]:
    if not dialogue.special_law:
        return []
    lines = []
    if not (dialogue.statutory_from and dialogue.statutory_to):
        lines.append(_("The dates of the statutory consultation are missing."))
    if not dialogue.statutory_how.strip():
        lines.append(_("It is not said how a written view is lodged in the statutory consultation."))
    return lines


def publish_feedback(dialogue: Dialogue, text: str, on: date) -> None:
    """Tell participants, parties and the public what came of it: only then is a dialogue finished."""
    if not text.strip():
        raise Refusal(_("Write what was decided and what difference the answers made."))
    dialogue.feedback, dialogue.feedback_published = text, on
    tell("feedback published", "dialogue", dialogue.id)


def overdue(dialogue: Dialogue, on: date) -> bool:
    """Whether the feedback is owed and late."""
    return bool(dialogue.feedback_due and not dialogue.feedback_published and dialogue.feedback_due < on)




def _label(name: str) -> str:
    return next(_(label) for field, label in TOLD if field == name)


def _free_slug(session: Session, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "dialog"
    slug, number = base, 2
    while session.scalar(select(Dialogue.id).where(Dialogue.slug == slug)):
        slug, number = f"{base}-{number}", number + 1
    return slug
