"""Groups against each other: differences of shares and means with the covariance that the design gives them."""

from collections.abc import Hashable
from itertools import combinations

import numpy as np
import pandas as pd
import scipy

from analysis.comparison.adjusting import ADJUSTMENTS, UnknownAdjustment, adjusted
from analysis.comparison.estimates import Means, Measure, Numbers, by_group, freedom, measures
from analysis.dataset import Dataset
from analysis.precision import design, quantile


def compare(
    dataset: Dataset,
    item_name: str,
    between: str,
    category: Hashable | None = None,
    adjust: str = "holm",
    level: float = 0.95,
) -> pd.DataFrame:
    """Every pair of groups compared: shares of a category, or means.

    The standard error is that of the difference, linearised with the covariance between the two groups: where a cluster
    has members in both, they are not independent (R: ``svycontrast`` on ``svyby(..., covmat=TRUE)``). p and interval
    are by t with the degrees of freedom of the two groups' sampling units less their strata, less one (R:
    ``svyttest`` on the two groups as a domain).

    This works on the responses and hides nothing: it is for analysts. Letters are made from tables that are safe.

    Parameters
    ----------
    dataset
        Responses, codebook and design.
    item_name
        The item.
    between
        The group column; those whose group is not known are left out.
    category
        The category whose shares, as tables tell them, are compared; of a budget its mean amounts. None compares means
        where the item has numbers or scores, else each category.
    adjust
        "holm", "bh" (Benjamini and Hochberg) or "none"; over all rows of the result together.
    level
        Confidence level of the intervals, between 0 and 1; the intervals are not adjusted.

    Returns
    -------
    DataFrame
        One row per pair (and category): "category" (None for means), "first", "second", "difference" (first - second),
        "se", "low", "high", "p", "p_adjusted", "df". A pair in which a group has fewer than two answers, or all
        answer alike, has no standard error; without degrees of freedom there is no p; a group without answers gives no
        difference.

    Raises
    ------
    UnusableData, UnknownName, UnknownAdjustment, ValueError
        The message names the item, column, category, adjustment or level that is not to be had.
    """
    quantile(level)
    if adjust not in ADJUSTMENTS:
        raise UnknownAdjustment(f"There is no adjustment {adjust!r}. There are {', '.join(ADJUSTMENTS)}.")
    found = [_pairs(dataset, measure, between) for measure in measures(dataset, item_name, category)]
    table = pd.concat(found, ignore_index=True)
    return tested(table, "difference", level, adjust)


def _pairs(dataset: Dataset, measure: Measure, between: str) -> pd.DataFrame:
    groups = by_group(dataset, measure, between)
    variance = design.differences(dataset, groups.influence, groups.domain)
    pairs = list(combinations(range(len(groups.codes)), 2))
    rows = [_pair(dataset, groups, variance, one, other) for one, other in pairs]
    columns = ["first", "second", "difference", "se", "df"]
    table = pd.DataFrame(rows, columns=columns).astype({"difference": float, "se": float, "df": float})
    table.insert(0, "category", pd.Series([measure.code] * len(table), dtype=object))
    return table


def _pair(
    dataset: Dataset, groups: Means, variance: Numbers, one: int, other: int
) -> tuple[Hashable, Hashable, float, float, float]:
    gap = groups.mean[one] - groups.mean[other]
    silent = min(groups.base[one], groups.base[other]) < 2
    df = freedom(dataset, groups.members[:, one] | groups.members[:, other]) - 1
    se = np.nan if silent else np.sqrt(variance[one, other])
    return groups.codes[one], groups.codes[other], float(gap), float(se), float(max(df, 0))


def tested(table: pd.DataFrame, value: str, level: float, adjust: str) -> pd.DataFrame:
    """A table of ``value``, "se" and "df" with "low", "high", "p" (two-sided t) and "p_adjusted" after them."""
    df = table["df"].where(table["df"] > 0)
    half = scipy.special.stdtrit(df, (1 + level) / 2) * table["se"]
    p = 2 * scipy.special.stdtr(df, -(table[value] / table["se"]).abs())
    return table.assign(
        low=table[value] - half, high=table[value] + half, p=p, p_adjusted=adjusted(np.asarray(p, dtype=float), adjust)
    )[[*table.columns.drop("df"), "low", "high", "p", "p_adjusted", "df"]]
