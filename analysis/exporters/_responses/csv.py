"""CSV as a Swedish Excel opens it: semicolons, decimal commas, a byte order mark."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exporters._records import harmless
from analysis.exporters._responses._columns import Column


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """A line per response; an empty cell where there is no answer."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([harmless(column.name) for column in columns])
        for frame in batches:
            writer.writerows(zip(*(column.plain(frame, labels, _cell) for column in columns), strict=True))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else repr(value).replace(".", ",")
