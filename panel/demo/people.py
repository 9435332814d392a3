"""Made-up members: older, more women and nearer to the centre than the population, as panels are."""

import random
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from panel import consents
from panel.models import Consent, District, Member, MemberState
from surveys.clock import now, today

AGES = {(15, 19): 3, (20, 29): 8, (30, 44): 20, (45, 64): 34, (65, 79): 27, (80, 95): 8}
"""Shares of the panel, in percent, by age."""
DISTRICTS = {"Krokom": 27, "Ås": 24, "Nälden": 14, "Offerdal": 12, "Aspås": 7, "Alsen": 8, "Föllinge": 8}
GENDERS = {"woman": 56, "man": 42, "other": 1, "undisclosed": 1}
LANGUAGES = {"sv": 94, "en": 6}

T = TypeVar("T")


def register(session: Session, rng: random.Random, count: int) -> None:
    """Members with addresses that lead nowhere; a third were drawn at random, the others chose to join."""
    codes = {d.name: d.code for d in session.scalars(select(District))}
    text = consents.in_force()
    assert text is not None  # the text was ensured before
    for number in range(1, count + 1):
        low, high = _one(rng, AGES)
        member = Member(
            email=f"medlem{number:04}@demo.example",
            birth_year=today().year - rng.randint(low, high),
            gender=_one(rng, GENDERS),
            district=codes[_one(rng, DISTRICTS)],
            language=_one(rng, LANGUAGES),
            recruited="random" if rng.random() < 1 / 3 else "self_chosen",
            protected=number % 133 == 0,
            state=MemberState.ACTIVE,
            joined_on=today(),
            confirmed_on=today(),
        )
        member.consents.append(Consent(text=text, given=now()))
        session.add(member)
    session.flush()


def _one(rng: random.Random, shares: dict[T, int]) -> T:
    return rng.choices(list(shares), list(shares.values()))[0]
