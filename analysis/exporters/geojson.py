"""A map of the answers as GeoJSON (RFC 7946): a feature for each place, its numbers as properties."""

import json
from typing import Any

from analysis.exporters import _about, _places, _records
from analysis.exporters._places import fits
from analysis.report import Report

__all__ = ["extension", "fits", "mimetype", "name", "write"]

name = "GeoJSON"
mimetype = "application/geo+json"
extension = "geojson"


def write(report: Report) -> bytes:
    """A property is called ``question:answer:measure``; what is hidden is null and named in ``hidden``."""
    features: dict[str, dict[str, Any]] = {}
    for question in report.questions:
        for place in _places.of(report, question):
            feature = features.setdefault(place.code, _feature(place))
            told = feature["properties"]
            told |= {f"{question.name}:{key}": _records.value(value) for key, value in place.numbers.items()}
            told["hidden"] += [f"{question.name}:{key}" for key in place.hidden]
    collection = {"type": "FeatureCollection", "features": list(features.values()), "about": _about.told(report)}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")


def _feature(place: _places.Place) -> dict[str, Any]:
    geometry = None if place.geometry is None else _places.wound(place.geometry)
    told = {"code": place.code, "name": _records.clean(place.name), "hidden": []}
    return {"type": "Feature", "geometry": geometry, "properties": told}
