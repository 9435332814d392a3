"""All tables of a report together: what must be hidden in each so that none gives away what another hides."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.cube import Counts, Hidden
from analysis.disclosure.audit import SLACK, Needs, Opened
from analysis.disclosure.complement import Choice, prices
from analysis.disclosure.lattice import By, Counted, Lattice, Mask


def protect(tables: Sequence[Counted], sizes: Mapping[By, Counts], minimum: int) -> list[Hidden]:
    """What must be hidden in each table when all of them are published together.

    Counts and bases of 1 to ``minimum - 1`` are hidden, and as little more as integer programming finds, so that at
    least ``minimum`` numbers in a row are possible for each of them. In a group where a count is hidden, counts of 0
    are hidden too, and where a group is hidden, so are the empty ones: hidden looks the same as empty.

    Parameters
    ----------
    tables
        Every item by every set of group columns.
    sizes
        By set of group columns (also none), how many took part.
    minimum
        The least count that is shown.
    """
    lattice = Lattice(tuple(tables), sizes)
    if not lattice.small(minimum).any():
        return [_nothing(table) for table in tables]
    hidden = _together(lattice, _item_by_item(lattice, minimum), minimum)
    return lattice.hidden(_shown_where_told(lattice, hidden, minimum))


def _nothing(table: Counted) -> Hidden:
    return Hidden(np.zeros(table.n.shape, dtype=bool), np.zeros(table.base.shape, dtype=bool))


def _item_by_item(lattice: Lattice, minimum: int) -> Mask:
    hidden = ~lattice.released
    for item in dict.fromkeys(table.item for table in lattice.tables):
        alone = Lattice(tuple(table for table in lattice.tables if table.item == item))
        small = alone.small(minimum)
        if not small.any():
            continue
        made = Choice(alone, small, minimum, prices(alone), np.zeros(len(small), dtype=bool)).made()
        made = np.ones(len(small), dtype=bool) if made is None else made
        for table in alone.tables:
            for part in ("base", "cells"):
                hidden[getattr(lattice.spots[table.key], part)] = made[getattr(alone.spots[table.key], part)]
    return hidden


def _together(lattice: Lattice, hidden: Mask, minimum: int) -> Mask:
    """Hide more where items tell of each other."""
    fixed = np.zeros(len(hidden), dtype=bool)
    made = Choice(lattice, lattice.small(minimum), minimum, prices(lattice), fixed).more(hidden)
    return np.ones(len(hidden), dtype=bool) if made is None else made


def _shown_where_told(lattice: Lattice, hidden: Mask, minimum: int) -> Mask:
    """Show what a reader can tell anyhow."""
    other = np.flatnonzero(hidden & lattice.released & ~lattice.small(minimum))
    values = lattice.values[other]
    found = Opened(lattice.matrix, lattice.values, hidden).told(Needs(other, values, values, np.full(len(other), 3 * SLACK)))
    shown = hidden.copy()
    shown[[place for place, _low, _high in found]] = False
    return shown
