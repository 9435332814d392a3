"""Points on a map, or districts picked from a list: how many put one in each area, and where points lie close.

A person counts once in an area, however many points they put there.
"""

import math

import numpy as np
import pandas as pd

from analysis.dataset import Dataset, Item
from analysis.dataset.several import points
from analysis.scales._shares import summarise, tally
from analysis.scales.nominal import MEASURES, distribution, draw

__all__ = [
    "DRAWS", "MEASURES", "ORDERED", "SEVERAL", "STYLES", "density", "distribution", "draw", "summarise", "tally",
]  # fmt: skip

DRAWS = "table"
STYLES = ("dots", "panels", "map")
ORDERED, SEVERAL = False, True

BANDS = (5, 10, 20, 50, 100, 200, 500, 1000)
"""Where a band of counts begins."""
CELLS = 24
"""About how many squares lie along the longer side of the map."""
METRES = 111_320.0
"""The length of a degree of latitude."""


def density(dataset: Dataset, item: Item, minimum: int = 5) -> pd.DataFrame:
    """How many people put a point in each square of a grid, told in bands.

    Squares with fewer than ``minimum`` people are left out, and so look as empty as those with none; bands instead of
    counts keep what is left out from being told by subtraction from the counts of areas.

    Parameters
    ----------
    dataset, item
        A place whose cells hold points.
    minimum
        The fewest people that are told.

    Returns
    -------
    DataFrame
        One row per square: "west", "south", "east", "north" in the coordinates of the points, and "least", the lower
        end of its band.
    """
    rows, where = points(dataset.frame, item)
    columns = ["west", "south", "east", "north", "least"]
    if not len(where):
        return pd.DataFrame(columns=columns, dtype=float)
    across, down = _sides(where)
    held = pd.DataFrame({"row": rows, "x": np.floor(where[:, 0] / across), "y": np.floor(where[:, 1] / down)})
    people = held.drop_duplicates().groupby(["x", "y"]).size()
    people = people[people >= max(minimum, 1)]
    bands = np.array([1, *(band for band in BANDS if band > minimum)] if minimum < BANDS[0] else _from(minimum))
    x, y = (people.index.get_level_values(name).to_numpy() for name in ("x", "y"))
    least = bands[np.searchsorted(bands, people.to_numpy(), side="right") - 1]
    corners = (x * across, y * down, (x + 1) * across, (y + 1) * down, least.astype(float))
    return pd.DataFrame(dict(zip(columns, corners, strict=True)))


def _from(minimum: int) -> list[int]:
    return [minimum, *(band for band in BANDS if band > minimum)]


def _sides(where: np.ndarray) -> tuple[float, float]:
    """Width and height of squares of a round number of metres, in the coordinates of the points.

    They depend on the middle of the points only through its thousandth of a degree, and lie on a grid that starts at
    nought, so that they tell nothing of the outermost points.
    """
    spread = np.subtract(*np.quantile(where, [0.95, 0.05], axis=0))
    degrees = bool((np.abs(where) <= 360).all())
    north = METRES if degrees else 1.0
    east = METRES * math.cos(math.radians(round(float(np.median(where[:, 1])), 1))) if degrees else 1.0
    raw = max(spread[0] * east, spread[1] * north, CELLS * 50.0) / CELLS
    power = 10.0 ** math.floor(math.log10(raw))
    size = power * next(step for step in (1, 2, 5, 10) if step * power >= raw * (1 - 1e-9))
    return size / east, size / north
