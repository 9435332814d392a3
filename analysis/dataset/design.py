"""How the responses were drawn: strata, clusters and population sizes as integers, checked against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import columns
from analysis.dataset.values import UnusableData, listed

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]

LONELY = ("adjust", "fail", "remove", "certainty", "average")
"""What may be done with a stratum of a single unit, by the names of R's ``survey.lonely.psu``."""
NO_VARIANCE = 1e-7
"""A share of the population left over that is taken for none: all of the stratum was drawn."""


@dataclass(frozen=True, eq=False)
class Design:
    """A sample of units (responses, or clusters of them) drawn in strata.

    Attributes
    ----------
    units
        The unit of each response; None where every response is a unit of its own.
    strata
        The stratum of each unit; None where there is but one.
    drawn
        Units in each stratum; shape (strata,).
    population
        Units in each stratum of the population; None where the sample is taken as drawn with replacement.
    names
        What the strata are called in the frame.
    lonely
        One of ``LONELY``.
    """

    units: Places | None
    strata: Places | None
    drawn: NDArray[np.int64]
    population: Numbers | None
    names: tuple[Any, ...]
    lonely: str

    @cached_property
    def left(self) -> Numbers:
        """The share of each stratum's units that was not drawn: 1 - n/N, or 1 with replacement; shape (strata,)."""
        if self.population is None:
            return np.ones(len(self.drawn))
        return 1 - self.drawn / self.population

    @cached_property
    def count(self) -> int:
        """How many units were drawn."""
        return int(self.drawn.sum())

    @cached_property
    def alone(self) -> NDArray[np.bool_]:
        """The strata of a single unit, unless it is all there is; shape (strata,)."""
        alone: NDArray[np.bool_] = (self.drawn == 1) & (self.left >= NO_VARIANCE)
        return alone

    def unit(self, rows: Places) -> Places:
        """The units of some responses."""
        return rows if self.units is None else self.units[rows]

    def stratum(self, units: Places) -> Places:
        """The strata of some units."""
        return np.zeros(len(units), dtype=np.intp) if self.strata is None else self.strata[units]

    @cached_property
    def weights(self) -> Numbers | None:
        """What the sizes say that each response stands for, N/n of its stratum; None without sizes."""
        if self.population is None:
            return None
        rows = np.arange(self.count if self.units is None else len(self.units), dtype=np.intp)
        weights: Numbers = (self.population / np.maximum(self.drawn, 1))[self.stratum(self.unit(rows))]
        return weights


def read(frame: pd.DataFrame, strata: str | None, cluster: str | None, fpc: str | None, lonely: str) -> Design:
    """The design that a frame's columns declare.

    Raises
    ------
    UnusableData
        Clusters lie in several strata, sizes vary within a stratum or are smaller than the sample, or a stratum has
        one unit and ``lonely`` is "fail".
    """
    if lonely not in LONELY:
        raise UnusableData(f"There is no rule {lonely!r} for lonely units. There are {listed(LONELY)}.")
    of_rows, names = _coded(frame, strata, "strata")
    units, clusters = _coded(frame, cluster, "cluster")
    of_units, drawn = of_rows, np.array([len(frame)])
    if units is not None:
        of_units = None if of_rows is None else _nested(of_rows, units, (strata, cluster), names, clusters)
        drawn = np.array([len(clusters)])
    if of_units is not None:
        drawn = np.bincount(of_units, minlength=len(names))
    sizes = None if fpc is None else _sizes(frame[fpc], fpc, of_rows, drawn, names)
    design = Design(units, of_units, drawn, sizes, names, lonely)
    if lonely == "fail" and design.alone.any():
        alone = [names[at] for at in np.flatnonzero(design.alone)]
        where = f"Column {strata!r} (strata) has one unit in" if strata else "The design has one unit in all:"
        raise UnusableData(
            f"{where} {listed(alone)}: one unit tells nothing of how units differ. Merge it with another stratum, or "
            f"choose another rule for lonely units: {listed(rule for rule in LONELY if rule != 'fail')}."
        )
    return design


def _coded(frame: pd.DataFrame, name: str | None, role: str) -> tuple[Places | None, tuple[Any, ...]]:
    """A column as integers, with its values; one value that all have where there is no column."""
    if name is None:
        return None, ("the sample",)
    try:
        codes, values = columns.factorize(frame[name])
    except TypeError:
        raise UnusableData(f"Column {name!r} ({role}) holds collections. Give each row one level.") from None
    found = np.unique(codes)
    return np.searchsorted(found, codes), tuple(values[at] for at in found)


def _nested(
    strata: Places, units: Places, roles: tuple[str | None, str | None], names: Sequence[Any], clusters: Sequence[Any]
) -> Places:
    """The stratum of each unit, which must be one."""
    of_units = np.zeros(len(clusters), dtype=np.intp)
    of_units[units] = strata
    torn = np.flatnonzero(of_units[units] != strata)
    if len(torn):
        cluster = clusters[units[torn[0]]]
        across = [names[at] for at in np.unique(strata[units == units[torn[0]]])]
        raise UnusableData(
            f"Column {roles[1]!r} (cluster) has {cluster!r} in several strata of column {roles[0]!r}: {listed(across)}. "
            "A cluster lies in one stratum; if these are different clusters, give them different names."
        )
    return of_units


def _sizes(
    column: pd.Series, name: str, strata: Places | None, drawn: NDArray[np.int64], names: Sequence[Any]
) -> Numbers:
    """The population size of each stratum, checked."""
    told = columns.sizes(column, name)
    places = np.zeros(len(told), dtype=np.intp) if strata is None else strata
    sizes = np.zeros(len(drawn))
    sizes[places] = told
    wrong = np.flatnonzero(sizes[places] != told)
    if len(wrong):
        at = places[wrong[0]]
        found = sorted({float(size) for size in told[places == at]})
        raise UnusableData(
            f"Column {name!r} (fpc) varies within stratum {names[at]!r}: {listed(found)}. Give every row of a stratum "
            "the number of units in that stratum of the population."
        )
    short = np.flatnonzero((sizes < drawn) & (drawn > 0))
    if len(short):
        at = short[0]
        raise UnusableData(
            f"Column {name!r} (fpc) says that stratum {names[at]!r} has {sizes[at]:g} units in the population, but "
            f"{drawn[at]} were drawn. Count units of the population (clusters, if clusters were drawn) there."
        )
    return np.where(drawn > 0, sizes, 1.0)
