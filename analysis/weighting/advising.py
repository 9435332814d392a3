"""Whether to weight at all: a rule with a reason, and a sentence that says both."""

from dataclasses import dataclass

from analysis.weighting.values import Weights
from analysis.words import _, decimal, percent

COSTLY = 2.0
"""Beyond this design effect weights throw away more than half of what the answers are worth. The limit is ours."""
FEW = 30
"""With fewer effective answers weights rest on single persons. The limit is ours."""
ALIKE = 0.02
"""Where no group is further than this from its share of the population, weights change next to nothing. Ours too."""


@dataclass(frozen=True)
class Advice:
    """Whether to weight; ``reason`` is "converged", "costly", "few", "alike" or "useful"."""

    weight: bool
    reason: str
    sentence: str


def advice(weights: Weights) -> Advice:
    """Whether weights do more good than harm.

    The rule is ours, in this order: never with weights that miss their margins; not where Kish's design effect is
    over 2, which throws away more than half of what the answers are worth; not on an effective base under 30, where
    single persons carry the result; not where every group is within two percentage points of its share of the
    population, so that weights would change next to nothing. Kish (1992, Journal of Official Statistics 8, 183–200)
    and Kalton and Flores-Cervantes (2003, same journal 19, 81–97) weigh the same two sides, without limits.
    """
    worth = {
        "effect": decimal(weights.design_effect, 1),
        "effective": decimal(weights.effective_size),
        "size": decimal(weights.size),
    }
    if not weights.converged:
        return Advice(False, "converged", _("Do not weight: the weights do not meet the population figures."))
    if weights.design_effect > COSTLY:
        told = _("Do not weight: the design effect is %(effect)s. %(size)s answers would be worth only %(effective)s.")
        return Advice(False, "costly", told % worth)
    if weights.effective_size < FEW:
        told = _("Do not weight: %(size)s answers would be worth only %(effective)s, so single persons would decide.")
        return Advice(False, "few", told % worth)
    largest = max((abs(part) for levels in weights.differences.values() for part in levels.values()), default=0.0)
    if largest <= ALIKE:
        told = _("There is no need to weight: no group is more than %(points)s from its share of the population.")
        return Advice(False, "alike", told % {"points": percent(largest, 1)})
    told = _("Weight: the groups that answered least count for more. %(size)s answers are then worth %(effective)s.")
    return Advice(True, "useful", told % worth)
