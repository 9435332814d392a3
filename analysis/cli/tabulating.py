"""Tables of a file of responses and a codebook."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from analysis import precision, progress, scales
from analysis.cli import codebooks, reading
from analysis.dataset import Dataset, Item, UnusableData
from analysis.exporters import _records
from analysis.report import tables

__all__ = ["REFUSED", "NoCodebook", "free", "prepared", "printed", "write"]


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
    free(by)
    asked = progress.shown(dataset.items, len(dataset.items), "Tables")
    parts = [tables.tabulate(dataset, item.name, by, level, minimum, interval) for item in asked]
    for item, part in zip(dataset.items, parts, strict=True):
        if part.empty:
            told = f"Item {item.name!r} has no categories in the codebook and no answers: there is nothing to tell of it."
            click.echo(told, err=True)
    items = zip(dataset.items, parts, strict=True)
    return printed([_row(item, record) for item, part in items for record in part.to_dict("records")], kind)


def free(by: tuple[str, ...]) -> None:
    """Refuse a group column that the rows' first column would be lost behind."""
    if "item" in by:
        raise UnusableData("A group column can't be called 'item': the rows have such a column. Rename it.")


def prepared(data: Path, codebook: Path | None, by: tuple[str, ...], **design: Any) -> Dataset:
    """A file of responses with its codebook: the one named, or what the file says of its own columns."""
    if codebook is not None:
        items, groups = codebooks.read(codebook)
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
