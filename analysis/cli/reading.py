"""Anyone's data: CSV, Parquet, SPSS or Stata, told apart by their first bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analysis import snapshot
from analysis.cli import separated
from analysis.dataset import Item, UnusableData
from analysis.dataset.columns import spelled


@dataclass(frozen=True)
class Data:
    """A frame with one row per response; what the file itself says of its columns, if it does."""

    frame: pd.DataFrame
    items: list[Item] = field(default_factory=list)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read(path: Path) -> Data:
    """A file of responses.

    Raises
    ------
    UnusableData
        It is damaged, or no table, or needs a library that is not installed; the message says what helps.
    """
    with path.open("rb") as file:
        start = file.read(11)
    for beginning, reader in STARTS.items():
        if start.startswith(beginning):
            return reader(path)
    if path.suffix.lower() in (".parquet", ".sav", ".dta"):
        raise UnusableData(f"{path.name} is damaged: it does not begin as its name says. Export it again from where it came.")
    return Data(separated.read(path).frame)


def _parquet(path: Path) -> Data:
    try:
        with snapshot.connect() as database:
            frame = database.execute("FROM read_parquet(?)", [str(path)]).df()
    except duckdb.Error as fault:
        raise _damaged(path, "Parquet", fault) from None
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].map(lambda cell: tuple(cell) if isinstance(cell, np.ndarray | list) else cell)
    return Data(frame)


def _spss(path: Path) -> Data:
    return _labelled(path, "SPSS", "read_sav", user_missing=True)


def _stata(path: Path) -> Data:
    return _labelled(path, "Stata", "read_dta", user_missing=True)


def _labelled(path: Path, program: str, reader: str, **options: Any) -> Data:
    """A file whose columns have labels: they make a codebook."""
    try:
        import pyreadstat  # noqa: PLC0415 (optional: the extra "statistics")
    except ImportError:
        raise UnusableData(f"{path.name} is of {program}, which needs a library: install medborgarpanel[statistics].") from None
    try:
        frame, about = getattr(pyreadstat, reader)(str(path), **options)
    except Exception as fault:  # a damaged file ends in any error of the reader, OverflowError and IndexError among them
        raise _damaged(path, program, fault) from None
    labels = {name: _spelled(pairs) for name, pairs in about.variable_value_labels.items()}
    items = [_item(name, frame[name], about, labels.get(name, {})) for name in frame.columns]
    return Data(frame, items, labels)


def _item(name: str, column: pd.Series, about: Any, labels: dict[str, str]) -> Item:
    """A column as an item: labelled codes, numbers or texts."""
    asked = about.column_names_to_labels.get(name) or name
    numeric = pd.api.types.is_numeric_dtype(column)
    missing = {spelled(code) for code in (about.missing_user_values or {}).get(name, [])}
    for limits in (about.missing_ranges or {}).get(name, []):
        missing |= {code for code in _codes(column, labels) if limits["lo"] <= float(code) <= limits["hi"]} if numeric else set()
    if labels:
        found = {code: labels.get(code, code) for code in (*labels, *_codes(column, labels))}
        ordinal = about.variable_measure.get(name) == "ordinal"
        return Item(name, asked, "ordinal" if ordinal else "nominal", found, frozenset(missing))
    return Item(name, asked, "numeric" if numeric else "text", {}, frozenset(missing))


def _codes(column: pd.Series, labels: Mapping[str, str]) -> list[str]:
    """The codes of a column, those without a label last and in order."""
    found = sorted(column.dropna().unique())
    return [*labels, *(code for code in map(spelled, found) if code not in labels)]


def _spelled(pairs: Mapping[Any, str]) -> dict[str, str]:
    return {spelled(code): str(label) for code, label in pairs.items()}


def _damaged(path: Path, program: str, fault: Exception) -> UnusableData:
    said = str(fault).strip().split("\n", 1)[0]
    return UnusableData(f"{path.name} can't be read as {program}; it seems to be damaged: {said} Export it again.")


STARTS: dict[bytes, Callable[[Path], Data]] = {
    b"PAR1": _parquet,
    b"$FL2": _spss,
    b"$FL3": _spss,
    b"<stata_dta>": _stata,
}
"""How files begin that are not text."""
