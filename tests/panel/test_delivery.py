"""The outbox reaches a real mail server, once each, whatever the server does."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from panel import delivery, outreach
from panel.channels import NotDelivered
from panel.delivery import LeaseLost, Sender, judge
from panel.delivery.sender import WAITS, _Lease
from panel.models import Member, MemberState, Message, MessageState
from surveys.clock import hold, now
from surveys.db import db
from surveys.models import Invitation, InvitationState, Survey, SurveyState
from tests.conftest import Work
from tests.mailbox import Mailbox, free_port
from tests.panel import sending

HANDED_OVER = MessageState.HANDED_OVER
QUEUED = MessageState.QUEUED


def one(work: Work, address: str = "anna@example.se") -> Message:
    with work() as session:
        found = session.scalars(select(Message).where(Message.address == address)).one()
        session.expunge(found)
        return found


def put(work: Work, *addresses: str) -> None:
    with work() as session:
        for address in addresses:
            delivery.put(session, "goodbye", address)


def campaign(work: Work, count: int = 30) -> int:
    with work() as session:
        sending.panel(session, count)
        survey = sending.open_survey(session)
        sending.invite(session, survey)
        return survey.id


def make_due(work: Work) -> None:
    with work() as session:
        session.execute(update(Message).values(next_at=now() - timedelta(minutes=1)))


def tally(work: Work) -> dict[str, int]:
    with work() as session:
        rows = session.execute(select(Message.state, func.count()).group_by(Message.state))
        return {row[0].value: row[1] for row in rows}


def test_a_message_reaches_a_real_mail_server_in_both_parts_and_in_its_language(app: Flask, work: Work) -> None:
    with work() as session:
        delivery.put(session, "goodbye", "anna@example.se", language="en")
    [letter] = sending.deliver(app)
    plain, page = sending.parts(letter)
    assert letter["To"] == "anna@example.se"
    assert letter["Content-Language"] == "en"
    assert "You have left the citizen panel of Krokoms kommun." in plain
    assert '<html lang="en">' in page
    assert one(work).state == HANDED_OVER


def test_a_campaign_of_many_uses_few_connections(app: Flask, work: Work) -> None:
    campaign(work)
    box = Mailbox()
    sending.deliver(app, box)
    assert sorted(box.addresses) == sorted(f"m{i}@example.se" for i in range(30))
    assert box.connections == 1


def test_what_was_sent_is_not_sent_again(app: Flask, work: Work) -> None:
    put(work, "anna@example.se")
    assert len(sending.deliver(app)) == 1
    assert sending.deliver(app) == []


def test_a_message_that_is_written_down_only_is_never_sent(app: Flask, work: Work) -> None:
    with work() as session:
        delivery.put(session, "sign_in", "", sent=False)
    assert sending.deliver(app) == []


def test_urgent_messages_go_before_a_campaign(app: Flask, work: Work) -> None:
    campaign(work)
    put(work, "anna@example.se")
    box = Mailbox()
    sending.deliver(app, box)
    assert box.addresses[0] == "anna@example.se"


def test_a_refusal_for_the_time_being_is_tried_again_under_the_same_message_id(app: Flask, work: Work) -> None:
    put(work, "anna@example.se")
    busy = Mailbox(rcpt=lambda address: "451 try later")
    sending.deliver(app, busy)
    tried = one(work)
    assert (tried.state, tried.attempts, tried.code) == (QUEUED, 1, 451)
    assert timedelta(seconds=40) < tried.next_at - now() < timedelta(seconds=80)
    make_due(work)
    [letter] = sending.deliver(app)
    assert tried.message_id in letter["Message-ID"]
    assert one(work).attempts == 2


def test_a_message_refused_for_the_time_being_too_often_is_dead() -> None:
    fault = NotDelivered("busy", code=451)
    waits = [judge(fault, attempts) for attempts in range(len(WAITS) + 1)]
    assert [outcome.state for outcome in waits] == [QUEUED] * 5 + [MessageState.DEAD]
    for outcome, wait in zip(waits, WAITS, strict=False):
        assert outcome.next_at is not None
        assert 0.7 * wait < outcome.next_at - now() < 1.3 * wait


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_refusal_for_good_is_final_and_stops_nobody_else(app: Flask, work: Work, where: str) -> None:
    put(work, "gone@example.se", "anna@example.se")
    box = Mailbox(**{where: lambda address: "550 no such user" if "gone" in address else None})
    sending.deliver(app, box)
    assert one(work, "gone@example.se").state == MessageState.FAILED_PERMANENT
    assert one(work, "gone@example.se").reply == "no such user"
    assert box.addresses == ["anna@example.se"]


def test_a_relay_that_is_down_costs_no_attempt_and_loses_nothing(app: Flask, work: Work) -> None:
    put(work, "anna@example.se", "bo@example.se")
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    from panel.worker import Worker

    Worker(app).once()
    assert tally(work) == {"queued": 2}
    assert one(work).attempts == 0
    make_due(work)
    assert len(sending.deliver(app)) == 2


def test_a_relay_that_says_421_costs_no_attempt(app: Flask, work: Work) -> None:
    put(work, "anna@example.se")
    sending.deliver(app, Mailbox(rcpt=lambda address: "421 too many messages"))
    assert (one(work).state, one(work).attempts) == (QUEUED, 0)


@pytest.mark.parametrize("how", ["drop before", "drop after"])
def test_a_connection_lost_in_the_middle_counts_and_comes_back(app: Flask, work: Work, how: str) -> None:
    put(work, "anna@example.se")
    sending.deliver(app, Mailbox(data=lambda address: how))
    assert (one(work).state, one(work).attempts) == (QUEUED, 1)


def test_a_connection_is_left_after_any_refusal(app: Flask, work: Work) -> None:
    put(work, "a@example.se", "b@example.se", "c@example.se")
    box = Mailbox(rcpt=lambda address: "550 no" if address.startswith("b") else None)
    sending.deliver(app, box)
    assert box.connections == 2


def test_who_has_answered_before_the_claim_gets_no_reminder(app: Flask, work: Work) -> None:
    key = campaign(work)
    sending.deliver(app)
    with work() as session:
        survey = session.get_one(Survey, key)
        chosen = outreach.draw_reminder(session, survey)
        assert outreach.send(session, chosen, survey, sending.GROUPS, sending.LANGUAGES) == 30
    with work() as session:
        answered = session.scalars(select(Message).where(Message.wave == 1).limit(10)).all()
        keys = [message.invitation for message in answered]
        addresses = {message.address for message in answered}
        session.execute(update(Invitation).where(Invitation.key.in_(keys)).values(state=InvitationState.ANSWERED))
    box = Mailbox()
    sending.deliver(app, box)
    assert len(box.raw) == 20
    assert not addresses & set(box.addresses)


@pytest.mark.parametrize("state", [MemberState.PAUSED, MemberState.PENDING])
def test_who_is_no_longer_active_gets_nothing(app: Flask, work: Work, state: MemberState) -> None:
    campaign(work)
    with work() as session:
        session.execute(update(Member).where(Member.email == "m3@example.se").values(state=state))
    box = Mailbox()
    sending.deliver(app, box)
    assert "m3@example.se" not in box.addresses
    assert one(work, "m3@example.se").state == MessageState.SUPPRESSED


def test_who_wants_no_reminders_gets_the_invitation_all_the_same(app: Flask, work: Work) -> None:
    key = campaign(work)
    with work() as session:
        session.execute(update(Member).where(Member.email == "m3@example.se").values(stop_reminders=True))
    assert len(sending.deliver(app)) == 30
    with work() as session:
        chosen = outreach.draw_reminder(session, session.get_one(Survey, key))
        assert len(chosen.members) == 29


def test_a_survey_that_closes_takes_its_waiting_messages_with_it(app: Flask, work: Work) -> None:
    key = campaign(work)
    with work() as session:
        session.get_one(Survey, key).state = SurveyState.CLOSED
    assert sending.deliver(app) == []
    assert tally(work) == {"suppressed": 30}


def test_a_stopped_wave_is_cancelled_and_goes_on_where_it_was(app: Flask, work: Work) -> None:
    key = campaign(work)
    with work() as session:
        assert outreach.stop(session, session.get_one(Survey, key), 0) == 30
    assert sending.deliver(app) == []
    with work() as session:
        assert outreach.resume(session, session.get_one(Survey, key), 0) == 30
    assert len(sending.deliver(app)) == 30


def test_a_message_that_comes_back_to_a_stopped_wave_is_not_sent(app: Flask, work: Work) -> None:
    key = campaign(work)
    with work() as session:
        leased = delivery.claim(session.connection(), "a worker", delivery.BULK, 5)
        outreach.stop(session, session.get_one(Survey, key), 0)
        session.execute(update(Message).where(Message.id.in_([m.id for m in leased])).values(state=QUEUED))
    make_due(work)
    assert sending.deliver(app) == []
    assert tally(work) == {"cancelled": 30}


def test_two_workers_never_hold_the_same_message(app: Flask, work: Work) -> None:
    campaign(work)
    with work():
        with db.engine.begin() as connection:
            first = delivery.claim(connection, "first", delivery.BULK, 20, outreach.verdict())
        with db.engine.begin() as connection:
            second = delivery.claim(connection, "second", delivery.BULK, 20, outreach.verdict())
    assert (len(first), len(second)) == (20, 10)
    assert not {m.id for m in first} & {m.id for m in second}


def test_a_dead_workers_messages_are_taken_over_when_its_lease_is_out(app: Flask, work: Work) -> None:
    put(work, "anna@example.se")
    with work(), db.engine.begin() as connection:
        assert len(delivery.claim(connection, "dead", delivery.URGENT)) == 1
    assert sending.deliver(app) == []
    with hold(now() + delivery.LEASE + timedelta(seconds=1)):
        assert len(sending.deliver(app)) == 1


def test_a_worker_that_stands_still_within_a_transaction_keeps_its_messages_no_longer_than_a_lease(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(work, "anna@example.se")
    monkeypatch.setattr("panel.delivery.queue.LEASE", timedelta(seconds=1))
    with work():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("nobody can take SQLite's lock from who stands still")
        engine = delivery.quick(db.engine)
        with engine.connect() as still, db.engine.connect() as other:
            assert len(delivery.claim(still, "still", delivery.URGENT)) == 1
            began = time.monotonic()
            while not delivery.claim(other, "other", delivery.URGENT):
                other.rollback()
                assert time.monotonic() - began < 20
                time.sleep(0.1)
            assert time.monotonic() - began > 0.5, "not before its lease is over"
            with pytest.raises(DBAPIError, match="idle-in-transaction"):
                still.commit()
            with engine.begin() as anew:
                assert delivery.claim(anew, "still", delivery.URGENT) == []
        engine.dispose()


def test_no_address_is_in_what_the_worker_logs_of_a_database(app: Flask, work: Work) -> None:
    with work():
        engine = delivery.quick(db.engine)
        with engine.connect() as connection, pytest.raises(DBAPIError) as fault:
            connection.execute(text("SELECT address FROM nowhere WHERE address = :address"), {"address": "anna@example.se"})
        engine.dispose()
    assert "anna" not in str(fault.value)


def test_who_has_lost_the_lease_can_not_record_anything(app: Flask, work: Work) -> None:
    put(work, "anna@example.se")
    from panel.delivery.queue import Outcome, settle

    with work(), db.engine.begin() as connection:
        [message] = delivery.claim(connection, "mine", delivery.URGENT)
        assert not settle(connection, "another", message.id, Outcome(HANDED_OVER))
        assert settle(connection, "mine", message.id, Outcome(HANDED_OVER))
        assert not settle(connection, "mine", message.id, Outcome(MessageState.DEAD))


def test_nothing_is_handed_over_in_the_last_fifth_of_a_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = _Lease()
    lease.check()
    began = lease._began
    monkeypatch.setattr("panel.delivery.sender.time.monotonic", lambda: began + 0.81 * delivery.LEASE.total_seconds())
    with pytest.raises(LeaseLost):
        lease.check()


def test_a_message_whose_lease_ran_out_is_put_back_unsent(app: Flask, work: Work) -> None:
    put(work, "anna@example.se")

    class Slow:
        def send(self, letter: object, ready: object) -> None:
            raise LeaseLost

        def close(self) -> None:
            pass

    with work():
        from panel.channels import Letter

        sender = Sender(db.engine, lambda message: Letter("a", "b", b""), lambda name: Slow())  # type: ignore[arg-type,return-value]
        sender.round(delivery.URGENT)
    assert (one(work).state, one(work).attempts) == (QUEUED, 0)


def test_a_message_that_can_not_be_written_stops_no_other(app: Flask, work: Work) -> None:
    with work() as session:
        delivery.put(session, "no such template", "odd@example.se")
        delivery.put(session, "goodbye", "a b@example.se")
    put(work, "anna@example.se")
    box = Mailbox()
    sending.deliver(app, box)
    assert box.addresses == ["anna@example.se"]
    assert one(work, "odd@example.se").state == QUEUED
    assert one(work, "a b@example.se").state == MessageState.FAILED_PERMANENT


def test_a_channel_that_there_is_not_fails_with_its_reason(app: Flask, work: Work) -> None:
    with work() as session:
        delivery.put(session, "goodbye", "+46701234567", channel="sms")
        delivery.put(session, "goodbye", "anna@example.se", channel="pigeon")
    sending.deliver(app)
    failed = one(work)
    assert failed.state == MessageState.FAILED_PERMANENT
    assert "pigeon" in (failed.reply or "")


def test_planning_the_same_wave_again_changes_nothing(app: Flask, work: Work) -> None:
    campaign(work)
    with work() as session:
        rows = [
            {"recipient": m.recipient, "wave": 0, "invitation": m.invitation, "fields": {}}
            | delivery.row("invitation", m.address, campaign=m.campaign, language="sv")
            for m in session.scalars(select(Message))
        ]
        assert delivery.plan(session, rows) == 0
    assert len(sending.deliver(app)) == 30


def test_the_claim_uses_the_index_of_what_is_due(app: Flask, work: Work) -> None:
    with work() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("SQLite tells its plan; PostgreSQL decides by size")
        from panel.delivery.queue import _due

        query = str(_due("bulk").compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + query).fetchall()
    assert any("ix_outbox_due" in str(row) for row in plan)
