"""Change over waves: net change of all who answered, change in the same persons, and trends."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.differences import tested
from analysis.comparison.estimates import Mask, Measure, freedom, means, measures
from analysis.comparison.waves import joined, persons, stacked, unexplained
from analysis.dataset import NOT_STATED, Dataset, UnusableData, listed
from analysis.precision import quantile
from analysis.precision.design import ROUNDING, covariance, differences
from analysis.precision.domains import free

Group = tuple[Hashable, ...]
COLUMNS = ("wave", "category", "base", "estimate", "se", "change", "change_se", "change_low", "change_high", "own") + (
    "p", "p_adjusted", "df", "low", "high", "linked"
)  # fmt: skip
"""What a trend's own columns are called, on their way too."""


def change(
    first: Dataset,
    second: Dataset,
    item_name: str,
    person: str | None = None,
    category: Hashable | None = None,
    adjust: str = "holm",
    level: float = 0.95,
) -> pd.DataFrame:
    """Net change from one wave to the next, of all who answered either.

    With ``person`` the waves may overlap in any way: both are stacked and the person is the sampling unit, so that the
    covariance of those who answered twice is counted (R: ``svyttest(y ~ wave, svydesign(ids=~person, ...))`` on the
    stacked waves). Without it the waves are taken as independent samples, which is too wide where they share people.

    Parameters
    ----------
    first, second
        The waves; the item has the same categories in both.
    item_name, category, adjust, level
        As ``compare``.
    person
        The column of pseudonyms that links responses of the same person; "linked" in the result tells if there was one.

    Returns
    -------
    DataFrame
        One row (per category): "category", "first" and "second" (the shares or means), "change" (second - first), "se",
        "low", "high", "p", "p_adjusted", "df", "base_first", "base_second" (answers), "linked".

    Raises
    ------
    UnusableData, UnknownAdjustment, ValueError
        As ``compare``; or the waves do not fit together, in a way that the message names.
    """
    table = trend({"first": first, "second": second}, item_name, (), person, category, adjust, level)
    before, after = (table[table["wave"] == wave].reset_index(drop=True) for wave in ("first", "second"))
    told = after[["category"]].assign(first=before["estimate"], second=after["estimate"], change=after["change"])
    for name in ("se", "low", "high"):
        told[name] = after[f"change_{name}"]
    told = told.assign(p=after["p"], p_adjusted=after["p_adjusted"], df=after["df"])
    return told.assign(base_first=before["base"], base_second=after["base"], linked=person is not None)


def trend(
    waves: Mapping[str, Dataset],
    item_name: str,
    by: str | Sequence[str] = (),
    person: str | None = None,
    category: Hashable | None = None,
    adjust: str = "holm",
    level: float = 0.95,
) -> pd.DataFrame:
    """Shares or means wave by wave, each with its change from the wave before.

    Parameters
    ----------
    waves
        Name to dataset, in order of time; the item has the same categories in all.
    by
        Group columns; the change is that within the group. Those whose group is not known are left out.
    item_name, person, category, adjust, level
        As ``change``; all changes of the result are one family.

    Returns
    -------
    DataFrame
        One row per category × group × wave: "wave", the ``by`` columns, "category", "base", "estimate", "se", and
        "change" from the wave before with "change_se", "change_low", "change_high", "p", "p_adjusted" and "df" (NaN in
        the first wave).

    Raises
    ------
    UnusableData, UnknownAdjustment, ValueError
        As ``change``.
    """
    quantile(level)
    if len(waves) < 2:
        raise UnusableData("A change takes at least two waves. Give one dataset each.")
    columns = (by,) if isinstance(by, str) else tuple(by)
    free(columns, COLUMNS)
    found, sample = _measured(waves, item_name, category), stacked(list(waves.values()), person)
    rows = [row for each in found for row in _steps(waves, sample, each, columns)]
    table = pd.DataFrame(rows, columns=["wave", *columns, "category", "base", "estimate", "own", "change", "se", "df"])
    table = table.astype(dict.fromkeys(("estimate", "own", "change", "se", "df"), float))
    told = tested(table, "change", level, adjust)
    told = told.rename(columns={"se": "change_se", "low": "change_low", "high": "change_high"})
    return told.rename(columns={"own": "se"})


def _measured(waves: Mapping[str, Dataset], item_name: str, category: Hashable | None) -> list[list[Measure]]:
    """Each thing that is compared, as measured in each wave."""
    found = [measures(dataset, item_name, category) for dataset in waves.values()]
    codes = [[str(each.code) for each in one] for one in found]
    for name, other in zip(waves, codes, strict=True):
        if set(other) != set(codes[0]):
            raise UnusableData(
                f"Item {item_name!r} has other categories in wave {name!r} than in {next(iter(waves))!r}: {listed(other)} "
                f"against {listed(codes[0])}. Give both the same codebook."
            )
    return [[one[other.index(code)] for one, other in zip(found, codes, strict=True)] for code in codes[0]]


Step = tuple[Hashable, ...]


def _steps(waves: Mapping[str, Dataset], sample: Dataset, each: list[Measure], by: tuple[str, ...]) -> Iterator[Step]:
    """The rows of one category: every group in every wave."""
    measure = joined(each)
    place = sample.frame["wave"].to_numpy()
    groups = [_cells(dataset, by) for dataset in waves.values()]
    for group in dict.fromkeys(group for cells in groups for group in cells):
        nobody = [np.zeros(dataset.size, dtype=bool) for dataset in waves.values()]
        there = np.concatenate([cells.get(group, none) for cells, none in zip(groups, nobody, strict=True)])
        inside = there[:, None] & (place[:, None] == np.arange(len(waves)))
        yield from _changes(waves, sample, measure, inside, group)


def _changes(waves: Mapping[str, Dataset], sample: Dataset, measure: Measure, inside: Mask, group: Group) -> Iterator[Step]:
    names = tuple(waves)
    found = means(sample, measure, names, inside)
    influence = unexplained(tuple(waves.values()), found.influence)
    calibrated = np.array([wave.calibration is not None for wave in waves.values()])
    domain = found.domain | (calibrated & (sample.frame["wave"].to_numpy()[:, None] == np.arange(len(names))))
    variance, spread = np.diag(covariance(sample, influence, domain)), differences(sample, influence, domain)
    silent = (variance <= ROUNDING * (influence**2).sum(axis=0)) | (found.base < 2)
    own = np.where(silent, np.nan, np.sqrt(np.maximum(variance, 0.0)))
    for at, name in enumerate(names):
        start = (name, *group, measure.code, int(found.base[at]), found.mean[at], own[at])
        if not at:
            yield (*start, np.nan, np.nan, np.nan)
            continue
        df = freedom(sample, found.members[:, at] | found.members[:, at - 1]) - 1
        told = min(found.base[at], found.base[at - 1]) >= 2
        yield (*start, found.mean[at] - found.mean[at - 1], np.sqrt(spread[at, at - 1]) if told else np.nan, max(df, 0))


def _cells(dataset: Dataset, by: tuple[str, ...]) -> dict[Group, NDArray[np.bool_]]:
    """Who is in each group whose levels are all known."""
    groups = dataset.groups(by)
    if groups.cells is None:
        return {(): np.ones(dataset.size, dtype=bool)}
    levels = list(product(*groups.levels))
    return {group: groups.cells == at for at, group in enumerate(levels) if NOT_STATED not in group}


def paired(
    first: Dataset,
    second: Dataset,
    item_name: str,
    person: str,
    category: Hashable | None = None,
    adjust: str = "holm",
    level: float = 0.95,
) -> pd.DataFrame:
    """Change in the same persons: the mean of each one's own change, among those who answered both times.

    For a share this is McNemar's question under the design: "gained" are those who did not choose the category and now
    do, "lost" those who no longer do. The weights and the design are those of the second wave, of which those who
    answered both times are a domain (R: ``svymean(~I(after - before), subset(design, both))``).

    Parameters
    ----------
    first, second, item_name, category, adjust, level
        As ``change``.
    person
        The column of pseudonyms.

    Returns
    -------
    DataFrame
        One row (per category): "category", "first", "second", "change", "se", "low", "high", "p", "p_adjusted", "df",
        "base" (persons who answered both times), "gained", "lost" (NaN for means).

    Raises
    ------
    UnusableData, UnknownAdjustment, ValueError
        As ``change``.
    """
    quantile(level)
    earlier, later = persons(first, 0, person), persons(second, 1, person)
    place = {name: row for row, name in enumerate(earlier)}
    where = np.array([place.get(name, -1) for name in later], dtype=np.intp)
    found = _measured({"first": first, "second": second}, item_name, category)
    rows = [_pairing(second, before, after, where) for before, after in found]
    columns = ["category", "first", "second", "change", "se", "df", "base", "gained", "lost"]
    numbers = {name: float for name in columns[1:] if name != "base"}
    table = tested(pd.DataFrame(rows, columns=columns).astype(numbers), "change", level, adjust)
    return table[["category", "first", "second", "change", "se", "low", "high", "p", "p_adjusted", "df", *columns[-3:]]]


def _pairing(second: Dataset, before: Measure, after: Measure, where: NDArray[np.intp]) -> Step:
    """The change of those found in both waves; ``where`` is each one's row in the first, -1 for nowhere."""
    given = after.given & (where >= 0)
    given[given] = before.given[where[given]]
    was = np.zeros(second.size)
    was[given] = before.values[where[given]]
    found = means(second, Measure(after.code, after.values - was, given), ("",), given[:, None])
    spread = covariance(second, found.influence, found.domain)[0, 0]
    df = freedom(second, found.members[:, 0])
    told = spread > ROUNDING * float((found.influence**2).sum()) and found.base[0] >= 2
    flows: list[float] = [np.nan, np.nan]
    if after.choice:
        flows = [_mean(second, values, given) for values in (after.values * (1 - was), was * (1 - after.values))]
    ends = (_mean(second, was, given), _mean(second, after.values, given))
    se = np.sqrt(spread) if told else np.nan
    return (after.code, *ends, found.mean[0], se, max(df, 0), int(found.base[0]), *flows)


def _mean(dataset: Dataset, values: NDArray[np.float64], given: Mask) -> float:
    return float(means(dataset, Measure(None, values, given), ("",), given[:, None]).mean[0])
