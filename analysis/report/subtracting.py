"""Two releases of one survey between which answers came or went: what whoever has both can subtract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.dataset import Dataset
from analysis.disclosure import People
from analysis.disclosure.lattice import TAKING_PART
from analysis.disclosure.people import classes
from analysis.report.picking import Record, Selections

ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class _Number:
    """How many of some people answered an item, or gave some ``answers`` to it, as it was shown."""

    item: str
    answers: tuple[int, ...] | None
    people: People
    value: float


def apart(before: Sequence[Record], now: Sequence[Record], dataset: Dataset, minimum: int) -> Iterator[str]:
    """The items with a number that differs by a few from what it was before, when it was told of the same people."""
    selections = Selections(dataset)
    old, new = ([one for record in records for one in _shown(record, selections)] for records in (before, now))
    known = {_same(one, selections): one.value for one in old}
    for one in new:
        if 0 < abs(one.value - known.get(_same(one, selections), one.value)) < minimum:
            yield one.item
    for key in dict.fromkeys((one.item, one.answers) for one in new):
        first, second = ([one for one in some if (one.item, one.answers) == key] for some in (old, new))
        if first and (_summed(first, second, dataset.size, minimum) or _summed(second, first, dataset.size, minimum)):
            yield key[0]


def _shown(record: Record, selections: Selections) -> Iterator[_Number]:
    """The numbers of a table; what a filter keeps has no number of those who took part."""
    item, filters = record["item"], record["filters"]
    if item == TAKING_PART and filters:
        return
    together = record.get("together") or [(at,) for at in range(len(record["counts"][0]))]
    for code, base, counts in zip(record["groups"], record["base"], record["counts"], strict=True):
        people = selections.people([*filters.items(), *([(record["by"], [code])] if record["by"] else [])])
        told = [(None, base), *zip(map(tuple, together), counts, strict=True)]
        yield from (_Number(item, answers, people, value) for answers, value in told if value is not None)


def _same(one: _Number, selections: Selections) -> tuple[object, ...]:
    """The same for numbers of the same people: those who say yes among the pleased are the pleased among those who do."""
    if one.item == TAKING_PART:
        return one.people.key
    people = one.people.among(selections.answered(one.item, one.answers), one.item)
    return *people.key, people.where


def _summed(parts: Sequence[_Number], wholes: Sequence[_Number], responses: int, minimum: int) -> bool:
    """Whether any number is of the same people as several others together, and differs by a few from what they come to."""
    inside, _places = classes([one.people for one in (*parts, *wholes)], responses)
    each, whole = inside[: len(parts)].T.astype(float), inside[len(parts) :].T.astype(float)
    signs = np.linalg.lstsq(each, whole)[0]
    made = np.abs(each @ signs - whole).max(axis=0, initial=0.0) < ROUNDING
    gap = np.abs(signs.T @ [one.value for one in parts] - [one.value for one in wholes])
    return bool((made & (gap > ROUNDING) & (gap < minimum - ROUNDING)).any())
