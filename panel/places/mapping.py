"""A plain map drawn on the server: an area for each district with its number, no script, nothing from outside."""

from collections.abc import Iterator, Sequence
from math import cos, radians
from typing import Any

from markupsafe import Markup, escape

from analysis.words import _

WIDTH = 640.0
EDGE = 8.0
NEAREST = 0.7
"""Points nearer to each other than this, in units of the drawing, are one."""
FILLS = ("#C3D3E4", "#DBE5EF", "#9DB9D3", "#EAF1F5", "#AFC6DC")
LINE, INK = "#0B4F6C", "#0B0C0C"
LETTERS = 17

Point = tuple[float, float]
Ring = list[Point]


def draw(areas: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """An SVG drawing of named areas in degrees, north up; each has its number and, read out, its name."""
    rings = [(name, list(_rings(geometry))) for name, geometry in areas]
    points = [point for _name, found in rings for ring in found for point in ring]
    if not points:
        return ""
    place, height = _projection(points)
    parts = []
    for number, (name, found) in enumerate(rings, 1):
        outlines = [_thinned([place(point) for point in ring]) for ring in found]
        parts += [_area(name, outlines, FILLS[number % len(FILLS)]), _label(number, max(outlines, key=_size))]
    title = escape(_("Map of the districts"))
    return Markup(  # noqa: S704 (names are escaped where they are set in)
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="100%" role="img" '
        f'aria-labelledby="map-title"><title id="map-title">{title}</title>{"".join(parts)}</svg>'
    )


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(point[0], point[1]) for point in ring]


def _projection(points: Sequence[Point]) -> tuple[Any, float]:
    """From degrees to the drawing: a degree of longitude is narrower the farther north."""
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrowing = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * EDGE) / max((east - west) * narrowing, (north - south) / 1.6, 1e-6)
    left = (WIDTH - (east - west) * narrowing * scale) / 2

    def place(point: Point) -> Point:
        return left + (point[0] - west) * narrowing * scale, EDGE + (north - point[1]) * scale

    return place, (north - south) * scale + 2 * EDGE


def _thinned(ring: Ring) -> Ring:
    kept = ring[:1]
    for x, y in ring[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= NEAREST:
            kept.append((x, y))
    return kept


def _area(name: str, outlines: Sequence[Ring], fill: str) -> str:
    lines = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in outlines)
    look = f'fill="{fill}" fill-rule="evenodd" stroke="{LINE}" stroke-width="1.5" stroke-linejoin="round"'
    return f'<path d="{lines}" {look}><title>{escape(name)}</title></path>'


def _size(ring: Ring) -> float:
    """The area within a ring (the shoelace formula)."""
    return abs(sum(_crosses(ring))) / 2


def _crosses(ring: Ring) -> list[float]:
    """Twice the signed area of the triangle from the corner of the drawing to each side of a ring."""
    return [a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]


def _middle(ring: Ring) -> Point:
    """The centre of gravity of what a ring holds; of its points if it holds nothing."""
    crosses = _crosses(ring)
    if abs(sum(crosses)) < 1:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    sides = list(zip(ring, ring[1:] + ring[:1], crosses, strict=True))
    x = sum((a[0] + b[0]) * cross for a, b, cross in sides) / (3 * sum(crosses))
    y = sum((a[1] + b[1]) * cross for a, b, cross in sides) / (3 * sum(crosses))
    return x, y


def _label(number: int, ring: Ring) -> str:
    x, y = _middle(ring)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{LETTERS * 0.85:.1f}" fill="#FFFFFF" stroke="{LINE}"/>'
        f'<text x="{x:.1f}" y="{y + LETTERS * 0.36:.1f}" text-anchor="middle" font-family="Arial, sans-serif" '
        f'font-size="{LETTERS}" font-weight="bold" fill="{INK}">{number}</text>'
    )
