"""Files that a report becomes, one format each. The file names are the registry.

An exporter is a module with ``name`` (what the reader calls the format), ``mimetype``, ``extension`` and
``write(report) -> bytes``. One that needs a library which not everybody installs names it in ``library``, and the extra
that brings it in ``extra``; one that not every report can fill has ``fits(report) -> bool``.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Protocol

from analysis.exporters import _responses as responses
from analysis.exporters._records import clean, harmless
from analysis.exporters._refusals import CannotExport, MissingLibrary, UnknownFormat
from analysis.report import Report

__all__ = [
    "CannotExport", "Exporter", "MissingLibrary", "UnknownFormat", "clean", "harmless", "installed", "named", "offered",
    "registry", "responses",
]  # fmt: skip


class Exporter(Protocol):
    """What a file in this folder offers."""

    name: str
    mimetype: str
    extension: str

    def write(self, report: Report) -> bytes:
        """The report as a file."""


@cache
def registry() -> Mapping[str, Exporter]:
    """Every exporter by its name, also those whose library is not installed."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}  # type: ignore[misc]


def installed(exporter: Exporter) -> bool:
    """Whether the library that an exporter needs is there."""
    library = getattr(exporter, "library", "")
    return not library or find_spec(library) is not None


def offered(report: Report) -> Mapping[str, Exporter]:
    """The exporters that can be used here and that this report can fill, by their names; what a page lists."""
    return {
        name: exporter
        for name, exporter in registry().items()
        if installed(exporter) and getattr(exporter, "fits", lambda _report: True)(report)
    }


def named(name: str) -> Exporter:
    """The exporter of that name, ready to be used."""
    try:
        exporter = registry()[name]
    except (KeyError, TypeError):
        raise UnknownFormat(f"There is no format {name!r}. There are {', '.join(registry())}.") from None
    if not installed(exporter):
        raise MissingLibrary.of(exporter.name, getattr(exporter, "extra", ""))
    return exporter
