"""What a quality sheet holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.weighting import Representativity
from surveys.dataset.weights import Weighting
from surveys.quality.uneven import Uneven


@dataclass(frozen=True)
class Mirror:
    """A group's share of the population, the panel, the invited and the answers; None where it is not known or hidden."""

    label: str
    population: float | None
    panel: float | None
    invited: float
    answered: float | None


@dataclass(frozen=True)
class Skipped:
    """A question, and the part of those who answered the survey that left it out; None where that is hidden.

    ``routed`` tells that it was not put to everybody, so that the part says nothing of its difficulty.
    """

    name: str
    label: str
    part: float | None
    routed: bool


@dataclass(frozen=True)
class Quality:
    """What is known of how the answers came about; parts from 0 to 1, None where they can't be known.

    Attributes
    ----------
    recruitment
        Joined of those who were asked to join by a random draw.
    retention
        Members still there of all who ever joined; ``left`` of them the last year.
    response
        Answered of invited.
    cumulative
        The product of the three: answers as a part of those who were once asked.
    indicator
        The R-indicator of the answers among the invited, by age group and district, with its interval.
    uneven
        The groups that surely answered more, or less, than the others.
    skipped
        Every question that answers are counted of.
    mirrors
        "age_group" and "district", each group beside the population.
    weighting
        Whether answers are weighted, and why.
    figures
        What there is, as (label, number, note), for tiles and tables.
    sentences
        The same in words, the most important first; the last is ``honest``.
    honest
        What the margins of a self-recruited panel do not show (Surveyföreningen 2014).
    """

    recruitment: float | None
    retention: float | None
    left: int | None
    response: float | None
    cumulative: float | None
    indicator: Representativity | None
    uneven: tuple[Uneven, ...]
    skipped: tuple[Skipped, ...]
    mirrors: Mapping[str, tuple[Mirror, ...]]
    weighting: Weighting
    figures: tuple[tuple[str, str, str], ...]
    sentences: tuple[str, ...]
    honest: str
