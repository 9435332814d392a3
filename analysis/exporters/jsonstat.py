"""All tables as one data set of JSON-stat 2.0: the same cube as in PX, for programs."""

import json
from collections.abc import Mapping
from typing import Any

from analysis.exporters import _about, _cube, _lines, _records
from analysis.report import Report
from analysis.words import _

name = "JSON-stat"
mimetype = "application/json"
extension = "json"


def write(report: Report) -> bytes:
    """Answers by groups by measures; what is hidden or not there is null, and status says which is hidden."""
    cube = _cube.of(report.questions)
    cells = [cell for row in cube.rows() for cell in row]
    headings = {one.code: _(one.heading) for one in cube.measures}
    units = {one.code: {"label": _(_lines.UNITS[one.unit]), "decimals": one.decimals} for one in cube.measures}
    dimensions = {
        "answer": _dimension(_("Answer option"), cube.answers),
        "group": _dimension(_("Group"), cube.groups),
        "measure": _dimension(_("Measure"), headings, unit=units),
    }
    told = {
        "version": "2.0",
        "class": "dataset",
        "label": _records.clean(report.origin.called),
        "source": _records.clean(_about.source(report)),
        **({"updated": report.origin.closed.isoformat()} if report.origin.closed else {}),
        "note": [f"{key}: {text}" for key, text in _about.method(report)],
        "extension": _about.told(report),
        "id": list(dimensions),
        "size": [len(cube.answers), len(cube.groups), len(cube.measures)],
        "role": {"metric": ["measure"]},
        "dimension": dimensions,
        "value": [_cube.value(*cell) for cell in cells],
        "status": {str(place): "hidden" for place, cell in enumerate(cells) if _cube.hidden(*cell)},
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")


def _dimension(label: str, labels: Mapping[str, str], **more: Any) -> dict[str, Any]:
    codes = _lines.unique(list(labels))
    told = {codes[code]: _records.clean(text) or codes[code] for code, text in labels.items()}
    return {"label": label, "category": {"index": list(told), "label": told, **more}}
