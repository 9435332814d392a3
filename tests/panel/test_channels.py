"""Channels: one file each; e-mail by real SMTP, with encryption and a password where there are."""

import shutil
import ssl
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask
from sqlalchemy import func, select

from panel import channels
from panel.channels import Letter, NotDelivered
from panel.channels.email import ROTATE, Channel, relay
from panel.config import BadSetting
from panel.delivery import LeaseLost
from panel.models import ShownMessage
from surveys.db import db
from tests.conftest import Work
from tests.mailbox import Mailbox, serve

LETTER = Letter("panel@example.se", "anna@example.se", b"Subject: Hej\r\n\r\n.punkt\r\n..\r\n.\r\nslut\r\n")


def ready() -> None:
    """Nothing to check."""


def channel(port: int, user: str = "") -> Channel:
    return Channel({"SMTP_URL": f"smtp://{user}127.0.0.1:{port}"})


def send(port: int, user: str = "", ready: Callable[[], None] = lambda: None) -> None:
    """Send one letter over a connection of its own."""
    with closing(channel(port, user)) as opened:
        opened.send(LETTER, ready)


def test_the_channels_are_the_files_of_the_folder() -> None:
    assert channels.names() == ["email", "outbox"]


def test_every_channel_keeps_the_contract(app: Flask) -> None:
    settings = {"SMTP_URL": "smtp://127.0.0.1:1", "ENGINE": None}
    for name in channels.names():
        opened = channels.open_channel(name, settings)
        assert callable(opened.send)
        opened.close()


def test_a_channel_that_is_not_set_up_is_stood_in_for_by_its_twin() -> None:
    opened = channels.open_channel("email", {"SMTP_URL": "", "ENGINE": None})
    assert type(opened).__module__ == "panel.channels.outbox"


@pytest.mark.parametrize("name", ["pigeon", "../email", "_secret", "", "__init__"])
def test_an_unknown_channel_is_refused_for_good(name: str) -> None:
    with pytest.raises(NotDelivered) as fault:
        channels.open_channel(name, {})
    assert fault.value.permanent


def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    box = Mailbox()
    with serve(box) as port:
        sender = channel(port)
        sender.send(LETTER, ready)
        sender.close()
    assert box.raw == [("anna@example.se", LETTER.content)]


def test_a_connection_is_changed_after_a_hundred_messages() -> None:
    box = Mailbox()
    with serve(box) as port:
        sender = channel(port)
        for _again in range(ROTATE + 1):
            sender.send(LETTER, ready)
        sender.close()
    assert (len(box.raw), box.connections) == (ROTATE + 1, 2)


def test_a_lease_that_is_lost_stops_the_message_before_its_data() -> None:
    box = Mailbox()

    def lost() -> None:
        raise LeaseLost

    with serve(box) as port:
        with pytest.raises(LeaseLost):
            send(port, ready=lost)
        send(port)
    assert len(box.raw) == 1


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.se", "smtp://x:port", "smtp://x:99999", "smtp://x:0"])
def test_a_relay_that_can_not_be_one_is_told(url: str) -> None:
    with pytest.raises(BadSetting, match="SMTP_URL"):
        relay(url)


def test_a_password_is_given_to_a_relay_that_asks_for_it() -> None:
    given: list[Any] = []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        given.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss")

    box = Mailbox()
    with serve(box, authenticator=authenticate, auth_require_tls=False) as port:
        send(port, "panel:p%40ss@")
        with pytest.raises(NotDelivered) as fault:
            send(port, "panel:wrong@")
    assert len(box.raw) == 1
    assert given[0] == (b"panel", b"p@ss")
    assert not fault.value.counts


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for this machine that nobody vouches for; the file `cert.pem` beside lets one do so."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    key, paper = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    what = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", *what, "-days", "2", "-keyout", key, "-out", paper]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, key)
    return context


def test_a_relay_with_a_certificate_that_nobody_vouches_for_gets_nothing(certificate: ssl.SSLContext) -> None:
    box = Mailbox()
    with serve(box, tls_context=certificate) as port, pytest.raises(NotDelivered) as fault:
        send(port)
    assert "certificate" in fault.value.reply.lower()
    assert not fault.value.counts
    assert box.raw == []


def test_a_certificate_that_is_vouched_for_encrypts(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    box = Mailbox()
    with serve(box, tls_context=certificate, require_starttls=True) as port:
        send(port)
    assert len(box.raw) == 1


def test_the_twin_refuses_outside_the_demo_so_that_no_link_is_stored(app: Flask, work: Work) -> None:
    with work() as session:
        twin = channels.open_channel("outbox", {"ENGINE": db.engine})
        with pytest.raises(NotDelivered, match="SMTP_URL"):
            twin.send(LETTER, ready)
        assert session.scalar(select(func.count()).select_from(ShownMessage)) == 0
