"""Groups that are places: what is told of each, question by question, and where it lies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.exporters import _lines
from analysis.exporters._lines import Line
from analysis.report import Question, Report

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
