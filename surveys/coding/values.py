"""What open answers and what is told of them are made of."""

from dataclasses import dataclass

from surveys.models import Quote, Theme

MACHINE = ""
"""The coder who is no person."""
SETTLED = "*"
"""The coder whose word goes before all others': what people agreed on where they had sorted differently."""
FEWEST = 5
"""A theme is told of when at least so many have written about it."""


@dataclass(frozen=True)
class Written:
    """One open answer: its random id, which leads to nobody, and its words."""

    id: str
    text: str


@dataclass(frozen=True)
class Told:
    """A theme with its answers, most about it first, and the quotes released; ``count`` None where too few wrote of it."""

    theme: Theme
    answers: tuple[Written, ...]
    quotes: tuple[Quote, ...]

    @property
    def count(self) -> int | None:
        """How many wrote about it, if that may be told."""
        return len(self.answers) if len(self.answers) >= FEWEST else None


@dataclass(frozen=True)
class Difference:
    """An answer that people have sorted differently: each coder's themes, and those agreed on; None where none are yet."""

    answer: Written
    said: tuple[frozenset[int], ...]
    settled: frozenset[int] | None

    @property
    def common(self) -> frozenset[int]:
        """The themes that all of them named."""
        return frozenset.intersection(*self.said)
