"""Commands about single members, and about what retention says must go."""

import json

import click
from flask import current_app

from analysis.words import _
from panel import addresses, members, outreach, owndata, retention
from panel.models import Member
from panel.views.posting import post
from surveys.db import db
from surveys.refusals import Refusal


class NoSuchMember(Refusal):
    """The address is nobody's in the register."""


def _member(address: str) -> Member:
    member = members.find(addresses.either(address))
    if member is None:
        raise NoSuchMember(_("No member has that address."))
    return member


@click.command("extract")
@click.argument("email")
def extract(email: str) -> None:
    """Print everything that is kept about one person, as JSON."""
    member = _member(email)
    invited = [each._asdict() for each in outreach.taken_part(db.session(), member)]
    click.echo(json.dumps(owndata.extract(member, invited), ensure_ascii=False, indent=2))


@click.command("forget")
@click.argument("email")
def forget(email: str) -> None:
    """Erase one person, as if they had left on their own page."""
    farewell = members.forget(_member(email))
    outreach.withdraw(db.session(), farewell.references, current_app.config["LINK_SECRET"])
    post(farewell.note)
    click.echo(_("The member has been erased. Answers are kept apart from people and can't be found."), err=True)


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
def purge(dry_run: bool) -> None:
    """Throw away what retention says must go; one line each: what, tab, how many."""
    counts = retention.purge(db.session(), dry_run)
    for rule in retention.RULES:
        click.echo(f"{_(rule.words)}\t{counts[rule.name]}")
    if dry_run:
        click.echo(_("Nothing has been changed."), err=True)
