"""Means, totals, ratios and shares of any groups, from the rows, with all that R's ``survey`` tells of them.

For analysts: nothing is hidden. Every group is a domain of the whole design, and those who did not answer, or whose
answer stands outside the base ("vet inte"), are outside the domain. Intervals are estimate ± t · se with the design's
degrees of freedom in the domain (units with a weight above 0 less their strata, at least 1).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import Answers, Dataset, Groups
from analysis.precision import design, proportions
from analysis.precision.domains import Answered, Columns, answered, frame
from analysis.precision.rows import Rows, cube_of

Numbers = NDArray[np.float64]
By = Sequence[str] | str


def mean(dataset: Dataset, item_name: str, by: By = (), level: float = 0.95) -> pd.DataFrame:
    """Weighted means of an item's numbers.

    Parameters
    ----------
    dataset
        Responses, codebook and design.
    item_name
        An item whose answers are numbers (codes that are numbers too).
    by
        Group columns; none gives everybody together.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per group with the ``by`` columns, "base" (answers), "df", "mean", "se", "low", "high", "design_effect"
        and "design_effect_without" (against a simple random sample with and without replacement; R: ``svymean`` with
        ``deff="replace"`` and ``deff=TRUE``). "se" is NaN, never 0, where answers all alike, or a single one, are
        silent on it.

    Raises
    ------
    UnusableData
        A column is missing or holds what is not a number.
    """
    part = answered(dataset, [_numbers(dataset, item_name)], by)
    value, variance = _means(part, part.values)
    return frame(part.groups, part.told("mean", value, variance, _simple(part, part.values), level))


def total(dataset: Dataset, item_name: str, by: By = (), level: float = 0.95) -> pd.DataFrame:
    """Weighted totals: of those in each category of an item whose codebook has any, else of its numbers.

    Parameters and columns are those of ``mean``, with "total" and, for an item with categories, "category" (R:
    ``svytotal``). A single answer has a standard error here: how many are in the group is uncertain too.
    """
    if dataset.item(item_name).shown:
        part, answers = _chosen(dataset, item_name, by)
        values, keys = part.values, _categories(answers, part.groups.size)
    else:
        part, keys = answered(dataset, [_numbers(dataset, item_name)], by), None
        values = part.values
    value = np.where(part.base[:, None] > 0, part.sums(values), np.nan)
    variance = part.variance_of_totals(part.weights[:, None] * values)
    simple = part.spread(values) * part.weight**2 / part.positive[:, None].clip(1)
    return frame(part.groups, part.told("total", value, variance, simple, level), keys)


def ratio(dataset: Dataset, numerator: str, denominator: str, by: By = (), level: float = 0.95) -> pd.DataFrame:
    """Ratios of the totals of two items, over those who answered both; NaN where the denominator is 0.

    Parameters and columns are those of ``mean``, with "ratio" (R: ``svyratio``).
    """
    part = answered(dataset, [_numbers(dataset, numerator), _numbers(dataset, denominator)], by)
    above, below = part.values.T
    sums = part.sums(part.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(sums[:, 1:] != 0, sums[:, 1:], np.nan)
        value = sums[:, :1] / lower
        gaps = above - value[part.domains.cells, 0] * below
    gaps[np.abs(gaps) <= 1e-13 * np.abs(above)] = 0.0  # numbers in proportion, but for rounding
    scaled = (np.nan_to_num(gaps) / lower[part.domains.cells, 0])[:, None]
    scaled = np.nan_to_num(scaled)
    variance = np.where(np.isnan(value), np.nan, part.variance(part.weights[:, None] * scaled))
    simple = part.spread(scaled) * part.weight**2 / part.positive[:, None].clip(1)
    return frame(part.groups, part.told("ratio", value, variance, simple, level))


def shares(
    dataset: Dataset, item_name: str, by: By = (), level: float = 0.95, interval: str = "wilson"
) -> pd.DataFrame:
    """Shares of all categories of an item, with the default interval of tables or another.

    Columns are those of ``tabulate``, nothing hidden, with "df" and "design_effect_without" (as ``mean``).
    """
    item = dataset.item(item_name)
    groups = dataset.groups((by,) if isinstance(by, str) else by)
    sums, answers = cube_of(dataset, item, groups), dataset.answers(item)
    found = proportions.shares(sums, level, interval)
    across, n = np.ones(sums.n.shape), proportions.positive(sums)
    weight = np.where(sums.base_w > n, sums.base_w, np.nan)[:, None]
    without = found.design_effect * weight / (weight - n[:, None])
    columns: Columns = {
        "count": sums.n,
        "base": np.multiply(sums.base_n[:, None], across).astype(np.int64),
        "df": proportions.degrees(sums)[:, None] * across,
        "share": found.share,
        "se": found.se,
        "low": found.low,
        "high": found.high,
        "design_effect": found.design_effect,
        "design_effect_without": without,
        "effective_base": found.effective_base,
    }
    return frame(groups, columns, _categories(answers, groups.size))


def covariance(dataset: Dataset, item_name: str, by: By = ()) -> pd.DataFrame:
    """The covariance matrix of the shares of an item: all groups and categories at once (R: ``vcov(svymean(...))``).

    Returns
    -------
    DataFrame
        Rows and columns are group × category, in the order of ``shares``; NaN for those of groups without answers.
    """
    part, answers = _chosen(dataset, item_name, by)
    value = part.sums(part.values) / part.weight
    cells, (size, categories) = part.domains.cells, value.shape
    gaps = (part.weights / part.weight[cells, 0])[:, None] * (part.values - value[cells])
    influence, members = np.zeros((dataset.size, size, categories)), np.zeros((dataset.size, size), dtype=bool)
    influence[part.domains.rows, cells], members[part.domains.rows, cells] = np.nan_to_num(gaps), True
    found = design.covariance(dataset, influence.reshape(dataset.size, -1), np.repeat(members, categories, axis=1))
    empty = np.isnan(value).ravel()
    found[empty], found[:, empty] = np.nan, np.nan
    return matrix(found, part.groups, answers)


def matrix(found: Numbers, groups: Groups, answers: Answers) -> pd.DataFrame:
    """A covariance matrix with the names of groups and categories on both sides."""
    places = np.zeros((groups.size, len(answers.categories)))
    keys = frame(groups, {"share": places}, _categories(answers, groups.size)).drop(columns="share")
    index = pd.MultiIndex.from_frame(keys) if len(keys.columns) > 1 else pd.Index(keys["category"])
    return pd.DataFrame(found, index=index, columns=index)


def _numbers(dataset: Dataset, item_name: str) -> Numbers:
    return dataset.numbers(dataset.item(item_name))


def _means(part: Answered, values: Numbers) -> tuple[Numbers, Numbers]:
    """Means and their variances; shape (groups, columns). Values are centred first, so that large ones keep digits."""
    shift = values.mean(axis=0) if len(values) else np.zeros(values.shape[1])
    centred, cells = values - shift, part.domains.cells
    value = part.sums(centred) / part.weight
    gaps = centred - value[cells]
    gaps[np.abs(gaps) <= 1e-13 * np.abs(values)] = 0.0  # numbers all alike, but for rounding
    influence = np.nan_to_num((part.weights / part.weight[cells, 0])[:, None] * gaps)
    return value + shift, part.variance(influence)


def _simple(part: Answered, values: Numbers) -> Numbers:
    """Variance of a mean in a simple random sample with replacement."""
    found: Numbers = part.spread(values) / part.positive[:, None].clip(1)
    return found


def _chosen(dataset: Dataset, item_name: str, by: By) -> tuple[Answered, Answers]:
    """Those who answered an item with categories; their values are 1 in what they chose and 0 elsewhere."""
    item = dataset.item(item_name)
    groups, answers = dataset.groups((by,) if isinstance(by, str) else by), dataset.answers(item)
    rows = Rows(dataset, answers, groups)
    values = rows.chosen(slice(0, len(answers.categories)))
    return Answered(values, rows.weights, rows.domains, groups), answers


def _categories(answers: Answers, groups: int) -> Columns:
    places = np.tile(np.arange(len(answers.categories)), groups)
    return {"category": pd.Categorical.from_codes(places, dtype=answers.dtype)}
