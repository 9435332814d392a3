"""What the pages of a campaign say: previews, how people were chosen, groups, what became of messages."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from analysis.words import _
from panel import agegroups, languages, messages, outreach, shown
from panel.forms.joining import GENDERS
from panel.models import MessageState, Selection
from panel.outreach import Person, Plan
from surveys.db import db
from surveys.models import Survey
from surveys.refusals import Refusal


def previews(survey: Survey, wave: int, offered: Sequence[str]) -> dict[str, Any]:
    """What the receiver will see, in each language, or why it can't be sent."""
    house = messages.house(current_app.config)
    link, stop = f"{house.home}svara/…", f"{house.home}avregistrera/…"
    found: list[tuple[str, str, Markup, Markup]] = []
    try:
        for code in offered:
            draft = outreach.draft(db.session(), survey, wave, code, house)
            plain = shown.linked(draft.text(link, stop), follow=False)
            found.append((code, draft.subject, shown.safe(draft.hypertext("#", "#")), plain))
    except Refusal as fault:
        return {"previews": [], "fault": str(fault)}
    return {"previews": found, "fault": ""}


def waves() -> dict[int, str]:
    """What each wave is called."""
    return {0: _("Invitation"), 1: _("First reminder"), 2: _("Second reminder")}


def states() -> dict[MessageState, str]:
    """Why somebody did not get a message."""
    return {
        MessageState.FAILED_PERMANENT: _("The receiver's mail server said no"),
        MessageState.BOUNCED_HARD: _("Came back"),
        MessageState.DEAD: _("Given up after several tries"),
        MessageState.UNKNOWN: _("Not known"),
    }


def told(selection: Selection) -> str:
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


def labels() -> dict[str, Any]:
    """The words for codes in a list of people."""
    return {
        "districts": outreach.places(db.session()),
        "age_label": agegroups.label,
        "genders": {code: _(name) for code, name in GENDERS},
        "names": languages.NAMES,
    }


def groups(people: Sequence[Person]) -> list[tuple[str, list[tuple[str, int]]]]:
    """How many there are of each district, age group and gender."""
    said = labels()
    kinds = (
        (_("District"), "district", lambda code: said["districts"].get(code, code)),
        (_("Age group"), "age_group", agegroups.label),
        (_("Gender"), "gender", lambda code: said["genders"].get(code, code)),
    )
    found = []
    for title, name, label in kinds:
        counts = Counter(getattr(one, name) for one in people)
        found.append((title, [(label(code), counts[code]) for code in sorted(counts)]))
    return found
