"""Commands of the worker: work for as long as the service runs, or send what is due and go."""

import logging
import os
import signal
import socket
import sys

import click
from flask import Flask, current_app

from analysis.words import ngettext
from panel.channels.email import is_set_up, relay
from panel.worker import Worker


@click.command("work")
def work() -> None:
    """Send messages and mix answers until told to stop."""
    _run(Worker(_app()), upkeep=True)


@click.command("deliver")
@click.option("--once", is_flag=True, help="Send what is due now, then stop.")
def deliver(once: bool) -> None:
    """Send what is in the outbox."""
    worker = Worker(_app())
    if not once:
        _run(worker, upkeep=False)
        return
    done = worker.once()
    click.echo(ngettext("%(n)s message handled.", "%(n)s messages handled.", done) % {"n": done}, err=True)


def _run(worker: Worker, upkeep: bool) -> None:
    """Let the worker run until a signal comes; a second or two later everything is finished or given back."""
    told = _signals()
    worker.start(upkeep)
    told.recv(1)
    if not worker.stop():
        _leave()


def _signals() -> socket.socket:
    """What can be read from once a signal to end has come, whichever thread it was given to: libraries have theirs."""
    told, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.detach())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return told


def _leave() -> None:
    """End at once: libraries that still count in a thread would abort the process where it ends by taking itself apart."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if is_set_up(app.config):
        relay(app.config["SMTP_URL"])
    return app
