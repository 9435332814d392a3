"""The audit log: who, what, when; never an answer, an address or a value; never changed."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from panel import audit
from panel.forms.events import ACTION_WORDS
from panel.models import Event, Member
from surveys import signals
from tests import factories
from tests.panel.signing import fill


def events(work, **wanted) -> list[Event]:
    with work() as session:
        found = session.query(Event).filter_by(**wanted).order_by(Event.id).all()
        session.expunge_all()
        return found


def test_every_change_of_a_row_is_written_down_with_the_names_of_its_columns(work):
    with work() as session:
        factories.anna(session)
    with work() as session:
        session.query(Member).one().gender = "other"
    with work() as session:
        session.delete(session.query(Member).one())
    told = [(each.action, each.key, each.detail) for each in events(work, subject="member")]
    assert told == [("added", "1", {}), ("changed", "1", {"columns": ["gender"]}), ("removed", "1", {})]


def test_no_value_is_ever_written_down(work):
    with work() as session:
        person = factories.anna(session)
        session.flush()
        person.email, person.mobile = "ny@example.se", "+46701234567"
    text = str([vars(each) for each in events(work)])
    assert "example.se" not in text
    assert "4670" not in text
    assert "columns" in text


def test_what_is_rolled_back_is_not_written_down(work, app):
    with work() as session:
        factories.anna(session)
        session.flush()
        session.rollback()
    assert events(work, subject="member") == []


def test_who_did_it_is_told(work, sign_in):
    with work() as session, audit.acting_as("command"):
        factories.anna(session)
    assert {each.actor for each in events(work, subject="member")} == {"command"}
    fill(sign_in("Åke"), "/konton/nytt", email="x@example.se", name="X", roles=["presidium"])
    with work() as session:
        number = factories.staff(session, "Åke").id
    assert events(work, subject="staff")[-1].actor == f"staff:{number}"


def test_the_surveys_floor_tells_and_is_heard(work):
    with work():
        signals.tell("survey opened", "survey", 7, count=3)
    (event,) = events(work, subject="survey")
    assert (event.action, event.key, event.detail) == ("survey opened", "7", {"count": 3})


def test_roles_and_sign_ins_are_written_down_but_no_secret_columns(sign_in, work):
    with work() as session:
        number = factories.staff(session, "Per").id
    fill(sign_in("Åke"), f"/konton/{number}", roles=["analytiker"])
    changed = events(work, action="changed", key=str(number))
    assert [each.detail for each in changed] == [{"columns": ["roles"]}]


def test_what_people_answer_is_none_of_the_log_s_business():
    watched = {table.__tablename__ for table in audit.WATCHED}
    assert not watched & {"invitation", "draft", "envelope", "epoch", "response", "participation", "mailed_link", "outbox"}


def test_every_other_table_of_people_surveys_and_results_is_watched():
    from surveys.db import Base, db

    quiet = {"invitation", "draft", "envelope", "epoch", "response", "participation", "mailed_link", "outbox", "event",
             "rate_count", "shown_message", "pending_import", "job", "coding", "sorting", "role", "staff_role"}  # fmt: skip
    there = {table.name for metadata in {Base.metadata, *db.metadatas.values()} for table in metadata.tables.values()}
    assert there - quiet == {table.__tablename__ for table in audit.WATCHED}


def test_nothing_in_the_house_changes_or_removes_an_event(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("events.")]
    assert rules
    assert all(rule.methods <= {"GET", "HEAD", "OPTIONS"} for rule in rules)


def test_an_event_can_not_be_changed_or_removed_through_a_session(work):
    with work():
        audit.record("exported", "register", "")
    for act in (lambda session, event: setattr(event, "actor", "nobody"), lambda session, event: session.delete(event)):
        with work() as session:
            act(session, session.query(Event).one())
            with pytest.raises(audit.LogIsClosed):
                session.flush()
            session.rollback()
    for statement in (sa.delete(Event), sa.update(Event).values(actor="nobody")):
        with pytest.raises(audit.LogIsClosed), work() as session:
            session.execute(statement)
    assert len(events(work)) == 1


def test_the_page_shows_events_newest_first_and_filters(sign_in, work):
    with work() as session:
        factories.anna(session)
        audit.record("exported", "register", "", format="csv")
    ake = sign_in("Åke")
    assert "format: csv" in ake.get("/handelser/").text
    filtered = ake.get("/handelser/?action=added&subject=member").text
    assert "1 händelse<" in filtered
    assert "format: csv" not in filtered
    assert "0 händelser" in ake.get("/handelser/?until=2020-01-01").text


def test_the_page_has_pages_that_keep_the_filter(sign_in, work):
    with work():
        for number in range(120):
            audit.record("exported", "register", number)
    ake = sign_in("Åke")
    second = ake.get("/handelser/?action=exported&sida=2").text
    assert "Sida 2 av 3" in second
    assert "?action=exported&amp;sida=3" in second
    assert "Sida 3 av 3" in ake.get("/handelser/?action=exported&sida=999").text


HOSTILE = ["since=fel", "since=0000-00-00", "since=0001-01-01", "since=9999-12-31&until=9999-12-31", "sida=-1", "sida=x",
           "action=<script>", "subject=' OR 1=1", "action=%00"]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_filter_is_answered_with_a_page(sign_in, query):
    answer = sign_in("Åke").get("/handelser/?" + query)
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_every_act_that_the_house_tells_of_has_its_words():
    told = set()
    for path in (*Path("panel").rglob("*.py"), *Path("surveys").rglob("*.py")):
        told |= set(re.findall(r'(?:\brecord|\btell)\(\s*"([^"]+)",\s*"', path.read_text("utf-8")))
    assert len(told) > 10
    assert told <= set(ACTION_WORDS), told - set(ACTION_WORDS)
