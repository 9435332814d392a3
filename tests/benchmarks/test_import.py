"""Trying a register of 5,000 rows against a plain reading of the same workbook, in one run."""

import io
import time
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from panel import register
from tests import factories
from tests.panel.registering import made_up, xlsx_file

pytestmark = pytest.mark.benchmark

ROWS = 5_000
MOST = 2.0
"""Times a plain reading; a plain reading takes about half a second on an idle machine, and three are allowed."""


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """The shortest of several runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def read(data: bytes) -> int:
    """The least that must be done: every cell, once."""
    sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    return sum(len(row) for row in sheet.iter_rows(values_only=True))


def test_trying_five_thousand_rows_takes_less_than_twice_a_plain_reading(house: Session) -> None:
    factories.districts(house)
    data = xlsx_file(*made_up(ROWS))
    floor = seconds(lambda: read(data))
    ours = seconds(lambda: register.try_out(house, data, ["sv", "en"]))
    print(f"\n{ROWS:,} rows: plain reading {floor:.2f} s, trial {ours:.2f} s, {ours / floor:.2f} ×")
    assert ours / floor < MOST
