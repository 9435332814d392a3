"""The shapes in which a frame, a codebook and group columns come, checked before anything is read of them."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from analysis.dataset.values import Item, UnusableData


def frame(given: Any) -> pd.DataFrame:
    """Refuse what is no frame."""
    if not isinstance(given, pd.DataFrame):
        raise UnusableData(f"The frame is a {type(given).__name__}. Give a pandas DataFrame with one row per response.")
    return given


def codebook(items: Any) -> tuple[Item, ...]:
    """The items of a codebook; refuse what is none, an item without a name, or codes that are no mapping."""
    if not isinstance(items, Iterable) or isinstance(items, str | Mapping):
        raise UnusableData(f"The codebook is a {type(items).__name__}. Give a list of Items.")
    found = tuple(items)
    for item in found:
        if not isinstance(item, Item):
            raise UnusableData(f"The codebook holds {item!r}, which is no Item. Give a list of Items.")
        if not isinstance(item.name, str) or not item.name.strip():
            raise UnusableData(f"An item has the name {item.name!r}. Give every item a name of at least a letter.")
        if not isinstance(item.categories, Mapping):
            raise UnusableData(f"Item {item.name!r} has {item.categories!r} as categories. Give a mapping of code and label.")
        if not isinstance(item.missing, Collection) or isinstance(item.missing, str):
            raise UnusableData(f"Item {item.name!r} has {item.missing!r} as missing. Give a set of codes.")
    return found


def levels(groups: Any) -> dict[str, dict[Any, str]]:
    """The levels that group columns may have: column to code to label."""
    told = {} if groups is None else groups
    if not isinstance(told, Mapping) or not all(isinstance(each, Mapping) for each in told.values()):
        raise UnusableData(f"groups is {groups!r}. Give {{column: {{code: label}}}}.")
    return {name: dict(each) for name, each in told.items()}


def names(by: Any) -> tuple[str, ...]:
    """Names of group columns, one or several."""
    found = (by,) if isinstance(by, str) else tuple(by) if isinstance(by, Iterable) else (None,)
    if not all(isinstance(name, Hashable) and name is not None for name in found):
        raise UnusableData(f"The group columns are {by!r}. Give names of columns, such as ('district',), or () for everybody.")
    return found
