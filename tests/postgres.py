"""A throw-away PostgreSQL cluster of the tests' own, without durability, gone when they end."""

import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


class NoPostgres(Exception):
    """PostgreSQL's server programs are not on this machine."""


def programs() -> Path:
    """The folder of initdb and postgres."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")


def _as_user() -> dict[str, str]:
    """PostgreSQL refuses to run as root: there, its own user runs it."""
    return {"user": "postgres"} if os.getuid() == 0 else {}


@contextmanager
def cluster(durable: bool = False) -> Iterator[str]:
    """Start a cluster; gives the address of its server, ending in a slash. ``durable`` keeps the write-ahead log whole."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="mp-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    user = "postgres" if os.getuid() == 0 else getpass.getuser()
    port = _free_port()
    data = folder / "data"
    command = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-A",
        "trust",
        "-U",
        user,
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd="/", **_as_user())
    settings = [f"-p{port}", f"-k{folder}", "-clisten_addresses=127.0.0.1", "-cmax_connections=120", "-cshared_buffers=64MB"]
    settings += ["-clock_timeout=2min"]  # a lock that nobody gives up is a test that fails, not a run without an end
    if not durable:
        settings += ["-cfsync=off", "-csynchronous_commit=off", "-cfull_page_writes=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), *settings], stdout=log, stderr=log, cwd="/", **_as_user()
        )
    try:
        subprocess.run(
            [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "30"], capture_output=True, check=False
        )
        _wait(port)
        yield f"postgresql://{user}@127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGINT)  # "fast": it waits for no client that forgot to go
        server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str) -> str:
    """A new, empty database on a server; gives its address."""
    name = "test_" + secrets.token_hex(6)
    engine = sa.create_engine(server.replace("postgresql://", "postgresql+psycopg://") + "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server + name


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait(port: int) -> None:
    import time

    import psycopg

    for _attempt in range(300):
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="postgres" if os.getuid() == 0 else getpass.getuser(), dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoPostgres("the throw-away cluster did not start")
