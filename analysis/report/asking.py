"""What a report shows, as disclosure control knows it when more is asked for: parts of the people, and what is told of them."""

from collections.abc import Iterator

import numpy as np

from analysis import disclosure, scales
from analysis.dataset import Dataset, Groups
from analysis.disclosure import Allowed, Classes, Mask, Part, Places
from analysis.report import Report, Table


def allowed(dataset: Dataset, minimum: int = disclosure.MINIMUM) -> Allowed:
    """What may be shown of a dataset's answers, with nothing shown yet."""

    def count(item: str, classes: Places, size: int) -> Classes:
        found = dataset.item(item)
        groups = Groups(("",), (tuple(range(size)),), (("",) * size,), classes)
        cube = scales.named(found.scale).tally(dataset, found, groups).cube
        return Classes(cube.n, cube.base_n, cube.exclusive)

    return Allowed(count, minimum)


def parts(report: Report, dataset: Dataset, kept: Mask | None = None) -> list[Part]:
    """Everything that a report shows of a dataset, or of the responses in it that were ``kept``."""
    inside = np.ones(dataset.size, dtype=bool) if kept is None else kept
    tables = (table for question in report.questions for table in question.tables.values())
    return [part for table in tables for part in _table(table, dataset, inside)]


def _table(table: Table, dataset: Dataset, inside: Mask) -> Iterator[Part]:
    frame = table.frame
    groups = len(table.rows)
    base = frame["base"].notna().to_numpy().reshape(groups, -1)
    counts = frame["count"].notna().to_numpy().reshape(groups, -1)
    for at, row in enumerate(table.rows):
        members = inside & _members(dataset, table.by, row.code)
        yield Part(table.item.name, members, bool(base[at].any()), counts[at])


def _members(dataset: Dataset, by: str, code: str) -> Mask:
    """Who is in a group, by its code as text."""
    if not by:
        return np.ones(dataset.size, dtype=bool)
    groups = dataset.groups((by,))
    places = [at for at, level in enumerate(groups.levels[0]) if str(level) == code]
    found: Mask = np.isin(np.asarray(groups.cells), places)
    return found
