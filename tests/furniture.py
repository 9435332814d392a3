"""A house with something in every room, and for every address something to show."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from panel import links
from panel.models import Message, Selection, Staff
from panel.staff import password_link
from surveys.clock import now
from tests import answerers, factories
from tests.panel import sending


@dataclass
class Furniture:
    """What stands in the rooms, as values for the arguments of addresses."""

    values: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def address(self, rule: Rule) -> str:
        """The address of a rule, with something real for each of its arguments."""
        values = {name: self._value(rule, name) for name in rule.arguments}
        _, path = rule.build(values)  # type: ignore[misc]
        return str(path)

    def _value(self, rule: Rule, name: str) -> Any:
        special = {
            ("answering.question", "number"): 1,
            ("answering.answer", "number"): 1,
            ("answering.autosave", "number"): 1,
            ("results.export", "name"): "csv",
            ("surveys.export", "name"): "yaml",
            ("results.chart", "name"): "usual",
            ("register.mirror_file", "name"): "csv",
            ("exploring.show", "name"): "usual",
            ("exploring.save", "name"): "usual",
            ("coding.show", "name"): "more",
        }
        if name == "token":
            return self.tokens.get(rule.endpoint, "A" * 43)
        return special.get((rule.endpoint, name), self.values[name])


def furnish(app: Flask, session: Session) -> Furniture:
    """Put something into every room."""
    people = sending.panel(session, 12)
    for name in factories.CAST:
        factories.staff(session, name)
    spare = Staff(email="ledig@example.se", name="Ledig", fs_uniquifier="spare", active=True)
    session.add(spare)
    invitations = answerers.open_survey(session, app, people=12)
    survey = invitations[0].survey_id
    factories.survey(session, answerers.BODY, of=factories.dialogue(session, "skola"))
    chosen = Selection(survey_id=survey, wave=0, drawn=now(), plan={"kind": "all"}, members=[one.id for one in people])
    session.add(chosen)
    session.flush()
    found = Furniture()
    found.values = {"key": survey, "survey_id": survey, "number": spare.id, "slug": "resor", "chosen": chosen.id, "wave": 0,
                    "name": "x", "kind": "svg", "ending": "svg", "filename": "panel.css"}  # fmt: skip
    found.tokens = {
        "answering.link": answerers.link(app, invitations[0].key).rpartition("/")[2],
        "security.reset_password": password_link(spare.id, "").rpartition("/")[2],
        "joining.ask": _mailed(app, session, links.CONFIRM, None),
        "membership.enter": _mailed(app, session, links.SIGN_IN, people[0].id),
        "membership.confirm_address": _mailed(app, session, links.CHANGE_ADDRESS, people[1].id),
    }
    found.tokens["joining.confirm"] = found.tokens["joining.ask"]
    return found


def _mailed(app: Flask, session: Session, purpose: str, member: int | None) -> str:
    message = Message(campaign=f"of-its-own-{purpose}", channel="email", address="anna@example.se", template=purpose,
                      recipient=member, message_id=f"m-{purpose}", next_at=now() + timedelta(days=9),
                      fields={links.KEPT: {"email": "ny@example.se"}})  # fmt: skip
    session.add(message)
    session.flush()
    return links.issue(session, message, app.config["LINK_SECRET"])
