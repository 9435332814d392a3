"""Files of SPSS and Stata row by row: pyreadstat writes a file of one response, and all others are put where it stands.

Both formats keep responses as rows of a fixed width after a head that says everything else: 8 bytes for each number, and
for each text its longest. So only the head must be made by a library, and no more than a batch is ever in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from analysis.exporters import _labelled
from analysis.exporters._refusals import CannotExport
from analysis.exporters._responses._columns import Column
from analysis.words import _, decimal

LONGEST = 2_000
"""Bytes in a text."""


@dataclass(frozen=True)
class Layout:
    """How a format keeps a row: what stands for no number, the bytes of a text, and how a text is laid out in them."""

    nothing: float
    width: int
    pack: Callable[[bytes], bytes]


def single(writer: Callable[..., Any], columns: Sequence[Column], **options: Any) -> bytes:
    """A file of one response, with all names and labels; its texts are as long as may be, so that there is room."""
    values = {column.name: ["x" * LONGEST if column.written else float("nan")] for column in columns}
    made = _labelled.Labelled(pd.DataFrame(values), {column.name: column.label for column in columns})
    for column in columns:
        if column.meanings and not column.written:
            made.values[column.name] = {place: _labelled.label(text) for place, text in column.meanings.items()}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "one"
        _labelled.write_to(writer, made, path, **options)
        return path.read_bytes()


def rows(batches: Iterable[pd.DataFrame], columns: Sequence[Column], layout: Layout) -> Iterator[tuple[int, bytes]]:
    """How many responses, and their bytes, for each batch."""
    kinds = [(f"c{at}", f"S{layout.width}" if column.written else "<f8") for at, column in enumerate(columns)]
    start = 0
    for frame in batches:
        made = np.zeros(len(frame), dtype=kinds)
        for at, column in enumerate(columns):
            if column.written:
                made[f"c{at}"] = [layout.pack(text) for text in _texts(column, frame, start)]
            else:
                found = column.numbers(frame)
                made[f"c{at}"] = np.where(np.isnan(found), layout.nothing, found)
        start += len(frame)
        yield len(frame), made.tobytes()


def width(columns: Sequence[Column], layout: Layout) -> int:
    """The bytes of a row."""
    return sum(layout.width if column.written else 8 for column in columns)


def _texts(column: Column, frame: pd.DataFrame, start: int) -> Iterator[bytes]:
    for row, text in enumerate(column.plain(frame, False, lambda value: str(value or "").encode()), start=start + 1):
        if len(text) > LONGEST:
            told = {"column": column.name, "row": decimal(row), "most": decimal(LONGEST)}
            raise CannotExport(
                _(
                    "The text of “%(column)s” in response %(row)s is longer than the %(most)s bytes that this format "
                    "holds here. Choose csv or parquet."
                )
                % told
            )
        yield text
