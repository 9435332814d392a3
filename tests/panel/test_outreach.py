"""Who is invited, who is drawn, who is reminded; and what the bridge lets through."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from panel import outreach
from panel.models import Consent, Member, MemberState, Message, MessageState, Participation, Selection
from panel.outreach import CannotSend, Person, Plan, allocate, sample
from panel.outreach.people import MOST_A_YEAR
from panel.outreach.sampling import CannotDraw
from surveys import invitations
from surveys.clock import hold, now, today
from surveys.models import Invitation, InvitationState, Survey, SurveyState
from surveys.refusals import Refusal
from tests import factories
from tests.conftest import Work
from tests.panel import sending
from tests.panel.sending import GROUPS, LANGUAGES


def crowd(*sizes: int) -> list[Person]:
    """People in districts of these sizes."""
    return [
        Person(1000 * d + i, f"p{d}-{i}@example.se", GROUPS[i % 6], f"d{d}", "woman" if i % 2 else "man", "sv", False)
        for d, size in enumerate(sizes)
        for i in range(size)
    ]


def reasons(session: Session, survey: Survey) -> dict[str, int]:
    return dict(outreach.candidates(session, survey, GROUPS).left_out)


def answer(session: Session, count: int) -> None:
    keys = session.scalars(select(Invitation.key).order_by(Invitation.key).limit(count)).all()
    session.execute(update(Invitation).where(Invitation.key.in_(keys)).values(state=InvitationState.ANSWERED))


def arrive(session: Session) -> None:
    session.execute(update(Message).values(state=MessageState.HANDED_OVER))


# Who


def test_an_active_consenting_member_with_an_address_can_be_invited(house: Session) -> None:
    sending.panel(house, 3)
    found = outreach.candidates(house, sending.open_survey(house), GROUPS)
    assert [one.email for one in found.people] == [f"m{i}@example.se" for i in range(3)]
    assert found.left_out == {}


def test_somebody_with_only_a_mobile_number_is_told_of_and_not_dropped_in_silence(house: Session) -> None:
    text = sending.text(house)
    sending.agree(house, factories.member(house, None, mobile="+46701234567"), to=text)
    assert reasons(house, sending.open_survey(house)) == {"unreachable": 1}


def test_those_who_paused_or_did_not_confirm_or_agree_are_left_out_each_for_a_reason(house: Session) -> None:
    people = sending.panel(house, 4)
    people[0].state = MemberState.PAUSED
    people[1].confirmed_on = None
    for consent in people[2].consents or house.scalars(select(Consent).where(Consent.member_id == people[2].id)):
        consent.withdrawn = now()
    house.flush()
    assert reasons(house, sending.open_survey(house)) == {"consent": 1, "paused": 1, "unconfirmed": 1}


def test_a_new_consent_text_stops_invitations_until_it_is_agreed_to(house: Session) -> None:
    people = sending.panel(house, 2)
    newest = sending.text(house, version=2)
    survey = sending.open_survey(house)
    assert reasons(house, survey) == {"consent": 2}
    sending.agree(house, people[0], to=newest)
    assert reasons(house, survey) == {"consent": 1}


def test_nobody_is_invited_more_than_four_times_in_a_year(house: Session) -> None:
    [anna] = sending.panel(house, 1)
    survey = sending.open_survey(house)
    for i in range(MOST_A_YEAR):
        when = today() - timedelta(days=90 * i)
        house.add(Participation(member_id=anna.id, survey_id=900 + i, reference=f"{i:032x}", invited_on=when))
    house.flush()
    assert reasons(house, survey) == {"often": 1}
    with hold(now() + timedelta(days=100)):
        assert reasons(house, survey) == {}


def test_age_groups_are_those_of_the_opening_day(house: Session) -> None:
    [anna] = sending.panel(house, 1)
    survey = sending.open_survey(house)
    anna.birth_year = today().year - 19
    house.flush()
    with hold(now() + timedelta(days=400)):
        [person] = outreach.candidates(house, survey, GROUPS).people
    assert person.age_group == "15-19"


# Drawing


@given(st.dictionaries(st.tuples(st.text("abc", min_size=1, max_size=3)), st.integers(0, 60), min_size=1), st.data())
def test_shares_add_up_and_nobody_is_drawn_who_is_not_there(sizes: dict[tuple[str], int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(sizes.values())))
    shares = allocate(sizes, total)
    assert sum(shares.values()) == total
    for cell, share in shares.items():
        exact = total * sizes[cell] / max(sum(sizes.values()), 1)
        assert share <= sizes[cell]
        assert abs(share - exact) < 1


def test_the_largest_remainders_get_what_is_left() -> None:
    assert allocate({("a",): 50, ("b",): 30, ("c",): 21}, 10) == {("a",): 5, ("b",): 3, ("c",): 2}
    assert allocate({("a",): 1, ("b",): 1, ("c",): 1}, 2) == {("a",): 1, ("b",): 1, ("c",): 0}


def test_a_stratified_sample_has_each_districts_share() -> None:
    people = crowd(60, 30, 10)
    chosen = set(sample(people, Plan(20, 7, ("district",))))
    assert Counter(one.district for one in people if one.id in chosen) == {"d0": 12, "d1": 6, "d2": 2}


def test_the_same_seed_draws_the_same_and_another_draws_others() -> None:
    people = crowd(60, 40)
    first = sample(people, Plan(20, 7, ("district", "gender")))
    assert first == sample(list(reversed(people)), Plan(20, 7, ("district", "gender")))
    assert first != sample(people, Plan(20, 8, ("district", "gender")))


def test_this_seed_draws_these_people_for_ever() -> None:
    assert sample(crowd(12), Plan(4, 2309)) == [4, 5, 9, 10]


def test_everybody_has_the_same_chance() -> None:
    people = crowd(20, 10)
    counts = Counter(one for seed in range(600) for one in sample(people, Plan(9, seed, ("district",))))
    assert min(counts.values()) > 130
    assert max(counts.values()) < 230


@pytest.mark.parametrize("plan", [(0, 1, ()), (-5, 1, ()), (5, -1, ()), (5, 2**31, ()), (5, 1, ("email",))])
def test_a_plan_that_can_not_be_drawn_is_refused(plan: tuple[int, int, tuple[str, ...]]) -> None:
    with pytest.raises(CannotDraw):
        Plan(*plan)


def test_more_than_there_are_can_not_be_drawn() -> None:
    with pytest.raises(CannotDraw, match="11"):
        sample(crowd(11), Plan(12, 1))


# Inviting


def test_an_invitation_is_three_rows_and_no_name_goes_below(house: Session) -> None:
    [anna, *_others] = sending.panel(house, 12)
    survey = sending.open_survey(house)
    assert sending.invite(house, survey) == 12
    way = house.scalars(select(Participation).where(Participation.member_id == anna.id)).one()
    below = house.scalars(select(Invitation).where(Invitation.reference == way.reference)).one()
    assert (below.age_group, below.district) == ("20-29", "as")
    values = {str(getattr(below, column.name)) for column in Invitation.__table__.columns}
    assert not {str(anna.email), str(anna.birth_year)} & values
    assert re.fullmatch(r"[0-9a-f]{32}", way.reference)
    message = house.scalars(select(Message).where(Message.recipient == anna.id)).one()
    assert (message.invitation, message.campaign, message.wave) == (below.key, f"survey:{survey.id}", 0)
    assert message.fields == {}


def test_the_link_in_the_mail_opens_the_invitation_and_is_stored_nowhere(app: Flask, work: Work) -> None:
    with work() as session:
        sending.panel(session, 12)
        sending.invite(session, sending.open_survey(session))
    for letter in sending.deliver(app):
        plain, page = sending.parts(letter)
        [token] = re.findall(r"http://localhost/svara/([\w-]{43})\s", plain)
        assert page.count(token) == 1
        with work() as session:
            key = invitations.read_token(token, app.config["LINK_SECRET"])
            [member] = session.scalars(
                select(Member.email)
                .join(Participation)
                .join(Invitation, Invitation.reference == Participation.reference)
                .where(Invitation.key == key)
            )
            assert member == letter["To"]
            for table in (Message, Invitation, Participation, Selection):
                rows = session.execute(select(table.__table__)).all()
                assert token not in str(rows)


def test_each_gets_the_message_in_their_own_language(app: Flask, work: Work) -> None:
    with work() as session:
        people = sending.panel(session, 12)
        people[0].language, people[1].language = "en", "sma"
        sending.invite(session, sending.open_survey(session))
    found = {letter["To"]: letter for letter in sending.deliver(app)}
    assert "How do you want to travel?" in found["m0@example.se"]["Subject"]
    assert "Hur vill du resa?" in found["m1@example.se"]["Subject"]


def test_nobody_is_invited_twice(house: Session) -> None:
    sending.panel(house, 12)
    survey = sending.open_survey(house)
    sending.invite(house, survey)
    with pytest.raises(CannotSend):
        sending.invite(house, survey)
    assert reasons(house, survey) == {"invited": 12}


def test_who_leaves_between_the_choice_and_the_sending_is_not_invited(house: Session) -> None:
    people = sending.panel(house, 12)
    survey = sending.open_survey(house)
    chosen = outreach.draw(house, survey, Plan(), GROUPS)
    people[0].state = MemberState.PAUSED
    house.flush()
    assert outreach.send(house, chosen, survey, GROUPS, LANGUAGES) == 11


def test_a_selection_is_sent_once(house: Session) -> None:
    sending.panel(house, 12)
    survey = sending.open_survey(house)
    chosen = outreach.draw(house, survey, Plan(), GROUPS)
    outreach.send(house, chosen, survey, GROUPS, LANGUAGES)
    with pytest.raises(CannotSend):
        outreach.send(house, chosen, survey, GROUPS, LANGUAGES)


@pytest.mark.parametrize("state", [SurveyState.DRAFT, SurveyState.CLOSED, SurveyState.PUBLISHED])
def test_only_an_open_survey_is_sent(house: Session, state: SurveyState) -> None:
    sending.panel(house, 12)
    survey = sending.open_survey(house)
    chosen = outreach.draw(house, survey, Plan(), GROUPS)
    survey.state = state
    with pytest.raises(CannotSend):
        outreach.send(house, chosen, survey, GROUPS, LANGUAGES)
    with pytest.raises(CannotSend):
        outreach.draw(house, survey, Plan(), GROUPS)
    assert house.scalar(select(func.count()).select_from(Invitation)) == 0


def test_a_text_that_names_a_last_day_needs_one(house: Session) -> None:
    sending.panel(house, 12)
    survey = sending.open_survey(house)
    survey.closes = None
    with pytest.raises(Refusal, match="sista_dag"):
        sending.invite(house, survey)


# Reminding


def invited(session: Session, count: int = 30) -> Survey:
    sending.panel(session, count)
    survey = sending.open_survey(session)
    sending.invite(session, survey)
    arrive(session)
    return survey


def remind(session: Session, survey: Survey) -> int:
    chosen = outreach.draw_reminder(session, survey)
    return outreach.send(session, chosen, survey, GROUPS, LANGUAGES)


def test_a_reminder_goes_only_to_those_who_have_not_answered(house: Session) -> None:
    survey = invited(house)
    answer(house, 12)
    assert remind(house, survey) == 18


def test_who_answers_between_the_choice_and_the_sending_is_not_reminded(house: Session) -> None:
    survey = invited(house)
    chosen = outreach.draw_reminder(house, survey)
    answer(house, 12)
    assert len(outreach.recipients(house, chosen, survey, GROUPS)) == 18
    assert outreach.send(house, chosen, survey, GROUPS, LANGUAGES) == 18


def test_there_are_at_most_two_reminders(house: Session) -> None:
    survey = invited(house)
    for _wave in (1, 2):
        assert remind(house, survey) == 30
        arrive(house)
    with pytest.raises(CannotSend):
        remind(house, survey)
    templates = Counter(house.scalars(select(Message.template)))
    assert templates == {"invitation": 30, "reminder_1": 30, "reminder_2": 30}


def test_a_reminder_carries_the_same_link_as_the_invitation(app: Flask, work: Work) -> None:
    def links() -> dict[str, str]:
        return {
            str(letter["To"]): re.findall(r"/svara/([\w-]{43})", sending.parts(letter)[0])[0] for letter in sending.deliver(app)
        }

    with work() as session:
        sending.panel(session, 12)
        key = sending.open_survey(session).id
        sending.invite(session, session.get_one(Survey, key))
    first = links()
    with work() as session:
        remind(session, session.get_one(Survey, key))
    assert links() == first


def test_who_never_got_the_invitation_is_not_reminded(house: Session) -> None:
    survey = invited(house)
    lost = house.scalars(select(Message).limit(2)).all()
    lost[0].state, lost[1].state = MessageState.FAILED_PERMANENT, MessageState.BOUNCED_HARD
    house.flush()
    assert remind(house, survey) == 28


def test_no_reminder_while_the_last_message_is_on_its_way(house: Session) -> None:
    survey = invited(house)
    house.scalars(select(Message).limit(1)).one().state = MessageState.QUEUED
    house.flush()
    with pytest.raises(CannotSend):
        remind(house, survey)


def test_no_reminder_before_an_invitation(house: Session) -> None:
    with pytest.raises(CannotSend):
        outreach.draw_reminder(house, sending.open_survey(house))


# Following


def test_the_counts_add_up_in_all_and_by_group(house: Session) -> None:
    survey = invited(house)
    answer(house, 9)
    failed = house.scalars(select(Message).limit(3)).all()
    for message in failed:
        message.state = MessageState.FAILED_PERMANENT
    house.flush()
    said = outreach.standing(house, survey).to_json()
    assert {name: said[name] for name in ("invited", "sent", "failed", "answered", "response_rate")} == {
        "invited": 30, "sent": 27, "failed": 3, "answered": 9, "response_rate": 0.3,
    }  # fmt: skip
    for kind in ("by_age_group", "by_district"):
        for name in ("invited", "sent", "failed", "answered"):
            assert sum(group[name] for group in said[kind]) == said[name]
    assert said["waves"] == [{"number": 0, "waiting": 0, "sent": 27, "failed": 3, "withheld": 0}]


def test_who_did_not_get_it_is_listed_but_for_protected_people(house: Session) -> None:
    survey = invited(house)
    failed = house.scalars(select(Message).order_by(Message.id).limit(2)).all()
    for message in failed:
        message.state, message.code, message.reply = MessageState.FAILED_PERMANENT, 550, "no such user"
    house.execute(update(Member).where(Member.id == failed[0].recipient).values(protected=True))
    house.flush()
    hidden, named = outreach.missed(house, survey)
    assert (hidden.address, hidden.protected) == ("", True)
    assert (named.address, named.code, named.reply) == (failed[1].address, 550, "no such user")
