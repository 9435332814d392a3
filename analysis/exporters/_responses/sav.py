"""SPSS: codes as numbers with labels, one row after the other."""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.exporters._responses import _stretching
from analysis.exporters._responses._columns import Column
from analysis.exporters._responses._stretching import Layout

library, extra = "pyreadstat", "statistics"
SEGMENT = 255
"""Bytes of a long text before a byte of filling."""
CASES, TIME = 80, slice(92, 109)
"""Where the head says how many responses there are, and when it was written."""
MOST = 2**31 - 1


def _packed(text: bytes) -> bytes:
    parts = [text[at : at + SEGMENT].ljust(SEGMENT + 1) for at in range(0, len(text), SEGMENT)]
    return b"".join(parts)[:WIDTH].ljust(WIDTH)


WIDTH = 2_032
"""What SPSS keeps for 2,000 bytes: eight segments, the last of 236 bytes filled up to a multiple of eight."""
LAYOUT = Layout(float(-np.finfo(float).max), WIDTH, _packed)


def write(batches: Iterable[pd.DataFrame], columns: Sequence[Column], path: Path, labels: bool) -> None:
    """The head for one response, the rows of all, and then their number in the head."""
    import pyreadstat  # noqa: PLC0415 (optional: the extra "statistics")

    one = bytearray(_stretching.single(pyreadstat.write_sav, columns))
    one[TIME] = b"01 Jan 8000:00:00"
    count = 0
    with path.open("r+b") as file:
        file.write(one[: len(one) - _stretching.width(columns, LAYOUT)])
        for found, content in _stretching.rows(batches, columns, LAYOUT):
            file.write(content)
            count += found
        file.seek(CASES)
        file.write(struct.pack("<i", min(count, MOST)))
