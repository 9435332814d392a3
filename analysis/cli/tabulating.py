"""Tables of a file of responses and a codebook."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis import precision, progress, scales
from analysis.cli import reading
from analysis.cli.reading import read_csv
from analysis.dataset import Dataset, Item, UnusableData
from analysis.exporters import _records
from analysis.report import tables

__all__ = ["REFUSED", "NoCodebook", "prepared", "printed", "read_codebook", "read_csv", "write"]


class NoCodebook(UnusableData):
    """The file has no labels of its own, and no codebook was named: wrong usage."""


REFUSED = (UnusableData, precision.UnknownInterval, scales.UnknownScale, ValueError)


def write(
    data: Path,
    codebook: Path | None,
    by: tuple[str, ...],
    level: float,
    minimum: int,
    interval: str,
    kind: str,
    **design: Any,
) -> str:
    """Tables of every item as CSV or JSON; raises one of ``REFUSED`` with the reason."""
    dataset = prepared(data, codebook, by, **design)
    asked = progress.shown(dataset.items, len(dataset.items), "Tables")
    parts = [tables.tabulate(dataset, item.name, by, level, minimum, interval) for item in asked]
    items = zip(dataset.items, parts, strict=True)
    return printed([_row(item, record) for item, part in items for record in part.to_dict("records")], kind)


def prepared(data: Path, codebook: Path | None, by: tuple[str, ...], **design: Any) -> Dataset:
    """A file of responses with its codebook: the one named, or what the file says of its own columns."""
    if codebook is not None:
        items, groups = read_codebook(codebook)
        return Dataset(reading.read(data).frame, items, groups=groups, **design)
    found = reading.read(data)
    if not found.items:
        raise NoCodebook(f"{data.name} does not say what its codes mean. Name a codebook with --codebook.")
    taken = {*by, *(name for name in design.values() if name in found.frame)}
    items = [item for item in found.items if item.name not in taken]
    return Dataset(found.frame, items, groups={name: found.groups[name] for name in by if name in found.groups}, **design)


def printed(rows: list[dict[str, Any]], kind: str) -> str:
    """Rows as JSON or CSV."""
    return _as_json(rows) if kind == "json" else _as_csv(rows)


def read_codebook(path: Path) -> tuple[list[Item], dict[str, dict[str, str]]]:
    """A codebook of ``items`` (name, label, scale, categories, missing) and ``groups`` (column to code to label)."""
    try:
        told = json.loads(path.read_text("utf-8-sig"))
    except ValueError as fault:
        raise UnusableData(f"{path.name} is not JSON: {fault}.") from None
    told = {"items": told} if isinstance(told, list) else told
    if not isinstance(told, dict) or not isinstance(told.get("items"), list) or not told["items"]:
        raise UnusableData(f"{path.name} has no items. Give a list of items, or an object with a list called items.")
    groups = told.get("groups", {})
    if not isinstance(groups, dict) or not all(isinstance(levels, dict) for levels in groups.values()):
        raise UnusableData(f"{path.name}: groups is not an object of column, code and label.")
    return [_item(path, place, item) for place, item in enumerate(told["items"], start=1)], groups


def _item(path: Path, place: int, told: Any) -> Item:
    where = f"{path.name}, item {place}"
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) for key in ("name", "scale")):
        raise UnusableData(f"{where}: give it a name and a scale.")
    categories, missing = told.get("categories") or {}, told.get("missing") or []
    if not isinstance(categories, dict) or not isinstance(missing, list):
        raise UnusableData(f"{where}: categories is an object of code and label, missing a list of codes.")
    labels = {str(code): str(label) for code, label in categories.items()}
    return Item(told["name"], str(told.get("label", told["name"])), told["scale"], labels, frozenset(map(str, missing)))


def _row(item: Item, record: dict[Any, Any]) -> dict[str, Any]:
    return {"item": item.name} | {str(name): _plain(value) for name, value in record.items()}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else _records.value(value)


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, allow_nan=False) + "\n"


def _as_csv(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_records.harmless(name) for name in columns])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return file.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _records.harmless(value) if isinstance(value, str) else "" if value is None else repr(value)
