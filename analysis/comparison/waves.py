"""Waves stacked into one sample: whoever answered twice is one unit, so that what they have in common is not counted twice."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.estimates import Measure, Numbers, weights
from analysis.dataset import Dataset, UnusableData, listed
from analysis.precision import calibrated

DESIGN = ("strata", "cluster", "fpc")


def stacked(waves: Sequence[Dataset], person: str | None) -> Dataset:
    """The responses of several waves as one sample, without their answers.

    Without ``person`` each wave is a sample of its own: its strata, clusters and population sizes stand, and the waves
    are strata above them. With ``person`` the sampling unit is the person (or the declared cluster that the person is
    in), whose stratum and population size are those of the first wave that holds the person: an age group may change.

    Parameters
    ----------
    waves
        In order of time; all declare the same parts of a design.
    person
        The column of pseudonyms, the same in every wave; a response without one is a person of its own.

    Raises
    ------
    UnusableData
        The waves declare different designs, or a wave has two responses of one person.
    """
    for role in DESIGN:
        if len({getattr(wave, role) is None for wave in waves}) > 1:
            raise UnusableData(f"Only some of the waves declare {role}. Declare it in all of them, or in none.")
    frame = pd.concat([_design(wave, place, person) for place, wave in enumerate(waves)], ignore_index=True)
    if person is not None:
        frame = _linked(frame, waves[0].cluster is not None)
    strata, cluster, fpc = (role if role in frame else None for role in DESIGN)
    return Dataset(frame, (), "weight", strata, cluster, fpc, waves[0].lonely)


def _design(wave: Dataset, place: int, person: str | None) -> pd.DataFrame:
    found = pd.DataFrame({"wave": np.full(wave.size, place), "weight": weights(wave)})
    for role in DESIGN:
        column = getattr(wave, role)
        if column is not None:
            found[role] = wave.frame[column].to_numpy(dtype=object)
    if person is not None:
        return found.assign(person=persons(wave, place, person))
    parts = found["strata"] if "strata" in found else np.full(wave.size, "")
    found["strata"] = pd.Series([(place, part) for part in parts], dtype=object).map(repr)
    if "cluster" in found:
        found["cluster"] = [repr((place, part)) for part in found["cluster"]]
    if "fpc" in found:
        found["fpc"] = found["fpc"].astype(float)
    return found


def persons(wave: Dataset, place: int, person: str) -> NDArray[np.object_]:
    """The pseudonym of each response of a wave; one of its own where it has none."""
    if person not in wave.frame:
        raise UnusableData(f"Wave {place + 1} has no column {person!r}. Name the column of pseudonyms, or leave person out.")
    column = wave.frame[person]
    known = column.notna().to_numpy()
    twice = column[known][column[known].duplicated()]
    if len(twice):
        raise UnusableData(
            f"Column {person!r} has more than one response of {listed(twice.unique())} in wave {place + 1}. Keep one each."
        )
    own = [f"{place}/{row}" for row in range(wave.size)]
    found = np.where(known, column.astype(str).map(lambda name: f"={name}").to_numpy(dtype=object), own)
    return found.astype(object)


def _linked(frame: pd.DataFrame, clustered: bool) -> pd.DataFrame:
    """Design columns as they were when each person first answered; the person is the cluster where none is declared."""
    first = frame.drop_duplicates("person").set_index("person")
    if clustered:
        moved = frame["cluster"].to_numpy() != first["cluster"].loc[frame["person"]].to_numpy()
        if moved.any():
            raise UnusableData(
                f"{int(moved.sum())} persons are in another cluster in a later wave. Leave cluster out: then the person "
                "is the sampling unit."
            )
    for role in ("strata", "fpc"):
        if role in frame:
            frame[role] = first[role].loc[frame["person"]].to_numpy()
    return frame if clustered else frame.assign(cluster=frame["person"])


def unexplained(waves: Sequence[Dataset], influence: Numbers) -> Numbers:
    """Influence over the stacked responses less what the calibration of each wave's own weights explains."""
    found, start = influence.copy(), 0
    for wave in waves:
        rows = slice(start, start := start + wave.size)
        if wave.calibration is not None:
            found[rows] = calibrated.residuals(wave, influence[rows])
    return found


def joined(waves: Sequence[Measure]) -> Measure:
    """A measure over the responses of several waves, one after the other."""
    values = np.concatenate([wave.values for wave in waves])
    return Measure(waves[0].code, values, np.concatenate([wave.given for wave in waves]))
