"""Waves of a survey against each other: files of responses, or one file with a column that tells the wave."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import comparison
from analysis.cli import tabulating
from analysis.dataset import Dataset, UnusableData, listed
from analysis.dataset.columns import spelled
from analysis.exporters import _records


def write(
    data: tuple[Path, ...],
    codebook: Path | None,
    item: str,
    wave: str | None,
    person: str | None,
    paired: bool,
    by: tuple[str, ...],
    category: str | None,
    adjust: str,
    level: float,
    kind: str,
    **design: Any,
) -> str:
    """The change from each wave to the next as rows, as CSV or JSON; raises one of ``tabulating.REFUSED`` with the reason."""
    tabulating.free(by)
    waves = _waves(data, codebook, wave, by, design)
    if not paired:
        table = comparison.trend(waves, item, by, person, category, adjust, level)
        return _printed(table.assign(linked=person is not None), item, kind)
    if person is None:
        raise UnusableData("Change in the same persons takes a column that tells who they are. Name it with --person.")
    if by:
        raise UnusableData("Change in the same persons has no groups. Leave --by out, or leave --paired out.")
    steps = [
        comparison.paired(waves[first], waves[second], item, person, category, adjust, level).assign(start=first, wave=second)
        for first, second in pairwise(waves)
    ]
    table = pd.concat(steps, ignore_index=True)
    return _printed(table[["start", "wave", *(name for name in table if name not in ("start", "wave"))]], item, kind)


def _printed(table: pd.DataFrame, item: str, kind: str) -> str:
    rows = [{"item": item} | {str(k): _records.value(v) for k, v in row.items()} for row in table.to_dict("records")]
    return tabulating.printed(rows, kind)


def _waves(
    data: tuple[Path, ...], codebook: Path | None, wave: str | None, by: tuple[str, ...], design: Mapping[str, Any]
) -> dict[str, Dataset]:
    """Each wave under its name, in order of time: as the files were named, or by the column that tells it."""
    if wave is None:
        found = {path.stem: tabulating.prepared(path, codebook, by, **design) for path in data}
        if len(found) < 2 or len(found) < len(data):
            raise UnusableData("Name at least two files with different names, or the column that tells the wave with --wave.")
        return found
    if len(data) != 1:
        raise UnusableData(f"--wave tells the waves of one file, and {len(data)} are named. Leave --wave out, or name one file.")
    return dict(_parted(tabulating.prepared(data[0], codebook, by, **design), data[0].name, wave))


def _parted(whole: Dataset, name: str, wave: str) -> Iterator[tuple[str, Dataset]]:
    """The waves of one file; numbers in their order, texts in the alphabet's, in which 2025-04 comes before 2025-10."""
    if wave not in whole.frame:
        raise UnusableData(f"{name} has no column {wave!r}. It has {listed(map(str, whole.frame.columns))}.")
    column = whole.frame[wave]
    if column.isna().any():
        raise UnusableData(f"Column {wave!r} is empty in {int(column.isna().sum())} rows. Say in which wave each response came.")
    items = [item for item in whole.items if item.name != wave]
    design = (whole.weight, whole.strata, whole.cluster, whole.fpc, whole.lonely)
    told = column.map(spelled)
    numbers = pd.to_numeric(told, errors="coerce")
    order = numbers if numbers.notna().all() else told
    for at in sorted(order.unique()):
        frame = whole.frame[order == at].reset_index(drop=True)
        yield str(told[order == at].iloc[0]), Dataset(frame, items, *design, groups=whole.group_levels)
