"""The development twin shows what would have been sent, to nobody but in the demo."""

import re

import pytest
from flask import Flask

from panel import delivery, installation
from panel.models import ShownMessage
from panel.worker import Worker
from surveys.clock import now
from tests.conftest import Work
from tests.panel import sending
from tests.strict import StrictClient


@pytest.fixture
def demo(app: Flask, work: Work) -> None:
    with work() as session:
        installation.put("demo", True)
        sending.panel(session, 12)
        sending.invite(session, sending.open_survey(session))
        delivery.put(session, "goodbye", "anna@example.se", language="en")
    Worker(app).once()


def test_outside_the_demo_there_is_no_such_page(client: StrictClient) -> None:
    assert client.get("/utkorg").status_code == 404
    assert client.get("/utkorg/1").status_code == 404


@pytest.mark.usefixtures("demo")
def test_messages_are_listed_newest_first_and_found_by_address(client: StrictClient) -> None:
    assert "13 utskick" in client.get("/utkorg").text
    found = client.get("/utkorg?adress=ANNA").text
    assert "anna@example.se" in found
    assert "m3@example.se" not in found
    assert "0 utskick" in client.get("/utkorg?adress=%25").text
    assert client.get("/utkorg?sida=99").status_code == 404
    assert client.get(f"/utkorg?sida={10**20}").status_code == 404
    assert client.get(f"/utkorg/{10**20}").status_code == 404
    assert client.get("/utkorg?sida=x").status_code == 200


@pytest.mark.usefixtures("demo")
def test_a_message_is_shown_with_a_link_that_works(client: StrictClient) -> None:
    listed = client.get("/utkorg?adress=m3").text
    page = client.get(re.findall(r'href="(/utkorg/\d+)"', listed)[0]).text
    assert "Gå till enkäten" in page
    assert "List-Unsubscribe" in page
    [stop] = set(re.findall(r'href="http://localhost(/avregistrera/[\w-]+)"', page))
    assert client.get(stop).status_code == 200


@pytest.mark.usefixtures("demo")
def test_hostile_mail_is_shown_without_its_sting(client: StrictClient, work: Work) -> None:
    head = b"Subject: <script>1</script>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    body = b'<body><script>alert(1)</script><img src="http://x/y" onerror="a()"><a href="javascript:x()" onclick="y()">Hej</a>'
    form = b'<form action="/z"><input name="a"></form></body>'
    with work() as session:
        row = ShownMessage(at=now(), address="x@example.se", channel="email", raw=head + body + form)
        session.add(row)
        session.flush()
        key = row.id
    page = client.get(f"/utkorg/{key}").text
    for sting in ("<script>1", "alert(1)", "onerror", "onclick", "javascript:", "http://x/y", 'action="/z"'):
        assert sting not in page
