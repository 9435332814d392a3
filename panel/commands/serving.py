"""Commands that stay: the web processes, the worker's companion, and the demo municipality."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from panel import demo as municipality
from panel import logs
from panel.config import PREFIX
from surveys.refusals import Refusal

THREADS = 8
"""Requests that one web process answers at a time."""
BUILDING, BUILT = "building", "built"
"""Files that say how far a demo in a folder has come."""
PATIENCE = 5
"""Seconds that the worker gets to finish."""


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our application and our discreet log."""

    def __init__(self, factory: Callable[[], Flask], bind: str, workers: int) -> None:
        self._factory = factory
        self._settings = {
            "bind": bind,
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "access_log_format": logs.ACCESS_FORMAT,
            "loglevel": "warning",
            "graceful_timeout": PATIENCE,
            "timeout": 60,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """An application of its own for each web process: no connection is shared."""
        return self._factory()


def serve_command(factory: Callable[[], Flask]) -> click.Command:
    """The command `serve`, which needs no open application around it."""

    @click.command("serve")
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--port", default=5000, show_default=True)
    @click.option("--workers", default=1, show_default=True, help="Web processes.")
    def serve(host: str, port: int, workers: int) -> None:
        """The web processes. Run `medborgarpanel work` beside them."""
        logs.set_up()
        Web(factory, f"{host}:{port}", workers).run()

    return serve


def demo_command(factory: Callable[[], Flask]) -> click.Command:
    """The command `demo`, which makes its own settings."""

    @click.command("demo")
    @click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("instance/demo"), show_default=True)
    @click.option("--port", default=5000, show_default=True)
    @click.option("--members", default=400, show_default=True)
    @click.option("--seed", default=2309, show_default=True)
    @click.option("--build-only", is_flag=True, help="Build the demo and stop.")
    def demo(data: Path, port: int, members: int, seed: int, build_only: bool) -> None:
        """Build a made-up municipality, then serve web, worker and outbox."""
        base = settle(data, port)
        logs.set_up()
        app = factory()
        with app.app_context():
            if not (data / BUILT).exists():
                click.echo("Building the demo municipality …", err=True)
                build(app, data, members, seed)
            doors = municipality.doors(base, app.config["LINK_SECRET"])
        for name, address in doors.addresses.items():
            click.echo(f"{name} {address}")
        for role, (email, password) in doors.accounts.items():
            click.echo(f"{role} {email} {password}")
        sys.stdout.flush()
        if not build_only:
            with companion():
                Web(factory, f"127.0.0.1:{port}", 1).run()

    return demo


def settle(data: Path, port: int) -> str:
    """Settings of the demo, where the environment has none; gives the address that it is served at."""
    data.mkdir(parents=True, exist_ok=True)
    kept = data / "secret"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    ours: dict[str, Any] = {
        "DATA_DIR": str(data.absolute()),
        "SECRET_KEY": kept.read_text(),
        "MUNICIPALITY": "Krokoms kommun (påhittad)",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }
    for name, value in ours.items():
        if name == "DATA_DIR" or not os.environ.get(PREFIX + name):
            os.environ[PREFIX + name] = value
    return os.environ[PREFIX + "BASE_URL"]


def build(app: Flask, data: Path, members: int, seed: int) -> None:
    """Build into an empty database only; what a build that was broken off left in the demo's own folder goes first."""
    if (data / BUILDING).exists():
        for left in (*data.glob("panel*.db*"), *data.glob("keys/*")):
            left.unlink()
    (data / BUILDING).touch()
    try:
        municipality.build(app, members, seed)
    except Refusal as reason:
        (data / BUILDING).unlink()
        raise SystemExit(str(reason)) from None
    (data / BUILDING).rename(data / BUILT)


@contextlib.contextmanager
def companion() -> Iterator[None]:
    """The worker beside the web process; it goes when the web goes."""
    worker = subprocess.Popen([sys.executable, "-m", "panel", "work"])
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(PATIENCE)
        worker.kill()
