"""A codebook as JSON can hold it: codes keep their order and their types."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from analysis.dataset.values import Code, Item, UnusableData

SCALARS = (str, int, float, bool)
"""What a code may be, to be kept in a file."""


def from_item(item: Item) -> dict[str, Any]:
    """An item as JSON; `UnusableData` names a code that JSON has no word for."""
    found = {field.name: getattr(item, field.name) for field in fields(item)}
    outside = sorted(item.missing, key=lambda code: (str(type(code)), str(code)))
    areas = [[code, area] for code, area in zip(codes(item.areas, item.name), item.areas.values(), strict=True)]
    categories = pairs(item.categories, item.name)
    return found | {"categories": categories, "missing": codes(outside, item.name), "areas": areas}


def to_item(found: Mapping[str, Any]) -> Item:
    """The item that ``from_item`` wrote."""
    read = {"categories": labels(found["categories"]), "missing": frozenset(found["missing"])}
    return Item(**{**found, **read, "areas": labels(found["areas"])})


def pairs(labels: Mapping[Any, str], name: str) -> list[list[Any]]:
    """Codes with their labels, in order."""
    return [[code, str(label)] for code, label in zip(codes(labels, name), labels.values(), strict=True)]


def labels(pairs: Iterable[Sequence[Any]]) -> dict[Any, Any]:
    """The mapping that ``pairs`` wrote."""
    return {pair[0]: pair[1] for pair in pairs}


def codes(found: Iterable[Code], name: str) -> list[Any]:
    """Codes that JSON can hold; `UnusableData` for others."""
    found = list(found)
    for code in found:
        if not isinstance(code, SCALARS):
            raise UnusableData(f"{name!r} has the code {code!r}. Only texts and numbers can be kept as codes: recode it.")
    return found
