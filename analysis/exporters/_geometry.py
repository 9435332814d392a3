"""Geometries as a GeoPackage keeps them: a header and well-known binary (OGC 12-128r18, clause 2.1.3)."""

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.exporters import _places

WGS84 = 4326
LITTLE = b"\x01"
FLAGS, EMPTY = 0b00000011, 0b00010000
"""Little-endian with an envelope of two dimensions; and the mark of a geometry without points."""
EMPTY_FLAGS = 0b00000001 | EMPTY
Points = Sequence[Any]


def blob(geometry: Mapping[str, Any]) -> bytes:
    """A GeoJSON geometry in WGS 84 as the binary of a GeoPackage."""
    points = list(_places.positions(geometry))
    if not points:
        return b"GP" + struct.pack("<BBi", 0, EMPTY_FLAGS, WGS84) + wkb(geometry)
    easts, norths = zip(*points, strict=True)
    box = (min(easts), max(easts), min(norths), max(norths))
    return b"GP" + struct.pack("<BBi4d", 0, FLAGS, WGS84, *box) + wkb(geometry)


def wkb(geometry: Mapping[str, Any]) -> bytes:
    """A GeoJSON geometry as well-known binary of two dimensions; KeyError names a type there is not."""
    kind = str(geometry["type"])
    number, write = _KINDS[kind]
    inside = geometry["geometries"] if kind == "GeometryCollection" else geometry["coordinates"]
    return LITTLE + struct.pack("<I", number) + write(inside)


def _point(place: Points) -> bytes:
    return struct.pack("<2d", place[0], place[1])


def _line(places: Points) -> bytes:
    return _counted([_point(place) for place in places])


def _polygon(rings: Points) -> bytes:
    return _counted([_line(ring) for ring in rings])


def _several(kind: str) -> Callable[[Points], bytes]:
    return lambda parts: _counted([wkb({"type": kind, "coordinates": part}) for part in parts])


def _collection(parts: Points) -> bytes:
    return _counted([wkb(part) for part in parts])


def _counted(parts: list[bytes]) -> bytes:
    return struct.pack("<I", len(parts)) + b"".join(parts)


_KINDS: dict[str, tuple[int, Callable[[Points], bytes]]] = {
    "Point": (1, _point),
    "LineString": (2, _line),
    "Polygon": (3, _polygon),
    "MultiPoint": (4, _several("Point")),
    "MultiLineString": (5, _several("LineString")),
    "MultiPolygon": (6, _several("Polygon")),
    "GeometryCollection": (7, _collection),
}
