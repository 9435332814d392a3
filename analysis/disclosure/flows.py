"""One table with its totals: what else must be hidden to keep its small counts, found as the cheapest rounds.

A table of group × category counts with its totals is a circulation: what flows in to a group as its base flows out
through its cells to the categories, and on to the totals, which are the bases of everybody. A hidden cell is safe when
there is another table that agrees with everything shown and differs in that cell, that is, when the hidden cells let
one more answer flow round through it, or one fewer (Cox 1980, JASA 75, 377–385). So what else must be hidden to keep
a small cell is the cheapest such round.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.cube import Counts, Cube, Hidden

MINIMUM = 5
HEAVY = 1000.0
"""What it costs to hide a whole group, against 1 to 20 for a cell."""
NEVER = float("inf")

Mask = NDArray[np.bool_]


def conceal(cube: Cube, minimum: int = MINIMUM) -> Hidden:
    """What must be hidden in the table of a cube, when the table of everybody together is published too.

    Counts and bases of 1 to ``minimum - 1`` are hidden, and what would give them away by subtraction. A category
    hidden for everybody is hidden in every group, whichever the groups are, so that several tables of one item keep
    each other's secrets. A count of 0 is shown, except in hidden groups and in categories hidden for everybody.

    Parameters
    ----------
    cube
        Sums over responses.
    minimum
        The least count that is shown; 0 or 1 hides nothing.
    """
    shape = cube.n.shape
    nothing = Hidden(np.zeros(shape, dtype=bool), np.zeros(shape[0], dtype=bool))
    if not (_small(cube.n, minimum).any() or _small(cube.base_n, minimum).any()):
        return nothing
    total = cube.total
    categories = _categories(total, minimum)
    if categories is None or _small(total.base_n, minimum).any():
        return Hidden(~nothing.cells, ~nothing.groups)
    return _Table(cube, categories, minimum).protect()


def _small(counts: Counts, minimum: int) -> Mask:
    return (counts > 0) & (counts < minimum)


def _categories(total: Cube, minimum: int) -> Mask | None:
    """The categories hidden for everybody: the small ones and, as sums would tell, enough of the others.

    The hidden counts are each at least 1 and their sum is known; they are safe when they are not all ones. None where
    there are no others.
    """
    counts = total.n[0]
    hidden = _small(counts, minimum)
    others = iter(np.argsort(np.where(hidden | (counts == 0), np.iinfo(np.int64).max, counts), kind="stable"))
    while total.exclusive and hidden.any() and (hidden.sum() < 2 or counts[hidden].sum() == hidden.sum()):
        category = next(others)
        if hidden[category] or counts[category] == 0:
            return None
        hidden[category] = True
    return hidden


Node = tuple[str, int]


@dataclass
class _Arc:
    """A number of the table as a flow from one node to another."""

    start: Node
    end: Node
    value: int
    cost: float
    """What it takes to hide it; 0 once it is hidden."""
    least: int = 1
    """The least that a reader thinks it may be."""
    most: float = NEVER
    row: int = -1
    column: int = -1


Step = tuple[_Arc, int]


@dataclass
class _Table:
    """One table while it is being protected."""

    cube: Cube
    categories: Mask
    minimum: int
    cells: Mask = field(init=False)
    groups: Mask = field(init=False)
    arcs: list[_Arc] = field(init=False)
    ways: dict[Node, list[tuple[Node, Step]]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = _small(self.cube.base_n, self.minimum)
        self.cells = _small(self.cube.n, self.minimum) | self.groups[:, None] | self.categories[None, :]
        self._draw()

    def protect(self) -> Hidden:
        """Hide until no small number can be told, the largest first."""
        for arc in sorted(self.arcs, key=lambda arc: -arc.value):
            if 0 < arc.value < self.minimum and arc.row >= 0 and not self._keep(arc):
                return Hidden(np.ones_like(self.cells), np.ones_like(self.groups))
        return Hidden(self.cells, self.groups)

    def _keep(self, arc: _Arc) -> bool:
        """Find the cheapest round through an arc and hide what lies on it; False where there is none."""
        best = self._round(arc, 1)
        if best is None or best[0] > 0:
            best = min(filter(None, (best, self._round(arc, -1))), key=lambda way: way[0], default=None)
        if best is None:
            return False
        for step, _direction in best[1]:
            if step.cost > 0:
                self._hide(step)
        return True

    def _hide(self, arc: _Arc) -> None:
        if arc.column >= 0:
            self.cells[arc.row, arc.column] = True
            arc.cost = 0.0
            arc.least = min(arc.least, arc.value)
            return
        self.groups[arc.row] = True
        self.cells[arc.row] = True
        for other in self.arcs:
            if other.row == arc.row:
                other.cost, other.least, other.most = 0.0, int(other.column < 0), NEVER

    def _round(self, arc: _Arc, direction: int) -> tuple[float, list[Step]] | None:
        """The cheapest round on which ``arc`` carries one more (direction 1) or one fewer (-1)."""
        if not _may(arc, direction):
            return None
        start, goal = (arc.end, arc.start) if direction > 0 else (arc.start, arc.end)
        best: dict[Node, float] = {start: 0.0}
        came: dict[Node, tuple[Node, Step]] = {}
        queue: list[tuple[float, Node]] = [(0.0, start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == goal:
                return cost, list(_walk(came, start, goal))
            if cost > best[node]:
                continue
            for end, (step, way) in self.ways[node]:
                if step is arc or step.cost == NEVER or not _may(step, way):
                    continue
                if cost + step.cost < best.get(end, NEVER):
                    best[end] = cost + step.cost
                    came[end] = (node, (step, way))
                    heapq.heappush(queue, (cost + step.cost, end))
        return None

    def _draw(self) -> None:
        """Lay out the table as arcs: bases to groups, cells to categories, categories to everybody."""
        self.arcs = [*self._base_arcs(), *self._cell_arcs(), *self._total_arcs()]
        self.ways = {}
        for arc in self.arcs:
            self.ways.setdefault(arc.start, []).append((arc.end, (arc, 1)))
            self.ways.setdefault(arc.end, []).append((arc.start, (arc, -1)))

    def _base_arcs(self) -> Iterator[_Arc]:
        everybody = ("base", 0)
        for row, base in enumerate(self.cube.base_n.tolist()):
            cost = 0.0 if self.groups[row] else HEAVY + base if base else NEVER
            yield _Arc(everybody, ("group", row), base, cost, row=row)
            if not self.cube.exclusive:
                slack = int(self.cube.n[row].sum()) - base
                yield _Arc(("slack", 0), ("group", row), slack, 0.0, least=0)

    def _cell_arcs(self) -> Iterator[_Arc]:
        for row, counts in enumerate(self.cube.n.tolist()):
            for column, count in enumerate(counts):
                whole = bool(self.groups[row] or self.categories[column])
                cost = 0.0 if self.cells[row, column] else 1.0 + np.log2(count) if count else NEVER
                most = NEVER if self.cube.exclusive or self.groups[row] else int(self.cube.base_n[row])
                yield _Arc(
                    ("group", row), ("category", column), count, cost, 0 if whole else 1, most, row=row, column=column
                )

    def _total_arcs(self) -> Iterator[_Arc]:
        """Totals of categories are fixed where they are shown; the hidden ones flow on to the base of everybody."""
        total = self.cube.total
        for column, count in enumerate(total.n[0].tolist()):
            if self.categories[column]:
                yield _Arc(("category", column), ("total", 0), count, 0.0)
        if not self.cube.exclusive:
            yield _Arc(("total", 0), ("slack", 0), int(total.n.sum() - total.base_n.sum()), 0.0, least=0)


def _may(arc: _Arc, direction: int) -> bool:
    """Whether a reader would believe one more, or one fewer, in an arc."""
    return arc.value + direction >= arc.least and arc.value + direction <= arc.most


def _walk(came: dict[Node, tuple[Node, Step]], start: Node, goal: Node) -> Iterator[Step]:
    node = goal
    while node != start:
        node, step = came[node]
        yield step
