"""Quotes that speak for a theme, cleared of persons, for somebody to read and release."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.text.clearing import cleared
from analysis.text.themes import Theme
from analysis.words import _

SHORTEST, LONGEST = 25, 280
"""Letters that a quote may have."""


@dataclass(frozen=True)
class Quote:
    """One quote: the place of its answer among the texts, and what may be shown of it."""

    place: int
    text: str


def quotes(texts: Sequence[str], theme: Theme, most: int = 3, allowed: Iterable[str] = (), language: str = "sv") -> list[Quote]:
    """The answers that are most about a theme, cleared; short, long and much-cleared ones and repetitions are passed over."""
    found: list[Quote] = []
    names = tuple(allowed)
    for place in theme.members:
        text = " ".join(texts[place].split())
        if not SHORTEST <= len(text) <= LONGEST:
            continue
        safe = cleared(text, names, language)
        gaps = sum(safe.count(mark) for mark in (_("[name]"), _("[address]"), _("[number]")))
        if gaps <= 1 and safe.casefold() not in {quote.text.casefold() for quote in found}:
            found.append(Quote(place, safe))
        if len(found) == most:
            break
    return found
