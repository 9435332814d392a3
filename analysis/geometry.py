"""Areas as GeoJSON has them, as arrays: their rings, and what lies inside."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Rings = list[Numbers]
"""Closed rings of an area, each of shape (points, 2); one inside another is a hole."""
ENTRIES = 2_000_000
"""The most numbers that are held at a time."""


class UnusableShape(ValueError):
    """Something other than a polygon where an area should be."""


def rings(shape: Mapping[str, Any]) -> Rings:
    """The rings of a GeoJSON geometry (Polygon, MultiPolygon, a collection of them) or of a feature with one."""
    kind = shape.get("type")
    if kind == "Feature":
        return rings(shape["geometry"])
    if kind == "GeometryCollection":
        return [ring for part in shape["geometries"] for ring in rings(part)]
    if kind == "Polygon":
        return [_ring(ring) for ring in shape["coordinates"]]
    if kind == "MultiPolygon":
        return [_ring(ring) for part in shape["coordinates"] for ring in part]
    raise UnusableShape(f"An area is a {kind!r}. Give GeoJSON of type Polygon or MultiPolygon.")


def _ring(coordinates: Any) -> Numbers:
    found = np.asarray([point[:2] for point in coordinates], dtype=float)
    if found.ndim != 2 or len(found) < 3 or not np.isfinite(found).all():
        raise UnusableShape("The ring of an area has fewer than three points, or one that is not two finite numbers.")
    return found if (found[0] == found[-1]).all() else np.vstack([found, found[:1]])


def edges(area: Rings) -> Iterator[tuple[Numbers, Numbers]]:
    """Where the sides of each ring start and end."""
    for ring in area:
        yield ring[:-1], ring[1:]


def inside(area: Rings, points: Numbers) -> NDArray[np.bool_]:
    """Whether points, shape (n, 2), lie in an area, those in its holes not (even–odd rule)."""
    found = np.zeros(len(points), dtype=bool)
    step = max(1, ENTRIES // max(1, max((len(ring) for ring in area), default=1)))
    for start in range(0, len(points), step):
        found[start : start + step] = _inside(area, points[start : start + step])
    return found


def _inside(area: Rings, points: Numbers) -> NDArray[np.bool_]:
    found = np.zeros(len(points), dtype=bool)
    x, y = points[:, 0, None], points[:, 1, None]
    for start, end in edges(area):
        crosses = (start[:, 1] > y) != (end[:, 1] > y)
        rise = np.where(end[:, 1] == start[:, 1], 1.0, end[:, 1] - start[:, 1])
        at = start[:, 0] + (y - start[:, 1]) * (end[:, 0] - start[:, 0]) / rise
        found ^= (crosses & (x < at)).sum(axis=1) % 2 == 1
    return found
