"""Invitations: tokens, bands, who is left, how it stands."""

from collections import Counter

import pytest
from sqlalchemy.orm import Session

from surveys import invitations
from surveys.invitations import CannotHide, Invitee
from surveys.models import Invitation, InvitationState, Survey
from tests import factories
from tests.answerers import AGES, BODY, invite

SECRET = b"s" * 32
KEY = "0123456789abcdef" * 2


def people(count: int, age: str = "30-44", district: str = "as", prefix: str = "r") -> list[Invitee]:
    return [Invitee(f"{prefix}{n}", age, district) for n in range(count)]


@pytest.fixture
def survey(house: Session) -> Survey:
    return factories.survey(house, BODY)


def test_a_token_is_derived_and_leads_back_to_its_key() -> None:
    token = invitations.token(KEY, SECRET)
    assert len(token) == 43
    assert token == invitations.token(KEY, SECRET)
    assert invitations.read_token(token, SECRET) == KEY


def test_no_other_token_leads_anywhere() -> None:
    token = invitations.token(KEY, SECRET)
    near = [token[:-1] + letter for letter in "ABCDEFGH"] + [token[:-1], token + "A", token + "=", " " + token]
    for wrong in {"", "å" * 43, "A" * 43, "../../etc/passwd", *near} - {token}:
        assert invitations.read_token(wrong, SECRET) is None


def test_another_installation_reads_no_token_of_ours() -> None:
    assert invitations.read_token(invitations.token(KEY, SECRET), b"t" * 32) is None


def test_who_is_invited_twice_keeps_one_invitation(house: Session, survey: Survey) -> None:
    first = invite(house, survey, people(12))
    again = invite(house, survey, [*people(12), *people(1)])
    assert [one.key for one in first] == [one.key for one in again]
    assert house.query(Invitation).count() == 12


def test_bands_are_labelled_in_order(house: Session, survey: Survey) -> None:
    invite(house, survey, [p for age in AGES for p in people(7 if age < "30" else 20, age, prefix=age)])
    assert list(survey.age_groups) == ["15-29", "30-44", "45-64", "65-79", "80+"]
    assert survey.districts == factories.DISTRICTS


def test_latecomers_join_bands_that_stand(house: Session, survey: Survey) -> None:
    earlier = invite(house, survey, people(20, "30-44") + people(20, "45-64", prefix="s"))
    before = [(one.band_age_group, one.band_district) for one in earlier]
    late = invite(house, survey, people(3, "45-64", prefix="t"))
    assert {(one.band_age_group, one.band_district) for one in late} == {("45-64", "as")}
    assert [(one.band_age_group, one.band_district) for one in earlier] == before


def test_a_latecomer_whom_no_band_fits_is_covered_by_others(house: Session, survey: Survey) -> None:
    invite(house, survey, people(40))
    invite(house, survey, people(1, "80+", "offerdal", prefix="late"))
    sizes = Counter((one.band_age_group, one.band_district) for one in house.query(Invitation))
    assert min(sizes.values()) >= 10


def test_a_latecomer_who_would_be_recognised_is_not_invited(house: Session, survey: Survey) -> None:
    for one in invite(house, survey, people(40)):
        one.state = InvitationState.ANSWERED
    with pytest.raises(CannotHide):
        invite(house, survey, people(1, "80+", "offerdal", prefix="late"))


def test_status_counts_by_the_groups_people_were_invited_in(house: Session, survey: Survey) -> None:
    found = invite(house, survey, people(4) + people(2, "80+", "krokom", prefix="s") + people(1, prefix="gone"))
    found[0].state = InvitationState.ANSWERED
    invitations.withdraw(house, "gone0")
    status = invitations.status(house, survey)
    assert (status.invited, status.answered, status.response_rate) == (6, 1, 1 / 6)
    assert [(c.code, c.invited, c.answered) for c in status.by_age_group] == [("30-44", 4, 1), ("80+", 2, 0)]
    assert [(c.label, c.invited, c.response_rate) for c in status.by_district] == [("Ås", 4, 0.25), ("Krokom", 2, 0)]


def test_a_reminder_goes_only_to_those_who_may_still_answer(house: Session, survey: Survey) -> None:
    found = invite(house, survey, people(3))
    found[0].state = InvitationState.ANSWERED
    invitations.withdraw(house, "r1")
    house.flush()
    assert [one.reference for one in invitations.unanswered(house, survey)] == ["r2"]


def test_who_has_left_can_not_answer_but_an_answer_stays(house: Session, survey: Survey) -> None:
    found = invite(house, survey, people(2))
    found[0].state = InvitationState.ANSWERED
    house.flush()
    assert [invitations.withdraw(house, f"r{n}") for n in (0, 1, 2)] == [0, 1, 0]
