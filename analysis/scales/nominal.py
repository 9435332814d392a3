"""Answers that are one of several categories without an order: shares."""

from typing import TYPE_CHECKING

import pandas as pd

from analysis import figures
from analysis.figures import Words
from analysis.scales import Columns, Measure, Tally
from analysis.scales._shares import summarise, tally

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DRAWS", "MEASURES", "ORDERED", "SEVERAL", "STYLES", "distribution", "draw", "summarise", "tally"]

MEASURES: tuple[Measure, ...] = ()
DRAWS = "table"
STYLES = ("dots", "panels", "map")
ORDERED, SEVERAL = False, False


def distribution(tally: Tally) -> Columns | None:
    """None: categories are not spread over a line."""
    return None


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """Bars with their margins."""
    return figures.bars(table, words)
