"""A codebook in JSON: items with their codes, and the levels of group columns; every part of it checked and named."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.dataset import Item, UnusableData, listed
from analysis.dataset.columns import spelled

KEYS = ("name", "label", "scale", "categories", "missing", "areas")
Levels = dict[str, dict[str, str]]


class _Repeated(ValueError):
    """An object names a key twice."""


def read(path: Path) -> tuple[list[Item], Levels]:
    """A codebook of ``items`` (name, label, scale, categories, missing, areas) and ``groups`` (column to code to label).

    Raises
    ------
    UnusableData
        It is not JSON, or a part is not what it should be; the message says which.
    """
    try:
        told = json.loads(path.read_text("utf-8-sig"), object_pairs_hook=_once)
    except _Repeated as fault:
        raise UnusableData(f"{path.name} names {fault} twice in one object. Keep one.") from None
    except (ValueError, RecursionError) as fault:
        said = "it is nested too deep" if isinstance(fault, RecursionError) else str(fault).split(";", 1)[0].rstrip(".")
        raise UnusableData(f"{path.name} is not JSON in UTF-8: {said}.") from None
    told = {"items": told} if isinstance(told, list) else told
    if not isinstance(told, dict) or not isinstance(told.get("items"), list) or not told["items"]:
        raise UnusableData(f"{path.name} has no items. Give a list of items, or an object with a list called items.")
    groups = told.get("groups", {})
    if not isinstance(groups, dict) or not all(isinstance(levels, dict) for levels in groups.values()):
        raise UnusableData(f"{path.name}: groups is not an object of column, code and label.")
    named = {name: _labels(f"{path.name}, groups, {name!r}", levels) for name, levels in groups.items()}
    return [_item(f"{path.name}, item {place}", item) for place, item in enumerate(told["items"], start=1)], named


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _Repeated(repr(next(name for name in names if names.count(name) > 1)))
    return found


def _item(where: str, told: Any) -> Item:
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) for key in ("name", "scale")):
        raise UnusableData(f"{where}: give it a name and a scale.")
    _known(where, told)
    label = told.get("label")
    if label is not None and not isinstance(label, str):
        raise UnusableData(f"{where}: its label is {label!r}. Give a text.")
    categories, missing, areas = told.get("categories") or {}, told.get("missing") or [], told.get("areas") or {}
    if not isinstance(categories, dict) or not isinstance(missing, list):
        raise UnusableData(f"{where}: categories is an object of code and label, missing a list of codes.")
    if not isinstance(areas, dict) or not all(isinstance(area, dict) for area in areas.values()):
        raise UnusableData(f"{where}: areas is an object of code and GeoJSON geometry.")
    labels, outside = _labels(where, categories), _codes(where, missing)
    if labels and not labels.keys() - outside:
        raise UnusableData(f"{where}: all its categories are in missing, and nobody is left to count. Take some out of it.")
    return Item(told["name"], label or told["name"], told["scale"], labels, outside, areas)


def _known(where: str, told: dict[str, Any]) -> None:
    """Refuse a key that is one of ours but for a slip of the pen; others may be anybody's."""
    for key in told:
        meant = get_close_matches(key, KEYS, 1, 0.8)
        if meant and key not in KEYS:
            raise UnusableData(f"{where}: it has {key!r}. If {meant[0]!r} is meant, write that.")


def _labels(where: str, told: dict[str, Any]) -> dict[str, str]:
    wrong = [code for code, label in told.items() if not isinstance(label, str | int | float) or isinstance(label, bool)]
    if wrong:
        raise UnusableData(f"{where}: the label of code {wrong[0]!r} is {told[wrong[0]]!r}. Give a text.")
    return {code: spelled(label) for code, label in told.items()}


def _codes(where: str, told: Iterable[Any]) -> frozenset[str]:
    wrong = [code for code in told if not isinstance(code, str | int | float) or isinstance(code, bool)]
    if wrong:
        raise UnusableData(f"{where}: missing holds {listed(wrong)}. Give codes as texts or numbers.")
    return frozenset(map(spelled, told))
