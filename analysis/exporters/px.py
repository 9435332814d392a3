"""All tables as one PX matrix, as SCB and PxWeb keep tables: answers by groups by measures."""

from collections.abc import Mapping, Sequence

from analysis.exporters import _about, _cube, _lines, _px
from analysis.report import Origin, Question, Report
from analysis.words import _

name = "PX"
mimetype = "text/x-pcaxis"
extension = "px"


def write(report: Report) -> bytes:
    """The report as one matrix: in rows every answer of every question by every group, in columns the measures."""
    return matrix(report, report.questions, report.origin.key or "survey", report.origin.called)


def matrix(report: Report, questions: Sequence[Question], called: str, title: str) -> bytes:
    """Some questions of a report as one PX file."""
    cube = _cube.of(questions)
    signs = _("“.” means that there is no such number, and “..” that too few answered for it to be shown.")
    return _px.write(
        _px.Matrix(
            matrix=called,
            language=_cube.language(),
            subject=_("Survey results"),
            title=title,
            source=_about.source(report),
            made=_made(report.origin),
            stub=[_variable(_("Answer option"), cube.answers), _variable(_("Group"), cube.groups)],
            measures=_variable(_("Measure"), {one.code: _(one.heading) for one in cube.measures}),
            shown=[_px.Shown(_(_lines.UNITS[one.unit]), one.decimals) for one in cube.measures],
            notes=[*(f"{key}: {text}" for key, text in _about.method(report)), signs],
            rows=([_cell(line, measure) for line, measure in row] for row in cube.rows()),
        )
    )


def _made(origin: Origin) -> _px.Made:
    """Of which survey, when and by whom, so far as it is known."""
    contact = ", ".join(each for each in (origin.producer, origin.contact) if each)
    return _px.Made(origin.title, origin.period, f"{origin.closed:%Y%m%d} 00:00" if origin.closed else "", contact)


def _variable(called: str, labels: Mapping[str, str]) -> _px.Variable:
    return _px.Variable(called, [_px.Value(code, text) for code, text in labels.items()])


def _cell(line: _lines.Line | None, measure: _lines.Measure) -> float | str:
    if _cube.hidden(line, measure):
        return _px.HIDDEN
    value = _cube.value(line, measure)
    return _px.NOTHING if value is None else value
