"""Commands that the group `surveys` takes in: invite, remind, status, and links for trials."""

import json
from pathlib import Path

import click
from flask import current_app

from analysis.words import _, ngettext, percent
from panel import installation, outreach
from panel.outreach import STRATA, Plan
from surveys import drafting
from surveys.commands.saving import save
from surveys.db import db
from surveys.models import Survey
from surveys.refusals import Refusal

NUMBER = click.IntRange(1, 2**31 - 1)


@click.command("invite")
@click.argument("key", metavar="ID", type=NUMBER)
@click.option("--sample", type=click.IntRange(max=10**9), help="Invite so many, drawn at random; without it the whole panel.")
@click.option("--seed", type=click.IntRange(max=10**9), default=0, show_default=True, help="The same seed draws the same sample.")
@click.option("--stratify", default="", help=f"Spread the sample over {', '.join(STRATA)}; commas between.")
def invite(key: int, sample: int | None, seed: int, stratify: str) -> None:
    """Put invitations to a survey into the outbox; the worker sends them."""
    strata = tuple(name.strip() for name in stratify.split(",") if name.strip())
    survey = _survey(key)
    chosen = outreach.draw(db.session(), survey, Plan(sample, seed, strata), current_app.config["AGE_GROUPS"])
    _send(survey, chosen.id)


@click.command("remind")
@click.argument("key", metavar="ID", type=NUMBER)
def remind(key: int) -> None:
    """Remind those who have not answered, at most twice."""
    survey = _survey(key)
    _send(survey, outreach.draw_reminder(db.session(), survey).id)


@click.command("status")
@click.argument("key", metavar="ID", type=NUMBER)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the groups.")
def status(key: int, as_json: bool) -> None:
    """Tell how many were invited, got the message, and have answered."""
    standing = outreach.standing(db.session(), _survey(key))
    if as_json:
        click.echo(json.dumps(standing.to_json(), ensure_ascii=False, indent=2))
        return
    for group in (standing.whole, *standing.by_age_group, *standing.by_district):
        rate = "-" if group.response_rate is None else percent(group.response_rate)
        words = _("%(group)s: invited %(invited)s, sent %(sent)s, failed %(failed)s, answered %(answered)s (%(rate)s)")
        values = {"group": group.label or _("Everybody"), "invited": group.invited, "sent": group.sent}
        click.echo(words % (values | {"failed": group.failed, "answered": group.answered, "rate": rate}))


@click.command("links")
@click.argument("key", metavar="ID", type=NUMBER)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="One link a line.")
def links(key: int, output: Path) -> None:
    """Write the personal links of those who have not answered to a file; only in a demo database."""
    if not installation.is_demo():
        raise Refusal(_("Personal links are shown in a demo database only: whoever has a link can answer with it."))
    config = current_app.config
    found = outreach.personal_links(db.session(), _survey(key), config["LINK_SECRET"], config["BASE_URL"])
    save("".join(f"{link}\n" for link in found).encode(), output)


COMMANDS = (invite, remind, status, links)


def _survey(key: int) -> Survey:
    return drafting.get(db.session(), key)


def _send(survey: Survey, key: int) -> None:
    config = current_app.config
    chosen = outreach.selection(db.session(), survey, key)
    if chosen is None:
        raise Refusal(_("There is nobody to send to."))
    count = outreach.send(db.session(), chosen, survey, config["AGE_GROUPS"], config["LANGUAGES"])
    click.echo(
        ngettext("%(n)s message in the outbox.", "%(n)s messages in the outbox.", count) % {"n": count}, err=True
    )
