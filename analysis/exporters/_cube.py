"""Tables of a report as one cube, answers × groups × measures, as statistical offices keep them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.exporters import _lines
from analysis.exporters._lines import Line, Measure
from analysis.report import Question
from analysis.words import _, current

ALL = "all"
"""The code of everybody, and of the only answer of a report without any."""


@dataclass(frozen=True)
class Cube:
    """Codes and labels along each side; a cell that no table has is None."""

    answers: dict[str, str]
    groups: dict[str, str]
    measures: Sequence[Measure]
    _cells: dict[tuple[str, str], Line]

    def rows(self) -> Iterator[list[tuple[Line | None, Measure]]]:
        """For every answer by every group its measures."""
        for answer in self.answers:
            for group in self.groups:
                line = self._cells.get((answer, group))
                yield [(line, measure) for measure in self.measures]


def of(questions: Sequence[Question]) -> Cube:
    """The cube of some questions of a report; the text of a question is part of its answers if there are several."""
    found = [line for question in questions for table in question.tables.values() for line in _lines.of(question, table)]
    several = len(questions) > 1
    return Cube(
        {_answer(line): _called(line) if several else line.answer_label for line in found} or {ALL: _("All")},
        {_group(line): _grouped(line) for line in found} or {ALL: _("All")},
        _lines.measures(found) or [_lines.MEASURES["base"]],
        {(_answer(line), _group(line)): line for line in found},
    )


def value(line: Line | None, measure: Measure) -> float | None:
    """The number of a cell in the measure's unit; None where there is none or it is hidden."""
    found = None if line is None or measure.code in line.hidden else line.values.get(measure.code)
    return None if found is None else measure.told(found)


def hidden(line: Line | None, measure: Measure) -> bool:
    """Whether a cell has a number that may not be told."""
    return line is not None and measure.code in line.hidden


def language() -> str:
    """The language spoken, in two or three letters."""
    return current().split("-")[0]


def _answer(line: Line) -> str:
    return f"{line.question.name}:{line.answer}" if line.answer else line.question.name


def _group(line: Line) -> str:
    return f"{line.table.by}:{line.group}" if line.table.by else ALL


def _called(line: Line) -> str:
    label = line.question.label
    asked = label if len(label) <= 110 else label[:109].rstrip() + "…"
    return f"{asked} – {line.answer_label}"


def _grouped(line: Line) -> str:
    return f"{line.table.by_label}: {line.group_label}" if line.table.by else line.group_label
