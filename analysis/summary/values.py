"""What comes in, what goes out, and how numbers are put into a sentence."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.dataset import Item
from analysis.precision import quantile, wilson
from analysis.words import _, decimal, percent

LEAD, DIFFERENCE, NO_DIFFERENCE, UNKNOWN = "lead", "difference", "no-difference", "unknown"


@dataclass(frozen=True)
class QuestionTables:
    """One question's tables as they may be shown, keyed by breakdown column; "" is the whole panel.

    ``groups`` holds the labels of each breakdown's groups; ``ordered`` says that the answers run from one end to the
    other, ``several`` that a person may choose more than one; ``cell_id(by, group, category)`` names a cell on the
    page, with "" for by and group in the whole panel and None for the category of a mean.
    """

    item: Item
    tables: Mapping[str, pd.DataFrame]
    cell_id: Callable[[str, Hashable, Hashable], str]
    groups: Mapping[str, Mapping[Hashable, str]] = field(default_factory=dict)
    ordered: bool = False
    several: bool = False

    def answer(self, categories: Sequence[Hashable]) -> str:
        """One answer, or several joined by "or", in quotation marks."""
        names = [_("“%(answer)s”") % {"answer": self.item.categories.get(code, code)} for code in categories]
        return either(names)

    def group(self, by: str, code: Hashable) -> str:
        """The group's label."""
        return str(self.groups.get(by, {}).get(code, code))


@dataclass(frozen=True)
class Finding:
    """A sentence and the cells it rests on; ``cell`` is the first of them; those of greater weight are told first."""

    text: str
    kind: str
    question: str = ""
    about: str = ""
    by: str = ""
    group: Hashable = ""
    cells: tuple[str, ...] = ()
    weight: float = 0.0

    @property
    def cell(self) -> str:
        """The id of the cell that the sentence is linked to."""
        return self.cells[0] if self.cells else ""


@dataclass(frozen=True)
class Share:
    """The share of one or several answers together, with its interval."""

    categories: tuple[Hashable, ...]
    value: float
    low: float
    high: float
    effective: float
    largest: Hashable

    def told(self) -> str:
        """Share and interval: 62 % (56–68 %)."""
        return f"{percent(self.value)} ({span(self.low, self.high)})"


def shown(table: pd.DataFrame, item: Item) -> pd.DataFrame:
    """The rows inside the base that hold a number."""
    rows = table[~table["hidden"].astype(bool) & table["share"].notna()]
    return rows[~rows["category"].isin(list(item.missing))]


def ends(item: Item) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...]]:
    """The lower and the upper end of an ordered scale, without its middle."""
    half = len(item.shown) // 2
    return item.shown[:half], item.shown[len(item.shown) - half :]


def together(rows: pd.DataFrame, categories: Sequence[Hashable], level: float) -> Share | None:
    """The share of the answers put together; None if one of them is hidden."""
    rows = rows[rows["category"].isin(list(categories))]
    if len(rows) != len(categories) or not len(rows):
        return None
    largest = rows.loc[rows["share"].idxmax(), "category"]
    effective = float(rows[["effective_base", "base"]].min(axis=1).min())
    if len(rows) == 1:
        row = rows.iloc[0]
        return Share(tuple(categories), row["share"], row["low"], row["high"], effective, largest)
    share = min(float(rows["share"].sum()), 1.0)
    low, high = wilson(share, effective, quantile(level))  # type: ignore[arg-type]
    return Share(tuple(categories), share, float(low), float(high), effective, largest)


def either(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def span(low: float, high: float) -> str:
    """An interval of shares: 56–68 %."""
    return f"{decimal(round(100 * low))}–{percent(high)}"


def number(value: float, row: Any) -> str:
    """A mean with as many decimals as its interval bears."""
    return decimal(value, 1 if row["high"] - row["low"] < 10 else 0)
