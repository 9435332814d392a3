"""The manifest of a snapshot: what the files hold, who made them and how to tell that nothing has changed since."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis.dataset import Calibration, Dataset, Item, UnusableData, plain
from analysis.snapshot.columns import Column

NAME = "snapshot.json"
FORMAT = 1
MADE_BY = ("medborgarpanel", "pandas", "numpy", "scipy", "duckdb", "matplotlib", "typst", "xlsxwriter")
"""What decides the bytes of a snapshot and of a report made from it."""


class DamagedSnapshot(UnusableData):
    """A file of a snapshot is gone or is not what the manifest says; the message names the file and the remedy."""


def versions() -> dict[str, str]:
    """The versions of all that makes snapshots and reports, and of Python; what is not installed is left out."""
    found = {}
    for name in MADE_BY:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found | {"python": _python()}


def _python() -> str:
    import platform  # noqa: PLC0415  # slow to load, and needed only where something is frozen

    return platform.python_version()


def described(dataset: Dataset, columns: list[Column], files: list[dict[str, Any]]) -> dict[str, Any]:
    """The manifest of a dataset whose files are written, with its own hash."""
    body = {
        "format": FORMAT,
        "rows": dataset.size,
        "columns": [asdict(column) for column in columns],
        "files": files,
        "codebook": [plain.from_item(item) for item in dataset.items],
        "design": _design(dataset),
        "groups": [[name, plain.pairs(levels, name)] for name, levels in dataset.group_levels.items()],
        "group_names": dict(dataset.group_names),
        "versions": versions(),
    }
    return body | {"sha256": digest(body)}


def digest(body: Mapping[str, Any]) -> str:
    """The SHA-256 of a manifest without its own hash: of the data too, since it holds the hash of every file."""
    rest = {key: value for key, value in body.items() if key != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def save(folder: Path, body: Mapping[str, Any]) -> None:
    """Write the manifest, for its owner's eyes only."""
    file = folder / NAME
    file.touch(mode=0o600)
    file.write_text(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load(folder: Path) -> dict[str, Any]:
    """The manifest of a folder, checked against its own hash.

    Raises
    ------
    DamagedSnapshot
        It is not there, is not JSON, was changed, or is of another format.
    """
    file = folder / NAME
    try:
        body = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise DamagedSnapshot(f"{file} is not there: the folder holds no whole snapshot. {_remedy()}") from None
    except ValueError:
        raise DamagedSnapshot(f"{file} is damaged: it is not JSON. {_remedy()}") from None
    if not isinstance(body, dict) or body.get("sha256") != digest(body):
        raise DamagedSnapshot(f"{file} is damaged: its sha256 is not that of what it says. {_remedy()}")
    if body.get("format") != FORMAT:
        raise DamagedSnapshot(
            f"{file} has the format {body.get('format')!r}, and this version reads {FORMAT}. "
            f"Read it with medborgarpanel {body.get('versions', {}).get('medborgarpanel', 'of its time')}."
        )
    return body


def whole(folder: Path, body: Mapping[str, Any]) -> None:
    """Check every file of a snapshot against its hash; `DamagedSnapshot` names the first that is not what it was."""
    for entry in body["files"]:
        file = folder / entry["name"]
        if not file.is_file():
            raise DamagedSnapshot(f"{file} is not there. {_remedy()}")
        found = hashed(file)
        if found != entry["sha256"]:
            raise DamagedSnapshot(
                f"{file} is damaged: its sha256 is {found[:12]}…, and the manifest says {entry['sha256'][:12]}…. {_remedy()}"
            )


def hashed(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def columns(body: Mapping[str, Any]) -> list[Column]:
    """The columns of a snapshot."""
    return [Column(**entry | {"levels": _tuple(entry["levels"])}) for entry in body["columns"]]


def items(body: Mapping[str, Any]) -> list[Item]:
    """The codebook of a snapshot."""
    return [plain.to_item(entry) for entry in body["codebook"]]


def groups(body: Mapping[str, Any]) -> dict[str, dict[Any, str]]:
    """The levels that group columns may have."""
    return {name: plain.labels(levels) for name, levels in body["groups"]}


def _design(dataset: Dataset) -> dict[str, Any]:
    return {
        "weight": dataset.weight,
        "strata": dataset.strata,
        "cluster": dataset.cluster,
        "fpc": dataset.fpc,
        "lonely": dataset.lonely,
        "calibration": None if dataset.calibration is None else _calibration(dataset.calibration),
    }


def _calibration(found: Calibration) -> dict[str, Any]:
    merged = [
        [margin, [[plain.codes(level, str(margin)), list(into)] for level, into in levels.items()]]
        for margin, levels in found.merged.items()
    ]
    return {**vars(found), "margins": found.margins, "numbers": found.numbers, "merged": merged}


def design(body: Mapping[str, Any]) -> dict[str, Any]:
    """The design of a snapshot, as a ``Dataset`` takes it."""
    told: dict[str, Any] = dict(body["design"])
    if told["calibration"] is None:
        return told
    merged = {
        tuple(margin): {tuple(level): tuple(into) for level, into in levels}
        for margin, levels in told["calibration"]["merged"]
    }
    margins = tuple(tuple(margin) for margin in told["calibration"]["margins"])
    numbers = tuple(told["calibration"]["numbers"])
    changed = {"margins": margins, "numbers": numbers, "merged": merged}
    return told | {"calibration": Calibration(**told["calibration"] | changed)}


def _tuple(values: list[Any] | None) -> tuple[Any, ...] | None:
    return None if values is None else tuple(values)


def _remedy() -> str:
    return "Take it from a backup, or freeze the survey anew into another folder."
