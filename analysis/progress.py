"""How far long work has come: a bar on a terminal, nothing on a pipe."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import click

Thing = TypeVar("Thing")


def shown(
    things: Iterable[Thing], length: int, label: str, weigh: Callable[[Thing], int] = lambda _thing: 1
) -> Iterator[Thing]:
    """Things one after the other; while they are worked on, a bar on stderr tells how many of ``length`` are done.

    ``weigh`` says for how many a thing counts; ``label`` says what they are.
    """
    if not sys.stderr.isatty():
        yield from things
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        for thing in things:
            yield thing
            bar.update(weigh(thing))
