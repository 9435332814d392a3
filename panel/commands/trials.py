"""A command for trials: made-up answers, in a demo database only."""

import random

import click
from sqlalchemy.orm import Session

from analysis import progress
from analysis.words import _
from panel import installation
from panel.demo import answers
from surveys import answering, drafting, invitations
from surveys.db import db
from surveys.models import Survey
from surveys.refusals import Refusal


@click.command("fake-answers")
@click.argument("key", metavar="ID", type=int)
@click.option("--count", type=click.IntRange(1), required=True, help="How many invited answer, at most as many as have not.")
@click.option("--seed", type=int, required=True, help="The same seed makes the same answers.")
def fake_answers(key: int, count: int, seed: int) -> None:
    """Let invited members of a demo answer an open survey; prints how many did."""
    if not installation.is_demo():
        raise Refusal(_("Answers are made up in a demo database only."))
    session = db.session()
    click.echo(_fake(session, drafting.get(session, key), count, seed))


def _fake(session: Session, survey: Survey, count: int, seed: int) -> int:
    """Answers by the way that members' answers go; the worker mixes them."""
    rng = random.Random(seed)  # noqa: S311 (made-up data)
    questionnaire = survey.current.questionnaire
    chosen = list(invitations.unanswered(session, survey))
    rng.shuffle(chosen)
    taken = chosen[:count]
    for invitation in progress.shown(taken, len(taken), _("Answers")):
        district = survey.districts.get(invitation.district, "")
        said = answers.made_up(questionnaire, rng, invitation.age_group, district)
        answering.send_in(session, invitation.key, said, questionnaire.default_language)
    return len(taken)
