"""All tables of a report together: what must be hidden in each so that none gives away what another hides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.cube import Counts, Hidden
from analysis.disclosure.audit import SLACK, Needs, Opened
from analysis.disclosure.complement import Aims, Choice
from analysis.disclosure.lattice import TAKING_PART, By, Counted, Lattice, Mask, Numbers


@dataclass(frozen=True, eq=False)
class Earlier:
    """A table that has been released before: counts and bases as they were shown, NaN where they were hidden.

    ``same`` tells whether it was made from the same answers; if not, some have come or gone since. ``wave`` tells that
    it is of another time the same was asked. ``bands`` are counts of categories put together, if any were shown.
    """

    n: Numbers
    base: Numbers
    same: bool = False
    wave: bool = False
    bands: Numbers | None = None

    def banded(self, table: Counted) -> Numbers:
        """The counts of a later table's bands as they were shown, one by one or by what they are made of."""
        sums = [self.n[:, band].sum(axis=1) for band in table.bands]
        found = np.array(sums).T.reshape(len(self.n), len(table.bands))
        if self.bands is None or self.bands.shape != found.shape:
            return found
        return np.where(np.isnan(found), self.bands, found)

    def few(self, n: Numbers, base: Numbers, minimum: int) -> tuple[Mask, Mask]:
        """Which counts and bases of a later table, set against this one, would tell of a few who came or went.

        After answers came or went, all that differ by 1 to ``minimum - 1``. Between waves, answers change too, and what
        differs is nobody's; but where a group has grown or shrunk by a few and all its counts have moved that way or
        stood still, it looks as if none had changed, and the few can be subtracted. Hidden numbers are NaN.
        """
        count, size = (np.nan_to_num(now - told) for now, told in ((n, self.n), (base, self.base)))
        counts, bases = ((np.abs(moved) > 0) & (np.abs(moved) < minimum) for moved in (count, size))
        if not self.wave:
            return counts, bases
        one_way = (count * np.sign(size)[:, None] >= 0).all(axis=1) & (np.abs(count.sum(axis=1)) <= np.abs(size))
        told = (one_way & bases)[:, None] & (n.shape[1] > 1)
        return counts & told, np.zeros_like(bases)


MANY = 250
"""Of so many hidden numbers it is not tried whether a reader could tell them anyhow: they stay hidden."""
Past = Mapping[tuple[str, By], Sequence[Earlier]]
"""By item and group columns, what was released before."""


def protect(
    tables: Sequence[Counted],
    sizes: Mapping[By, Counts],
    minimum: int,
    forced: Sequence[Mask] | None = None,
    past: Past | None = None,
) -> list[Hidden]:
    """What must be hidden in each table when all of them are published together.

    Counts and bases of 1 to ``minimum - 1`` are hidden, and as little more as integer programming finds, so that a
    reader can tell nothing of each by sums: it could be anything from 0 to ``minimum``, and so looks the same as empty,
    and as enough. In a group where a count is hidden, counts of 0 are hidden too, and where a group is hidden, so
    are the empty ones, unless sums tell them anyhow.

    Parameters
    ----------
    tables
        Every item by every set of group columns. Those of `TAKING_PART` (``lattice.taking_part``) tell how many took part:
        of their groups as many as tell nothing of what is hidden in the others, which never hide more for them.
    sizes
        By set of group columns (also none), how many took part.
    minimum
        The least count that is shown.
    forced
        For each table, groups that are hidden whatever their size.
    past
        Releases of the same survey. What was shown of the same answers stays shown, and what was hidden, hidden. What
        differs by 1 to ``minimum - 1`` from what was shown before some answers came or went is hidden, so that
        nobody can subtract the few.
    """
    must = [np.zeros(len(table.base), dtype=bool) for table in tables] if forced is None else forced
    wanted = _Wanted(Lattice(tuple(tables), sizes), minimum, past or {})
    if not past and not any(groups.any() for groups in must) and not any(_small(table, minimum) for table in tables):
        return [_nothing(table) for table in tables]
    found = [_nothing(table) for table in tables]
    aims = wanted.aims(must, found)
    while aims.primary.any():
        hidden = _chosen(wanted.lattice, aims)
        found = wanted.lattice.hidden(_shown_where_told(wanted.lattice, hidden, aims.primary))
        before, aims = aims, wanted.aims(must, found, aims)
        if (aims.primary == before.primary).all():
            break
    return found


def _small(table: Counted, minimum: int) -> bool:
    """Whether there is anything to hide in a table."""
    return any(bool(((counts > 0) & (counts < minimum)).any()) for counts in (table.n, table.base))


def _nothing(table: Counted) -> Hidden:
    bands = np.zeros((len(table.n), len(table.bands)), dtype=bool) if table.bands else None
    return Hidden(np.zeros(table.n.shape, dtype=bool), np.zeros(table.base.shape, dtype=bool), bands)


@dataclass
class _Wanted:
    """What is wanted of the numbers of a lattice, given what has been released before."""

    lattice: Lattice
    minimum: int
    past: Past

    def aims(self, forced: Sequence[Mask], hidden: Sequence[Hidden], before: Aims | None = None) -> Aims:
        """The rule of small numbers, the groups that are forced, and what the past asks for of what is not hidden."""
        values, small = self.lattice.values, self.lattice.small(self.minimum)
        low, high = np.where(small, 0.0, values), np.where(small, float(self.minimum), values)
        aims = before or Aims(small.copy(), np.zeros(len(values), dtype=bool), low, high)
        aims = Aims(aims.primary.copy(), aims.shown.copy(), aims.low.copy(), aims.high.copy())
        for table, groups, what in zip(self.lattice.tables, forced, hidden, strict=True):
            aims.primary[self.lattice.spots[table.key].base[groups]] = True
            for earlier in self.past.get(table.key, ()):
                if earlier.n.shape == table.n.shape:  # else other groups or answers: another table
                    self._heed(earlier, table, what, aims)
        shown = aims.shown & ~small
        for (item, by), spot in self.lattice.spots.items():
            if item == TAKING_PART and not by:  # how many took part in all is told, whatever is hidden
                aims.primary[spot.base] = aims.primary[spot.cells] = False
                shown[spot.base] = shown[spot.cells] = True
        shown &= self.lattice.released
        return Aims(aims.primary & ~shown, shown, aims.low, aims.high)  # what has been told of these answers stays told

    def _heed(self, earlier: Earlier, table: Counted, hidden: Hidden, aims: Aims) -> None:
        spot, size = self.lattice.spots[table.key], np.where(hidden.groups, np.nan, table.base)
        counts, bases = earlier.few(np.where(hidden.cells, np.nan, table.n), size, self.minimum)
        known = [(spot.base, earlier.base, bases), (spot.cells, earlier.n, counts)]
        if table.bands:
            before = replace(earlier, n=earlier.banded(table))
            now = np.where(False if hidden.bands is None else hidden.bands, np.nan, table.banded)
            known.append((spot.bands, before.n, before.few(now, size, self.minimum)[0]))
        for places, told, few in known:
            if earlier.same:
                aims.primary[places] |= np.isnan(told)
                aims.shown[places] |= ~np.isnan(told)
                continue
            other = told + np.sign(np.nan_to_num(self.lattice.values[places] - told)) * float(self.minimum)
            low, high = aims.low[places], aims.high[places]
            aims.primary[places] |= few
            aims.low[places] = np.where(few, np.clip(np.minimum(told, other), 0.0, low), low)
            aims.high[places] = np.where(few, np.maximum(np.maximum(told, other), high), high)


def _chosen(lattice: Lattice, aims: Aims) -> Mask:
    """Choose for the answers, as if nobody were told who took part; then what may be told of that beside them."""
    told = np.zeros(len(lattice.values), dtype=bool)
    for table in lattice.tables:
        if table.item == TAKING_PART:
            spot = lattice.spots[table.key]
            told[spot.base] = told[spot.cells] = True
    told &= lattice.released & ~aims.shown
    if not told.any():
        return _answers(lattice, aims)
    low, high = (np.where(told, lattice.values, end) for end in (aims.low, aims.high))
    hidden = _answers(lattice, Aims(aims.primary | told, aims.shown, low, high))
    last = Aims(aims.primary, aims.shown | lattice.released & ~hidden, aims.low, aims.high)
    return Choice(lattice, last).more(hidden & ~told | aims.primary)


def _answers(lattice: Lattice, aims: Aims) -> Mask:
    """Choose for each item, and then more where items tell of each other."""
    if len({table.item for table in lattice.tables if table.item != TAKING_PART}) == 1:
        return Choice(lattice, aims).made()
    return Choice(lattice, aims).more(_item_by_item(lattice, aims) | aims.primary)


FAVOUR = 0.2
"""What hiding a group costs beside its price when another item hides it already: better the same group everywhere."""


def _item_by_item(lattice: Lattice, aims: Aims) -> Mask:
    hidden = ~lattice.released
    favoured = {table.by: np.zeros(len(table.base), dtype=bool) for table in lattice.tables}
    for item in dict.fromkeys(table.item for table in lattice.tables if table.item != TAKING_PART):
        alone = Lattice(tuple(table for table in lattice.tables if table.item == item))
        there = np.full(len(alone.values), -1, dtype=np.intp)
        discount = np.ones(len(alone.values))
        for table in alone.tables:
            here, whole = alone.spots[table.key], lattice.spots[table.key]
            there[here.base], there[here.cells], there[here.bands] = whole.base, whole.cells, whole.bands
            for own in (here.base, here.cells, here.bands):
                discount[own[favoured[table.by]]] = FAVOUR
        wanted = aims.of(there)
        if wanted.primary.any():
            made = Choice(alone, wanted, discount).made()
            hidden[there[there >= 0]] = made[there >= 0]
            for table in alone.tables:
                favoured[table.by] |= made[alone.spots[table.key].base]
    return hidden


def _shown_where_told(lattice: Lattice, hidden: Mask, primary: Mask) -> Mask:
    """Show what a reader can tell anyhow."""
    other = np.flatnonzero(hidden & lattice.released & ~primary)
    if len(other) > MANY:
        return hidden
    values = lattice.values[other]
    found = Opened(lattice.matrix, lattice.values, hidden).told(Needs(other, values, values, np.full(len(other), 3 * SLACK)))
    shown = hidden.copy()
    shown[[place for place, _low, _high in found]] = False
    return shown
