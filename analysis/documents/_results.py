"""What a report holds, as parts of a document: a result for each question, and the tables by group."""

import math
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from analysis import scales
from analysis.documents._content import Grid, GridCell, Heading, Paragraph, Picture, Result, Sentence, Series
from analysis.figures import Words, numbers
from analysis.precision import reliability
from analysis.report import Cell, Question, Report, Table, picturing
from analysis.summary import CHANGE, DIFFERENCE, LEAD, NO_CHANGE, NO_DIFFERENCE, UNKNOWN, Finding
from analysis.words import N_, _, decimal, ngettext, percent, stopped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE = 6
"""Columns of answers side by side on a page; more are shared out evenly on tables below each other."""
NO_BREAK = "\N{NO-BREAK SPACE}"
FEW = 3
"""A survey of fewer questions needs no table of what is sure in which."""
MOST = 60
"""Answers that are printed of a question; what has more is whole in the data files alone."""


def results(report: Report, some: Collection[str] = ()) -> tuple[Result, ...]:
    """One for each question that has a chart of its own, in the order they were asked.

    ``some`` names the questions that only some were asked, which is said: that few answered is then no sign of doubt.
    """
    asked = (question for question in report.questions if question.total.drawn is not None)
    return tuple(_result(report, question, question.name in some) for question in asked)


def sentence(finding: Finding) -> Sentence:
    """A finding by itself, with the question that it answers before it."""
    if not finding.about:
        return Sentence(finding.text, finding.cell)
    return Sentence(f"{stopped(finding.about, ':')} {finding.text}", finding.cell)


def of_kind(report: Report, *kinds: str) -> tuple[Finding, ...]:
    """The findings of some kinds, in the report's order."""
    return tuple(finding for finding in report.findings if finding.kind in kinds)


def _result(report: Report, question: Question, some: bool) -> Result:
    own = [finding for finding in report.findings if finding.question == question.name]
    main = next((f for f in own if f.kind == LEAD), next((f for f in own if f.kind == UNKNOWN and not f.by), None))
    more = tuple(Sentence(f.text, f.cell) for f in own if f is not main and f.kind in (DIFFERENCE, UNKNOWN))
    title = Sentence(main.text, main.cell) if main else Sentence(question.label)
    told = Words(title.text, question.label, "", f"{question.label} {question.words('').description}")
    return Result(
        question.name,
        title,
        question.label if main else "",
        _facts(question, some),
        _whole(question),
        Picture(partial(_draw, question), told, _series(question.total)) if _charted(question.total) else None,
        more,
    )


def _charted(table: Table) -> bool:
    """Whether there is a chart that a page has room for."""
    return table.pictured and len(table.rows[0].cells) <= MOST


def _draw(question: Question) -> "Figure":
    """The chart without its words, which stand around it."""
    return picturing.draw(question, question.total, Words(""), "")


def _facts(question: Question, some: bool) -> tuple[str, ...]:
    table, facts = question.total, [question.shows] if question.shows else []
    if some:
        facts.append(_("Only some were asked this question."))
    if table.base is not None:
        facts.append(ngettext("%(count)s answer.", "%(count)s answers.", table.base) % {"count": decimal(table.base)})
    widest = _widest(table)
    if widest:
        facts.append(
            _("The margin is at most %(margin)s, with %(level)s certainty.")
            % {"margin": numbers.points(widest), "level": percent(question.level)}
        )
    if question.weighted and not table.evened:
        facts.append(_("Weighted to the population."))
    if table.doubt:
        facts.append(table.doubt)
    if len(table.rows[0].cells) > MOST:
        told = _("Only the %(count)s most common answers are shown. All of them are in the data files.")
        facts.append(told % {"count": decimal(MOST)})
    return tuple(facts)


def _widest(table: Table) -> int:
    """Half the widest interval of its shares in whole points; 0 where it has none."""
    frame = table.frame
    if "share" not in frame or "low" not in frame:
        return 0
    widest = (frame["high"] - frame["low"]).max()
    return 0 if math.isnan(widest) else numbers.half(0.0, widest)


def _whole(question: Question) -> Grid:
    """Everybody's answers, one below the other: result, margin and, where it is weighted, the unweighted share."""
    table = question.total
    plain = _unweighted(table) if question.weighted and _of_people(question) else {}
    head = (_("Answer"), _("Result"), _("Margin"), *((_("Unweighted"),) if plain else ()))
    lines = [
        (GridCell(cell.column), GridCell(cell.text, cell.id), GridCell(_margin(cell)), *_beside(cell, plain))
        for cell in _commonest(table)
    ]
    return Grid(question.label, head, (*_spread(table), *lines))


def _of_people(question: Question) -> bool:
    """Whether its shares are of people, and not of money."""
    return "share" in question.total.frame and bool(getattr(scales.named(question.item.scale), "TELLS", True))


def _commonest(table: Table) -> Sequence[Cell]:
    """The cells of everybody; where there are too many to print, the largest shares in their order."""
    cells = table.rows[0].cells
    if len(cells) <= MOST:
        return cells
    kept = set(sorted(range(len(cells)), key=lambda place: -(cells[place].value or 0.0))[:MOST])
    return [cell for place, cell in enumerate(cells) if place in kept]


def _margin(cell: Cell) -> str:
    """The margin of a number, and a word where it is uncertain."""
    return ", ".join(part for part in (cell.margin, cell.doubt) if part)


def _beside(cell: Cell, plain: dict[str, str]) -> tuple[GridCell, ...]:
    return (GridCell(plain.get(cell.id, "")),) if plain else ()


def _unweighted(table: Table) -> dict[str, str]:
    """The share of people by the id of the cell; nothing where it is hidden."""
    frame = table.frame
    rows = zip(frame["id"], frame["count"], frame["base"], frame["hidden"], strict=True)
    return {
        str(name): percent(count / base) for name, count, base, hidden in rows if not hidden and base and not math.isnan(count)
    }


def _spread(table: Table) -> Iterator[tuple[GridCell, ...]]:
    """How numbers are spread, where that is what the chart shows."""
    if table.distribution is not None:
        for label, share in zip(table.distribution["label"], table.distribution["share"], strict=True):
            yield GridCell(str(label)), GridCell("–" if math.isnan(share) else percent(share)), GridCell("")


def _series(table: Table) -> Series | None:
    """The numbers of the chart as they may be edited; None where they are no shares."""
    if table.distribution is not None:
        labels, values = list(table.distribution["label"]), list(table.distribution["share"])
        return Series(tuple(map(str, labels)), ((_("Share"), tuple(map(_number, values))),), upright=True)
    one_by_one = len(table.frame) // len(table.rows)
    cells = [cell for cell in table.rows[0].cells if cell.kind == "share"][:one_by_one]
    if not cells:
        return None
    return Series(tuple(c.column for c in cells), ((_("Share"), tuple(c.value for c in cells)),))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def tables(report: Report) -> Iterator[Heading | Paragraph | Grid]:
    """Every question by every group, as in the data files: what their words mean, then a heading a question and its tables."""
    codes = {code for question in report.questions for by in report.by for code in question.tables[by].reliability}
    if explained := reliability.explained(codes, signs=True):
        yield Paragraph(explained)
    for question in report.questions:
        grids = [grid for by in report.by for grid in _by_group(question, question.tables[by])] if _counted(question) else []
        if grids:
            yield Heading(question.label)
            yield from grids


def _counted(question: Question) -> bool:
    """Whether its tables hold more than how many have answered."""
    return any(cell.kind != "count" for cell in question.total.rows[0].cells)


def _by_group(question: Question, table: Table) -> Iterator[Grid | Paragraph]:
    if len(table.columns) > MOST:
        yield Paragraph(_("This table has too many columns to be printed. It is in the data files."))
        return
    for place, part in enumerate(_parts(table)):
        caption = f"{stopped(question.label)} {_('By %(group)s') % {'group': table.by_label.lower()}}"
        more = _(" (continued)") if place else ""
        head = (table.by_label, _("Answers"), *(table.columns[i] for i in part))
        yield Grid(caption + more, head, tuple(_line(row.label, row.base_text, row.cells, part) for row in table.rows))


def _parts(table: Table) -> Iterator[Sequence[int]]:
    """The places of the columns side by side on a page: all, or the answers apart from what is made of them."""
    whole, answers = len(table.columns), len(table.frame) // len(table.rows)
    if whole <= WIDE:
        yield range(whole)
        return
    for start, stop in ((0, answers), (answers, whole)):
        parts = -(-(stop - start) // WIDE)
        wide = -(-(stop - start) // parts) if parts else 1
        yield from (range(first, min(first + wide, stop)) for first in range(start, stop, wide))


def _line(label: str, base: str, cells: Sequence[Cell], part: Sequence[int]) -> tuple[GridCell, ...]:
    told = (GridCell(_in_a_row(cells[i]), cells[i].id) for i in part)
    return GridCell(label), GridCell(base), *told


def _in_a_row(cell: Cell) -> str:
    """A number with its margin, which stay together, and a sign where it is uncertain: a word would not fit."""
    return NO_BREAK.join(part for part in (cell.text, cell.margin) if part) + reliability.sign(cell.reliability)


def overview(report: Report) -> Grid | None:
    """What is sure in each question: whether groups differ, and whether it has changed.

    None for a survey of few questions, and where nothing is sure in any: one sentence says it all.
    """
    sure = dict(_sure(report.findings))
    columns = [column for column in (*report.by, _TIME) if any(of == column for _question, of in sure)]
    asked = [question for question in report.questions if any((question.name, column) in sure for column in columns)]
    if len(asked) < FEW or set(sure.values()) == {_NONE}:
        return None
    rows = [
        (GridCell(question.label), *(GridCell(_(sure.get((question.name, column), "–"))) for column in columns))
        for question in asked
    ]
    heads = (_("Since last time") if column == _TIME else report.by[column] for column in columns)
    return Grid(_("What is sure, question by question"), (_("Question"), *heads), tuple(rows))


_TIME = ""
"""The column of changes since an earlier wave, among those of groups."""
_NONE = N_("none sure")


def _sure(findings: Sequence[Finding]) -> Iterator[tuple[tuple[str, str], str]]:
    """What is told of each question by each column, where it could be tried."""
    for one in findings:
        if one.kind == DIFFERENCE:
            yield (one.question, one.by), N_("sure difference")
        elif one.kind == CHANGE:
            yield (one.question, _TIME), N_("sure change")
        elif one.kind in (NO_DIFFERENCE, NO_CHANGE):
            for column in one.of if one.kind == NO_DIFFERENCE else (_TIME,):
                yield (one.question, column), _NONE
