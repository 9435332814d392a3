"""Measurement scales, one file each: how answers are counted, summed up and drawn. The file names are the registry.

A scale is a module with

- ``tally(dataset, item, groups) -> Tally``: the cube of the item, and what else the scale needs of the rows;
- ``summarise(tally, hidden, level, interval) -> dict``: the columns of its table, arrays of one row per group or
  per group × category, worked out from nothing but what is not hidden (``hidden`` is a ``Hidden``);
- ``MEASURES``: the columns that hold one value per group, each ``(column, heading, kind)`` where kind is
  "share", "balance" (a difference of shares), "mean" (with the interval of the row), "score", "index", "number" or
  "count";
- ``ORDERED``, ``SEVERAL``: whether the categories run from one end to the other, and whether one may choose several;
- ``distribution(tally) -> dict | None``: intervals with counts where numbers are spread, for everybody together;
- ``DRAWS``: what its picture is made of, "table", "distribution" or nothing;
- ``draw(table, words) -> Figure``: the picture of everybody together;
- ``numbers(dataset, item) -> array``, where a mean can be told: the number of each response, NaN outside the base;
- ``each(dataset, item) -> array``, where its tables tell how much is given to each category rather than who chose it: the
  amounts, shape (responses, categories), NaN outside the base;
- ``averages(dataset, item) -> {column: Average}``, where its tables tell means: how fine the numbers are that they are made of;
- ``covariance(dataset, item, groups) -> array``, where that of shares is not what its tables need: shape (groups ×
  categories, groups × categories);
- ``density(dataset, item, minimum) -> frame``, where answers are points;
- ``STYLES``, if any: the pictures (names of ``analysis.report.picturing``) that suit a table of groups, the usual one
  first; without, it is drawn as the table of everybody;
- ``DETAILS``, if any: like ``MEASURES``, columns with a value of their own for each category; ``<column>_low`` and
  ``<column>_high`` are the interval of a "mean";
- ``bands(categories) -> sets of places``, if any: categories that are told together too, where some are too small by
  themselves;
- ``published(item) -> Item``, if its tables have other categories than the codebook;
- ``TELLS``, False where what its shares are shares of is not answers, so that no sentences are made of them, and ``SHOWS``, what
  they are shares of;
- ``EXPLAINS``, if any: what its measures mean, in a sentence or two for who has not met them.
"""

import importlib
import math
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cube import Cube, Hidden
from analysis.dataset import Answers, Dataset, Groups, Item, UnusableData
from analysis.figures import Words
from analysis.precision import estimates
from analysis.words import _, stopped

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class UnknownScale(ValueError):
    """A codebook names a scale that has no file here."""


@dataclass(frozen=True, eq=False)
class Tally:
    """The cube of an item; ``answers`` where it has categories; ``more`` is what a scale keeps for itself."""

    cube: Cube
    answers: Answers | None = None
    more: Any = None


class Average(NamedTuple):
    """The numbers that a column of means is made of: what all are a multiple of, and the least and most there can be."""

    unit: float = 1.0
    least: float = -math.inf
    most: float = math.inf


Columns = dict[str, NDArray[Any]]
Measure = tuple[str, str, str]


class Scale(Protocol):
    """What a file in this folder offers."""

    MEASURES: tuple[Measure, ...]
    ORDERED: bool
    SEVERAL: bool
    DRAWS: str

    def tally(self, dataset: Dataset, item: Item, groups: Groups) -> Tally:
        """Count the answers of an item."""

    def summarise(self, tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
        """The columns of the item's table, NaN where they are hidden."""

    def distribution(self, tally: Tally) -> Columns | None:
        """How everybody's numbers are spread."""

    def draw(self, table: pd.DataFrame, words: Words) -> "Figure":
        """The picture of a table or of a distribution."""


@cache
def registry() -> Mapping[str, Scale]:
    """Every scale by its name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}  # type: ignore[misc]


def styles(item: Item) -> tuple[str, ...]:
    """The pictures that suit a table of the item by groups."""
    found: tuple[str, ...] = getattr(named(item.scale), "STYLES", ())
    return found


def bands(item: Item, tally: Tally) -> tuple[tuple[int, ...], ...]:
    """The places of the item's categories that are told together too where some are too small by themselves."""
    if tally.answers is None:
        return ()
    found: tuple[tuple[int, ...], ...] = getattr(named(item.scale), "bands", lambda codes: ())(tally.answers.categories)
    return found


def published(item: Item) -> Item:
    """The item with the categories of its tables, which a scale may have put together."""
    changed: Item = getattr(named(item.scale), "published", lambda same: same)(item)
    return changed


def named(name: str) -> Scale:
    """The scale of that name."""
    try:
        return registry()[name]
    except (KeyError, TypeError):
        raise UnknownScale(f"There is no scale {name!r}. There are {', '.join(registry())}.") from None


def averages(dataset: Dataset, item: Item) -> Mapping[str, Average]:
    """The columns of an item's tables that hold means, and what these are made of."""
    found: Mapping[str, Average] = getattr(named(item.scale), "averages", lambda dataset, item: {})(dataset, item)
    return found


def beside(name: str) -> tuple[str, str, str]:
    """The columns of a column's standard error and interval; those of a share, and of numbers' only mean, bear no name."""
    prefix = "" if name in ("share", "mean") else f"{name}_"
    return f"{prefix}se", f"{prefix}low", f"{prefix}high"


def unit(values: NDArray[np.float64]) -> float:
    """What all of some numbers are a multiple of, such as 500; a hundredth where they are finer than that."""
    hundredths = values[~np.isnan(values)] * 100
    whole = np.round(hundredths)
    if not np.allclose(hundredths, whole, rtol=0, atol=1e-6):
        return 0.01
    return int(np.gcd.reduce(np.abs(whole).astype(np.int64), initial=0)) / 100 or 1.0


def explained(items: Iterable[Item]) -> tuple[str, ...]:
    """What the measures of some items mean, in the reader's language; each said once."""
    told = (getattr(named(item.scale), "EXPLAINS", "") for item in items)
    return tuple(_(text) for text in dict.fromkeys(told) if text)


def shows(item: Item) -> str:
    """What the numbers of an item's tables are, where its shares are no shares of answers; in the reader's language."""
    scale = named(item.scale)
    of, details = getattr(scale, "SHOWS", ""), getattr(scale, "DETAILS", ())
    means = item.unit and any(kind == "mean" for _column, _heading, kind in details)
    told = (stopped(_(of)) if of else "", _("Means are in %(unit)s.") % {"unit": item.unit} if means else "")
    return " ".join(filter(None, told))


def written(name: str | None) -> bool:
    """Whether answers on a scale are in the respondent's own words, so that they are read rather than counted."""
    return name is not None and bool(getattr(named(name), "WRITTEN", False))


def covariance(dataset: Dataset, item_name: str, by: Sequence[str] | str = ()) -> pd.DataFrame:
    """The covariance matrix of what an item's table tells of its categories: of shares, or of a budget's mean amounts.

    For analysts: nothing is hidden.

    Parameters
    ----------
    dataset, item_name
        Responses, codebook and design, and the item.
    by
        Group columns; none gives everybody together.

    Returns
    -------
    DataFrame
        Rows and columns are group × category (R: ``vcov(svymean(...))``); NaN for those of groups without answers.
    """
    item = dataset.item(item_name)
    own = getattr(named(item.scale), "covariance", None)
    if own is None:
        return estimates.covariance(dataset, item_name, by)
    groups, answers = dataset.groups(by), dataset.answers(item)
    return estimates.matrix(own(dataset, item, groups), groups, answers)


def density(dataset: Dataset, item_name: str, minimum: int = 5) -> pd.DataFrame:
    """How many people put a point in each square of a grid, told in bands, those of fewer than ``minimum`` left out.

    Raises
    ------
    UnusableData
        The item's answers are no points.
    """
    item = dataset.item(item_name)
    own = getattr(named(item.scale), "density", None)
    if own is None:
        raise UnusableData(f"Item {item_name!r} ({item.scale}) has no points on a map. Name an item of places.")
    found: pd.DataFrame = own(dataset, item, minimum)
    return found
