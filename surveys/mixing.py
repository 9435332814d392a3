"""Which sealed answers may leave for the response store: only together with enough others of the same band."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from random import SystemRandom
from typing import Any, NamedTuple

FEW = 10
"""A language that fewer of a batch answered in would point them out."""

chance = SystemRandom()


class Staged(NamedTuple):
    """An opened envelope: its own name, and the response inside."""

    envelope: str
    response: dict[str, Any]

    @property
    def band(self) -> tuple[str, str]:
        """All that the response tells of its person."""
        return self.response["age_group"], self.response["district"]


def leaving(staged: Iterable[Staged], mix: int, closing: bool) -> list[Staged]:
    """Those that leave now, shuffled.

    Within a batch the band itself tells answers apart, so each band is a pool of its own: when twice ``mix`` stand in
    it, ``mix`` drawn by lot leave, so that at least ``mix`` are left for the last batch too. At the closing all leave.
    """
    pools: defaultdict[tuple[str, str], list[Staged]] = defaultdict(list)
    for one in staged:
        pools[one.band].append(one)
    found: list[Staged] = []
    for pool in pools.values():
        count = len(pool) if closing else mix * (len(pool) // mix - 1)
        if count > 0:
            found += _without_rare_languages(chance.sample(pool, count))
    chance.shuffle(found)
    return found


def _without_rare_languages(batch: Sequence[Staged]) -> list[Staged]:
    """The language is left out where a few of a batch would be told apart by it."""
    spoken = Counter(one.response["language"] for one in batch)
    if len(spoken) == 1 or min(spoken.values()) >= FEW:
        return list(batch)
    return [one._replace(response=one.response | {"language": ""}) for one in batch]
