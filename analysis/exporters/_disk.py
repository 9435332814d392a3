"""What the disk says through libraries that have errors of their own for it, as OSError."""

import contextlib
import errno
import os
import re
import tempfile
from collections.abc import Iterator

import duckdb


@contextlib.contextmanager
def told() -> Iterator[None]:
    """DuckDB quotes the system's number in its text; pyreadstat only says that it could not write its temporary file."""
    try:
        yield
    except duckdb.IOException as fault:
        number = re.search(r'"errno":"(\d+)"', str(fault))
        if number is None:
            raise
        raise _fault(int(number[1])) from None
    except Exception as fault:
        # pyreadstat is optional, so its class can't be named here
        if not type(fault).__module__.startswith("pyreadstat") or "Unable to write" not in str(fault):
            raise
        raise _fault(errno.ENOSPC if _full() else errno.EIO) from None


def _fault(number: int) -> OSError:
    return OSError(number, os.strerror(number), tempfile.gettempdir())


def _full() -> bool:
    """Whether temporary files have no room."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(65_536))
    except OSError:
        return True
    return False
