"""What a bar of 100 % is made of: a piece for each step, or for steps that are told together where one by one they are hidden."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.figures.rows import Row, grouped

Bands = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Piece:
    """The steps a piece stands for, by their places, and their share together; NaN where it is hidden or there is none."""

    steps: tuple[int, ...]
    share: float
    hidden: bool

    @property
    def known(self) -> bool:
        """Whether there is anything to draw."""
        return not (self.hidden or math.isnan(self.share))


@dataclass(frozen=True)
class Bar:
    """One group: its name, its base (NaN where hidden), the balance beside it, and its pieces in order."""

    group: str
    base: float
    net: float
    pieces: tuple[Piece, ...]

    @property
    def conceals(self) -> bool:
        """Whether any piece is hidden."""
        return any(piece.hidden for piece in self.pieces)

    @property
    def below(self) -> float:
        """What stands to the left of the middle: the lower steps, and half of a middle one."""
        half, steps = divmod(1 + max(piece.steps[-1] for piece in self.pieces), 2)
        lower = sum(piece.share for piece in self.pieces if piece.known and piece.steps[-1] < half)
        middle = sum(piece.share for piece in self.pieces if piece.known and steps and piece.steps == (half,))
        return float(lower + middle / 2)

    @property
    def whole(self) -> float:
        """All that is known of it."""
        return float(sum(piece.share for piece in self.pieces if piece.known))


def bars(table: pd.DataFrame, ends: pd.DataFrame | None = None, bands: Bands = ()) -> list[Bar]:
    """The bars of a table in its order; ``ends`` has a row for each group and each of the ``bands``."""
    more = dict(grouped(ends, "group")) if ends is not None else {}
    return [_bar(group, rows, more.get(group, []), bands) for group, rows in grouped(table, "group")]


def _bar(group: str, rows: list[Row], ends: Sequence[Row], bands: Bands) -> Bar:
    base = next((row.base for row in (*rows, *ends) if not math.isnan(row.base)), math.nan)
    told = {band: end for band, end in zip(bands, ends, strict=bool(ends)) if _together(rows, band, end)}
    inside = {step: band for band in told for step in band}
    pieces = dict.fromkeys(inside.get(step, (step,)) for step in range(len(rows)))
    made = tuple(_piece(steps, told[steps] if steps in told else rows[steps[0]]) for steps in pieces)
    return Bar(group, base, getattr(rows[0], "net", math.nan), made)


def _together(rows: list[Row], band: tuple[int, ...], end: Row) -> bool:
    """Whether the steps are told as one: none is lost by it, and one is hidden by itself."""
    return not end.hidden and any(rows[step].hidden for step in band)


def _piece(steps: tuple[int, ...], row: Row) -> Piece:
    return Piece(steps, math.nan if math.isnan(row.share) else max(row.share, 0.0), bool(row.hidden))
