"""Processes to be killed: forked from one that has all of it loaded and no threads, so that another starts at once."""

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from panel.app import create_app
from surveys import answering, envelopes
from surveys.db import db

fork = multiprocessing.get_context("forkserver")
fork.set_forkserver_preload([__name__])


class Victim:
    """A process that is started again each time it is killed."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self.target, self.arguments, self.kills = target, arguments, 0
        self.start()

    def start(self) -> None:
        """Begin, or begin anew."""
        self.process = fork.Process(target=self.target, args=self.arguments, daemon=True)
        self.process.start()

    def kill(self) -> None:
        """kill -9, whatever it is doing."""
        assert self.process.pid
        if self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)
            self.kills += 1
        self.process.join()


def let_go(app: Flask) -> None:
    """Close this process's connections: a child must inherit none."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def listen() -> socket.socket:
    """A socket that outlives the servers that accept on it."""
    found = socket.create_server(("127.0.0.1", 0), backlog=256)
    found.set_inheritable(True)
    return found


def serve(settings: dict[str, str], listener: socket.socket) -> None:
    """Serve the application, with a thread for each request."""
    app = create_app(settings)
    make_server("127.0.0.1", 0, app, threaded=True, fd=listener.fileno()).serve_forever()


def submit(settings: dict[str, str], keys: list[str], acknowledged: Path) -> None:
    """Send in an answer for each key, and write down each that was taken."""
    app = create_app(settings)
    with app.app_context(), acknowledged.open("ab", buffering=0) as log:
        for key in Random(os.getpid()).sample(keys, len(keys)):
            try:
                answering.send_in(db.session(), key, {"usual": "bus", "wish": key}, "sv")
                db.session.commit()
            except answering.AlreadyAnswered:
                db.session.rollback()
            else:
                log.write(f"{key}\n".encode())


def flush(settings: dict[str, str]) -> None:
    """Do rounds of the worker without end."""
    app = create_app(settings)
    with app.app_context():
        while True:
            envelopes.work_round(app.config["KEY_DIR"])
            time.sleep(0.005)
