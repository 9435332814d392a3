"""Refusing a file as a whole, with every fault told."""

from surveys.refusals import Refusal

MOST_TOLD = 50


class CannotUse(Refusal):
    """A file that can't be used as it is: one line a fault, each with place and remedy."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines[:MOST_TOLD]
        super().__init__("\n".join(self.lines))
