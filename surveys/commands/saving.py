"""Files that commands write: whole or not there, and refused in words where they can't be."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from analysis import saving
from surveys.refusals import Refusal


def save(content: bytes, output: Path) -> None:
    """Write a file that only its owner can read; raises `Refusal` with what is wrong and what helps."""
    with refusing(output):
        saving.put(content, output)


@contextlib.contextmanager
def refusing(output: Path) -> Iterator[None]:
    """Whatever the disk says becomes a refusal in words."""
    try:
        yield
    except OSError as fault:
        raise Refusal(saving.trouble(output, fault)) from None
