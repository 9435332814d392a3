"""One row per response as a file, a batch at a time: complete, or not there at all. The file names are the registry.

A writer is a module with ``write(batches, columns, path, labels)``, which takes the batches one after the other and never
holds more than one; ``limits(rows, columns)`` where the format has such, and ``library`` and ``extra`` as exporters have.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.dataset import Dataset
from analysis.exporters._refusals import CannotExport, MissingLibrary, UnknownFormat
from analysis.exporters._responses import _columns, _writing
from analysis.exporters._responses._writing import Writer, beside
from analysis.report import Origin
from analysis.words import _

__all__ = ["batches", "beside", "named", "registry", "write"]

ROWS = 1_000
"""Responses in a batch of a dataset that is in memory."""


@cache
def registry() -> Mapping[str, Writer]:
    """Every writer by the name of its format."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}  # type: ignore[misc]


def named(name: str) -> Writer:
    """The writer of that format, ready to be used."""
    if name not in registry():
        told = {"name": name, "names": ", ".join(registry())}
        raise UnknownFormat(_("Responses are not written as %(name)s. Choose one of %(names)s.") % told)
    writer = registry()[name]
    library = getattr(writer, "library", "")
    if library and find_spec(library) is None:
        raise MissingLibrary.of(name, getattr(writer, "extra", ""))
    return writer


def batches(dataset: Dataset, size: int = ROWS) -> Iterator[pd.DataFrame]:
    """The frame of a dataset, some rows at a time."""
    for start in range(0, max(dataset.size, 1), size):
        yield dataset.frame.iloc[start : start + size]


def write(
    rows: Iterable[pd.DataFrame],
    codebook: Dataset,
    path: Path,
    kind: str,
    count: int,
    labels: bool = False,
    with_text: bool = False,
    origin: Origin | None = None,
) -> dict[str, Any]:
    """Write responses to a file and, beside it, a manifest of what it must hold; gives the manifest.

    Parameters
    ----------
    rows
        The responses, in frames of some rows each, such as `batches` or a snapshot's give; one after the other.
    codebook
        A dataset with the items, groups and weight of the responses; its frame may hold the first of them only.
    path
        Where. The file appears under its name when it is whole; until then, and after a fault, nothing is there.
    kind
        The format: a name of ``registry()``.
    count
        How many responses there are; fewer or more in ``rows`` is a fault.
    labels
        Write what codes mean instead of codes; a format that holds both does so anyhow.
    with_text
        Write what respondents wrote in their own words, too.
    origin
        Where the responses come from: the manifest says so.

    Raises
    ------
    CannotExport
        The format can't hold so much, or a text so long.
    OSError
        The disk is full, or the folder can't be written to.
    """
    writer = named(kind)
    columns = _columns.of(codebook, with_text)
    if not columns:
        raise CannotExport(_("There is nothing to write: the codebook has no columns that may leave."))
    getattr(writer, "limits", lambda _rows, _columns: None)(count, len(columns))
    return _writing.whole(writer, rows, columns, path, count, labels, (origin or Origin()).told())
