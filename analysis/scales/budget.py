"""Points or money spread over options: each option's share of the whole, and its mean per person, with covariances.

A share of the whole is a ratio of sums, Σwx / Σw(Σx): it weighs those who gave more by as much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import figures, precision
from analysis.cube import Hidden
from analysis.dataset import Dataset, Groups, Item
from analysis.figures import Words
from analysis.precision import reliability
from analysis.scales import Average, Columns, Measure, Tally, beside, unit
from analysis.scales._means import Means
from analysis.words import N_

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES: tuple[Measure, ...] = ()
DETAILS: tuple[Measure, ...] = (("amount", N_("Mean per answer"), "mean"),)
DRAWS = "table"
STYLES = ("dots", "panels", "map")
ORDERED, SEVERAL = False, False
TELLS = False
SHOWS = N_("Share of the whole")


@dataclass(frozen=True, eq=False)
class _Spending:
    """What each option is given: per person, and of the whole."""

    amounts: Means
    shares: Means


def tally(dataset: Dataset, item: Item, groups: Groups) -> Tally:
    """Count who gave anything to each option, and keep how much."""
    given = dataset.amounts(item)
    rows = np.flatnonzero(~np.isnan(given).any(axis=1))
    held = given[rows]
    amounts = Means(dataset, groups, rows, held, np.ones(len(rows)))
    shares = Means(dataset, groups, rows, held, held.sum(axis=1))
    return Tally(precision.cube_of(dataset, item, groups), dataset.answers(item), _Spending(amounts, shares))


def summarise(tally: Tally, hidden: Hidden, level: float, interval: str) -> Columns:
    """Each option's share of the whole and mean per person with their intervals; NaN in groups with anything hidden.

    "count" is how many gave anything to the option; shares add up to 1, so that one hidden would be told by the others.
    """
    spent: _Spending = tally.more
    sums = tally.cube
    columns = {
        "count": sums.n.astype(float),
        "base": np.repeat(sums.base_n.astype(float)[:, None], sums.n.shape[1], axis=1),
        **_estimates(spent.shares, "share", spent.shares.margin(sums, level, interval), 1.0),
        **_estimates(spent.amounts, "amount", spent.amounts.margin(sums, level, interval), np.inf),
    }
    concealed = np.repeat(hidden.touched[:, None], sums.n.shape[1], axis=1)
    effective = np.broadcast_to(np.fmin(sums.base_n, _kish(sums.base_w, sums.base_w2))[:, None], concealed.shape)
    columns |= {"design_effect": np.full(concealed.shape, np.nan), "effective_base": effective.astype(float)}
    degrees = precision.degrees(sums)[:, None]
    flags = np.where(concealed, np.int8(-1), reliability.of_means(columns["share"], effective, degrees))
    for name, values in columns.items():
        columns[name] = np.where(hidden.groups[:, None] if name == "base" else concealed, np.nan, values)
    return {name: values.ravel() for name, values in columns.items()} | {
        "reliability": reliability.column(flags),
        "hidden": concealed.ravel(),
    }


def _estimates(means: Means, name: str, margin: NDArray[np.float64], most: float) -> Columns:
    low, high = np.maximum(means.value - margin, 0.0), np.minimum(means.value + margin, most)
    return dict(zip((name, *beside(name)), (means.value, means.se, low, high), strict=True))


def _kish(weight: NDArray[np.float64], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(weight**2, squares, out=np.full_like(weight, np.nan), where=squares > 0)


def covariance(dataset: Dataset, item: Item, groups: Groups) -> NDArray[np.float64]:
    """Covariances of the mean amounts, for analysts (nothing is hidden); shape (groups × options, groups × options)."""
    spent: _Spending = tally(dataset, item, groups).more
    return spent.amounts.covariance()


def averages(dataset: Dataset, item: Item) -> Mapping[str, Average]:
    """Amounts, and parts of the whole in the power of ten that the least step of an amount is at least."""
    given = dataset.amounts(item)
    step, most = unit(given), np.nan_to_num(given).sum(axis=1).max(initial=0.0)
    part = 10.0 ** np.floor(np.log10(step / most) + 1e-9) if most > 0 else 1.0
    return {"share": Average(float(part), 0.0, 1.0), "amount": Average(step, 0.0)}


def each(dataset: Dataset, item: Item) -> NDArray[np.float64]:
    """What each response gives to each option; shape (responses, options), NaN outside the base."""
    return dataset.amounts(item)


def distribution(tally: Tally) -> Columns | None:
    """None: options are not spread over a line."""
    return None


def draw(table: pd.DataFrame, words: Words) -> "Figure":
    """Shares of the whole as bars with their margins."""
    return figures.bars(table, words)
