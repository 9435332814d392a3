"""What is compared: means and shares of groups with the influence that each response has on them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import scales
from analysis.dataset import NOT_STATED, Answers, Code, Dataset, Item, UnusableData, listed

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Measure:
    """A number per response and who stands in the base.

    ``code`` is None for the mean of a whole item; ``choice`` tells numbers of 1 or 0 for who chose the category.
    """

    code: Code | None
    values: Numbers
    given: Mask
    choice: bool = False


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
    members, domain
        Whether a response is in the base of a group, and whether it would be if its weight were above 0; shape (rows, groups).
    """

    codes: tuple[Code, ...]
    mean: Numbers
    base: NDArray[np.int64]
    influence: Numbers
    members: Mask
    domain: Mask


def measures(dataset: Dataset, item_name: str, category: Hashable | None = None) -> list[Measure]:
    """What of an item is compared: one category's share, else its mean, else each category's share.

    Shares are those of the item's tables: of classes of 0 to 10, of first choices in a ranking. Where a table tells how
    much is given to each category, the means of that are compared.
    """
    item = dataset.item(item_name)
    scale = scales.named(item.scale)
    size = len(dataset.frame)
    numbers, each = getattr(scale, "numbers", None), getattr(scale, "each", None)
    if category is None and numbers is not None:
        return [_number(None, numbers(dataset, item))]
    answers = coded(dataset, item)
    codes = answers.categories if category is None else [_code(item, answers.categories, category)]
    if each is not None:
        given = each(dataset, item)
        return [_number(code, given[:, answers.categories.index(code)]) for code in codes]
    return [_share(size, answers, code) for code in codes]


def coded(dataset: Dataset, item: Item) -> Answers:
    """The answers to an item as its tables tell them."""
    answers = scales.named(item.scale).tally(dataset, item, dataset.groups(())).answers
    if answers is None:
        raise UnusableData(f"Item {item.name!r} has no categories to compare. Leave category out, or name another item.")
    return answers


def _code(item: Item, categories: Sequence[Code], category: Hashable) -> Code:
    known = {str(code): code for code in categories}
    if str(category) not in known:
        raise UnusableData(f"Item {item.name!r} has no category {category!r} in its base. It has {listed(known.values())}.")
    return known[str(category)]


def _number(code: Code | None, values: Numbers) -> Measure:
    given = ~np.isnan(values)
    return Measure(code, np.where(given, values, 0.0), given)


def _share(size: int, answers: Answers, code: Code) -> Measure:
    place = answers.categories.index(code)
    if answers.rows is None:
        return Measure(code, (answers.codes == place).astype(float), answers.codes < len(answers.categories), True)
    assert answers.answered is not None
    values = np.zeros(size)
    values[answers.rows[answers.codes == place]] = 1.0
    return Measure(code, values, answers.answered, True)


def weights(dataset: Dataset) -> Numbers:
    """One per response; 1 each without weights."""
    size = len(dataset.frame)  # a cube has no responses, and says so here
    return np.ones(size) if dataset.weights is None else dataset.weights.values


def by_group(dataset: Dataset, measure: Measure, between: str) -> Means:
    """The means of a measure in the groups of a column, with the influence of each response."""
    groups = dataset.groups((between,))
    assert groups.cells is not None
    codes = tuple(code for code in groups.levels[0] if code != NOT_STATED)
    return means(dataset, measure, codes, groups.cells[:, None] == np.arange(len(codes)))


def means(dataset: Dataset, measure: Measure, codes: tuple[Code, ...], inside: Mask) -> Means:
    """The means of a measure in groups that are columns of ``inside``, shape (rows, groups)."""
    weight = weights(dataset)
    domain = inside & measure.given[:, None]
    members = domain & (weight > 0)[:, None]
    weighted = np.where(members, weight[:, None], 0.0)
    total = weighted.sum(axis=0)
    shift = measure.values[measure.given].mean() if measure.given.any() else 0.0  # so that large numbers lose no digits
    values = np.where(measure.given, measure.values - shift, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = values @ weighted / np.where(total > 0, total, np.nan)
    gap = np.where(members, values[:, None] - np.nan_to_num(mean), 0.0)
    gap[np.abs(gap) <= 1e-13 * np.abs(measure.values)[:, None]] = 0.0  # answers all alike, but for rounding
    influence = weighted * gap / np.where(total > 0, total, 1.0)
    return Means(codes, mean + shift, members.sum(axis=0), influence, members, domain)


def freedom(dataset: Dataset, members: Mask) -> int:
    """The design's degrees of freedom in a domain: its sampling units less its strata (R: ``degf``)."""
    units = np.unique(dataset.design.unit(np.flatnonzero(members)))
    return len(units) - len(np.unique(dataset.design.stratum(units)))
