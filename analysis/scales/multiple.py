"""Answers that are any of several categories: shares of those who answered at all."""

from analysis.scales._shares import summarise, tally
from analysis.scales.nominal import DRAWS, MEASURES, STYLES, distribution, draw

__all__ = ["DRAWS", "MEASURES", "ORDERED", "SEVERAL", "STYLES", "distribution", "draw", "summarise", "tally"]

ORDERED, SEVERAL = False, True
