"""A real stand-alone Spark cluster of this machine's: a master and two workers, each a process of its own."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

HOME = Path(pyspark.__file__).parent
LOCAL = "127.0.0.1"
WORKERS = 2
PATIENCE = 60.0
"""Seconds that a process may take to say that it is ready."""


@dataclass
class Cluster:
    """Its address, its processes by name, and a session on it."""

    address: str
    processes: dict[str, subprocess.Popen[bytes]]
    session: SparkSession

    def peaks(self) -> dict[str, int]:
        """The most memory that each process, with what it started, has had; MB."""
        found = {name: _peak(process.pid) for name, process in self.processes.items()}
        return found | {"driver": _children(os.getpid()) - sum(found.values())}


@contextmanager
def cluster(folder: Path, memory: str = "700m") -> Iterator[Cluster]:
    """Start the cluster and a session on it; both are gone at the end."""
    address, processes = f"spark://{LOCAL}:{_port()}", {}
    try:
        master = ["master.Master", "--host", LOCAL, "--port", address.rsplit(":", 1)[1], "--webui-port", str(_port())]
        processes["master"] = _start(folder, "master", master, r"I have been elected leader")
        for number in range(1, WORKERS + 1):
            worker = ["worker.Worker", address, "--host", LOCAL, "--cores", "1", "--memory", memory]
            worker += ["--webui-port", str(_port()), "--work-dir", str(folder / f"worker{number}")]
            processes[f"worker {number}"] = _start(folder, f"worker{number}", worker, r"Successfully registered with master")
        yield Cluster(address, processes, session := _session(address, memory))
        session.stop()
    finally:
        for process in reversed(processes.values()):
            process.terminate()
            process.wait(timeout=30)


def _session(address: str, memory: str) -> SparkSession:
    builder = SparkSession.builder.master(address).appName("medborgarpanel")
    settings = {"executor.memory": memory, "executor.cores": "1", "driver.memory": memory, "driver.host": LOCAL}
    settings |= {"driver.bindAddress": LOCAL, "scheduler.minRegisteredResourcesRatio": "1.0"}
    settings |= {"ui.enabled": "false", "ui.showConsoleProgress": "false", "sql.shuffle.partitions": "4"}
    for name, value in settings.items():
        builder = builder.config(f"spark.{name}", value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found


def _start(folder: Path, name: str, arguments: list[str], ready: str) -> subprocess.Popen[bytes]:
    log = folder / f"{name}.log"
    environment = os.environ | {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": LOCAL, "SPARK_DAEMON_MEMORY": "256m"}
    command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{arguments[0]}", *arguments[1:]]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    until = time.monotonic() + PATIENCE
    while not re.search(ready, log.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise RuntimeError(f"{name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
    return process


def _port() -> int:
    with socket.socket() as s:
        s.bind((LOCAL, 0))
        return int(s.getsockname()[1])


def _peak(pid: int) -> int:
    """The peak of a process and of all that it started, in MB."""
    try:
        own = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except FileNotFoundError:
        return 0
    return (int(own[1]) // 1024 if own else 0) + _children(pid)


def _children(pid: int) -> int:
    found = [child for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]
    return sum(_peak(int(child)) for child in found)
