"""A random sample that anyone can draw again: proportional to the strata, by a seed."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.words import _
from panel.outreach.people import Person
from surveys.refusals import Refusal

STRATA = ("district", "age_group", "gender")
"""What a sample may be stratified by."""
LARGEST_SEED = 2**31 - 1

Cell = tuple[str, ...]


class CannotDraw(Refusal):
    """A sample that can't be drawn; the message says why."""


@dataclass(frozen=True)
class Plan:
    """How to choose: everybody, or ``size`` of them by ``seed``, spread over the strata."""

    size: int | None = None
    seed: int = 0
    stratify: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what can't be drawn."""
        if self.size is not None and self.size < 1:
            raise CannotDraw(_("A sample needs at least one person."))
        if not 0 <= self.seed <= LARGEST_SEED:
            raise CannotDraw(_("The seed must be a whole number from 0 to %(most)s.") % {"most": LARGEST_SEED})
        unknown = [name for name in self.stratify if name not in STRATA]
        if unknown:
            message = _("Can't stratify by %(unknown)s, only by %(known)s.")
            raise CannotDraw(message % {"unknown": ", ".join(unknown), "known": ", ".join(STRATA)})

    def to_json(self) -> dict[str, Any]:
        """A plain document, enough to draw the same again."""
        return asdict(self) | {"stratify": list(self.stratify)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Plan":
        """The plan of a document."""
        return cls(said.get("size"), said.get("seed", 0), tuple(said.get("stratify", ())))


def sample(people: Sequence[Person], plan: Plan) -> list[int]:
    """The numbers of those chosen, in order.

    Strata are taken in the order of their codes. In each, people sorted by number are drawn from without replacement
    by one `random.Random(seed)`, so that the same panel and seed give the same sample.
    """
    if plan.size is None:
        return sorted(person.id for person in people)
    if plan.size > len(people):
        message = _("You asked for %(size)s people, but only %(count)s can be invited.")
        raise CannotDraw(message % {"size": plan.size, "count": len(people)})
    strata: dict[Cell, list[int]] = defaultdict(list)
    for person in people:
        strata[tuple(str(getattr(person, name)) for name in plan.stratify)].append(person.id)
    chance = random.Random(plan.seed)  # noqa: S311 (a draw that can be repeated is the point)
    shares = allocate({cell: len(members) for cell, members in strata.items()}, plan.size)
    chosen = [one for cell in sorted(strata) for one in chance.sample(sorted(strata[cell]), shares[cell])]
    return sorted(chosen)


def allocate(sizes: Mapping[Cell, int], total: int) -> dict[Cell, int]:
    """``total`` shared out in proportion to ``sizes``: whole parts first, then one each to the largest remainders.

    Counted in whole numbers, so nothing is rounded; equal remainders go in the order of the cells. No cell gets more
    than it holds, as long as ``total`` is at most the sum of ``sizes``.
    """
    everybody = sum(sizes.values())
    if not everybody:
        return dict.fromkeys(sizes, 0)
    shares = {cell: total * size // everybody for cell, size in sizes.items()}
    remainder = {cell: total * size % everybody for cell, size in sizes.items()}
    left = total - sum(shares.values())
    for cell in sorted(sizes, key=lambda cell: (-remainder[cell], cell))[:left]:
        shares[cell] += 1
    return shares
