"""A file of responses and its manifest: both are there when all of it is, and neither after a fault."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from analysis import saving
from analysis.exporters import _about, _disk
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
    writer: Writer,
    rows: Iterable[pd.DataFrame],
    columns: Sequence[Column],
    path: Path,
    count: int,
    labels: bool,
    origin: Mapping[str, str],
) -> dict[str, Any]:
    """Write under another name, count, wait for the disk, and only then give the file its name and its manifest."""
    with saving.making(beside(path)) as manifest, saving.making(path) as making:
        seen = _Counted(rows)
        with _disk.told():
            writer.write(seen, columns, making, labels)
        if seen.rows != count:
            raise CannotExport(_("%(found)s of %(count)s responses came. Try again.") % {"found": seen.rows, "count": count})
        told = {"file": path.name, **origin, "rows": count, **_described(columns), **_hashed(making), "made_by": _about.made_by()}
        manifest.write_bytes((json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
    return told


def beside(path: Path) -> Path:
    """Where the manifest of a file stands."""
    return path.with_name(f"{path.name}.manifest.json")


def _described(columns: Sequence[Column]) -> dict[str, Any]:
    return {"columns": [{"name": clean(column.name), "label": clean(column.label)} for column in columns]}


def _hashed(making: Path) -> dict[str, Any]:
    """Size and hash of a file."""
    with making.open("rb") as file:
        return {"bytes": making.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
