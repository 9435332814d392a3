"""The cube of sufficient statistics: n, Σw and Σw² per group cell × category; small, additive, the heart."""

from analysis.cube.counting import JOINT, count, of
from analysis.cube.sums import Counts, Cube, Hidden, Numbers

__all__ = ["JOINT", "Counts", "Cube", "Hidden", "Numbers", "count", "of"]
