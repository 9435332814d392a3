"""Which groups of those invited surely answered more, or less, than the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import scipy

from analysis.comparison import holm
from analysis.weighting import Representativity
from surveys.invitations import Count, Status
from surveys.representativeness import Told

LEVEL = 0.95


@dataclass(frozen=True)
class Uneven:
    """A group and the part of it that answered, None where that is hidden; ``more`` than the others, or less."""

    kind: str
    label: str
    part: float | None
    more: bool


def counts(stands: Status) -> Mapping[str, Sequence[Count]]:
    """Invited and answered of each group, by the kinds of groups that the R-indicator knows."""
    return {"age_group": stands.by_age_group, "district": stands.by_district}


def open_kinds(stands: Status, told: Told) -> tuple[str, ...]:
    """The kinds of groups of which none is hidden: of the others no sum is told from which a group could be worked out."""
    return tuple(kind for kind, groups in counts(stands).items() if groups and all(told[kind]))


def uneven(indicator: Representativity | None, stands: Status, told: Told) -> list[Uneven]:
    """Groups of age and district that differ by more than chance, all of them tested together; the furthest first."""
    if indicator is None:
        return []
    found = []
    for kind, groups in counts(stands).items():
        for group, tell in zip(groups, told[kind], strict=True):
            error = indicator.errors[kind][group.code]
            if not isnan(error):
                found.append((indicator.levels[kind][group.code] / error, kind, group, tell))
    sure = [p <= 1 - LEVEL for p in holm([2 * float(scipy.special.ndtr(-abs(far))) for far, *_rest in found])]
    kept = sorted((one for one, known in zip(found, sure, strict=True) if known), key=lambda one: -abs(one[0]))
    return [Uneven(kind, group.label, group.response_rate if tell else None, far > 0) for far, kind, group, tell in kept]
