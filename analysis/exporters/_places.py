"""Groups that are places: what is told of each, question by question, and where it lies."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.exporters import _lines
from analysis.exporters._lines import Line
from analysis.report import Question, Report
from analysis.words import _

MEASURES = ("count", "share", "low", "high")
"""What is told of an answer; of the whole, everything is."""
Geometry = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """One group of one question: its numbers under names, None where hidden or not there, and what is hidden."""

    code: str
    name: str
    geometry: Geometry | None
    numbers: dict[str, float | None]
    hidden: tuple[str, ...]


def fits(report: Report) -> bool:
    """Whether any group column of a report has geometries."""
    return bool(places(report))


def places(report: Report) -> Mapping[str, Mapping[Any, Geometry]]:
    """The geometries of each group column that has them, by code; only of columns that the report has tables by."""
    return {by: shapes for by, shapes in report.places.items() if by in report.by and shapes}


def of(report: Report, question: Question) -> Iterator[Place]:
    """The places of one question, in the order of its table."""
    for by, shapes in places(report).items():
        by_code = {str(code): geometry for code, geometry in shapes.items()}
        groups: dict[str, list[Line]] = {}
        for line in _lines.of(question, question.tables[by]):
            groups.setdefault(line.group, []).append(line)
        for code, lines in groups.items():
            numbers = {name: value for line in lines for name, value in _numbers(line)}
            hidden = tuple(name for line in lines for name, _value in _numbers(line) if _measure(name) in line.hidden)
            yield Place(code, lines[0].group_label, by_code.get(code), numbers, hidden)


def called(report: Report, question: Question) -> dict[str, str]:
    """What the reader calls the numbers of the places of one question, by their names."""
    lines = [line for by in places(report) for line in _lines.of(question, question.tables[by])]
    headings = {measure.code: _(measure.heading) for measure in _lines.measures(lines)}
    return {name: _worded(line, headings[_measure(name)]) for line in lines for name, _value in _numbers(line)}


def _worded(line: Line, heading: str) -> str:
    return f"{line.answer_label}: {heading}" if line.answer else heading


def alike(shapes: Iterable[Geometry]) -> tuple[str, Callable[[Geometry], Geometry]]:
    """The type of geometry that all shapes have, and what makes one of it; areas of one part beside areas of several get one."""
    kinds = {str(shape["type"]) for shape in shapes}
    if len(kinds) == 1:
        return kinds.pop(), lambda shape: shape
    if kinds == {"Polygon", "MultiPolygon"}:
        return "MultiPolygon", _of_parts
    return "Geometry", lambda shape: shape


def _of_parts(shape: Geometry) -> Geometry:
    if shape["type"] == "MultiPolygon":
        return shape
    return {"type": "MultiPolygon", "coordinates": [shape["coordinates"]]}


def _numbers(line: Line) -> Iterator[tuple[str, float | None]]:
    for measure, value in line.values.items():
        if line.answer and measure in MEASURES:
            yield f"{line.answer}:{measure}", value
        elif not line.answer:
            yield measure, value


def _measure(name: str) -> str:
    return name.rsplit(":", 1)[-1]


def positions(geometry: Geometry | None) -> Iterator[tuple[float, float]]:
    """Every point of a geometry."""
    if geometry is None:
        return
    for part in geometry.get("geometries", ()):
        yield from positions(part)
    stack = [geometry.get("coordinates", ())]
    while stack:
        one = stack.pop()
        if one and isinstance(one[0], int | float):
            yield float(one[0]), float(one[1])
        else:
            stack.extend(one)


def wound(geometry: Geometry) -> Geometry:
    """A geometry whose areas follow the right-hand rule: outer rings against the clock, holes with it (RFC 7946, 3.1.6)."""
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return {**geometry, "geometries": [wound(part) for part in geometry["geometries"]]}
    if kind == "Polygon":
        return {**geometry, "coordinates": _turned(geometry["coordinates"])}
    if kind == "MultiPolygon":
        return {**geometry, "coordinates": [_turned(polygon) for polygon in geometry["coordinates"]]}
    return geometry


def _turned(polygon: Sequence[Any]) -> list[Any]:
    """The rings of one area, the outer first; each turned if it goes the wrong way."""
    return [ring if (_area(ring) >= 0) == (place == 0) else ring[::-1] for place, ring in enumerate(polygon)]


def _area(ring: Sequence[Any]) -> float:
    """Twice the area inside a ring, negative where it goes with the clock (the shoelace formula)."""
    return float(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)))
