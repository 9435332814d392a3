"""JSON: a list with an object per response, one a line, for programs; null where there is no answer."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exporters._records import clean
from analysis.exporters._responses._columns import Column

ROWS = 256


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """An object per response under the names of the columns."""
    heads = [f"{json.dumps(clean(column.name), ensure_ascii=False)}: " for column in columns]
    with path.open("w", encoding="utf-8") as file:
        before = "[\n"
        for frame in _slices(batches):
            told = (column.plain(frame, labels, _cell) for column in columns)
            named = [[head + cell for cell in cells] for head, cells in zip(heads, told, strict=True)]
            for row in zip(*named, strict=True):
                file.write(f"{before}{{{', '.join(row)}}}")
                before = ",\n"
        file.write("[]\n" if before == "[\n" else "\n]\n")


def _slices(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """A few responses at a time: each cell is a text of its own while its line is being made."""
    for frame in batches:
        for start in range(0, len(frame), ROWS):
            yield frame.iloc[start : start + ROWS]


def _cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
