"""How a report is made: every item tabulated, concealed together with all others, worded, and summed up in sentences."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from analysis import disclosure, scales, summary
from analysis.cube import Hidden
from analysis.dataset import Code, Dataset, Item
from analysis.report import averaging, coarsening, concealing, printing, tables
from analysis.report.printing import Names
from analysis.report.values import Question, Report, Table
from analysis.summary import Finding, QuestionTables
from analysis.words import _


def build(
    dataset: Dataset,
    by: Sequence[str] = ("age_group", "district"),
    level: float = 0.95,
    minimum: int = disclosure.MINIMUM,
    interval: str = "wilson",
    past: disclosure.Past | None = None,
    who: bool = False,
) -> Report:
    """Tabulate every item for everybody and by each group column, conceal what is small, and say what stands out.

    What is hidden is decided for all tables together, so that none gives away what another hides.

    Parameters
    ----------
    dataset
        Responses, codebook and design.
    by
        Group columns, each giving a table of its own.
    level, minimum, interval
        As in ``tabulate``; ``minimum`` is at least 2 here, since a report is for publishing.
    past
        What has been released before of the same survey (``releasing.past``): more is hidden where it would be opened.
    who
        Whether it will also be told how many took part in each group (``Report.taking_part``).

    Raises
    ------
    UnusableData, UnknownScale, UnknownInterval, ValueError
        As ``tabulate``.
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    if minimum < 2:
        raise ValueError(f"A report is for publishing: minimum is {minimum!r}. Give 2 or more, or tabulate() instead.")
    names = Names()
    columns = ((), *((column,) for column in by))
    counted = [tables.count(dataset, item.name, each) for item in dataset.items for each in columns]
    concealed = concealing.conceal(dataset, counted, minimum, past, who)
    hidden, silent = concealed[: len(counted)], concealed[len(counted) :]
    exact, made, even = _made(dataset, counted, hidden, level, interval, minimum)

    def table(item: Item, column: str) -> Table:
        columns = (column,) if column else ()
        return _table(dataset, item, columns, made[item.name, columns], names, (item.name, columns) in even)

    questions = tuple(
        Question(item, MappingProxyType({name: table(item, name) for name in ("", *by)}), level, dataset.weighted)
        for item in map(scales.published, dataset.items)
    )
    labels = {name: dict(zip(*_levels(dataset, (name,)), strict=True)) for name in by}
    told = [_told(question, exact, labels, names.cell) for question in questions if _tells(question)]
    findings = summary.findings(told, level)
    questions = tuple(replace(question, headlines=_headlines(question, findings)) for question in questions)
    called = MappingProxyType({name: dataset.group_name(name) for name in by})
    present = _taking_part(dataset, counted, silent)
    return Report(questions, findings, dataset.size, dataset.weighted, level, minimum, called, present)


def _taking_part(
    dataset: Dataset, counted: Sequence[tables.Counted], hidden: Sequence[Hidden]
) -> Mapping[str, Mapping[str, int | None]]:
    """How many took part in each group by each column, None where that is hidden; nothing where it was not asked."""
    sizes = [table for table in concealing.taking_part(dataset, counted) if table.by]
    return MappingProxyType(
        {
            table.by[0]: {
                str(code): None if secret else count
                for code, count, secret in zip(
                    _levels(dataset, table.by)[0], table.base.tolist(), what.groups.tolist(), strict=True
                )
            }
            for table, what in zip(sizes, hidden, strict=False)
        }
    )


Name = tuple[str, disclosure.By]
"""Of a table: its item and its group columns."""
Tables = Mapping[Name, tables.Made]


def _made(
    dataset: Dataset, counted: Sequence[tables.Counted], hidden: Sequence[Hidden], level: float, interval: str, minimum: int
) -> tuple[Tables, Tables, frozenset[Name]]:
    """Tables with all their digits, of items told with fewer; all as they are told; and which hold groups told unweighted."""
    exact: dict[Name, tables.Made] = {}
    told: dict[Name, averaging.Told] = {}
    telling = averaging.Telling(dataset, level, interval, minimum)
    even: set[Name] = set()
    for each, what in zip(counted, hidden, strict=True):
        name, everybody = _name(each), told.get((each.item.name, ()))
        made = whole = tables.finish(each, what, level, interval)
        if dataset.weighted:
            made = tables.finish(coarsening.coarsened(each, what), what, level, interval)
            even |= {name} if coarsening.told_even(each, what).any() else set()
        told[name] = telling.told(each, what, made, everybody)
        if told[name].made is not whole:
            exact[name] = whole
    return exact, {name: one.made for name, one in told.items()}, frozenset(even)


def _name(counted: tables.Counted) -> Name:
    return counted.item.name, counted.groups.by


def _levels(dataset: Dataset, columns: tuple[str, ...]) -> tuple[tuple[Code, ...], tuple[str, ...]]:
    if not columns:
        return ("",), (_("All"),)
    groups = dataset.groups(columns)
    return groups.levels[0], tuple(label or _("Not stated") for label in groups.labels[0])


def _table(dataset: Dataset, item: Item, columns: tuple[str, ...], made: tables.Made, names: Names, even: bool) -> Table:
    by = columns[0] if columns else ""
    groups = dict(zip(*_levels(dataset, columns), strict=True))
    labels = {code: str(label) for code, label in item.categories.items()}
    frame = _worded(made.frame, item, by, groups, labels, names)
    scale = scales.named(item.scale)
    measures, details = scale.MEASURES, getattr(scale, "DETAILS", ())
    heads = tuple(frame["label"].drop_duplicates()) if "category" in frame else ()
    ends = None
    if made.ends is not None:
        answers = [str(labels.get(code, code)) for code in frame["category"].cat.categories]
        called = [printing.together([answers[place] for place in band]) for band in made.bands]
        codes = made.ends["category"].cat.categories
        ends = _worded(made.ends, item, by, groups, dict(zip(codes, called, strict=True)), names)
    rows = printing.rows(frame, item.name, by, groups, measures, names, details, ends)
    shown = (*heads, *(() if ends is None else called), *printing.headings(heads, details), *(_(h) for _c, h, _k in measures))
    name = dataset.group_name(by) if by else _("All")
    return Table(item, by, name, shown, rows, frame, made.distribution, ends, made.bands, even)


def _worded(
    frame: pd.DataFrame,
    item: Item,
    by: str,
    groups: Mapping[Hashable, str],
    labels: Mapping[Hashable, str],
    names: Names,
) -> pd.DataFrame:
    """A tidy table with groups and categories in words, and a name for each row."""
    codes = list(frame[by]) if by else [""] * len(frame)
    categories = list(frame["category"]) if "category" in frame else None
    frame["group"] = pd.Series([groups[code] for code in codes], dtype=object)
    frame["label"] = pd.Series([str(labels.get(c, c)) for c in categories or [""] * len(frame)], dtype=object)
    frame["id"] = pd.Series(
        [names.row(item.name, by, code, c) for code, c in zip(codes, categories or [None] * len(frame), strict=True)],
        dtype=object,
    )
    return frame


def _headlines(question: Question, findings: Sequence[Finding]) -> Mapping[str, str]:
    """The first finding of each of a question's tables, so far as one says what leads or what differs."""
    telling = [each for each in findings if each.question == question.name and each.kind in (summary.LEAD, summary.DIFFERENCE)]
    return MappingProxyType({each.by: each.text for each in reversed(telling)})


def _tells(question: Question) -> bool:
    """Whether its tables hold shares or means that sentences can be made of."""
    tells = getattr(scales.named(question.item.scale), "TELLS", True)
    return tells and not question.total.frame.columns.intersection(["share", "mean"]).empty


def _told(
    question: Question,
    exact: Tables,
    groups: Mapping[str, Mapping[Hashable, str]],
    cell: Callable[[str, str, Hashable, Hashable], str],
) -> QuestionTables:
    scale, total = scales.named(question.item.scale), question.total.frame
    answers = tuple(total["category"].cat.categories) if "category" in total else ()
    ends = {by: frame for by, table in question.tables.items() if (frame := table.ends) is not None}
    bands = {
        code: tuple(answers[place] for place in band)
        for by in ends
        for code, band in zip(ends[by]["category"].cat.categories, question.tables[by].bands, strict=True)
    }
    told = QuestionTables(
        question.item,
        {by: table.frame for by, table in question.tables.items()},
        lambda by, group, category: cell(question.name, by, group, category),
        groups,
        scale.ORDERED,
        scale.SEVERAL,
        ends,
        bands,
    )
    return replace(told, tried=_tried(told, exact)) if (question.name, ()) in exact else told


def _tried(told: QuestionTables, exact: Tables) -> QuestionTables:
    """The same with all digits."""
    made = {by: exact[told.item.name, (by,) if by else ()] for by in told.tables}
    ends = {by: one.ends for by, one in made.items() if one.ends is not None}
    return replace(told, tables={by: one.frame for by, one in made.items()}, ends=ends)
