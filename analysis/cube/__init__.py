"""The cube of sufficient statistics: n, Σw and Σw² per group cell × category; small, additive, the heart.

`Cube` is that of one item by one set of groups, which tables are made of; `CellCube` that of a whole survey, of which
every `Cube` of its dimensions can be had without the responses.
"""

from analysis.cube.assembling import assembled
from analysis.cube.building import cells
from analysis.cube.cells import CellCube, Counted, NeedsRows, Side, Sums
from analysis.cube.counting import JOINT, count, of
from analysis.cube.rowless import Rowless
from analysis.cube.storing import dump, load
from analysis.cube.sums import Counts, Cube, Hidden, Numbers, Stack, Stacked

__all__ = [
    "JOINT", "CellCube", "Counted", "Counts", "Cube", "Hidden", "NeedsRows", "Numbers", "Rowless", "Side", "Stack",
    "Stacked", "Sums", "assembled", "cells", "count", "dump", "load", "of",
]  # fmt: skip
