"""One item by one set of groups as a tidy table: counted, concealed, then summed up, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.internals import create_dataframe_from_blocks

from analysis import disclosure, precision, scales
from analysis.cube import Hidden
from analysis.dataset import Dataset, Groups, Item, UnusableData
from analysis.scales import Columns, Tally

scales.registry()  # read the files of the scales now, so that the first table takes no longer than the next


def tabulate(
    dataset: Dataset,
    item_name: str,
    by: Sequence[str] = (),
    level: float = 0.95,
    minimum: int = disclosure.MINIMUM,
    interval: str = "wilson",
) -> pd.DataFrame:
    """A tidy table of one item.

    Parameters
    ----------
    dataset
        Responses, codebook and design.
    item_name
        The item.
    by
        Group columns; none gives everybody together.
    level
        Confidence level, between 0 and 1.
    minimum
        Counts and bases from 1 to ``minimum - 1`` are hidden, with what would give them away in this table and that
        of everybody together; 0 switches this off (analysts only). Tables crossed by several columns are not checked
        against those of the single columns.
    interval
        "wilson" (normal; on the smallest of n, Kish's and the design's effective base), "wilson-design" (normal; on the
        design's), "logit", "beta" (Korn–Graubard) or "mean" (t with the design's degrees of freedom in the group, as
        R's ``svyciprop``). Where a share of 0 or 1 or a single answer leaves the last three nothing to stand on, the
        default stands in. A mean's interval is mean ± z · se, or ± t · se with the last three.

    Returns
    -------
    DataFrame
        One row per group × category with the ``by`` columns, "category", "count" (unweighted), "base" (unweighted
        answers in the group), "share", "se", "low", "high", "design_effect", "effective_base", "reliability" (a code of
        ``precision.reliability``), "hidden". An ordinal item adds "score", "score_se", "net", "net_se", "top2", the same
        on all rows of a group. A numeric item has one row per group: "count", "base", "mean", "se", "low", "high",
        "median", "design_effect", "effective_base", "reliability", "hidden"; a text one too: "count", "base", "hidden".
        Empty groups and categories are kept; shares are NaN where the base is 0, and everything is NaN where hidden.

    Raises
    ------
    UnusableData, UnknownScale, UnknownInterval
        The message names what is wrong and what there is.
    """
    return make(dataset, item_name, by, level, minimum, interval).frame


@dataclass(frozen=True, eq=False)
class Made:
    """A tidy table, how everybody's numbers are spread where the scale has such, and categories told together.

    ``ends`` is there where some categories are hidden that are told together with others; ``bands`` are their places.
    """

    frame: pd.DataFrame
    distribution: pd.DataFrame | None
    ends: pd.DataFrame | None = None
    bands: tuple[tuple[int, ...], ...] = ()


def make(dataset: Dataset, item_name: str, by: Sequence[str], level: float, minimum: int, interval: str) -> Made:
    """The table of ``tabulate`` with what goes beside it."""
    if not isinstance(minimum, Integral) or minimum < 0:
        raise UnusableData(f"The least count that is shown is {minimum!r}. Give a whole number such as 5, or 0 to hide nothing.")
    counted = count(dataset, item_name, by)
    return finish(counted, disclosure.conceal(counted.tally.cube, minimum), level, interval)


@dataclass(frozen=True, eq=False)
class Counted:
    """One item by one set of groups, counted and not yet concealed."""

    item: Item
    groups: Groups
    tally: Tally


def count(dataset: Dataset, item_name: str, by: Sequence[str]) -> Counted:
    """Count the answers to an item in groups."""
    item = dataset.item(item_name)
    groups = dataset.groups((by,) if isinstance(by, str) else by)
    return Counted(item, groups, scales.named(item.scale).tally(dataset, item, groups))


def finish(counted: Counted, hidden: Hidden, level: float, interval: str) -> Made:
    """The table of what was counted, made from nothing but what is not hidden."""
    scale, tally = scales.named(counted.item.scale), counted.tally
    columns = scale.summarise(tally, hidden, level, interval)
    keys = {**counted.groups.columns(_repeat(tally)), **_categories(tally)}
    spread = None if hidden.any else scale.distribution(tally)
    bands = () if hidden.bands is None else scales.bands(counted.item, tally)
    ends = _ends(counted, hidden, bands, level, interval)
    return Made(_frame(keys, columns), None if spread is None else pd.DataFrame(spread), ends, bands)


def _ends(
    counted: Counted, hidden: Hidden, bands: tuple[tuple[int, ...], ...], level: float, interval: str
) -> pd.DataFrame | None:
    """The tidy table of categories told together, where some are hidden one by one; None where it would tell no more."""
    answers = counted.tally.answers
    if answers is None or hidden.bands is None or not hidden.any or (hidden.bands | hidden.groups[:, None]).all():
        return None
    codes = tuple(f"{answers.categories[band[0]]}-{answers.categories[band[-1]]}" for band in bands)
    together = Tally(precision.collapsed(counted.tally.cube, bands))
    columns = scales.named("nominal").summarise(together, Hidden(hidden.bands, hidden.groups), level, interval)
    places = np.tile(np.arange(len(bands)), counted.groups.size)
    category = pd.Categorical.from_codes(places, categories=list(codes), ordered=True)
    return _frame({**counted.groups.columns(len(bands)), "category": category}, columns)


def _repeat(tally: Tally) -> int:
    return 1 if tally.answers is None else len(tally.answers.categories)


def _categories(tally: Tally) -> dict[str, pd.Categorical]:
    if tally.answers is None:
        return {}
    places = _places(*tally.cube.n.shape).copy()
    return {"category": pd.Categorical.from_codes(places, dtype=tally.answers.dtype, validate=False)}


@lru_cache(maxsize=64)
def _places(groups: int, categories: int) -> NDArray[np.int32]:
    return np.tile(np.arange(categories, dtype=np.int32), groups)


def _frame(keys: dict[str, pd.Categorical], columns: Columns) -> pd.DataFrame:
    """The columns as a frame; numbers go in as one block, which costs a third of taking them one by one."""
    numbers = tuple(name for name, values in columns.items() if values.dtype == np.float64)
    heading, places, together = _layout((*keys, *columns), numbers)
    blocks: list[tuple[Any, Any]] = [(values, places[name]) for name, values in keys.items()]
    blocks.append((np.stack([columns[name] for name in numbers]), together))
    for name, values in columns.items():
        if name not in numbers:
            blocks.append((values if isinstance(values, pd.Categorical) else values[None, :], places[name]))
    return create_dataframe_from_blocks(blocks, index=pd.RangeIndex(len(columns["hidden"])), columns=heading)


@lru_cache(maxsize=64)
def _layout(
    names: tuple[str, ...], numbers: tuple[str, ...]
) -> tuple[pd.Index, dict[str, NDArray[np.intp]], NDArray[np.intp]]:
    """The heading, the place of each column, and the places of the numbers together."""
    return (
        pd.Index(names),
        {name: np.array([at]) for at, name in enumerate(names)},
        np.array([names.index(name) for name in numbers], dtype=np.intp),
    )
