"""What is compared: means and shares of groups with the influence that each response has on them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import scales
from analysis.dataset import NOT_STATED, Code, Dataset, Item, UnusableData, listed

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Measure:
    """A number per response (0 or 1 where a share is told) and who stands in the base; ``code`` is None for a mean."""

    code: Code | None
    values: Numbers
    given: Mask


@dataclass(frozen=True, eq=False)
class Means:
    """Weighted means of one measure in several groups.

    Attributes
    ----------
    codes
        The groups, in order; those whose group is not known are left out.
    mean
        Shape (groups,); NaN where nobody answered.
    base
        Unweighted answers of a weight above 0; shape (groups,).
    influence
        Weighted linearised influence of each response, w·(y - mean)/Σw in its group and 0 elsewhere; shape (rows, groups).
    members
        Whether a response is in the base of a group; shape (rows, groups).
    """

    codes: tuple[Code, ...]
    mean: Numbers
    base: NDArray[np.int64]
    influence: Numbers
    members: Mask


def measures(dataset: Dataset, item_name: str, category: Hashable | None = None) -> list[Measure]:
    """What of an item is compared: one category's share, else its mean, else each category's share."""
    item = dataset.item(item_name)
    numbers = getattr(scales.named(item.scale), "numbers", None)
    if category is None and numbers is not None:
        values = numbers(dataset, item)
        given = ~np.isnan(values)
        return [Measure(None, np.where(given, values, 0.0), given)]
    codes = categories(dataset, item) if category is None else [_code(dataset, item, category)]
    return [_share(dataset, item, code) for code in codes]


def categories(dataset: Dataset, item: Item) -> Sequence[Code]:
    """The categories of an item inside its base."""
    answers = scales.named(item.scale).tally(dataset, item, dataset.groups(())).answers
    if answers is None:
        raise UnusableData(f"Item {item.name!r} has no categories to compare. Leave category out, or name another item.")
    return answers.categories


def _code(dataset: Dataset, item: Item, category: Hashable) -> Code:
    known = {str(code): code for code in categories(dataset, item)}
    if str(category) not in known:
        raise UnusableData(f"Item {item.name!r} has no category {category!r} in its base. It has {listed(known.values())}.")
    return known[str(category)]


def _share(dataset: Dataset, item: Item, code: Code) -> Measure:
    answers = dataset.answers(item)
    place = answers.categories.index(code)
    if answers.rows is None:
        return Measure(code, (answers.codes == place).astype(float), answers.codes < len(answers.categories))
    assert answers.answered is not None
    values = np.zeros(dataset.size)
    values[answers.rows[answers.codes == place]] = 1.0
    return Measure(code, values, answers.answered)


def weights(dataset: Dataset) -> Numbers:
    """One per response; 1 each without weights."""
    return np.ones(dataset.size) if dataset.weights is None else dataset.weights.values


def by_group(dataset: Dataset, measure: Measure, between: str) -> Means:
    """The means of a measure in the groups of a column, with the influence of each response."""
    groups = dataset.groups((between,))
    assert groups.cells is not None
    codes = tuple(code for code in groups.levels[0] if code != NOT_STATED)
    return means(dataset, measure, codes, groups.cells[:, None] == np.arange(len(codes)))


def means(dataset: Dataset, measure: Measure, codes: tuple[Code, ...], inside: Mask) -> Means:
    """The means of a measure in groups that are columns of ``inside``, shape (rows, groups)."""
    weight = weights(dataset)
    members = inside & (measure.given & (weight > 0))[:, None]
    weighted = np.where(members, weight[:, None], 0.0)
    total = weighted.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = measure.values @ weighted / np.where(total > 0, total, np.nan)
    gap = np.where(members, measure.values[:, None] - np.nan_to_num(mean), 0.0)
    influence = weighted * gap / np.where(total > 0, total, 1.0)
    return Means(codes, mean, members.sum(axis=0), influence, members)


def freedom(dataset: Dataset, members: Mask) -> int:
    """The design's degrees of freedom in a domain: its sampling units less its strata (R: ``degf``)."""
    units = np.unique(dataset.design.unit(np.flatnonzero(members)))
    return len(units) - len(np.unique(dataset.design.stratum(units)))
