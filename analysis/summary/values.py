"""What comes in, what goes out, and how numbers are put into a sentence."""

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.dataset import Item
from analysis.precision import quantile, reliability, wilson
from analysis.words import _, decimal, percent

LEAD, DIFFERENCE, NO_DIFFERENCE, UNKNOWN = "lead", "difference", "no-difference", "unknown"
MINORITY, CHANGE, NO_CHANGE = "minority", "change", "no-change"
FEW, HIDDEN = "few", "hidden"
"""Why nothing can be told of what a question's answers say."""


class Cell(NamedTuple):
    """A share that is shown; ``effective`` is never more than ``base``."""

    share: float
    se: float
    low: float
    high: float
    base: float
    effective: float


class Cells(dict[Hashable, Cell]):
    """What is shown of a group: a cell for each answer; ``ends`` has code and cell of answers that are told together."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[tuple[Hashable, ...], tuple[Hashable, Cell]] = {}

    @property
    def base(self) -> float:
        """The answers in the group."""
        return next(iter((*self.values(), *(cell for _code, cell in self.ends.values())))).base


@dataclass(frozen=True, eq=False)
class QuestionTables:
    """One question's tables as they may be shown, keyed by breakdown column; "" is the whole panel.

    ``groups`` holds the labels of each breakdown's groups; ``ordered`` says that the answers run from one end to the
    other, ``several`` that a person may choose more than one; ``cell_id(by, group, category)`` names a cell on the
    page, with "" for by and group in the whole panel and None for the category of a mean. ``ends`` are the tables of
    answers put together, and ``bands`` the code of each such and the answers it is of. ``tried`` is the same with all digits
    where the tables are told with fewer: what is sure is tried on it.
    """

    item: Item
    tables: Mapping[str, pd.DataFrame]
    cell_id: Callable[[str, Hashable, Hashable], str]
    groups: Mapping[str, Mapping[Hashable, str]] = field(default_factory=dict)
    ordered: bool = False
    several: bool = False
    ends: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    bands: Mapping[Hashable, tuple[Hashable, ...]] = field(default_factory=dict)
    tried: "QuestionTables | None" = None

    @property
    def codes(self) -> tuple[Hashable, ...]:
        """The answers inside the base, in order; a codebook that lists none takes them from the table."""
        table = self.tables.get("")
        known = () if table is None or "category" not in table else tuple(table["category"].unique())
        return self.item.shown or known

    def cells(self, by: str) -> dict[Hashable, Cells]:
        """What is shown of the shares inside the base, by group (the group "" in the whole panel) and answer."""
        table = self.tables.get(by)
        found: dict[Hashable, Cells] = {}
        if table is None or measure(table) != "share":
            return found
        for group, category, cell in _shown(table, by):
            if category not in self.item.missing:
                found.setdefault(group, Cells())[category] = cell
        for group, band, cell in _shown(self.ends[by], by) if by in self.ends else ():
            found.setdefault(group, Cells()).ends[self.bands[band]] = band, cell
        return found

    def answer(self, categories: Sequence[Hashable]) -> str:
        """One answer, or several joined by "or", in quotation marks."""
        names = [_("“%(answer)s”") % {"answer": self.item.categories.get(code, code)} for code in categories]
        return either(names)

    def group(self, by: str, code: Hashable) -> str:
        """The group's label."""
        return str(self.groups.get(by, {}).get(code, code))


@dataclass(frozen=True)
class Claim:
    """What a sentence says, for machines that check it.

    Attributes
    ----------
    says
        "average", "more", "as-many", "perhaps-more", "open", "majority", "commonest", "minority", "above", "below",
        "other-majority", "risen", "fallen", or "" where the sentence tells what is not known.
    categories, against
        The answers it is about, and those (of the same people) they are set against; none for a mean.
    numbers
        Those that stand in the sentence, as the tables have them and in its order: a share or mean and the ends of its
        interval, then what it is set against.
    effect
        Cohen's h of the two shares set against each other where the sentence tells how large their difference is.
    """

    says: str = ""
    categories: tuple[Hashable, ...] = ()
    against: tuple[Hashable, ...] = ()
    numbers: tuple[float, ...] = ()
    effect: float = 0.0


@dataclass(frozen=True)
class Finding:
    """A sentence and the cells it rests on; ``cell`` is the first of them; those of greater weight are told first.

    ``sure`` is False where the sentence itself says that it may be chance, that about as many say this as that, or that
    its number is too uncertain to decide by; ``claim`` is the sentence in a form that can be checked. A sentence that
    tells nothing sure has in ``of`` what it is of: the columns in which no group differs, the groups that are not shown
    in words, or the wave that nothing has changed since.
    """

    text: str
    kind: str
    question: str = ""
    about: str = ""
    by: str = ""
    group: Hashable = ""
    cells: tuple[str, ...] = ()
    weight: float = 0.0
    sure: bool = True
    claim: Claim = Claim()
    of: tuple[str, ...] = ()

    @property
    def cell(self) -> str:
        """The id of the cell that the sentence is linked to."""
        return self.cells[0] if self.cells else ""


@dataclass(frozen=True)
class Share:
    """The share of one or several answers together, with its interval; ``tried`` has all digits where it is told with fewer."""

    categories: tuple[Hashable, ...]
    value: float
    se: float
    low: float
    high: float
    effective: float
    largest: Hashable
    tried: "Share | None" = None

    def told(self) -> str:
        """Share and interval: 62 % (56–68 %)."""
        return f"{percent(self.value)} ({span(self.low, self.high)})"

    @property
    def numbers(self) -> tuple[float, float, float]:
        """The numbers of which ``told`` is made."""
        return self.value, self.low, self.high

    @property
    def shaky(self) -> bool:
        """Whether it is so uncertain that no decision should rest on it."""
        numbers = (np.array([number]) for number in (*self.numbers, self.effective, math.inf))
        return bool(reliability.of_shares(*numbers)[0] == reliability.CODES.index("too-uncertain"))


def _shown(table: pd.DataFrame, by: str) -> Iterator[tuple[Hashable, Hashable, Cell]]:
    """Group, category and cell of all shares that are not hidden."""
    groups = table[by] if by else [""] * len(table)
    columns = [table[name] for name in ("category", "hidden", *Cell._fields[:-1], "effective_base")]
    for group, category, hidden, *numbers in zip(groups, *columns, strict=True):
        cell = Cell(*map(float, numbers))
        if not (hidden or math.isnan(cell.share)):
            yield group, category, cell._replace(effective=_least(cell.base, cell.effective))


def measure(table: pd.DataFrame) -> str:
    """What the table holds that can be told: "share", "mean" or, for free text, nothing."""
    return next((column for column in ("share", "mean") if column in table), "")


def ends(codes: tuple[Hashable, ...]) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...]]:
    """The lower and the upper end of an ordered scale, without its middle."""
    half = len(codes) // 2
    return codes[:half], codes[len(codes) - half :]


def middle(codes: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """What stands between the ends of an ordered scale: the middle of five steps, none of four."""
    half = len(codes) // 2
    return codes[half : len(codes) - half]


def together(
    question: QuestionTables, cells: Mapping[Hashable, Cell], categories: Sequence[Hashable], level: float = 0.95
) -> Share | None:
    """The share of answers put together; None if it can't be told from the cells that are shown.

    Where they are told together, that is their share. Where a person gives one answer and all that is hidden is among
    ``categories``, what the others leave is theirs.
    """
    if isinstance(cells, Cells) and tuple(categories) in cells.ends:
        code, cell = cells.ends[tuple(categories)]
        return Share(tuple(categories), cell.share, cell.se, cell.low, cell.high, cell.effective, code)
    own = [code for code in categories if code in cells]
    if not own:
        return None
    largest = max(own, key=lambda code: cells[code].share)
    effective = min(cells[code].effective for code in own)
    if len(categories) == 1:
        cell = cells[own[0]]
        return Share(tuple(categories), cell.share, cell.se, cell.low, cell.high, effective, largest)
    others = [code for code in question.codes if code not in categories]
    if len(own) == len(categories):
        share = min(sum(cells[code].share for code in own), 1.0)
    elif question.several or any(code not in cells for code in others):
        return None
    else:
        share = max(1 - sum(cells[code].share for code in others), 0.0)
    low, high = wilson(share, effective, quantile(level))  # type: ignore[arg-type]
    se = math.sqrt(share * (1 - share) / effective)
    return Share(tuple(categories), share, se, float(low), float(high), effective, largest)


def _least(base: float, effective: float) -> float:
    return base if math.isnan(effective) else min(base, effective)


def either(names: Sequence[str]) -> str:
    """Names joined by commas and "or"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def both(names: Sequence[str]) -> str:
    """Names joined by commas and "and"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def span(low: float, high: float) -> str:
    """An interval of shares: 56–68 %."""
    return f"{decimal(round(100 * low))}–{percent(high)}"


def number(value: float, row: Any) -> str:
    """A mean with as many decimals as its interval bears."""
    return decimal(value, 0 if row["high"] - row["low"] >= 10 else 1)


def amount(item: Item, value: float, row: Any) -> str:
    """A mean with what it counts, where that is known: 2.3 kilometres."""
    return f"{number(value, row)}\N{NO-BREAK SPACE}{item.unit}".strip()


def span_of(row: Any) -> str:
    """The interval of a mean."""
    return f"{number(row['low'], row)}–{number(row['high'], row)}"
