"""The districts of the municipality: taken over from GeoJSON, listed, drawn."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import _
from panel import sheets, sweref
from panel.models import District, Member, Population
from panel.places import mapping
from panel.places.refusing import CannotUse

MOST_DISTRICTS = 500
LONGEST_CODE, LONGEST_NAME = 40, 100
FARTHEST = 10_000_000
"""Metres; farther off no point in Sweden has a coordinate."""
DEEPEST = 4
"""Coordinates of a MultiPolygon lie so deep: polygons, rings, points, numbers."""


def names(session: Session) -> dict[str, str]:
    """Code to name of the districts, in order of name."""
    return {district.code: district.name for district in every(session)}


def shapes(session: Session) -> dict[str, Any]:
    """Code to geometry (GeoJSON) of every district that has one."""
    return {district.code: district.geometry for district in every(session) if district.geometry}


def every(session: Session) -> Sequence[District]:
    """The districts, in order of name."""
    return session.scalars(select(District).order_by(District.name, District.code)).all()


def drawn(districts: Sequence[District]) -> str:
    """A map of the districts as an SVG drawing, empty where none has a boundary."""
    return mapping.draw([(each.name, each.geometry) for each in districts if each.geometry])


def import_districts(session: Session, data: bytes) -> int:
    """Take over the districts of a GeoJSON file (WGS 84 or SWEREF 99 TM); gives how many.

    A district that members live in is kept: the file is refused if it lacks one. Population figures of a district
    that is gone go with it.
    """
    found = {district.code: district for district in _read(data)}
    lived_in = set(session.scalars(select(Member.district).distinct()))
    if lacking := sorted(lived_in - set(found)):
        words = _("Members live in districts that the file lacks: %(codes)s. Move them first, or add the districts.")
        raise CannotUse(words % {"codes": ", ".join(lacking)})
    gone = set(names(session)) - set(found)
    for figure in session.scalars(select(Population).where(Population.district.in_(gone))):
        session.delete(figure)
    session.flush()
    for row in session.scalars(select(District).where(District.code.in_(gone))):
        session.delete(row)
    for district in found.values():
        session.merge(district)
    session.flush()
    return len(found)


def _read(data: bytes) -> list[District]:
    try:
        document = json.loads(sheets.decoded(data))
    except (ValueError, RecursionError) as fault:
        raise CannotUse(_("The file is not GeoJSON: %(fault)s.") % {"fault": str(fault)[:100]}) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise CannotUse(_("The file is not a GeoJSON FeatureCollection with at least one district."))
    if len(features) > MOST_DISTRICTS:
        raise CannotUse(_("The file has more than %(most)s districts.") % {"most": MOST_DISTRICTS})
    made, faults = [], []
    for number, feature in enumerate(features, 1):
        try:
            made.append(_district(feature))
        except CannotUse as fault:
            faults.append(_("Feature %(number)s: %(fault)s") % {"number": number, "fault": fault})
    faults += _doubled([district.code for district in made]) + _doubled([district.name for district in made])
    if faults:
        raise CannotUse(*faults)
    return made


def _doubled(words: list[str]) -> list[str]:
    """Codes or names that stand twice; case does not tell them apart."""
    seen: set[str] = set()
    found = []
    for word in words:
        if word.casefold() in seen:
            found.append(_("“%(word)s” stands twice.") % {"word": word})
        seen.add(word.casefold())
    return found


def _district(feature: Any) -> District:
    if not isinstance(feature, dict):
        raise CannotUse(_("it is not a feature."))
    properties, geometry = feature.get("properties"), feature.get("geometry")
    code, name = (_word(properties, key) for key in ("code", "name"))
    if not code or not name:
        raise CannotUse(_("the properties code and name are needed."))
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME:
        raise CannotUse(_("the code or the name is too long."))
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise CannotUse(_("the geometry must be a Polygon or a MultiPolygon."))
    depth = DEEPEST - (geometry["type"] == "Polygon")
    coordinates = _degrees(geometry.get("coordinates"), depth)
    return District(code=code, name=name, geometry={"type": geometry["type"], "coordinates": coordinates})


def _word(properties: Any, key: str) -> str:
    value = properties.get(key) if isinstance(properties, dict) else None
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    whole = str(value).replace("\0", "").encode("utf-8", "replace").decode()  # half characters can't be kept
    return " ".join(whole.split()) if plain else ""


def _degrees(part: Any, depth: int) -> list[Any]:
    """Coordinates in degrees, whatever they were in."""
    if not isinstance(part, list) or not part:
        raise CannotUse(_("the geometry is empty or not whole."))
    if depth == 1:
        return _point(part)
    found = [_degrees(each, depth - 1) for each in part]
    if depth == 2 and len(found) < 4:
        raise CannotUse(_("a ring has fewer than four points."))
    return found


def _point(pair: list[Any]) -> list[float]:
    if len(pair) < 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair[:2]):
        raise CannotUse(_("a point is not a pair of numbers."))
    if not all(abs(n) < FARTHEST for n in pair[:2]):
        raise CannotUse(_("a point lies outside the world."))
    x, y = float(pair[0]), float(pair[1])
    if sweref.is_projected(x, y):
        x, y = sweref.to_wgs84(min(x, y), max(x, y))  # some programs write northing first; in Sweden it is the larger
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise CannotUse(_("a point lies outside the world."))
    return [round(x, 6), round(y, 6)]
