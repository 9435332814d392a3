"""Weights of a survey's responses: to the population by age group and district, where that does more good than harm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.dataset.calibration import Level
from analysis.weighting import Advice, CannotWeight, Weights, advice, rake
from analysis.words import _, decimal
from surveys import bands
from surveys.models import Survey

COLUMN = "weight of the response"
"""No question has such a name: there are spaces in it."""
BACKGROUNDS = ("age_group", "district")
LEAST, MOST = 0.3, 3.0
"""How small and how large a weight may be, as a part of the mean weight; the limits are ours."""
SPREAD = 1.25
"""In all groups but one the largest weight is at least so many times the smallest. Else hidden counts follow from weighted
sums: the weighted share of everybody is a sum over groups, and with one weight in each a reader knows every factor of it.
Groups that weigh the same tell nothing more by their weights than by their counts."""


@dataclass(frozen=True)
class Weighting:
    """Weights where there are any, whether to use them, and why; ``left_out`` are districts where nobody answered."""

    weights: Weights | None
    advice: Advice
    left_out: tuple[str, ...] = ()

    @property
    def used(self) -> Weights | None:
        """The weights that results take; None where it is better not to weight."""
        return self.weights if self.advice.weight else None


def weigh(survey: Survey, frame: pd.DataFrame) -> Weighting:
    """Rake responses to the population figures that were stored when the survey was sent.

    Figures by age group are summed to the bands that responses carry. Who carries none keeps their share, and the
    others are adjusted. A band where nobody answered joins its neighbour; a district where nobody answered is left out,
    for none can speak for it; districts in which all weigh nearly the same are weighted as one. The mean weight is 1.
    """
    if not len(frame):
        return Weighting(None, Advice(False, "few", _("Answers are not weighted, since nobody has answered.")))
    margins, left_out = _margins(survey, frame)
    if not margins:
        told = _("Answers are not weighted, since population figures are not loaded.")
        return Weighting(None, Advice(False, "unknown", told))
    try:
        weights, groups = _raked(frame, margins)
    except CannotWeight:
        told = _(
            "Do not weight: to match the population, some answers would count more than %(most)s times "
            "or less than %(least)s times the average."
        )
        limits = {"most": decimal(MOST), "least": decimal(LEAST, 1)}
        return Weighting(None, Advice(False, "bounds", told % limits), left_out)
    found = advice(weights)
    if found.weight and any(len(_alike(each, weights.values)) > 1 for each in groups):
        told = _("Answers are not weighted: the weights would give away what a few have answered.")
        found = Advice(False, "tells", told)
    return Weighting(weights, found, left_out)


def _raked(frame: pd.DataFrame, margins: dict[str, dict[str, float]]) -> tuple[Weights, tuple[pd.Series, pd.Series]]:
    """The weights, and the groups of each background that they were made by.

    Districts in which all weigh nearly the same are taken together, so that they have their weights in common.
    """
    merged: dict[str, str] = {}
    collapse = [name for name in ("age_group",) if name in margins]
    while True:
        district = frame["district"].astype(object).replace(merged)
        weights = rake(frame.assign(district=district), _joined(margins, merged), lower=LEAST, upper=MOST, collapse=collapse)
        alike = [code for code in _alike(district, weights.values) if code]
        if "district" not in margins or len(alike) < 2:
            break
        merged = {code: alike[0] if merged.get(code, code) in alike else merged.get(code, code) for code in margins["district"]}
        merged = {code: other for code, other in merged.items() if code != other}
    together: dict[tuple[str, ...], Mapping[Level, Level]] = dict(weights.calibration.merged)
    if merged:
        together["district",] = {(code,): (other,) for code, other in merged.items()}
    calibration = replace(weights.calibration, merged=together)
    return replace(weights, calibration=calibration), (frame["age_group"], district)


def _joined(margins: dict[str, dict[str, float]], merged: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """The margins with some districts taken together."""
    found = {name: dict(levels) for name, levels in margins.items()}
    for code, other in merged.items():
        found["district"][other] += found["district"].pop(code)
    return found


def _alike(groups: pd.Series, weights: pd.Series) -> list[str]:
    """The groups in which weights are nearly one: with two of them hidden counts follow from weighted shares."""
    each = weights.groupby(groups.astype(object))
    return [str(code) for code, ratio in (each.max() / each.min()).items() if ratio < SPREAD]


def _margins(survey: Survey, frame: pd.DataFrame) -> tuple[dict[str, dict[str, float]], tuple[str, ...]]:
    """Residents by level, scaled to as many as have answered; and the districts that had to be left out."""
    known = survey.composition.get("population", {})
    found = {name: _clean(known.get(name)) for name in BACKGROUNDS}
    answered = {name: {code for code in frame[name].unique() if isinstance(code, str) and code} for name in BACKGROUNDS}
    found["age_group"] = banded(found["age_group"], list(survey.age_groups))
    gone = tuple(code for code, share in found["district"].items() if share and code not in answered["district"])
    found["district"] = {code: share for code, share in found["district"].items() if code not in gone}
    return {
        name: {code: share / sum(levels.values()) * len(frame) for code, share in levels.items()}
        for name, levels in found.items()
        if answered[name] and sum(levels.values()) > 0
    }, gone


def _clean(levels: Mapping[str, float | None] | None) -> dict[str, float]:
    return {code: float(share) for code, share in (levels or {}).items() if share is not None}


def banded(population: Mapping[str, float], known: list[str]) -> dict[str, float]:
    """The population by the bands that responses carry; an age group that no band holds stays by itself."""
    found: dict[str, float] = {}
    for code, share in population.items():
        band = next((band for band in known if bands.holds(band, code)), code)
        found[band] = found.get(band, 0.0) + share
    return dict(sorted(found.items(), key=lambda each: bands.first_year(each[0])))
