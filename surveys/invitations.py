"""Invitations: one respondent's way into one survey, and how many have gone it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from analysis.words import _
from surveys import bands
from surveys.models import Invitation, InvitationState, Survey
from surveys.questionnaire import Questionnaire, check, errors
from surveys.refusals import Refusal

SIZE = 16
"""Bytes of an invitation's key, and of its proof in a link."""


class CannotHide(Refusal):
    """An invitation that would point out its person."""


class CannotAsk(Refusal):
    """A question about the districts that the municipality's districts do not fit."""


class Invitee(NamedTuple):
    """Somebody to invite, known by an opaque reference."""

    reference: str
    age_group: str
    district: str


@dataclass(frozen=True)
class Count:
    """How many of a group were invited, and how many have answered."""

    code: str
    label: str
    invited: int
    answered: int

    @property
    def response_rate(self) -> float | None:
        """Answered of invited, from 0 to 1; None where nobody was invited."""
        return self.answered / self.invited if self.invited else None


@dataclass(frozen=True)
class Status:
    """How a survey stands, without what anybody answered."""

    invited: int
    answered: int
    response_rate: float | None
    by_age_group: tuple[Count, ...]
    by_district: tuple[Count, ...]


def token(key: str, secret: bytes) -> str:
    """The personal link's token: derived, so that a reminder carries the same link and no table holds it."""
    raw = bytes.fromhex(key)
    return base64.urlsafe_b64encode(raw + _proof(raw, secret)).rstrip(b"=").decode()


def read_token(written: str, secret: bytes) -> str | None:
    """The key of the invitation that a token was derived from; None for anything that is no token of ours."""
    try:
        raw = base64.urlsafe_b64decode(written.encode("ascii") + b"=")
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    key, proof = raw[:SIZE], raw[SIZE:]
    genuine = hmac.compare_digest(proof, _proof(key, secret))
    return key.hex() if genuine and token(key.hex(), secret) == written else None


def _proof(key: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"invitation:" + key, hashlib.sha256).digest()[:SIZE]


def issue(
    session: Session,
    survey: Survey,
    people: Iterable[Invitee],
    age_labels: Mapping[str, str],
    district_labels: Mapping[str, str],
) -> list[Invitation]:
    """Invitations for these people, in their order; who has one keeps it. Labels are code to words, in order.

    Raises `CannotHide`, and `CannotAsk` where the districts, which are known from here on, leave no choice in a question.
    """
    wanted = {person.reference: person for person in people}
    known = {one.reference: one for one in _all(session, survey)}
    new = [person for reference, person in wanted.items() if reference not in known]
    placed = _join(session, list(known.values()), new) if known else _settle(new, list(age_labels))
    for person, (age, district) in zip(new, placed, strict=True):
        known[person.reference] = Invitation(
            key=secrets.token_hex(SIZE), survey_id=survey.id, reference=person.reference,
            age_group=person.age_group, district=person.district, band_age_group=age, band_district=district,
            state=InvitationState.OPEN,
        )  # fmt: skip
    session.add_all(known[person.reference] for person in new)
    _label(survey, known.values(), age_labels, district_labels)
    _check(survey)
    session.flush()
    return [known[reference] for reference in wanted]


def _settle(new: Sequence[Invitee], ages: Sequence[str]) -> list[bands.Cell]:
    found = bands.settle([(person.age_group, person.district) for person in new], ages)
    return [found[person.age_group, person.district] for person in new]


def _join(session: Session, earlier: Sequence[Invitation], new: Sequence[Invitee]) -> list[bands.Cell]:
    """Bands for latecomers among those that earlier ones have and keep."""
    sizes = Counter((one.band_age_group, one.band_district) for one in earlier)
    ages = {one.age_group: one.band_age_group for one in earlier if one.band_age_group}
    placed = [bands.place((person.age_group, person.district), sizes, ages) for person in new]
    nowhere = (bands.NOTHING, bands.NOTHING)
    lacking = bands.LEAST - sizes[nowhere] - placed.count(nowhere)
    if nowhere in placed and lacking > 0:
        _cover(earlier, sizes, lacking)
    return placed


def _cover(earlier: Sequence[Invitation], sizes: Counter[bands.Cell], count: int) -> None:
    """Hide latecomers whom no band fits: some who have not answered yet lose theirs, where enough others share it."""
    for one in earlier:
        band = (one.band_age_group, one.band_district)
        if count > 0 and any(band) and one.state == InvitationState.OPEN and sizes[band] > bands.LEAST:
            sizes[band] -= 1
            one.band_age_group = one.band_district = bands.NOTHING
            count -= 1
    if count > 0 and sum(sizes.values()) >= bands.LEAST:
        raise CannotHide(
            _(
                "Some of those to invite could be recognised by their age group and district. "
                "Invite at least ten at a time."
            )
        )


def _label(
    survey: Survey, invited: Iterable[Invitation], age_labels: Mapping[str, str], district_labels: Mapping[str, str]
) -> None:
    """Fix the words of the bands; those that stand already stay."""
    words = {**age_labels, **survey.age_groups}
    used = {one.band_age_group for one in invited} - {bands.NOTHING} | set(survey.age_groups)
    survey.age_groups = {code: bands.label(code, words) for code in sorted(used, key=_low)}
    lived_in = {one.district: district_labels.get(one.district, one.district) for one in invited}
    survey.districts = {**district_labels, **lived_in, **survey.districts}


def _check(survey: Survey) -> None:
    """Raise `CannotAsk` if the questionnaire has faults with the districts in it."""
    if not survey.versions:
        return
    written = Questionnaire.from_json(survey.current.body)
    asked = written.within(survey.districts or {bands.NOTHING: ""})  # without any, a question about them has none
    if asked != written and (faults := errors(check(asked))):
        words = _("The municipality's districts do not fit the questionnaire: %(faults)s")
        raise CannotAsk(words % {"faults": " ".join(map(str, faults))})


def _low(code: str) -> tuple[int, str]:
    digits = code.split("-")[0].rstrip("+")
    return (int(digits) if digits.isdigit() else 0, code)


def unanswered(session: Session, survey: Survey) -> Sequence[Invitation]:
    """Invitations that may still be answered: whom a reminder goes to."""
    rows = select(Invitation).where(Invitation.survey_id == survey.id, Invitation.state == InvitationState.OPEN)
    return session.scalars(rows.order_by(Invitation.key)).all()


def withdraw(session: Session, reference: str) -> int:
    """Close every open way in of somebody who has left; gives how many."""
    mine = update(Invitation).where(Invitation.reference == reference, Invitation.state == InvitationState.OPEN)
    return int(session.execute(mine.values(state=InvitationState.WITHDRAWN)).rowcount)  # type: ignore[attr-defined]


def status(session: Session, survey: Survey) -> Status:
    """Invited and answered, in all and by the groups that people were invited in; who has withdrawn is not counted."""
    rows = session.execute(
        select(Invitation.age_group, Invitation.district, Invitation.state, func.count())
        .where(Invitation.survey_id == survey.id, Invitation.state != InvitationState.WITHDRAWN)
        .group_by(Invitation.age_group, Invitation.district, Invitation.state)
    ).all()
    invited: Counter[tuple[str, str]] = Counter()
    answered: Counter[tuple[str, str]] = Counter()
    for age, district, state, number in rows:
        for group in (("", ""), ("age", age), ("district", district)):
            invited[group] += number
            answered[group] += number if state == InvitationState.ANSWERED else 0
    whole = Count("", "", invited["", ""], answered["", ""])
    ages = sorted((code for kind, code in invited if kind == "age"), key=_low)
    districts = sorted((code for kind, code in invited if kind == "district"), key=[*survey.districts].index)
    return Status(
        whole.invited,
        whole.answered,
        whole.response_rate,
        tuple(Count(c, bands.label(c, survey.age_groups), invited["age", c], answered["age", c]) for c in ages),
        tuple(Count(c, survey.districts.get(c, c), invited["district", c], answered["district", c]) for c in districts),
    )


def _all(session: Session, survey: Survey) -> Sequence[Invitation]:
    return session.scalars(select(Invitation).where(Invitation.survey_id == survey.id).order_by(Invitation.key)).all()
