"""Stata: codes as numbers with labels, one row after the other."""

import re
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from analysis.exporters._responses import _stretching
from analysis.exporters._responses._columns import Column
from analysis.exporters._responses._stretching import LONGEST, Layout

library, extra = "pyreadstat", "statistics"
LAYOUT = Layout(float.fromhex("0x1p1023"), LONGEST, lambda text: text)
"""No number is 2 to the power of 1023, as Stata has it."""
MAPPED = 14
"""Places that the map of the file names; those from the tenth on lie behind the data."""


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """The head for one response, the rows of all, the labels behind them; then number and places in the head."""
    import pyreadstat  # noqa: PLC0415 (optional: the extra "statistics")

    one = _stretching.single(pyreadstat.write_dta, columns, version=14)
    one = re.sub(rb"(<timestamp>\x11).{17}", rb"\g<1>01 Jan 1980 00:00", one, count=1, flags=re.S)
    start = one.index(b"<data>") + len(b"<data>")
    size = _stretching.width(columns, LAYOUT)
    count = 0
    with path.open("r+b") as file:
        file.write(one[:start])
        for found, content in _stretching.rows(batches, columns, LAYOUT):
            file.write(content)
            count += found
        file.write(one[start + size :])
        file.seek(one.index(b"<N>") + len(b"<N>"))
        file.write(struct.pack("<Q", count))
        file.seek(one.index(b"<map>") + len(b"<map>"))
        file.write(_moved(one, (count - 1) * size))


def _moved(one: bytes, further: int) -> bytes:
    """The map of the file with everything behind the data moved."""
    start = one.index(b"<map>") + len(b"<map>")
    places = struct.unpack(f"<{MAPPED}Q", one[start : start + 8 * MAPPED])
    return struct.pack(f"<{MAPPED}Q", *places[:10], *(place + further for place in places[10:]))
