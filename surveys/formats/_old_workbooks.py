"""Workbooks from before 2007, read in a process of their own: a damaged one can make xlrd take all memory there is.

The process gets the file on standard input and prints its sheets as JSON; it has a limit of memory and of time.
"""

import json
import subprocess
import sys
from typing import Any

MEMORY = 500_000_000
SECONDS = 4
"""Of the processor; three times as long by the clock. A sound questionnaire takes a tenth of one."""

Sheets = list[tuple[str, list[list[Any]]]]


class Unreadable(ValueError):
    """xlrd could not read the file, within those limits."""


def sheets(data: bytes, rows: int, columns: int, most: int) -> Sheets:
    """Name and cells (text, number, true or false) of the first sheets, at most so many rows and columns of each."""
    command = [sys.executable, "-I", __file__, str(rows), str(columns), str(most)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=3 * SECONDS, check=False)  # noqa: S603 (ours)
    except subprocess.TimeoutExpired:
        raise Unreadable("it takes too long") from None
    if done.returncode:
        raise Unreadable(done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "it takes too much memory")
    found: Sheets = json.loads(done.stdout)
    return found


def _read(data: bytes, rows: int, columns: int, most: int) -> Sheets:
    import xlrd  # noqa: PLC0415 (in the process of its own only)

    book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True, logfile=sys.stderr)
    found: Sheets = []
    for name in book.sheet_names()[:most]:
        sheet = book.sheet_by_name(name)
        cells = [sheet.row(i)[:columns] for i in range(min(sheet.nrows, rows))]
        found.append((name, [[_plain(cell, book.datemode, xlrd) for cell in row] for row in cells]))
    return found


def _plain(cell: Any, datemode: int, xlrd: Any) -> Any:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return str(xlrd.xldate_as_datetime(cell.value, datemode))
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def main() -> None:
    """The process: read standard input within the limits, print JSON, or say in one line why not."""
    import resource  # noqa: PLC0415 (limits this process alone)

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        json.dump(_read(sys.stdin.buffer.read(), *map(int, sys.argv[1:4])), sys.stdout)
    except MemoryError:
        sys.exit("it takes too much memory")
    except Exception as fault:  # a damaged workbook makes xlrd raise nearly anything
        sys.exit(" ".join(str(fault).split())[:200] or type(fault).__name__)


if __name__ == "__main__":
    main()
