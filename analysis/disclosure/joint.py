"""All tables of a report together: what must be hidden in each so that none gives away what another hides."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.cube import Counts, Hidden
from analysis.disclosure.audit import SLACK, Needs, Opened
from analysis.disclosure.complement import Choice
from analysis.disclosure.lattice import By, Counted, Lattice, Mask


def protect(
    tables: Sequence[Counted], sizes: Mapping[By, Counts], minimum: int, forced: Sequence[Mask] | None = None
) -> list[Hidden]:
    """What must be hidden in each table when all of them are published together.

    Counts and bases of 1 to ``minimum - 1`` are hidden, and as little more as integer programming finds, so that a
    reader can tell of each that it is less than ``minimum`` and no more: it could be anything from 0 on, and so looks
    the same as empty. In a group where a count is hidden, counts of 0 are hidden too, and where a group is hidden, so
    are the empty ones, unless sums tell them anyhow.

    Parameters
    ----------
    tables
        Every item by every set of group columns.
    sizes
        By set of group columns (also none), how many took part.
    minimum
        The least count that is shown.
    forced
        For each table, groups that are hidden whatever their size.
    """
    must = [np.zeros(len(table.base), dtype=bool) for table in tables] if forced is None else forced
    if not any(groups.any() for groups in must) and not any(_small(table, minimum) for table in tables):
        return [_nothing(table) for table in tables]
    lattice = Lattice(tuple(tables), sizes)
    primary = lattice.small(minimum)
    for table, groups in zip(tables, must, strict=True):
        primary[lattice.spots[table.key].base[groups]] = True
    hidden = _together(lattice, _item_by_item(lattice, primary, minimum), primary, minimum)
    return lattice.hidden(_shown_where_told(lattice, hidden, primary))


def _small(table: Counted, minimum: int) -> bool:
    """Whether there is anything to hide in a table."""
    return any(bool(((counts > 0) & (counts < minimum)).any()) for counts in (table.n, table.base))


def _nothing(table: Counted) -> Hidden:
    return Hidden(np.zeros(table.n.shape, dtype=bool), np.zeros(table.base.shape, dtype=bool))


def _item_by_item(lattice: Lattice, primary: Mask, minimum: int) -> Mask:
    hidden = ~lattice.released
    for item in dict.fromkeys(table.item for table in lattice.tables):
        alone = Lattice(tuple(table for table in lattice.tables if table.item == item))
        ways = [(lattice.spots[table.key], alone.spots[table.key]) for table in alone.tables]
        own = np.zeros(len(alone.values), dtype=bool)
        for there, here in ways:
            own[here.base], own[here.cells] = primary[there.base], primary[there.cells]
        if not own.any():
            continue
        made = Choice(alone, own, minimum).made()
        for there, here in ways:
            hidden[there.base], hidden[there.cells] = made[here.base], made[here.cells]
    return hidden


def _together(lattice: Lattice, hidden: Mask, primary: Mask, minimum: int) -> Mask:
    """Hide more where items tell of each other."""
    return Choice(lattice, primary, minimum).more(hidden)


def _shown_where_told(lattice: Lattice, hidden: Mask, primary: Mask) -> Mask:
    """Show what a reader can tell anyhow."""
    other = np.flatnonzero(hidden & lattice.released & ~primary)
    values = lattice.values[other]
    found = Opened(lattice.matrix, lattice.values, hidden).told(Needs(other, values, values, np.full(len(other), 3 * SLACK)))
    shown = hidden.copy()
    shown[[place for place, _low, _high in found]] = False
    return shown
