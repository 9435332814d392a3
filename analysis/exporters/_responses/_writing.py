"""A file of responses and its manifest: both are there when all of it is, and neither after a fault."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from analysis.exporters import _about
from analysis.exporters._records import clean
from analysis.exporters._refusals import CannotExport
from analysis.exporters._responses._columns import Column
from analysis.words import _


class Writer(Protocol):
    """What a file in this folder offers."""

    def write(self, batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
        """Write every batch to a new file at ``path``."""


class _Counted:
    """Batches that count their rows while they are taken."""

    def __init__(self, rows: Iterable[pd.DataFrame]) -> None:
        self._source, self.rows = rows, 0

    def __iter__(self) -> Iterator[pd.DataFrame]:
        for frame in self._source:
            self.rows += len(frame)
            yield frame


def whole(
    writer: Writer, rows: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, count: int, labels: bool
) -> dict[str, Any]:
    """Write under another name, count, wait for the disk, and only then give the file its name and its manifest."""
    making = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _thrown_away(making):
        os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        seen = _Counted(rows)
        writer.write(seen, columns, making, labels)
        if seen.rows != count:
            raise CannotExport(_("%(found)s of %(count)s responses came. Try again.") % {"found": seen.rows, "count": count})
        told = {"file": path.name, "rows": count, **_described(columns), **_hashed(making), "made_by": _about.made_by()}
        beside(path).unlink(missing_ok=True)
        making.replace(path)
        _save(beside(path), told)
    return told


def put(content: bytes, path: Path) -> None:
    """Write a file that is there whole or not at all, and only for its owner to read."""
    making = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _thrown_away(making):
        with open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)


def beside(path: Path) -> Path:
    """Where the manifest of a file stands."""
    return path.with_name(f"{path.name}.manifest.json")


@contextlib.contextmanager
def _thrown_away(making: Path) -> Iterator[None]:
    """After a fault or an interruption nothing half is left."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            making.unlink(missing_ok=True)
        raise


def _described(columns: Sequence[Column]) -> dict[str, Any]:
    return {"columns": [{"name": clean(column.name), "label": clean(column.label)} for column in columns]}


def _hashed(making: Path) -> dict[str, Any]:
    """Size and hash of a file that the disk has."""
    with making.open("rb") as file:
        os.fsync(file.fileno())
        return {"bytes": making.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _save(path: Path, told: dict[str, Any]) -> None:
    put((json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"), path)
