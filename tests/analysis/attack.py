"""Patient readers: everything that can be told of hidden numbers from the ones that are shown."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csc_array

Domain = dict[str, tuple[int, int]]
Sum = list[tuple[str, int]]
MOST = 60


@dataclass
class Reader:
    """What is known: numbers in their domains, and sums that are nought."""

    domain: Domain = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def note(self, name: str, value: float, least: int = 0) -> str:
        """Take down a number, shown or (NaN) hidden."""
        if name not in self.domain:
            self.domain[name] = (least, MOST) if np.isnan(value) else (int(value), int(value))
        return name

    def read(self, name: str, frame: pd.DataFrame, by: str, exclusive: bool = True) -> None:
        """Take down a table by groups and how it adds up to that of everybody (``""``)."""
        groups = [""] if not by else list(dict.fromkeys(frame[by]))
        frame = frame.assign(**{"": ""}) if not by else frame
        categories = list(dict.fromkeys(frame["category"]))
        frame = frame.set_index([by, "category"])
        for group in groups:
            concealed = frame.loc[(group, categories[0]), "base"]
            base = self.note(f"{by}/{group}", concealed, least=1)
            cells = [self._cell(by, group, c, frame, groups, bool(np.isnan(concealed))) for c in categories]
            slack = [] if exclusive else [(self.note(f"slack {by}/{group}", np.nan), -1)]
            self.sums.append([*((cell, 1) for cell in cells), *slack, (base, -1)])
        if by:
            for part in ("", *(f"/{c}" for c in categories)):
                self.sums.append([*((f"{by}/{group}{part}", 1) for group in groups), (f"/{part}", -1)])

    def _cell(self, by: str, group: str, category: str, frame: pd.DataFrame, groups: list[str], concealed: bool) -> str:
        """A hidden count is at least one, unless its group or its category is hidden as a whole."""
        whole = concealed or frame.loc[[(g, category) for g in groups], "count"].isna().all()
        return self.note(f"{by}/{group}/{category}", frame.loc[(group, category), "count"], 0 if whole and by else 1)

    def knows(self, name: str) -> bool:
        """Whether a hidden number can have but one value."""
        found = self._solve(dict(self.domain))
        assert found is not None, "what is shown contradicts itself"
        low, high = self.domain[name]
        value = found[name]
        return all(self._solve(self.domain | {name: other}) is None for other in ((low, value - 1), (value + 1, high)))

    def _solve(self, domain: Domain) -> dict[str, int] | None:
        tight = self._tighten(domain)
        if tight is None:
            return None
        open_ = [name for name, (low, high) in tight.items() if low < high]
        if not open_:
            return {name: low for name, (low, _high) in tight.items()}
        name = min(open_, key=lambda one: tight[one][1] - tight[one][0])
        low, high = tight[name]
        for value in range(low, high + 1):
            found = self._solve(tight | {name: (value, value)})
            if found is not None:
                return found
        return None

    def _tighten(self, domain: Domain) -> Domain | None:
        domain, changed = dict(domain), True
        while changed:
            changed = False
            for terms in self.sums:
                for name, sign in terms:
                    rest = [(domain[other], s) for other, s in terms if other != name]
                    low = -sum(h if s > 0 else -lo for (lo, h), s in rest)
                    high = -sum(lo if s > 0 else -h for (lo, h), s in rest)
                    if sign < 0:
                        low, high = -high, -low
                    new = (max(domain[name][0], low), min(domain[name][1], high))
                    if new[0] > new[1]:
                        return None
                    if new != domain[name]:
                        domain[name], changed = new, True
        return domain


class Programmer:
    """A reader with a linear program: sums of unknown numbers of at least nought, and what they come to."""

    def __init__(self) -> None:
        self.rows: list[np.ndarray] = []
        self.least: list[float] = []
        self.most: list[float] = []

    def know(self, row: np.ndarray, value: float, most: float | None = None) -> None:
        """Take down that a sum has a value, or lies between two."""
        self.rows.append(row)
        self.least.append(float(value))
        self.most.append(float(value if most is None else most))

    def solve(self) -> None:
        """Make ready to ask for ranges."""
        matrix = np.unique(np.column_stack([np.array(self.rows), self.least, self.most]), axis=0)
        self._known = LinearConstraint(csc_array(matrix[:, :-2]), matrix[:, -2], matrix[:, -1])
        self._seen: list[np.ndarray] = []

    def tells(self, row: np.ndarray) -> tuple[int, int] | None:
        """The least and the most whole number that a sum can be, where that is one number or none but one to four.

        Every solution met on the way is kept: where two of them already differ far enough, the programs would only find
        that there is more.
        """
        if self._seen:
            seen = np.array(self._seen) @ row
            low, high = _whole(seen.min(), seen.max())
            if low < high and not _told(low, high):
                return None
        found = _whole(self._end(row, 1.0), self._end(row, -1.0))
        return found if _told(*found) else None

    def _end(self, row: np.ndarray, sign: float) -> float:
        found = milp(sign * row, constraints=self._known, bounds=(0, 1e5))
        assert found.status == 0, "what is shown contradicts itself"
        self._seen.append(found.x)
        return float(sign * found.fun)


class Patient(Programmer):
    """One unknown number per item × cross of the backgrounds × answer, none among them.

    Nothing of the house is used but what it prints: the numbers shown, whom they are of, and that all of them are counts
    of the same people.
    """

    def __init__(self, levels: list[int], items: dict[str, int], people: int) -> None:
        super().__init__()
        self.shape = tuple(levels)
        self.cells = int(np.prod(levels))
        self.items = {name: (at, answers + 1) for at, (name, answers) in enumerate(items.items())}
        self.starts = np.cumsum([self.cells, *(self.cells * (answers + 1) for answers in items.values())])
        for name in items:  # who answered an item in some way, or not at all, are all the people of a cell
            for cell in range(self.cells):
                row = self.row(name, np.eye(self.cells)[cell].astype(bool), None, silent=True)
                row[cell] = -1.0
                self.know(row, 0.0)
        self.know(self.people(np.ones(self.cells, dtype=bool)), people)

    def people(self, cells: np.ndarray) -> np.ndarray:
        """The sum of all people in some cells of the cross."""
        row = np.zeros(self.starts[-1])
        row[: self.cells] = cells
        return row

    def row(self, item: str, cells: np.ndarray, answer: int | None, silent: bool = False) -> np.ndarray:
        """The sum of those in some cells who gave an answer, any answer (None), or (``silent``) none either."""
        at, answers = self.items[item]
        block = np.zeros((self.cells, answers))
        block[cells, : answers if silent else answers - 1] = 1.0
        if answer is not None:
            block[:] = 0.0
            block[cells, answer] = 1.0
        row = np.zeros(self.starts[-1])
        row[self.starts[at] : self.starts[at + 1]] = block.ravel()
        return row

    def weighted(self, item: str, cells: np.ndarray, answers: tuple[int, ...], weights: np.ndarray) -> np.ndarray:
        """The sum of the weights of those who gave one of some answers, where all in a cell have one weight."""
        at, every = self.items[item]
        row = np.sum([self.row(item, cells, answer) for answer in answers], axis=0)
        row[self.starts[at] : self.starts[at + 1]] *= np.repeat(weights, every)
        return row


class Census(Programmer):
    """One unknown number per cross of all groups and all answers: every number shown is how many people are in some crosses."""

    def __init__(self, levels: dict[str, list[str | None]], people: int) -> None:
        super().__init__()
        self.levels = levels
        self.know(self.row({}), people)

    def row(self, picked: dict[str, list[str | None]]) -> np.ndarray:
        """Whom a selection holds: for each column named, one of some codes."""
        here = [[code in picked.get(column, codes) for code in codes] for column, codes in self.levels.items()]
        return np.array(np.meshgrid(*here, indexing="ij")).all(axis=0).ravel().astype(float)


def _whole(low: float, high: float) -> tuple[int, int]:
    """The first and the last whole number between two."""
    return int(np.ceil(low - 1e-6)), int(np.floor(high + 1e-6))


def _told(low: int, high: int) -> bool:
    return low == high or (low > 0 and high < 5)
