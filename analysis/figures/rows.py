"""Rows of a table by group, gone through once."""

from typing import Any

import pandas as pd

Row = Any
"""A row of a table as pandas hands it out."""


def grouped(table: pd.DataFrame, column: str) -> list[tuple[str, list[Row]]]:
    """The rows of each value of a column, in the order in which they first come."""
    found: dict[str, list[Row]] = {}
    for row, name in zip(table.itertuples(), table[column], strict=True):
        found.setdefault(str(name), []).append(row)
    return list(found.items())
