"""Weights for a file of responses, from a file of margins."""

import csv
import math
from pathlib import Path
from typing import Any

import click
import pandas as pd

from analysis import saving, weighting
from analysis.cli import separated
from analysis.dataset import UnusableData, listed
from analysis.weighting import CannotWeight, Weights

NAMES = {
    "variable": ("variable", "variabel", "kolumn", "column"),
    "level": ("level", "nivå", "kod", "värde"),
    "population": ("population", "befolkning", "antal", "count"),
}
"""What the columns of a file of margins may be called, English and Swedish."""
REFUSED = (UnusableData, OSError)


def write(
    data: Path,
    margins: Path,
    output: Path,
    base: str | None,
    lower: float | None,
    upper: float | None,
    collapse: tuple[str, ...],
    name: str,
) -> Weights:
    """Rake a file and write it again with a column of weights; raises one of ``REFUSED`` with the reason."""
    table = separated.read(data)
    frame = table.frame
    if not name.strip() or name in frame:
        wrong = f"has a column {name!r} already" if name.strip() else "would get a column without a name"
        raise UnusableData(f"{data.name} {wrong}. Give the weights another name with --name.")
    weights = weighting.rake(frame, read_margins(margins), base, lower, upper, collapse=collapse)
    if not weights.converged:
        raise CannotWeight(
            f"The weights did not settle in {weights.iterations} rounds: a margin is still {weights.gap:.2g} away, "
            "relatively. Nothing was written. Merge small levels, or leave a margin out."
        )
    _save(table, name, weights, output)
    return weights


def _save(table: separated.Separated, name: str, weights: Weights, output: Path) -> None:
    """The file again, spelled as it was, with a column of weights; whole or not there."""
    frame = table.frame
    decimal = separated.decimal(cell for column in frame.columns for cell in frame[column].dropna())
    text = frame.assign(**{name: weights.values}).to_csv(
        index=False, sep=table.separator, decimal=decimal, lineterminator="\n", quoting=csv.QUOTE_MINIMAL
    )
    try:
        saving.put(text.encode(table.encoding), output)
    except OSError as fault:
        raise UnusableData(saving.trouble(output, fault)) from None


def read_margins(path: Path) -> dict[str, dict[str, float]]:
    """Margins from a CSV file with the columns variable, level and population (variabel, nivå, befolkning)."""
    frame = separated.read(path).frame
    heads = {str(head).strip().casefold(): head for head in frame.columns}
    columns = [_column(path, heads, called) for called in NAMES.values()]
    margins: dict[str, dict[str, float]] = {}
    for number, variable, level, population in frame[columns].itertuples():
        where = f"{path.name}, row {number}"
        if pd.isna(variable) or pd.isna(level):
            raise UnusableData(f"{where}: variable or level is empty. Fill it in, or drop the row.")
        levels = margins.setdefault(str(variable).strip(), {})
        if str(level).strip() in levels:
            raise UnusableData(f"{where}: level {level!r} of {variable!r} stands there already. Give each level once.")
        levels[str(level).strip()] = _number(where, level, population)
    return margins


def _column(path: Path, heads: dict[str, Any], called: tuple[str, ...]) -> Any:
    for name in called:
        if name in heads:
            return heads[name]
    raise UnusableData(
        f"{path.name} has no column {called[0]!r} (or {listed(called[1:])}). It has {listed(heads.values())}."
    )


def _number(where: str, level: Any, told: Any) -> float:
    try:
        number = float("".join(str(told).split()).replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        given = "empty" if pd.isna(told) else repr(told)
        raise UnusableData(f"{where}: the population of level {level!r} is {given}. Give a number.")
    return number


def told(weights: Weights) -> str:
    """What the weights cost, in words."""
    trimmed = f"; {weights.trimmed} weights stand at a bound" if weights.trimmed else ""
    said = weighting.advice(weights)
    return (
        f"{len(weights.values)} rows weighted in {weights.iterations} rounds; design effect {weights.design_effect:.3f}, "
        f"effective size {weights.effective_size:.1f} of {weights.size}{trimmed}. {said.sentence}"
    )


def echo(weights: Weights) -> None:
    """Tell it on stderr."""
    click.echo(told(weights), err=True)
