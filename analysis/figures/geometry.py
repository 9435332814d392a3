"""Areas on a sheet: from degrees or metres to points, and where in an area a text has room."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.figures.sheet import Point, Stroke
from analysis.geometry import Numbers, Rings, edges, inside

FINE = 0.4
"""Points of a border closer than this to the line between its neighbours are left out."""
TIGHT = 18
"""Places tried for a text along each side of an area."""


@dataclass(frozen=True)
class View:
    """From coordinates to points of a sheet; a degree of longitude is as long as it is at the middle of the map."""

    west: float
    north: float
    across: float
    scale: float
    left: float
    top: float

    def place(self, coordinates: Numbers) -> Numbers:
        """Coordinates as x and y on the sheet; shape (points, 2)."""
        x = self.left + (coordinates[:, 0] - self.west) * self.across * self.scale
        return np.column_stack([x, self.top + (self.north - coordinates[:, 1]) * self.scale])


def view(areas: Iterable[Rings], left: float, top: float, wide: float, high: float) -> tuple[View, float]:
    """The view in which all areas fit into ``wide`` and ``high``, in the middle of the width; and how high it gets."""
    every = np.concatenate([ring for area in areas for ring in area])
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    degrees = max(abs(west), abs(east)) <= 360 and max(abs(south), abs(north)) <= 90
    across = math.cos(math.radians((south + north) / 2)) if degrees else 1.0
    width, height = max((east - west) * across, 1e-9), max(north - south, 1e-9)
    scale = min(wide / width, high / height)
    return View(west, north, across, scale, left + (wide - width * scale) / 2, top), height * scale


def simple(ring: Numbers) -> Numbers:
    """A ring without the points that can't be seen (Douglas and Peucker 1973)."""
    if len(ring) < 5:
        return ring
    kept = np.zeros(len(ring), dtype=bool)
    half = len(ring) // 2
    kept[[0, half, -1]] = True
    spans = [(0, half), (half, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        away = _away(ring[first + 1 : last], ring[first], ring[last])
        at = int(away.argmax())
        if away[at] > FINE:
            middle = first + 1 + at
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return ring[kept]


def _away(points: Numbers, start: Numbers, end: Numbers) -> Numbers:
    """How far points are from the straight line between two others."""
    along = end - start
    length = math.hypot(along[0], along[1])
    if length == 0:
        gaps: Numbers = np.hypot(points[:, 0] - start[0], points[:, 1] - start[1])
        return gaps
    away: Numbers = np.abs(along[0] * (points[:, 1] - start[1]) - along[1] * (points[:, 0] - start[0])) / length
    return away


def middles(area: Rings) -> Numbers:
    """Places inside an area, those farthest from its border first."""
    every = np.concatenate(area)
    low, high = every.min(axis=0), every.max(axis=0)
    steps = (np.arange(TIGHT) + 0.5) / TIGHT
    grid = np.stack(np.meshgrid(*(low[i] + steps * (high[i] - low[i]) for i in (0, 1))), axis=-1).reshape(-1, 2)
    grid = grid[inside(area, grid)]
    if not len(grid):
        centre: Numbers = every.mean(axis=0, keepdims=True)
        return centre
    border = np.min([_nearest(grid, start, end) for start, end in edges(area)], axis=0)
    return grid[np.argsort(-border, kind="stable")]


def _nearest(points: Numbers, start: Numbers, end: Numbers) -> Numbers:
    """How far points are from the nearest of some lines."""
    along = end - start
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((points[:, None] - start) * along).sum(axis=2) / length, 0, 1)
    gap = points[:, None] - start - share[:, :, None] * along
    nearest: Numbers = np.sqrt((gap**2).sum(axis=2).min(axis=1))
    return nearest


def room(area: Rings, places: Numbers, wide: float, high: float) -> Point | None:
    """The first of some places about which a box of that size lies inside the area; None where none does."""
    across, down = np.meshgrid(np.linspace(-wide / 2, wide / 2, 7), np.linspace(-high / 2, high / 2, 4))
    box = np.column_stack([across.ravel(), down.ravel()])
    held = inside(area, (places[:, None] + box).reshape(-1, 2)).reshape(len(places), -1).all(axis=1)
    return tuple(places[int(held.argmax())]) if held.any() else None


def stripes(area: Rings, step: float = 7.0) -> list[Stroke]:
    """Slanting lines over an area: what is hidden."""
    turned = [np.column_stack([ring[:, 0] - ring[:, 1], ring[:, 0] + ring[:, 1]]) for ring in area]
    start, end = (np.concatenate(parts) for parts in zip(*edges(turned), strict=True))
    low, high = min(start[:, 1].min(), end[:, 1].min()), max(start[:, 1].max(), end[:, 1].max())
    found: list[Stroke] = []
    for level in np.arange(math.ceil(low / (2 * step)), high / (2 * step)) * 2 * step:
        crossed = (start[:, 1] > level) != (end[:, 1] > level)
        rise = end[crossed, 1] - start[crossed, 1]
        at = np.sort(start[crossed, 0] + (level - start[crossed, 1]) * (end[crossed, 0] - start[crossed, 0]) / rise)
        found += [_straight(a, b, level) for a, b in _pairs(at.tolist())]
    return found


def _pairs(values: Sequence[float]) -> Iterator[tuple[float, float]]:
    return zip(values[::2], values[1::2], strict=False)


def _straight(first: float, last: float, level: float) -> Stroke:
    """Back from turned coordinates (x - y, x + y)."""
    return ((first + level) / 2, (level - first) / 2, (last + level) / 2, (level - last) / 2)
